"""kaldi-native-fbank: Kaldi's own code in a wheel, for every row that Kaldi's frames underlie."""

import kaldi_native_fbank as knf
import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.reference.signals import SIGNALS, signal, ten_minutes

# The row, its filters, its window, its factor on the samples, and the constants afterwards.
ROWS = {
    "kaldi": (23, "povey", 1.0, 0.0, 1.0),
    "seamless": (80, "povey", 2.0**15, 0.0, 1.0),
    "ast": (128, "hanning", 1.0, -4.2677393, 2 * 4.5689974),
    "beats": (128, "povey", 2.0**15, 15.41663, 2 * 6.55582),
}


def kaldi_native(y: np.ndarray, n: int, window: str) -> np.ndarray:
    options = knf.FbankOptions()
    options.frame_opts.dither = 0  # 3e-5 by default: two runs would differ
    options.frame_opts.window_type = window
    options.mel_opts.num_bins = n
    fbank = knf.OnlineFbank(options)
    fbank.accept_waveform(16_000, y.tolist())
    fbank.input_finished()
    columns = [fbank.get_frame(i) for i in range(fbank.num_frames_ready)]
    return np.array(columns).reshape(-1, n).T


def assert_kaldis(name: str, y: np.ndarray) -> None:
    n, window, factor, mean, std = ROWS[name]
    fe = frontend(name)
    fe = fe if fe.normalise == "fixed" else fe.replace(normalise="none")
    theirs = (kaldi_native(y * np.float32(factor), n, window) - mean) / std
    assert_agree(log_mel(y, fe), theirs, fe)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("kind", SIGNALS)
def test_rows_on_kaldis_frames_are_kaldis_numbers(name: str, kind: str) -> None:
    assert_kaldis(name, signal(kind, 16_000))


@pytest.mark.parametrize("n", [399, 400, 401, 559, 560, 561])
def test_kaldi_makes_as_many_columns_at_the_edge_of_a_frame(n: int) -> None:
    assert_kaldis("kaldi", signal("noise", 16_000)[:n])


def test_ten_minutes_are_kaldis_to_the_last_column() -> None:
    assert_kaldis("kaldi", ten_minutes(16_000))
