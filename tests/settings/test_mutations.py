"""Files that somebody, or a failing disk, has been at: none stops a start."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from livemel.cli import parse_run
from livemel.settings import Settings, load
from livemel.settings.file import as_text, save
from livemel.settings.values import from_table, to_table

from tests.settings.strategies import SETTINGS, fields_of, mutated_files
from tests.settings.test_values import TABLE

WRITTEN = as_text(TABLE).encode()
INLINE = b"""version = 1
source = { name = "mic", device = "USB", channel = 1 }
frontend = { name = "live", changes = { fmax = "none", n_mels = 64 } }
size = [1280, 720]
level_range = [-70, 30.5]
"""
FLAGS = ([], ["--fmax", "4000"], ["--history", "2"], ["--frontend", "kaldi"], ["--channel", "2"])


def fresh(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> Path:
    """A file of settings with that content, alone in its folder; a file of its own each time."""
    folder = tmp_path_factory.getbasetemp() / "mutations"
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    path = folder / "settings.toml"
    path.write_bytes(data)
    return path


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=mutated_files([WRITTEN, INLINE]))
def test_any_file_gives_usable_settings_and_is_not_lost(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_usable(fresh(tmp_path_factory, data), data)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=mutated_files([WRITTEN, INLINE]))
def test_ten_thousand_files_give_usable_settings_and_are_not_lost(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_usable(fresh(tmp_path_factory, data), data)


def assert_usable(path: Path, data: bytes) -> None:
    loaded = load(path)
    parts = to_table(fields_of(loaded.settings))
    table = {key: part for key, part in parts.items() if part is not None}
    assert from_table(table) == (loaded.settings, ())  # each value in it is a possible one
    assert "\n" not in loaded.message + loaded.note
    (left,) = path.parent.iterdir()  # as it was, or set aside
    assert left.read_bytes() == data
    assert (left == path) == (loaded.message == "")


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=mutated_files([WRITTEN, INLINE]), flags=st.sampled_from(FLAGS))
def test_any_file_gives_a_run(
    data: bytes, flags: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = parse_run(flags, load(fresh(tmp_path_factory, data)).settings)
    assert config.frontend.build(48_000).n_mels >= 1
    assert "\n" not in config.notice


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=mutated_files([WRITTEN, INLINE]), chosen=SETTINGS)
def test_what_is_chosen_next_can_be_kept_in_any_of_them(
    data: bytes, chosen: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = fresh(tmp_path_factory, data)
    if load(path).may_write:
        save(path, fields_of(chosen))
        assert load(path).settings == chosen
    else:
        save(path, fields_of(chosen))
        assert path.read_bytes() == data
