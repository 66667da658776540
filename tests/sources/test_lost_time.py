"""Lost time drawn is lost time true, where the loss is ours or the device's own haste.

The samples are numbered: what is missing between two of them is known.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from livemel.buffers.columns import GAP
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.sources.microphone import Microphone

from tests.rig.clock import MODULUS, SR, ClockMicrophone, index_of
from tests.rig.jack_clock import ClockJack
from tests.rig.unpaced import UnpacedMicrophone
from tests.waiting import wait_for

HOP = SR // 100


@contextmanager
def engine_on(
    device: str,
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    build: Callable[[int], FrontEnd] = lambda sr: frontend("live", sr=sr),
) -> Iterator[tuple[Engine, Microphone]]:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    source = Microphone(device, 1, None)
    engine = Engine(source, build, history_s=200)
    source.start()
    engine.start()
    try:
        yield engine, source
    finally:
        engine.stop()


def stretches(engine: Engine) -> list[tuple[int, int, int]]:
    """(first, stop, by how much its samples' numbers are ahead of their places) of what is kept."""
    history = engine.history
    assert history is not None
    found, at, end = [], history.oldest, history.written
    for start, stop in [*((gap.start, gap.stop) for gap in history.gaps(at, end)), (end, end)]:
        if start > at:
            numbers = index_of(history.read(at, start).samples[:, 0])
            ahead = (numbers - np.arange(at, start)) % MODULUS
            edges = np.flatnonzero(np.diff(ahead)) + 1
            for a, b in zip([0, *edges], [*edges, len(ahead)], strict=True):
                found.append((at + int(a), at + int(b), int(ahead[a])))
        at = stop
    return found


def gap_columns(engine: Engine) -> int:
    assert engine.feed is not None
    columns = engine.feed.columns
    return int(np.count_nonzero(columns.read(0, columns.written).flags & GAP))


def test_a_stalled_reader_of_an_unpaced_device_loses_exactly_what_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = threading.Event()
    seconds = 40

    def hold(sr: int) -> FrontEnd:
        assert release.wait(20)
        return frontend("live", sr=sr)

    with (
        UnpacedMicrophone(seconds) as device,
        engine_on("unpaced", device.env, monkeypatch, hold) as (engine, source),
    ):
        try:
            # The ring holds 10 s.
            wait_for(lambda: source._ring is not None and source.ring.written >= seconds * SR)
        finally:
            release.set()
        hops = (seconds * SR - 2048) // HOP
        wait_for(lambda: engine.feed is not None and engine.feed.columns.written > hops)
        stats, found, drawn = engine.stats(), stretches(engine), gap_columns(engine)
    assert stats["samples_lost"] > 9 * SR
    assert {gap["cause"] for gap in stats["gaps"]} == {"late reader"}
    assert {ahead for _, _, ahead in found} == {0}, found[:20]  # to the sample
    assert engine.feed is not None
    # It was lost from the beginning on, where half a window has no column.
    hops = (stats["samples_lost"] - engine.feed.frontend.first_centre) / HOP
    assert abs(drawn - hops) <= len(stats["gaps"])


@pytest.mark.parametrize(
    ("rig", "device", "stopped_s"), [(ClockJack, "clock", 0.15), (ClockMicrophone, "pulse", 0.8)]
)
def test_what_a_callback_that_was_held_up_has_lost_is_drawn(
    rig: type[ClockJack] | type[ClockMicrophone],
    device: str,
    stopped_s: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with rig() as running, engine_on(device, running.env, monkeypatch) as (engine, source):
        wait_for(lambda: engine.history is not None and engine.history.written > SR)
        assert source._process is not None
        pid, held_at = source._process.pid, source.ring.written
        os.kill(pid, signal.SIGSTOP)
        time.sleep(stopped_s)
        os.kill(pid, signal.SIGCONT)
        at = source.ring.written
        wait_for(lambda: source.ring.written > at + SR)
        wait_for(lambda: not engine.status.lost_since_ns)
        found, stats = stretches(engine), engine.stats()
    before = next(ahead for _, stop, ahead in found if stop >= held_at - HOP)
    after = found[-1][2]
    assert abs(after - before) <= HOP, (found, stats["gaps"])
    if rig is ClockJack:  # which keeps nothing for anybody; PulseAudio keeps seconds
        assert abs(stats["samples_lost"] / SR - stopped_s) < 0.1, stats["gaps"]
