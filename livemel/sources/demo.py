"""A demo scene as a Reader."""

import numpy as np
from numpy.typing import NDArray

from livemel.sources.base import SourceFormat
from livemel.sources.scenes import SCENES, Scene


class SceneReader:
    """One channel of a synthesised scene, for ever."""

    def __init__(self, name: str, *, sr: int, seed: int = 0) -> None:
        self._scene = Scene(name, sr=sr, seed=seed)
        self.format = SourceFormat(
            sr=sr, channels=1, name=f"Demo: {SCENES[name].title}", max_channels=1
        )

    def read(self, n: int) -> NDArray[np.float32]:
        return self._scene.read(n)[:, np.newaxis]

    def close(self) -> None:
        """Nothing is held."""
