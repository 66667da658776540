"""Which lanes are on the screen, where there are more."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar, QWidget


class LaneScroll(QScrollBar):
    """A scroll bar beside the lanes, in steps of whole ones; there is none where all are shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setAccessibleName(self.tr("Lanes on the screen"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def show_page(self, first: int, shown: int, total: int) -> None:
        """Where it stands; nothing is signalled."""
        self.blockSignals(True)
        self.setRange(0, max(0, total - shown))
        self.setPageStep(shown)
        self.setValue(first)
        self.blockSignals(False)
        told = self.tr("{}–{} of {} lanes; the wheel over a name, Ctrl+PgUp and Ctrl+PgDn too")
        self.setToolTip(told.format(first + 1, min(first + shown, total), total))
        self.setVisible(total > shown)
