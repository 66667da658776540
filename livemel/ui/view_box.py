"""The list of what the columns can be shown as."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from livemel.ui.theme import UNIT
from livemel.ui.views import VIEWS
from livemel.ui.words import translate


class ViewBox(QComboBox):
    """One entry for each view; the keys 1 to 5 are the window's."""

    named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("View"))
        for number, view in enumerate(VIEWS, 1):
            label, title, what = (
                translate("Views", text) for text in (view.label, view.title, view.hint)
            )
            self.addItem(label, view.name)
            hint = f"{title}: {what}  ({number})"
            self.setItemData(number - 1, hint, Qt.ItemDataRole.ToolTipRole)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumWidth(9 * UNIT + 4)  # in a narrow window, the longest word just fits
        self.currentIndexChanged.connect(self._show_hint)
        self.currentIndexChanged.connect(lambda: self.named.emit(self.currentData()))
        self._show_hint()

    def show_view(self, name: str) -> None:
        """Another view, chosen elsewhere."""
        self.blockSignals(True)
        self.setCurrentIndex(self.findData(name))
        self.blockSignals(False)
        self._show_hint()

    def _show_hint(self) -> None:
        hint = self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole)
        self.setToolTip(self.tr("View. {}").format(hint))
