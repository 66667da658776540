"""The recordings of one run: one after another, and what is said of them."""

import re
from pathlib import Path

import pytest
from livemel.engine import Engine, Recordings, clock
from livemel.engine.recordings import default_path
from livemel.errors import ParameterError
from livemel.soundfiles.writer import check_format

from tests.dsp.strategies import noise
from tests.engine.sources import PATIENCE_S, ArraySource
from tests.engine.test_engine import running


def record(engine: Engine, source: ArraySource, recordings: Recordings, path: Path, n: int) -> None:
    """One recording of the next n samples."""
    assert recordings.begin(engine, path) == ""
    source.deliver(noise(n))
    source.settle()
    recordings.end()
    assert recordings.wait(PATIENCE_S)
    assert recordings.look() == []


def test_recordings_follow_each_other_and_all_are_listed(tmp_path: Path) -> None:
    source, recordings = ArraySource(noise(1000)), Recordings()
    with running(source) as engine:
        source.settle()
        assert recordings.rows() is None
        for name, n in (("a.wav", 8_000), ("b.wav", 16_000)):
            record(engine, source, recordings, tmp_path / name, n)
            assert recordings.status is None
            assert recordings.note == f"recorded {clock(n / 16_000)} to {tmp_path / name}"
    a = {"file": str(tmp_path / "a.wav"), "seconds": 0.5, "samples": 8_000, "gaps": []}
    b = {"file": str(tmp_path / "b.wav"), "seconds": 1.0, "samples": 16_000, "gaps": []}
    assert recordings.rows() == {**b, "earlier": [a]}


def test_a_second_begin_changes_nothing(tmp_path: Path) -> None:
    source, recordings = ArraySource(noise(1000)), Recordings()
    with running(source) as engine:
        source.settle()
        assert recordings.begin(engine, tmp_path / "a.wav", all_of_it=True) == ""
        assert recordings.begin(engine, tmp_path / "b.wav") == ""
        recordings.end()
        assert recordings.wait(PATIENCE_S)
        recordings.look()
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_before_there_is_sound_there_is_nothing_to_record(tmp_path: Path) -> None:
    recordings = Recordings()
    with running(ArraySource(opens=False)) as engine:
        assert recordings.begin(engine, tmp_path / "a.wav") == "there is no sound to record yet"
    assert recordings.status is None


def test_a_recording_of_nothing_says_so(tmp_path: Path) -> None:
    source, recordings = ArraySource(noise(1000)), Recordings()
    with running(source) as engine:
        source.settle()
        record(engine, source, recordings, tmp_path / "a.wav", 0)
    assert recordings.note == "nothing came while recording"
    assert recordings.rows() is None


def test_what_a_format_cannot_hold_is_the_failure(tmp_path: Path) -> None:
    source, recordings = ArraySource(channels=9), Recordings()
    with running(source) as engine:
        source.settle()
        recordings.begin(engine, tmp_path / "a.flac")
        assert recordings.wait(PATIENCE_S)
        said = "FLAC holds 8 channels, this sound has 9: record a .wav"
        assert recordings.look() == [said]
    assert (recordings.failure, recordings.note) == (said, "")


def test_a_recording_is_named_after_its_day_and_time_in_the_persons_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_MUSIC_DIR", str(tmp_path))
    path = default_path()
    assert path.parent == tmp_path / "Recordings"
    assert re.fullmatch(r"livemel-\d{4}-\d\d-\d\d-\d{6}\.wav", path.name)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.99, "0:59"), (60, "1:00"), (3599, "59:59"), (3600, "1:00:00")],
)
def test_lengths_are_told_as_a_clock_does(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize("name", ["take", "take.aiff", ".wav/take"])
def test_an_ending_that_nothing_is_known_of_is_refused(name: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(name)):
        check_format(Path(name), None)
