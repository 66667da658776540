"""The log of a run: what is kept of it, and what is said of an error that nobody expected."""

import contextlib
import faulthandler
import logging
import os
import platform
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from livemel.errors import one_line
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
    file = LogFile(log_path(), _head())
    logger, events = logging.getLogger(_ROOT), logging.getLogger(_EVENTS)
    logger.setLevel((level or "warning").upper())
    events.setLevel((level or "info").upper())
    logger.addHandler(file)
    hooks = _Hooks(file)
    hooks.install()
    crash = _open_for_crashes(file.path) if crashes else None
    try:
        yield file
    finally:
        if crash is not None:
            faulthandler.disable()
            os.close(crash)
        hooks.remove()
        logger.removeHandler(file)
        for each in (logger, events):
            each.setLevel(logging.NOTSET)
        file.close()


def say_internal_error(error: BaseException) -> None:
    """One line on stderr for a mistake of the program's own; the rest goes to the log."""
    logger = logging.getLogger(_ROOT)
    file = next((h for h in logger.handlers if isinstance(h, LogFile)), None)
    with contextlib.ExitStack() as stack:
        if file is None:
            file = stack.enter_context(kept_log())
        _Hooks(file).tell(type(error), error, error.__traceback__, "in the main thread")


class _Hooks:
    """What Python calls for errors that nobody caught, and for warnings."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._said: set[str] = set()
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
        """Runs on: the thread that it happened on. Raises nothing."""
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
            self._file.flush()
            if not self._file.failure:
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


def _open_for_crashes(path: Path | None) -> int | None:
    """The log's file, open for faulthandler, which can open nothing when it is needed. None where
    that cannot be, or somebody else sees to it.
    """
    if path is None or faulthandler.is_enabled() or sys.platform == "win32":
        return None
    number = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
        number = os.open(path, flags, 0o600)
        faulthandler.enable(number)
    except OSError:
        if number is not None:
            os.close(number)
        return None
    return number
