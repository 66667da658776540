"""Headers of sound files that say what is not so."""

import struct
from pathlib import Path


def claim(path: Path, frames: int) -> None:
    """Have a FLAC file's header say that it has so many samples."""
    data = bytearray(path.read_bytes())
    (packed,) = struct.unpack(">Q", data[18:26])
    data[18:26] = struct.pack(">Q", packed >> 36 << 36 | frames)
    path.write_bytes(data)
