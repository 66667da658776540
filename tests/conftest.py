"""Fixtures of the whole suite: the virtual screen and microphone, and the guard behind them."""

import gc
import os
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, TypeVar

# Before anything imports Qt: windows inside the test process need no screen. Programs that are to
# be seen run in processes of their own, with the environment of `screen` or `desk`.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tests start the program some hundred times: what Python has compiled is kept, as it is for people.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import pytest
from hypothesis import settings
from livemel.ui.garbage import collect_what_is_due

from tests.rig import leftovers
from tests.rig.daemon import RigError
from tests.rig.desk import VirtualDesk
from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone
from tests.rig.screen import VirtualScreen
from tests.rig.small_disk import SmallDisk

if TYPE_CHECKING:
    from livemel.engine import Engine
    from pytestqt.qtbot import QtBot

    from tests.windows import OpenHeard

sys.dont_write_bytecode = False  # of the tests themselves, which are slow to compile

# What continuous integration runs is the same each time; at the desk each run tries something new.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

SETTLING_S = 3.0  # A child that was told to end may take that long.
Thing = TypeVar("Thing")


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail when a test left a process, or shared memory that nobody uses any more."""
    mark = uuid.uuid4().hex
    os.environ[leftovers.MARK] = mark
    before = leftovers.shared_memory()
    yield
    gc.collect()
    give_up = time.monotonic() + SETTLING_S
    while True:
        processes = leftovers.marked_processes(mark)
        memory = leftovers.unused(leftovers.shared_memory() - before)
        if not (processes or memory) or time.monotonic() > give_up:
            break
        time.sleep(0.05)
    assert not processes, f"processes left behind: {processes}"
    assert not memory, f"left behind in /dev/shm: {sorted(memory)}"


@pytest.fixture(scope="session", autouse=True)
def nobodys_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the settings or the log of whoever runs it, nor do programs that it
    starts.
    """
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        os.environ[variable] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session", autouse=True)
def signals_reach_programs() -> None:
    """What is ignored here is ignored by programs that tests start, and then they send in vain:
    under nohup, or behind a shell's &.
    """
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, usual)


@pytest.fixture(scope="session", autouse=True)
def garbage_waits_for_the_end_of_a_test() -> Iterator[None]:
    """Engines of a test run on threads of their own, where no window may be destroyed."""
    gc.disable()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def garbage_of_a_test() -> Iterator[None]:
    """Is collected on the thread that windows belong to, also after a test that ran the program."""
    yield
    gc.disable()
    collect_what_is_due()


@contextmanager
def _started(part: AbstractContextManager[Thing]) -> Iterator[Thing]:
    """A part of the rig; what is missing fails the test in one line, as nothing may be skipped."""
    missing = ""
    try:
        with part as thing:
            yield thing
    except RigError as error:
        missing = str(error)
    if missing:  # Out here, so that the report is not two errors, one inside the other.
        pytest.fail(missing, pytrace=False)


@pytest.fixture(scope="session")
def screen() -> Iterator[VirtualScreen]:
    """One 1920x1080 screen for the session; a test closes the windows that it opens there."""
    with _started(VirtualScreen()) as thing:
        yield thing


@pytest.fixture
def microphone() -> Iterator[VirtualMicrophone]:
    """A virtual microphone of the test's own, mono at 48 kHz; it starts in 30 ms."""
    with _started(VirtualMicrophone()) as thing:
        yield thing


@pytest.fixture
def heard(microphone: VirtualMicrophone, monkeypatch: pytest.MonkeyPatch) -> VirtualMicrophone:
    """The virtual microphone, as the one this process would open."""
    for name, value in microphone.env.items():
        monkeypatch.setenv(name, value)
    return microphone


@pytest.fixture
def open_window(qtbot: "QtBot") -> "Iterator[OpenHeard]":
    """Opens the window on a device; closed afterwards."""
    from tests.windows import opened_windows

    with opened_windows(qtbot) as open_:
        yield open_


@pytest.fixture
def open_heard(heard: VirtualMicrophone, open_window: "OpenHeard") -> "OpenHeard":
    """The same with the virtual microphone's server."""
    return open_window


@pytest.fixture
def desk(screen: VirtualScreen, microphone: VirtualMicrophone) -> Iterator[VirtualDesk]:
    """The session's screen and a microphone of the test's own, with one environment for both."""
    thing = VirtualDesk(screen, microphone)
    yield thing
    thing.leave()


@pytest.fixture
def jack() -> Iterator[VirtualJack]:
    """A JACK server of the test's own: 48 kHz, 256 samples a callback."""
    with _started(VirtualJack()) as thing:
        yield thing


@pytest.fixture(scope="session")
def small_disk() -> SmallDisk:
    """A disk that is soon full, in the truest way there is here."""
    return next(SmallDisk.ways())


@pytest.fixture
def hearing(heard: VirtualMicrophone) -> "Iterator[Engine]":
    """An engine that hears what this process plays."""
    from livemel.dsp.models import frontend
    from livemel.engine import Engine
    from livemel.sources.microphone import Microphone

    source = Microphone("pulse", 1, None)
    running = Engine(source, lambda sr: frontend("live", sr=sr))
    source.start()
    running.start()
    give_up = time.monotonic() + SETTLING_S * 4
    while running.history is None or not running.history.written:
        assert time.monotonic() < give_up, "nothing is heard"
        time.sleep(0.005)
    yield running
    running.stop()
