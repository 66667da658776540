"""The window: controls, banner, picture, status line."""

import time
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from livemel.buffers.columns import CLIPPED, ColumnRing
from livemel.buffers.history import SampleHistory
from livemel.channel import Channel
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Engine, Feed, Lane, RecorderStatus
from livemel.errors import ParameterError
from livemel.settings import RecentFiles
from livemel.ui.actions import add_action, grouped, menu_of_group
from livemel.ui.auto_range import AutoRanging
from livemel.ui.banner import Banner
from livemel.ui.bug_report import BugReport
from livemel.ui.channels import Channels
from livemel.ui.control_bar import ControlBar
from livemel.ui.file_tabs import FileTabs
from livemel.ui.findings import Findings
from livemel.ui.focus_keys import FocusKeys
from livemel.ui.frame_loop import FrameLoop
from livemel.ui.keys_sheet import KeysSheet
from livemel.ui.level_menu import LevelMenu
from livemel.ui.levels import Levels
from livemel.ui.listening import Listening
from livemel.ui.navigation import Navigation
from livemel.ui.normal_menu import NormalMenu
from livemel.ui.normals import Normals
from livemel.ui.panels import Panels
from livemel.ui.plot_area import PlotArea
from livemel.ui.pointer import Pointer
from livemel.ui.policy_text import policy_text
from livemel.ui.presenter import Presenter
from livemel.ui.readings import Readings
from livemel.ui.recent_menu import RecentMenu
from livemel.ui.run_figures import RunFigures
from livemel.ui.saving import Saving
from livemel.ui.screen_watch import ScreenWatch
from livemel.ui.status_line import StatusLine
from livemel.ui.theme import UNIT, Theme, style_sheet
from livemel.ui.theme_choice import SYSTEM, ThemeChoice
from livemel.ui.views import VIEWS
from livemel.ui.whole import whole_feed, wholes
from livemel.ui.words import mark, translate
from livemel.ui.workspace_menu import WorkspaceMenu

_METER_MS = 66
_FIGURES_MS = 250
_METER_S = 0.05  # the meter shows the last 50 ms
_BURST_S = 0.8  # without a column, before it shows silence


