"""A device that refuses the wanted rate: the window hears its own rate, and says so."""

import pytest
from livemel.app import App
from livemel.config import FrontEndChoice, RunConfig
from livemel.sources.devices import list_input_devices
from livemel.sources.opening import SourceRequest, open_source
from pytestqt.qtbot import QtBot

from tests.rig.jack import VirtualJack


def test_the_status_line_says_that_a_rate_was_refused_and_what_became_of_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VirtualJack(rate=44_100) as jack:
        for name, value in jack.env.items():
            monkeypatch.setenv(name, value)
        device = next(d.name for d in list_input_devices() if d.host_api.startswith("JACK"))
        request = SourceRequest(device=device, sr=48_000)
        source = open_source(request)
        source.start()
        choice = FrontEndChoice(sr=48_000)
        app = App(RunConfig(source=request, frontend=choice, diagnosis=False), source)
        try:
            app.open()
            told = f"resampled from 44100 Hz: {device} refuses 48000 Hz"
            qtbot.waitUntil(lambda: app.window.status._note.text() == told, timeout=15_000)
            feed = app.window.feed
            assert feed is not None
            assert (feed.format.sr, feed.frontend.sr) == (44_100, 48_000)
            assert app.window.status._note.toolTip() == told
            qtbot.waitUntil(lambda: feed.columns.written > 20, timeout=15_000)
        finally:
            app.window.close()
            app.close()
            app.window.deleteLater()
