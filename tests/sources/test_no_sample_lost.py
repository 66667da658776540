"""A busy computer and a busy program lose nothing of what JACK delivers, which waits for nobody."""

import ctypes
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from itertools import pairwise

import pytest

from tests.rig.clock import SR
from tests.rig.daemon import go_first
from tests.rig.jack import FrameTime, VirtualJack
from tests.rig.standstill import Standstills
from tests.sources.test_lost_time import engine_on
from tests.waiting import wait_for

HELD_MS = 100
# What the server writes when a client was not done in its period, and when itself was late: then it
# begins the next period at once, and no client can be done.
CLIENT_LATE = "client = PortAudio was not finished"
SERVER_LATE = "JackTimedDriver::Process XRun"


def late(said: str) -> tuple[int, int]:
    """How often the client was late though the server was not, and how often the server was."""
    lines = ["", *said.splitlines()]
    client = sum(
        CLIENT_LATE in line and SERVER_LATE not in before for before, line in pairwise(lines)
    )
    return client, said.count(SERVER_LATE)


def may_go_first() -> bool:
    """Whether a process may be given priority here: root may, and so may the group `audio`."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        return False
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return True


@pytest.mark.parametrize("times", [30, pytest.param(100, marks=pytest.mark.soak)])
def test_with_both_cores_busy_and_the_interpreter_lock_held_no_sample_is_lost(
    times: int, jack: VirtualJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = ctypes.PyDLL(None).usleep  # unlike other calls into C it keeps the interpreter lock
    spin = [sys.executable, "-c", "while True: pass"]
    go_first(jack.pid)
    with engine_on("system", jack.env, monkeypatch) as (engine, source):
        wait_for(lambda: engine.history is not None and engine.history.written > SR // 2)
        hogs = [subprocess.Popen(spin) for _ in range(os.cpu_count() or 2)]
        frame_time = FrameTime()
        try:
            begun, counted, said = source.ring.written, frame_time(), jack.said
            with Standstills() if may_go_first() else nullcontext() as machine:
                for _ in range(times):
                    hold(HELD_MS * 1000)
                    time.sleep(0)
            written, frames = source.ring.written - begun, frame_time() - counted
        finally:
            frame_time.close()
            for hog in hogs:
                hog.kill()
                hog.wait()
        wait_for(lambda: engine.history is not None and engine.history.written > begun + written)
        stats = engine.stats()
    assert frames > times * HELD_MS * SR / 1000
    if machine is not None:  # otherwise nobody can promise it
        ours, the_servers = late(jack.said[len(said) :])
        print(f"late: we {ours}, the server {the_servers}, the machine {machine.count} times")
        assert ours <= machine.count
        # A block of ours and a period before it are under way, at both ends.
        assert abs(frames - written) <= 480 + (2 + ours + the_servers) * 256
        # The dummy device stands still for some 60 ms after it was late, and counts nothing then.
        assert len(stats["gaps"]) <= ours + the_servers
    assert frames - written - stats["samples_lost"] <= SR // 10
