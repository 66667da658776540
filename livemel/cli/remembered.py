"""What a run knows of those before it."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from livemel.settings import Settings, load, load_workspace, reset, settings_path


@dataclass(frozen=True, slots=True)
class Remembered:
    """What to begin with, what to say of it, and the file that keeps what is chosen, if any does.

    message : for the banner; note : for the status line; each one line or ""
    """

    settings: Settings
    message: str = ""
    note: str = ""
    path: Path | None = None


def remembered(options: argparse.Namespace) -> Remembered:
    """What the options of a run ask for.

    A run that ends by itself or writes results is a script's: it is the same each time, and leaves
    a person's settings alone. Raises ParameterError for an unknown workspace, and for settings
    that cannot be set aside.
    """
    message = reset(settings_path()) if options.reset_settings else ""
    scripted = any(x is not None for x in (options.seconds, options.screenshot, options.stats))
    wanted = not scripted if options.settings is None else options.settings
    if not wanted:
        own = None if options.workspace is None else load_workspace(options.workspace)
        return Remembered(own or Settings(), message)
    path = settings_path()
    loaded = load(path)
    own = loaded.settings if options.workspace is None else load_workspace(options.workspace)
    kept_in = path if loaded.may_write else None
    said = " ".join(filter(None, (message, loaded.message)))
    return Remembered(own, said, loaded.note, kept_in)
