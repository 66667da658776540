"""The recorder: no sample is missing whatever disk, device and window do."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.buffers.history import SampleHistory
from livemel.buffers.writer import GapCause
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.recorder import Recorder
from livemel.soundfiles.writer import SoundWriter, open_writer
from livemel.sources.base import SourceFormat
from livemel.sources.microphone import Microphone
from numpy.typing import NDArray

from tests.dsp.strategies import noise
from tests.engine.sources import PATIENCE_S
from tests.rig.microphone import VirtualMicrophone
from tests.rig.sawtooth import SAWTOOTH, assert_sawtooth
from tests.rig.small_disk import RECORDERS_WORDS, SmallDisk
from tests.waiting import wait_for

SR = 8_000
FORM = SourceFormat(SR, 2, "The array", 2)


def read(path: Path) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = soundfile.read(
        os.fsencode(path), dtype="float32", always_2d=True
    )[0]
    return samples


def stereo(n: int, seed: int = 0) -> NDArray[np.float32]:
    return noise(2 * n, seed).reshape(n, 2)


def end(recorder: Recorder) -> None:
    recorder.stop()
    assert recorder.ended.wait(PATIENCE_S)
    wait_for(lambda: not [t for t in threading.enumerate() if t.name == "livemel-recorder"])


class StallingWriter:
    """A file on a disk that stalls: each write waits until it is let through."""

    def __init__(self, file: SoundWriter, goes_on: threading.Event) -> None:
        self._file, self._goes_on = file, goes_on
        self.bytes_per_s = file.bytes_per_s
        self.stalled = threading.Event()

    @property
    def samples(self) -> int:
        return self._file.samples

    def write(self, samples: NDArray[np.float32]) -> None:
        self.stalled.set()
        assert self._goes_on.wait(PATIENCE_S)
        self._file.write(samples)

    def checkpoint(self, *, on_disk: bool = False) -> None:
        self._file.checkpoint(on_disk=on_disk)

    def close(self) -> None:
        self._file.close()


# --- what is in the file --------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_recording_holds_what_came_between_its_start_and_its_stop(
    suffix: str, tmp_path: Path
) -> None:
    y = (np.random.default_rng(0).integers(-9999, 9999, (50_000, 2)) / 32768).astype(np.float32)
    history = SampleHistory(2, 100_000)
    history.append(y[:7_000])
    recorder = Recorder(tmp_path / f"take{suffix}")
    recorder.start(history, FORM)
    for part in np.array_split(y[7_000:40_000], 11):
        history.append(part)
    recorder.stop()
    history.append(y[40_000:])
    end(recorder)
    np.testing.assert_array_equal(read(tmp_path / f"take{suffix}"), y[7_000:40_000])
    (file,) = recorder.files
    assert file.row() == {
        "file": str(tmp_path / f"take{suffix}"),
        "seconds": 33_000 / SR,
        "samples": 33_000,
        "gaps": [],
    }
    assert not file.notes_path.exists()
    assert (recorder.failed, list(recorder.messages)) == (False, [])
    assert recorder.status.seconds == pytest.approx(33_000 / SR)
    assert recorder.status.left_s is not None
    assert recorder.status.left_s > 0


def test_it_may_begin_with_what_is_past_already(tmp_path: Path) -> None:
    history, y = SampleHistory(2, 100_000), stereo(20_000)
    history.append(y)
    recorder = Recorder(tmp_path / "take.wav")
    recorder.start(history, FORM, first=5_000)
    end(recorder)
    np.testing.assert_array_equal(read(tmp_path / "take.wav"), y[5_000:])


def test_missing_sound_is_zeros_as_long_as_it_was_and_is_noted_beside_the_file(
    tmp_path: Path,
) -> None:
    history, y = SampleHistory(2, 1_000_000), stereo(40_000)
    recorder = Recorder(tmp_path / "take.wav")
    history.append_gap(999, GapCause.STALL)  # before it began: none of its business
    recorder.start(history, FORM)
    history.append(y[:16_000])
    history.append_gap(4_000, GapCause.OVERFLOW)
    history.append(y[16_000:])
    history.append_gap(24_000, GapCause.DISCONNECTED)
    end(recorder)
    zeros = np.zeros((24_000, 2), np.float32)
    whole = np.concatenate([y[:16_000], zeros[:4_000], y[16_000:], zeros])
    np.testing.assert_array_equal(read(tmp_path / "take.wav"), whole)
    gaps = [
        {"start_s": 2.0, "length_s": 0.5, "cause": "overflow"},
        {"start_s": 5.5, "length_s": 3.0, "cause": "device lost"},
    ]
    assert recorder.files[0].row()["gaps"] == gaps
    notes = json.loads((tmp_path / "take.wav.json").read_text())
    assert notes == {
        "file": "take.wav",
        "sr": SR,
        "channels": 2,
        "sources": [{"start_s": 0.0, "name": "The array"}],
        "gaps": gaps,
    }


def test_a_gap_longer_than_the_history_is_as_long_in_the_file(tmp_path: Path) -> None:
    history = SampleHistory(2, 40_000)
    recorder = Recorder(tmp_path / "take.wav")
    recorder.start(history, FORM)
    history.append(stereo(10))
    wait_for(lambda: recorder.status.seconds > 0)
    history.append_gap(500_000, GapCause.STALL)
    history.append(stereo(10))
    end(recorder)
    assert len(read(tmp_path / "take.wav")) == 500_020
    assert recorder.files[0].gaps == [[10, 500_000, "stall"]]


# --- the disk -------------------------------------------------------------------------------------


def test_a_disk_that_stalls_costs_nothing_while_the_history_lasts(tmp_path: Path) -> None:
    goes_on = threading.Event()
    files: list[StallingWriter] = []

    def open_file(path: Path, sr: int, channels: int, bits: int | None) -> SoundWriter:
        files.append(StallingWriter(open_writer(path, sr, channels, bits), goes_on))
        return files[0]

    history, y = SampleHistory(2, 30 * SR), stereo(30 * SR)
    recorder = Recorder(tmp_path / "take.wav", open_file=open_file)
    recorder.start(history, FORM)
    history.append(y[:100])
    wait_for(lambda: files and files[0].stalled.is_set())
    history.append(y[100:])
    recorder.stop()  # returns, though the disk stands
    assert not recorder.ended.is_set()
    goes_on.set()
    end(recorder)
    np.testing.assert_array_equal(read(tmp_path / "take.wav"), y)
    assert recorder.files[0].gaps == []


def test_a_disk_that_stalls_for_longer_leaves_a_gap_of_the_true_length(tmp_path: Path) -> None:
    goes_on = threading.Event()
    files: list[StallingWriter] = []

    def open_file(path: Path, sr: int, channels: int, bits: int | None) -> SoundWriter:
        files.append(StallingWriter(open_writer(path, sr, channels, bits), goes_on))
        return files[0]

    history, y = SampleHistory(2, 100_000), stereo(400_000)
    recorder = Recorder(tmp_path / "take.wav", open_file=open_file)
    recorder.start(history, FORM)
    history.append(y[:100])
    wait_for(lambda: files and files[0].stalled.is_set())
    history.append(y[100:])
    history.append_gap(50, GapCause.OVERFLOW)
    goes_on.set()
    end(recorder)
    heard, oldest = read(tmp_path / "take.wav"), history.oldest
    assert len(heard) == 400_050
    np.testing.assert_array_equal(heard[:100], y[:100])
    assert not heard[100:oldest].any()
    np.testing.assert_array_equal(heard[oldest:400_000], y[oldest:])
    assert recorder.files[0].gaps == [
        [100, oldest - 100, "slow disk"],
        [400_000, 50, "overflow"],
    ]


FILL = """
import sys, numpy as np
from pathlib import Path
from livemel.buffers.history import SampleHistory
from livemel.engine.recorder import Recorder
from livemel.sources.base import SourceFormat
disk, copy = map(Path, sys.argv[1:])
history = SampleHistory(2, 10**6)
y = (0.2 * np.random.default_rng(0).standard_normal((200_000, 2))).astype("f")
recorder = Recorder(disk / "take.wav")
recorder.start(history, SourceFormat(48_000, 2, "noise", 2))
for part in np.array_split(y, 100):
    history.append(part)
