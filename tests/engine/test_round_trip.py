"""Clicks are found where they are, to a part of a sample, and what is not there is not found."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.engine.round_trip import click_at, clicks_at, clicks_last_s, measure
from livemel.errors import SourceError
from livemel.sources.clicks import ClickStream, HeardClicks
from scipy.signal import fftconvolve

CLICKS = 8
Path = list[tuple[float, float]]  # delay in s and gain of each way through a room
CABLE: Path = [(0.0, 1.0)]


def stream(
    name: str, sr: int, seconds: float, begins_s: float, jitter_s: float, seed: int
) -> ClickStream:
    """Blocks of 10 ms, at the moments at which they should come or up to jitter_s later."""
    n = round(seconds * 100)
    starts = np.arange(n + 1) * (sr // 100)
    late_s = np.random.default_rng(seed).uniform(0, jitter_s, n)
    at_s = 7000.0 + begins_s + starts[:-1] / sr + late_s
    return ClickStream(name, "ALSA", sr, 0.03, starts, (at_s * 1e9).astype(np.int64), 0)


def heard(
    way_s: float,
    *,
    path: Path = CABLE,
    gain: float = 0.5,
    noise: float = 0.001,
    sr: tuple[int, int] = (48_000, 48_000),
    begins_s: tuple[float, float] = (0.2, 0.0),
    jitter_s: float = 0.0,
    seed: int = 0,
) -> HeardClicks:
    """What an input hears of an output, the way being from sample to sample.

    begins_s : when the first block of output and input is asked for, and comes
    """
    seconds = clicks_last_s(CLICKS)
    sound = clicks_at(sr[0], CLICKS)
    output = stream("Loudspeaker", sr[0], seconds, begins_s[0], jitter_s, seed)
    into = stream("Microphone", sr[1], seconds, begins_s[1], jitter_s, seed + 1)
    rng = np.random.default_rng(seed)
    recorded = noise * rng.standard_normal(round(seconds * sr[1]))
    click = click_at(sr[1]).astype(np.float64)
    for place in sound.places:
        for delay_s, part in path:
            at = (place / sr[0] + begins_s[0] + way_s + delay_s - begins_s[1]) * sr[1]
            whole = int(np.floor(at))
            # Between samples by the theorem: a windowed sinc.
            k = np.arange(-32, 33)
            sinc = np.sinc(k - (at - whole)) * np.hanning(67)[1:-1]
            shifted = fftconvolve(click, sinc)
            if whole - 32 >= 0 and whole - 32 + len(shifted) <= len(recorded):
                recorded[whole - 32 : whole - 32 + len(shifted)] += gain * part * shifted
    return HeardClicks(into, output, sound, recorded.astype(np.float32))


@settings(max_examples=25, deadline=None)
@given(
    way_s=st.floats(0.002, 1.2),
    gain=st.sampled_from([1.0, 0.1, -0.3]),
    sr=st.sampled_from([(48_000, 48_000), (44_100, 48_000), (48_000, 16_000)]),
    begins_s=st.sampled_from([(0.0, 0.0), (0.3, 0.0), (0.0, 0.2)]),
)
def test_the_way_is_found_to_a_hundredth_of_a_ms(
    way_s: float, gain: float, sr: tuple[int, int], begins_s: tuple[float, float]
) -> None:
    found = measure(heard(way_s, gain=gain, sr=sr, begins_s=begins_s))
    assert (found.played, found.found) == (CLICKS, CLICKS)
    # Nearest samples of output and input are half a sample off at most.
    assert found.ways_ms == pytest.approx(1000 * way_s, abs=0.01 + 500 / sr[0])
    assert found.median_ms == pytest.approx(1000 * way_s, abs=0.02)


def test_late_blocks_are_spread_and_not_error() -> None:
    found = measure(heard(0.08, jitter_s=0.01))
    assert found.found == CLICKS
    assert found.median_ms == pytest.approx(80, abs=6)
    assert 1 < np.std(found.ways_ms) < 6


def test_an_echo_that_is_louder_than_the_direct_way_is_not_taken_for_it() -> None:
    room: Path = [(0.0, 0.7), (0.011, 1.0), (0.019, 0.6), (0.043, 0.4)]
    assert measure(heard(0.05, path=room)).median_ms == pytest.approx(50, abs=0.05)


def test_a_steady_noise_as_loud_as_the_clicks_does_not_hide_them() -> None:
    found = measure(heard(0.1, gain=0.5, noise=0.1))
    assert found.found >= CLICKS - 1
    assert found.median_ms == pytest.approx(100, abs=0.2)


@pytest.mark.parametrize("gain", [1.0, 0.1, 0.01])
def test_the_level_over_the_noise_is_that_of_the_clicks(gain: float) -> None:
    quiet, loud = (measure(heard(0.1, gain=g, noise=0.0003)) for g in (gain, 2 * gain))
    assert loud.over_noise_db - quiet.over_noise_db == pytest.approx(6.0, abs=0.5)


@pytest.mark.parametrize("seed", range(4))
def test_in_noise_alone_nothing_is_heard(seed: int) -> None:
    with pytest.raises(SourceError, match=r"^nothing heard: none of 8 clicks on Loudspeaker came"):
        measure(heard(0.1, gain=0.0, noise=0.1, seed=seed))


def test_clicks_that_mostly_drown_are_too_few() -> None:
    noisy = heard(0.1, gain=0.2, noise=0.0001)
    drowned = noisy.recorded.copy()
    first = round(clicks_last_s(CLICKS) * 0.42) * 48_000
    rng = np.random.default_rng(3)
    drowned[first:] += rng.standard_normal(len(drowned) - first).astype(np.float32)
    with pytest.raises(SourceError, match=r"^too noisy: \d of 8 clicks|^nothing heard"):
        measure(HeardClicks(noisy.input, noisy.output, noisy.sound, drowned))


def test_an_output_that_stops_before_the_first_click_is_named() -> None:
    whole = heard(0.1)
    stopped = replace(whole.output, starts=whole.output.starts[:21], at_ns=whole.output.at_ns[:20])
    with pytest.raises(SourceError, match=r"^Loudspeaker stopped taking sound after 0.2 s$"):
        measure(replace(whole, output=stopped))


def stopping(stream: ClickStream, blocks: int) -> ClickStream:
    starts, at_ns = stream.starts[: blocks + 1], stream.at_ns[:blocks]
    return replace(stream, starts=starts, at_ns=at_ns, stopped=True)


def test_an_input_that_stops_is_told_beside_what_was_found_before() -> None:
    whole = heard(0.1)
    assert measure(whole).stopped_s == (None, None)
    stopped = replace(whole, input=stopping(whole.input, 310), recorded=whole.recorded[: 310 * 480])
    found = measure(stopped)
    assert found.stopped_s == (None, 3.1)
    assert CLICKS / 2 <= found.found < CLICKS
    assert found.median_ms == pytest.approx(100, abs=0.02)


@pytest.mark.parametrize("name", ["input", "output"])
def test_too_few_clicks_for_a_device_that_stopped_are_no_matter_of_noise(name: str) -> None:
    whole = heard(0.1)
    streams = {name: stopping(getattr(whole, name), 120)}
    recorded = whole.recorded[: 120 * 480] if name == "input" else whole.recorded
    device = getattr(whole, name).name
    words = rf"^{device} stopped after 1\.2 s: \d of 8 clicks were heard until then$"
    with pytest.raises(SourceError, match=words):
        measure(replace(whole, **streams, recorded=recorded))


def test_a_microphone_that_is_not_permitted_is_told_by_its_zeros() -> None:
    with pytest.raises(SourceError, match="Microphone delivers exact zeros"):
        measure(heard(0.1, gain=0.0, noise=0.0))


def test_no_two_intervals_are_alike() -> None:
    apart = np.diff(clicks_at(48_000, 100).places)
    assert len(set(apart)) == 99
    assert apart.min() >= 0.34 * 48_000
