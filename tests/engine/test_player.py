"""The player for real: what comes out of a sound server equals what went in."""

import fcntl
import os
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.engine import Engine
from livemel.engine.played import as_played
from livemel.engine.player import Player
from livemel.errors import SourceError
from livemel.sources.devices import list_output_devices
from numpy.typing import NDArray

from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone
from tests.rig.talking import let_drivers_talk
from tests.waiting import PATIENCE_S, children, is_gone, wait_for

SR = 48_000
Samples = NDArray[np.float32]


def noise(seconds: float, channels: int = 1) -> Samples:
    """Of 16 bits, and never zero: where it begins and ends can be seen."""
    rng = np.random.default_rng(0)
    values = rng.integers(1, 9999, (round(seconds * SR), channels))
    return (values / 32768).astype(np.float32)


def blocks(y: Samples, n: int = 5000) -> Iterator[Samples]:
    """An array as the player wants it."""
    y = y.reshape(len(y), -1)
    return (y[at : at + n] for at in range(0, len(y), n))


@pytest.fixture
def player(heard: VirtualMicrophone) -> Iterator[Player]:
    yield (thing := Player("pulse"))
    thing.stop()
    wait_for(lambda: not [t for t in threading.enumerate() if t.name == "livemel-player"])


def heard_by(engine: Engine) -> Samples:
    assert engine.history is not None
    return engine.history.read(0, engine.history.written).samples[:, 0]


def sounding(engine: Engine) -> Samples:
    """From the first sample that is not silence to the last."""
    sound = heard_by(engine)
    where = np.flatnonzero(sound)
    return sound[where[0] : where[-1] + 1] if len(where) else sound[:0]


