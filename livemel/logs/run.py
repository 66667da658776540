"""The log of a run: what is kept of it, and what is said of an error that nobody expected."""

import contextlib
import logging
import os
import platform
import sys
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from livemel.errors import one_line
from livemel.logs.crashes import Crashes
from livemel.logs.file import LogFile, log_path
from livemel.logs.private import without_names
from livemel.version import __version__

_PACKAGE = str(Path(__file__).resolve().parents[1])
_ROOT = "livemel"
# Its events are rare, and a bug report is worth little without them.
_EVENTS = "livemel.capture"
_MOST_LINES = 20  # on the terminal, of errors that differ


@contextlib.contextmanager
def kept_log(level: str | None = None, *, crashes: bool = False) -> Iterator[LogFile]:
    """While it lasts, what goes wrong is written to the log: records of livemel's loggers, errors
    that no thread expected, and warnings.

    level : one of livemel.logs.levels.LEVELS; None is "warning", and "info" of devices
    crashes : write down where Python was when the process is killed by a fault, too
    """
    crash = Crashes()
    file = LogFile(log_path(), _head(), opened=crash.follow)
    logger, events = logging.getLogger(_ROOT), logging.getLogger(_EVENTS)
    logger.setLevel((level or "warning").upper())
    events.setLevel((level or "info").upper())
    logger.addHandler(file)
    hooks = _Hooks(file)
    hooks.install()
    if crashes:
        crash.begin(file.path)
    try:
        yield file
    finally:
        hooks.remove()
        logger.removeHandler(file)
        for each in (logger, events):
            each.setLevel(logging.NOTSET)
        file.close()
        hooks.say_rest()
        crash.end()


def say_internal_error(error: BaseException) -> None:
    """One line on stderr for a mistake of the program's own; the rest goes to the log."""
    logger = logging.getLogger(_ROOT)
    file = next((h for h in logger.handlers if isinstance(h, LogFile)), None)
    with contextlib.ExitStack() as stack:
        if file is None:
            file = stack.enter_context(kept_log())
        hooks = _Hooks(file)
        hooks.tell(type(error), error, error.__traceback__, "in the main thread")
        file.flush()  # the program ends by it: there is time
        hooks.say_rest()


class _Hooks:
    """What Python calls for errors that nobody caught, and for warnings."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._said: set[str] = set()
        self._unsaid: deque[str] = deque()
        self._before: tuple[Any, ...] = ()

    def install(self) -> None:
        self._before = (
            sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning,
        )  # fmt: skip
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error
        sys.unraisablehook = self._on_unraisable
        warnings.showwarning = self._on_warning

    def remove(self) -> None:
        (
            sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning,
        ) = self._before  # fmt: skip

    def tell(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
        where: str,
    ) -> None:
        """Write it down, and say it in a line once that is done. Runs on: the thread that it
        happened on, which waits neither for a disk nor for a terminal; raises nothing.
        """
        with contextlib.suppress(Exception):
            wrong = error if error is not None else kind()
            logging.getLogger(_ROOT).error(
                "internal error %s", where, exc_info=(kind, wrong, trace)
            )
            what = one_line(" ".join(f"{kind.__name__}: {wrong}".split()).rstrip(": "))
            line = f"livemel: internal error: {what}{_place(trace)}"
            if line in self._said or len(self._said) >= _MOST_LINES:
                return
            self._said.add(line)
            self._unsaid.append(line)
            self._file.afterwards(self._say_next)

    def say_rest(self) -> None:
        """What a disk that hangs has held up."""
        while self._unsaid:
            self._say_next(written=False)

    def _say_next(self, written: bool = True) -> None:
        """Runs on: the log's thread; at the end the main thread. Raises nothing."""
        with contextlib.suppress(Exception):
            line = self._unsaid.popleft()
            if written and not self._file.failure:
                line += f"; details are in {self._file.path}"
            if sys.stderr is not None:
                print(line, file=sys.stderr, flush=True)

    def _on_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Runs on: the main thread; for Qt's slots too."""
        if issubclass(kind, Exception):
            self.tell(kind, error, trace, "in the main thread")
        else:
            self._before[0](kind, error, trace)

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        """Runs on: the thread that ends by it."""
        if issubclass(args.exc_type, Exception):
            name = args.thread.name if args.thread else "that is gone"
            self.tell(args.exc_type, args.exc_value, args.exc_traceback, f"in thread {name}")
        else:
            self._before[1](args)

    def _on_unraisable(self, args: Any) -> None:
        """Runs on: any thread. Of what no caller could be told: an error in __del__, say."""
        self.tell(args.exc_type, args.exc_value, args.exc_traceback, "that nobody could be told")

    def _on_warning(self, message: Warning | str, *rest: Any, **named: Any) -> None:
        """Runs on: any thread. Said as before, and kept."""
        place = f" ({Path(str(rest[1])).name}:{rest[2]})" if len(rest) > 2 else ""
        text = without_names(" ".join(str(message).split()))
        logging.getLogger(_ROOT).warning("%s: %s%s", type(message).__name__, text, place)
        self._before[3](message, *rest, **named)


def _place(trace: TracebackType | None) -> str:
    """The innermost place of ours."""
    ours = [f for f in traceback.extract_tb(trace) if f.filename.startswith(_PACKAGE)]
    if not ours:
        return ""
    return f" ({Path(ours[-1].filename).relative_to(_PACKAGE).as_posix()}:{ours[-1].lineno})"


def _head() -> str:
    began = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    system = f"{platform.system()} {platform.release()}"
    return (
        f"{began} livemel {__version__} [{os.getpid()}] Python {sys.version.split()[0]}, {system}"
    )
