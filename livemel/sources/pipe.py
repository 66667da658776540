"""Raw PCM on a file descriptor, as `arecord -t raw`, `parec` and `ffmpeg -f s16le` write it."""

import os
import select
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.errors import ParameterError, SourceError
from livemel.sources.base import SourceFormat


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """How a sample is written: bytes each, numpy's type, and the value of full scale."""

    bytes: int
    dtype: str
    full_scale: float
    offset: float = 0.0


# The names are ffmpeg's and sox's.
SAMPLE_FORMATS = {
    "u8": SampleFormat(1, "u1", 128.0, 128.0),
    "s16le": SampleFormat(2, "<i2", 32768.0),
    "s16be": SampleFormat(2, ">i2", 32768.0),
    "s24le": SampleFormat(3, "<i4", 2147483648.0),
    "s32le": SampleFormat(4, "<i4", 2147483648.0),
    "s32be": SampleFormat(4, ">i4", 2147483648.0),
    "f32le": SampleFormat(4, "<f4", 1.0),
    "f32be": SampleFormat(4, ">f4", 1.0),
    "f64le": SampleFormat(8, "<f8", 1.0),
}

_CONTAINERS = {b"RIFF": "WAV", b"RF64": "WAV", b"fLaC": "FLAC", b"OggS": "OGG", b"ID3": "MP3"}
# Sound of 16 bits never keeps every byte printable for this long; text always does.
_LOOK_BYTES = 512
_TEXT = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}
# Float sound may pass full scale, but not by 60 dB.
_ABSURD = 1000.0


class PipeReader:
    """Reads raw interleaved PCM from a descriptor.

    sr : Hz; channels : interleaved; sample_format : a name of SAMPLE_FORMATS
    Raises ParameterError for an unknown format. What arrives is looked at once: a container, text
    or impossible floats are a SourceError from the first read.
    """

    def __init__(
        self, descriptor: int, *, sr: int, channels: int, sample_format: str, name: str = "stdin"
    ) -> None:
        if sample_format not in SAMPLE_FORMATS:
            known = ", ".join(SAMPLE_FORMATS)
            raise ParameterError(f"unknown sample format {sample_format!r}: there are {known}")
        if os.isatty(descriptor):
            raise SourceError(f"{name} is a terminal: pipe raw {sample_format} sound into it")
        self._descriptor = descriptor
        self._name = name
        self._kind = sample_format
        self._sample = SAMPLE_FORMATS[sample_format]
        self._bytes_each = self._sample.bytes * channels
        self._held = b""
        self._looked = False
        self.format = SourceFormat(sr=sr, channels=channels, name=name, max_channels=channels)

    def look(self, timeout_s: float | None = None) -> None:
        """Read the beginning and refuse what is no sound.

        Returns once there is a beginning, or after timeout_s; the first read then looks.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while len(self._held) < _LOOK_BYTES:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._descriptor], [], [], left)[0]:
                return
            more = self._read_bytes(1 << 16)
            if not more:
                break
            self._held += more
        self._looked = True
        head = self._held[: len(self._held) // self._bytes_each * self._bytes_each]
        if not self._held:
            raise SourceError(f"{self._name} is empty: no sound came")
        for magic, container in _CONTAINERS.items():
            if self._held.startswith(magic):
                raise SourceError(
                    f"{self._name} holds a {container} file, not raw {self._kind}: "
                    "give the file's name as the source"
                )
        if _TEXT.issuperset(self._held[:_LOOK_BYTES]):
            raise SourceError(f"{self._name} holds text, not raw {self._kind} sound")
        if not head:
            raise SourceError(
                f"{self._name} holds {len(self._held)} bytes, "
                f"less than one sample of {self._bytes_each}"
            )
        samples = self._decode(head)
        if not np.all(np.abs(samples) < _ABSURD):
            raise SourceError(f"{self._name} holds impossible values: is it {self._kind}?")

    def read(self, n: int) -> NDArray[np.float32]:
        if not self._looked:
            self.look()
        wanted = n * self._bytes_each
        while len(self._held) < self._bytes_each:
            more = self._read_bytes(max(wanted, 4096))
            if not more:
                return np.empty((0, self.format.channels), dtype=np.float32)
            self._held += more
        whole = min(wanted, len(self._held) // self._bytes_each * self._bytes_each)
        data, self._held = self._held[:whole], self._held[whole:]
        return self._decode(data)

    def close(self) -> None:
        """The descriptor is the caller's."""

    def _read_bytes(self, most: int) -> bytes:
        try:
            return os.read(self._descriptor, most)
        except OSError as error:
            raise SourceError(f"cannot read {self._name}: {error.strerror or error}") from None

    def _decode(self, data: bytes) -> NDArray[np.float32]:
        if self._kind == "s24le":  # widen to 32 bits, the sample in the upper three bytes
            wide = np.zeros((len(data) // 3, 4), dtype=np.uint8)
            wide[:, 1:] = np.frombuffer(data, dtype=np.uint8).reshape(-1, 3)
            numbers = wide.view("<i4").reshape(-1)
        else:
            numbers = np.frombuffer(data, dtype=self._sample.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            samples = ((numbers - self._sample.offset) / self._sample.full_scale).astype(np.float32)
        return samples.reshape(-1, self.format.channels)
