"""LogMelStream: samples in, columns out, as they come."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.bank import OF_MEL, LogMelBank
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.normalise import normalise
from livemel.dsp.representation import cepstrum
from livemel.dsp.spectrum import Columns
from livemel.errors import ParameterError

Samples = NDArray[np.float32]


class LogMelStream:
    """The columns of an endless signal: log-mel, or what the front-end's representation says.

    Any chunking gives the same bits as one call.

    Memory is fixed at the start. Not safe to share between threads: one stream, one owner.
    Reference: librosa.feature.melspectrogram and librosa.power_to_db, within 1e-4 dB.
    """

    def __init__(self, frontend: FrontEnd) -> None:
        self.frontend = frontend
        self._bank = LogMelBank(frontend, 1)
        self._ended = False

    @property
    def columns_out(self) -> int:
        """Columns given so far."""
        return self._bank.columns_out

    def push(self, samples: Samples) -> Columns:
        """The columns that these samples complete.

        samples : shape (n,), float32 in [-1, 1]; n may be 0; not changed
        Returns : shape (n_rows, k), float32; k may be 0; the caller owns it
        Raises ParameterError if samples are not one channel of floats, or after flush().
        """
        samples = as_samples(samples)
        if self._ended:
            raise ParameterError("this stream was flushed; make a new one for new samples")
        return self._bank.push(samples[np.newaxis])[:, 0]

    def flush(self) -> Columns:
        """The columns that the padding after the last sample completes; ends the stream.

        Returns : shape (n_rows, k), float32; k is 0 where frames are not centred, because samples
        that do not fill a frame make no column
        """
        self._ended = True
        return self._bank.flush()[:, 0]


def log_mel(y: Samples, frontend: FrontEnd) -> Columns:
    """The columns of a whole signal: what LogMelStream gives, tail included.

    With normalise="exact", which no stream can know, the statistic is the whole signal's.

    y : shape (n,), float32 in [-1, 1]
    Returns : shape (n_rows, k), float32
    Raises ParameterError if y is not one channel of floats.
    """
    if frontend.normalise != "exact" or frontend.representation not in OF_MEL:
        return _whole(y, frontend)
    columns = normalise(_whole(y, frontend.replace(representation="mel")), frontend)
    return cepstrum(columns, frontend.n_mfcc) if frontend.representation == "mfcc" else columns


def _whole(y: Samples, frontend: FrontEnd) -> Columns:
    stream = LogMelStream(frontend)
    columns, tail = stream.push(y), stream.flush()
    return np.hstack([columns, tail]) if tail.shape[1] else columns


def as_samples(samples: NDArray[np.floating]) -> Samples:
    """One channel of float32, without a copy where it is that already. Raises ParameterError."""
    if isinstance(samples, np.ndarray) and samples.ndim == 1:
        if samples.dtype == np.float32:
            return samples
        if samples.dtype.kind == "f":
            return samples.astype(np.float32)
    array = np.asarray(samples)
    raise ParameterError(
        f"samples are {array.dtype} of shape {array.shape}, not one channel of floats in [-1, 1]"
    )
