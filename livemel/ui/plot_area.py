"""The image between its axes and the colour bar."""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from livemel.dsp.frontend import FrontEnd
from livemel.ui.axis_strip import AxisStrip
from livemel.ui.band_marks import WIDTH, BandMarks
from livemel.ui.colour_bar import ColourBar
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import UNIT, Theme
from livemel.ui.ticks import clock_ticks, level_ticks, live_ticks, side_ticks
from livemel.ui.value_range import fitted_range, unit
from livemel.ui.views import view_of

_LEFT, _RIGHT, _BOTTOM = 6 * UNIT, 5 * UNIT, 3 * UNIT
_OVERHANG = 4 * UNIT
# Labels closer than this touch or crowd: px along the axis.
_HZ_GAP, _TIME_GAP, _DB_GAP = 18, 90, 36


class PlotArea(QWidget):
    """Lays out image, frequency axis, time axis and colour bar, and keeps their ticks true."""

    range_chosen = Signal(float, float)  # by hand

    def __init__(
        self,
        theme: Theme,
        cmap: str,
        span_s: float,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        super().__init__()
        self._scale = 1.0
        self.image = SpectrogramView(theme, cmap, span_s, clock_ns)
        self.bar = ColourBar(theme, cmap)
        self._frequency = AxisStrip("left", theme, overhang=UNIT)
        self._time = AxisStrip("bottom", theme, overhang=_OVERHANG)
        self._level = AxisStrip("right", theme, overhang=UNIT)
        hz, db = QLabel("Hz"), QLabel("dB")
        for label in (hz, db):
            label.setProperty("role", "small")
        db.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        db.setContentsMargins(0, 0, 0, 0)
        self._hz_label, self._db_label = hz, db
        for widget in (self.bar, self._level, db):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(UNIT, 0, UNIT, 0)
        grid.setSpacing(0)
        # The axes overhang the image by a label's half: rows 0 and 2, columns 1 and 3 are that.
        grid.addWidget(self._frequency, 0, 0, 3, 1)
        grid.addWidget(self.image, 1, 1)
        grid.addWidget(self.bar, 1, 3)
        grid.addWidget(self._level, 0, 4, 3, 1)
        grid.addWidget(hz, 3, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(db, 3, 3, 1, 2)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        self._time.setParent(self)
        self.marks = BandMarks(theme, self)
        self._size_strips()
        self.image.changed.connect(self.refresh_ticks)
        self.bar.range_wanted.connect(self.set_range)
        self.bar.fit_wanted.connect(self.fit_range)

    def set_range(self, low_db: float, high_db: float) -> None:
        """Put the ends of the colour map at these values."""
        self.image.set_range(low_db, high_db)
        self.range_chosen.emit(*self.image.db_range)

    def set_scale(self, scale: float) -> None:
        """The size of the axes' labels, and the room for them; 1 is the usual one."""
        self._scale = scale
        for strip in (self._frequency, self._time, self._level):
            strip.set_scale(scale)
        self._size_strips()
        self.place()

    def _size_strips(self) -> None:
        """Room for labels: beside the image, and above and below it where they overhang."""
        left, right, bottom, unit = (self._scaled(n) for n in (_LEFT, _RIGHT, _BOTTOM, UNIT))
        self._frequency.setFixedWidth(left)
        self._level.setFixedWidth(right)
        for row, height in ((0, unit), (2, unit), (3, bottom)):
            self._grid.setRowMinimumHeight(row, height)
        self._grid.setColumnMinimumWidth(2, 2 * unit)

    def _scaled(self, px: int) -> int:
        return round(px * self._scale)

    def fit_range(self) -> None:
        """Put the ends of the range at the quietest and loudest of what is on the screen."""
        view = self.image.view
        fitted = view and fitted_range(self.image.visible_levels(), view.frontend)
        if fitted:
            self.set_range(*fitted)

    def set_look(self, theme: Theme, cmap: str) -> None:
        """Other colours."""
        self.image.set_look(theme, cmap)
        self.bar.set_look(theme, cmap)
        for strip in (self._frequency, self._time, self._level):
            strip.set_theme(theme)
        self.marks.set_theme(theme)

    def refresh_ticks(self) -> None:
        """Bring all ticks in line with the image."""
        low, high = self.image.db_range
        self.bar.set_range(low, high)
        height = max(1, self.image.height())
        self._level.set_ticks(level_ticks(low, high, self._scaled(_DB_GAP) / height))
        view = self.image.view
        if view is not None:
            self._show_kind(view.frontend)
            view = replace(view, low_db=low, high_db=high)  # the picture's own may be a paint late
            self._frequency.set_ticks(side_ticks(view, self._scaled(_HZ_GAP) / height))
            self.marks.show_frontend(view.frontend)
        self.refresh_time_ticks()

    def _show_kind(self, frontend: FrontEnd) -> None:
        """What the rows and the colours stand for; where there are no colours, their room stays."""
        view = view_of(frontend)
        self._hz_label.setText(view.axis)
        for widget in (self.bar, self._level, self._db_label):
            widget.setVisible(view.coloured)
        self._db_label.setText(unit(frontend))
        if view.axis != "Hz":
            told = view.title
        elif frontend.representation != "mel":
            told = f"{view.title}, 10 log10 of the power, ref 1"
        else:
            known = "" if frontend.normalise == "none" else f", normalised: {frontend.normalise}"
            told = f"Mel bands, {frontend.log}, ref {frontend.ref:g}{known}"
        self._db_label.setToolTip(told)

    def refresh_time_ticks(self) -> None:
        """The time axis alone: it changes when the picture is paused and when it goes on."""
        feed, span_s = self.image.feed, self.image.span_s
        gap = self._scaled(_TIME_GAP) / max(1, self.image.width())
        if feed is None:
            self._time.set_ticks([])
        elif self.image.standing_at is None:
            # The newest column's middle lies half a window before the newest sample.
            behind_s = feed.frontend.lookahead / feed.frontend.sr
            self._time.set_ticks(live_ticks(span_s, behind_s, gap))
        else:
            self._time.set_ticks(clock_ticks(self.image.standing_at - span_s, span_s, gap))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.place()

    def place(self) -> None:
        """Put what is not in the grid in its place: after the image's own has changed."""
        self._grid.activate()
        image, over = self.image.geometry(), self._scaled(_OVERHANG)
        self._time.setGeometry(
            image.left() - over,
            image.bottom() + 1,
            image.width() + 2 * over,
            self._scaled(_BOTTOM + UNIT),
        )
        self.marks.setGeometry(image.left() - WIDTH, image.top(), WIDTH, image.height())
        # The labels of the other axis reach into its left end.
        for widget in (self._time, self._frequency, self._hz_label, self.marks):
            widget.raise_()
        self.refresh_ticks()
