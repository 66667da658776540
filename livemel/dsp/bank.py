"""LogMelBank: several signals side by side in, their columns out, by one transform."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.normalise import normaliser
from livemel.dsp.padding import EdgePadding
from livemel.dsp.preemphasis import SignalPreemphasis
from livemel.dsp.representation import cepstrum, transform

Samples = NDArray[np.float32]
Columns = NDArray[np.float32]

# Per column, 128 frames cost a fifth of one; past that nothing is gained.
_BATCH = 128
# No work buffer is longer than about 2 MB, however long frames and hops.
_BATCH_SAMPLES = 1 << 19
# Of one lane, before samples move to the front: moving costs less than a transform of this many.
_LEAST_FRAMES = 8
# Columns of silence that a running statistic takes at once.
_SILENT_AT_ONCE = 256
# What the mel column is the beginning of; the others know no normalisation.
OF_MEL = ("mel", "mfcc")


class LogMelBank:
    """The columns of `lanes` signals of the same length, which go through the transform together.

    Each lane has the bits of a LogMelStream of its own, whatever the chunks and the other lanes:
    what a frame goes through does not depend on which frames are beside it. Memory is fixed at the
    start. Not safe to share between threads: one bank, one owner.
    """

    def __init__(self, frontend: FrontEnd, lanes: int) -> None:
        self.frontend = frontend
        self.lanes = lanes
        span, hop = frontend.span, frontend.hop_length
        self._batch = max(1, min(_BATCH, _BATCH_SAMPLES // max(span, hop, frontend.n_fft)))
        self._transform = transform(frontend, self._batch)
        frames = min(self._batch, max(_LEAST_FRAMES, self._batch // lanes))
        self._samples = np.zeros((lanes, span + (frames - 1) * hop), dtype=np.float32)
        # Row i of a lane is the frame that starts at sample i * hop: views, made once.
        windows = sliding_window_view(self._samples, frontend.window_span, axis=1)
        self._frames = windows[:, ::hop]
        self._filled = 0
        self._to_skip = 0  # when hop > span: samples between frames that are still to come
        over_signal = frontend.preemphasis and frontend.preemphasis_over != "frame"
        self._preemphasis = SignalPreemphasis(frontend) if over_signal else None
        self._padding = EdgePadding(frontend, (lanes,)) if any(frontend.padding) else None
        of_each = (normaliser(frontend) for _ in range(lanes))
        of_mel = frontend.representation in OF_MEL
        self._normalisers = [each for each in of_each if each is not None and of_mel]
        self._ended = False
        self.columns_out = 0

    def push(self, samples: Samples) -> Columns:
        """The columns that these samples complete.

        samples : shape (lanes, n), float32 in [-1, 1]; n may be 0; not changed; not after flush()
        Returns : shape (n_rows, lanes, k), float32; k may be 0; the caller owns it
        """
        assert not self._ended
        if self._preemphasis is not None:
            samples = self._preemphasis(samples)
        if self._padding is not None:
            samples = self._padding.begin(samples)
        return self._finished(self._feed(samples))

    def flush(self) -> Columns:
        """The columns that the padding after the last sample completes; ends the bank.

        Returns : shape (n_rows, lanes, k), float32
        """
        ended, self._ended = self._ended, True
        if ended or self._padding is None:
            return np.empty((self.frontend.n_rows, self.lanes, 0), dtype=np.float32)
        columns = self._feed(self._padding.end())
        if self.frontend.drop_last and columns.shape[-1]:
            self.columns_out -= 1
            columns = columns[..., :-1].copy()
        return self._finished(columns)

    @property
    def settling(self) -> int:
        """After so many zeros all that is held is zero, edges and pre-emphasis included."""
        return self.frontend.span + sum(self.frontend.padding) + 2

    def silence(self, k: int) -> Iterator[tuple[int, Columns]]:
        """What push() of k * hop_length zeros gives after `settling` zeros, without the work: all
        frames are the same then, and what is held is afterwards as it was.

        Yields : how many columns, and either those, shape (n_rows, lanes, k), or one that all of
        them are, shape (n_rows, lanes, 1); the caller owns it
        """
        self.columns_out += k
        raw = np.empty((self._transform.n_rows, 1), dtype=np.float32)
        self._transform(np.zeros((1, self.frontend.window_span), dtype=np.float32), out=raw)
        raw = np.repeat(raw[:, np.newaxis], self.lanes, axis=1)
        while k and not all(each.is_steady for each in self._normalisers):
            some = min(k, _SILENT_AT_ONCE)
            yield some, self._finished(np.repeat(raw, some, axis=-1))
            k -= some
        if k:
            yield k, self._finished(raw)

    def _finished(self, columns: Columns) -> Columns:
        """What comes after the single column: normalisation, and the cosine transform of that."""
        if self._normalisers:
            # Each by itself, and laid out as in a stream of its own: sums depend on that.
            done = [
                each.push(np.ascontiguousarray(columns[:, lane]))
                for lane, each in enumerate(self._normalisers)
            ]
            columns = np.stack(done, axis=1)
        if self.frontend.representation == "mfcc":
            flat = columns.reshape(len(columns), -1)
            shape = (self.frontend.n_mfcc, *columns.shape[1:])
            columns = cepstrum(flat, self.frontend.n_mfcc).reshape(shape)
        return columns

    def _feed(self, samples: Samples) -> Columns:
        span, hop = self.frontend.span, self.frontend.hop_length
        room = self._samples.shape[1]
        taken, total = 0, samples.shape[1]
        columns = self._columns_for(total)
        filled = 0
        while taken < total:
            if self._to_skip:
                skipped = min(self._to_skip, total - taken)
                taken += skipped
                self._to_skip -= skipped
                continue
            n = min(room - self._filled, total - taken)
            self._samples[:, self._filled : self._filled + n] = samples[:, taken : taken + n]
            taken += n
            self._filled += n
            if self._filled < span:
                continue
            k = (self._filled - span) // hop + 1
            self._take_frames(k, columns[..., filled : filled + k])
            filled += k
            self._drop(k * hop)
        self.columns_out += filled
        return columns

    def _take_frames(self, k: int, out: Columns) -> None:
        """The columns of each lane's first k frames; out : shape (n_rows, lanes, k), filled"""
        if self.lanes == 1:  # without a third axis, which costs a tenth of it
            self._transform(self._frames[0, :k], out=out[:, 0])
            return
        together = max(1, self._batch // k)
        for lane in range(0, self.lanes, together):
            some = slice(lane, lane + together)
            self._transform(self._frames[some, :k], out=out[:, some])

    def _columns_for(self, n: int) -> Columns:
        """Room for the columns that n more samples complete."""
        past_first_frame = self._filled - self._to_skip + n - self.frontend.span
        k = max(0, past_first_frame // self.frontend.hop_length + 1)
        return np.empty((self._transform.n_rows, self.lanes, k), dtype=np.float32)

    def _drop(self, n: int) -> None:
        """Forget the first n samples; the rest moves to the front."""
        kept = self._filled - n
        if kept > 0:
            # numpy copies overlapping views as if through a buffer.
            self._samples[:, :kept] = self._samples[:, n : self._filled]
        self._filled = max(0, kept)
        self._to_skip = max(0, -kept)
