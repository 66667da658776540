"""A result file that is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from livemel.errors import OutputError


def check_writable(path: Path) -> None:
    """Find out now, not after an hour, that a result cannot be written. Leaves all as it was.

    Raises OutputError.
    """
    try:
        there = path.exists()
        if path.is_fifo():
            raise OutputError(f"cannot write {path}: it is a pipe")
        with path.open("ab"):
            pass
        if not there:
            path.unlink()
    except OSError as error:
        raise OutputError(_cannot(path, error)) from None


def check_replaceable(path: Path, *, source: Path | None = None) -> None:
    """check_writable, for what whole_file is to write.

    source : what is read meanwhile, which the result must not replace
    """
    check_writable(path)
    if path.exists():
        if not path.is_file():
            raise OutputError(f"cannot write {path}: it is not a file")
        if source is not None and path.samefile(source):
            raise OutputError(f"cannot write {path}: it is the sound itself")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write and read that takes its name once it is complete; else nothing stays.

    It stands beside `path` under another name until then, and what was at `path` stays.
    Raises OutputError for whatever the system says while it is open.
    """
    path = path.resolve()  # a link stays a link
    part = path.with_name(f".livemel-{os.getpid()}{path.suffix}.part")
    try:
        with part.open("w+b") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise OutputError(_cannot(path, error)) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _cannot(path: Path, error: OSError) -> str:
    return f"cannot write {path}: {error.strerror or error}"
