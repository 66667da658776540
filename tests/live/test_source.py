"""livemel.open_source without a device: files, scenes and pipes; how loops go and end."""

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import livemel
import numpy as np
import pytest
import soundfile
import soxr
from livemel import ColumnBlock, Difference, ParameterError, SourceError
from livemel.channel import Channel, spelled
from livemel.dsp.frontend import FrontEnd
from livemel.sources.scenes import Scene

from tests.dsp.strategies import noise

PATIENCE_S = 20.0
FAST = FrontEnd(sr=16_000, n_fft=400, hop_length=160, n_mels=20)
FRONT_ENDS: dict[str, Any] = {
    "no name": None,
    "a name": "whisper-80",
    "a FrontEnd": FAST.replace(center=True, pad_mode="reflect"),
}


def living() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith("livemel")]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert not living()


@pytest.fixture
def clip(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """0.4 s and a bit at 16 kHz, as a file and as the samples in it."""
    y = noise(6500)
    soundfile.write(tmp_path / "clip.wav", y, 16_000, subtype="FLOAT")
    return tmp_path / "clip.wav", y


def joined(blocks: list[ColumnBlock]) -> np.ndarray:
    """All columns; numbers must follow each other from 0."""
    assert [block.first for block in blocks] == [
        sum(map(len, blocks[:i])) for i in range(len(blocks))
    ]
    return np.hstack([block.values for block in blocks])


# --- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FRONT_ENDS)
def test_all_columns_of_a_file_come_and_are_log_mels_bit_for_bit(
    kind: str, clip: tuple[Path, np.ndarray]
) -> None:
    path, y = clip
    wanted = FRONT_ENDS[kind]
    with livemel.open_source(path) as source:
        assert (source.name, source.sr, source.note) == ("clip.wav", 16_000, "")
        blocks = list(source.columns(wanted))
    fe = blocks[0].frontend
    assert fe == (
        wanted if isinstance(wanted, FrontEnd) else livemel.frontend(wanted or "live", sr=16_000)
    )
    np.testing.assert_array_equal(joined(blocks), livemel.log_mel(y, fe))
    assert all(block.values.flags.c_contiguous for block in blocks)
    assert not any(block.gap.any() or block.touches_gap.any() for block in blocks)


def test_another_rate_is_resampled_as_soxr_does_the_whole(clip: tuple[Path, np.ndarray]) -> None:
    path, y = clip
    fe = FAST.replace(sr=22_050)
    with livemel.open_source(str(path)) as source:
        columns = joined(list(source.columns(fe)))
    np.testing.assert_array_equal(
        columns, livemel.log_mel(soxr.resample(y, 16_000, 22_050, "HQ"), fe)
    )


def test_a_front_end_without_a_rate_of_its_own_takes_the_one_that_was_asked_for(
    clip: tuple[Path, np.ndarray],
) -> None:
    with livemel.open_source(clip[0], sr=22_050) as source:
        assert source.sr == 16_000
        assert {block.frontend for block in source.columns()} == {
            livemel.frontend("live", sr=22_050)
        }


@pytest.mark.parametrize("channel", [1, 2, None])
def test_one_channel_is_heard_or_the_mean_of_all(channel: int | None, tmp_path: Path) -> None:
    y = noise(4000).reshape(-1, 2)
    soundfile.write(tmp_path / "two.wav", y, 16_000, subtype="FLOAT")
    with livemel.open_source(tmp_path / "two.wav", channel=channel) as source:
        columns = joined(list(source.columns(FAST)))
    heard = y.mean(axis=1, dtype=np.float32) if channel is None else y[:, channel - 1].copy()
    np.testing.assert_array_equal(columns, livemel.log_mel(heard, FAST))


@pytest.mark.parametrize(
    ("lanes", "heard"),
    [
        ((1, "L-R", None), (1, Difference(), None)),
        ("mix,2", (None, 2)),
        ("all", (1, 2)),
        ([2], (2,)),
    ],
)
def test_lanes_come_in_blocks_of_three_axes(
    lanes: Any, heard: tuple[Channel, ...], tmp_path: Path
) -> None:
    y = noise(8000).reshape(-1, 2)
    y[2000:2010, 0] = 1
    soundfile.write(tmp_path / "two.wav", y, 16_000, subtype="FLOAT")
    with livemel.open_source(tmp_path / "two.wav", lanes=lanes) as source:
        blocks = list(source.columns(FAST))
    columns = np.concatenate([block.values for block in blocks], axis=2)
    clipped = np.concatenate([block.clipped for block in blocks], axis=1)
    assert {block.lanes for block in blocks} == {heard}
    assert columns.shape[2] == sum(map(len, blocks)) == (4000 - 400) // 160 + 1
    for lane, channel in enumerate(heard):
        alone = {"channel": spelled(channel)}
        with livemel.open_source(tmp_path / "two.wav", **alone) as source:
            np.testing.assert_array_equal(columns[lane], joined(list(source.columns(FAST))))
        assert clipped[lane].any() == (channel == 1)


def test_a_scene_is_the_same_each_time() -> None:
    with livemel.open_source("demo:birdsong") as source:
        columns = joined(list(source.columns(seconds=0.3)))
    fe = livemel.frontend()
    y = Scene("birdsong", sr=48_000).read(fe.n_fft + 29 * fe.hop_length)
    np.testing.assert_array_equal(columns, livemel.log_mel(y, fe))


def test_columns_know_their_place_in_time(clip: tuple[Path, np.ndarray]) -> None:
    with livemel.open_source(clip[0]) as source:
        blocks = list(source.columns(FAST))
    positions = np.concatenate([block.positions for block in blocks])
    np.testing.assert_array_equal(positions, 200 + 160 * np.arange(len(positions)))
    np.testing.assert_allclose(np.concatenate([b.times for b in blocks]), positions / 16_000)


def test_clipping_is_marked_on_the_columns_it_is_under(tmp_path: Path) -> None:
    y = np.zeros(4800, dtype=np.float32)
    y[2400:2410] = 1
    soundfile.write(tmp_path / "loud.wav", y, 16_000, subtype="FLOAT")
    with livemel.open_source(tmp_path / "loud.wav") as source:
        blocks = list(source.columns(FAST))
    clipped = np.concatenate([block.clipped for block in blocks])
    middles = np.concatenate([block.positions for block in blocks])
    assert 1 <= clipped.sum() <= 2
    assert np.abs(middles[clipped] - 2405).max() <= 80 + 5


def test_raw_sound_on_stdin_comes_to_its_last_column() -> None:
    y = noise(6500)
    script = (
        "import livemel, numpy, sys\n"
        "with livemel.open_source('-', sr=16_000, sample_format='f32le') as source:\n"
        "    blocks = [block.values for block in source.columns('speech')]\n"
        "sys.stdout.buffer.write(numpy.hstack(blocks).tobytes())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=y.tobytes(), stdout=subprocess.PIPE, check=True
    )
    wanted = livemel.log_mel(y, livemel.frontend("speech"))
    assert done.stdout == wanted.tobytes()


# --- how loops go ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "n"), [(0.2, 20), (0.204, 20), (0.001, 1)])
def test_seconds_are_exactly_that_many_columns(seconds: float, n: int) -> None:
    with livemel.open_source("demo") as source:
        assert sum(map(len, source.columns(seconds=seconds))) == n


def test_more_seconds_than_a_file_has_end_with_the_file(clip: tuple[Path, np.ndarray]) -> None:
    with livemel.open_source(clip[0]) as source:
        columns = joined(list(source.columns(FAST, seconds=100)))
    np.testing.assert_array_equal(columns, livemel.log_mel(clip[1], FAST))


def test_a_looping_file_goes_on_past_its_end(clip: tuple[Path, np.ndarray]) -> None:
    path, y = clip
    with livemel.open_source(path, loop=True) as source:
        columns = joined(list(source.columns(FAST, seconds=0.6)))
    np.testing.assert_array_equal(columns, livemel.log_mel(np.tile(y, 2), FAST)[:, :60])


def test_blocks_are_as_long_as_was_asked_but_for_the_last() -> None:
    with livemel.open_source("demo") as source:
        lengths = [len(block) for block in source.columns(seconds=0.5, every_s=0.2)]
    assert all(n >= 20 for n in lengths[:-1])
    assert sum(lengths) == 50


def test_a_slow_loop_within_the_history_misses_nothing(clip: tuple[Path, np.ndarray]) -> None:
    path, y = clip
    with livemel.open_source(path) as source:
        blocks = source.columns(FAST)
        some = [next(blocks)]
        wait_until_written(source, len(livemel.log_mel(y, FAST)[0]))
        columns = joined([*some, *blocks])
    np.testing.assert_array_equal(columns, livemel.log_mel(y, FAST))


def test_a_loop_that_falls_behind_the_history_is_told_what_it_lost() -> None:
    with livemel.open_source("demo", history_s=1) as source:
        blocks = source.columns()
        taken = len(next(blocks))
        wait_until_written(source, taken + 110)
        with pytest.raises(SourceError, match=rf"fell behind: columns {taken} to \d+ .* are gone"):
            next(blocks)
        assert next(source.columns()).first == 0  # and goes on with what comes now


def test_the_next_loop_goes_on_with_the_sound_that_comes_then() -> None:
    with livemel.open_source("demo") as source:
        assert sum(map(len, source.columns(FAST, seconds=0.1))) == 10
        blocks = list(source.columns("whisper-80", seconds=0.1))
        assert joined(blocks).shape == (80, 10)
        assert source.stats()["columns"] >= 20


def test_a_loop_whose_front_end_was_replaced_is_told() -> None:
    with livemel.open_source("demo") as source:
        first = source.columns(FAST)
        next(first)
        second = source.columns()
        with pytest.raises(ParameterError, match="called again"):
            list(first)
        assert len(next(second)) > 0


def test_a_file_that_has_ended_has_no_more_columns(clip: tuple[Path, np.ndarray]) -> None:
    with livemel.open_source(clip[0]) as source:
        assert list(source.columns(FAST))
        assert list(source.columns(FAST)) == []


def test_two_sources_are_heard_at_once(clip: tuple[Path, np.ndarray]) -> None:
    path, y = clip
    with livemel.open_source(path) as one, livemel.open_source("demo:chirp", sr=16_000) as other:
        pairs = list(zip(one.columns(FAST, 0.2), other.columns(FAST, 0.2), strict=False))
    for i, heard in enumerate((y, Scene("chirp", sr=16_000).read(16_000))):
        columns = joined([pair[i] for pair in pairs])
        assert columns.shape[1] > 0
        np.testing.assert_array_equal(columns, livemel.log_mel(heard, FAST)[:, : columns.shape[1]])


def wait_until_written(source: livemel.LiveSource, n: int) -> None:
    """Until the engine has computed so many columns, whoever takes them."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE_S / 0.01)):
        if source.stats()["columns"] >= n:
            return
        waiting.wait(0.01)
    pytest.fail(f"{source.stats()['columns']} of {n} columns")


# --- how sources end ------------------------------------------------------------------------------


def test_an_exception_in_the_loop_ends_everything() -> None:
    with pytest.raises(ZeroDivisionError), livemel.open_source("demo") as source:
        fail_in_the_midst(source)
    assert not living()


def fail_in_the_midst(source: livemel.LiveSource) -> None:
    for _ in source.columns():
        assert living()
        raise ZeroDivisionError


def test_the_report_of_a_source_that_ended_is_that_of_the_file(tmp_path: Path) -> None:
    y = np.stack([noise(20_000, 1), noise(20_000, 2)], axis=1)
    soundfile.write(tmp_path / "two.wav", y, 16_000, subtype="FLOAT")
    with livemel.open_source(tmp_path / "two.wav", diagnose=True) as source:
        assert source.report() == livemel.Report(16_000, 2)
        for block in source.columns(FAST):
            if block.first < 90:
                assert source.report().seconds < 1.25
        report = source.report()
    assert report == livemel.diagnose(y, 16_000) == source.report()
    assert (report.seconds, report.channels) == (1.25, 2)


def test_a_loop_that_is_left_has_a_report_of_what_was_heard() -> None:
    with livemel.open_source("demo:silence", sr=16_000, diagnose=True) as source:
        for _ in source.columns(FAST, seconds=0.7):
            pass
    assert 0.6 < source.report().seconds < 2.0
    assert source.report().verdict == "ok"  # so short, nothing can be told


def test_a_report_is_only_kept_where_it_was_asked_for() -> None:
    with (
        livemel.open_source("demo:silence", sr=16_000) as source,
        pytest.raises(livemel.ParameterError, match="diagnose=True"),
    ):
        source.report()


def test_a_source_can_be_closed_at_any_time_and_twice(clip: tuple[Path, np.ndarray]) -> None:
    source = livemel.open_source(clip[0])
    assert repr(source) == "<open LiveSource 'clip.wav', 16000 Hz>"
    assert source.stats() == {}
    source.close()
    source.close()
    assert repr(source) == "<closed LiveSource 'clip.wav', 16000 Hz>"
    with pytest.raises(SourceError, match=r"clip\.wav is closed"):
        source.columns()


def test_closing_ends_a_loop_that_waits() -> None:
    source = livemel.open_source("demo")
    blocks = source.columns(every_s=1000)
    closing = threading.Timer(0.1, source.close)
    closing.start()
    assert sum(map(len, blocks)) < 1000
    closing.join()


@pytest.mark.parametrize("begun", [False, True])
def test_a_source_that_is_forgotten_is_closed(begun: bool) -> None:
    source = livemel.open_source("demo")
    if begun:
        next(source.columns())
        assert living()
    del source
    gc.collect()
    assert not living()


def test_ctrl_c_ends_the_loop_and_the_script() -> None:
    script = (
        "import livemel\n"
        "try:\n"
        "    with livemel.open_source('demo') as source:\n"
        "        for block in source.columns(every_s=0.1):\n"
        "            print(block.first, flush=True)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', repr(source)[:7])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "0\n"
    process.send_signal(signal.SIGINT)
    said, complaints = process.communicate(timeout=PATIENCE_S)
    assert said.endswith("interrupted <closed\n")
    assert (process.returncode, complaints) == (0, "")


def test_a_script_that_never_closes_ends_without_a_word() -> None:
    script = (
        "import livemel\n"
        "source = livemel.open_source('demo')\n"
        "print(len(next(source.columns('whisper-80'))) > 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"name": "absent.wav"}, SourceError, "no such file"),
        ({"name": Path("demo")}, SourceError, "no such file: /.*demo"),
        ({"name": "demo:absent"}, SourceError, "unknown demo 'absent': there are .*birdsong"),
        ({"name": "demo", "channel": 2}, SourceError, "channel 2 is out of range"),
        ({"name": "demo", "channel": 0}, ParameterError, "channel=0 is not between"),
        ({"name": "demo", "channel": "L-R"}, SourceError, "channel 2 is out of range"),
        ({"name": "demo", "channel": "side"}, ParameterError, "channel='side' is not a number"),
        ({"name": "demo", "channel": 1, "lanes": "1"}, ParameterError, "which of them"),
        ({"name": "demo", "lanes": (1, "1")}, ParameterError, "channel=1 is there twice"),
        ({"name": "demo", "sr": 999}, ParameterError, "sr=999 Hz is not between"),
        ({"name": "demo", "sr": "48k"}, ParameterError, "sr='48k' is not a whole number"),
        ({"name": "demo", "history_s": 0}, ParameterError, "history_s=0 is not between"),
        ({"name": "demo", "loop": "yes"}, ParameterError, "loop='yes' is not True or False"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(
    arguments: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        livemel.open_source(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"frontend": "whispr-80"}, "unknown front-end 'whispr-80': did you mean whisper-80"),
        ({"frontend": 80}, "frontend=80 is neither a FrontEnd nor the name of one"),
        ({"seconds": 0}, "seconds=0 must be more than 0 s"),
        ({"seconds": float("nan")}, "seconds=nan must be more than 0 s"),
        ({"every_s": -1}, "every_s=-1 must be 0 s or more"),
        ({"patience_s": "long"}, "patience_s='long' is not a number"),
        ({"frontend": FAST.replace(hop_length=1, n_fft=8192, n_mels=8192)}, "more than 4 GiB"),
    ],
)
def test_an_impossible_loop_is_refused_when_it_is_asked_for(
    arguments: dict[str, Any], words: str
) -> None:
    with (
        livemel.open_source("demo") as source,
        pytest.raises(ParameterError, match=words) as caught,
    ):
        source.columns(**arguments)
    assert "\n" not in str(caught.value)


def test_an_impossible_second_loop_leaves_the_source_as_it_was() -> None:
    with livemel.open_source("demo") as source:
        next(source.columns(FAST))
        with pytest.raises(ParameterError, match="more than 4 GiB"):
            source.columns(FAST.replace(hop_length=1, n_fft=8192, n_mels=8192))
        assert len(next(source.columns(FAST))) > 0


def test_a_file_that_breaks_off_is_an_error_after_all_that_it_held(tmp_path: Path) -> None:
    path = tmp_path / "half.flac"
    soundfile.write(path, noise(20_000), 16_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    taken: list[ColumnBlock] = []
    with livemel.open_source(path) as source:
        blocks = source.columns(FAST)
        with pytest.raises(SourceError, match=r"half\.flac breaks off"):
            taken.extend(blocks)
    assert joined(taken).shape[1] > 0


def test_the_python_api_loads_neither_qt_nor_portaudio_nor_librosa() -> None:
    heavy = ("PySide6", "pyqtgraph", "sounddevice", "librosa", "soundfile", "scipy.signal")
    script = (
        "import sys, livemel; livemel.open_source, livemel.RollingInput\n"
        f"sys.exit(repr([name for name in {heavy} if name in sys.modules] or ''))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "''"
