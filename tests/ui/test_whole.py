"""normalise="exact" in the window: raw while sound runs, by the whole once the picture stands."""

from dataclasses import replace

import numpy as np
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.models import frontend
from livemel.dsp.normalise import normalise
from livemel.dsp.stream import log_mel
from livemel.sources.opening import SourceRequest
from livemel.ui.value_range import first_range
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

SR = 16_000
EXACT = frontend("whisper-80").replace(normalise="exact")
RAW = EXACT.replace(normalise="none")
CONFIG = RunConfig(
    source=SourceRequest(name="signal"),
    frontend=FrontEndChoice("whisper-80", changes={"normalise": "exact"}),
)


def sound(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    y = rng.standard_normal(round(seconds * SR)) * np.linspace(1e-4, 0.3, round(seconds * SR))
    return y.astype(np.float32)


def test_a_file_that_has_ended_shows_what_log_mel_computes_of_the_whole(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    y = sound(1.0)
    app = open_app(y, CONFIG, sr=SR)
    image, window = app.window.plot.image, app.window
    qtbot.waitUntil(lambda: image.feed.frontend == EXACT)
    expected = log_mel(y, EXACT)
    span = image.feed.columns.read(0, 10**6)
    np.testing.assert_array_equal(span.values.T, expected)
    assert image.db_range == first_range(EXACT)
    assert window.plot._db_label.text() == "norm."
    assert window.status._policy.text() == "normalised: exact · over these 1.0 s"
    assert max(image.journey.arrived.percentiles(50, 99).values()) < 5000
    qtbot.waitUntil(lambda: image.caption == "signal ended")


def test_a_picture_that_stands_is_of_the_sound_so_far_and_a_moving_one_is_raw(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(sound(30.0), CONFIG, sr=SR)
    image, window = app.window.plot.image, app.window
    qtbot.waitUntil(lambda: image.shown_to > 60)
    assert image.feed.frontend == RAW
    assert window.status._policy.text() == "raw log10 until frozen · then all change"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    stands = image.feed
    assert stands.frontend == EXACT
    raw = window.feed.columns.read(0, stands.columns.written)
    np.testing.assert_array_equal(
        stands.columns.read(0, 10**6).values.T, normalise(raw.values.T, EXACT)
    )
    assert stands.columns.written == image.shown_to
    qtbot.waitUntil(lambda: window.feed.columns.written > stands.columns.written + 110)
    assert image.caption == "frozen · 1 s behind · End returns"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert image.feed is window.feed
    assert image.db_range == first_range(RAW)
    qtbot.waitUntil(lambda: image.shown_to > stands.columns.written + 110)


def test_columns_keep_their_times_when_the_history_has_dropped_the_first(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(sound(30.0), replace(CONFIG, history_s=1.0, span_s=1.0), sr=SR)
    image, window = app.window.plot.image, app.window
    qtbot.waitUntil(lambda: image.shown_to > 150)
    edge_s = image.edge_s
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert image.feed.columns.oldest >= 50
    assert abs(image.edge_s - edge_s) < 0.05
    assert window.status._policy.text() == "normalised: exact · over these 1.0 s"
