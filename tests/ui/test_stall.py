"""A gap on the screen: while it grows, and after the sound is back."""

import time

import numpy as np
import pytest
from livemel.buffers.columns import GAP, ColumnRing
from livemel.dsp.models import frontend
from livemel.engine import EngineStatus, Feed, Lane
from livemel.sources.base import SourceFormat, SourceState
from livemel.ui.lane_view import LaneView
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK
from pytestqt.qtbot import QtBot

HATCH = [0xFF000000 | int(colour[1:], 16) for colour in DARK.hatch]
EMPTY = 0xFF000000 | int(DARK.empty[1:], 16)


def append(columns: ColumnRing, k: int, flag: int = 0) -> None:
    values = np.zeros((128, k), dtype=np.float32)
    level = np.zeros(k, dtype=np.float32)
    columns.append(values, np.full(k, flag, dtype=np.uint8), level, level, time.monotonic_ns())


@pytest.fixture
def view(qtbot: QtBot) -> SpectrogramView:
    """A view of one second of sound, two seconds wide, one pixel a column. Its time stands still:
    a gap grows by what a test says.
    """
    now_ns = time.monotonic_ns()
    shown = SpectrogramView(DARK, "magma", 2.0, clock_ns=lambda: now_ns)
    qtbot.addWidget(shown)
    shown.resize(200, 120)
    shown.show()
    columns = ColumnRing(128, 1000)
    append(columns, 100)
    shown.set_feed(Feed(frontend(), (Lane(1, columns),), SourceFormat(48_000, 1, "mic", 1)))
    assert shown.tick(EngineStatus(SourceState.RUNNING)) in (True, False)
    return shown


def stall(view: SpectrogramView, seconds: float) -> EngineStatus:
    """As if sound had been missing for so long, up to now."""
    since_ns = view._clock_ns() - round(seconds * 1e9)
    view._clock = type(view._clock)(100.0)
    lost = EngineStatus(SourceState.LOST, "mic delivers nothing", lost_since_ns=since_ns)
    view.tick(lost)
    # Then sound comes again, and what the stall cost is judged: the engine holds.
    view.tick(EngineStatus(SourceState.RUNNING, lost_since_ns=since_ns))
    return lost


def columns_like(view: SpectrogramView | LaneView, colours: list[int]) -> np.ndarray:
    """Which pixel columns hold these colours alone, from the oldest."""
    ring = view._canvas._ring
    assert ring is not None
    picture = np.roll(ring.pixels, -((ring.newest + 1) % ring.view.width), axis=1)
    return np.isin(picture, colours).all(axis=0)


def test_a_growing_gap_is_hatched(view: SpectrogramView) -> None:
    stall(view, 0.5)
    assert 45 <= columns_like(view, HATCH)[-60:].sum() <= 56


def test_a_gap_stays_hatched_after_the_sound_is_back(view: SpectrogramView) -> None:
    stall(view, 0.5)
    assert view.feed is not None
    append(view.feed.columns, 50, int(GAP))
    append(view.feed.columns, 25)
    view.tick(EngineStatus(SourceState.RUNNING))
    hatched = columns_like(view, HATCH)
    assert hatched.sum() == 50
    assert list(np.flatnonzero(hatched)) == list(range(200 - 75, 200 - 25))
    assert not columns_like(view, [EMPTY])[-100:].any()


def test_sound_that_was_only_late_takes_the_place_of_the_gap(view: SpectrogramView) -> None:
    stall(view, 0.5)
    assert view.feed is not None
    append(view.feed.columns, 60)
    view.tick(EngineStatus(SourceState.RUNNING))
    assert not columns_like(view, HATCH).any()
    assert not columns_like(view, [EMPTY])[-160:].any()


def test_a_lane_that_follows_is_hatched_where_its_leader_is(
    qtbot: QtBot, view: SpectrogramView
) -> None:
    assert view.feed is not None
    columns = view.feed.columns
    lane = LaneView(view, DARK)
    qtbot.addWidget(lane)
    lane.resize(200, 60)
    lane.show_columns(2, columns, 0.5)
    lane.show()

    def hatched() -> list[list[int]]:
        lane.grab()
        view.grab()
        return [list(np.flatnonzero(columns_like(one, HATCH))) for one in (lane, view)]

    stall(view, 0.5)
    of_lane, of_leader = hatched()
    assert of_lane == of_leader
    assert len(of_lane) >= 45
    append(columns, 50, int(GAP))
    append(columns, 25)
    view.tick(EngineStatus(SourceState.RUNNING))
    assert hatched() == [list(range(200 - 75, 200 - 25))] * 2
