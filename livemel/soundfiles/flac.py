"""FLAC, by libsndfile, in a file that says at every moment how long it is."""

import contextlib
import os
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from livemel.errors import ParameterError
from livemel.soundfiles.writer import to_integers

_MOST_CHANNELS = 8
# STREAMINFO, the first block, after "fLaC" and 4 bytes: block sizes, frame sizes, 20 bits of rate,
# 3 of channels, 5 of bits, 36 of samples, 16 bytes of MD5 (zeros: unknown). RFC 9639, 8.2.
_BLOCK_SIZE_AT = 8
_SAMPLES_AT = 21
_MD5_AT = 26


class FlacWriter:
    """A SoundWriter. bits : 16 or 24.

    The encoder writes its header when it is closed, which a killed process never does: until then
    the header says that the length is unknown, and many readers refuse. So the number of samples
    in the frames that are complete is put there at each checkpoint.
    """

    def __init__(self, path: Path, sr: int, channels: int, bits: int) -> None:
        if channels > _MOST_CHANNELS:
            raise ParameterError(
                f"FLAC holds {_MOST_CHANNELS} channels, this sound has {channels}: record a .wav"
            )
        self.samples = 0
        self.bytes_per_s = sr * channels * bits // 8
        self._bits = bits
        self._given = 0
        self._out = _Output(path)
        try:
            self._encoder = soundfile.SoundFile(
                self._out, "w", sr, channels, subtype=f"PCM_{bits}", format="FLAC"
            )
        except soundfile.SoundFileError:
            self._out.file.close()
            path.unlink()
            raise ParameterError(f"FLAC has no rate of {sr} Hz: record a .wav") from None
        self._end = 0  # of the last complete frame

    def write(self, samples: NDArray[np.float32]) -> None:
        if len(samples) == 0:  # there is no header to look into before the first
            return
        try:
            self._encoder.write(np.ascontiguousarray(to_integers(samples, self._bits)))
        except (soundfile.SoundFileError, AssertionError):
            self._raise()
        self._raise()
        self._given += len(samples)
        # A frame is written when its samples and one more are there; then the file ends with it.
        block = int.from_bytes(self._out.read_at(_BLOCK_SIZE_AT, 2), "big")
        self.samples = max(0, self._given - 1) // block * block
        self._end = self._out.end

    def checkpoint(self, *, on_disk: bool = False) -> None:
        if self._end:
            self._say_samples()
        if on_disk:
            os.fsync(self._out.file.fileno())

    def close(self) -> None:
        try:
            with contextlib.suppress(soundfile.SoundFileError):
                self._encoder.close()
            if self._out.error is None:
                self.samples = self._given
                return
            # The disk is full: what the encoder could not finish goes, and its sum of the whole.
            self._out.file.truncate(self._end)
            if self._end:
                self._say_samples()
                self._out.write_at(_MD5_AT, bytes(16))
        finally:
            self._out.file.close()

    def _raise(self) -> None:
        if self._out.error is not None:
            raise self._out.error

    def _say_samples(self) -> None:
        """The 36 bits; the four above them belong to the bits a sample."""
        (above,) = self._out.read_at(_SAMPLES_AT, 1)
        field = (above & 0xF0) << 32 | self.samples
        self._out.write_at(_SAMPLES_AT, field.to_bytes(5, "big"))


class _Output:
    """The file as libsndfile sees it; it keeps the first error, which libsndfile would not tell."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("x+b", buffering=0)
        self.error: OSError | None = None
        self.end = 0

    def write(self, data: bytes) -> int:
        if self.error is not None:
            return 0
        left = memoryview(data)
        try:
            while left:
                left = left[self.file.write(left) :]
        except OSError as error:
            self.error = error
        self.end = max(self.end, self.file.tell())
        return len(data) - len(left)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def read(self, size: int) -> bytes:
        return self.file.read(size)

    def read_at(self, offset: int, size: int) -> bytes:
        """Bytes from the header, which leave the place where the encoder writes."""
        place = self.file.tell()
        self.file.seek(offset)
        data = self.file.read(size)
        self.file.seek(place)
        return data

    def write_at(self, offset: int, data: bytes) -> None:
        place = self.file.tell()
        self.file.seek(offset)
        self.file.write(data)
        self.file.seek(place)
