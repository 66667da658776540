"""kaldi-native-fbank: Kaldi's own code in a wheel, for every row that Kaldi's frames underlie."""

from collections.abc import Callable
from functools import partial

import numpy as np

from livemel.verify.reference import Columns, Compute, Reference, Samples


def _fbank(
    n: int, window: str = "povey", factor: float = 1.0, mean: float = 0.0, std: float = 1.0
) -> Compute:
    """Kaldi's fbank of factor times the samples, and a model's constants afterwards."""
    import kaldi_native_fbank as knf

    options = knf.FbankOptions()
    options.frame_opts.dither = 0  # 3e-5 by default: two runs would differ
    options.frame_opts.window_type = window
    options.mel_opts.num_bins = n

    def compute(y: Samples, sr: int) -> Columns:
        fbank = knf.OnlineFbank(options)
        fbank.accept_waveform(sr, (y * np.float32(factor)).tolist())
        fbank.input_finished()
        columns = [fbank.get_frame(i) for i in range(fbank.num_frames_ready)]
        return (np.array(columns).reshape(-1, n).T - mean) / std

    return compute


def _reference(row: str, make: Callable[[], Compute], *, normalise: str) -> Reference:
    return Reference(
        row=row,
        packages=("kaldi-native-fbank",),
        what="OnlineFbank",
        make=make,
        parts=row != "kaldi",
        normalise=normalise,
    )


REFERENCES: tuple[Reference, ...] = (
    _reference("kaldi", partial(_fbank, 23), normalise="none"),
    _reference("seamless", partial(_fbank, 80, factor=2.0**15), normalise="none"),
    _reference(
        "ast",
        partial(_fbank, 128, "hanning", mean=-4.2677393, std=2 * 4.5689974),
        normalise="fixed",
    ),
    _reference(
        "beats",
        partial(_fbank, 128, factor=2.0**15, mean=15.41663, std=2 * 6.55582),
        normalise="fixed",
    ),
)
