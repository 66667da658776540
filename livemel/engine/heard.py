"""A source that goes on → what is wrong with so many seconds of it. No window, no columns."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.samples import Gap
from livemel.diagnosis.diagnosis import Diagnosis
from livemel.diagnosis.report import Report
from livemel.errors import SourceError
from livemel.sources.base import Source, SourceFormat, SourceState, SourceStatus

Samples = NDArray[np.float32]

_OPEN_POLL_S = 0.1
# Shorter than the least that a ring holds, which is two seconds.
_LOOK_S = 0.01
# How long a device may be gone.
_PATIENCE_S = 10.0
# Of sound that is kept, where anybody wants it: 20 minutes of one channel at 48 kHz.
_MOST_KEPT_BYTES = 1 << 28


class Heard:
    """The diagnosis of a source, while or after it is listened to.

    source : not started; listen() starts and stops it
    seconds : of sound, missing sound included; None is until it ends
    keeps : whether the sound stays in memory, for kept()

    format : the source's; None before it is open
    lost, gaps : samples of each channel that went missing on the way, and in how many places
    not_finite : samples that were NaN or infinite; detectors take them as 0
    complaint : why the source ended otherwise than meant, or ""
    """

    def __init__(self, source: Source, seconds: float | None, *, keeps: bool = False) -> None:
        self.format: SourceFormat | None = None
        self.lost = self.gaps = self.not_finite = 0
        self.complaint = ""
        self._source, self._seconds, self._keeps = source, seconds, keeps
        self._kept: list[Samples] = []
        self._kept_bytes = 0
        self._position = 0

    def listen(self, progress: Callable[[float], object] | None = None) -> Report:
        """Look at the sound as it comes. progress is called with what is done, from 0 to 1.

        Raises SourceError if the source cannot be opened, brings no sound, or is gone for long.
        """
        try:
            self._source.start()
            while (form := self._source.wait_open(_OPEN_POLL_S)) is None:
                pass
            self.format = form
            diagnosis = Diagnosis(form.sr, form.channels)
            stop = None if self._seconds is None else max(1, round(self._seconds * form.sr))
            self._follow(diagnosis, stop, progress)
        finally:
            self._source.stop()
        diagnosis.finish()
        self.not_finite = diagnosis.not_finite
        return diagnosis.report()

    def notes(self) -> list[str]:
        """What a person should know of the sound, a line each."""
        form = self.format
        assert form is not None
        notes = [form.note] if form.note else []
        if self.lost:
            places = "one place" if self.gaps == 1 else f"{self.gaps} places"
            notes.append(
                f"{self.lost / form.sr:.3f} s went missing on the way, in {places}: not looked at"
            )
        return [*notes, *([self.complaint] if self.complaint else [])]

    def kept(self) -> "KeptReader | None":
        """The sound, missing sound as zeros; None where it is not kept, or was too much."""
        if not self._kept or self.format is None or self._kept_bytes > _MOST_KEPT_BYTES:
            return None
        return KeptReader(np.concatenate(self._kept), self.format)

    def _follow(
        self, diagnosis: Diagnosis, stop: int | None, progress: Callable[[float], object] | None
    ) -> None:
        while stop is None or self._position < stop:
            status = self._source.poll(time.monotonic_ns())
            if status.missing:
                missing = Gap(self._position, status.missing, status.cause)
                self._lose(diagnosis, missing, stop)
            before = self._position
            if not status.hold:
                self._drain(diagnosis, stop)
            if progress is not None and stop is not None:
                progress(self._position / stop)
            if status.state is SourceState.ENDED and self._position == before:
                self._end(status)
                return
            _check_alive(status)
            if self._position == before:
                time.sleep(_LOOK_S)

    def _end(self, status: SourceStatus) -> None:
        assert self.format is not None
        if self._position == 0:
            raise SourceError(status.reason if status.fault else f"{self.format.name} is empty")
        if status.fault:
            self.complaint = status.reason

    def _drain(self, diagnosis: Diagnosis, stop: int | None) -> None:
        """Take what is there, up to the end of what is wanted."""
        left = None if stop is None else stop - self._position
        while left != 0 and (part := self._source.ring.read(left)) is not None:
            if isinstance(part, Gap):
                self._lose(diagnosis, part, stop)
            else:
                diagnosis.push(part)
                self._keep(part)
                self._position += len(part)
            left = None if stop is None else stop - self._position

    def _lose(self, diagnosis: Diagnosis, gap: Gap, stop: int | None) -> None:
        length = gap.length if stop is None else min(gap.length, stop - self._position)
        diagnosis.push_gap(length, gap.cause)
        self._keep(np.zeros((length, diagnosis.channels), dtype=np.float32))
        self._position += length
        self.lost += length
        self.gaps += 1

    def _keep(self, samples: Samples) -> None:
        if not self._keeps:
            return
        self._kept_bytes += samples.nbytes
        if self._kept_bytes <= _MOST_KEPT_BYTES:
            self._kept.append(samples)
        else:
            self._kept.clear()


class KeptReader:
    """Reads sound that is kept in memory, as FileReader reads a file."""

    def __init__(self, samples: Samples, form: SourceFormat) -> None:
        """samples : shape (n, channels), float32"""
        self.format: SourceFormat = form
        self.frames = len(samples)
        self._samples = samples
        self._at = 0

    def __call__(self, _path: Path) -> "KeptReader":
        """One that begins anew, for whoever opens files."""
        return KeptReader(self._samples, self.format)

    def seek(self, frame: int) -> None:
        """Go on with that sample."""
        self._at = frame

    def read(self, n: int) -> Samples:
        """The next samples, shape (up to n, channels); none at the end."""
        self._at, start = min(self._at + n, self.frames), self._at
        return self._samples[start : self._at]

    def close(self) -> None:
        """Nothing is held."""


def _check_alive(status: SourceStatus) -> None:
    gone_s = (time.monotonic_ns() - (status.lost_since_ns or math.inf)) / 1e9
    if status.state.is_silent and gone_s > _PATIENCE_S:
        raise SourceError(f"{status.reason}: no sound for {_PATIENCE_S:g} s")
    if status.state is SourceState.FAILED:
        raise SourceError(status.reason)
