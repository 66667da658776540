"""The list of colour maps."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPaintEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from livemel.config import COLOR_MAPS, REVERSED
from livemel.ui.colormaps import lookup_table
from livemel.ui.theme import UNIT

_SWATCH = QSize(80, 24)
_LEAST = 9 * UNIT  # px: in a narrow window the swatch says enough


class CmapBox(QComboBox):
    """A swatch and a name for each, all of them reversed or none."""

    chosen = Signal(str)  # as on the command line: "magma", "magma_r"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Colour map"))
        self.setIconSize(QSize(5 * UNIT, 12))
        self.reversed = name.endswith(REVERSED)
        blank = QPixmap(_SWATCH)  # keeps the room
        blank.fill(Qt.GlobalColor.transparent)
        for number, base in enumerate(COLOR_MAPS):
            self.addItem(QIcon(blank), base, base)
            self.setItemData(number, self._hint(base), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentText(name.removesuffix(REVERSED))
        self._show_direction()
        self.currentIndexChanged.connect(self._on_chosen)

    @property
    def name(self) -> str:
        """What is chosen."""
        return self._full(self.currentText())

    def choose(self, name: str) -> None:
        """Another map, as if it had been chosen here."""
        if name == self.name:
            return
        self.blockSignals(True)
        self.reversed = name.endswith(REVERSED)
        self.setCurrentText(name.removesuffix(REVERSED))
        self.blockSignals(False)
        self._on_chosen()

    def reverse(self) -> None:
        """The other way round."""
        self.reversed = not self.reversed
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._show_direction()
        self.chosen.emit(self.name)

    def _full(self, base: str) -> str:
        return base + REVERSED if self.reversed else base

    def _show_direction(self) -> None:
        direction = self.tr("reversed") if self.reversed else self.tr("from quiet to loud")
        self.setToolTip(self.tr("Colour map, %1  (Shift+C)").replace("%1", direction))
        self._show_swatch(self.currentIndex())

    def _show_swatch(self, number: int) -> None:
        self.setItemIcon(number, _swatch(self._full(COLOR_MAPS[number])))

    def _hint(self, base: str) -> str:
        hints = {
            "magma": self.tr("Even steps; as safe for the colour-blind as for others"),
            "cividis": self.tr("Made for the colour-blind: from blue to yellow"),
            "cbl": self.tr("Made for the colour-blind: as many steps as without red and green"),
            "gray": self.tr("Even steps of lightness"),
            "print": self.tr("For paper: white is silence, black is loud"),
            "turbo": self.tr("Not even: it shows edges where there are none"),
        }
        return hints.get(base, self.tr("Even steps"))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        if self.width() < self.sizeHint().width():
            option.currentText = ""  # a name is whole or not there
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        # Reading all of them takes too long for the window to begin with.
        for number in range(self.count()):
            self._show_swatch(number)
        super().showPopup()


def _swatch(name: str) -> QIcon:
    """The colour map as an icon."""
    lut = lookup_table(name)  # read-only, and stays: the image looks at it
    image = QImage(lut.data, 256, 1, 1024, QImage.Format.Format_RGB32)
    stretch = Qt.AspectRatioMode.IgnoreAspectRatio
    return QIcon(QPixmap.fromImage(image.scaled(_SWATCH, stretch)))
