"""WAV, and RF64 from 4 GB on.

Written here rather than by libsndfile, because soundfile neither offers its command for a header
that is kept up to date nor says how much a full disk still took.
"""

import os
import struct
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from livemel.soundfiles.writer import to_integers

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
# The tail of KSDATAFORMAT_SUBTYPE_…: with the format in front, a GUID.
_SUBTYPE = bytes.fromhex("000000001000800000aa00389b71")
_FULL_32: Final = 0xFFFF_FFFF


def wav_header(sr: int, channels: int, bits: int, samples: int) -> bytes:
    """Everything before the samples; of the same length however many there are.

    A file that outgrows 32 bits becomes RF64 by an exchange of the header: the room that its
    64-bit sizes need is kept from the beginning (EBU Tech 3306).
    """
    size = channels * bits // 8
    kind = _FLOAT if bits == 32 else _PCM
    plain = channels <= 2
    fmt = struct.pack(
        "<HHIIHH", kind if plain else _EXTENSIBLE, channels, sr, sr * size, size, bits
    )
    if not plain:  # more than two channels need it; a mask of 0 gives them no places in a room
        fmt += struct.pack("<HHIH", 22, bits, 0, kind) + _SUBTYPE
    data = samples * size
    fmt_chunk = b"fmt " + struct.pack("<I", len(fmt)) + fmt
    before = 4 + 36 + len(fmt_chunk) + 12 + 8
    riff = before + data + data % 2
    large = riff > _FULL_32
    sizes = struct.pack("<QQQI", riff, data, samples, 0) if large else bytes(28)
    return b"".join(
        (
            b"RF64" if large else b"RIFF",
            struct.pack("<I", _FULL_32 if large else riff),
            b"WAVE",
            b"ds64" if large else b"JUNK",
            struct.pack("<I", 28),
            sizes,
            fmt_chunk,
            b"fact",
            struct.pack("<II", 4, _FULL_32 if large else samples),
            b"data",
            struct.pack("<I", _FULL_32 if large else data),
        )
    )


class WavWriter:
    """A SoundWriter. bits : 16 or 24 as integers, 32 as float: the samples as they came."""

    def __init__(self, path: Path, sr: int, channels: int, bits: int) -> None:
        self.samples = 0
        self.bytes_per_s = sr * channels * bits // 8
        self._format = (sr, channels, bits)
        self._size = channels * bits // 8
        # Unbuffered: what write() has taken is in the kernel's hands, whoever kills this process.
        self._file = path.open("xb", buffering=0)
        try:
            self._begin = self._end = self._file.write(wav_header(*self._format, 0))
        except OSError:
            self._file.close()
            path.unlink()
            raise

    def write(self, samples: NDArray[np.float32]) -> None:
        data = memoryview(self._encoded(samples))
        try:
            while data:
                done = self._file.write(data)
                self._end += done
                data = data[done:]
        finally:
            self.samples = (self._end - self._begin) // self._size

    def checkpoint(self, *, on_disk: bool = False) -> None:
        self._write_header()
        if on_disk:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        try:
            # Part of a sample may stand at the end where the disk was full.
            self._cut()
            if (self._end - self._begin) % 2:  # chunks of odd length are padded
                try:
                    self._file.write(b"\0")
                except OSError:  # no room even for that: then one sample less
                    self.samples -= 1
                    self._cut()
            self._write_header()
        finally:
            self._file.close()

    def _cut(self) -> None:
        self._end = self._begin + self.samples * self._size
        self._file.truncate(self._end)
        self._file.seek(self._end)

    def _write_header(self) -> None:
        self._file.seek(0)
        self._file.write(wav_header(*self._format, self.samples))
        self._file.seek(self._end)

    def _encoded(self, samples: NDArray[np.float32]) -> bytes:
        bits = self._format[2]
        if bits == 32:
            return samples.astype("<f4", copy=False).tobytes()
        whole = to_integers(samples, bits).astype("<i4", copy=False)
        upper = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, 4 - bits // 8 :]
        return upper.tobytes()
