"""The range that follows the sound, in the window."""

import numpy as np
import pytest
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.autorange import AutoRange
from livemel.dsp.weighting import LevelScale
from livemel.ui.value_range import per_db
from livemel.ui.values_of import values_between
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HEARD_S, OpenApp
from tests.ui.test_window import SR, noise, until_ended

ON = RunConfig(auto_range=True)


def quiet(seconds: float) -> np.ndarray:
    return noise(seconds) * np.float32(1e-3)


def mark(app: object) -> bool:
    return app.window.plot._auto.isVisible()  # type: ignore[attr-defined]


def test_a_turns_it_on_and_off_and_a_mark_at_the_bar_says_so(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(quiet(20.0))
    window = app.window
    before = window.plot.image.db_range
    action = next(a for a in window.actions() if a.shortcut().toString() == "A")
    assert (mark(app), action.isChecked()) == (False, False)
    qtbot.waitUntil(lambda: window.feed.columns.written > 30)
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert (mark(app), action.isChecked()) == (True, True)
    assert window.plot.image.db_range[1] < before[1] - 20  # at once
    settled = window.plot.image.db_range
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert (mark(app), action.isChecked()) == (False, False)
    assert window.plot.image.db_range == settled


def test_a_range_set_by_hand_turns_it_off(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(quiet(20.0), ON)
    window, bar = app.window, app.window.plot.bar
    qtbot.waitUntil(lambda: window.plot.image.db_range[1] < 0)
    assert mark(app)
    handle = bar.high_end
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(12, 8))
    qtbot.mouseMove(handle, QPoint(12, 40))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(12, 8))
    assert not window.auto_range.on
    assert not mark(app)
    for key in (Qt.Key.Key_A, Qt.Key.Key_F):
        qtbot.keyClick(window, key)
    assert not window.auto_range.on


@pytest.mark.parametrize("view", ["mel", "linear", "log"])
def test_the_range_is_what_the_columns_alone_give(
    qtbot: QtBot, open_app: OpenApp, view: str
) -> None:
    app = open_app(
        quiet(1.5), RunConfig(auto_range=True, frontend=FrontEndChoice(view=view)), head_s=HEARD_S
    )
    image = app.window.plot.image
    begun = image.db_range
    until_ended(qtbot, app)
    app.window.auto_range.look()
    feed = app.window.feed
    assert feed is not None
    thin = -(-feed.frontend.n_rows // 512)
    columns = feed.columns.read(0, feed.columns.written).values.T[::thin]
    alone = AutoRange(feed.frontend.columns_per_s, *begun)
    assert image.db_range == alone.push(columns)


@pytest.mark.parametrize("name", ["kaldi", "whisper-80", "librosa", "vggish", "yamnet"])
def test_it_follows_in_the_unit_of_any_front_end(
    qtbot: QtBot, open_app: OpenApp, name: str
) -> None:
    config = RunConfig(auto_range=True, frontend=FrontEndChoice(name))
    app = open_app(noise(2.5), config, head_s=HEARD_S)
    until_ended(qtbot, app)
    app.window.auto_range.look()
    image = app.window.plot.image
    values, (low, high) = values_between(image.feed, *image.visible_s, image.scale), image.db_range
    unit = per_db(image.feed.frontend)
    assert np.mean((values >= low) & (values <= high)) > 0.9
    assert np.percentile(values, 99.9) > high - 20 * unit
    assert high - low >= 39.9 * unit


def test_a_picture_that_stands_is_left_alone(qtbot: QtBot, open_app: OpenApp) -> None:
    loud = noise(1.5)
    app = open_app(np.concatenate([quiet(1.5), loud, loud]), ON)
    window, image = app.window, app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 0.8)
    window.auto_range.look()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    standing = image.db_range
    feed = window.feed
    qtbot.waitUntil(lambda: feed.columns.written > 220)
    window.auto_range.look()
    assert image.db_range == standing
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: image.db_range[1] > standing[1] + 20)


@pytest.mark.parametrize("view", ["mfcc", "waveform"])
def test_views_whose_values_have_a_sign_are_left_alone(
    qtbot: QtBot, open_app: OpenApp, view: str
) -> None:
    config = RunConfig(auto_range=True, frontend=FrontEndChoice(view=view))
    app = open_app(quiet(1.0), config, head_s=HEARD_S)
    begun = app.window.plot.image.db_range
    until_ended(qtbot, app)
    app.window.auto_range.look()
    assert app.window.plot.image.db_range == begun
    assert (mark(app), app.window.auto_range.on) == (False, True)


def test_silence_moves_nothing_also_when_it_is_weighted(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(
        np.zeros(SR, dtype=np.float32), RunConfig(auto_range=True, weighting="A"), head_s=HEARD_S
    )
    begun = app.window.plot.image.db_range
    assert app.window.plot.image.scale == LevelScale("A")
    until_ended(qtbot, app)
    app.window.auto_range.look()
    assert app.window.plot.image.db_range == begun


def test_a_calibration_leaves_the_range_within_a_step_and_the_range_does_not_flicker(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(4.0), ON)
    window, image = app.window, app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 1.0)
    seen: list[tuple[float, float]] = []
    image.changed.connect(lambda: seen.append(image.db_range))
    qtbot.keyClick(window, Qt.Key.Key_I)
    window.levels.calibrate(120.0)
    until_ended(qtbot, app)
    distinct = [now for k, now in enumerate(seen) if k == 0 or seen[k - 1] != now]
    assert len(distinct) <= 4
    assert len(set(distinct)) == len(distinct)  # never back and forth
