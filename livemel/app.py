"""The composition root: builds source, engine and window, connects them, and takes them apart."""

import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Engine, Recordings
from livemel.errors import LivemelError, ParameterError, SourceError
from livemel.sources.base import Source, SourceState
from livemel.sources.opening import SourceRequest, open_source
from livemel.timing import memory_mb, since_process_start_ms
from livemel.ui.icon import icon
from livemel.ui.main_window import MainWindow
from livemel.ui.memory import Memory
from livemel.ui.whole import raw

_WATCH_MS = 100
# For the end of a recording: what the closing window waits, and what the program does after it.
_DISK_MOMENT_S = 1.0
_DISK_PATIENCE_S = 30.0
# A source that opens within this is on the screen in the first picture; one that cannot be opened
# is found before there is a window.
_OPEN_PATIENCE_S = 1.5
_SIGNALS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))


@dataclass(frozen=True, slots=True)
class _Coming:
    """A source that was chosen and is not on the screen yet."""

    engine: Engine
    request: SourceRequest


class App(QObject):
    """One window and, one at a time, the engines it shows. Runs on: the GUI thread."""

    def __init__(self, config: RunConfig, source: Source) -> None:
        super().__init__()
        self._config = config
        self._request = config.source
        self._choice = self._taken = config.frontend
        self._channel = config.source.heard_channel
        self._opened = False
        self._said = config.notice  # until another source is chosen
        self._excuse = ""  # why the demo was opened, until it is
        self._refused = ""  # why the front-end was not taken, until it has been said
        self._next: _Coming | None = None
        self._recordings = Recordings(config.record_bits)
        self._to_record = config.record  # until it has begun
        self._engine = self._start_engine(source, self._channel)
        self._began = (time.monotonic(), time.process_time())
        self.failure = ""
        self.window = MainWindow(config)
        self._memory = Memory(self.window, config)
        self.window.source_chosen.connect(self.switch_source)
        self.window.channel_chosen.connect(self._on_channel)
        self.window.frontend_chosen.connect(self._on_frontend)
        self.window.view_chosen.connect(self._on_view)
        self.window.record_asked.connect(self._on_record)
        self.window.closing.connect(self._write_results)
        self._show_engine()
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._look)

    def open(self) -> None:
        """Wait a moment for the source, then show the window.

        Raises LivemelError if the source cannot be opened; having no device is not an error.
        """
        deadline = time.monotonic() + _OPEN_PATIENCE_S
        while self._engine.feed is None and time.monotonic() < deadline:
            if self._engine.ended.wait(0.005):
                break
        status = self._engine.status
        # Nobody asked for a recording of the demo.
        no_device = status.no_device and self._to_record is None
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
        request = replace(request, sr=self._config.source.sr, loop=self._config.source.loop)
        try:
            source = open_source(request)
            source.start()
        except LivemelError as error:
            self.window.banner.say(str(error))
            return
        self._abandon_next()
        self._next = _Coming(self._start_engine(source, request.heard_channel), request)
        if not self._excuse:
            self._said = ""
        self.window.controls.source.show_source(request, f"{source.label} …")

    def stats(self) -> dict[str, Any]:
        """The run so far, as --stats writes it."""
        frames, image = self.window.frames, self.window.plot.image
        began_s, cpu_began_s = self._began
        elapsed_s = max(1e-3, time.monotonic() - began_s)
        delivery, feed = self._engine.source.delivery(), self._engine.feed
        rss, private = memory_mb()
        start_ms = None
        if image.first_paint_s is not None:
            since_ms = (time.monotonic() - image.first_paint_s) * 1000
            start_ms = round(since_process_start_ms() - since_ms, 1)
        cpu_s = time.process_time() - cpu_began_s
        capture = None if delivery.cpu_s is None else round(100 * delivery.cpu_s / elapsed_s, 2)
        return {
            **self._engine.stats(),
            "recorded": self._recordings.rows(),
            "paints": frames.paints,
            "paints_skipped": frames.skipped,
            "paint_ms": frames.durations.summary(50, 95, 99),
            "callback_ms": delivery.callback_ms,
            "latency_ms": image.latency.percentiles(50, 95, 99),
            "lookahead_ms": None if feed is None else _lookahead_ms(feed.frontend),
            "start_ms": start_ms,
            "cpu_percent": {"window": round(100 * cpu_s / elapsed_s, 2), "capture": capture},
            "rss_mb": round(rss + delivery.rss_mb, 1),
            "unshared_mb": {"window": private, "capture": delivery.private_mb},
            "seconds": round(elapsed_s, 3),
        }

    def close(self) -> None:
        """Stop everything; within two seconds nothing is left."""
        self._watch.stop()
        self._abandon_next()
        self._recordings.end()
        self._engine.stop()
        # The window is gone: now a slow disk may take its time.
        if not self._recordings.wait(_DISK_PATIENCE_S):
            self.failure = "the disk does not answer: the end of the recording is not in its file"
        self._look_at_recording()
        if self._config.record is not None:
            self.failure = self.failure or self._recordings.failure

    def _write_results(self) -> None:
        """The picture and the figures, while the window still stands."""
        config = self._config
        self._recordings.end()
        self._recordings.wait(_DISK_MOMENT_S)
        if config.screenshot is not None and not self.window.grab().save(str(config.screenshot)):
            self.failure = f"cannot write {config.screenshot}"
        if config.stats is not None:
            try:
                config.stats.write_text(json.dumps(self.stats(), indent=2) + "\n")
            except OSError as error:
                self.failure = f"cannot write {config.stats}: {error.strerror or error}"

    def _start_engine(self, source: Source, channel: int | None) -> Engine:
        engine = Engine(source, self._build, channel=channel, history_s=self._config.history_s)
        engine.start()
        return engine

    def _abandon_next(self) -> None:
        if self._next is not None:
            self._retire(self._next.engine)
            self._next = None

    def _look_for_next(self) -> None:
        """Take over to the source that was chosen last, as soon as it is open."""
        coming = self._next
        if coming is None:
            return
        if coming.engine.status.state is SourceState.FAILED:
            self._abandon_next()
            self._show_source()
            self.window.banner.say(coming.engine.status.reason)
            if self._engine.status.state is SourceState.FAILED:  # nothing is left to show
                self.failure = coming.engine.status.reason
                self.window.close()
        elif coming.engine.feed is not None:
            self._next = None
            self._recordings.follow(coming.engine)
            self._retire(self._engine)
            self._engine, self._request = coming.engine, coming.request
            self._channel = coming.request.heard_channel
            self.window.banner.say(" ".join(filter(None, (self._said, self._excuse))))
            if not self._excuse:
                self._memory.keep_source(coming.request)
            self._excuse = ""
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
        self.window.show_engine(self._engine, self._choice)
        self._show_source()

    def _show_source(self) -> None:
        feed = self._engine.feed
        name = self._engine.source.label if feed is None else feed.format.name
        self.window.controls.source.show_source(self._request, name)

    def _retire(self, engine: Engine) -> None:
        """Stop an engine in the background: a hanging sound server must not hold the window."""
        threading.Thread(target=engine.stop, name="livemel-retire").start()

    def _look(self) -> None:
        """What the engines could not tell by themselves. Ten times a second."""
        self._look_for_next()
        self._look_at_recording()
        if self._engine.complaint:  # the change was not taken: what was there goes on
            self._choice = self._taken
            self._memory.keep_frontend(self._taken)
            self._refused, self._engine.complaint = self._engine.complaint, ""
        # What a coming source refused is said once it is shown, which clears the banner.
        if self._refused and self._next is None:
            self.window.banner.say(self._refused)
            self._refused = ""
            self.window.show_engine(self._engine, self._choice)
        self.window.note = self._memory.note
        status = self._engine.status
        if status.state is not SourceState.FAILED:
            if self._engine.feed is not None and not self._opened:
                self._opened = True
                self._show_source()
            return
        if self._next is not None or self.failure:
            return
        # Where a recording was asked for, the demo is no substitute.
        excused = self._opened or (status.no_device and self._to_record is None)
        if self._request.name == "mic" and excused:
            self._recordings.end()  # the demo is not what was to be recorded
            self._excuse = f"{status.reason}. This is the demo."
            self.switch_source(SourceRequest(name="demo"))
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
        self.switch_source(self._config.source)

    def _look_at_recording(self) -> None:
        """Begin what the command line asked for, end with the sound, and show how it goes."""
        if self._to_record is not None and self._engine.feed is not None:
            self._recordings.begin(self._engine, self._to_record, all_of_it=True)
            self._to_record = None
        if self._engine.status.state is SourceState.ENDED and self._next is None:
            self._recordings.end()
        for message in self._recordings.look():
            self.window.banner.say(message)
        self.window.show_recording(self._recordings.status, self._recordings.note)

    def _on_record(self) -> None:
        """R: begin, or end."""
        if self._recordings.status is not None:
            self._recordings.end()
        elif refusal := self._recordings.begin(self._engine):
            self.window.banner.say(refusal)
        self._look_at_recording()

    def _on_channel(self, channel: int | None) -> None:
        self._channel = channel
        self._change()
        self._memory.keep_source(replace(self._request, channel=channel))

    def _on_frontend(self, choice: FrontEndChoice) -> None:
        self._taken, self._choice = self._choice, choice
        self._change()
        self.window.show_engine(self._engine, choice)
        self._memory.keep_frontend(choice)

    def _on_view(self, view: str) -> None:
        try:
            choice = replace(self._choice, view=view)
        except ParameterError as error:  # of this front-end at any rate
            self._refused = str(error)
        else:
            self._on_frontend(choice)

    def _change(self) -> None:
        """The chosen front-end and channel; of a source that has ended, from its beginning."""
        if self._engine.status.state is not SourceState.ENDED:
            self._engine.change(self._build, self._channel)
        elif self._request.name == "-":
            self._engine.complaint = "stdin has ended: its sound cannot be computed anew"
        else:
            self.switch_source(replace(self._request, channel=self._channel))


