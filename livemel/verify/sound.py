"""A person's own sound as the signal that is compared on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from livemel.errors import ParameterError
from livemel.sources.file import FileReader
from livemel.verify.reference import Samples

_BLOCK = 1 << 16
# References hold all frames at once: more would ask for gigabytes.
_MOST_S = 600
_SR = (1_000, 384_000)


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of a file.

    samples : shape (n,), float32; nothing in it is NaN or infinite
    sr : Hz
    described : the file, and what was done to it, in one line
    """

    samples: Samples
    sr: int
    described: str

    def at(self, sr: int) -> Samples:
        """At another rate: by soxr HQ, as the window does it."""
        if sr == self.sr:
            return self.samples
        resampled: Samples = soxr.resample(self.samples, self.sr, sr, quality="HQ")
        return resampled


def read_sound(path: Path) -> Sound:
    """The mean of a file's channels, of ten minutes at most.

    Raises SourceError if the file cannot be read, ParameterError for an odd rate.
    """
    reader = FileReader(path)
    try:
        form = reader.format
        if not _SR[0] <= form.sr <= _SR[1]:
            raise ParameterError(f"{path} is at {form.sr} Hz, not between {_SR[0]} and {_SR[1]}")
        y, more = _read(reader, _MOST_S * form.sr)
    finally:
        reader.close()
    notes = [f"{len(y) / form.sr:.1f} s", f"{form.sr} Hz"]
    if more:
        notes[0] = f"its first {_MOST_S} s"
    if form.channels > 1:
        notes.append(f"the mean of {form.channels} channels")
    bad = int(np.count_nonzero(~np.isfinite(y)))
    if bad:
        notes.append(
            f"{bad} {'sample is' if bad == 1 else 'samples are'} NaN or infinite, taken as 0"
        )
        y = np.where(np.isfinite(y), y, np.float32(0))
    return Sound(y, form.sr, f"{path.name}: {', '.join(notes)}")


def _read(reader: FileReader, most: int) -> tuple[NDArray[np.float32], bool]:
    """At most so many samples, and whether there are more."""
    parts: list[NDArray[np.float32]] = []
    n = 0
    while n <= most:
        block = reader.read(min(_BLOCK, most + 1 - n))
        if len(block) == 0:
            break
        parts.append(block.mean(axis=1, dtype=np.float32))
        n += len(block)
    y = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    return y[:most], n > most
