"""The rig itself: what it plays arrives, what it unplugs vanishes, and it leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.rig import leftovers
from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone
from tests.rig.screen import VirtualScreen
from tests.rig.small_disk import SmallDisk

ROOT = Path(__file__).parents[2]
DEVICES = "import sounddevice as sd; print([d['name'] for d in sd.query_devices()])"
OPEN = "import sounddevice as sd; sd.RawInputStream(device='pulse', channels=1)"
SECOND = 48000


def start_recording(
    microphone: VirtualMicrophone, out: Path, seconds: float
) -> subprocess.Popen[str]:
    """Returns once samples are arriving."""
    recorder = subprocess.Popen(
        [sys.executable, "-m", "tests.rig.record", str(out), str(seconds)],
        env=microphone.env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert recorder.stdout is not None
    assert recorder.stdout.readline() == "recording\n"
    return recorder


def heard(recorder: subprocess.Popen[str], out: Path) -> np.ndarray:
    recorder.communicate(timeout=30)
    assert recorder.returncode == 0
    return np.fromfile(out, np.float32)


def from_first_sound(y: np.ndarray, n: int) -> np.ndarray:
    """n samples from the first one that is not silence."""
    start = int(np.flatnonzero(y)[0])
    return y[start : start + n]


def test_a_sawtooth_played_into_the_microphone_arrives_bit_for_bit_through_portaudio(
    microphone: VirtualMicrophone, tmp_path: Path
) -> None:
    # Every step differs from the last by one, so that no gap and no repetition goes unseen.
    saw = (np.arange(1, SECOND + 1) % 65536 - 32768).astype(np.int16)
    recorder = start_recording(microphone, tmp_path / "heard", 2.5)
    assert microphone.play(saw).wait(10) == 0
    y = from_first_sound(heard(recorder, tmp_path / "heard"), len(saw))
    np.testing.assert_array_equal(y, saw / np.float32(32768))


def test_float_sound_arrives_bit_for_bit_too(microphone: VirtualMicrophone, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, SECOND).astype(np.float32)
    recorder = start_recording(microphone, tmp_path / "heard", 2.5)
    assert microphone.play(noise).wait(10) == 0
    y = from_first_sound(heard(recorder, tmp_path / "heard"), len(noise))
    np.testing.assert_array_equal(y, noise)


def test_a_looped_sound_has_no_gap(microphone: VirtualMicrophone, tmp_path: Path) -> None:
    period = np.arange(1, 1001, dtype=np.int16)
    recorder = start_recording(microphone, tmp_path / "heard", 2)
    playback = microphone.play(period, loop=True)
    y = heard(recorder, tmp_path / "heard")
    playback.stop()
    y = from_first_sound(y, len(y))
    assert len(y) > SECOND
    np.testing.assert_array_equal(y * 32768, np.resize(period, len(y)))


def test_an_unplugged_microphone_vanishes_and_comes_back(microphone: VirtualMicrophone) -> None:
    microphone.unplug()
    assert microphone.pactl("list", "short", "sources") == ""
    # PortAudio still lists `pulse`, which ALSA's configuration names; opening it is what fails.
    opened = subprocess.run(
        [sys.executable, "-c", OPEN], env=microphone.env, capture_output=True, timeout=30
    )
    assert opened.returncode != 0
    microphone.plug()
    assert "mic.monitor" in microphone.pactl("list", "short", "sources")
    assert microphone.pactl("get-default-source").strip() == "mic.monitor"


def test_a_suspended_server_gives_no_answer_until_it_is_resumed(
    microphone: VirtualMicrophone,
) -> None:
    microphone.suspend()
    asking = subprocess.Popen(["pactl", "info"], env=microphone.env, stdout=subprocess.DEVNULL)
    with pytest.raises(subprocess.TimeoutExpired):
        asking.wait(0.3)
    microphone.resume()
    assert asking.wait(10) == 0


def test_a_killed_server_refuses_connections(microphone: VirtualMicrophone) -> None:
    microphone.kill()
    asked = subprocess.run(["pactl", "info"], env=microphone.env, capture_output=True, timeout=10)
    assert asked.returncode != 0


def test_the_environment_of_a_microphone_leads_to_no_other_sound_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULSE_SOURCE", "somebody-elses")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/0/bus")
    with VirtualMicrophone() as microphone:
        directory = str(microphone.home.parent)
        assert "PULSE_SOURCE" not in microphone.env
        assert "DBUS_SESSION_BUS_ADDRESS" not in microphone.env
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_SERVER"):
            assert directory in microphone.env[name]
    assert not Path(directory).exists()


def test_two_microphones_hear_different_things(tmp_path: Path) -> None:
    with VirtualMicrophone() as one, VirtualMicrophone() as other:
        recorders = [
            start_recording(microphone, tmp_path / name, 1)
            for name, microphone in (("one", one), ("other", other))
        ]
        one.play(np.full(SECOND, 1000, np.int16), loop=True)
        sounds = [heard(r, tmp_path / n) for r, n in zip(recorders, ("one", "other"), strict=True)]
    assert sounds[0].any()
    assert not sounds[1].any()


def test_portaudio_finds_the_ports_of_the_jack_server(jack: VirtualJack) -> None:
    listed = subprocess.run(
        [sys.executable, "-c", DEVICES], env=jack.env, capture_output=True, text=True, timeout=30
    )
    assert "'system'" in listed.stdout


def test_a_killed_jack_server_leaves_no_shared_memory() -> None:
    before = leftovers.shared_memory()
    with VirtualJack() as jack:
        jack.kill()
        mine = {name for name in leftovers.shared_memory() - before if jack.name in name}
        assert mine
        assert leftovers.unused(mine) == mine
    assert not leftovers.unused(leftovers.shared_memory() - before)


def test_what_another_jack_server_has_there_is_none_of_ours() -> None:
    name = f"jack_sem.{os.getuid()}_somebody-{os.getpid()}_system"
    path = leftovers.SHARED_MEMORY / name
    path.touch()
    try:
        assert name in leftovers.shared_memory()
        assert not leftovers.unused({name})
    finally:
        path.unlink()


def test_a_screenshot_has_the_size_of_the_screen(tmp_path: Path) -> None:
    with VirtualScreen("800x600") as small:
        picture = small.screenshot(tmp_path / "screen.png")
    with Image.open(picture) as image:
        assert image.size == (800, 600)


def test_a_window_manager_runs_on_the_screen(screen: VirtualScreen) -> None:
    assert "window id" in screen.root_property("_NET_SUPPORTING_WM_CHECK")


def test_the_screen_takes_nobody_to_wayland(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with VirtualScreen("320x240") as small:
        assert "WAYLAND_DISPLAY" not in small.env


def test_a_small_disk_is_full_in_each_way_there_is_here_and_gone_afterwards(
    tmp_path: Path,
) -> None:
    ways = list(SmallDisk.ways())
    assert not ways[-1].prefix  # for whom nothing else works
    for way in ways:
        write = f"with open({str(tmp_path / 'file')!r}, 'wb') as file: file.write(bytes(100_000))"
        done = way.run([sys.executable, "-c", write], tmp_path, 64)
        assert done.returncode == 1
        assert os.strerror(way.error) in done.stderr
        assert list(tmp_path.iterdir()) == ([] if way.prefix else [tmp_path / "file"])
