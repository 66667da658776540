"""LogMelStream: samples in, columns out, as they come."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.normalise import normalise, normaliser
from livemel.dsp.padding import EdgePadding
from livemel.dsp.preemphasis import SignalPreemphasis
from livemel.dsp.representation import cepstrum, transform
from livemel.dsp.spectrum import Columns
from livemel.errors import ParameterError

Samples = NDArray[np.float32]

# Per column, 128 frames cost a fifth of one; past that nothing is gained.
_BATCH = 128
# No work buffer is longer than about 2 MB, however long frames and hops.
_BATCH_SAMPLES = 1 << 19
# What the mel column is the beginning of; the others know no normalisation.
OF_MEL = ("mel", "mfcc")


class LogMelStream:
    """The columns of an endless signal: log-mel, or what the front-end's representation says.

    Any chunking gives the same bits as one call.

    Memory is fixed at the start. Not safe to share between threads: one stream, one owner.
    Reference: librosa.feature.melspectrogram and librosa.power_to_db, within 1e-4 dB.
    """

    def __init__(self, frontend: FrontEnd) -> None:
        self.frontend = frontend
        span, hop = frontend.span, frontend.hop_length
        batch = max(1, min(_BATCH, _BATCH_SAMPLES // max(span, hop, frontend.n_fft)))
        self._transform = transform(frontend, batch)
        self._samples = np.zeros(span + (batch - 1) * hop, dtype=np.float32)
        # Row i is the frame that starts at sample i * hop: views, made once.
        self._frames = sliding_window_view(self._samples, frontend.window_span)[::hop]
        self._filled = 0
        self._to_skip = 0  # when hop > span: samples between frames that are still to come
        over_signal = frontend.preemphasis and frontend.preemphasis_over != "frame"
        self._preemphasis = SignalPreemphasis(frontend) if over_signal else None
        self._padding = EdgePadding(frontend) if any(frontend.padding) else None
        of_mel = frontend.representation in OF_MEL
        self._normaliser = normaliser(frontend) if of_mel else None
        self._ended = False
        self.columns_out = 0

    def push(self, samples: Samples) -> Columns:
        """The columns that these samples complete.

        samples : shape (n,), float32 in [-1, 1]; n may be 0; not changed
        Returns : shape (n_rows, k), float32; k may be 0; the caller owns it
        Raises ParameterError if samples are not one channel of floats, or after flush().
        """
        samples = as_samples(samples)
        if self._ended:
            raise ParameterError("this stream was flushed; make a new one for new samples")
        if self._preemphasis is not None:
            samples = self._preemphasis(samples)
        if self._padding is not None:
            samples = self._padding.begin(samples)
        return self._finished(self._feed(samples))

    def flush(self) -> Columns:
        """The columns that the padding after the last sample completes; ends the stream.

        Returns : shape (n_rows, k), float32; k is 0 where frames are not centred, because samples
        that do not fill a frame make no column
        """
        ended, self._ended = self._ended, True
        if ended or self._padding is None:
            return np.empty((self.frontend.n_rows, 0), dtype=np.float32)
        columns = self._feed(self._padding.end())
        if self.frontend.drop_last and columns.shape[1]:
            self.columns_out -= 1
            columns = columns[:, :-1].copy()
        return self._finished(columns)

    def _finished(self, columns: Columns) -> Columns:
        """What comes after the single column: normalisation, and the cosine transform of that."""
        if self._normaliser is not None:
            columns = self._normaliser.push(columns)
        if self.frontend.representation == "mfcc":
            columns = cepstrum(columns, self.frontend.n_mfcc)
        return columns

    def _feed(self, samples: Samples) -> Columns:
        span, hop = self.frontend.span, self.frontend.hop_length
        taken, total = 0, len(samples)
        columns = self._columns_for(total)
        filled = 0
        while taken < total:
            if self._to_skip:
                skipped = min(self._to_skip, total - taken)
                taken += skipped
                self._to_skip -= skipped
                continue
            n = min(len(self._samples) - self._filled, total - taken)
            self._samples[self._filled : self._filled + n] = samples[taken : taken + n]
            taken += n
            self._filled += n
            if self._filled < span:
                continue
            k = (self._filled - span) // hop + 1
            self._transform(self._frames[:k], out=columns[:, filled : filled + k])
            filled += k
            self._drop(k * hop)
        self.columns_out += filled
        return columns

    def _columns_for(self, n: int) -> Columns:
        """Room for the columns that n more samples complete."""
        past_first_frame = self._filled - self._to_skip + n - self.frontend.span
        k = max(0, past_first_frame // self.frontend.hop_length + 1)
        return np.empty((self._transform.n_rows, k), dtype=np.float32)

    def _drop(self, n: int) -> None:
        """Forget the first n samples; the rest moves to the front."""
        kept = self._filled - n
        if kept > 0:
            # numpy copies overlapping views as if through a buffer.
            self._samples[:kept] = self._samples[n : self._filled]
        self._filled = max(0, kept)
        self._to_skip = max(0, -kept)


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
