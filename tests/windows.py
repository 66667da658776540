"""Windows on a real device, for tests of what becomes of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from livemel.app import App
from livemel.channel import Lanes
from livemel.config import RunConfig
from livemel.sources.base import SourceState
from livemel.sources.microphone import Microphone
from livemel.sources.opening import SourceRequest, open_source
from pytestqt.qtbot import QtBot

from tests.rig.microphone import VirtualMicrophone

OpenHeard = Callable[..., App]
# What is asked of the program: a loss is said within a second, and over within three of the return.
SAID_MS, RESUMED_MS = 1000, 3000
PATIENCE_MS = 10_000


@contextmanager
def opened_windows(qtbot: QtBot) -> Iterator[OpenHeard]:
    """Opens the window on a device; closed afterwards."""
    apps: list[App] = []

    def open_(device: str | None = None, lanes: Lanes = ()) -> App:
        request = SourceRequest(device=device, lanes=lanes)
        source = open_source(request)
        source.start()
        app = App(RunConfig(source=request), source)
        apps.append(app)
        qtbot.addWidget(app.window)
        app.open()
        qtbot.waitUntil(lambda: hears(app), timeout=PATIENCE_MS)
        app._device.watch.attend(True)  # as when the menu was opened
        app._device.watch.attend(False)
        # Where PortAudio hangs it is waited for for 8 s.
        qtbot.waitUntil(lambda: app._device.watch.devices is not None, timeout=2 * PATIENCE_MS)
        return app

    yield open_
    for app in apps:
        app.window.close()
        app.close()


def hears(app: App) -> bool:
    return app._engine.status.state is SourceState.RUNNING and app._engine.feed is not None


def source_of(app: App) -> Microphone:
    source = app._engine.source
    assert isinstance(source, Microphone)
    return source


def add_sink(
    microphone: VirtualMicrophone, name: str, channels: int = 1, rate: int = 48_000
) -> str:
    """Another sink, whose monitor is NAME.monitor; the number of its module."""
    return microphone.pactl(
        *("load-module", "module-null-sink", f"sink_name={name}", "norewinds=1"),
        *("format=float32le", f"rate={rate}", f"channels={channels}"),
        f"sink_properties=device.description={name.title()}",
    ).strip()


def button_text(app: App) -> str:
    return app.window.controls.source.whole_text


def opened_as(app: App) -> tuple[int, int]:
    feed = app._engine.feed
    assert feed is not None
    return feed.format.sr, feed.format.channels
