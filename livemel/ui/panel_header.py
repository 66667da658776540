"""The title of a panel, with its buttons."""

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QToolButton, QWidget

from livemel.ui.elided_label import ElidedLabel

HEIGHT = 22


class PanelHeader(QWidget):
    """Title on the left, buttons on the right, the last of which closes the panel.

    name : of the panel, for who hears the buttons
    narrow : the buttons stand under the title
    """

    closed = Signal()

    def __init__(self, name: str, *, narrow: bool = False) -> None:
        super().__init__()
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._row = QBoxLayout(down if narrow else right, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.title = ElidedLabel(name)
        self.title.setProperty("role", "small")
        font = QFont(self.font())
        font.setFeature(QFont.Tag("tnum"), 1)
        self.title.setFont(font)
        self._row.addWidget(self.title, 0 if narrow else 1)
        self._buttons: list[QToolButton] = []  # from the left
        self.add_button("✕", self.tr("Close {0}").format(name), self.closed.emit)

    def add_button(self, text: str, tip: str, act: object) -> None:
        """A button left of those that are there."""
        button = QToolButton()
        button.setText(text)
        button.setProperty("role", "quiet")
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.clicked.connect(act)
        self._row.insertWidget(1, button)
        self._buttons.insert(0, button)

    def say(self, text: str) -> None:
        """Another title. Only a change costs a repaint."""
        if self.title.text() != text:
            self.title.setText(text)

    def showEvent(self, event: QShowEvent) -> None:
        # Not before: among themselves, buttons of a window of their own keep the order they have.
        for left, right in pairwise(self._buttons):
            QWidget.setTabOrder(left, right)
        super().showEvent(event)
