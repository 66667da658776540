"""A button whose text gives way."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton

_ARROW = "  ▾"


class ElidedButton(QToolButton):
    """Says less where there is no room for all of its text; the least of it ends in … before the
    arrow.

    least : px, a few letters of what it is
    """

    def __init__(self, least: int = 88) -> None:
        super().__init__()
        self._least = least
        self._texts: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def whole_text(self) -> str:
        """The text, also where it is cut."""
        return self._texts[0]

    def set_text(self, text: str, *shorter: str) -> None:
        """What it says; an arrow is put behind it. shorter : and where there is no room for it"""
        self._texts = (text, *shorter)
        self.updateGeometry()
        self._fit()

    @property
    def widths(self) -> list[int]:
        """What each of the texts takes, in px, the longest first."""
        return [self._room(text) for text in self._texts]

    def sizeHint(self) -> QSize:
        return QSize(self._room(self.whole_text), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        least = min(self._least, self._room(self._texts[-1]))
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _padding(self) -> int:
        """Of the style sheet: border and padding of one side, and what text may overhang."""
        return 16

    def _room(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text + _ARROW) + 2 * self._padding()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = self.width() - 2 * self._padding() - metrics.horizontalAdvance(_ARROW) + 2
        fitting = (text for text in self._texts if metrics.horizontalAdvance(text) <= room)
        shown = next(fitting, None)
        if shown is None:
            cut = Qt.TextElideMode.ElideRight
            shown = metrics.elidedText(self._texts[-1], cut, max(0, room))
        self.setText(f"{shown}{_ARROW}".replace("&", "&&"))  # one alone marks a letter
