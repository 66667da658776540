"""Whose clock it is that drifts: a device's own, as long as it is heard without a jump."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.clock_drift import ClockDrift, Drift
from livemel.sources.base import SourceFormat, SourceState, SourceStatus

from tests.engine.sources import ArraySource

LEARNED = Drift(50.0, 0.05)


class Device(ArraySource):
    """A source with a converter of its own."""

    def __init__(self) -> None:
        super().__init__(np.zeros(160))
        self.form = replace(self.form, input_latency_s=0.03, device=("one", "JACK"))

    @property
    def form(self) -> SourceFormat:
        assert self._format is not None
        return self._format

    @form.setter
    def form(self, form: SourceFormat) -> None:
        self._format = form


@pytest.fixture
def source() -> Device:
    return Device()


@pytest.fixture
def engine(source: Device) -> Iterator[Engine]:
    """Which has learned its device's clock."""
    running = Engine(source, lambda sr: frontend("live", sr=sr))
    running.start()
    source.settle()
    drift_of(running)._earlier.append(LEARNED)
    yield running
    running.stop()


def drift_of(engine: Engine) -> ClockDrift:
    assert engine.drift is not None
    return engine.drift


def told(engine: Engine) -> Drift | None:
    return drift_of(engine).estimate()


def test_of_another_device_nothing_is_known(engine: Engine, source: Device) -> None:
    assert told(engine) == pytest.approx(LEARNED)
    source.form = replace(source.form, device=("two", "JACK"), name="Two", input_latency_s=0.01)
    source.settle()
    assert told(engine) is None
    assert engine.format is source.form
    assert engine.stats()["source"] == "Two"


def test_the_same_device_has_the_same_clock_when_it_is_back(engine: Engine, source: Device) -> None:
    source.form = replace(source.form, note="resampled", input_latency_s=0.01)
    source.status = SourceStatus(SourceState.RUNNING, missing=100)
    source.settle()
    assert told(engine) == pytest.approx(LEARNED)
    assert engine.format is source.form


def test_the_clock_is_not_read_across_a_jump_that_is_too_short_to_be_drawn(
    engine: Engine, source: Device
) -> None:
    drift = drift_of(engine)
    source.settle()
    assert drift._origin is not None
    source.status = SourceStatus(SourceState.RUNNING, hold=True, jumped=True)
    source.settle()
    assert drift._origin is None
    assert engine.stats()["gaps"] == []
    assert told(engine) == pytest.approx(LEARNED)