def test_what_drivers_print_is_no_answer(
    player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_drivers_talk(tmp_path, monkeypatch)
    player.play(blocks(noise(0.5)), SR)
    wait_for(lambda: player.device_name == "pulse" or not player.playing)
    wait_for(lambda: not player.playing)
    assert player.complaint == ""


def test_what_is_played_while_the_engine_listens_comes_out_to_the_last_bit(
    hearing: Engine, player: Player
) -> None:
    y = noise(2.0)[:, 0]
    player.play(blocks(y), SR)
    assert player.playing
    positions: list[float] = []

    def played() -> bool:
        position = player.position
        if position is not None:
            positions.append(position)
        return position is None

    wait_for(played)
    assert player.complaint == ""
    assert not player.playing
    wait_for(lambda: len(sounding(hearing)) >= len(y))
    np.testing.assert_array_equal(sounding(hearing), y)
    assert positions == sorted(positions)
    assert positions[0] == 0
    assert positions[-1] > 0.9 * len(y)
    assert hearing.stats()["samples_lost"] == 0


def test_the_playhead_is_never_far_from_what_is_heard(hearing: Engine, player: Player) -> None:
    y = np.arange(1, 30_001, dtype=np.float32) / 32768  # each sample says which one it is
    player.play(blocks(np.tile(y, 5)), SR)
    wait_for(lambda: (player.position or 0) > 20_000)
    assert hearing.history is not None
    ahead: list[float] = []
    while (position := player.position) is not None and position < 120_000:
        written = hearing.history.written
        (value,) = hearing.history.read(written - 1, written).samples[:, 0] * 32768
        off = (position - value + 15_000) % 30_000 - 15_000
        ahead.append(off / SR)
        time.sleep(0.01)
    # The microphone's block and the ring are still before us: it is heard a little earlier.
    assert -0.1 < np.median(ahead) < 0.2


def test_sound_without_an_end_is_played_until_it_is_stopped(
    hearing: Engine, player: Player
) -> None:
    y = noise(0.31)[:, 0]
    asked = 0

    def round_and_round() -> Iterator[Samples]:
        nonlocal asked
        while True:
            asked += 1
            yield y[:, np.newaxis]

    player.play(round_and_round(), SR)
    wait_for(lambda: len(sounding(hearing)) > 9 * len(y))
    assert asked * len(y) < len(sounding(hearing)) + 2 * SR  # it is not asked for long before
    player.stop()
    assert player.position is None
    wait_for(lambda: not heard_by(hearing)[-SR // 10 :].any())
    sound = sounding(hearing)
    np.testing.assert_array_equal(sound, np.resize(y, len(sound)))


def test_where_there_is_nothing_yet_there_is_silence_and_the_playhead_waits(
    hearing: Engine, player: Player
) -> None:
    y, more = noise(0.4)[:, 0], threading.Event()

    def in_two() -> Iterator[Samples]:
        yield y[:, np.newaxis]
        while not more.is_set():
            yield y[:0, np.newaxis]
        yield -y[:, np.newaxis]

    player.play(in_two(), SR)
    wait_for(lambda: len(sounding(hearing)) == len(y) and not heard_by(hearing)[-SR // 10 :].any())
    assert player.position == len(y)
    more.set()
    wait_for(lambda: not player.playing)
    wait_for(lambda: (heard_by(hearing) < 0).sum() == len(y))
    sound = sounding(hearing)
    np.testing.assert_array_equal(sound[: len(y)], y)
    np.testing.assert_array_equal(sound[-len(y) :], -y)
    assert not sound[len(y) : -len(y)].any()


def test_what_cannot_be_read_on_ends_it_with_its_own_words(
    heard: VirtualMicrophone, player: Player
) -> None:
    def broken() -> Iterator[Samples]:
        yield noise(0.1)
        raise SourceError("take.mp3 breaks off")

    player.play(broken(), SR)
    wait_for(lambda: not player.playing)
    assert player.complaint == "take.mp3 breaks off"


def test_another_stretch_takes_the_place_of_the_one_that_plays(
    hearing: Engine, player: Player
) -> None:
    player.play(blocks(noise(30.0)), SR)
    wait_for(lambda: len(sounding(hearing)) > 0)
    y = -noise(0.5)[:, 0]
    player.play(blocks(y), SR)
    wait_for(lambda: not player.playing)
    wait_for(lambda: (heard_by(hearing) < 0).sum() >= len(y))
    sound = heard_by(hearing)
    begin = int(np.flatnonzero(sound < 0)[0])
    assert not (sound[begin + len(y) :]).any()
    assert player.complaint == ""


@pytest.mark.parametrize("channels", [2, 3])
def test_more_channels_than_the_device_has_are_heard_together(
    channels: int, hearing: Engine, player: Player
) -> None:
    y = noise(0.3, channels)
    player.play(blocks(y), SR)
    wait_for(lambda: not player.playing)
    wait_for(lambda: len(sounding(hearing)) >= len(y))
    np.testing.assert_allclose(sounding(hearing), y.mean(axis=1), atol=1e-6)


@settings(max_examples=40)
@given(
    n=st.integers(1, 40_000),
    rates=st.tuples(st.integers(4_000, 50_000), st.sampled_from([8_000, 44_100, 48_000])),
    channels=st.tuples(st.integers(1, 4), st.integers(1, 2)),
)
def test_another_rate_is_resampled_as_soxr_does_the_whole(
    n: int, rates: tuple[int, int], channels: tuple[int, int]
) -> None:
    y = np.random.default_rng(n).standard_normal((n, channels[0])).astype(np.float32)
    parts = np.concatenate(list(as_played(blocks(y, 700), *rates, channels[1])))
    mixed = y if channels[0] in (1, channels[1]) else y.mean(axis=1, keepdims=True)
    whole = np.broadcast_to(np.clip(mixed, -1, 1), (n, channels[1]))
    if rates[0] != rates[1]:
        whole = soxr.resample(whole, *rates, "HQ")
    same = min(len(whole), len(parts))
    assert abs(len(whole) - len(parts)) <= 1
    np.testing.assert_allclose(parts[:same], whole[:same], atol=1e-6)


def test_what_is_no_number_or_too_loud_harms_no_ear() -> None:
    y = np.array([[np.nan], [np.inf], [-np.inf], [7.0], [-0.5]], np.float32)
    (part,) = as_played([y], SR, SR, 1)
    assert part[:, 0].tolist() == [0.0, 1.0, -1.0, 1.0, -0.5]


def test_a_device_of_another_rate_plays_it_all(
    jack: VirtualJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in jack.env.items():
        monkeypatch.setenv(name, value)
    name = next(d.name for d in list_output_devices() if d.host_api.startswith("JACK"))
    player = Player(name)
    player.play(blocks(noise(0.5)), 44_100)
    wait_for(lambda: player.device_name)
    positions = []
    while (position := player.position) is not None:
        positions.append(position)
        time.sleep(0.005)
    assert player.complaint == ""
    assert positions[-1] > 0.8 * 24_000


def test_output_devices_are_listed(heard: VirtualMicrophone) -> None:
    devices = list_output_devices()
    assert "pulse" in [device.name for device in devices]
    assert [device.is_default for device in devices].count(True) == 1


def test_an_unknown_device_is_one_line_that_lists_those_there_are(
    heard: VirtualMicrophone,
) -> None:
    player = Player("nope")
    player.play(blocks(noise(0.1)), SR)
    wait_for(lambda: not player.playing)
    assert player.complaint.startswith("unknown device 'nope': there are ")
    assert "'pulse'" in player.complaint
    assert "\n" not in player.complaint


def test_without_any_device_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    player = Player()
    player.play(blocks(noise(0.1)), SR)
    wait_for(lambda: not player.playing)
    assert player.complaint == ("no output device: plug in loudspeakers, or start the sound server")


def test_a_sound_server_that_stops_ends_it_with_a_line(
    heard: VirtualMicrophone, player: Player
) -> None:
    player.play(blocks(noise(20.0)), SR)
    wait_for(lambda: player.position)
    heard.suspend()
    wait_for(lambda: not player.playing)
    heard.resume()
    assert player.complaint == "pulse takes no sound"


def test_of_nothing_nothing_is_played(heard: VirtualMicrophone, player: Player) -> None:
    player.play(iter(()), SR)
    wait_for(lambda: not player.playing)
    assert player.complaint == ""


PLAYING = """
import sys, time, numpy as np
from livemel.engine.player import Player
p = Player('pulse')
p.play(iter([np.ones((48000, 1), 'f') / 9] * 60), 48000)
while sys.argv[1:] and not p.position: time.sleep(0.01)
print('playing', flush=True)
sys.stdin.readline()
"""


@contextmanager
def playing_program(*heard: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A program that plays until it is killed or reads a line, and its playback process.

    heard : anything, and the first of it has been heard
    """
    with subprocess.Popen(
        [sys.executable, "-c", PLAYING, *heard],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        try:
            assert program.stdout.readline() == "playing\n"
            wait_for(lambda: children(program.pid))
            [playback] = children(program.pid)
            yield program, playback
        finally:
            program.kill()


def test_the_playback_process_ends_with_its_parent(heard: VirtualMicrophone) -> None:
    with playing_program("heard") as (program, playback):
        program.kill()
        wait_for(lambda: is_gone(playback))


def test_the_playback_process_ends_with_its_parent_though_the_server_hangs(
    heard: VirtualMicrophone,
) -> None:
    heard.suspend()
    with playing_program() as (program, playback):
        program.kill()
        wait_for(lambda: is_gone(playback))


@pytest.mark.parametrize("hangs", ["server", "process"])
def test_nothing_that_hangs_outlives_a_program_that_ends(
    hangs: str, heard: VirtualMicrophone
) -> None:
    if hangs == "server":
        heard.suspend()
    with playing_program() as (program, playback):
        if hangs == "process":
            os.kill(playback, signal.SIGSTOP)
        program.communicate("\n", timeout=PATIENCE_S)
        assert program.returncode == 0
        wait_for(lambda: is_gone(playback))


def test_a_playback_process_that_takes_nothing_can_be_stopped(
    heard: VirtualMicrophone, player: Player
) -> None:
    before, stopped = children(os.getpid()), []

    def stopping() -> Iterator[Samples]:
        """Asked for once the device is open: more than the pipe holds."""
        [playback] = children(os.getpid()) - before
        os.kill(playback, signal.SIGSTOP)
        stopped.append(playback)
        yield from blocks(noise(1.0), SR)

    player.play(stopping(), SR)
    wait_for(lambda: stopped and waiting_for(stopped[0]))
    player.stop()
    wait_for(lambda: is_gone(stopped[0]))


def waiting_for(process: int) -> int:
    """Bytes that nobody has read from its stdin."""
    count = bytearray(4)
    with Path(f"/proc/{process}/fd/0").open("rb", buffering=0) as pipe:
        fcntl.ioctl(pipe, termios.FIONREAD, count)
    return int.from_bytes(count, sys.byteorder)


def test_the_playback_process_loads_no_numpy() -> None:
    check = "import sys, livemel.sources.playback; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