def run(config: RunConfig, source: Source) -> int:
    """Run the window until it is closed. The source has been started; returns the exit code.

    Raises LivemelError if the source turns out not to open.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("livemel")
    application.setWindowIcon(icon())
    app = App(config, source)
    try:
        app.open()
        received = _quit_on_signals(app.window)
        application.exec()
    finally:
        app.close()
    if app.failure:
        raise SourceError(app.failure)
    return 128 + received[0] if received else 0


def _lookahead_ms(frontend: FrontEnd) -> float:
    return round(1000 * frontend.lookahead / frontend.sr, 3)


def _quit_on_signals(window: MainWindow) -> list[int]:
    """Close the window on Ctrl-C and SIGTERM, also while Qt is waiting.

    Python runs handlers only between its own instructions; the socket wakes Qt up for that.
    Returns a list that will hold the signal's number.
    """
    received: list[int] = []
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def note(number: int, _frame: object) -> None:
        received.append(number)
        QTimer.singleShot(0, window.close)  # not in the midst of a paint

    for number in _SIGNALS:
        signal.signal(number, note)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, window)
    notifier.activated.connect(lambda: os.read(reading.fileno(), 4096))
    window.destroyed.connect(writing.close)
    window._wakeup = (reading, writing)  # type: ignore[attr-defined]  # kept open with the window
    return received
