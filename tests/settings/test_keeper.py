"""What is chosen is written a moment later, on another thread."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from livemel.settings import Keeper, Settings, load


def test_what_is_left_is_written_when_it_closes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    keeper = Keeper(path, settling_s=3600)
    keeper.keep({"cmap": "viridis"})
    keeper.keep({"cmap": "plasma"})
    keeper.keep({"span_s": 5.0})
    keeper.close()
    assert load(path).settings == Settings(cmap="plasma", span_s=5.0)
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_a_change_is_written_once_it_has_settled(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    keeper = Keeper(path, settling_s=0.01)
    for span_s in (1.0, 2.0, 3.0):
        keeper.keep({"span_s": span_s})
        while load(path).settings.span_s != span_s:
            pass
    keeper.close()


def test_nothing_chosen_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    keeper = Keeper(path)
    keeper.keep({})
    keeper.close()
    assert not path.exists()


def test_without_a_file_nothing_is_kept() -> None:
    keeper = Keeper(None)
    keeper.keep({"cmap": "viridis"})
    keeper.close()
    assert keeper.note == ""


def test_two_windows_keep_what_was_chosen_in_either(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    one, other = Keeper(path), Keeper(path)
    one.keep({"cmap": "viridis"})
    one.close()
    other.keep({"theme": "light"})
    other.close()
    assert load(path).settings == Settings(cmap="viridis", theme="light")


@pytest.mark.parametrize("folder", ["/proc/livemel", "/dev/null/livemel"])
def test_a_folder_that_cannot_be_written_is_a_note(folder: str) -> None:
    keeper = Keeper(Path(folder) / "settings.toml")
    keeper.keep({"cmap": "viridis"})
    keeper.close()
    assert keeper.note.startswith("settings are not kept: ")
    assert "\n" not in keeper.note


def test_a_kill_while_it_writes_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    program = (
        "import sys; from pathlib import Path; from livemel.settings.file import save\n"
        "path, n = Path(sys.argv[1]), 0\n"
        "while True:\n"
        "    n += 1; save(path, {'span_s': 1.0 + n % 1000}); print(n, flush=True)\n"
    )
    for after in (1, 3, 10, 30):
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdout=subprocess.PIPE, env=dict(os.environ),
        )  # fmt: skip
        assert child.stdout is not None
        for _ in range(after):
            child.stdout.readline()
        child.kill()
        child.communicate()
        loaded = load(path)
        assert (loaded.message, loaded.note) == ("", "")
        assert loaded.settings.span_s > 1.0
