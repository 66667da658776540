"""The image between its axes and the colour bar."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from livemel.dsp.centres import rows_within
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Feed
from livemel.ui.axis_strip import AxisStrip
from livemel.ui.band_marks import WIDTH, BandMarks
from livemel.ui.colour_bar import ColourBar
from livemel.ui.colouring import SIGMAS
from livemel.ui.lane_stack import SPACING, LaneStack
from livemel.ui.overview import Overview
from livemel.ui.range_handle import TAB
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import UNIT, Theme
from livemel.ui.ticks import Tick, clock_ticks, level_ticks, live_ticks, side_ticks
from livemel.ui.value_range import fitted_range, scale_text, unit
from livemel.ui.values_of import values_between
from livemel.ui.view_state import RowScale
from livemel.ui.views import view_of
from livemel.ui.words import translate

_LEFT, _RIGHT, _BOTTOM = 6 * UNIT, 5 * UNIT, 3 * UNIT
_OVERHANG = 4 * UNIT
# Between lanes there is no more room than that.
_LANE_OVERHANG, _HALF_LABEL = SPACING // 2, 7
# Labels closer than this touch or crowd: px along the axis.
_HZ_GAP, _TIME_GAP, _DB_GAP = 18, 90, 36


class PlotArea(QWidget):
    """Lays out image, frequency axis, time axis and colour bar, and keeps their ticks true."""

    range_wanted = Signal()  # it is about to be chosen
    range_chosen = Signal(float, float)  # by hand
    nothing_selected = Signal()
    put_around = Signal()  # the pictures have moved, or are others

    def __init__(
        self,
        theme: Theme,
        cmap: str,
        span_s: float,
        history_s: float = 300.0,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        super().__init__()
        self._scale = 1.0
        self._shift = 0.0  # by which levels read more than in the columns' unit
        self.image = SpectrogramView(theme, cmap, span_s, history_s, clock_ns)
        self.overview = Overview(theme, history_s)
        self._theme = theme
        self.bar = ColourBar(theme, cmap)
        self._frequency = AxisStrip("left", theme, overhang=UNIT, parent=self)
        self._more: list[AxisStrip] = []  # frequency axes of the other lanes
        self._time = AxisStrip("bottom", theme, overhang=_OVERHANG)
        self._level = AxisStrip("right", theme, overhang=UNIT)
        hz, db, auto = QLabel("Hz"), QLabel("dB"), QLabel(self.tr("auto"))
        for label in (hz, db, auto):
            label.setProperty("role", "small")
        auto.setProperty("role", "auto")
        auto.setToolTip(self.tr("The range follows the sound  (A)"))
        auto.hide()
        self._hz_label, self._db_label, self._auto = hz, db, auto
        for widget in (self.bar, self._level, db):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(UNIT, 0, UNIT, 0)
        grid.setSpacing(0)
        # The axes overhang the image by a label's half: rows 0 and 2 are that. Columns 2 and 4 are
        # gaps, and column 3 is there for another picture. Column 0 is where frequency axes stand.
        self.lanes = LaneStack(self.image, theme, self)
        grid.addLayout(self.lanes.column, 1, 1)
        grid.addWidget(self.bar, 1, 5)
        grid.addWidget(self._level, 0, 6, 3, 1)
        grid.addWidget(hz, 3, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        right = Qt.AlignmentFlag.AlignRight
        grid.addWidget(db, 0, 4, 2, 3, right | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(auto, 3, 5, 1, 2, right | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.overview, 4, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        self._time.setParent(self)
        self._beside: QWidget | None = None
        self._beside_time = AxisStrip("bottom", theme, overhang=_OVERHANG, parent=self)
        self._beside_time.hide()
        self.marks = BandMarks(theme, self)
        self._size_strips()
        self.lanes.laid_out.connect(self.place)
        self.image.changed.connect(self.refresh_ticks)
        self.image.installEventFilter(self)
        self.bar.range_wanted.connect(self.set_range)
        self.bar.fit_wanted.connect(self.fit_range)
        self.bar.scale_changed.connect(self._refresh_levels)

    def set_range(self, low_db: float, high_db: float) -> None:
        """Put the ends of the colour map at these values, as a person wants them."""
        if self.image.deviation is not None:
            self.image.set_sigmas(low_db, high_db)
            return
        self.range_wanted.emit()
        self.image.set_range(low_db, high_db)
        self.range_chosen.emit(*self.image.db_range)

    def put_range(self, low_db: float, high_db: float) -> None:
        """Back to these ends, if they are others: no step to undo."""
        if (low_db, high_db) != self.image.db_range:
            self.image.set_range(low_db, high_db)
            self.range_chosen.emit(*self.image.db_range)

    def toggle_overview(self) -> None:
        """Show the strip of all that is kept, or hide it."""
        self.overview.setVisible(self.overview.isHidden())

    def follow(self) -> None:
        """Bring what goes with the picture up to date with it."""
        self.overview.follow(self.image)

    def set_beside(self, beside: QWidget | None) -> None:
        """Another picture right of the image, as large, in the same rows and under the same times;
        None takes it away.
        """
        if self._beside is not None:
            self._grid.removeWidget(self._beside)
            self._beside.hide()
        self._beside = beside
        self.lanes.set_alone(beside is not None)
        if beside is not None:
            self._grid.addWidget(beside, 1, 3)
            beside.show()
        self._beside_time.setVisible(beside is not None)
        self._grid.setColumnStretch(3, 0 if beside is None else 1)
        self._size_strips()
        self.place()

    @property
    def _strips(self) -> tuple[AxisStrip, ...]:
        return self._frequency, *self._more, self._time, self._beside_time, self._level

    def set_scale(self, scale: float) -> None:
        """The size of the axes' labels, and the room for them; 1 is the usual one."""
        self._scale = scale
        self.lanes.set_scale(scale)
        for strip in self._strips:
            strip.set_scale(scale)
        # Presented, there is no line below that would keep it off the window's edge.
        self._grid.setContentsMargins(UNIT, 0, UNIT, UNIT if scale > 1 else 0)
        self._size_strips()
        self.place()

    def _size_strips(self) -> None:
        """Room for labels: beside the image, and above and below it where they overhang."""
        left, right, bottom, unit = (self._scaled(n) for n in (_LEFT, _RIGHT, _BOTTOM, UNIT))
        self._grid.setColumnMinimumWidth(0, left)
        self._level.setFixedWidth(right)
        for row, height in ((0, unit), (2, unit), (3, bottom)):
            self._grid.setRowMinimumHeight(row, height)
        # Between two pictures there is room for half a label of each one's time axis; in the last
        # gap the handles' tabs stand.
        beside = self._beside is not None
        self._grid.setColumnMinimumWidth(2, 6 * unit if beside else 2 * unit - TAB)
        self._grid.setColumnMinimumWidth(4, 2 * unit - TAB if beside else 0)

    def _scaled(self, px: int) -> int:
        return round(px * self._scale)

    @property
    def beside_px(self) -> int:
        """What the scroll bar of lanes takes right of the image."""
        bar = self.lanes.scroll_bar
        return 0 if bar.isHidden() else bar.sizeHint().width() + 2

    def fit_range(self) -> None:
        """Put the ends of the range at the quietest and loudest of what is on the screen."""
        feed = self.image.feed
        if self.image.deviation is not None:
            self.image.set_sigmas(*SIGMAS)
        elif feed is not None:
            image = self.image
            shown = [values_between(f, *image.visible_s, image.scale) for f in self.lanes.feeds]
            self._fit(np.concatenate(shown), feed)

    def fit_to_selection(self) -> None:
        """Put them at the quietest and loudest of what is selected."""
        feed, box = self.image.feed, self.image.marks.selection
        if feed is None or box is None:
            self.nothing_selected.emit()
            return
        if self.image.deviation is not None:
            self.image.set_sigmas(*SIGMAS)
            return
        rows = rows_within(feed.frontend, box.low_hz, box.high_hz)
        self._fit(values_between(feed, box.start_s, box.stop_s, self.image.scale, rows), feed)

    def _fit(self, values: NDArray[np.float32], feed: Feed) -> None:
        if fitted := fitted_range(values, feed.frontend):
            self.set_range(*fitted)

    def show_auto(self, automatic: bool) -> None:
        """Whether the range follows the sound."""
        self._auto.setVisible(automatic)

    def set_look(self, theme: Theme, cmap: str) -> None:
        """Other colours."""
        self.image.set_look(theme, cmap)
        self._theme = theme
        self.lanes.set_theme(theme)
        self.bar.set_look(theme, self.image.cmap)
        self.overview.set_theme(theme)
        for strip in self._strips:
            strip.set_theme(theme)
        self.marks.set_theme(theme)

    def add_below(self, widget: QWidget, side: QWidget, row: int) -> None:
        """Something under the picture, as wide as it, in that row of the grid; `side` left of it,
        at its top.
        """
        self._grid.addWidget(widget, row, 1)
        self._grid.addWidget(side, row, 0, Qt.AlignmentFlag.AlignTop)

    def set_deviation(self, deviation: RowScale | None) -> None:
        """Show deviations in σ, or values again."""
        self.image.set_deviation(deviation)
        self.bar.set_look(self._theme, self.image.cmap)

    def refresh_ticks(self) -> None:
        """Bring all ticks in line with the image."""
        low, high = self.image.shown_range
        height = max(1, self.image.height())
        view = self.image.view
        if view is not None:
            # The picture's own may be a paint late.
            view = replace(view, low_db=low, high_db=high, scale=self.image.scale)
            self._show_kind(view.frontend)
            self.bar.set_reading(view.shift_db, self._unit(view.frontend))
            self._shift = view.shift_db
        self.bar.set_range(low, high)
        self._refresh_levels()
        if view is not None:
            ticks = side_ticks(view, self._scaled(_HZ_GAP) / height)
            if self._more:  # a label must not reach out of its lane
                margin = (self._scaled(_HALF_LABEL) - self._scaled(_LANE_OVERHANG)) / height
                ticks = [tick for tick in ticks if margin <= tick.at <= 1 - margin]
            for strip in (self._frequency, *self._more):
                strip.set_ticks(ticks)
            self.marks.show_view(view)
        self.refresh_time_ticks()

    def _refresh_levels(self) -> None:
        """The ticks of the colour bar, between its handles as they rest."""
        scale, shift = self.bar.scale, self._shift
        room = max(1.0, (scale.high - scale.low) / scale.per_px)
        low, high = scale.low + shift, scale.high + shift
        ticks = level_ticks(low, high, self._scaled(_DB_GAP) / room)
        values = [scale.low + tick.at * (scale.high - scale.low) for tick in ticks]
        self._level.set_ticks(
            [Tick(scale.fraction_of(v), tick.label) for v, tick in zip(values, ticks, strict=True)]
        )

    def _show_kind(self, frontend: FrontEnd) -> None:
        """What the rows and the colours stand for; where there are no colours, their room stays."""
        view = view_of(frontend)
        self._hz_label.setText(translate("Views", view.axis))
        for widget in (self.bar, self._level, self._db_label):
            widget.setVisible(view.coloured)
        self._db_label.setText(self._unit(frontend))
        if self.image.deviation is not None:
            told = self.tr("Deviation from the learned normal, each row by itself, in σ")
            self._db_label.setToolTip(told)
            return
        if view.axis != "Hz":
            told = translate("Views", view.title)
        elif frontend.representation != "mel":
            title = translate("Views", view.title)
            told = self.tr("{}, 10 log10 of the power, ref 1").format(title)
        else:
            told = self.tr("Mel bands, {}, ref {:g}").format(frontend.log, frontend.ref)
            if frontend.normalise != "none":
                told += self.tr(", normalised: {}").format(frontend.normalise)
        self._db_label.setToolTip(told + scale_text(frontend, self.image.scale))

    def _unit(self, frontend: FrontEnd) -> str:
        return unit(frontend, self.image.scale) if self.image.deviation is None else "σ"

    def refresh_time_ticks(self) -> None:
        """The time axis alone: it changes when the picture is paused and when it goes on."""
        feed, span_s = self.image.feed, self.image.span_s
        gap = self._scaled(_TIME_GAP) / max(1, self.image.width())
        if feed is None:
            self._set_times([])
        elif self.image.standing_at is None:
            # The newest column's middle lies half a window before the newest sample.
            behind_s = feed.frontend.lookahead / feed.frontend.sr
            self._set_times(live_ticks(span_s, behind_s, gap))
        else:
            self._set_times(clock_ticks(self.image.standing_at - span_s, span_s, gap))

    def _set_times(self, ticks: list[Tick]) -> None:
        for strip in (self._time, self._beside_time):
            strip.set_ticks(ticks)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Runs on: the GUI thread. What is around the image goes with it, whoever moved it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._put_around()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Put what is not in the grid in its place: after the image's own has changed."""
        self._grid.activate()
        self.lanes.set_room(self._grid.cellRect(1, 1).height())
        self._provide_axes()
        self._grid.activate()
        self._put_around()
        # The lowest frequency's label reaches into the time axis, above that one's own labels.
        sides = (self._frequency, *self._more)
        around: list[Any] = [*self._strips, *sides, self._hz_label, self._db_label, self.marks]
        for widget in (*around, self.lanes.scroll_bar):
            widget.raise_()
        self.refresh_ticks()

    def _put_around(self) -> None:
        """The axes and the marks, where the image and the other lanes are now."""
        image, over = self.image.geometry(), self._scaled(_OVERHANG)
        pictures = [picture.geometry() for picture in self.lanes.pictures]
        top, bottom = pictures[0].top(), pictures[-1].bottom()
        for strip, above in ((self._time, self.image), (self._beside_time, self._beside)):
            if above is not None:
                strip.setGeometry(
                    above.x() - over,
                    bottom + 1,
                    image.width() + 2 * over,
                    self._scaled(_BOTTOM + UNIT),
                )
        self.marks.setGeometry(image.left() - WIDTH, image.top(), WIDTH, image.height())
        self._put_sides(pictures)
        bar = self.lanes.scroll_bar
        bar.setGeometry(image.right() + 2, top, bar.sizeHint().width(), bottom - top + 1)
        self.put_around.emit()

    def _put_sides(self, pictures: list[QRect]) -> None:
        """The frequency axes, where the lanes are now."""
        left, image = self._scaled(_LEFT), self.image.geometry()
        over = self._scaled(_LANE_OVERHANG if self._more else UNIT)
        others = [picture for picture in pictures if picture != image]
        for strip, beside in zip((self._frequency, *self._more), (image, *others), strict=False):
            where = (beside.left() - left, beside.top() - over, left, beside.height() + 2 * over)
            strip.setGeometry(*where)

    def _provide_axes(self) -> None:
        """A frequency axis for each lane. It adds widgets: no layout may be in the midst of it."""
        others = self.lanes.views
        for view in others:
            view.installEventFilter(self)
        while len(self._more) < len(others):
            strip = AxisStrip("left", self._theme, overhang=_LANE_OVERHANG, parent=self)
            strip.set_scale(self._scale)
            strip.show()
            self._more.append(strip)
        while len(self._more) > len(others):
            strip = self._more.pop()
            strip.hide()
            strip.deleteLater()
        self._frequency.set_overhang(_LANE_OVERHANG if others else UNIT)
