"""Files on the command line: one plays, several are tabs; mistakes are one line."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.cli import main, parse_run
from livemel.cli.run import _open_source
from livemel.config import MOST_FILES
from livemel.errors import ParameterError, SourceError
from livemel.settings import Settings
from livemel.sources.opening import SourceRequest, open_source


def test_one_file_plays_as_a_source_does() -> None:
    assert parse_run(["a.wav"]).source == parse_run(["--source", "a.wav"]).source
    assert parse_run(["a.wav"]).files == ()
    assert not parse_run(["a.wav"]).source.at_once


def test_several_are_tabs_and_there_at_once() -> None:
    config = parse_run(["a.wav", "b.wav", "c.wav"])
    assert config.source == SourceRequest(name="a.wav", at_once=True)
    assert config.files == (Path("b.wav"), Path("c.wav"))
    assert not config.side_by_side
    assert parse_run(["a.wav", "b.wav", "--ab"]).side_by_side


def test_a_file_goes_before_a_remembered_source() -> None:
    settings = Settings(source=SourceRequest(device="USB"), remember_files=True)
    config = parse_run(["a.wav"], settings)
    assert config.source == SourceRequest(name="a.wav")
    assert config.remember_files


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("a.wav", "--source", "mic"), "--source=mic and a.wav: which of them?"),
        (("a.wav", "--ab"), "--ab compares two files: name both"),
        (("--ab",), "--ab compares two files: name both"),
        (("a.wav", "b.wav", "--record", "x.wav"), "--record is for one source, not for several"),
        (("a.wav", "b.wav", "--loop"), "--loop is for one source, not for several files"),
        (("a.wav", "b.wav", "--channel", "1"), "--channel is for one source, not for several"),
        (("a.wav",) * (MOST_FILES + 1), "9 files are more than 8"),
        (("mic", "a.wav"), "mic is no file: --source mic opens it"),
        (("demo:birdsong",), "demo:birdsong is no file: --source demo:birdsong opens it"),
    ],
)
def test_what_does_not_go_together_is_one_line(arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_run(arguments)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("nowhere.wav", "a.wav"), "livemel: no such file: nowhere.wav\n"),
        (("a.wav", "nowhere.wav"), "livemel: no such file: nowhere.wav\n"),
        (("nowhere.wav",), "livemel: no such file: nowhere.wav\n"),
        (("a.wav", "b.wav", "--fmin", "9000"), "fmin"),
    ],
)
def test_a_file_that_does_not_open_ends_it_with_one_line(
    names: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.wav", "b.wav"):
        soundfile.write(name, np.zeros(16_000), 16_000)
    assert main([*names, "--seconds", "1"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_a_file_that_cannot_be_heard_as_well_is_closed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(16_000), 16_000)
    config = parse_run([str(path), "--play"])
    open_source(config.source).stop()  # the nursery is there
    before = set(Path("/proc/self/fd").iterdir())

    def refuse(*_: object) -> None:
        raise SourceError("once more: no such file")

    monkeypatch.setattr("livemel.engine.aloud.play_aloud", refuse)
    with pytest.raises(SourceError, match="once more"):
        _open_source(config)
    assert set(Path("/proc/self/fd").iterdir()) == before
