"""Files written whole or not at all."""

import contextlib
import os
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Put a text in a file's place in one step, on the disk when it returns: a crash or a power cut
    leaves the one or the other. A link stays a link: what it points to is replaced.

    Raises OSError.
    """
    import tempfile  # for those who write alone

    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(number)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """The new name, too, survives a power cut. Not every file system can be asked for that."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
