"""A button whose text gives way."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton

_LEAST = 88  # px: a few letters of what it is


class ElidedButton(QToolButton):
    """Ends in … before its arrow where there is no room for all of its text."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def whole_text(self) -> str:
        """The text, also where it is cut."""
        return self._whole

    def set_text(self, text: str) -> None:
        """What it says; an arrow is put behind it."""
        self._whole = text
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(f"{self._whole}  ▾") + 2 * self._padding()
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _padding(self) -> int:
        """Of the style sheet: border and padding of one side, and what text may overhang."""
        return 16

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = self.width() - 2 * self._padding() - metrics.horizontalAdvance("  ▾") + 2
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, room))
        self.setText(f"{shown}  ▾".replace("&", "&&"))  # one alone marks a letter
