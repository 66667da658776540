"""Frequencies beside the picture, of tones that are known."""

import numpy as np
import pytest
from livemel.buffers.columns import ColumnRing
from livemel.buffers.history import SampleHistory
from livemel.dsp.models import frontend
from livemel.engine import Feed, Lane
from livemel.sources.base import SourceFormat
from livemel.ui.peak_reading import exact_hz, rough_hz, sound_under
from livemel.ui.view_state import ViewState

SR = 48_000
T = np.arange(2 * SR) / SR


def feed_of(sr: int, **changes: object) -> Feed:
    """A feed of sound at 48 kHz, whose front-end may want another rate."""
    fe = frontend("live", sr=sr).replace(**changes)
    return Feed(fe, (Lane(None, ColumnRing(fe.n_rows, 500)),), SourceFormat(SR, 1, "signal", 1))


def kept(y: np.ndarray) -> SampleHistory:
    history = SampleHistory(1, 10 * SR)
    history.append(y.astype(np.float32)[:, np.newaxis])
    return history


def row_of(hz: float, view: ViewState) -> int:
    return int(view.fraction_of(hz) * view.frontend.n_rows)


@pytest.mark.parametrize("sr", [48_000, 16_000])
@pytest.mark.parametrize("representation", ["mel", "linear", "log"])
@pytest.mark.parametrize("hz", [233.3, 1234.56, 6789.1])
def test_a_tone_is_told_to_its_digits_whatever_the_view(
    sr: int, representation: str, hz: float
) -> None:
    feed = feed_of(sr, representation=representation)
    view = ViewState(feed.frontend, 100, 500, 10, -70, 30)
    noise = 1e-3 * np.random.default_rng(0).standard_normal(len(T))
    history = kept(0.3 * np.sin(2 * np.pi * hz * T) + noise)
    sound = sound_under(feed, 100, history)
    assert sound is not None
    row = row_of(hz, view)
    assert float(exact_hz(row, view, sound).removesuffix(" Hz")) == pytest.approx(hz, abs=0.3)
    (rough,) = rough_hz([row], view, sound)
    value, unit = rough.split()
    assert float(value) * {"Hz": 1, "kHz": 1000}[unit] == pytest.approx(hz, abs=12)


def test_without_the_sound_there_is_no_frequency() -> None:
    feed = feed_of(SR)
    history = kept(np.ones(SR))
    assert sound_under(feed, 0, history) is not None
    assert sound_under(feed, 150, history) is None


def test_of_sound_that_is_no_number_nothing_is_said() -> None:
    feed = feed_of(SR)
    view = ViewState(feed.frontend, 100, 500, 10, -70, 30)
    y = np.sin(T)
    y[SR] = np.nan
    sound = sound_under(feed, 98, kept(y))
    assert sound is not None
    assert exact_hz(40, view, sound) == ""
    assert rough_hz([40, 41], view, sound) == ["", ""]
