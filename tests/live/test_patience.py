"""When the silence of a device is an error."""

import math
import time
from dataclasses import replace

import pytest
from livemel.errors import SourceError
from livemel.live.patience import Patience
from livemel.sources.base import SourceState, SourceStatus

HOUR_NS = 3_600_000_000_000


@pytest.fixture
def gone() -> SourceStatus:
    """A device that has been gone for an hour."""
    since_ns = time.monotonic_ns() - HOUR_NS
    return SourceStatus(SourceState.LOST, "pulse is gone", hold=True, lost_since_ns=since_ns)


def test_silence_from_before_sound_was_asked_for_is_no_error(gone: SourceStatus) -> None:
    Patience(60.0).check(gone)


def test_silence_since_then_is_one(gone: SourceStatus) -> None:
    with pytest.raises(SourceError, match=r"^pulse is gone: no sound for 0 s$"):
        Patience(0.0).check(gone)


@pytest.mark.parametrize("seconds", [0.0, math.inf])
def test_sound_is_none(seconds: float, gone: SourceStatus) -> None:
    Patience(seconds).check(SourceStatus(SourceState.RUNNING))
    Patience(math.inf).check(gone)


def test_what_was_missing_is_waited_for_too(gone: SourceStatus) -> None:
    """Sound comes again before it is known how much was missing."""
    back = replace(gone, state=SourceState.RUNNING, reason="")
    heard = SourceStatus(SourceState.RUNNING)
    coming = iter([gone, gone, back, heard])
    Patience(60.0).wait(lambda: next(coming))
    assert next(coming, None) is None
