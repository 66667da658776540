"""The microphone for real: PortAudio, a sound server, and the capture process between them."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from livemel.buffers.memory import shared_block
from livemel.buffers.samples import Gap, SampleRing
from livemel.buffers.writer import ring_capacity
from livemel.channel import Difference, Lanes
from livemel.errors import NoDeviceError, SourceError
from livemel.sources import capture_process
from livemel.sources.base import SourceFormat, SourceState
from livemel.sources.capture import OVERFLOWS, Capture
from livemel.sources.choosing import choose_input
from livemel.sources.devices import list_input_devices
from livemel.sources.microphone import Microphone
from livemel.sources.opening import SourceRequest, open_source
from numpy.typing import NDArray

from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone
from tests.rig.sawtooth import SAWTOOTH, assert_sawtooth
from tests.waiting import is_gone

Open = Callable[..., tuple[Microphone, SourceFormat]]


def wait_for(condition: Callable[[], object], deadline_s: float = 10.0) -> None:
    """Until it holds; a deadline instead of a fixed sleep."""
    give_up = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def open_microphone() -> Iterator[Open]:
    """Opens microphones and stops them afterwards."""
    opened: list[Microphone] = []

    def open_(
        device: str | None = "pulse", channel: int | None = None, sr: int | None = None
    ) -> tuple[Microphone, SourceFormat]:
        source = Microphone(device, channel, sr)
        opened.append(source)
        source.start()
        form = source.wait_open(10)
        assert form is not None
        return source, form

    yield open_
    for source in opened:
        source.stop()


def record(source: Microphone, n: int, deadline_s: float) -> NDArray[np.float32]:
    """The next n samples of channel 1. A gap fails."""
    parts: list[NDArray[np.float32]] = []
    have = 0

    def take() -> bool:
        nonlocal have
        while (part := source.ring.read()) is not None:
            assert not isinstance(part, Gap), part
            parts.append(part[:, 0])
            have += len(part)
        return have >= n

    wait_for(take, deadline_s)
    return np.concatenate(parts)


def sawtooth_through(heard: VirtualMicrophone, source: Microphone, seconds: int) -> None:
    # Two seconds ahead, so that a busy machine starves the player no sooner than the microphone.
    heard.play(SAWTOOTH, loop=True, latency_ms=2000)
    assert_sawtooth(record(source, seconds * 48_000, seconds + 20))


def test_no_sample_of_a_sawtooth_is_missing_or_doubled(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    source, form = open_microphone()
    assert form.sr == 48_000
    sawtooth_through(heard, source, 5)


@pytest.mark.soak
def test_no_sample_of_ten_minutes_of_sawtooth_is_missing_or_doubled(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    source, _ = open_microphone()
    sawtooth_through(heard, source, 600)


def test_a_device_is_found_by_number_by_name_and_by_part_of_its_name(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    devices = {device.name: device for device in list_input_devices()}
    for wanted in (str(devices["pulse"].index), "pulse", "PULS"):
        _, form = open_microphone(wanted)
        assert form.name == "pulse"


def test_an_unknown_device_is_an_error_that_lists_those_there_are(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    with pytest.raises(SourceError, match=r"unknown device 'nope': there are .*'pulse'"):
        open_microphone("nope")


def test_a_channel_that_the_device_has_not_is_an_error(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    with pytest.raises(SourceError, match=r"channel 99 is out of range: 'pulse' has 1"):
        open_microphone("pulse", 99)


def test_two_channels_arrive_unmixed(
    monkeypatch: pytest.MonkeyPatch, open_microphone: Open
) -> None:
    with VirtualMicrophone(channels=2) as stereo:
        for name, value in stereo.env.items():
            monkeypatch.setenv(name, value)
        source, form = open_microphone("pulse", 2)
        assert form.channels == 2
        sound = np.zeros((48_000, 2), dtype=np.int16)
        sound[:, 1] = 1000
        stereo.play(sound, loop=True)
        seen: list[NDArray[np.float32]] = []

        def both_known() -> bool:
            part = source.ring.read()
            if part is not None and not isinstance(part, Gap):
                seen.append(part)
            return any(np.all(block[:, 1] == np.float32(1000 / 32768)) for block in seen)

        wait_for(both_known)
        assert not any(block[:, 0].any() for block in seen)


def test_a_refused_rate_falls_back_to_the_devices_own_and_says_so(
    jack: VirtualJack, monkeypatch: pytest.MonkeyPatch, open_microphone: Open
) -> None:
    for name, value in jack.env.items():
        monkeypatch.setenv(name, value)
    name = next(d.name for d in list_input_devices() if d.host_api.startswith("JACK"))
    _, form = open_microphone(name, sr=16_000)
    assert form.sr == 48_000
    assert form.note == f"resampled from 48000 Hz: {name} refuses 16000 Hz"


@pytest.mark.parametrize("lanes", ["all", (1,), (None,)])
def test_as_many_channels_are_opened_as_there_really_are(
    lanes: Lanes, heard: VirtualMicrophone
) -> None:
    source = open_source(SourceRequest(device="pulse", lanes=lanes))  # ALSA says 32
    source.start()
    try:
        form = source.wait_open(10)
        assert form is not None
        assert (form.channels, form.max_channels) == (heard.channels, heard.channels)
    finally:
        source.stop()


@pytest.mark.parametrize("lanes", [(3, Difference(1, 9)), (1, 2), (Difference(),)])
def test_lanes_of_channels_that_are_not_there_are_refused(
    lanes: Lanes, heard: VirtualMicrophone
) -> None:
    source = open_source(SourceRequest(device="pulse", lanes=lanes))
    source.start()
    try:
        with pytest.raises(SourceError, match="is out of range: 'pulse' has 1"):
            source.wait_open(10)
    finally:
        source.stop()


def test_sixty_four_channels_of_jack_are_opened_and_come_through_the_ring(
    monkeypatch: pytest.MonkeyPatch, open_microphone: Open
) -> None:
    with VirtualJack(captures=64) as jack:
        for name, value in jack.env.items():
            monkeypatch.setenv(name, value)
        devices = {device.name: device for device in list_input_devices()}
        assert devices["system"].channels == 64
        source, form = open_microphone("system", 64)
        assert (form.channels, form.max_channels) == (64, 64)
        blocks: list[NDArray[np.float32]] = []

        def heard() -> bool:
            part = source.ring.read()
            if part is not None and not isinstance(part, Gap):
                blocks.append(part)
            return sum(map(len, blocks)) > 24_000

        wait_for(heard)
        assert {block.shape[1] for block in blocks} == {64}
        source.stop()


def test_without_any_device_there_is_an_error_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, open_microphone: Open
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    with pytest.raises(NoDeviceError, match="no input device"):
        open_microphone(None)


@pytest.mark.parametrize(("device", "kind"), [(None, NoDeviceError), ("pulse", SourceError)])
def test_a_server_that_has_nothing_to_record_from_is_no_input_device(
    device: str | None, kind: type[SourceError], heard: VirtualMicrophone, open_microphone: Open
) -> None:
    heard.unplug()
    with pytest.raises(SourceError, match="no input device: plug in a microphone") as caught:
        open_microphone(device)
    assert caught.type is kind


def test_a_killed_capture_process_is_replaced(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    source, _ = open_microphone()
    wait_for(lambda: source.ring.written > 0)
    assert source._process is not None
    os.kill(source._process.pid, signal.SIGKILL)
    wait_for(lambda: source.poll(time.monotonic_ns()).state.is_silent, 3)
    wait_for(lambda: source.poll(time.monotonic_ns()).state is SourceState.RUNNING)
    before = source.ring.written
    wait_for(lambda: source.ring.written > before)


def test_an_alsa_plug_in_is_not_back_as_another_where_the_default_has_other_channels(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    source, _ = open_microphone("pulse")
    add = ("load-module", "module-null-sink", "sink_name=stereo", "channels=2", "norewinds=1")
    heard.pactl(*add)
    heard.pactl("set-default-source", "stereo.monitor")
    lose_and_recover(source)
    assert source.returned_as is None


def is_back(source: Microphone) -> bool:
    """Sound comes again, and what there is to say of its device is known."""
    state = source.poll(time.monotonic_ns()).state
    process = source._process
    return state is SourceState.RUNNING and process is not None and process.answered


def lose_and_recover(source: Microphone) -> None:
    """Its capture process is killed and replaced."""
    wait_for(lambda: source.ring.written > 0)
    assert source._process is not None
    source._process.kill()
    wait_for(lambda: source.poll(time.monotonic_ns()).state.is_silent, 3)
    wait_for(lambda: is_back(source))


@pytest.mark.parametrize("sr", [None, 44_100])
def test_the_format_stays_the_very_same_after_a_loss_where_nothing_of_it_is_another(
    sr: int | None, heard: VirtualMicrophone, open_microphone: Open
) -> None:
    source, form = open_microphone("mic.monitor", sr=sr)
    noted = f"resampled to {sr} Hz: Monitor of Null Output runs at 48000 Hz" if sr else ""
    assert (form.sr, form.note, form.device) == (48_000, noted, ("mic.monitor", "PulseAudio"))
    lose_and_recover(source)
    assert source.wait_open(0) is form
    assert source.returned_as is None


def test_that_jack_refuses_a_rate_is_still_said_after_a_loss(
    jack: VirtualJack, monkeypatch: pytest.MonkeyPatch, open_microphone: Open
) -> None:
    for name, value in jack.env.items():
        monkeypatch.setenv(name, value)
    source, form = open_microphone("system", sr=16_000)
    assert form.note == "resampled from 48000 Hz: system refuses 16000 Hz"
    lose_and_recover(source)
    now = source.wait_open(0)
    assert now is not None
    assert (now.note, now.sr) == (form.note, 48_000)


@pytest.mark.parametrize("can_be_set", [False, True])
def test_a_device_that_is_back_with_another_rate_goes_on_and_says_so_where_it_is_resampled(
    can_be_set: bool, monkeypatch: pytest.MonkeyPatch, open_microphone: Open
) -> None:
    server_sr = 48_000 if can_be_set else 44_100  # it sets idle sources to its own rate alone
    with VirtualMicrophone(rate=server_sr) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        server.unplug()
        server.rate = 48_000
        server.plug()
        source, _ = open_microphone("mic.monitor")
        wait_for(lambda: source.ring.written > 0)
        server.unplug()
        wait_for(lambda: source.poll(time.monotonic_ns()).state.is_silent, 3)
        server.rate = 16_000
        server.plug()
        wait_for(lambda: is_back(source))
        form = source.wait_open(0)
        assert form is not None
        assert form.sr == 48_000
        noted = "resampled to 48000 Hz: Monitor of Null Output runs at 16000 Hz"
        assert form.note == ("" if can_be_set else noted)
        assert source.returned_as == (None if can_be_set else (16_000, 1))


def test_channels_that_a_device_has_no_more_are_not_made_up(
    monkeypatch: pytest.MonkeyPatch, open_microphone: Open
) -> None:
    with VirtualMicrophone(channels=2) as stereo:
        for name, value in stereo.env.items():
            monkeypatch.setenv(name, value)
        source, _ = open_microphone("mic.monitor")
        wait_for(lambda: source.ring.written > 0)
        stereo.unplug()
        wait_for(lambda: source.poll(time.monotonic_ns()).state.is_silent, 3)
        stereo.channels = 1
        stereo.plug()
        why = "cannot open 'Monitor of Null Output': it has 1 of the 2 channels that it had"
        wait_for(lambda: source.poll(time.monotonic_ns()).reason == why)
        assert source.returned_as == (48_000, 1)
        stereo.unplug()
        stereo.channels = 2
        stereo.plug()
        wait_for(lambda: is_back(source))
        assert source.returned_as is None


def test_where_no_process_can_be_made_it_is_tried_ever_more_rarely_and_said(
    heard: VirtualMicrophone,
    open_microphone: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, _ = open_microphone()
    wait_for(lambda: source.ring.written > 0)
    monkeypatch.setattr(capture_process, "child_command", lambda _: ["/nonexistent/python"])
    assert source._process is not None
    source._process.kill()
    wait_for(lambda: source.poll(time.monotonic_ns()).state is SourceState.LOST)
    source.look_again()
    polls = 0

    def tries() -> int:
        nonlocal polls
        polls += 1
        assert source.poll(time.monotonic_ns()).state.is_silent
        why = "pulse: no capture process: No such file or directory"
        return sum(record.getMessage() == why for record in caplog.records)

    with caplog.at_level("WARNING"):
        wait_for(lambda: tries() >= 3)
    assert polls > 20
    monkeypatch.undo()
    for name, value in heard.env.items():
        monkeypatch.setenv(name, value)
    wait_for(lambda: source.poll(time.monotonic_ns()).state is SourceState.RUNNING)


def test_that_sound_was_lost_is_told_when_what_came_after_it_is_there(
    heard: VirtualMicrophone,
) -> None:
    size = 1 << 20
    block = shared_block(size)
    request = {"device": None, "channel": 1, "sr": 0, "bytes": size, "token": block.token}
    capture = Capture(request, choose_input(None, None), lambda: None)  # which does not begin
    ring = SampleRing(block, ring_capacity(size, capture.sr, 1), 1)
    status = SimpleNamespace(input_overflow=False)
    times = SimpleNamespace(inputBufferAdcTime=0.0)
    told: list[int] = []
    write = capture._writer.write

    def written(samples: bytes, at_ns: int) -> None:
        told.append(ring.published(OVERFLOWS))
        write(samples, at_ns)

    capture._writer.write = written  # type: ignore[method-assign, assignment]
    for lose in (capture._lose, lambda: setattr(status, "input_overflow", True)):
        lose()
        told.append(ring.published(OVERFLOWS))
        capture._callback(bytes(4 * 480), 480, times, status)
        told.append(ring.published(OVERFLOWS))
    assert told == [0, 0, 1, 1, 1, 2]
    assert ring.written == 960
    capture.close()
    capture._writer.release()
    ring.close()


def test_the_capture_process_ends_with_its_parent(heard: VirtualMicrophone) -> None:
    script = (
        "import time; from livemel.sources.microphone import Microphone;"
        "m = Microphone('pulse', None, None); m.start(); m.wait_open(10);"
        "print(m._process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    wait_for(lambda: is_gone(child), 2)


def test_the_capture_process_loads_no_numpy() -> None:
    check = "import sys, livemel.sources.capture; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_capture_process_that_hangs_while_it_opens_ends_with_its_parent(
    heard: VirtualMicrophone,
) -> None:
    heard.suspend()  # the sound server takes the connection and never answers
    try:
        script = (
            "import os; from livemel.sources.microphone import Microphone;"
            "m = Microphone('pulse', None, None); m.start(); m.wait_open(1);"
            "print(m._process.pid, flush=True); os._exit(9)"
        )
        parent = subprocess.run(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False
        )
        assert parent.returncode == 9  # it never stopped what it had started
        wait_for(lambda: is_gone(int(parent.stdout)), 5)
    finally:
        heard.resume()


def test_a_lost_microphone_that_is_told_to_look_again_does_so_at_once(
    heard: VirtualMicrophone, open_microphone: Open
) -> None:
    source, _ = open_microphone()
    wait_for(lambda: source.ring.written > 0)
    heard.unplug()
    tries = []

    def waits_long() -> bool:
        state = source.poll(time.monotonic_ns()).state
        if not tries or tries[-1] is not state:
            tries.append(state)
        return tries.count(SourceState.RECOVERING) >= 3 and state is SourceState.LOST

    wait_for(waits_long, 20)  # the next try is 0.4 s away
    source.look_again()
    assert source.poll(time.monotonic_ns()).state is SourceState.RECOVERING
    heard.plug()
    wait_for(lambda: source.poll(time.monotonic_ns()).state is SourceState.RUNNING, 5)


# --- without a device -----------------------------------------------------------------------------


def test_one_that_was_never_opened_can_be_stopped_twice() -> None:
    source = Microphone("nope", None, None)
    source.stop()
    source.stop()


def test_where_there_is_no_memory_to_share_it_is_one_line() -> None:
    few = (0, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, few)
    try:
        with pytest.raises(SourceError) as raised:
            Microphone(None, None, None)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    said = "no memory to share with a capture process: Too many open files"
    assert str(raised.value) == said
