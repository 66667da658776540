"""What Qt says of itself: to the log as well as to the terminal."""

import contextlib
import logging
import sys
from collections.abc import Iterator

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from livemel.errors import one_line
from livemel.logs.private import without_names

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@contextlib.contextmanager
def logged_qt_messages() -> Iterator[None]:
    """While it lasts, Qt's warnings go to the log too. Runs on: the GUI thread."""
    logger = logging.getLogger("livemel.qt")

    def note(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        """Runs on: any thread of Qt's."""
        # At the process's end Qt still speaks when Python's modules are half gone.
        with contextlib.suppress(Exception):
            logger.log(_LEVELS[kind], "%s: %s", context.category, without_names(message))
            if kind == QtMsgType.QtFatalMsg:  # Qt ends the process next
                for handler in logging.getLogger("livemel").handlers:
                    handler.flush()
            print(one_line(message), file=sys.stderr, flush=True)

    before = qInstallMessageHandler(note)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
