"""A sound file → its columns, as the window would compute them. No threads, constant memory."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from livemel.channel import Channel, Difference, check_channel
from livemel.config import FrontEndChoice
from livemel.dsp.bank import OF_MEL
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.normalise import WholeStatistic
from livemel.dsp.representation import cepstrum
from livemel.dsp.stream import LogMelStream
from livemel.engine.intake import Resampler, one_channel
from livemel.errors import ParameterError
from livemel.sources.file import FileReader
from livemel.sources.paced import Reader

Columns = NDArray[np.float32]
Samples = NDArray[np.float32]

# Values that are read at once, of all channels: 1 MB, half a second of 48 kHz in stereo or more.
_BLOCK_VALUES = 1 << 18


class SoundReader(Reader, Protocol):
    """A Reader of sound that is there as a whole. frames : samples of each channel"""

    @property
    def frames(self) -> int: ...

    def seek(self, frame: int) -> None:
        """Go on with that sample."""


class FileColumns:
    """The columns of a sound file, or of a part of it. Iterate over it, as often as wanted.

    path : of the file
    build : sr of the file in Hz → the front-end
    channel : from 1, None for the mean of all, or a Difference
    start_s, end_s : the part, in seconds of the file; None is its beginning, its end
    open_reader : for sound that is no file

    A part is a signal of its own: it begins with its first sample, padding included. With
    normalise="exact" the file is read twice: for the statistic, then for the columns. All columns
    together have the bits of log_mel over the samples of the part, which the live way gives too.

    Raises SourceError if the file cannot be read or has no such channel, ParameterError if the
    part is impossible.
    """

    def __init__(
        self,
        path: Path,
        build: Callable[[int], FrontEnd],
        *,
        channel: Channel = None,
        start_s: float | None = None,
        end_s: float | None = None,
        open_reader: Callable[[Path], SoundReader] = FileReader,
    ) -> None:
        self._open_reader = open_reader
        reader = open_reader(path)
        try:
            self.format, frames = reader.format, reader.frames
            self._path = path
            check_channel(channel, path.name, self.format.channels)
            self.channel = channel
            self.start, self.stop = part_of(path.name, frames, self.format.sr, start_s, end_s)
            self.frontend = build(self.format.sr)
        finally:
            reader.close()
        self.columns = 0  # of the pass that is running, or was last
        self.samples = 0
        self.not_finite = 0  # samples that are NaN or infinite, which their columns then are
        self.first_not_finite = 0  # where the first of them is: its number in the file
        self.progress = 0.0  # from 0 to 1, over all passes

    def __iter__(self) -> Iterator[Columns]:
        """The columns in blocks: shape (rows, k), float32, k at least 1; the caller owns them.

        Raises SourceError where the file breaks off.
        """
        fe = self.frontend
        if fe.normalise != "exact" or fe.representation not in OF_MEL:
            yield from self._columns(fe, 0.0, 1.0)
            return
        mel, whole = fe.replace(representation="mel"), WholeStatistic(fe)
        for block in self._columns(mel, 0.0, 0.5):
            with np.errstate(invalid="ignore"):
                whole.take(block)
        for block in self._columns(mel, 0.5, 0.5):
            with np.errstate(invalid="ignore"):
                columns = whole.apply(block)
            yield cepstrum(columns, fe.n_mfcc) if fe.representation == "mfcc" else columns

    def centres(self, first: int, stop: int) -> NDArray[np.float64]:
        """Where the middles of the columns first to stop lie.

        Returns : shape (stop - first,), samples of the front-end's rate from the file's beginning
        """
        fe = self.frontend
        begin = float(Fraction(self.start) * fe.sr / self.format.sr)
        numbers = np.arange(first, stop, dtype=np.float64)
        return begin + fe.first_centre + numbers * fe.hop_length

    @property
    def shortness(self) -> str:
        """After the last block: why there is no column; "" where there are some."""
        if self.columns:
            return ""
        fe, heard_s = self.frontend, self.samples / self.format.sr
        return f"shorter than one frame: {heard_s:.3f} of {fe.span / fe.sr:.3f} s"

    def notes(self) -> list[str]:
        """What a person should know of the sound, a line each. Ask after the last block."""
        form, fe = self.format, self.frontend
        notes = []
        if form.channels > 1:
            notes.append(_which(self.channel, form.channels))
        if form.sr != fe.sr:
            notes.append(f"resampled from {form.sr} to {fe.sr} Hz")
        if self.not_finite:
            at_s = self.first_not_finite / form.sr
            count = "1 sample is" if self.not_finite == 1 else f"{self.not_finite} samples are"
            where = f"the first is number {self.first_not_finite}, at {at_s:.3f} s"
            notes.append(f"{count} NaN or infinite ({where}): so are the columns they lie under")
        if self.progress == 1 and self.shortness:
            notes.append(self.shortness)
        if self.progress == 1 and self.samples < self.stop - self.start:
            notes.append(breaks_off(self.start + self.samples, self.stop, form.sr))
        return notes

    def _columns(self, frontend: FrontEnd, progress: float, share: float) -> Iterator[Columns]:
        """One pass over the file, which is this share of the work."""
        self.columns = self.samples = self.not_finite = 0
        stream = LogMelStream(frontend)
        resampler = Resampler(self.format.sr, frontend.sr)
        reader = self._open_reader(self._path)
        try:
            reader.seek(self.start)
            for samples in self._samples(reader):
                yield from self._counted(_push(stream, resampler.push(samples)))
                self.progress = progress + share * self.samples / (self.stop - self.start)
            yield from self._counted(_push(stream, resampler.finish()))
            with np.errstate(invalid="ignore", over="ignore"):
                tail = stream.flush()
            yield from self._counted(tail)
            self.progress = progress + share
        finally:
            resampler.close()
            reader.close()

    def _samples(self, reader: SoundReader) -> Iterator[Samples]:
        """The part's samples, in blocks: shape (n,), float32."""
        block = max(1, _BLOCK_VALUES // self.format.channels)
        left = self.stop - self.start
        while left and len(read := reader.read(min(block, left))):
            left -= len(read)
            with np.errstate(invalid="ignore", over="ignore"):
                samples = one_channel(read, self.channel)
            self._look_for_not_finite(samples)
            self.samples += len(samples)
            yield samples

    def _look_for_not_finite(self, samples: Samples) -> None:
        finite = np.isfinite(samples)
        if finite.all():
            return
        if not self.not_finite:
            self.first_not_finite = self.start + self.samples + int(np.argmin(finite))
        self.not_finite += len(samples) - int(np.count_nonzero(finite))

    def _counted(self, columns: Columns) -> Iterator[Columns]:
        if columns.shape[1]:
            self.columns += columns.shape[1]
            yield columns


def _which(channel: Channel, channels: int) -> str:
    if channel is None:
        return f"mean of {channels} channels; --channel N takes one"
    if isinstance(channel, Difference):
        return f"half of channel {channel.left} less channel {channel.right}, of {channels}"
    return f"channel {channel} of {channels}"


class OpenPart(Protocol):
    """Opens a part of a sound, in its seconds, for the columns of a front-end for its rate."""

    def __call__(
        self,
        build: Callable[[int], FrontEnd],
        *,
        channel: Channel,
        start_s: float | None,
        end_s: float | None,
    ) -> FileColumns: ...


def offline_build(choice: FrontEndChoice) -> Callable[[int], FrontEnd]:
    """The front-end for a file, whose whole is known.

    A model's statistic is that of the whole ("exact"), which it has offline, whatever is shown of
    it live; unless normalise was chosen.
    """

    def build(sr: int) -> FrontEnd:
        fe = choice.build(sr)
        chosen = {**choice.preset.changes, **choice.changes}
        as_live = fe.statistic is None or "normalise" in chosen
        return fe if as_live else fe.replace(normalise="exact")

    return build


def _push(stream: LogMelStream, samples: Samples) -> Columns:
    """Sound may hold NaN and infinities; so do its columns then, without a warning."""
    with np.errstate(invalid="ignore", over="ignore"):
        return stream.push(samples)


def part_of(
    name: str, frames: int, sr: int, start_s: float | None, end_s: float | None
) -> tuple[int, int]:
    """A part of a file in its samples. Raises ParameterError if it has no such part."""
    for key, value in (("start", start_s), ("end", end_s)):
        if value is not None and not 0 <= value <= frames / sr:
            raise ParameterError(
                f"{key}={value:g} s is outside of {name}, which holds {frames / sr:.10g} s"
            )
    start = 0 if start_s is None else round(start_s * sr)
    stop = frames if end_s is None else min(frames, round(end_s * sr))
    if start_s is not None and end_s is not None and start_s >= end_s:
        raise ParameterError(f"start={start_s:g} s is not before end={end_s:g} s")
    if start >= stop:
        which = f"start={start_s:g} s" if end_s is None else f"end={end_s:g} s"
        raise ParameterError(f"{which} leaves nothing of {name}, which holds {frames / sr:.10g} s")
    return start, stop


def breaks_off(there: int, promised: int, sr: int) -> str:
    """A note on a file that has fewer samples than its header says."""
    return f"breaks off: {there / sr:.3f} of {promised / sr:.3f} s were there"
