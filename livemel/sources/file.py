"""Sound files: WAV, FLAC, OGG, MP3 and whatever else libsndfile reads."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livemel.errors import SourceError, one_line
from livemel.sources.base import SourceFormat
from livemel.sources.decoder import Block, Decoder

# Exact in float32, and what libsndfile divides by too; it takes twice as long over it.
_PCM_16_STEP = np.float32(2**-15)
# Read at once, of all channels: 16 MB. Who asks for a second may have been told a mad rate.
_MOST_VALUES = 1 << 22


class FileReader:
    """Reads a sound file block by block, once or for ever. What it holds is decoded by a process
    of its own: no file can harm this one, or keep it waiting.

    Raises SourceError if the file is missing, unreadable, no sound, or empty; from read() where it
    breaks off, crashes its decoder, or takes too long.
    """

    def __init__(self, path: Path, *, loop: bool = False) -> None:
        self._loop = loop
        self._decoder = Decoder(path)
        if self._decoder.frames == 0:
            self._decoder.close()
            raise SourceError(f"{path} is empty: it holds no samples")
        self.format = SourceFormat(
            sr=self._decoder.sr,
            channels=self._decoder.channels,
            name=one_line(path.name),
            max_channels=self._decoder.channels,
            frames=self._decoder.frames,
            bytes=self._decoder.bytes,
        )
        self._most = max(1, _MOST_VALUES // self.format.channels)
        self._left: Block = self._none()  # of the newest block

    @property
    def frames(self) -> int:
        """Samples of each channel, as the header has it: nothing may be sized by it."""
        return self.format.frames

    def seek(self, frame: int) -> None:
        """Go on with that sample.

        What lies before it is read where packets depend on those before them: libsndfile's jumps
        into such files end a little beside, or give other bits.
        """
        self._left = self._none()
        self._decoder.seek(0 if self._decoder.is_packed else frame)
        while self._decoder.is_packed and frame > 0 and self._fill():
            skipped = min(frame, len(self._left))
            self._left = self._left[skipped:]
            frame -= skipped

    def read(self, n: int) -> NDArray[np.float32]:
        """The next samples, shape (up to n, channels), float32, the caller's own; none at the end.

        Raises SourceError where the file breaks off, or cannot be decoded.
        """
        samples = np.empty((min(n, self._most), self.format.channels), dtype=np.float32)
        filled = self._read_into(samples)
        if filled == 0 and self._loop:
            self._decoder.seek(0)
            filled = self._read_into(samples)
        return samples[:filled]

    def close(self) -> None:
        """End the decoder. Safe to call twice."""
        self._left = self._none()
        self._decoder.close()

    def _fill(self) -> bool:
        """Whether there is something left of a block, or another one."""
        if len(self._left) == 0:
            self._left = self._decoder.read()
        return len(self._left) > 0

    def _read_into(self, samples: NDArray[np.float32]) -> int:
        """How many there were."""
        filled = 0
        while filled < len(samples) and self._fill():
            part = self._left[: len(samples) - filled]
            into = samples[filled : filled + len(part)]
            if part.dtype == np.int16:
                np.multiply(part, _PCM_16_STEP, out=into)
            else:
                into[:] = part
            self._left = self._left[len(part) :]
            filled += len(part)
        return filled

    def _none(self) -> NDArray[np.float32]:
        return np.empty((0, self._decoder.channels), dtype=np.float32)
