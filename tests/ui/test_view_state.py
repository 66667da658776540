"""From columns to pixels and from hertz to rows, against librosa's mel scale."""

from dataclasses import replace

import librosa
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.dsp.centres import centres
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.weighting import LevelScale
from livemel.ui.view_state import ViewState


def view(width: int = 1000, height: int = 700, span_s: float = 10.0, **fields: object) -> ViewState:
    fe = FrontEnd(sr=48_000, hop_length=480).replace(**fields)
    return ViewState(fe, width, height, span_s, -70.0, 30.0)


@given(width=st.integers(1, 4000), span_s=st.floats(0.05, 3600), first=st.integers(0, 10**9))
def test_neighbouring_pixels_leave_no_column_out(width: int, span_s: float, first: int) -> None:
    state = view(width, span_s=span_s)
    edges = state.columns_of(first, first + 40)
    steps = np.diff(edges)
    if state.columns_per_pixel >= 1:
        assert np.all(steps >= 1)
        assert abs((edges[-1] - edges[0]) - 40 * state.columns_per_pixel) <= 1
    else:
        assert set(steps) <= {0, 1}


@given(width=st.integers(1, 4000), span_s=st.floats(0.05, 3600), columns=st.integers(0, 10**8))
def test_the_newest_pixel_shows_only_columns_that_exist(
    width: int, span_s: float, columns: int
) -> None:
    state = view(width, span_s=span_s)
    newest = state.newest_pixel(columns)
    if newest >= 0:
        assert state.last_column(newest) < columns
    assert state.last_column(newest + 1) >= columns


@given(height=st.integers(1, 2160), n_mels=st.integers(1, 300))
def test_every_row_shows_a_band_and_they_rise(height: int, n_mels: int) -> None:
    bands = view(height=height, n_mels=n_mels).bands_of_rows()
    assert bands.shape == (height,)
    assert np.all(np.diff(bands) <= 0)
    assert bands[-1] == 0
    assert bands[0] == (height - 1) * n_mels // height


@pytest.mark.parametrize("mel_scale", ["slaney", "htk"])
@pytest.mark.parametrize(("fmin", "fmax"), [(0.0, None), (50.0, 8000.0)])
def test_the_middle_of_a_band_is_where_librosa_puts_its_peak(
    mel_scale: str, fmin: float, fmax: float | None
) -> None:
    state = view(mel_scale=mel_scale, fmin=fmin, fmax=fmax)
    peaks = librosa.mel_frequencies(
        n_mels=130, fmin=fmin, fmax=fmax or 24_000, htk=mel_scale == "htk"
    )[1:-1]
    for band, hz in enumerate(peaks):
        assert state.fraction_of(hz) == pytest.approx((band + 0.5) / 128, abs=1e-9)
        assert state.row_hz((band + 0.5) / 128) == pytest.approx(hz)


@pytest.mark.parametrize(("fmin", "fmax"), [(0.0, None), (50.0, 8000.0)])
def test_the_middle_of_a_linear_row_is_where_librosa_puts_the_bin(
    fmin: float, fmax: float | None
) -> None:
    state = view(representation="linear", fmin=fmin, fmax=fmax)
    hz = librosa.fft_frequencies(sr=48_000, n_fft=2048)
    hz = hz[(hz >= fmin) & (hz <= (fmax or 24_000))]
    assert len(hz) == state.frontend.n_rows
    for row in (0, 1, len(hz) // 2, len(hz) - 1):
        assert state.fraction_of(hz[row]) == pytest.approx((row + 0.5) / len(hz), abs=1e-9)
        assert state.row_hz((row + 0.5) / len(hz)) == pytest.approx(hz[row])


@example(hz=1000.0, by=2.0)
@given(hz=st.floats(25, 20_000), by=st.floats(1.01, 2))
def test_on_the_log_axis_equal_ratios_are_equally_far_apart(hz: float, by: float) -> None:
    state = view(representation="log")
    n = state.frontend.n_rows
    apart = state.fraction_of(hz * by) - state.fraction_of(hz)
    assert apart == pytest.approx(24 * np.log2(by) / n, rel=0.05)
    assert state.row_hz(state.fraction_of(hz)) == pytest.approx(hz)
    assert state.fraction_of(24_000) == pytest.approx(1)


def test_a_coefficient_is_in_the_middle_of_its_row_and_an_amplitude_within_the_range() -> None:
    assert view(representation="mfcc").fraction_of(19) == pytest.approx(19.5 / 20)
    fe = FrontEnd(sr=48_000, representation="waveform")
    wave = ViewState(fe, 1000, 700, 10.0, -0.5, 0.5)
    assert [wave.fraction_of(v) for v in (-0.5, 0, 0.25)] == pytest.approx([0, 0.5, 0.75])


# --- what levels read in --------------------------------------------------------------------------

SCALES = [LevelScale(w, spl) for w in "ZAC" for spl in (None, 94.0, 127.3)]


@pytest.mark.parametrize("name", ["mel", "linear", "log"])
@pytest.mark.parametrize("scale", SCALES, ids=lambda s: f"{s.weighting}{s.full_scale_spl}")
def test_offsets_and_shift_together_are_what_the_scale_adds(name: str, scale: LevelScale) -> None:
    state = replace(view(representation=name), scale=scale)
    offsets = state.row_offsets()
    if scale == LevelScale():
        assert (offsets, state.shift_db) == (None, 0.0)
        return
    assert offsets is not None
    wanted = scale.rows(state.frontend)
    np.testing.assert_allclose(offsets + np.float32(state.shift_db), wanted, atol=1e-4)
    assert state.shift_db % 5 == 0
    at_1k = int(np.abs(centres(state.frontend) - 1000).argmin())
    assert abs(offsets[at_1k]) <= 3.0  # half a round step, and the weighting of the nearest row


def test_a_weighting_alone_shifts_nothing_however_far_the_rows_are_from_1_khz() -> None:
    low = replace(view(fmax=100.0, n_mels=4), scale=LevelScale("A"))
    assert low.shift_db == 0
    assert replace(low, scale=LevelScale("A", 94.0)).shift_db == (
        replace(low, scale=LevelScale("Z", 94.0)).shift_db
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"representation": "mfcc"},
        {"representation": "waveform"},
        {"log": "ln"},
        {"statistic": "max", "normalise": "running"},
    ],
)
def test_columns_that_are_no_levels_are_left_as_they_are(fields: dict[str, object]) -> None:
    state = replace(view(**fields), scale=LevelScale("A", 94.0))
    assert (state.is_scaled, state.row_offsets(), state.shift_db) == (False, None, 0.0)
