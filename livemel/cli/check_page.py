"""`livemel check --html`: the findings as a page with pictures."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from livemel.cli.check_sources import FileSound, Sound
from livemel.cli.progress import Progress
from livemel.cli.terminal import tell
from livemel.errors import DisplayError, ParameterError
from livemel.export.checked import Checked, counts_of, verdict_of
from livemel.export.checked_page import page
from livemel.export.checked_text import summary
from livemel.export.output import check_replaceable, whole_file
from livemel.export.plot import Pictures

# On a page of many files: an image takes 0.1 to 0.4 MB.
_MOST_PICTURES = 60


def check_page(out: Path, sounds: Sequence[Sound]) -> None:
    """Find out now that the page cannot be written. Raises LivemelError."""
    if out.suffix.lower() not in (".html", ".htm"):
        raise ParameterError(f"{out} does not end in .html")
    check_replaceable(out)
    for sound in sounds:
        if isinstance(sound, FileSound):
            check_replaceable(out, source=sound.path)


def write_page(
    out: Path, sounds: Sequence[Sound], diagnosed: Callable[[Sound], Checked]
) -> list[Checked]:
    """Check the sounds and write the page, whole or not at all. Raises LivemelError."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from livemel.ui.finding_pictures import MOST_ZOOMS, pictures_of
    except ImportError as error:
        raise DisplayError(f"Qt cannot be loaded: {error}") from None
    told: list[tuple[Checked, Pictures]] = []
    left = _MOST_PICTURES
    for sound in sounds:
        checked, pictures = diagnosed(sound), Pictures()
        if checked.report is not None and (len(sounds) == 1 or checked.worst is not None):
            open_part = sound.open_part()
            if left < 1 or open_part is None:
                pictures = Pictures(missing="Not drawn: there is too much of it.")
            else:
                with Progress(f"{sound.name} → {out.name}") as progress:
                    zooms = min(MOST_ZOOMS, left - 1)
                    pictures = pictures_of(checked.report, open_part, progress, zooms=zooms)
                left -= 1 + len(pictures.zooms)
        told.append((checked, pictures))
    with whole_file(out) as file:
        file.write(page(told).encode())
    every = [checked for checked, _ in told]
    tell(f"{out}: {verdict_of(every)}, {_in_short(every)}")
    return every


def _in_short(checked: Sequence[Checked]) -> str:
    if len(checked) == 1 and checked[0].report is not None:
        return summary(checked[0].report)
    counts = {name: n for name, n in counts_of(checked).items() if n}
    files = counts.pop("files")
    told = (f"{n} {name}" for name, n in counts.items())
    return ", ".join([f"{files} file{'s' if files != 1 else ''}", *told])
