"""A and C weighting: the standard's table to its last digit, librosa's curves, and units."""

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.centres import centres
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import mel_edges
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from livemel.dsp.weighting import LevelScale, full_scale_sine, not_levels, weighting_db
from livemel.errors import ParameterError
from livemel.ui.view_state import ViewState

from tests.dsp.strategies import KINDS, examples

# IEC 61672-1, table of weightings in dB: nominal frequency, A, C. The exact frequency of row i is
# 10^(i / 10) kHz, counted from 1 kHz.
TABLE = (
    (10, -70.4, -14.3),
    (12.5, -63.4, -11.2),
    (16, -56.7, -8.5),
    (20, -50.5, -6.2),
    (25, -44.7, -4.4),
    (31.5, -39.4, -3.0),
    (40, -34.6, -2.0),
    (50, -30.2, -1.3),
    (63, -26.2, -0.8),
    (80, -22.5, -0.5),
    (100, -19.1, -0.3),
    (125, -16.1, -0.2),
    (160, -13.4, -0.1),
    (200, -10.9, 0.0),
    (250, -8.6, 0.0),
    (315, -6.6, 0.0),
    (400, -4.8, 0.0),
    (500, -3.2, 0.0),
    (630, -1.9, 0.0),
    (800, -0.8, 0.0),
    (1000, 0.0, 0.0),
    (1250, 0.6, 0.0),
    (1600, 1.0, -0.1),
    (2000, 1.2, -0.2),
    (2500, 1.3, -0.3),
    (3150, 1.2, -0.5),
    (4000, 1.0, -0.8),
    (5000, 0.5, -1.3),
    (6300, -0.1, -2.0),
    (8000, -1.1, -3.0),
    (10000, -2.5, -4.4),
    (12500, -4.3, -6.2),
    (16000, -6.6, -8.5),
    (20000, -9.3, -11.2),
)


def exact_hz(nominal: float) -> float:
    return float(1000 * 10 ** (round(10 * np.log10(nominal / 1000)) / 10))


@pytest.mark.parametrize(("weighting", "column"), [("A", 1), ("C", 2)])
def test_the_curves_round_to_the_standards_table(weighting: str, column: int) -> None:
    """Class 1 allows 0.7 dB at 1 kHz and more elsewhere; the formula leaves the rounding alone."""
    curve = weighting_db([exact_hz(row[0]) for row in TABLE], weighting)
    # 0.05 is the rounding; a hair more, where the table itself was rounded from rounded constants.
    np.testing.assert_allclose(curve, [row[column] for row in TABLE], atol=0.055)


@examples(200)
@given(hz=st.floats(1, 200_000))
def test_the_curves_are_librosas(hz: float) -> None:
    for weighting in "AC":
        theirs = librosa.frequency_weighting(np.array([hz]), kind=weighting, min_db=None)
        np.testing.assert_allclose(weighting_db([hz], weighting), theirs, atol=0.002)
    assert weighting_db(hz, "Z") == 0


def test_the_curves_end_at_minus_two_hundred_db() -> None:
    assert weighting_db(0, "A") == weighting_db(0, "C") == -200
    assert weighting_db(1000, "A") == weighting_db(1000, "C") == 0
    assert weighting_db(np.ones((2, 3)), "A").shape == (2, 3)


VIEWS = [frontend().replace(representation=name) for name in ("mel", "linear", "log")]


@pytest.mark.parametrize("fe", VIEWS, ids=lambda fe: fe.representation)
@pytest.mark.parametrize("weighting", ["Z", "A", "C"])
def test_rows_are_weighted_at_their_centres(weighting: str, fe: FrontEnd) -> None:
    rows = LevelScale(weighting).rows(fe)
    assert rows.shape == (fe.n_rows,)
    assert rows.dtype == np.float32
    view = ViewState(fe, 1, fe.n_rows, 1.0, 0.0, 1.0)
    hz = [view.row_hz((row + 0.5) / fe.n_rows) for row in range(fe.n_rows)]
    np.testing.assert_allclose(rows, weighting_db(np.abs(hz), weighting), atol=1e-4)


