"""A demo scene as a stream of samples."""

import numpy as np

from livemel.errors import ParameterError, SourceError
from livemel.sources.scenes.parts import Samples
from livemel.sources.scenes.table import SCENES

SR_RANGE = (8_000, 192_000)  # Hz


class Scene:
    """An endless synthesised sound, the same bits for the same (name, sr, seed).

    name : a key of SCENES
    sr : sampling rate in Hz, 8000 … 192000; components above sr/2 are left out
    seed : of numpy's default_rng, >= 0
    Raises : SourceError for an unknown name, ParameterError for an impossible rate.
    Runs on: the thread that calls read(); no thread, no clock and no state of its own besides.
    """

    def __init__(self, name: str, *, sr: int, seed: int = 0) -> None:
        if name not in SCENES:
            raise SourceError(f"unknown demo {name!r}: there are {', '.join(SCENES)}")
        if not SR_RANGE[0] <= sr <= SR_RANGE[1]:
            raise ParameterError(f"sr={sr} is outside {SR_RANGE[0]} … {SR_RANGE[1]} Hz")
        self._segments = SCENES[name].segments(sr, np.random.default_rng(seed))
        self._rest: Samples = np.zeros(0, np.float32)

    def read(self, n: int) -> Samples:
        """The next n samples, float32, shape (n,), in [-1, 1]; the caller owns them.

        Any chunking gives the same bits: segments are rendered whole, whatever n is.
        """
        if n < 0:
            raise ParameterError(f"n={n} is negative")
        out = np.empty(n, np.float32)
        done = 0
        while done < n:
            if self._rest.size == 0:
                self._rest = next(self._segments)
            k = min(n - done, self._rest.size)
            out[done : done + k] = self._rest[:k]
            self._rest = self._rest[k:]
            done += k
        return out
