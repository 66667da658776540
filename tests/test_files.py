"""Files written whole or not at all, and JSON that others wrote."""

from pathlib import Path

import pytest
from livemel.files import is_there, parse_json, replace_text


def test_a_text_is_put_in_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    for text in ("one\n", "zwei – ü\n", ""):
        replace_text(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("kept")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "\ud800")
    assert path.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_text(path, "text")
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_that_is_there_twice_among_very_many_is_found_at_once() -> None:
    keys = ",".join(f'"{i}":0' for i in range(200_000))  # comparing each with each took an hour
    with pytest.raises(ValueError, match="'199999' is there twice"):
        parse_json(f'{{{keys},"199999":1}}')


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "none", "none/a", "loop"])
def test_what_cannot_be_looked_for_is_not_there(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert not is_there(tmp_path / name)
    assert is_there(tmp_path)
