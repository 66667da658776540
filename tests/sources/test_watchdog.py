"""The watchdog, told the time: late sound is not lost sound, and a loss is measured."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.buffers.writer import GapCause
from livemel.sources.base import SourceState, SourceStatus
from livemel.sources.watchdog import Watchdog

from tests.dsp.strategies import examples

SR = 48_000
MS = 1_000_000
BEGAN_NS = 7_000 * MS
LOOK_NS = 5 * MS
BLOCK_MS = 10
BLOCK = SR * BLOCK_MS // 1000


@dataclass(frozen=True)
class Seen:
    """One look: when, at which counters, and the answer."""

    now_ns: int
    written: int
    at_ns: int
    status: SourceStatus


def steady(ms: int) -> list[tuple[float, int]]:
    """Blocks as they should come: (ms since the one before, samples)."""
    return [(BLOCK_MS, BLOCK)] * (ms // BLOCK_MS)


def watch(deliveries: list[tuple[float, int]]) -> list[Seen]:
    """Look every 5 ms while these come."""
    watchdog, seen = Watchdog(SR), []
    now_ns = at_ns = BEGAN_NS
    written = BLOCK
    for after_ms, samples in deliveries:
        next_ns = at_ns + round(after_ms * MS)
        while now_ns < next_ns:
            seen.append(Seen(now_ns, written, at_ns, watchdog.look(now_ns, written, at_ns)))
            now_ns += LOOK_NS
        at_ns, written = next_ns, written + samples
    return seen


def missing(seen: list[Seen]) -> int:
    return sum(look.status.missing for look in seen)


def states(seen: list[Seen]) -> list[SourceState]:
    """The states in turn, each once."""
    found: list[SourceState] = []
    for look in seen:
        if not found or found[-1] is not look.status.state:
            found.append(look.status.state)
    return found


RUNNING, STALLED = SourceState.RUNNING, SourceState.STALLED


@examples(100)
@given(
    pause_ms=st.integers(310, 5000),
    pieces=st.integers(1, 5),
    jitter_ms=st.integers(-9, 9),
)
def test_a_burst_of_all_that_was_late_counts_nothing_as_missing(
    pause_ms: int, pieces: int, jitter_ms: int
) -> None:
    owed = SR * pause_ms // 1000
    burst = [(pause_ms, owed // pieces)] + [(1, owed // pieces)] * (pieces - 1)
    after = steady(600)
    after[20] = (BLOCK_MS + jitter_ms, BLOCK)
    seen = watch(steady(500) + burst + after)
    assert states(seen) == [RUNNING, STALLED, RUNNING]
    assert missing(seen) == 0
    assert not seen[-1].status.hold


@examples(200)
@given(
    pause_ms=st.integers(310, 20_000),
    share=st.floats(0, 0.9),
    sound=st.integers(300, 700),
)
def test_a_loss_is_measured_to_the_sample_the_clock_says(
    pause_ms: int, share: float, sound: int
) -> None:
    came = max(1, round(share * SR * pause_ms / 1000))
    seen = watch([*steady(500), (pause_ms, came), *steady(sound)])
    lost = SR * pause_ms // 1000 - came
    assert abs(missing(seen) - (lost if lost > 0.010 * SR else 0)) <= 1
    assert sum(look.status.missing > 0 for look in seen) <= 1  # said once


@examples(100)
@given(pauses=st.lists(st.integers(1, 290), min_size=1, max_size=30))
def test_pauses_under_a_third_of_a_second_are_no_stall(pauses: list[int]) -> None:
    for look in watch([(pause, SR * pause // 1000) for pause in pauses]):
        assert look.status == SourceStatus(RUNNING)


@examples(100)
@given(pause_ms=st.integers(60, 290), share=st.floats(0, 1))
def test_a_hiccup_that_lost_sound_is_measured_while_the_reader_goes_on(
    pause_ms: int, share: float
) -> None:
    came = max(1, round(share * SR * pause_ms / 1000))
    seen = watch([*steady(500), (pause_ms, came), *steady(2500)])
    assert not any(look.status.hold or look.status.lost_since_ns for look in seen)
    lost = SR * pause_ms // 1000 - came
    if lost > 0.040 * SR + 1:
        assert abs(missing(seen) - lost) <= 1
    elif lost < 0.030 * SR - 1:
        assert missing(seen) == 0


@examples(100)
@given(lost_ms=st.integers(11, 270), late=st.integers(0, 25))
def test_an_overflow_that_is_reported_is_measured_before_the_reader_goes_on(
    lost_ms: int, late: int
) -> None:
    """The block after it may come late: what lasts is what was lost."""
    watchdog, at_ns, written = Watchdog(SR), BEGAN_NS, BLOCK
    for _ in range(50):
        assert not watchdog.look(at_ns, written, at_ns).hold
        at_ns, written = at_ns + 10 * MS, written + BLOCK
    at_ns += lost_ms * MS
    held, first_ns = 0, at_ns + late * MS
    for _ in range(60):
        came_ns = max(at_ns, first_ns)
        status = watchdog.look(came_ns, written, came_ns, overflows=1)
        if not status.hold:
            break
        held += 1
        at_ns, written = at_ns + 10 * MS, written + BLOCK
    assert status.cause is GapCause.OVERFLOW
    assert status.missing == SR * lost_ms // 1000
    assert 24 <= held <= 28


@dataclass
class Overflowing:
    """A device whose driver says when it has lost sound. Of ten blocks one is on time, each other
    is late by a share of `late_ms`; its clock is slower than ours by ppm.

    gaps : (ms of sound before it, samples lost) of each overflow
    looks : whether each look falls between a block and the word of what was lost before it
    """

    gaps: list[tuple[int, int]]
    late_ms: int
    ppm: int
    look_ms: int
    looks: list[bool]
    seed: int
    lost: int = 0
    found: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        blocks = self._blocks()
        self.seconds = (blocks[-1][0] - BEGAN_NS) / 1e9
        watchdog, i, before, held_ns = Watchdog(SR), 0, 0, 0
        for look, now_ns in enumerate(range(BEGAN_NS, blocks[-1][0], self.look_ms * MS)):
            while blocks[i + 1][0] <= now_ns:
                i += 1
            at_ns, written, overflows = blocks[i]
            told = before if self.looks[look % len(self.looks)] else overflows
            before = overflows
            status = watchdog.look(now_ns, written, at_ns, told)
            self.found += status.missing
            held_ns = held_ns + self.look_ms * MS if status.hold else 0
            assert held_ns < 2_000 * MS, "who reads is held for too long"

    def _blocks(self) -> list[tuple[int, int, int]]:
        """(when it came, samples so far, overflows so far) of each block."""
        rng = np.random.default_rng(self.seed)
        found: list[tuple[int, int, int]] = [(BEGAN_NS, 0, 0)]
        at, written = 0, 0  # in samples, of the device's clock
        due = np.cumsum(
            [1000 + self.gaps[0][0] if self.gaps else 0] + [g[0] for g in self.gaps[1:]]
        )
        stop = (int(due[-1]) + 3000) * SR // 1000
        overflows = 0
        while written < stop:
            while overflows < len(self.gaps) and written >= due[overflows] * SR // 1000:
                at, self.lost = at + self.gaps[overflows][1], self.lost + self.gaps[overflows][1]
                overflows += 1
            at, written = at + BLOCK, written + BLOCK
            late_ns = rng.integers(0, self.late_ms * MS + 1) if written // BLOCK % 10 else 0
            came_ns = BEGAN_NS + round(at * 1e9 / SR * (1 + 1e-6 * self.ppm)) + int(late_ns)
            found.append((max(came_ns, found[-1][0] + 1000), written, overflows))
        return found


@examples(100)
@given(
    gaps=st.lists(
        st.tuples(st.integers(20, 400) | st.integers(20, 3000), st.integers(64, 4800)),
        max_size=25,
    ),
    late_ms=st.integers(0, 25),
    ppm=st.integers(-100, 100),
    look_ms=st.sampled_from([5, 30]),
    looks=st.lists(st.booleans(), min_size=1, max_size=7),
    seed=st.integers(0, 1000),
)
@example(gaps=[(300, 480)] * 25, late_ms=0, ppm=0, look_ms=5, looks=[False], seed=0)
@example(gaps=[(2000, 64)] * 25, late_ms=5, ppm=0, look_ms=5, looks=[True], seed=0)
@example(gaps=[(100, 1900)] * 25, late_ms=0, ppm=0, look_ms=5, looks=[False], seed=0)
def test_of_whatever_overflows_have_lost_all_but_a_hop_is_counted_in_the_end(
    gaps: list[tuple[int, int]], late_ms: int, ppm: int, look_ms: int, looks: list[bool], seed: int
) -> None:
    device = Overflowing(gaps, late_ms, ppm, look_ms, looks, seed)
    drifted = device.seconds * abs(ppm) * 1e-6 * SR  # which is no loss
    assert abs(device.found - device.lost) <= 0.010 * SR + 1 + drifted


@examples(50)
@given(
    gaps=st.lists(st.tuples(st.integers(20, 3000), st.just(0)), max_size=40),
    late_ms=st.integers(0, 25),
    ppm=st.integers(-300, 300),
    seed=st.integers(0, 1000),
)
@example(gaps=[(1200, 0)] * 100, late_ms=0, ppm=300, seed=0)
@example(gaps=[(300, 0)] * 400, late_ms=0, ppm=300, seed=0)
def test_overflows_that_lost_nothing_add_up_to_nothing_whatever_the_clock_does(
    gaps: list[tuple[int, int]], late_ms: int, ppm: int, seed: int
) -> None:
    assert Overflowing(gaps, late_ms, ppm, 5, [False], seed).found == 0


def test_a_loss_too_short_to_be_drawn_is_a_jump_of_the_clock_and_owed() -> None:
    watchdog, at_ns, written, said = Watchdog(SR), BEGAN_NS, 0, []
    for i in range(400):
        at_ns, written = at_ns + (16 if i in (100, 300) else 10) * MS, written + BLOCK
        status = watchdog.look(at_ns, written, at_ns, overflows=(i >= 100) + (i >= 300))
        if status.jumped:
            said.append((i, status.missing))
    assert said == [(125, 0), (325, SR * 12 // 1000)]


def test_an_overflow_that_lost_nothing_counts_nothing() -> None:
    watchdog = Watchdog(SR)
    for i in range(1, 200):
        at_ns = BEGAN_NS + i * 10 * MS
        status = watchdog.look(at_ns, i * BLOCK, at_ns, overflows=i > 100)
        assert (status.missing, status.jumped) == (0, False)
    assert not status.hold


@examples(100)
@given(
    stalls=st.lists(
        st.tuples(st.integers(310, 3000), st.integers(10, 240)), min_size=2, max_size=4
    ),
    share=st.floats(0, 0.9),
)
def test_stalls_that_follow_too_soon_are_one_loss_measured_once(
    stalls: list[tuple[int, int]], share: float
) -> None:
    """Sound comes for less than the quarter of a second that it takes to judge."""
    script, lost = steady(500), 0
    for pause_ms, sound_ms in stalls:
        came = max(1, round(share * SR * pause_ms / 1000))
        script += [(pause_ms, came), *steady(sound_ms)]
        lost += SR * pause_ms // 1000 - came
    seen = watch(script + steady(600))
    said = [look.status.missing for look in seen if look.status.missing]
    assert len(said) == 1
    assert abs(said[0] - lost) <= 1
    since = {look.status.lost_since_ns for look in seen if look.status.lost_since_ns}
    assert since == {BEGAN_NS + 500 * MS}  # of the first stall, to the end


def test_one_block_in_a_long_silence_is_not_sound_come_again() -> None:
    """The verdict waits: a server that stutters may still hand over all it kept."""
    kept = SR * (310 + 290) // 1000 - BLOCK
    seen = watch([*steady(500), (310, BLOCK), (290, kept), *steady(600)])
    assert states(seen) == [RUNNING, STALLED, RUNNING]
    assert missing(seen) == 0


def test_two_stalls_far_enough_apart_are_two_losses() -> None:
    seen = watch([*steady(500), (1000, BLOCK), *steady(600), (2000, BLOCK), *steady(600)])
    said = [look.status.missing for look in seen if look.status.missing]
    assert said == [SR * 990 // 1000, SR * 1990 // 1000]
    assert states(seen) == [RUNNING, STALLED, RUNNING, STALLED, RUNNING]


@examples(200)
@given(
    script=st.lists(
        st.integers(1, 290).map(lambda ms: (ms, SR * ms // 1000))
        | st.tuples(st.integers(310, 1500), st.integers(1, 3 * SR)),
        max_size=40,
    )
)
@example(script=[(400, 1), (100, 4800), (400, 5), (100, 4800)])
def test_whatever_is_delivered_the_verdict_is_the_least_delay_after_against_that_before(
    script: list[tuple[int, int]],
) -> None:
    seen = watch(steady(100) + script + steady(1000))
    late = [look.at_ns / 1e9 * SR - look.written for look in seen]  # in samples
    since = 0  # the first look that the last verdict knows nothing of
    first = last = -1  # looks into the present silence
    for i, look in enumerate(seen):
        status = look.status
        if status.state is STALLED:
            assert status.hold
            first, last = (i if first < 0 else first), i
            assert status.lost_since_ns == seen[first].at_ns
        elif first >= 0 and not status.hold:
            begin_ns = seen[first].at_ns - 1_000 * MS
            before = min(late[k] for k in range(since, first) if seen[k].at_ns >= begin_ns)
            more = min(late[last + 1 : i + 1]) - before
            assert abs(status.missing - (more if more > 0.010 * SR else 0)) <= 1
            since, first = i + 1, -1
        else:
            assert status.missing == 0
            assert status.hold or look.now_ns - look.at_ns < 300 * MS
    assert (seen[-1].status.state, seen[-1].status.hold) == (RUNNING, False)


@examples(100)
@given(
    pause_ms=st.integers(400, 5000),
    share=st.floats(0, 0.8),
    lateness=st.lists(st.integers(0, 25), min_size=40, max_size=40),
)
def test_blocks_that_come_late_do_not_spoil_the_measurement(
    pause_ms: int, share: float, lateness: list[int]
) -> None:
    """A server hands over what it has now and then: of ten blocks nine are late."""
    came = max(1, round(share * SR * pause_ms / 1000))
    due = [10 * (i + 1) for i in range(40)]
    at = [ms + late * (i % 10 != 0) for i, (ms, late) in enumerate(zip(due, lateness, strict=True))]
    at = list(np.maximum.accumulate(at) + np.arange(40) * 0.001)
    late_steady = [(after, BLOCK) for after in np.diff(at, prepend=0)]
    seen = watch([*late_steady, (pause_ms, came), *late_steady, *steady(600)])
    stopped_late_ms = at[-1] - due[-1]
    lost = SR * (pause_ms + stopped_late_ms) / 1000 - came
    assert abs(missing(seen) - (lost if lost > 0.010 * SR else 0)) <= 0.011 * SR


def test_whoever_comes_after_one_that_died_is_held_until_what_is_missing_is_known() -> None:
    watchdog = Watchdog(SR)
    for i in range(1, 101):  # a second of sound
        watchdog.look(BEGAN_NS + i * 10 * MS, i * BLOCK, BEGAN_NS + i * 10 * MS)
    died_ns = BEGAN_NS + 1_000 * MS
    watchdog.interrupt(100 * BLOCK, died_ns)
    assert watchdog.look(died_ns, 100 * BLOCK, died_ns).state is STALLED
    for i in range(1, 60):  # sound again after 150 ms, which is no stall
        at_ns = died_ns + (150 + i * 10) * MS
        status = watchdog.look(at_ns, (100 + i) * BLOCK, at_ns)
        if not status.hold:
            break
    assert (i, status.missing) == (26, SR * 150 // 1000)


@pytest.mark.parametrize("now_ns", [0, 10**9, 10**12])
def test_before_the_first_sound_there_is_nothing_to_lose(now_ns: int) -> None:
    watchdog = Watchdog(SR)
    assert watchdog.look(now_ns, 0, 0) == SourceStatus(RUNNING)


def test_the_reader_is_held_from_the_stall_until_the_verdict() -> None:
    seen = watch([*steady(500), (1000, BLOCK), *steady(600)])
    held = [look.now_ns - BEGAN_NS for look in seen if look.status.hold]
    assert held == list(range(800 * MS, 1750 * MS, LOOK_NS))
    verdict = next(look for look in seen if look.status.missing)
    assert verdict.now_ns - BEGAN_NS == 1750 * MS
