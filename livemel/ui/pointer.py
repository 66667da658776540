"""Pointing, cursors, harmonics and the selection: what is measured in the picture."""

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from livemel.ui.actions import add_action
from livemel.ui.axes import Axes
from livemel.ui.mark_shapes import nearest_harmonic
from livemel.ui.marks import Box, Marks, Point
from livemel.ui.measure import Reading
from livemel.ui.readings import Readings
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.words import mark

_CLICK_PX = 4  # what moves further is a drag
_GRASP_PX = 5  # of a harmonic's line
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

_GROUP = mark("Groups", "Measuring")


class Pointer(QObject):
    """Click: cursor A. Ctrl+click: cursor B. Shift+drag: a selection. H: the harmonic cursor, whose
    lines can be dragged. Esc takes them away.
    """

    def __init__(
        self, window: QWidget, image: SpectrogramView, readings: Readings, menu: QMenu
    ) -> None:
        super().__init__(window)
        self._image, self._readings = image, readings
        image.setMouseTracking(True)
        image.installEventFilter(self)
        self._pressed: QPointF | None = None
        self._held: tuple[str, int] | None = None  # what a drag moves: "box", or the harmonic n
        self._cursor = "a"  # the one that keys move
        self._add_actions(window, menu)
        image.marks_changed.connect(self._on_marks)
        self._on_marks()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Runs on: the GUI thread, for each event of the image, before navigation sees it."""
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if event.type() == QEvent.Type.Leave:
            self._readings.point_at(None)
        return False

    def _on_mouse(self, event: QMouseEvent) -> bool:
        kind, at, axes = event.type(), event.position(), self._image.axes
        if axes is None:
            return False
        if kind == QEvent.Type.MouseMove:
            self._readings.point_at(at)
            if self._held is not None:
                self._drag(at, axes)
                return True
            if self._pressed is None:
                self._show_grasp(at, axes)
        elif kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = at
            self._image.setFocus(Qt.FocusReason.MouseFocusReason)
            grasped = self._grasped(at, axes)
            if event.modifiers() & _SHIFT:
                self._held = ("box", 0)
                return True
            if grasped is not None:
                self._held = ("harmonic", grasped)
                return True
            return bool(event.modifiers() & _CTRL)
        elif kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            start, self._pressed, held, self._held = self._pressed, None, self._held, None
            moved = (at - start).manhattanLength() >= _CLICK_PX
            if held is not None and moved:
                if held[0] == "harmonic":
                    self._readings.snap()
            elif not moved:
                self._click(at, axes, event.modifiers())
            return held is not None
        return False

    def _grasped(self, at: QPointF, axes: Axes) -> int | None:
        f0 = self._image.marks.harmonic_hz
        return None if f0 is None else nearest_harmonic(at.y(), f0, axes, _GRASP_PX)

    def _show_grasp(self, at: QPointF, axes: Axes) -> None:
        if self._grasped(at, axes) is not None:
            self._image.setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            self._image.setCursor(Qt.CursorShape.CrossCursor)

    def _drag(self, at: QPointF, axes: Axes) -> None:
        assert self._held is not None
        marks, (what, n) = self._image.marks, self._held
        if what == "harmonic":
            hz = axes.hz_at(min(max(at.y(), 0.0), axes.height))
            self._set(replace(marks, harmonic_hz=min(max(hz / n, 1.0), self._top_hz(axes))))
        elif self._pressed is not None:
            bounds, box = self._image.bounds, _box(self._pressed, at, axes)
            start_s, stop_s = (  # where there is sound
                min(max(s, bounds.oldest_s), bounds.newest_s) for s in (box.start_s, box.stop_s)
            )
            self._set(replace(marks, selection=replace(box, start_s=start_s, stop_s=stop_s)))

    def _click(self, at: QPointF, axes: Axes, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & _SHIFT:
            self._set(replace(self._image.marks, selection=None))
            return
        reading = self._reading_at(at, axes)
        name = "b" if modifiers & _CTRL else "a"
        self._put(name, Point(reading.seconds, reading.hz))

    def _put(self, name: str, point: Point) -> None:
        self._cursor = name
        marks = self._image.marks
        self._set(replace(marks, a=point) if name == "a" else replace(marks, b=point))

    def _set(self, marks: Marks) -> None:
        self._image.marks = marks

    def _top_hz(self, axes: Axes) -> float:
        return axes.view.frontend.sr / 2 * 0.999

    @property
    def _at(self) -> QPointF | None:
        return self._readings.pointer

    def _reading_at(self, at: QPointF, axes: Axes) -> Reading:
        measure = self._readings.measure
        if measure is None:
            return Reading(axes.seconds_at(at.x()), axes.hz_at(at.y()), None, None)
        return measure.at(axes, at.x(), at.y())

    def toggle_harmonics(self) -> None:
        """The harmonic cursor on what is pointed at, on cursor A, or on 100 Hz; or away."""
        marks, axes = self._image.marks, self._image.axes
        if marks.harmonic_hz is not None or axes is None or not axes.has_hz:
            self._set(replace(marks, harmonic_hz=None))
            return
        hz = 100.0
        if self._at is not None:
            hz = self._reading_at(self._at, axes).hz
        elif marks.a is not None and math.isfinite(marks.a.hz):
            hz = marks.a.hz
        self._set(replace(marks, harmonic_hz=min(max(hz, 1.0), self._top_hz(axes))))
        self._readings.snap()

    def mark_next(self) -> None:
        """Cursor A in the middle of the picture; B if there is A already."""
        axes = self._image.axes
        if axes is None:
            return
        at = QPointF(axes.width / 2, axes.height / 2) if self._at is None else self._at
        reading = self._reading_at(at, axes)
        name = "b" if self._image.marks.a is not None and self._image.marks.b is None else "a"
        self._put(name, Point(reading.seconds, reading.hz))

    def move_cursor(self, columns: int, rows: int) -> None:
        """The cursor that was set last, by so many columns and rows of the picture."""
        marks, axes = self._image.marks, self._image.axes
        point = marks.a if self._cursor == "a" else marks.b
        if point is None or axes is None:
            return
        view, fe = axes.view, axes.view.frontend
        hz = point.hz
        if axes.has_hz and math.isfinite(hz):
            step = rows / (fe.n_rows * (view.top - view.bottom))
            hz = max(view.row_hz(view.fraction_of(max(hz, 1e-3)) + step), 1e-3)
        self._put(self._cursor, Point(point.seconds + columns / fe.columns_per_s, hz))

    def select_between(self) -> None:
        """The box whose corners are the two cursors."""
        marks = self._image.marks
        if marks.a is None or marks.b is None:
            return
        start_s, stop_s = sorted((marks.a.seconds, marks.b.seconds))
        low_hz, high_hz = sorted((marks.a.hz, marks.b.hz))
        self._set(replace(marks, selection=Box(start_s, stop_s, low_hz, high_hz)))

    def clear(self) -> None:
        """No marks."""
        self._set(Marks())

    def _add_actions(self, window: QWidget, menu: QMenu) -> None:
        rows = (
            (self.tr("Set a cursor"), "C",
             self.tr("Where the pointer is: A, then B. A click sets A, Ctrl+click sets B"),
             self.mark_next),
            (self.tr("Cursor left"), "Alt+Left", self.tr("By one column"),
             lambda: self.move_cursor(-1, 0)),
            (self.tr("Cursor right"), "Alt+Right", self.tr("By one column"),
             lambda: self.move_cursor(1, 0)),
            (self.tr("Cursor up"), "Alt+Up", self.tr("By one row"),
             lambda: self.move_cursor(0, 1)),
            (self.tr("Cursor down"), "Alt+Down", self.tr("By one row"),
             lambda: self.move_cursor(0, -1)),
            (self.tr("Select between the cursors"), "X",
             self.tr("The box from A to B; Shift+drag selects any box"), self.select_between),
            (self.tr("Harmonic cursor"), "H",
             self.tr("Lines at all multiples of what is pointed at; drag one of them"),
             self.toggle_harmonics),
            (self.tr("Copy the readings"), "Ctrl+Shift+C",
             self.tr("What the card says, and all harmonics, as a table"), self._readings.copy),
            (self.tr("Clear all marks"), "Esc", self.tr("No cursors, no harmonics, no selection"),
             self.clear),
        )  # fmt: skip
        for text, keys, tip, act in rows:
            self._clearing = add_action(window, menu, _GROUP, text, keys, tip, act)

    def _on_marks(self) -> None:
        # Where there are none, Esc is free for others.
        self._clearing.setEnabled(self._image.marks != Marks())


def _box(start: QPointF, stop: QPointF, axes: Axes) -> Box:
    """Between two corners; over all rows where those are no frequencies."""
    left, right = sorted((start.x(), stop.x()))
    low, high = math.nan, math.nan
    if axes.has_hz:
        ys = sorted(min(max(y, 0.0), float(axes.height)) for y in (start.y(), stop.y()))
        high, low = (max(axes.hz_at(y), 0.0) for y in ys)
    return Box(axes.seconds_at(left), axes.seconds_at(right), low, high)