assert recorder.ended.wait(20)
print(recorder.failed, *recorder.messages, sep="\\n")
copy.write_bytes((disk / "take.wav").read_bytes())
another = Recorder(disk / "another.wav")
another.start(history, SourceFormat(48_000, 2, "noise", 2), 0)
assert another.ended.wait(20)
print(*another.messages, sep="\\n")
print(*sorted(path.name for path in disk.iterdir()))
"""


def test_a_full_disk_ends_the_recording_with_one_message_and_a_whole_file(
    small_disk: SmallDisk, tmp_path: Path
) -> None:
    disk, copy = tmp_path / "disk", tmp_path / "copy.wav"
    disk.mkdir()
    done = small_disk.run([sys.executable, "-c", FILL, str(disk), str(copy)], disk, 400)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    ended = f"{RECORDERS_WORDS[small_disk.error]}: the recording ended after 0:01 in {disk}"
    assert lines[:2] == ["True", f"{ended}/take.wav"]
    if small_disk.error == errno.ENOSPC:
        assert lines[2:] == [f"cannot record to {disk}: the disk is full", "take.wav"]
    else:  # each file may become as large
        assert lines[2:] == [f"{ended}/another.wav", "another.wav take.wav"]
    y = (0.2 * np.random.default_rng(0).standard_normal((200_000, 2))).astype(np.float32)
    heard = read(copy)
    assert len(heard) > 50_000
    np.testing.assert_array_equal(heard, y[: len(heard)])


def test_a_folder_that_cannot_be_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    recorder = Recorder(tmp_path / "folder" / "take.wav")
    recorder.start(SampleHistory(2, 1000), FORM)
    assert recorder.ended.wait(PATIENCE_S)
    assert list(recorder.messages) == [f"cannot record to {tmp_path}/folder: File exists"]
    assert (recorder.failed, recorder.files) == (True, [])


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    history = SampleHistory(2, 1000)
    recorder = Recorder(tmp_path / "Music" / "Recordings" / "take.wav")
    recorder.start(history, FORM)
    history.append(stereo(500))
    end(recorder)
    assert len(read(recorder.files[0].path)) == 500


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "take.wav").write_bytes(b"precious")
    history = SampleHistory(2, 1000)
    recorder = Recorder(tmp_path / "take.wav")
    recorder.start(history, FORM)
    history.append(stereo(500))
    end(recorder)
    assert (tmp_path / "take.wav").read_bytes() == b"precious"
    assert [file.path.name for file in recorder.files] == ["take-2.wav"]


def test_a_recording_of_nothing_leaves_no_file(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "take.wav")
    recorder.start(SampleHistory(2, 1000), FORM)
    end(recorder)
    assert (recorder.files, list(tmp_path.iterdir())) == ([], [])


# --- other sources --------------------------------------------------------------------------------


def test_another_source_of_the_same_kind_goes_on_in_the_same_file(tmp_path: Path) -> None:
    first, second = SampleHistory(2, 100_000), SampleHistory(2, 100_000)
    a, b = stereo(20_000, 1), stereo(30_000, 2)
    recorder = Recorder(tmp_path / "take.wav")
    recorder.start(first, FORM)
    first.append(a)
    second.append(b[:10_000])
    recorder.follow(second, SourceFormat(SR, 2, "Another", 8))
    first.append(a)  # nobody listens to it any more
    second.append(b[10_000:])
    second.append_gap(800, GapCause.OVERFLOW)
    end(recorder)
    zeros = np.zeros((800, 2), np.float32)
    np.testing.assert_array_equal(read(tmp_path / "take.wav"), np.concatenate([a, b, zeros]))
    notes = json.loads((tmp_path / "take.wav.json").read_text())
    assert notes["sources"] == [
        {"start_s": 0.0, "name": "The array"},
        {"start_s": 2.5, "name": "Another"},
    ]
    assert notes["gaps"] == [{"start_s": 6.25, "length_s": 0.1, "cause": "overflow"}]
    assert not recorder.messages


def test_another_device_in_the_same_stream_is_noted_where_it_began(tmp_path: Path) -> None:
    history, y = SampleHistory(2, 100_000), stereo(24_000)
    recorder = Recorder(tmp_path / "take.wav")
    history.append(y[:4_000])  # before the recording
    recorder.start(history, FORM)
    history.append(y[4_000:12_000])
    recorder.follow(history, SourceFormat(SR, 2, "Headset", 8))
    history.append_gap(1_600, GapCause.DISCONNECTED)
    history.append(y[12_000:])
    end(recorder)
    zeros = np.zeros((1_600, 2), np.float32)
    expected = np.concatenate([y[4_000:12_000], zeros, y[12_000:]])
    np.testing.assert_array_equal(read(tmp_path / "take.wav"), expected)
    notes = json.loads((tmp_path / "take.wav.json").read_text())
    assert notes["sources"] == [
        {"start_s": 0.0, "name": "The array"},
        {"start_s": 1.0, "name": "Headset"},
    ]
    assert notes["gaps"] == [{"start_s": 1.0, "length_s": 0.2, "cause": "device lost"}]


def test_a_source_of_another_rate_or_other_channels_goes_on_in_a_second_file(
    tmp_path: Path,
) -> None:
    takes = [(SR, 2, "The array"), (44_100, 2, "Interface"), (44_100, 1, "Headset")]
    sounds = [stereo(20_000), stereo(30_000), stereo(10_000)[:, :1]]
    recorder = Recorder(tmp_path / "take.flac")
    for (sr, channels, name), y in zip(takes, sounds, strict=True):
        history = SampleHistory(channels, 100_000)
        (recorder.follow if recorder.status.seconds else recorder.start)(
            history, SourceFormat(sr, channels, name, channels)
        )
        history.append(y)
        wait_for(
            lambda: recorder.status.seconds > sum(f.samples / f.sr for f in recorder.files[:-1])
        )
    end(recorder)
    assert [file.path.name for file in recorder.files] == [
        "take.flac",
        "take-2.flac",
        "take-3.flac",
    ]
    for (sr, channels, _), y, file in zip(takes, sounds, recorder.files, strict=True):
        assert (file.sr, file.channels, file.samples) == (sr, channels, len(y))
        np.testing.assert_allclose(read(file.path), y, atol=2**-23)
    assert list(recorder.messages) == [
        "Interface has 44100 Hz and 2 channels: the recording goes on in take-2.flac",
        "Headset has 44100 Hz and 1 channel: the recording goes on in take-3.flac",
    ]


def test_what_happens_after_the_stop_is_not_recorded(tmp_path: Path) -> None:
    history, y = SampleHistory(2, 100_000), stereo(1_000)
    recorder = Recorder(tmp_path / "take.wav")
    recorder.start(history, FORM)
    history.append(y)
    recorder.stop()
    recorder.stop()
    recorder.follow(SampleHistory(2, 10), FORM)
    history.append(y)
    end(recorder)
    np.testing.assert_array_equal(read(tmp_path / "take.wav"), y)


# --- the real thing -------------------------------------------------------------------------------


@contextmanager
def listening() -> Iterator[Engine]:
    """An engine on the virtual microphone."""
    source = Microphone("pulse", 1, None)
    engine = Engine(source, lambda sr: frontend("live", sr=sr))
    source.start()
    engine.start()
    try:
        wait_for(lambda: engine.feed is not None)
        yield engine
    finally:
        engine.stop()


def recorded(engine: Engine) -> tuple[SampleHistory, SourceFormat]:
    assert engine.history is not None
    assert engine.feed is not None
    return engine.history, engine.feed.format


def test_no_sample_of_a_recorded_sawtooth_is_missing(
    heard: VirtualMicrophone, tmp_path: Path
) -> None:
    """Through a sound server, while the interpreter stands still for three seconds."""
    played = tmp_path / "played.wav"  # by a process that needs nothing of this one meanwhile
    soundfile.write(played, np.tile(SAWTOOTH, 9), 48_000, subtype="PCM_16")
    with listening() as engine:
        heard.play(played)
        recorders = [Recorder(tmp_path / f"take{suffix}") for suffix in (".wav", ".flac")]
        for recorder in recorders:
            recorder.start(*recorded(engine))
        wait_for(lambda: all(recorder.status.seconds > 1 for recorder in recorders))
        hold_the_interpreter(3.0)
        wait_for(lambda: all(recorder.status.seconds > 5 for recorder in recorders), 30)
        for recorder in recorders:
            recorder.stop()
        for recorder in recorders:
            end(recorder)
        assert engine.stats()["samples_lost"] == 0
    for recorder in recorders:
        (file,) = recorder.files
        sound = read(file.path)
        assert len(sound) > 4.5 * 48_000
        assert_sawtooth(sound[:, 0])
        assert file.gaps == []


def hold_the_interpreter(seconds: float) -> None:
    """No other thread of this process runs meanwhile: a call that keeps the interpreter's lock."""
    import ctypes

    ctypes.PyDLL(None).usleep(round(seconds * 1e6))


