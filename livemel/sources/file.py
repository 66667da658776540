"""Sound files: WAV, FLAC, OGG, MP3 and whatever else libsndfile reads."""

import os
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from livemel.errors import SourceError
from livemel.sources.base import SourceFormat

_PACKETS = ("OGG", "MP3")
# Exact in float32, and what libsndfile divides by too; it takes twice as long over it.
_PCM_16_STEP = np.float32(2**-15)
_SKIPPED_AT_ONCE = 1 << 16


class FileReader:
    """Reads a sound file block by block, once or for ever.

    Raises SourceError if the file is missing, unreadable, no sound, or empty.
    """

    def __init__(self, path: Path, *, loop: bool = False) -> None:
        self._path = path
        self._loop = loop
        self._file = _open(path)
        if self._file.frames == 0:
            self._file.close()
            raise SourceError(f"{path} is empty: it holds no samples")
        self.format = SourceFormat(
            sr=self._file.samplerate,
            channels=self._file.channels,
            name=path.name,
            max_channels=self._file.channels,
            frames=self._file.frames,
        )

    @property
    def frames(self) -> int:
        """Samples of each channel, as the header has it."""
        return int(self._file.frames)

    def seek(self, frame: int) -> None:
        """Go on with that sample.

        What lies before it is read where packets depend on those before them: libsndfile's jumps
        into such files end a little beside, or give other bits.
        """
        if self._file.format in _PACKETS:
            while frame > 0 and (n := len(self.read(min(frame, _SKIPPED_AT_ONCE)))):
                frame -= n
        else:
            self._file.seek(frame)

    def read(self, n: int) -> NDArray[np.float32]:
        try:
            samples = self._read(n)
            if len(samples) == 0 and self._loop:
                self._file.seek(0)
                samples = self._read(n)
        except soundfile.LibsndfileError as error:
            raise SourceError(f"{self._path} breaks off: {_words(error)}") from None
        return samples

    def close(self) -> None:
        self._file.close()

    def _read(self, n: int) -> NDArray[np.float32]:
        if self._file.subtype == "PCM_16":
            whole: NDArray[np.int16] = self._file.read(n, dtype="int16", always_2d=True)
            return whole * _PCM_16_STEP
        samples: NDArray[np.float32] = self._file.read(n, dtype="float32", always_2d=True)
        return samples


def _open(path: Path) -> soundfile.SoundFile:
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder, not a sound file")
        if path.exists() and not path.is_file():
            raise SourceError(f"{path} is not a file: pipe it in, with - as the source")
        with path.open("rb") as file:
            if not file.read(1):
                raise SourceError(f"{path} is empty: it holds no samples")
        if path.suffix.lower() == ".raw":  # soundfile would want to be told what is in it
            raise SourceError(f"{path} is not a sound file: raw sound has no header, pipe it in")
        # As bytes, because soundfile encodes names strictly and ours may be no UTF-8.
        return soundfile.SoundFile(os.fsencode(path) if os.name == "posix" else path)
    except FileNotFoundError:
        raise SourceError(f"no such file: {path}") from None
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from None
    except soundfile.LibsndfileError as error:
        raise SourceError(f"{path} is not a sound file: {_words(error)}") from None


def _words(error: soundfile.LibsndfileError) -> str:
    return str(error.error_string).strip().rstrip(".")
