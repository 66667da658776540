"""What is pointed at and marked, read again and again, on a card."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from livemel.buffers.history import SampleHistory
from livemel.engine import Feed
from livemel.ui.card import Card, Question, read_card
from livemel.ui.mark_overlay import MarkOverlay
from livemel.ui.marks import Marks
from livemel.ui.measure import Measure
from livemel.ui.plot_area import PlotArea
from livemel.ui.readout import Readout
from livemel.ui.readout_pane import ReadoutPane
from livemel.ui.theme import Theme

# Between two readings: of what is pointed at, and while the picture moves under it.
_SOON_MS, _LATER = 33, 3
_HARMONICS = 8  # on the card
_NEAR = 0.03  # half a semitone: so far the harmonic cursor goes by itself

Heard = Callable[[], tuple[Feed | None, SampleHistory | None]]


class Readings(QObject):
    """Has what the pointer and the marks are at measured, one question after the other, on a
    thread: a low tone's harmonics take many paints. The newest question is the one that counts.

    heard : the feed that is shown, and the sound it was computed from
    """

    def __init__(self, window: QWidget, plot: PlotArea, theme: Theme, heard: Heard) -> None:
        super().__init__(window)
        image = plot.image
        self._image, self._heard = image, heard
        self._measure: Measure | None = None
        self._readout = Readout(theme)
        image.overlays += [MarkOverlay(), self._readout]
        image.shared_overlays.append(MarkOverlay(has_labels=False))
        self._pane = ReadoutPane(self._readout, image, plot.lanes)
        self._readers = ThreadPoolExecutor(1, "livemel-readings")
        self._coming: Future[Card] | None = None
        self._card: Card | None = None
        self._snaps = False  # the harmonic cursor goes to what is found
        self._turns = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_SOON_MS)
        self._timer.timeout.connect(self._turn)
        image.marks_changed.connect(self._look)
        image.changed.connect(self._look)

    @property
    def pointer(self) -> QPointF | None:
        """Where the pointer is, in the picture's logical pixels."""
        return self._readout.pointer

    @property
    def measure(self) -> Measure | None:
        """Reads the feed that is shown."""
        feed, history = self._heard()
        if feed is None:
            return None
        if self._measure is None or self._measure.feed is not feed:
            self._measure = Measure(feed, history)
        return self._measure

    @property
    def card(self) -> Card | None:
        """What was read last, or None where there is nothing to read."""
        return self._card

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._readout.set_theme(theme)

    def point_at(self, at: QPointF | None) -> None:
        """Read what is there; None is outside the picture."""
        self._readout.pointer = at
        self._pane.follow()
        self._look()

    def snap(self) -> None:
        """Take the harmonic cursor to where the harmonics agree, if that is near."""
        self._snaps = True
        self._look()

    def copy(self) -> None:
        """What was read last, with all harmonics, to the clipboard."""
        if self._card is not None:
            QGuiApplication.clipboard().setText(self._card.text)

    def close(self) -> None:
        """No more questions."""
        self._timer.stop()
        self._readers.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> None:
        if self._question is not None:
            self._timer.start() if not self._timer.isActive() else None
        elif self._card is not None:
            self._show(None)

    @property
    def _question(self) -> Question | None:
        image, axes, at = self._image, self._image.axes, self.pointer
        if axes is None or (at is None and image.marks == Marks()):
            return None
        place = None if at is None else (at.x(), at.y())
        return Question(axes, image.marks, place, image.standing_at is not None)

    def _turn(self) -> None:
        """Take an answer, and ask again if there is something new. Runs on: the GUI thread."""
        if self._coming is not None:
            if not self._coming.done():
                return
            card, self._coming = self._coming.result(), None
            if self._question is not None:
                self._show(card)
                self._snap_to(card)
        question, measure = self._question, self.measure
        if question is None or measure is None:
            self._timer.stop()
            return
        self._turns += 1
        before = self._card.question if self._card else None
        moved = before is None or _still(before) != _still(question)
        # Under a picture that moves, all that changes is the time: that is read less often.
        if moved or (before != question and self._turns % _LATER == 0):
            self._coming = self._readers.submit(read_card, question, measure, _HARMONICS)

    def _show(self, card: Card | None) -> None:
        self._card = card
        if self._readout.show_tables(() if card is None else card.tables):
            self._image.update()
            self._pane.follow()

    def _snap_to(self, card: Card) -> None:
        marks, asked = self._image.marks, card.question.marks.harmonic_hz
        if not self._snaps or asked is None or asked != marks.harmonic_hz:
            return
        self._snaps = False
        found = card.harmonics
        if found is not None and abs(found.f0_hz / asked - 1) < _NEAR:
            self._image.marks = replace(marks, harmonic_hz=found.f0_hz)


def _still(question: Question) -> Question:
    """The question without the time at which it is asked."""
    return replace(question, axes=replace(question.axes, right_s=0.0))