class MainWindow(QWidget):
    """Shows one engine at a time. What is chosen leaves as signals; the app acts on them."""

    source_chosen = Signal(object)  # SourceRequest
    frontend_chosen = Signal(object)  # FrontEndChoice
    frontend_visited = Signal(object)  # FrontEndChoice, not to be kept
    view_chosen = Signal(str)
    record_asked = Signal()
    feed_shown = Signal()
    closing = Signal()  # it still stands as it was

    def __init__(self, config: RunConfig) -> None:
        super().__init__()
        self.theme_choice = ThemeChoice(config.theme, self)
        self.theme_choice.changed.connect(self.set_theme)
        self.note = ""  # stands in the status line
        self._theme = self.theme_choice.theme
        self._engine: Engine | None = None
        self._scale = 1.0
        self._cmap = config.cmap
        self.banner = Banner()
        self.bug_report = BugReport(self)
        self.controls = ControlBar(config.cmap, config.span_s, config.history_s)
        self.plot = PlotArea(self._theme, config.cmap, config.span_s, config.history_s)
        self.status = StatusLine(self._theme)
        self.tabs = FileTabs()
        self.recent = RecentFiles(
            config.kept_in.parent if config.kept_in else None, remembers=config.remember_files
        )
        self.auto_range = AutoRanging(self.plot, config.auto_range, self)
        self.normal = Normals(self, config)
        self.levels = Levels(self.plot.image, self.status.meter, config, self)
        self.presenter = Presenter(self, (self.controls, self.tabs, self.status), self.set_scale)
        self.screen_watch = ScreenWatch(
            self, lambda: self.frames.wake(), lambda hz: self.frames.set_rate(hz)
        )
        self.frames = FrameLoop(self._paint, lambda: self.screen_watch.is_seen)
        self.panels = Panels(
            self, self.plot, self._theme, lambda: self._engine, config, lambda: self.frames.panels
        )
        self.figures = RunFigures(self.frames, self.plot.image, self.status)
        self._feed: Feed | None = None
        self._taken: Feed | None = None  # the engine's, before another lane had the focus
        self._taken_of: Engine | None = None
        self._whole: FrontEnd | None = None  # by which a picture that stands is normalised
        self._choice = config.frontend
        self._recording_note = ""
        self._clip_seen = 0
        self._metered = 0  # columns at the meter's last look
        self._metered_s = 0.0
        self._build(config)
        self.listening = Listening(self, config.output_device)
        FocusKeys(self)
        self._meter_timer = self._timer(_METER_MS, self._refresh_meter)
        self._figures_timer = self._timer(_FIGURES_MS, self._refresh_figures)

    def show_engine(self, engine: Engine, choice: FrontEndChoice) -> None:
        """Show what this engine computes, from now on."""
        self._engine, self._choice = engine, choice
        self.controls.view.show_view(choice.view)
        self.plot.image.message = self.tr("Opening {} …").format(engine.source.label)
        self.setWindowTitle(f"livemel — {engine.source.label}")

    def correct_choice(self, choice: FrontEndChoice) -> None:
        """What was chosen is impossible for what is heard: this is computed instead."""
        self._choice = choice
        self.controls.view.show_view(choice.view)
        if self._feed is not None:
            self._show_choice(self._feed)

    def set_theme(self, theme: Theme) -> None:
        """Dark or light."""
        self._theme = theme
        self.setStyleSheet(style_sheet(theme, self._scale))
        self.plot.set_look(theme, self._cmap)
        self.status.set_theme(theme)
        self.tabs.set_theme(theme)
        self.readings.set_theme(theme)
        self.controls.record.set_theme(theme)
        self.controls.channel.set_theme(theme)
        self.panels.set_theme(theme)
        self.findings.set_theme(theme)
        self.normal.set_theme(theme)

    def show_recording(self, status: RecorderStatus | None, note: str) -> None:
        """The red light, and what the status line says of the recording."""
        self.controls.record.show_status(status)
        self._recording_note = note

    def set_scale(self, scale: float) -> None:
        """The size of all type; 1 is the usual one."""
        self._scale = scale
        self.setStyleSheet(style_sheet(self._theme, scale))
        self.plot.set_scale(scale)
        self.panels.set_scale(scale)
        self.findings.set_scale(scale)
        self.normal.set_scale(scale)

    def _heard(self) -> tuple[Feed | None, SampleHistory | None]:
        return self.plot.image.feed, None if self._engine is None else self._engine.history

    def set_maximized(self, maximized: bool) -> None:
        """Fill the screen, or not."""
        state, flag = self.windowState(), Qt.WindowState.WindowMaximized
        self.setWindowState(state | flag if maximized else state & ~flag)

    @property
    def choice(self) -> FrontEndChoice:
        """The front-end that is shown, or is to be."""
        return self._choice

    @property
    def cmap(self) -> str:
        """The colour map."""
        return self._cmap

    @property
    def engine(self) -> Engine | None:
        """What is heard, or is about to be."""
        return self._engine

    @property
    def feed(self) -> Feed | None:
        """What is on the screen."""
        return self._feed

    def _build(self, config: RunConfig) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.controls, self.banner, self.tabs):
            column.addWidget(widget)
        column.addWidget(self.plot, 1)
        column.addWidget(self.status)
        controls = self.controls
        controls.source.chosen.connect(self.source_chosen)
        controls.frontend_chosen.connect(self.frontend_chosen)
        controls.view.named.connect(self.view_chosen)
        controls.span_chosen.connect(self._on_span)
        controls.cmap_chosen.connect(self._on_cmap)
        controls.pause.toggled.connect(self._on_pause)
        controls.record.clicked.connect(self.record_asked)
        self.plot.image.changed.connect(lambda: controls.show_span(self.plot.image.span_s))
        self._add_actions(config)
        self.setMinimumHeight(45 * UNIT)  # the width's minimum is what the controls need
        self.resize(*config.size)
        self.set_maximized(config.maximized)
        self.set_theme(self._theme)
        self.setWindowTitle("livemel")

    def _add_actions(self, config: RunConfig) -> None:
        controls, menu = self.controls, self.controls.menu
        menu.setToolTipsVisible(True)
        grouped(menu)
        picture, sound = mark("Groups", "Picture"), mark("Groups", "Sound")
        window = mark("Groups", "Window")
        rows = (
            (picture, self.tr("Freeze"), "Space",
             self.tr("Let the picture stand; the sound goes on"), controls.pause.toggle),
            (picture, self.tr("Fit the range to the sound"), "F",
             self.tr("Put the ends of the range at the quietest and loudest on the screen"),
             self.plot.fit_range),
            (picture, self.tr("Longer span"), "-", self.tr("More seconds on the screen"),
             lambda: controls.step_span(True)),
            (picture, self.tr("Shorter span"), "+", self.tr("Fewer seconds on the screen"),
             lambda: controls.step_span(False)),
            (sound, self.tr("Record"), "R", self.tr("Record all channels as they come; R ends it"),
             self.record_asked.emit),
            (window, self.tr("Light or dark"), "T", self.tr("The other of the two looks"),
             self.theme_choice.toggle),
            (window, self.tr("Light or dark as the system"), "Shift+T",
             self.tr("Follow the system's own look"), lambda: self.theme_choice.choose(SYSTEM)),
            (window, self.tr("Presenter mode"), "F11",
             self.tr("The picture alone on the whole screen, in large type; Esc or F11 returns"),
             self.presenter.toggle),
            (window, self.tr("Copy a report for a bug"), "Ctrl+B",
             self.tr("This computer, this run and the log; no sound, no file names"),
             self.bug_report.copy),
            (window, self.tr("Keys"), "? F1", self.tr("All keys at a look"),
             lambda: KeysSheet(self).open()),
            (window, self.tr("Quit"), "Ctrl+Q", self.tr("Close the window"), self.close),
        )  # fmt: skip
        for number, view in enumerate(VIEWS):
            show = partial(controls.view.setCurrentIndex, number)
            title, hint = (translate("Views", text) for text in (view.title, view.hint))
            add_action(self, menu, mark("Groups", "View"), title, str(number + 1), hint, show)
        for group, text, keys, tip, act in rows:
            add_action(self, menu, group, text, keys, tip, act)
        self.channels = Channels(self)
        self.navigation = Navigation(self, self.plot, controls.pause, menu)
        self.readings = Readings(self, self.plot, self._theme, self._heard)
        self.pointer = Pointer(self, self.plot.image, self.readings, menu)
        self.panels.add_actions(menu)
        self.findings = Findings(self, config, self._theme)
        self.workspaces = WorkspaceMenu(self)
        self.files_menu = menu_of_group(menu, mark("Groups", "Files"))
        self.recent_menu = RecentMenu(self.recent, self)
        menu.addMenu(self.workspaces)
        self.saving = Saving(self, config.saving)
        menu.insertMenu(self.workspaces.menuAction(), self.saving.menu)
        self.level_menu = LevelMenu(self)
        menu.insertMenu(self.saving.menu.menuAction(), self.level_menu)
        menu.insertMenu(self.saving.menu.menuAction(), NormalMenu(self))
        self.plot.image.changed.connect(self.normal.check_fit)

    def _timer(self, ms: int, act: object) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(ms)
        timer.timeout.connect(act)
        return timer

    def _paint(self) -> bool:
        """One turn of the frame loop."""
        if self._engine is None:
            return False
        feed = self._engine.feed
        if feed is not None and feed is not self._taken:
            self._take(feed)
        self.listening.look()
        painted = self.plot.image.tick(self._engine.status)
        self.plot.follow()
        if self._whole and self.plot.image.has_ended and self.plot.image.feed is self._feed:
            self._show_whole(True)
        return self.listening.show() or painted

    def _take(self, feed: Feed) -> None:
        """The engine has begun a new feed. Of the same sound a picture that stands goes on so."""
        image = self.plot.image
        same = self._engine is self._taken_of  # also where the device has changed in its stream
        stands_at = image.paused_at if same else None
        if stands_at is not None and not image.shows(feed, stands_at):
            stands_at = None
        self._feed = self._taken = feed
        self._taken_of = self._engine
        self._clip_seen = self._metered = feed.replayed
        self.status.meter.clear()
        self.figures.show_feed(feed)
        image.message = self.tr("Waiting for sound …")
        image.set_feed(feed, stands_at=stands_at)
        if stands_at is None:
            self.controls.pause.setChecked(False)
        self.plot.lanes.columns_of = _own
        self.plot.lanes.show_feed(feed)
        self.channels.show_feed(feed)
        self._show_choice(feed)
        if stands_at is not None and self._whole is not None:
            self._on_pause(True)
        self.setWindowTitle(f"livemel — {feed.format.name}")
        self.levels.show_source(feed.format.name)
        self.feed_shown.emit()

    def _show_choice(self, feed: Feed) -> None:
        """By which front-end a feed is computed, and what the picture is normalised by."""
        self.controls.show_feed(feed, self._choice)
        try:
            wanted = self._choice.build(feed.frontend.sr)  # files share the highest rate of theirs
        except ParameterError:  # chosen since, and impossible: another choice is on its way
            wanted = feed.frontend
        # What the engine computes is raw where the statistic of the whole is wanted.
        of_whole = wanted.normalise == "exact" and wanted.representation == "mel"
        self._whole = wanted if of_whole else None
        self._show_policy(wanted if of_whole else feed.frontend)

    def show_channels(self) -> None:
        """What was chosen is not taken: the controls say again what is computed."""
        if self._feed is not None:
            self.channels.show_feed(self._feed)

    def show_lane(self, channel: Channel) -> None:
        """Another lane of what is shown has the focus: everything reads that one."""
        feed, image = self._feed, self.plot.image
        if feed is None or image.feed is None:
            return
        is_whole = image.feed is not feed
        self._feed = feed = feed.focused(channel)
        self._clip_seen = self._metered = feed.columns.written
        if is_whole and self._whole is not None:
            image.show_lane(whole_feed(feed, image.shown_to, self._whole), running=feed)
        else:
            image.show_lane(feed)
        self.plot.lanes.show_feed(feed)
        self.channels.show_feed(feed)
        self.feed_shown.emit()

    def _show_whole(self, stands: bool) -> None:
        """With normalise="exact" a picture that stands is normalised by all that is kept of it."""
        feed, image, wanted = self._feed, self.plot.image, self._whole
        if feed is None or wanted is None:
            return
        if stands:
            whole = whole_feed(feed, image.shown_to, wanted)
            image.set_feed(whole, running=feed)
            self.plot.lanes.columns_of = wholes(image.shown_to, wanted)
            self.plot.lanes.refresh()
            kept_s = (whole.columns.written - whole.columns.oldest) / wanted.columns_per_s
            self._show_policy(wanted, kept_s)
        elif image.feed is not feed:
            image.set_feed(feed)
            self.plot.lanes.columns_of = _own
            self.plot.lanes.refresh()
            self._show_policy(wanted)

    def _show_policy(self, frontend: FrontEnd, whole_s: float | None = None) -> None:
        """whole_s : seconds of the picture that stands, None while it moves"""
        policy = self._choice.preset.row.policy
        self.status.show_policy(policy_text(frontend, policy, whole_s))

    def _refresh_meter(self) -> None:
        if self._feed is None or self.frames.rests:
            return
        columns, fe = self._feed.columns, self._feed.frontend
        stop = columns.written
        last = max(1, round(_METER_S * fe.columns_per_s))
        clipped = columns.any_flag(self._clip_seen, stop, CLIPPED)
        self._clip_seen = stop
        if self.plot.image.is_lost:
            self.status.meter.show_no_sound(clipped=clipped)  # of what came just before
            self.status.show_level()
            return
        if stop == self._metered and time.monotonic() - self._metered_s < _BURST_S:
            return  # a resampler gives its sound in bursts
        level = columns.level(stop - last, stop) if stop > self._metered else (0.0, 0.0)
        self._metered, self._metered_s = stop, time.monotonic()
        self.status.meter.show_level(*level, clipped)
        self.status.show_level()

    def _refresh_figures(self) -> None:
        engine = self._engine
        if engine is None or self._feed is None or self.frames.rests:
            return
        notes = [
            self.note,
            self._recording_note,
            self.listening.note,
            self.saving.note,
            self.normal.note,
            self.bug_report.note,
        ]
        self.figures.refresh(engine, bool(self.panels.shown), notes)
        if self.plot.image.paused_at is not None:
            self.plot.lanes.refresh_caption()  # the pill counts on

    def _on_span(self, span_s: float) -> None:
        self.navigation.set_usual(span_s)

    def _on_cmap(self, name: str) -> None:
        self._cmap = name
        self.plot.set_look(self._theme, name)

    def _on_pause(self, paused: bool) -> None:
        self._show_whole(paused)
        self.plot.image.set_paused(paused)
        self.plot.refresh_time_ticks()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.plot.image.setFocus()
        self.screen_watch.begin()
        self.frames.start()
        self._meter_timer.start()
        self._figures_timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        self.readings.close()
        self.frames.stop()
        self._meter_timer.stop()
        self._figures_timer.stop()
        self.panels.close_down()
        self.findings.close_down()
        super().closeEvent(event)


def _own(lane: Lane) -> ColumnRing:
    """What is shown of a lane while it runs."""
    return lane.columns
