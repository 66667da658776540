"""The composition root: builds source, engine and window, connects them, and takes them apart."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from livemel.channel import Channel, by_that_word
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Engine
from livemel.engine.decks import Deck, Decks
from livemel.errors import LivemelError, ParameterError, SourceError
from livemel.sources.base import Source, SourceState
from livemel.sources.opening import SourceRequest, can_be_heard
from livemel.ui.files import Files
from livemel.ui.garbage import Garbage
from livemel.ui.heard_device import HeardDevice
from livemel.ui.icon import icon
from livemel.ui.main_window import MainWindow
from livemel.ui.memory import Memory
from livemel.ui.qt_messages import logged_qt_messages
from livemel.ui.quit_signals import quit_on_signals
from livemel.ui.recording import Recording
from livemel.ui.run_stats import run_stats
from livemel.ui.whole import raw
from livemel.ui.words import translate_by

_WATCH_MS = 100
# For the end of a recording: what the closing window waits, and what the program does after it.
_DISK_MOMENT_S = 1.0
_DISK_PATIENCE_S = 30.0
# A source that opens within this is on the screen in the first picture; one that cannot be opened
# is found before there is a window.
_OPEN_PATIENCE_S = 1.5


class App(QObject):
    """One window and the engines it shows. Runs on: the GUI thread."""

    def __init__(self, config: RunConfig, source: Source) -> None:
        super().__init__()
        self._config = config
        self._choice = self._taken = config.frontend
        self._opened = False
        self._said = config.notice  # until another source is chosen
        self._excuse = ""  # why the demo was opened, until it is
        self._missed: SourceRequest | None = None  # in place of which it was, until it is
        self._unasked: Deck | None = None  # what was opened last without anybody having chosen it
        self._refused = ""  # why the front-end was not taken, until it has been said
        self._decks = Decks(self._build, config.history_s)
        self._decks.begin(source, config.source)
        self._on_screen: Engine | None = None
        self._began = (time.monotonic(), time.process_time())
        self.failure = ""
        translate_by(QCoreApplication.translate)
        self.window = MainWindow(config)
        self._memory = Memory(self.window, config, lambda: self._request)
        self._files = Files(self.window, self._decks)
        self._files.file_chosen.connect(self._on_file)
        self.window.source_chosen.connect(self.switch_source)
        self._device = HeardDevice(self.window, self._decks)
        self._device.source_wanted.connect(self._go_to)
        self._device.renamed.connect(self._on_renamed)
        self._recording = Recording(self.window, self._decks, config)
        self.window.channels.chosen.connect(self._on_channels)
        self.window.channels.focused.connect(self._on_focused)
        self.window.frontend_chosen.connect(self._on_frontend)
        self.window.frontend_visited.connect(self._show_frontend)
        self.window.view_chosen.connect(self._on_view)
        self.window.closing.connect(self._write_results)
        self.window.bug_report.figures = self._report_figures
        self._show_engine()
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._look)

    def open(self) -> None:
        """Wait a moment for the source, then show the window.

        Raises LivemelError if the source cannot be opened; having no device is not an error.
        """
        self._files.open_first(self._config)
        deadline = time.monotonic() + _OPEN_PATIENCE_S
        while self._engine.feed is None and time.monotonic() < deadline:
            if self._engine.ended.wait(0.005):
                break
        status = self._engine.status
        # Nobody asked for a recording of the demo.
        no_device = status.no_device and not self._recording.is_awaited
        failed = status.state is SourceState.FAILED and not no_device
        if failed and self._config.fallback is None:
            raise SourceError(status.reason)
        self.window.banner.say(self._said)
        self._look()
        self.window.show()
        self._watch.start()
        if self._config.seconds is not None:
            QTimer.singleShot(round(self._config.seconds * 1000), self.window.close)

    def switch_source(self, request: SourceRequest) -> None:
        """Show another source once it is open. One that does not open leaves the present one."""
        try:
            self._begin(request)
        except LivemelError as error:
            self._device.could_not_open(str(error), unasked=False)

    def _go_to(self, request: SourceRequest) -> None:
        """As switch_source, where nobody has chosen it: one that does not open is no news."""
        try:
            self._begin(request)
        except LivemelError as error:
            self._device.could_not_open(str(error), unasked=True)
        else:
            self._unasked = self._decks.next

    def _begin(self, request: SourceRequest) -> None:
        """Open it. Raises LivemelError where it can be told at once that it does not."""
        request = replace(request, sr=self._config.source.sr, loop=self._config.source.loop)
        coming = self._decks.switch(request, self._preparation())
        if not self._excuse:
            self._said = ""
        self._missed = self._unasked = None
        self.window.controls.source.show_source(request, f"{coming.engine.source.label} …")

    def _preparation(self) -> Callable[[Source, SourceRequest], None]:
        """With --play, what can be heard is, from its beginning on."""
        plays, device = self._config.play, self.window.listening.device

        def prepare(source: Source, request: SourceRequest) -> None:
            """It is read once more. Runs on: the thread that opens the source."""
            if plays and can_be_heard(request):
                from livemel.engine.aloud import play_aloud

                play_aloud(source, request, device)

        return prepare

    def stats(self) -> dict[str, Any]:
        """The run so far, as --stats writes it."""
        figures = run_stats(self.window, self._engine, *self._began)
        return {**figures, "recorded": self._recording.files.rows()}

    def _report_figures(self) -> dict[str, Any]:
        """Those of a bug report."""
        from livemel.doctor.bug_report import run_figures  # most runs go well

        request, stats = self._request, self.stats()
        return run_figures(stats, "a sound file" if request.is_file else stats["source"])

    def close(self) -> None:
        """Stop everything; within two seconds nothing is left."""
        self._watch.stop()
        self._device.stop()
        self.window.listening.stop()
        self._recording.end()
        self._decks.stop()
        # The window is gone: now a slow disk may take its time.
        if not self._recording.end(_DISK_PATIENCE_S):
            self.failure = "the disk does not answer: the end of the recording is not in its file"
        not_whole = self._recording.failure()
        self.failure = self.failure or not_whole

    def _write_results(self) -> None:
        """The picture and the figures, while the window still stands."""
        config = self._config
        self._recording.end(_DISK_MOMENT_S)
        if config.screenshot is not None:
            self.window.panels.finish()
        if config.screenshot is not None and not self.window.grab().save(str(config.screenshot)):
            self.failure = f"cannot write {config.screenshot}"
        if config.stats is not None:
            try:
                config.stats.write_text(json.dumps(self.stats(), indent=2) + "\n")
            except OSError as error:
                self.failure = f"cannot write {config.stats}: {error.strerror or error}"

    @property
    def _engine(self) -> Engine:
        """The shown one."""
        return self._decks.shown.engine

    @property
    def _request(self) -> SourceRequest:
        """What is shown."""
        return self._decks.shown.request

    def _look_for_next(self) -> None:
        """Take over to the source that was chosen last, as soon as it is open."""
        coming = self._decks.next
        if coming is None:
            return
        if coming.has_failed:
            self._decks.abandon_next()
            self._device.show()
            reason = coming.engine.status.reason
            self._device.could_not_open(reason, unasked=coming is self._unasked)
            is_file = coming.request.is_file
            if is_file and coming.form is None:
                self.window.recent.remove(coming.request.name)
            if not is_file and self._engine.status.state is SourceState.FAILED:
                # Nothing is left to show.
                self.failure = reason
                self.window.close()
        elif coming.is_ready:
            self._recording.follow(coming.engine)
            self._decks.take_next()
            if coming.request.is_file:
                self.window.recent.add(Path(coming.request.name))
            self.window.banner.say(" ".join(filter(None, (self._said, self._excuse))))
            if not self._excuse and coming is not self._unasked:
                self._memory.keep_source(coming.request)
            if self._missed is not None:
                self._device.stand_in(coming, self._missed)
            self._excuse, self._missed, self._unasked = "", None, None
            self._show_engine()

    def _build(self, sr: int) -> FrontEnd:
        """The chosen front-end for a source of that rate. Runs on: the engine thread.

        A later source may be too slow for the chosen range: it gets the defaults, and a notice.
        """
        try:
            return raw(self._choice.build(sr))
        except ParameterError as error:
            if not self._opened:
                raise
            self._refused = f"{error}; the front-end is at its defaults for this source"
            self._choice = FrontEndChoice(self._choice.preset.base, view=self._choice.view)
            return raw(self._choice.build(sr))

    def _show_engine(self) -> None:
        self._on_screen = self._engine
        self.window.show_engine(self._engine, self._choice)
        self._device.show()

    def _look(self) -> None:
        """What the engines could not tell by themselves. Ten times a second."""
        self._look_for_next()
        records = self._recording.files.status is not None
        self._device.look(has_opened=self._opened, records=records)
        self._engine.ease(self.window.frames.rests)
        self._look_at_files()
        self._recording.look()
        live = self._decks.live
        if live is not None and live.engine.complaint:  # not taken: what was there goes on
            self._choice = self._taken
            self._decks.change(live=False)
            self._memory.keep_frontend(self._taken)
            if live.engine.feed is not None:
                live.lanes = live.engine.feed.channels
                self.window.show_channels()
                self._keep_lanes(live)
            self._refused, live.engine.complaint = live.engine.complaint, ""
        # What a coming source refused is said once it is shown, which clears the banner.
        if self._refused and self._decks.next is None:
            self.window.banner.say(self._refused)
            self._refused = ""
            self.window.correct_choice(self._choice)
        notes = (self._memory.note, self._files.note, self.window.recent.note)
        self.window.note = " · ".join(filter(None, notes))
        status = self._engine.status
        if status.state is not SourceState.FAILED:
            if self._engine.feed is not None and not self._opened:
                self._opened = True
                self._device.show()
            return
        shown = self._decks.shown
        if self._decks.next is not None or shown.coming is not None or self.failure:
            return
        # Where a recording was asked for, the demo is no substitute.
        excused = self._opened or (status.no_device and not self._recording.is_awaited)
        if self._request.name == "mic" and excused:
            self._recording.end()  # the demo is not what was to be recorded
            self._excuse = f"{status.reason}. This is the demo."
            missed = self._request
            self.switch_source(SourceRequest(name="demo"))
            # Another fault would come again, and its reason is to stay.
            self._missed = missed if status.no_device else None
        elif self._config.fallback is not None and not self._opened:
            self._fall_back(status.reason)
        else:
            self.failure = status.reason
            self.window.close()

    def _fall_back(self, reason: str) -> None:
        """What was remembered does not open: what the flags alone ask for."""
        self._config = self._config.fallen_back(reason)
        self._choice = self._taken = self._config.frontend
        self._memory.begin(self._config)
        self._said, self._excuse = "", self._config.notice
        if self._decks.shown.is_whole:
            self._decks.change()
            self.window.banner.say(self._excuse)
        else:
            self.switch_source(self._config.source)

    def _on_file(self, name: str) -> None:
        """A single file, to be played."""
        self.switch_source(SourceRequest(name=name))

    def _on_renamed(self, device: str) -> None:
        """The stream that is there goes on with another device: under its name."""
        live = self._decks.live
        assert live is not None
        live.engine.change(self._build, live.lanes)
        self._recording.follow(live.engine, device)

    def _look_at_files(self) -> None:
        """Another tab, or a file that was computed anew."""
        self._files.look()
        shown = self._decks.shown
        if self._engine is self._on_screen:
            return
        self._show_engine()
        if not shown.is_whole and self._decks.is_stale(shown):
            self._begin_anew()

    def _on_channels(self, lanes: tuple[Channel, ...]) -> None:
        """Compute these from now on; the first has the focus."""
        shown = self._decks.shown
        shown.lanes = lanes
        if shown.is_whole:
            return  # computed anew at the next look
        if shown.engine.status.state is SourceState.ENDED:
            self._begin_anew()
        else:
            shown.engine.change(self._build, lanes)
        self._keep_lanes(shown)

    def _on_focused(self, lanes: tuple[Channel, ...]) -> None:
        """The same ones are computed, but another one has the focus."""
        self._decks.focus(lanes)
        if not self._decks.shown.is_whole:
            self._keep_lanes(self._decks.shown)

    def _keep_lanes(self, deck: Deck) -> None:
        """For the next run: all that there are by that word, as another time they may be others."""
        lanes, feed = deck.lanes, deck.engine.feed
        if feed is not None:
            lanes = by_that_word(lanes, feed.format.channels)
        self._memory.keep_source(deck.request.hearing(lanes))

    def _on_frontend(self, choice: FrontEndChoice) -> None:
        if self._show_frontend(choice):
            self._memory.keep_frontend(choice)

    def _show_frontend(self, choice: FrontEndChoice) -> bool:
        """Compute by it from now on. False if that is impossible, which will be said."""
        files_sr = self._decks.files_sr
        try:
            if files_sr:
                choice.build(files_sr)
        except ParameterError as error:  # impossible for the files that are open
            self._refused = str(error)
            return False
        self._taken, self._choice = self._choice, choice
        self._decks.change()
        if not self._decks.shown.is_whole and self._decks.is_stale(self._decks.shown):
            self._begin_anew()
        self.window.show_engine(self._engine, choice)
        return True

    def _on_view(self, view: str) -> None:
        try:
            choice = replace(self._choice, view=view)
        except ParameterError as error:  # of this front-end at any rate
            self._refused = str(error)
        else:
            self._on_frontend(choice)

    def _begin_anew(self) -> None:
        """The chosen front-end and channel, for a source that has ended: from its beginning."""
        if self._request.name == "-":
            self._engine.complaint = "stdin has ended: its sound cannot be computed anew"
        else:
            self.switch_source(self._request.hearing(self._decks.shown.lanes))


def run(config: RunConfig, source: Source) -> int:
    """Run the window until it is closed. The source has been started; returns the exit code.

    Raises LivemelError if the source turns out not to open.
    """
    with logged_qt_messages():
        return _run(config, source)


def _run(config: RunConfig, source: Source) -> int:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("livemel")
    # Qt's file dialog would write down which folders files were opened from.
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)
    application.setWindowIcon(icon())
    app, garbage = App(config, source), Garbage()
    garbage.start()
    try:
        app.open()
        received = quit_on_signals(app.window)
        application.exec()
    finally:
        app.close()
        garbage.stop()
    if app.failure:
        raise SourceError(app.failure)
    return 128 + received[0] if received else 0