KILLED = """
import sys, time
from pathlib import Path
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.recorder import Recorder
from livemel.sources.microphone import Microphone
source = Microphone("pulse", 1, None)
engine = Engine(source, lambda sr: frontend("live", sr=sr))
source.start(); engine.start()
while engine.feed is None:
    time.sleep(0.01)
recorder = Recorder(Path(sys.argv[1]))
recorder.start(engine.history, engine.feed.format)
first = engine.history.written
while True:
    print((engine.history.written - first) / 48_000, flush=True)
    time.sleep(0.01)
"""


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_kill_minus_9_loses_less_than_a_second(
    suffix: str, heard: VirtualMicrophone, tmp_path: Path
) -> None:
    path = tmp_path / f"take{suffix}"
    heard.play(SAWTOOTH, loop=True)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    came_s = 0.0
    with process.stdout as said:
        while came_s < 1.5:
            came_s = float(said.readline())
        process.kill()
        process.wait()
    sound = read(path)
    assert came_s - 1 < len(sound) / 48_000 <= came_s + 1
    assert_sawtooth(sound[:, 0])


def test_a_device_that_goes_and_comes_is_a_noted_gap_and_time_stays_true(
    heard: VirtualMicrophone, tmp_path: Path
) -> None:
    with listening() as engine:
        recorder = Recorder(tmp_path / "take.wav")
        recorder.start(*recorded(engine))
        wait_for(lambda: recorder.status.seconds > 0.5)
        began = time.monotonic() - recorder.status.seconds
        heard.suspend()
        stopped = time.monotonic()
        wait_for(lambda: time.monotonic() > stopped + 1.2)
        heard.resume()
        seconds = recorder.status.seconds
        wait_for(lambda: recorder.status.seconds > seconds + 0.5)
        elapsed_s = time.monotonic() - began
        end(recorder)
        stats = engine.stats()
    (file,) = recorder.files
    assert file.samples / file.sr == pytest.approx(elapsed_s, abs=0.5)
    assert [gap["length_s"] for gap in file.row()["gaps"]] == [
        gap["length_s"] for gap in stats["gaps"]
    ]
