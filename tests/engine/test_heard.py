"""Heard: a source's sound is diagnosed as the same samples are, up to the last of them."""

import numpy as np
import pytest
from livemel.buffers.writer import GapCause
from livemel.diagnosis import Diagnosis
from livemel.engine.heard import Heard
from livemel.errors import SourceError
from livemel.sources.base import SourceState, SourceStatus
from livemel.sources.paced import AT_ONCE, PacedSource

from tests.dsp.strategies import noise
from tests.engine.sources import ArrayReader, ArraySource, Missing

SR = 16_000


def sound(seconds: float, level: float = 1e-4) -> np.ndarray:
    n = round(seconds * SR)
    return np.stack([noise(n, 1, level=level), noise(n, 2, level=level)], axis=1)


def test_the_report_is_that_of_the_same_samples() -> None:
    y = sound(7.3)
    heard = Heard(PacedSource(ArrayReader(y, SR), pace=AT_ONCE), None)
    told: list[float] = []
    report = heard.listen(told.append)
    diagnosis = Diagnosis(SR, 2)
    diagnosis.push(y)
    diagnosis.finish()
    assert report == diagnosis.report()
    assert report.findings
    assert told == []  # of what has no known end
    assert heard.notes() == []


def test_so_many_seconds_are_exactly_so_many() -> None:
    y = sound(7.3)
    source = ArraySource(y, channels=2)
    told: list[float] = []
    heard = Heard(source, 3.25, keeps=True)
    report = heard.listen(told.append)
    assert (report.seconds, told[-1], source.stops) == (3.25, 1.0, 1)
    kept = heard.kept()
    assert kept is not None
    np.testing.assert_array_equal(kept.read(10 * SR), y[: kept.frames].astype(np.float32))
    assert kept.frames == 3.25 * SR


def test_sound_that_went_missing_counts_as_time_and_is_noted() -> None:
    y = sound(4.0)
    gone, asleep = GapCause.DISCONNECTED, GapCause.ASLEEP
    source = ArraySource(y[: 2 * SR], Missing(SR, gone), y[2 * SR :], channels=2)
    source.status = SourceStatus(SourceState.RUNNING, missing=SR // 2, cause=asleep)
    source.end()
    heard = Heard(source, None, keeps=True)
    report = heard.listen()
    assert report.seconds == 5.5
    assert heard.notes() == ["1.500 s went missing on the way, in 2 places: not looked at"]
    kept = heard.kept()
    assert kept is not None
    assert not kept.read(SR // 2).any()
    diagnosis = Diagnosis(SR, 2)
    diagnosis.push_gap(SR // 2, asleep)
    diagnosis.push(y[: 2 * SR])
    diagnosis.push_gap(SR, gone)
    diagnosis.push(y[2 * SR :])
    diagnosis.finish()
    assert report == diagnosis.report()


def test_what_brings_no_sound_is_an_error_and_is_stopped() -> None:
    source = ArraySource()
    source.end()
    with pytest.raises(SourceError, match="The array is empty"):
        Heard(source, None).listen()
    assert source.stops == 1
    failing = ArraySource(failure=SourceError("it is broken"))
    with pytest.raises(SourceError, match="it is broken"):
        Heard(failing, 1.0).listen()
    assert failing.stops == 1


def test_a_device_that_stays_away_is_an_error() -> None:
    source = ArraySource(sound(1.0), channels=2)
    source.status = SourceStatus(SourceState.LOST, "The array is gone", lost_since_ns=1)
    with pytest.raises(SourceError, match="The array is gone: no sound for 10 s"):
        Heard(source, 30.0).listen()


def test_what_ends_otherwise_than_meant_is_told_with_what_was_heard() -> None:
    broken = SourceError("cannot read stdin: it broke")
    heard = Heard(PacedSource(ArrayReader(sound(3.0), SR, broken), pace=AT_ONCE), None)
    assert heard.listen().seconds == 3.0
    assert heard.notes() == ["cannot read stdin: it broke"]
