"""A gap on the screen: while it grows, and after the sound is back."""

import time
from dataclasses import replace

import numpy as np
import pytest
from livemel.buffers.columns import GAP, ColumnRing
from livemel.diagnosis.finding import Finding, Severity
from livemel.dsp.models import frontend
from livemel.engine import EngineStatus, Feed, Lane
from livemel.sources.base import SourceFormat, SourceState
from livemel.ui.finding_overlay import FindingOverlay
from livemel.ui.finding_text import Now
from livemel.ui.lane_view import LaneView
from livemel.ui.overview import Overview
from livemel.ui.slice_panel import SlicePanel
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK
from livemel.ui.viewport import Viewport
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


def columns_like(view: SpectrogramView | LaneView | Overview, colours: list[int]) -> np.ndarray:
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


def test_a_picture_that_stands_goes_with_the_gap_that_grows_behind_it(
    view: SpectrogramView,
) -> None:
    assert view.feed is not None
    view.set_viewport(Viewport(2.0, 0.8))
    assert view.caption == "frozen · 0 s behind · End returns"
    stall(view, 7.5)
    assert view.caption == "frozen · 8 s behind · no sound · End returns"
    assert view.is_lost
    assert not columns_like(view, HATCH).any()  # it stands where it stood
    # One can go and see it.
    view.set_viewport(Viewport(2.0, 3.0))
    view.grab()
    assert view.visible_s == pytest.approx((1.0, 3.0))
    assert columns_like(view, HATCH)[5:].all()
    # It was only late: what stands there is sound after all.
    append(view.feed.columns, 900)
    view.tick(EngineStatus(SourceState.RUNNING))
    assert not columns_like(view, HATCH).any()
    assert view.visible_s == pytest.approx((1.0, 3.0))
    assert view.caption == "frozen · 7 s behind · End returns"


def test_a_picture_that_stands_in_a_gap_stays_there_with_another_front_end(
    view: SpectrogramView,
) -> None:
    assert view.feed is not None
    stall(view, 2.0)
    view.set_paused(True)
    stands_at = view.edge_s
    assert stands_at == pytest.approx(3.0, abs=0.05)
    view.set_feed(replace(view.feed), stands_at=stands_at)
    view.grab()
    assert view.edge_s == stands_at
    assert 198 <= columns_like(view, HATCH).sum() <= 200
    # Another sound begins with what there is of it.
    view.set_feed(replace(view.feed))
    assert not view.is_lost
    assert view.bounds.newest_s == pytest.approx(1.0, abs=0.05)


def test_the_overview_ends_where_the_picture_does_and_is_hatched_where_it_is(
    qtbot: QtBot, view: SpectrogramView
) -> None:
    assert view.feed is not None
    strip = Overview(DARK, 300.0)
    qtbot.addWidget(strip)
    strip.resize(300, 24)  # a tenth of a second a pixel
    strip.show()

    def hatched() -> list[int]:
        """Followed until nothing is new."""
        qtbot.waitUntil(lambda: strip._since.isValid() is False or strip._since.hasExpired(250))
        strip.follow(view)
        return list(np.flatnonzero(columns_like(strip, HATCH)))

    assert hatched() == []
    stall(view, 5.0)
    assert 49 <= len(hatched()) <= 51
    assert strip._edge_s == pytest.approx(view.edge_s, abs=0.2)
    assert strip.handle_x[1] == pytest.approx(strip.width(), abs=2)
    # Also while the picture stands: then the handle stays behind.
    view.set_paused(True)
    stall(view, 10.0)
    assert 99 <= len(hatched()) <= 101
    assert strip.handle_x[1] == pytest.approx(strip.width() - 50, abs=2)
    view.set_paused(False)
    # Longer than half a minute, it shows more.
    stall(view, 40.0)
    assert len(hatched()) == pytest.approx(40.0 / 60.0 * 300, abs=2)
    assert strip.span_s == 60.0
    # As long as nothing else is kept, there is no more to show.
    stall(view, 4000.0)
    assert len(hatched()) == 300
    assert strip.span_s == 300.0
    # Some of it was not lost.
    append(view.feed.columns, 200, int(GAP))
    append(view.feed.columns, 100)
    view.tick(EngineStatus(SourceState.RUNNING))
    assert 19 <= len(hatched()) <= 21
    assert strip._edge_s == pytest.approx(4.0, abs=0.3)


def test_what_was_found_ends_where_the_gap_begins_that_grows(view: SpectrogramView) -> None:
    overlay = FindingOverlay(view)
    tone = Finding("tone", Severity.WARN, "A tone", 0.0, 1.0)
    overlay.show_findings([tone], Now(1.0, 1.0), has_lines=False)

    def right() -> float:
        axes = view.axes
        assert axes is not None
        (bracket,) = overlay._brackets(axes, 15)
        return bracket.right

    assert right() == view.width()
    for seconds in (0.5, 0.8):
        stall(view, seconds)
        assert right() == pytest.approx(view.x_of(1.0), abs=2)
    view.tick(EngineStatus(SourceState.RUNNING))
    assert right() == view.width()


def test_before_the_first_column_the_slice_does_not_say_that_sound_is_missing(
    qtbot: QtBot, view: SpectrogramView
) -> None:
    panel = SlicePanel(view, DARK)
    qtbot.addWidget(panel)
    view.set_feed(
        Feed(frontend(), (Lane(1, ColumnRing(128, 1000)),), SourceFormat(48_000, 1, "mic", 1))
    )
    view.tick(EngineStatus(SourceState.RUNNING))
    panel.look()
    assert (panel.column, panel._is_missing) == (-1, False)
    stall(view, 0.5)
    panel.look()
    assert panel._is_missing
