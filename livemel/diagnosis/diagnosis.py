"""Diagnosis: all detectors over one stream of sound."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.writer import GapCause
from livemel.diagnosis.block import Block, Blocks
from livemel.diagnosis.detectors import detectors
from livemel.diagnosis.report import Report
from livemel.dsp.checks import whole
from livemel.errors import ParameterError

Samples = NDArray[np.float32]

_LEAST_SR, _MOST_SR, _MOST_CHANNELS = 1_000, 10_000_000, 1024
_MOST_LOST = 1 << 53


class Diagnosis:
    """Tells what is wrong with a sound, block by block. Any chunks give the same report.

    sr : of the sound, in Hz, 1000 or more
    channels : 1 or more; each is looked at by itself, and some detectors compare them
    first : the number of the first sample in its stream, from which findings count their seconds
    names : the channels' numbers, where those are not 1, 2, 3 …: of a source some may be left out
    Raises ParameterError if one of them is impossible.
    """

    def __init__(
        self, sr: int, channels: int = 1, *, first: int = 0, names: tuple[int, ...] = ()
    ) -> None:
        sr = whole("sr", sr, _LEAST_SR, _MOST_SR)
        channels = whole("channels", channels, 1, _MOST_CHANNELS)
        self.sr, self.channels = sr, channels
        self._blocks = Blocks(sr, channels, first)
        if names and len(names) != channels:
            raise ParameterError(f"names={names} are not {channels} channels")
        self._names = names
        self._detectors = detectors(sr, channels, names)
        self._first = self._reported = first  # what the detectors have seen ends there

    @property
    def not_finite(self) -> int:
        """Samples that were NaN or infinite; detectors take them as 0."""
        return self._blocks.not_finite

    def push(self, samples: Samples) -> None:
        """Go on with these: shape (n, channels) or, of one channel, (n,); float32 in [-1, 1].

        Raises ParameterError if they have another shape, or are no floats.
        """
        for _ in self.steps(samples):
            pass

    def steps(self, samples: Samples) -> Iterator[None]:
        """push(), one detector after the other: who shares the interpreter with a window can let it
        go on after each. Raises what push() does.
        """
        samples = _as_floats(samples)
        if samples.ndim == 1 and self.channels == 1:
            samples = samples[:, np.newaxis]
        if samples.ndim != 2 or samples.shape[1] != self.channels:
            raise ParameterError(f"samples of shape {samples.shape} are not (n, {self.channels})")
        yield from self._looked(self._blocks.push(samples))

    def push_gap(self, length: int, cause: GapCause = GapCause.LATE_READER) -> None:
        """Go on with `length` samples that were lost on the way: known, so nothing to be found.

        cause : why; where it is not told, this computer was late
        Raises ParameterError if that is no number of samples.
        """
        self._look(self._blocks.push_gap(whole("length", length, 0, _MOST_LOST), cause))

    def finish(self) -> None:
        """The sound has ended: look at what is left. Nothing may be pushed afterwards."""
        self._look(self._blocks.finish())

    def report(self) -> Report:
        """What is known by now, of whole blocks of half a second."""
        figures: dict[str, Any] = {}
        for detector in self._detectors:
            figures |= detector.figures()
        found = [finding for detector in self._detectors for finding in detector.findings()]
        seconds = (self._reported - self._first) / self.sr
        report = Report(self.sr, self.channels, seconds, **figures).joined_by(found)
        return report.with_channels(self._names) if self._names else report

    def _look(self, blocks: Iterable[Block]) -> None:
        for _ in self._looked(blocks):
            pass

    def _looked(self, blocks: Iterable[Block]) -> Iterator[None]:
        for block in blocks:
            for detector in self._detectors:
                detector.push(block)
                yield
            self._reported = block.stop


def diagnose(samples: Samples, sr: int) -> Report:
    """What is wrong with a whole sound: what Diagnosis says of it.

    samples : shape (n,) or (n, channels), float in [-1, 1], as soundfile reads them
    sr : in Hz, 1000 or more
    Raises ParameterError if samples are no floats or of another shape, or sr is impossible.

    >>> import livemel, numpy as np
    >>> report = livemel.diagnose(np.zeros((80_000, 2), np.float32), 16_000)
    >>> report.verdict, [finding.text for finding in report.findings]
    ('fail', ['Nothing but zeros: all 5.0 s are exactly 0'])
    """
    samples = _as_floats(samples)
    if samples.ndim not in (1, 2):
        raise ParameterError(f"samples of shape {samples.shape} are not (n,) or (n, channels)")
    diagnosis = Diagnosis(sr, 1 if samples.ndim == 1 else samples.shape[1])
    diagnosis.push(samples)
    diagnosis.finish()
    return diagnosis.report()


def _as_floats(samples: NDArray[np.floating]) -> Samples:
    """float32, without a copy where they are that already."""
    if isinstance(samples, np.ndarray) and samples.dtype.kind == "f":
        with np.errstate(over="ignore"):  # what is beyond float32 is counted as not finite
            return samples.astype(np.float32, copy=False)
    if not isinstance(samples, np.ndarray):
        raise ParameterError(f"samples are a {type(samples).__name__}, not an array of floats")
    raise ParameterError(
        f"samples are {samples.dtype} of shape {samples.shape}, not floats in [-1, 1]"
    )
