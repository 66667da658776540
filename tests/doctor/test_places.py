"""Folders that can be written to, or not."""

import pwd
from pathlib import Path

import pytest
from livemel.doctor.check import State
from livemel.doctor.places import check_places


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_MUSIC_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_folders_that_are_not_there_yet_are_looked_at_where_they_would_be(home: Path) -> None:
    checks = check_places()
    assert [check.state for check in checks] == [State.OK] * 4
    assert checks[0].found.startswith("~/.config/livemel/: ")
    assert list(home.iterdir()) == []


def test_without_a_home_it_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.chdir(home)
    settings, log, recordings, temporary = check_places()
    for check in (settings, log, recordings):
        assert (check.state, check.found) == (State.WRONG, "no home folder")
        assert check.advice.startswith("set HOME; else ")
    assert temporary.state is State.OK
    assert list(home.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_with_its_reason(home: Path) -> None:
    (home / ".config").write_text("a file in the folder's place")
    (home / "Music").symlink_to("/proc")
    settings, log, recordings, _ = check_places()
    assert settings.found == "~/.config/livemel/ cannot be written: Not a directory"
    assert log.state is State.OK
    assert recordings.state is State.WRONG
    assert recordings.advice == "make it writable; else R cannot record"
