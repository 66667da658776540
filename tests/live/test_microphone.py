"""livemel.open_source on a microphone: PortAudio, a sound server, and nothing left behind."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import livemel
import numpy as np
import pytest
from livemel import ColumnBlock
from livemel.errors import NoDeviceError, SourceError

from tests.rig import leftovers
from tests.rig.microphone import VirtualMicrophone
from tests.waiting import is_gone, wait_for

TONE = (8000 * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)).astype(np.int16)


def capture_processes() -> dict[int, str]:
    running = leftovers.marked_processes(os.environ[leftovers.MARK])
    return {pid: command for pid, command in running.items() if "livemel" in command}


def test_a_tone_is_heard_in_its_band(heard: VirtualMicrophone) -> None:
    heard.play(TONE, loop=True)
    fe = livemel.frontend("live").replace(mel_scale="linear", norm=None, n_mels=240)
    tone = round(1000 / 24_000 * 241) - 1  # filters of 100 Hz, the first one's middle at 99.6
    with livemel.open_source() as source:
        assert source.sr == 48_000
        for block in source.columns(fe, seconds=20):
            loud = block.values.max(axis=0) > 0
            if loud.any():
                break
        assert set(block.values.argmax(axis=0)[loud]) == {tone}
        assert source.stats()["samples_lost"] == 0


def test_it_hears_from_when_it_is_asked_for_columns(heard: VirtualMicrophone) -> None:
    """What came between opening and the first loop is over."""
    with livemel.open_source(device="pulse") as source:
        ring = source._source.ring
        waiting = threading.Event()
        while ring.written < 24_000:
            waiting.wait(0.01)
        next(source.columns())
        assert source.stats()["samples"] < ring.written - 20_000


def test_a_rate_and_a_front_end_of_another_rate_are_taken(heard: VirtualMicrophone) -> None:
    with livemel.open_source("mic", device="pulse", sr=44_100) as source:
        assert source.sr == 44_100
        assert sum(map(len, source.columns("whisper-80", seconds=0.2))) == 20


def test_two_front_ends_hear_one_device_through_two_sources(heard: VirtualMicrophone) -> None:
    with livemel.open_source() as one, livemel.open_source() as other:
        assert sum(map(len, one.columns("live", seconds=0.2))) == 20
        assert sum(map(len, other.columns("ast", seconds=0.2))) == 20


def test_an_exception_in_the_loop_leaves_no_process_thread_or_memory(
    heard: VirtualMicrophone,
) -> None:
    before = leftovers.shared_memory()
    files = set(Path("/proc/self/fd").iterdir())
    with pytest.raises(ZeroDivisionError), livemel.open_source() as source:
        fail_in_the_midst(source)
    assert not capture_processes()
    assert not leftovers.unused(leftovers.shared_memory() - before)
    # The thread that hears the process's last words ends with them, and closes the last file.
    wait_for(lambda: not [t for t in threading.enumerate() if t.name.startswith("livemel")])
    wait_for(lambda: len(set(Path("/proc/self/fd").iterdir())) <= len(files))


def fail_in_the_midst(source: livemel.LiveSource) -> None:
    for _ in source.columns():
        assert len(capture_processes()) == 1
        raise ZeroDivisionError


def test_a_device_that_is_gone_is_an_error_once_patience_ends(heard: VirtualMicrophone) -> None:
    with livemel.open_source(device="pulse") as source:
        blocks = source.columns(patience_s=0.5)
        next(blocks)
        heard.unplug()
        with pytest.raises(SourceError, match=r"pulse .*: no sound for 0\.5 s"):
            list(blocks)


def test_the_time_that_a_device_was_gone_is_there_and_marked(heard: VirtualMicrophone) -> None:
    with livemel.open_source(device="pulse") as source:
        blocks = source.columns(seconds=30, patience_s=None)
        next(blocks)
        (capturing,) = capture_processes()
        os.kill(capturing, signal.SIGKILL)
        times = np.concatenate([b.times[b.gap] for b in until_it_is_back(blocks)])
        gap = source.stats()["gaps"][0]
    assert gap["cause"] == "device lost"
    assert abs(times[0] - gap["start_s"]) < 0.02
    assert abs(times[-1] - gap["start_s"] - gap["length_s"]) < 0.02


def until_it_is_back(blocks: Iterator[ColumnBlock]) -> Iterator[ColumnBlock]:
    """The blocks of a gap, and that which ends it."""
    for block in blocks:
        if block.gap.any():
            yield block
            if not block.gap[-1]:
                return


def test_a_device_that_was_gone_before_is_heard_from_its_return_on(
    heard: VirtualMicrophone,
) -> None:
    with livemel.open_source() as source:
        (capturing,) = capture_processes()
        wait_for(lambda: source._source.ring.written)
        heard.unplug()
        wait_for(lambda: is_gone(capturing))
        heard.plug()
        blocks = list(source.columns(seconds=0.5, patience_s=None))
        assert not any(block.gap.any() for block in blocks)
        assert sum(map(len, blocks)) == 50
        assert source.stats()["gaps"] == []


def test_another_loop_has_no_part_of_a_gap_that_began_before_it(heard: VirtualMicrophone) -> None:
    with livemel.open_source(device="pulse") as source:
        next(source.columns())
        (capturing,) = capture_processes()
        os.kill(capturing, signal.SIGKILL)
        engine = source._engine
        assert engine is not None
        wait_for(lambda: engine.status.state.is_silent)
        blocks = list(source.columns(seconds=0.5, patience_s=None))
        assert not any(block.gap.any() for block in blocks)
        assert [gap["cause"] for gap in source.stats()["gaps"]] == ["device lost"]


def test_an_unknown_device_is_told_with_those_there_are(heard: VirtualMicrophone) -> None:
    with pytest.raises(SourceError, match=r"unknown device 'nope': there are .*'pulse'"):
        livemel.open_source(device="nope")
    with pytest.raises(SourceError, match="unknown device '999'"):
        livemel.open_source(device=999)
    assert not capture_processes()


def test_without_portaudio_it_is_said_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What sounddevice does on import where the library is missing.
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(NoDeviceError, match="PortAudio is not installed: apt install"):
        livemel.open_source()
