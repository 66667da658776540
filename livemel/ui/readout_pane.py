"""The card of readings over several lanes."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from livemel.ui.lane_stack import LaneStack
from livemel.ui.readout import Readout
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import UNIT


class ReadoutPane(QWidget):
    """Beside the name of the lane that has the focus; it reaches over its neighbours, which are
    too low for it one by one. There is none while one channel is shown alone.
    """

    def __init__(self, readout: Readout, image: SpectrogramView, stack: LaneStack) -> None:
        super().__init__(image.parentWidget())
        self._readout, self._image, self._stack = readout, image, stack
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        image.installEventFilter(self)
        stack.laid_out.connect(self.follow)

    def follow(self) -> None:
        """Be where the card belongs now, with what is to be read now."""
        image = self._image
        lanes = [picture.geometry() for picture in self._stack.pictures]
        top, bottom = lanes[0].top(), lanes[-1].bottom() + 1
        card = self._readout.card(image, bottom - top) if image.inset else None
        self.setVisible(card is not None)
        if card is None:
            return
        size, there = card.deviceIndependentSize(), image.geometry()
        x = image.inset + UNIT
        y = min(UNIT, bottom - UNIT - round(size.height()) - there.top())
        if self._readout.is_near(QRectF(QPointF(x, y), size)):
            x = image.width() - round(size.width()) - UNIT
        self.setGeometry(
            there.left() + x, there.top() + y, round(size.width()) + 1, round(size.height()) + 1
        )
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Runs on: the GUI thread, for each event of the image."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self.follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        lanes = self._stack.pictures
        height = lanes[-1].geometry().bottom() + 1 - lanes[0].geometry().top()
        card = self._readout.card(self._image, height)
        if card is not None:
            QPainter(self).drawPixmap(0, 0, card)
