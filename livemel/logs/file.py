"""The log's file: small, private, shared by all that run at once, and never in anybody's way."""

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from livemel.logs.private import names_in, without_names
from livemel.logs.repeats import Repeats

MOST_BYTES = 1 << 20
FILES = 3  # livemel.log, livemel.log.1, livemel.log.2
# Of one record: a traceback has 2 to 8 KB.
_LONGEST = 1 << 15
_LOCK_S = 1.0
_FLUSH_S = 1.0

_ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def log_path() -> Path | None:
    """Where the log is, or would be; None without a home to put it in."""
    from platformdirs import user_log_path  # costs 20 ms

    with contextlib.suppress(RuntimeError, OSError, KeyError):
        path = user_log_path("livemel") / "livemel.log"
        return path if path.is_absolute() else None
    return None


class LogFile(logging.Handler):
    """Appends records to a file on a thread of its own, which begins with the first of them.

    path : None keeps nothing
    head : the line before a run's first record
    opened : told the descriptor that a record has been written to. Runs on: the log's thread; may
        raise OSError
    Each record opens the file anew and is one write at its end under a lock of its folder: so
    several programs share it, and none writes into what another has set aside. What cannot be
    written is dropped; `failure` says why.
    """

    def __init__(
        self,
        path: Path | None,
        head: str = "",
        most_bytes: int = MOST_BYTES,
        files: int = FILES,
        opened: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self.path = path
        self.failure = "" if path else "there is no home folder"
        self._head = head
        self._most_bytes, self._files = most_bytes, files
        self._opened = opened
        self._repeats = Repeats()
        self._texts: queue.SimpleQueue[str | Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.setFormatter(_Lines())

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a record over. Runs on: any thread; waits for no disk, raises nothing."""
        if self.path is None:
            return
        try:
            text = self.format(record)
        except Exception as error:  # a record that does not fit its own arguments
            text = f"{record.name}: a record that cannot be written: {type(error).__name__}"
        count = self._repeats.count(record.name + _body(record))
        if not count:
            return
        self._texts.put(text if count == 1 else f"{text} [{count} times]")
        self._start()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Call it once all is written that was handed over until now, or was dropped. It raises
        nothing. Runs on: any thread; it is called on the log's.
        """
        self._texts.put(act)
        self._start()

    def flush(self) -> None:
        """Wait until all is written, but not for a disk that hangs."""
        if self._thread is not None and self._thread.is_alive():
            written = threading.Event()
            self._texts.put(written.set)
            written.wait(_FLUSH_S)

    def close(self) -> None:
        """Write what is left, and end the thread, but wait for no disk that hangs."""
        if self._thread is not None and self._thread.is_alive():
            self._texts.put(None)
            self._thread.join(_FLUSH_S)
        super().close()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="livemel-log", daemon=True)
            with contextlib.suppress(RuntimeError):  # the interpreter is ending
                self._thread.start()

    def _run(self) -> None:
        """Runs on: the log's thread."""
        while True:
            text = self._texts.get()
            if text is None:
                return
            if not isinstance(text, str):
                text()
                continue
            if self._head:
                text, self._head = f"{self._head}\n{text}", ""
            try:
                self._append(text[:_LONGEST])
                self.failure = ""
            except OSError as error:
                self.failure = error.strerror or str(error)

    def _append(self, text: str) -> None:
        """Raises OSError."""
        assert self.path is not None
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = f"{text}\n".encode("utf-8", errors="backslashreplace")
        with _locked(self.path.parent) as locked:
            if locked and self._size() + len(data) > self._most_bytes:
                self._set_aside()
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
            number = os.open(self.path, flags, 0o600)  # not blocked by a pipe in its place
            try:
                os.write(number, data)
                if self._opened is not None:
                    self._opened(number)
            finally:
                os.close(number)

    def _size(self) -> int:
        assert self.path is not None
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def _set_aside(self) -> None:
        """livemel.log becomes .1, .1 becomes .2, and the last one goes. Raises OSError."""
        assert self.path is not None
        names = [self.path] + [Path(f"{self.path}.{n}") for n in range(1, self._files)]
        for older, newer in zip(names[:0:-1], names[-2::-1], strict=True):
            with contextlib.suppress(FileNotFoundError):
                newer.replace(older)


class _Lines(logging.Formatter):
    """One line a record; what follows, a traceback, is indented."""

    default_time_format = "%Y-%m-%dT%H:%M:%S%z"
    default_msec_format = ""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text.replace("\r", " ").replace("\n", "\n    ")

    def formatException(self, ei: _ExcInfo) -> str:
        return without_names(super().formatException(ei), names_in(ei[1]))


def _body(record: logging.LogRecord) -> str:
    """What makes two records the same: all but their time."""
    wrong = record.exc_info and record.exc_info[2]
    place = f"{wrong.tb_frame.f_code.co_filename}:{wrong.tb_lineno}" if wrong else ""
    try:
        return f"{record.getMessage()}{place}"
    except Exception:
        return f"{record.msg}{place}"


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """True while no other livemel writes there. Elsewhere than on Unix, and where somebody stopped
    holds the lock, False: a record is one write even so.
    """
    if sys.platform == "win32":
        yield False
        return
    import fcntl

    number = os.open(folder, os.O_RDONLY)
    try:
        yield _lock(fcntl.flock, number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(number)


def _lock(flock: object, number: int, how: int) -> bool:
    give_up = time.monotonic() + _LOCK_S
    while True:
        try:
            flock(number, how)  # type: ignore[operator]
            return True
        except BlockingIOError:
            if time.monotonic() > give_up:
                return False
            time.sleep(0.005)
        except OSError:  # not on this file system
            return False
