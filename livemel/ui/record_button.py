"""The button that records, and its red light."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton

from livemel.engine import RecorderStatus, clock
from livemel.ui.theme import UNIT, Theme
from livemel.ui.words import as_tip, translate

_DOT = QSize(16, 12)  # px: the light, and a gap between it and the text


class RecordButton(QToolButton):
    """A ring while nothing is recorded; a red light, the time, and what the disk has room for.

    In a window that is too narrow for the words their end goes first, then only the light is left.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("record")
        self.setAccessibleName(self.tr("Record"))
        self._idle = self.tr("Record  R")
        self._tip = self.tr("Record the sound as it comes, all channels  (R)")
        self.setToolTip(self._tip)
        self._words = self._idle
        self.setText(self._words)
        self.setIconSize(_DOT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._on: bool | None = None
        self._wanted = 0  # px, for light and words
        self._type = 0  # px, the height of what was measured
        self._light(False)

    def set_theme(self, theme: Theme) -> None:
        """Dark or light."""
        self._theme = theme
        self._light(bool(self._on))

    @property
    def recording(self) -> bool:
        """True while the light is on."""
        return bool(self._on)

    def show_status(self, status: RecorderStatus | None) -> None:
        """Show how it goes; None: nothing is recorded. Only a change costs a repaint."""
        on = status is not None
        if on is not self._on:
            self._light(on)
        text, tip = self._idle, self._tip
        if status is not None:
            text = clock(status.seconds)
            tip = self.tr("Recording to {}").format(status.path)
            if status.left_s is not None:
                text += "  ·  " + self.tr("{} left").format(room(status.left_s))
                free = self.tr("{:.1f} GB are free. R ends it.")
                tip += "\n" + free.format(status.free_bytes / 1e9)
        if text != self._words:
            self._words = text
            self._fit()
        if (tip := as_tip(tip)) != self.toolTip():
            self.setToolTip(tip)

    def _light(self, on: bool) -> None:
        self._on = on
        self.setProperty("recording", on)
        self.style().polish(self)  # the style sheet asks for the property
        font = QFont(self.font())
        font.setFeature(QFont.Tag("tnum"), 1)
        self.setFont(font)
        self.setIcon(_dot(self._theme, on, self.devicePixelRatioF()))
        self._fit()

    @property
    def brief_width(self) -> int:
        """What it takes without the end of its words, in px."""
        metrics = self.fontMetrics()
        end = self._words.removeprefix(_brief(self._words))
        return self._wanted - metrics.horizontalAdvance(end)

    def _fit(self) -> None:
        """The words if there is room for them."""
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setText(self._words)
        wanted = super().sizeHint().width()
        # Never narrower while it records, or the row would shift with the digits; presenter mode's
        # large type does not count afterwards.
        height = self.fontMetrics().height()
        keeps = self._on and height == self._type
        self._wanted, self._type = max(wanted, self._wanted) if keeps else wanted, height
        if self.width() < self._wanted:
            self.setText(_brief(self._words))
            if self.width() < self.brief_width:
                self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._wanted, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(5 * UNIT, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


def room(seconds: float) -> str:
    """So long, in the largest unit that leaves two digits or so: 50 s, 12 min, 41 h, 9 days."""
    for size, name in ((86_400.0, translate("Units", "days")), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{min(999, int(seconds / size))} {name}"
    return f"{int(seconds)} s"


def _brief(words: str) -> str:
    """Without the key, or what the disk has room for."""
    return words.partition("  ")[0]


def _dot(theme: Theme, on: bool, ratio: float) -> QIcon:
    pixmap = QPixmap(_DOT * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme.red if on else theme.muted)
    painter.setPen(colour)
    painter.setBrush(colour if on else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(1, 1, _DOT.height() - 2, _DOT.height() - 2))
    painter.end()
    return QIcon(pixmap)
