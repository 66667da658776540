"""What a recording is written with."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from livemel.errors import ParameterError

SUFFIXES = (".wav", ".flac")


class SoundWriter(Protocol):
    """A sound file that grows. Never overwrites a file; not for two threads at once.

    samples : that whoever opens the file now will find in it
    bytes_per_s : at most, for a second of sound
    """

    samples: int
    bytes_per_s: int

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append: shape (n, channels). Raises OSError, with as much written as there was room."""

    def checkpoint(self, *, on_disk: bool = False) -> None:
        """Let the file say how long it is; on_disk: and wait for the disk. Raises OSError."""

    def close(self) -> None:
        """Finish the file: whole and readable, also after an error. Raises OSError."""


def check_format(path: Path, bits: int | None) -> None:
    """Raises ParameterError for a file that no writer is there for, or bits that it cannot hold."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ParameterError(f"record={path} does not end in one of {', '.join(SUFFIXES)}")
    known = (16, 24, 32) if suffix == ".wav" else (16, 24)
    if bits is not None and bits not in known:
        raise ParameterError(
            f"record-bits={bits} is none of {', '.join(map(str, known))} that {suffix} files hold"
        )


def open_writer(path: Path, sr: int, channels: int, bits: int | None = None) -> SoundWriter:
    """Make the file, by its ending, and begin it.

    sr : Hz; channels : of all samples to come
    bits : 16, 24, or in WAV 32, which are float: the samples exactly as they came. None: 32 in
        WAV, 24 in FLAC. Fewer bits round, and cut what is beyond full scale; NaN becomes 0.
    Raises OSError if it cannot be made or is there already, ParameterError as check_format does,
    and for rates and channels that FLAC has no room for.
    """
    check_format(path, bits)
    if path.suffix.lower() == ".wav":
        from livemel.soundfiles.wav import WavWriter

        return WavWriter(path, sr, channels, bits or 32)
    from livemel.soundfiles.flac import FlacWriter

    return FlacWriter(path, sr, channels, bits or 24)


def to_integers(samples: NDArray[np.float32], bits: int) -> NDArray[np.int32]:
    """The samples as integers of so many bits, in the upper bits of 32.

    samples : any shape, full scale is [-1, 1); returns the same shape
    Sound of as many bits or fewer comes out as it went in: full scale is 2^(bits - 1).
    """
    full = 1 << (bits - 1)
    # In float64, where the product and its rounding are exact.
    scaled = np.rint(samples.astype(np.float64) * full)
    whole: NDArray[np.int32] = np.nan_to_num(np.clip(scaled, -full, full - 1)).astype(np.int32)
    return whole << (32 - bits)
