"""What is known of a front-end, to read."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from livemel.ui.theme import UNIT


class FactSheet(QScrollArea):
    """Names and values in two columns; scrolls where there is no room for all."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Details"))
        self.setMinimumHeight(12 * UNIT)
        self._sheet = QWidget()
        self._sheet.setObjectName("plain")
        self._grid = QGridLayout(self._sheet)
        self._grid.setContentsMargins(0, 0, UNIT, 0)
        self._grid.setHorizontalSpacing(2 * UNIT)
        self._grid.setVerticalSpacing(UNIT // 2)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        self.setWidget(self._sheet)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show these and no others."""
        while len(self._labels) < len(facts):
            self._add_row()
        for n, (name, value) in enumerate(self._labels):
            name.setText(facts[n][0] if n < len(facts) else "")
            value.setText(facts[n][1] if n < len(facts) else "")
        self._sheet.setAccessibleDescription("; ".join(f"{n}: {text}" for n, text in facts))

    def _add_row(self) -> None:
        row = len(self._labels)
        self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(row + 1, 1)  # what room is left stands below the last
        name, value = QLabel(), QLabel()
        name.setProperty("role", "small")
        value.setProperty("role", "fact")
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        self._labels.append((name, value))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A stop for the Tab key only where the arrows have something to do.
        scrolls = self.verticalScrollBar().maximum() > 0
        policy = Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
