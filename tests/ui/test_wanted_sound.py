"""What is to be played, and what is said of it."""

import pytest
from livemel.ui.marks import Box, Marks, Point
from livemel.ui.wanted_sound import span_to_play, wanted_sound

from tests.dsp.strategies import noise
from tests.engine.sources import Missing
from tests.engine.test_stretch import SR, engine_of

A = Point(0.5, 100.0)
BOX = Box(0.25, 0.75, 200.0, 900.0)
VISIBLE = (-1.0, 1.5)


@pytest.mark.parametrize(
    ("marks", "span"),
    [
        (Marks(a=A, b=Point(0.7, 1.0), selection=BOX), (0.25, 0.75)),
        (Marks(a=A, b=Point(0.7, 1.0)), (0.5, None)),
        (Marks(b=A), VISIBLE),
        (Marks(), VISIBLE),
    ],
)
def test_the_selection_goes_before_cursor_a_and_that_before_what_is_visible(
    marks: Marks, span: tuple[float, float | None]
) -> None:
    assert span_to_play(marks, VISIBLE) == span


def test_what_is_visible_before_the_first_and_after_the_last_sample_is_left_out() -> None:
    engine = engine_of(noise(SR)[:, None])
    wanted = wanted_sound(engine, Marks(), VISIBLE)
    assert wanted.stretch is not None
    assert (wanted.stretch.start, wanted.stretch.stop, wanted.notice) == (0, SR, "")
    engine.stop()


def test_from_cursor_a_a_loop_has_an_end_and_a_single_pass_has_none() -> None:
    engine = engine_of(noise(SR)[:, None])
    for loop, stop in ((False, None), (True, SR)):
        stretch = wanted_sound(engine, Marks(a=A), VISIBLE, loop=loop).stretch
        assert stretch is not None
        assert (stretch.start, stretch.stop) == (SR // 2, stop)
    engine.stop()


@pytest.mark.parametrize("marks", [Marks(a=Point(5.0, 1.0)), Marks(selection=Box(3, 4, 1, 2))])
def test_where_there_is_no_sound_there_is_nothing_to_play(marks: Marks) -> None:
    engine = engine_of(noise(SR)[:, None])
    wanted = wanted_sound(engine, marks, VISIBLE)
    assert wanted.stretch is None
    assert wanted.notice == "There is no sound to play at this place"
    engine.stop()


def test_before_a_source_is_open_there_is_nothing_to_play() -> None:
    assert wanted_sound(None, Marks(), VISIBLE).notice == "There is no sound to play yet"


def test_what_was_lost_is_told() -> None:
    y = noise(SR)[:, None]
    engine = engine_of(y, Missing(SR // 4), y)
    whole = wanted_sound(engine, Marks(), (0.0, 3.0))
    assert whole.notice == "Of this sound 0.25 s were lost and are silence"
    part = wanted_sound(engine, Marks(selection=Box(1.2, 2.0, 0, 1)), VISIBLE)
    assert part.notice == "Of this sound 0.05 s were lost and are silence"
    assert wanted_sound(engine, Marks(selection=BOX), VISIBLE).notice == ""
    engine.stop()


def test_what_is_kept_no_longer_is_told_and_the_rest_is_played() -> None:
    engine = engine_of(*[noise(5 * SR)[:, None]] * 9, history_s=1.0)
    assert engine.history is not None
    oldest = engine.history.oldest
    assert oldest > SR
    wanted = wanted_sound(engine, Marks(), (0.0, 50.0))
    assert wanted.stretch is not None
    assert wanted.stretch.start == oldest
    assert wanted.notice == f"Of this sound the first {oldest / SR:.1f} s are kept no longer"
    gone = wanted_sound(engine, Marks(selection=BOX), VISIBLE)
    assert gone.stretch is None
    assert gone.notice == "This sound is kept no longer: newer sound took its place"
    engine.stop()
