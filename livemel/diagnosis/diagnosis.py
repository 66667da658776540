"""Diagnosis: all detectors over one stream of sound."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Block, Blocks
from livemel.diagnosis.detector import Detector
from livemel.diagnosis.hum import HumDetector
from livemel.diagnosis.level import LevelDetector
from livemel.diagnosis.report import Report
from livemel.errors import ParameterError

Samples = NDArray[np.float32]


class Diagnosis:
    """Tells what is wrong with a sound, block by block. Any chunks give the same report.

    sr : of the sound, in Hz
    channels : 1 or more; each is looked at by itself, and some detectors compare them
    Raises ParameterError if one of them is impossible.
    """

    def __init__(self, sr: int, channels: int = 1) -> None:
        for name, value in (("sr", sr), ("channels", channels)):
            if value < 1:
                raise ParameterError(f"{name}={value} is not 1 or more")
        self.sr, self.channels = sr, channels
        self._blocks = Blocks(sr, channels)
        self._detectors: tuple[Detector, ...] = (
            LevelDetector(sr, channels),
            HumDetector(sr, channels),
        )
        self._reported = 0  # samples that the detectors have seen

    def push(self, samples: Samples) -> None:
        """Go on with these: shape (n, channels) or, of one channel, (n,); float32 in [-1, 1].

        Raises ParameterError if they have another shape.
        """
        if samples.ndim == 1 and self.channels == 1:
            samples = samples[:, np.newaxis]
        if samples.ndim != 2 or samples.shape[1] != self.channels:
            raise ParameterError(f"samples of shape {samples.shape} are not (n, {self.channels})")
        self._look(self._blocks.push(samples))

    def push_gap(self, length: int) -> None:
        """Go on with `length` samples that were lost on the way: known, so nothing to be found."""
        self._look(self._blocks.push_gap(length))

    def finish(self) -> None:
        """The sound has ended: look at what is left. Nothing may be pushed afterwards."""
        self._look(self._blocks.finish())

    def report(self) -> Report:
        """What is known by now, of whole blocks of half a second."""
        figures: dict[str, Any] = {}
        for detector in self._detectors:
            figures |= detector.figures()
        found = [finding for detector in self._detectors for finding in detector.findings()]
        found.sort(key=lambda finding: (-finding.severity, finding.start_s, finding.code))
        seconds = self._reported / self.sr
        return Report(self.sr, self.channels, seconds, tuple(found), **figures)

    def _look(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            for detector in self._detectors:
                detector.push(block)
            self._reported = block.stop
