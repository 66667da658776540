"""The panels around the picture: which are shown, where they stand, and what keeps them going."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from livemel.config import PANELS, SLICE_WIDTH, WAVEFORM_HEIGHT, RunConfig
from livemel.engine import Engine
from livemel.ui.actions import add_action
from livemel.ui.grip import Grip
from livemel.ui.load import PanelRate
from livemel.ui.panel_header import PanelHeader
from livemel.ui.plot_area import PlotArea
from livemel.ui.stream_time import samples_at
from livemel.ui.theme import UNIT, Theme
from livemel.ui.words import mark

if TYPE_CHECKING:  # each is imported when it is first shown: a bare window starts without them
    from livemel.ui.f0_line import F0Line
    from livemel.ui.levels_panel import LevelsPanel
    from livemel.ui.slice_panel import SlicePanel
    from livemel.ui.wave_strip import WaveStrip

# Thirty times a second; of these the slice takes every second, the levels every third.
_LOOK_MS = 33
_SLICE_EVERY, _LEVELS_EVERY, _REST_EVERY = 2, 3, 8
_FINISH_S = 0.5
_FEWER = 3  # on a busy computer every third of these turns
# Below and right of the image, in the plot's grid.
_WAVE_ROW, _SLICE_COLUMN = 5, 2


class Panels(QObject):
    """Slice, waveform, levels and F0 line of a window. Each is made when it is first shown, and
    costs nothing while it is hidden. Runs on: the GUI thread.

    engine : the one that is shown now
    rate : how often they may be brought up to date
    """

    chosen = Signal(object)  # dict of the fields of Settings that a person has changed

    def __init__(
        self,
        window: QWidget,
        plot: PlotArea,
        theme: Theme,
        engine: Callable[[], Engine | None],
        config: RunConfig,
        rate: Callable[[], PanelRate] = lambda: PanelRate.ALL,
    ) -> None:
        super().__init__(window)
        self._window, self._plot, self._theme, self._engine = window, plot, theme, engine
        self._rate = rate
        self._finishes = False
        self._scale = 1.0
        self._turns = self._looks = self._moves = 0
        self._slice_width, self._wave_height = config.slice_width, config.waveform_height
        self._first = config.panels
        self.slice: SlicePanel | None = None
        self.wave: WaveStrip | None = None
        self.levels: LevelsPanel | None = None
        self.f0: F0Line | None = None
        self.shown: tuple[str, ...] = ()
        self.actions: dict[str, QAction] = {}
        self._room = QWidget()  # what the slice takes of the plot's grid
        self._side = QWidget()  # beside the waveform
        self._wave_box = QWidget()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        image = plot.image
        image.moved.connect(self._on_moved)
        image.changed.connect(self._follow)
        plot.put_around.connect(self._place_slice)

    def add_actions(self, menu: Any) -> None:
        """F2 to F5, each of which shows or hides one."""
        rows = (
            ("slice", self.tr("Slice"), "F2",
             self.tr("The spectrum at one moment, beside the picture")),
            ("waveform", self.tr("Waveform strip"), "F3",
             self.tr("The waveform under the picture, in time with it")),
            ("levels", self.tr("Levels"), "F4",
             self.tr("Peak, RMS, crest and loudness of each channel")),
            ("f0", self.tr("F0 line"), "F5",
             self.tr("The fundamental frequency over the picture, by YIN; gaps where there is "
                     "none. It comes 21 ms after the sound at the earliest")),
        )  # fmt: skip
        for name, text, key, tip in rows:
            toggle = lambda name=name: self._toggle(name)  # noqa: E731
            action = add_action(
                self._window, menu, mark("Groups", "Panels"), text, key, tip, toggle
            )
            action.setCheckable(True)
            self.actions[name] = action
        self.show(self._first)

    def show(self, names: tuple[str, ...]) -> None:
        """Show these, hide the others."""
        names = tuple(name for name in PANELS if name in names)
        if names != self.shown:
            for name in PANELS:
                self.actions[name].setChecked(name in names)
                if (name in names) != (name in self.shown):
                    getattr(self, f"_show_{name}")(name in names)
            self.shown = names
            self._lay_out()
        if names:
            self._timer.start()
        else:
            self._timer.stop()

    def settings(self) -> dict[str, Any]:
        """As the fields of Settings that they are kept in."""
        return {
            "panels": self.shown,
            "slice_width": self._slice_width,
            "waveform_height": self._wave_height,
        }

    def take_on(self, panels: tuple[str, ...], slice_width: int, waveform_height: int) -> None:
        """As if a person had chosen all that."""
        self._slice_width, self._wave_height = slice_width, waveform_height
        self.show(panels)
        self._lay_out()
        self.chosen.emit(self.settings())

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        for panel in (self.slice, self.wave, self.levels):
            if panel is not None:
                panel.set_theme(theme)
        for grip in self._wave_box.findChildren(Grip):
            grip.set_theme(theme)

    def set_scale(self, scale: float) -> None:
        """The size of the type, and the room for it."""
        self._scale = scale
        if self.levels is not None:
            self.levels.set_scale(scale)
        self._lay_out()

    def close_down(self) -> None:
        """The window closes: end all threads, and begin none any more."""
        self._timer.stop()
        self.shown = ()
        if self.f0 is not None and self.f0 in self._plot.image.overlays:
            self._plot.image.overlays.remove(self.f0)
        for panel in (self.wave, self.f0):
            if panel is not None:
                panel.close_down()

    def _toggle(self, name: str) -> None:
        others = tuple(other for other in self.shown if other != name)
        self.show(others if name in self.shown else (*others, name))
        self.chosen.emit({"panels": self.shown})

    def _show_slice(self, visible: bool) -> None:
        if self.slice is None:
            from livemel.ui.slice_panel import SlicePanel

            self.slice = SlicePanel(self._plot.image, self._theme)
            self.slice.setParent(self._plot)
            self.slice.lower()  # the time axis reaches over it
            self.slice.header.closed.connect(lambda: self._toggle("slice"))
            self.slice.grip.dragged.connect(self._drag_slice)
            self._grid.addWidget(self._room, 1, _SLICE_COLUMN)
            self._room.lower()
        self.slice.setVisible(visible)
        self._room.setVisible(visible)

    def _show_waveform(self, visible: bool) -> None:
        if self.wave is None:
            from livemel.ui.wave_strip import WaveStrip

            self.wave = WaveStrip(self._plot.image, self._theme)
            grip = Grip(self._theme, vertical=False, name=self.tr("Height of the waveform"))
            grip.dragged.connect(self._drag_wave)
            box = QVBoxLayout(self._wave_box)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(0)
            box.addWidget(grip)
            box.addWidget(self.wave)
            header = PanelHeader(self.tr("Wave"), narrow=True)
            header.closed.connect(lambda: self._toggle("waveform"))
            scale = QLabel("±1")
            scale.setProperty("role", "small")
            scale.setToolTip(self.tr("The amplitude at the edges, of full scale"))
            self.wave.scaled.connect(lambda full: scale.setText(f"±{full:g}"))
            side = QVBoxLayout(self._side)
            side.setContentsMargins(0, UNIT, 0, 0)
            side.setSpacing(0)
            side.addWidget(header)
            side.addStretch(1)
            side.addWidget(scale)
            self._grid.addWidget(self._wave_box, _WAVE_ROW, 1)
            self._grid.addWidget(self._side, _WAVE_ROW, 0)
        self._wave_box.setVisible(visible)
        self._side.setVisible(visible)
        if not visible:
            self.wave.close_down()

    def _show_levels(self, visible: bool) -> None:
        if self.levels is None:
            from livemel.ui.levels_panel import LevelsPanel

            self.levels = LevelsPanel(self._theme, lambda: self._plot.lanes.shown)
            self.levels.set_scale(self._scale)
            self.levels.header.closed.connect(lambda: self._toggle("levels"))
            column = self._window.layout()
            assert isinstance(column, QVBoxLayout)
            column.insertWidget(column.indexOf(self._plot) + 1, self.levels)
        self.levels.setVisible(visible)

    def _show_f0(self, visible: bool) -> None:
        if self.f0 is None:
            from livemel.ui.f0_line import F0Line

            self.f0 = F0Line()
        overlays = self._plot.image.overlays
        if visible:
            overlays.insert(0, self.f0)  # cursors lie over it
        else:
            overlays.remove(self.f0)
            self.f0.close_down()
        self._plot.image.update()

    @property
    def _grid(self) -> QGridLayout:
        grid = self._plot.layout()
        assert isinstance(grid, QGridLayout)
        return grid

    def _lay_out(self) -> None:
        """The room that each takes, and the axes after it."""
        head = 0
        if self.slice is not None and "slice" in self.shown:
            width = min(self._slice_width, self._plot.width() // 2)
            self._room.setFixedWidth(round(width * self._scale) + 3 * UNIT)
            head = self.slice.head_height(self._scale) - round(UNIT * self._scale)
        self._grid.setContentsMargins(UNIT, head, UNIT, 0)
        if self.wave is not None:
            self.wave.setFixedHeight(round(self._wave_height * self._scale))
        self._plot.place()
        self._place_slice()
        self._follow()

    def _place_slice(self) -> None:
        if self.slice is not None and "slice" in self.shown:
            taken, pictures = self._plot.beside_px, self._plot.lanes.pictures
            beside = pictures[0].geometry().united(pictures[-1].geometry())
            width = self._room.maximumWidth() - 3 * UNIT - taken
            self.slice.place(beside, width, self._scale, taken)

    def _drag_slice(self, by: int) -> None:
        width = self._slice_width + round(by / self._scale)
        self._slice_width = max(SLICE_WIDTH[0], min(width, SLICE_WIDTH[1], self._plot.width() // 2))
        self._lay_out()
        self.chosen.emit({"slice_width": self._slice_width})

    def _drag_wave(self, by: int) -> None:
        height = self._wave_height + round(by / self._scale)
        most = min(WAVEFORM_HEIGHT[1], self._plot.height() // 2)
        self._wave_height = max(WAVEFORM_HEIGHT[0], min(height, most))
        self._lay_out()
        self.chosen.emit({"waveform_height": self._wave_height})

    @property
    def _waits(self) -> bool:
        """Whether what moves waits for a less busy time; what stands costs nothing anew."""
        if self._finishes:
            return False
        return self._rate() is PanelRate.NONE and self._plot.image.standing_at is None

    def finish(self) -> None:
        """A picture of the window is about to be taken: bring up to date what waits, or is less
        often. Returns within half a second or so.
        """
        engine, give_up_s = self._engine(), time.monotonic() + _FINISH_S
        if engine is None or self._rate() is PanelRate.ALL:
            return
        self._finishes = True
        self._follow()
        if self.f0 is not None and "f0" in self.shown:
            self.f0.values(self._plot.image)  # asks for them
        while time.monotonic() < give_up_s:
            if self.wave is None or "waveform" not in self.shown or self.wave.is_complete:
                break
            time.sleep(0.01)
            self.wave.look()
        if self.slice is not None and "slice" in self.shown:
            self.slice.history = engine.history
            self.slice.look()
        self._look_at_levels(engine)
        self._finishes = False

    def _on_moved(self) -> None:
        """The picture runs on."""
        self._moves += 1
        if self._rate() is not PanelRate.FEWER or self._moves % _FEWER == 0:
            self._follow()

    def _follow(self) -> None:
        """The picture shows another time: what shares its time goes with it."""
        engine = self._engine()
        if engine is None:
            return
        waits = self._waits
        if self.wave is not None and "waveform" in self.shown:
            self.wave.set_waiting(waits)
            if not waits:
                self.wave.follow(engine.history, engine.status.lost_since_ns > 0)
        if self.f0 is not None:
            self.f0.history, self.f0.waits = engine.history, waits

    def _look(self) -> None:
        """Thirty times a second: whose turn it is."""
        engine, image = self._engine(), self._plot.image
        self._turns += 1
        rate = self._rate()
        if engine is None or rate is PanelRate.UNSEEN:
            return
        if self._waits:
            self._say_that_they_wait()
            return
        if rate is PanelRate.FEWER and self._turns % _FEWER:
            return
        self._looks += 1
        turn = self._looks % _SLICE_EVERY == 0
        if turn and self.slice is not None and "slice" in self.shown:
            self.slice.history = engine.history
            self.slice.look()
        if self._looks % _LEVELS_EVERY == 0:
            self._look_at_levels(engine)
        if self._looks % _REST_EVERY == 0:
            self._follow()
            if self.wave is not None and "waveform" in self.shown:
                self.wave.look()
            if self.f0 is not None and "f0" in self.shown and self.f0.has_news:
                image.update()

    def _say_that_they_wait(self) -> None:
        """What stands there is old: each says so until it is brought up to date."""
        if self.slice is not None:
            self.slice.header.say(self.tr("Slice · waits"))
        if self.levels is not None:
            self.levels.set_waiting()

    def _look_at_levels(self, engine: Engine) -> None:
        """Of the newest sound, or of what came before the edge of a picture that stands; none while
        that is missing.
        """
        feed, image, history = self._plot.image.feed, self._plot.image, engine.history
        if self.levels is None or "levels" not in self.shown or feed is None or history is None:
            return
        stop = history.written
        if image.standing_at is not None:
            stop = samples_at(feed, image.visible_s[1])
        if image.is_lost and (image.standing_at is None or stop > history.written):
            self.levels.show_no_sound()
        else:
            self.levels.show_levels(history, feed.format.sr, stop)
