"""A label whose tooltip is written when it is wanted."""

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QLabel, QToolTip


class DetailLabel(QLabel):
    """Shows what `details` returns to whoever points at it; its own tooltip where that is ""."""

    def __init__(self) -> None:
        super().__init__()
        self.details: Callable[[], str] = str

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.details()
            if text:
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)