@pytest.mark.parametrize("fe", VIEWS, ids=lambda fe: fe.representation)
@pytest.mark.parametrize("changes", [{}, {"preemphasis": 0.97}, {"scale": 2.0**15}])
def test_with_a_calibration_a_row_reads_the_spl_of_a_sine_at_its_centre(
    fe: FrontEnd, changes: dict[str, float]
) -> None:
    fe = fe.replace(**changes)
    rows = LevelScale("Z", 120.0).rows(fe)
    t = np.arange(6 * fe.n_fft)
    # A logarithmic band has its strongest bin, up to half a bin beside the sine: 1.42 dB.
    off = {"mel": 0.02, "linear": 0.02, "log": 1.45}[fe.representation]
    for row in range(fe.n_rows // 3, fe.n_rows - 1, fe.n_rows // 9):
        y = 0.1 * np.sin(2 * np.pi * centres(fe)[row] / fe.sr * t).astype(np.float32)
        columns = log_mel(y, fe)
        read = columns[row, columns.shape[1] // 2] + rows[row]
        assert -off <= read - 100 <= 0.02


def test_columns_that_are_no_levels_say_why() -> None:
    live = frontend()
    assert [not_levels(fe) for fe in VIEWS] == ["", "", ""]
    assert not_levels(live.replace(log="db-amplitude", power=1)) == ""
    assert "power=1" in not_levels(live.replace(power=1))
    assert "no frequencies" in not_levels(live.replace(representation="mfcc"))
    assert "no frequencies" in not_levels(live.replace(representation="waveform"))
    assert "too long" in not_levels(live.replace(n_fft=1 << 20))
    # What the mel columns are has no say in the other views.
    assert not_levels(live.replace(log="ln", representation="linear")) == ""


def test_the_label_names_reference_and_weighting() -> None:
    assert LevelScale().label == "dB FS"
    assert LevelScale("A").label == "dB FS(A)"
    assert LevelScale("Z", 120).label == "dB SPL"
    assert LevelScale("C", 0.0).label == "dB SPL(C)"


def test_a_calibration_counts_from_the_full_scale_sine() -> None:
    assert LevelScale("A").offset_db == 0
    mean_square_db = 10 * np.log10(0.5)
    assert float(LevelScale("Z", 117.5).at(50)) + mean_square_db == pytest.approx(117.5)


def test_impossible_scales_are_named_with_their_value() -> None:
    with pytest.raises(ParameterError, match="weighting='B'"):
        LevelScale("B")
    with pytest.raises(ParameterError, match="weighting='a'"):
        weighting_db(100, "a")
    with pytest.raises(ParameterError, match="full_scale_spl=nan"):
        LevelScale("A", float("nan"))
    with pytest.raises(ParameterError, match="log='ln'"):
        LevelScale("A").rows(frontend("kaldi"))
    with pytest.raises(ParameterError, match="normalise='running'"):
        LevelScale("A").rows(frontend().replace(statistic="max", normalise="running"))


@pytest.mark.parametrize("name", list(KINDS))
def test_a_full_scale_sine_at_a_bands_centre_reads_as_foretold(name: str) -> None:
    fe = KINDS[name]
    reads = full_scale_sine(fe)
    t = np.arange(8 * fe.span + 4 * fe.hop_length)
    # Low bands see the sine's mirror image, whose phase decides what it does.
    for band in range(fe.n_mels // 3, fe.n_mels - 1, 7):
        hz = mel_edges(fe)[band + 1]
        y = np.sin(2 * np.pi * hz / fe.sr * t).astype(np.float32)
        columns = log_mel(y, fe)
        middle = columns[band, columns.shape[1] // 2]
        assert middle == pytest.approx(reads[band], abs=0.02)


def test_without_norm_and_with_wide_bands_full_scale_is_the_windows_own_gain() -> None:
    fe = frontend().replace(norm=None, n_mels=20)
    # The sine's power in all its bins, by Parseval: n_fft * sum of w^2 / 4, less what the triangle
    # takes off beside its peak.
    wanted = 10 * np.log10(2048 * 0.375 * 2048 / 4)
    assert full_scale_sine(fe)[-1] == pytest.approx(wanted, abs=0.1)
