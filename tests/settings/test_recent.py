"""Recent files: the session's own, unless a person wants their names on the disk."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.settings.recent import MOST, RecentFiles, load, save

NAMES = st.lists(st.text(min_size=1, max_size=300).map(lambda text: f"/{text}"), max_size=14)


def test_the_newest_is_first_and_none_is_there_twice() -> None:
    recent = RecentFiles(None)
    for name in ("/a.wav", "/b.wav", "/a.wav"):
        recent.add(Path(name))
    assert recent.names == ("/a.wav", "/b.wav")


def test_there_are_ten_at_most() -> None:
    recent = RecentFiles(None)
    for number in range(12):
        recent.add(Path(f"/{number}.wav"))
    assert recent.names == tuple(f"/{number}.wav" for number in range(11, 1, -1))
    assert len(recent.names) == MOST


def test_nothing_is_written_unless_it_is_wanted(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path)
    recent.add(Path("/a.wav"))
    recent.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_remembered_is_there_the_next_time(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path)
    recent.add(Path("/a.wav"))
    recent.remember(True)
    recent.add(Path("/b.wav"))
    recent.close()
    assert RecentFiles(tmp_path, remembers=True).names == ("/b.wav", "/a.wav")


def test_switched_off_nothing_stays_on_the_disk_and_the_session_goes_on(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path, remembers=True)
    recent.add(Path("/a.wav"))
    recent.close()
    assert [file.name for file in tmp_path.iterdir()] == ["recent.toml"]
    again = RecentFiles(tmp_path, remembers=True)
    again.remember(False)
    again.add(Path("/b.wav"))
    again.close()
    assert list(tmp_path.iterdir()) == []
    assert again.names == ("/b.wav", "/a.wav")


def test_forgetting_all_empties_the_list_and_the_disk(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path, remembers=True)
    recent.add(Path("/a.wav"))
    recent.clear()
    recent.close()
    assert recent.names == ()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_names_is_not_read_when_they_are_not_remembered(tmp_path: Path) -> None:
    save(tmp_path / "recent.toml", {"files": ["/a.wav"]})
    assert RecentFiles(tmp_path).names == ()


@given(NAMES)
def test_names_come_back_as_they_were_as_far_as_they_can_be_written(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    path = tmp_path_factory.mktemp("recent") / "recent.toml"
    save(path, {"files": names})
    printable = [name for name in names if name.isprintable()]
    kept = load(path)
    assert list(kept) == list(dict.fromkeys(printable))[: len(kept)]
    if sum(len(name.encode()) + 8 for name in printable) < 8000:
        assert len(kept) == min(MOST, len(set(printable)))


@given(st.binary(max_size=2000))
def test_whatever_is_in_the_file_costs_nothing_but_the_list(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("recent") / "recent.toml"
    path.write_bytes(data)
    load(path)
    save(path, {"files": ["/a.wav"]})
    assert load(path) == ("/a.wav",)
    assert [file.name for file in path.parent.iterdir()] == ["recent.toml"]


@pytest.mark.parametrize(
    "text",
    ["files = 3", "files = [1, 2]", "files = ['relative.wav']", 'files = ["/a\\u0000"]', "x = 1"],
)
def test_what_are_no_paths_are_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "recent.toml").write_text(text)
    assert load(tmp_path / "recent.toml") == ()


def test_names_that_are_no_text_are_for_the_session_alone(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path, remembers=True)
    recent.add(Path("/odd\udcff.wav"))
    recent.add(Path("/a.wav"))
    recent.close()
    assert recent.names == ("/a.wav", "/odd\udcff.wav")
    assert load(tmp_path / "recent.toml") == ("/a.wav",)


def test_a_folder_that_cannot_be_written_is_a_note() -> None:
    recent = RecentFiles(Path("/proc/livemel"), remembers=True)
    recent.add(Path("/a.wav"))
    recent.close()
    assert recent.note.startswith("settings are not kept: ")
