"""A sound file → what is wrong with it. No threads, constant memory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.diagnosis import Diagnosis
from livemel.diagnosis.report import Report
from livemel.engine.offline import breaks_off, part_of
from livemel.sources.file import FileReader

Samples = NDArray[np.float32]

# Read at once: blocks of half a second lose nothing by it, and a bar moves often enough.
_PIECE_S = 1.0
# Of all channels: 1 MB, where a second is more.
_MOST_VALUES = 1 << 18


class FileDiagnosis:
    """What is wrong with a sound file, or with a part of it: all channels, in one pass.

    path : of the file
    start_s, end_s : the part, in seconds of the file; None is its beginning, its end

    Findings count their seconds from the file's beginning. The report is what Diagnosis, or the
    live way, says of the same samples.

    format : the file's rate, channels and name
    samples : of each channel, that were looked at so far; progress : the same from 0 to 1
    report : the newest, which after the last piece is final
    Raises SourceError if the file cannot be read, ParameterError if the part is impossible.
    """

    def __init__(
        self, path: Path, *, start_s: float | None = None, end_s: float | None = None
    ) -> None:
        reader = FileReader(path)
        try:
            self.format = reader.format
            self.start, self.stop = part_of(
                path.name, reader.frames, self.format.sr, start_s, end_s
            )
        finally:
            reader.close()
        self._path = path
        self._diagnosis = self._fresh()
        self.samples = 0

    @property
    def progress(self) -> float:
        return self.samples / (self.stop - self.start)

    @property
    def report(self) -> Report:
        return self._diagnosis.report()

    @property
    def not_finite(self) -> int:
        """Samples that were NaN or infinite; detectors take them as 0."""
        return self._diagnosis.not_finite

    @property
    def shortness(self) -> str:
        """After the last piece: how much of what the header promises is missing; or ""."""
        if self.samples == self.stop - self.start:
            return ""
        return breaks_off(self.start + self.samples, self.stop, self.format.sr)

    def run(self, progress: Callable[[float], object] | None = None) -> Report:
        """Look at all of it. progress is called with what is done, from 0 to 1, a second at a time.

        Raises SourceError where the file breaks off.
        """
        for _ in self:
            if progress is not None:
                progress(self.progress)
        return self.report

    def __iter__(self) -> Iterator[Samples]:
        """Look at all of it, from the beginning: gives each piece, shape (n, channels), once it
        was looked at, for who wants something else of the same sound.

        Raises SourceError where the file breaks off.
        """
        self._diagnosis, self.samples = self._fresh(), 0
        piece = min(round(_PIECE_S * self.format.sr), max(1, _MOST_VALUES // self.format.channels))
        reader = FileReader(self._path)
        try:
            reader.seek(self.start)
            left = self.stop - self.start
            while left and len(read := reader.read(min(piece, left))):
                self._diagnosis.push(read)
                left -= len(read)
                self.samples += len(read)
                if left == 0:
                    self._diagnosis.finish()
                yield read
            if left:
                self._diagnosis.finish()
        finally:
            reader.close()

    def _fresh(self) -> Diagnosis:
        return Diagnosis(self.format.sr, self.format.channels, first=self.start)
