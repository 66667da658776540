"""A result, a file or a folder, that is there whole or not at all."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from livemel.errors import OutputError
from livemel.files import is_there


def check_writable(path: Path) -> None:
    """Find out now, not after an hour, that a result cannot be written. Leaves all as it was.

    Raises OutputError.
    """
    try:
        target = Path(os.path.realpath(path))  # a link that leads nowhere stays a link
        there = target.exists()
        if target.is_fifo():
            raise OutputError(f"cannot write {path}: it is a pipe")
        with target.open("ab"):
            pass
        if not there:
            target.unlink()
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
        if source is not None and is_there(source) and path.samefile(source):
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


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to fill that takes its name once it is complete; else nothing stays.

    path : at which nothing may be; the folders above it are made
    Raises OutputError for whatever the system says while it is open.
    """
    with scratch_folder(path) as part:
        yield part
        part.rename(path)


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path`, for what becomes of it; gone afterwards.

    Raises OutputError, which names `path`, for whatever the system says while it is open.
    """
    part = path.with_name(f".livemel-{os.getpid()}-{path.name}.part")
    try:
        part.mkdir(parents=True)
        yield part
    except OutputError as error:  # of a file in it
        raise OutputError(str(error).replace(str(part), str(path))) from None
    except OSError as error:
        raise OutputError(_cannot(path, error)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def make_folder(path: Path) -> None:
    """And those above it, where they are not there. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(_cannot(path, error)) from None


def free_path(path: Path) -> Path:
    """This path, or where something is there already, one with a number: NAME-2.ext."""
    for number in itertools.count(2):
        if not os.path.lexists(path):
            return path
        if number == 2:
            first = path
        path = first.with_name(f"{first.stem}-{number}{first.suffix}")
    raise AssertionError  # it counts for ever


def _cannot(path: Path, error: OSError) -> str:
    return f"cannot write {path}: {error.strerror or error}"
