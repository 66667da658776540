"""What a result may be written to is found out beforehand, and left as it was."""

from pathlib import Path

import pytest
from livemel.errors import OutputError
from livemel.export.output import check_writable


def test_what_is_not_there_is_not_there_afterwards_and_what_is_there_stays(tmp_path: Path) -> None:
    there = tmp_path / "there.txt"
    there.write_text("kept")
    for path in (there, tmp_path / "new.txt"):
        check_writable(path)
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]
    assert there.read_text() == "kept"


def test_a_link_that_leads_nowhere_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to("nowhere.txt")
    check_writable(link)
    assert link.is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["link.txt"]


def test_links_that_lead_to_each_other_are_refused_in_one_line(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(OutputError, match=r"^cannot write .*one: Too many levels"):
        check_writable(one)
