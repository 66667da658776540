"""From columns to pixels and from hertz to rows, against librosa's mel scale."""

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
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
