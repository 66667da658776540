"""Files written whole or not at all, and files that others wrote: read as far as is reasonable."""

import contextlib
import errno
import json
import os
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Where nobody can say whose home a folder is in: none that can be.
NO_HOME = Path(os.devnull, "no home")


class TooLargeError(OSError):
    """A file holds more than what it should be ever does."""


def config_folder() -> Path:
    """Where this program's own files are kept; it need not exist."""
    from platformdirs import user_config_path

    return in_home(lambda: user_config_path("livemel"))


def in_home(find: Callable[[], Path]) -> Path:
    """A folder that platformdirs finds; NO_HOME where it finds none."""
    try:
        return find()
    except RuntimeError:  # no HOME, and nobody of that number in the list of users
        return NO_HOME


def is_there(path: Path) -> bool:
    """Whether something is there, as far as may be seen: not where it stands in a folder that may
    not be entered, nor under what cannot be a name. Raises nothing; Path.exists() does before
    Python 3.14.
    """
    return os.path.exists(path)  # noqa: PTH110


def open_to_read(path: Path) -> int:
    """A descriptor of whatever is there. Never waits, as for who writes into a pipe.

    Raises OSError.
    """
    flags = ("O_NONBLOCK", "O_NOCTTY", "O_BINARY")  # of which a system has some
    try:
        return os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    except ValueError:  # a NUL in the name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None


def read_bounded(path: Path, most: int) -> bytes:
    """All of a file, if it is one and holds no more than so many bytes. Never waits.

    Raises TooLargeError; OSError, also for what is no file (EINVAL) or cannot be a name.
    """
    number = open_to_read(path)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        with os.fdopen(number, "rb", closefd=False) as file:
            data = file.read(most + 1)
    finally:
        os.close(number)
    if len(data) > most:
        raise TooLargeError(errno.EFBIG, f"it is larger than {most} bytes")
    return data


def parse_json(text: str) -> Any:
    """JSON in which no key is there twice. Numbers may be NaN or infinite.

    Raises ValueError with what is wrong, json.JSONDecodeError among them.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_int=_integer)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Python takes 4300 digits, and would explain how to let it take more
        raise ValueError("it holds a number that is too long") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key, n in times.items() if n > 1)
        raise ValueError(f"{twice!r} is there twice")
    return found


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
