"""Settings under a name: one file each."""

from pathlib import Path

import pytest
from livemel.errors import ParameterError
from livemel.settings import (
    Settings,
    delete_workspace,
    load_workspace,
    save_workspace,
    settings_path,
    workspaces,
)

from tests.settings.test_values import CHOSEN


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "livemel" / "workspaces"


def test_a_workspace_comes_back_as_it_was_saved(folder: Path) -> None:
    assert workspaces() == []
    save_workspace("Lab 2", CHOSEN)
    save_workspace("birds", Settings())
    assert workspaces() == ["birds", "Lab 2"]
    assert load_workspace("Lab 2") == CHOSEN
    assert load_workspace("birds") == Settings()
    assert sorted(path.name for path in folder.iterdir()) == ["Lab 2.toml", "birds.toml"]
    assert not settings_path().exists()


def test_saving_again_replaces_it() -> None:
    save_workspace("lab", CHOSEN)
    save_workspace("lab", Settings())
    assert load_workspace("lab") == Settings()


def test_a_deleted_one_is_gone() -> None:
    save_workspace("lab", CHOSEN)
    delete_workspace("lab")
    assert workspaces() == []
    with pytest.raises(ParameterError, match="unknown workspace 'lab': there are none"):
        load_workspace("lab")
    with pytest.raises(ParameterError, match="cannot remove"):
        delete_workspace("lab")


@pytest.mark.parametrize(
    "name", ["", " ", "../settings", "a/b", ".hidden", "x" * 41, "a\n", "nul\0", "a.b", "lab "]
)
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    for act in (load_workspace, delete_workspace, lambda n: save_workspace(n, Settings())):
        with pytest.raises(ParameterError, match="is not up to 40 letters"):
            act(name)


def test_a_broken_workspace_is_an_error_and_stays_where_it_is(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "lab.toml").write_text("cmap =")
    with pytest.raises(ParameterError, match="workspace 'lab': Invalid value"):
        load_workspace("lab")
    assert (folder / "lab.toml").read_text() == "cmap ="
