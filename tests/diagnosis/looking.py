"""One detector by itself over some sound."""

from typing import TypeVar

import numpy as np
from livemel.diagnosis.block import Blocks
from livemel.diagnosis.detector import Detector

SR = 16_000
D = TypeVar("D", bound=Detector)


def looked(detector: D, *parts: np.ndarray | int, sr: int = SR) -> D:
    """The detector after these: sound, (n,) or (n, channels), and numbers of lost samples."""
    shapes = [part.shape for part in parts if isinstance(part, np.ndarray)]
    blocks = Blocks(sr, 1 if len(shapes[0]) == 1 else shapes[0][1])
    for part in parts:
        if isinstance(part, int):
            more = blocks.push_gap(part)
        else:
            more = blocks.push(part.reshape(len(part), -1).astype(np.float32))
        for block in more:
            detector.push(block)
    for block in blocks.finish():
        detector.push(block)
    return detector


def hiss(seconds: float, rms: float = 0.1, seed: int = 0, sr: int = SR) -> np.ndarray:
    """White noise, float32."""
    rng = np.random.default_rng(seed)
    return (rms * rng.standard_normal(round(seconds * sr))).astype(np.float32)
