"""Wheel, pinch, drag and keys: which part of the picture is shown."""

from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from livemel.ui.actions import add_action
from livemel.ui.plot_area import PlotArea
from livemel.ui.view_steps import ViewSteps
from livemel.ui.viewport import Viewport
from livemel.ui.words import mark

_NOTCH = 120.0  # eighths of a degree
_ZOOM = 1.25  # a notch
_SCROLL = 0.1  # of the picture, a notch
_DRAG_PX = 4  # less is a click
_GESTURE_MS = 600  # what follows sooner is the same gesture

_GROUP = mark("Groups", "Time")


class Step(NamedTuple):
    """What was shown. more : what a visit has changed besides, or None"""

    viewport: Viewport
    db_range: tuple[float, float]
    more: object = None


class Navigation(QObject):
    """Moves and zooms a picture. Whatever looks back in time lets it stand first.

    frozen : the button that says that the picture stands, and lets it
    returned : a visit is undone: with what it had changed besides
    live_wanted : a person goes back to the newest sound; the picture moves already
    """

    returned = Signal(object)
    live_wanted = Signal()

    def __init__(self, window: QWidget, plot: PlotArea, frozen: QToolButton, menu: QMenu) -> None:
        super().__init__(window)
        self._plot, self._image, self._frozen = plot, plot.image, frozen
        self._usual_s = plot.image.span_s  # to which a reset returns
        self._steps: ViewSteps[Step] = ViewSteps()
        self._last = ""  # kind of the change before
        self._since = QElapsedTimer()
        self._grip: tuple[QPointF, Viewport] | None = None
        self._dragging = False
        self._image.installEventFilter(self)
        plot.range_wanted.connect(lambda: self._note("range"))
        plot.overview.moved.connect(self._on_overview)
        plot.overview.turned.connect(lambda factor: self.zoom_time(factor, 0.5))
        self._add_actions(window, menu)

    def set_usual(self, span_s: float) -> None:
        """A span was chosen: show it, and return to it with a reset."""
        self._usual_s = span_s
        self._note("span")
        self._image.set_span(span_s)

    def zoom_time(self, factor: float, at: float) -> None:
        """`factor` times as many seconds, around a fraction of the width."""
        image = self._image
        self._go(image.viewport.zoomed_in_time(factor, at, image.bounds), "zoom")

    def zoom_rows(self, factor: float, at: float = 0.5) -> None:
        """`factor` times as many rows, around a fraction of the height."""
        if self._rows_move:
            image = self._image
            self._go(image.viewport.zoomed_in_rows(factor, at, image.bounds), "zoom rows")

    def move_time(self, share: float) -> None:
        """Later by so much of the picture's width, or earlier."""
        image = self._image
        if share > 0 and image.paused_at is None:
            return  # there is nothing later than now
        self._stand()
        self._go(image.viewport.moved_in_time(share * image.span_s, image.bounds), "move")

    def move_rows(self, by: float) -> None:
        """Up by so much of the picture's height, or down."""
        image = self._image
        self._go(image.viewport.moved_in_rows(by, image.bounds), "move rows")

    def go_live(self) -> None:
        """Back to the newest sound."""
        self._note("live")
        self._frozen.setChecked(False)
        self.live_wanted.emit()

    def go_to_oldest(self) -> None:
        """To the oldest sound that is kept."""
        self._stand()
        image = self._image
        right_s = image.bounds.oldest_s + image.span_s
        self._go(replace(image.viewport, right_s=right_s), "oldest")

    def zoom_to_selection(self) -> None:
        """The selected box, as large as the picture."""
        box, image = self._image.marks.selection, self._image
        if box is None:
            return
        self._stand()
        width = max(box.stop_s - box.start_s, 1e-3)
        wanted = replace(image.viewport, span_s=width, right_s=box.stop_s)
        view = image.view
        if view is not None and self._rows_move and box.high_hz > box.low_hz:
            whole = replace(view, bottom=0.0, top=1.0)
            bottom, top = (whole.fraction_of(max(hz, 1e-3)) for hz in (box.low_hz, box.high_hz))
            wanted = replace(wanted, bottom=bottom, top=top)
        self._go(wanted, "selection")

    def visit(self, viewport: Viewport, more: object = None) -> None:
        """Show that part, in one step.

        more : what else this changes: whoever undoes the step hears of it by `returned`
        """
        self._steps.note(Step(*self._now[:2], more))
        self._last = "visit"
        self._since.start()
        self._show(viewport)

    def reset(self) -> None:
        """All frequencies, and as many seconds as usual."""
        image = self._image
        wanted = image.viewport.zoomed_in_time(self._usual_s / image.span_s, 0.5, image.bounds)
        self._go(replace(wanted, bottom=0.0, top=1.0), "reset")

    def undo(self) -> None:
        """What was shown before."""
        self._show_step(self._steps.back(self._now))

    def redo(self) -> None:
        """What was shown before it was undone."""
        self._show_step(self._steps.forward(self._now))

    @property
    def _now(self) -> Step:
        return Step(self._image.viewport, self._image.db_range)

    @property
    def _rows_move(self) -> bool:
        """The height of a waveform is its level."""
        view = self._image.view
        return view is not None and view.frontend.representation != "waveform"

    def _show_step(self, step: Step | None) -> None:
        if step is None:
            return
        self._last = ""
        self._show(step.viewport)
        if step.more is not None:
            self.returned.emit(step.more)
        self._plot.put_range(*step.db_range)

    def _show(self, viewport: Viewport) -> None:
        self._frozen.setChecked(viewport.right_s is not None)
        self._image.set_viewport(viewport)

    def _stand(self) -> None:
        """Let the picture stand, if it moves."""
        if not self._frozen.isChecked():
            self._note("stand")
            self._frozen.setChecked(True)
            self._last = "move"  # what follows belongs to it
            self._since.start()

    def _go(self, viewport: Viewport, kind: str) -> None:
        self._note(kind)
        self._image.set_viewport(viewport)

    def _note(self, kind: str) -> None:
        """Remember what is shown, before it changes."""
        soon = self._since.isValid() and self._since.elapsed() < _GESTURE_MS
        held = self._dragging and kind == self._last
        self._steps.note(self._now, goes_on=held or (soon and kind == self._last))
        self._last = kind
        self._since.start()

    def _on_overview(self, seconds: float) -> None:
        """The overview's handle was dragged: its middle is to be at that time."""
        self._stand()
        viewport = self._image.viewport
        right_s = seconds + viewport.span_s / 2
        by = right_s - (viewport.right_s or 0.0)
        self._go(viewport.moved_in_time(by, self._image.bounds), "move")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Runs on: the GUI thread, for each event of the image."""
        if isinstance(event, QWheelEvent):
            self._on_wheel(event)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._on_pinch(event)
                return True
        elif isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        return False

    def _fractions(self, at: QPointF) -> tuple[float, float]:
        """A place as fractions of the picture, from its lower left."""
        image = self._image
        return at.x() / max(1, image.width()), 1 - at.y() / max(1, image.height())

    def _on_wheel(self, event: QWheelEvent) -> None:
        along, up = event.angleDelta().x() / _NOTCH, event.angleDelta().y() / _NOTCH
        right, top = self._fractions(event.position())
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ShiftModifier or (along and not up):
            self.move_time(-_SCROLL * (up + along))
        elif held & Qt.KeyboardModifier.ControlModifier:
            self.zoom_rows(_ZOOM**-up, top)
        elif held & Qt.KeyboardModifier.AltModifier:  # which turns the wheel by 90 degrees
            self.move_rows(_SCROLL * (up + along))
        else:
            self.zoom_time(_ZOOM**-up, right)

    def _on_pinch(self, event: QNativeGestureEvent) -> None:
        right, top = self._fractions(event.position())
        factor = 1 / max(0.1, 1 + event.value())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_rows(factor, top)
        else:
            self.zoom_time(factor, right)

    def _on_mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonDblClick and event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.reset()
            return True
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if kind == QEvent.Type.MouseButtonPress and plain and _pans(event.button()):
            self._grip = (event.position(), self._image.viewport)
            self._dragging = False
        elif kind == QEvent.Type.MouseMove and self._grip is not None:
            self._drag(event.position())
        elif kind == QEvent.Type.MouseButtonRelease and self._grip is not None:
            dragged, self._grip, self._dragging = self._dragging, None, False
            if dragged:
                self._image.setCursor(Qt.CursorShape.CrossCursor)
            return dragged  # else it is a click, which is for others
        return False

    def _drag(self, at: QPointF) -> None:
        """The picture follows the pointer."""
        assert self._grip is not None
        start, viewport = self._grip
        moved = at - start
        if not self._dragging:
            if moved.manhattanLength() < _DRAG_PX:
                return
            self._stand()
            self._grip = start, viewport = start, self._image.viewport
            self._dragging = True
            self._image.setCursor(Qt.CursorShape.ClosedHandCursor)
        image = self._image
        later_s = -moved.x() / max(1, image.width()) * image.span_s
        wanted = viewport.moved_in_time(later_s, image.bounds)
        if self._rows_move:
            wanted = wanted.moved_in_rows(moved.y() / max(1, image.height()), image.bounds)
        self._go(wanted, "move")

    def _add_actions(self, window: QWidget, menu: QMenu) -> None:
        rows = (
            (self.tr("Back to live"), "End", self.tr("The newest sound, as it comes"),
             self.go_live),
            (self.tr("To the oldest sound"), "Home", self.tr("As far back as is kept"),
             self.go_to_oldest),
            (self.tr("Earlier"), "Left", self.tr("A quarter of the picture back"),
             lambda: self.move_time(-0.25)),
            (self.tr("Later"), "Right", self.tr("A quarter of the picture on"),
             lambda: self.move_time(0.25)),
            (self.tr("A picture earlier"), "PgUp", self.tr("Back by what is on the screen"),
             lambda: self.move_time(-1.0)),
            (self.tr("A picture later"), "PgDown", self.tr("On by what is on the screen"),
             lambda: self.move_time(1.0)),
            (self.tr("Zoom in on frequency"), "Ctrl+Up", self.tr("Fewer rows, each higher"),
             lambda: self.zoom_rows(1 / _ZOOM**2)),
            (self.tr("Zoom out of frequency"), "Ctrl+Down", self.tr("More rows, each lower"),
             lambda: self.zoom_rows(_ZOOM**2)),
            (self.tr("Higher frequencies"), "Shift+Up", self.tr("Where frequency is zoomed"),
             lambda: self.move_rows(0.25)),
            (self.tr("Lower frequencies"), "Shift+Down", self.tr("Where frequency is zoomed"),
             lambda: self.move_rows(-0.25)),
            (self.tr("Zoom to the selection"), "Z", self.tr("The selected box fills the picture"),
             self.zoom_to_selection),
            (self.tr("Reset the view"), "0",
             self.tr("All frequencies, and the chosen span; a double click does the same"),
             self.reset),
            (self.tr("Undo"), "Ctrl+Z", self.tr("What was shown before"), self.undo),
            (self.tr("Redo"), "Ctrl+Shift+Z Ctrl+Y", self.tr("What was shown before undoing it"),
             self.redo),
            (self.tr("Overview"), "O", self.tr("The strip of all that is kept, or not"),
             self._plot.toggle_overview),
        )  # fmt: skip
        for text, keys, tip, act in rows:
            add_action(window, menu, _GROUP, text, keys, tip, act)


def _pans(button: Qt.MouseButton) -> bool:
    return button in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
