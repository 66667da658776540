"""settings.toml: whatever stands there, the program starts, and nothing is lost silently."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.errors import ParameterError
from livemel.settings import Settings, load, reset, settings_path
from livemel.settings.file import save

CHOSEN = {"cmap": "viridis", "span_s": 20.0}
PRINTABLE = st.characters(exclude_categories=("C", "Z"))
BROKEN = (
    b"cmap = ", b"\xff\xfe", b"\0", b"a = " + b"[" * 5000, b"a = " + b"9" * 5000, b"a = 1\na = 2",
    b"# " + b"x" * 10_000, "cmap = 'magma'\n".encode("utf-16"),
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "livemel" / "settings.toml"


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_without_a_file_there_are_the_defaults_and_nothing_is_said(path: Path) -> None:
    loaded = load(path)
    assert (loaded.settings, loaded.message, loaded.note) == (Settings(), "", "")
    assert loaded.may_write
    assert not path.parent.exists()


def test_what_is_saved_is_loaded(path: Path) -> None:
    save(path, CHOSEN)
    loaded = load(path)
    assert loaded.settings == Settings(**CHOSEN)
    assert (loaded.message, loaded.note) == ("", "")


def test_saving_one_thing_leaves_all_else_as_it_is(path: Path) -> None:
    put(path, b"theme = 'light'\nspan_s = 5\nlevel_range = [0, 1]\n[plugins]\ncolour = 'red'\n")
    save(path, {"span_s": 20.0, "level_range": None})
    assert load(path).settings == Settings(theme="light", span_s=20.0)
    assert 'colour = "red"' in path.read_text()
    assert "level_range" not in path.read_text()


NAMES = st.text(min_size=1, max_size=300) | st.text(PRINTABLE, min_size=150, max_size=200)


@given(st.dictionaries(NAMES, st.floats(0, 200), max_size=200))
def test_however_many_devices_are_calibrated_what_is_written_can_be_read(
    calibrations: dict[str, float],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "settings.toml")
        save(path, {**CHOSEN, "calibrations": calibrations})
        loaded = load(path)
        assert (loaded.message, loaded.note) == ("", "")
        kept = loaded.settings.calibrations
        assert replace(loaded.settings, calibrations={}) == Settings(**CHOSEN)
        possible = [name for name in calibrations if name.isprintable() and len(name) <= 200]
        assert list(kept) == possible[len(possible) - len(kept) :]
        assert all(calibrations[name] == value for name, value in kept.items())


def test_the_newest_64_calibrations_are_kept(path: Path) -> None:
    devices = {f"Monitor of Built-in Audio, Analog Stereo {n}": 90.0 + n for n in range(160)}
    save(path, {**CHOSEN, "calibrations": devices})
    assert list(load(path).settings.calibrations) == list(devices)[-64:]


def test_what_would_be_too_much_to_be_read_again_is_not_written(path: Path) -> None:
    text = b"theme = 'light'\nothers = '" + b"x" * 8100 + b"'\n"
    put(path, text)
    with pytest.raises(OSError, match="more than 8192 bytes"):
        save(path, {"calibrations": {f"device {n}": 94.0 for n in range(20)}})
    assert path.read_bytes() == text


def test_a_byte_order_mark_is_no_mistake(path: Path) -> None:
    put(path, b"\xef\xbb\xbfcmap = 'viridis'\n")
    assert load(path).settings.cmap == "viridis"


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_file_is_set_aside_with_one_line(path: Path, data: bytes) -> None:
    loaded = load(put(path, data))
    assert loaded.settings == Settings()
    assert loaded.may_write
    assert loaded.message.startswith(f"{path} is broken (")
    assert loaded.message.endswith("It is kept as settings.toml.broken-1.")
    assert "\n" not in loaded.message
    assert not path.exists()
    assert path.with_name("settings.toml.broken-1").read_bytes() == data


def test_each_broken_file_is_kept(path: Path) -> None:
    for number, data in enumerate(BROKEN, 1):
        load(put(path, data))
        assert path.with_name(f"settings.toml.broken-{number}").read_bytes() == data


def test_a_file_that_broke_while_the_window_was_open_is_set_aside_too(path: Path) -> None:
    save(put(path, b"cmap ="), CHOSEN)
    assert load(path).settings == Settings(**CHOSEN)
    assert path.with_name("settings.toml.broken-1").read_bytes() == b"cmap ="


def test_wrong_values_are_named_and_stay_in_the_file(path: Path) -> None:
    loaded = load(put(path, b"cmap = 'jet'\nspan_s = -1\ntheme = 'light'\n"))
    assert loaded.settings == Settings(theme="light")
    assert loaded.note == "settings.toml: no possible value for span_s, cmap"
    save(path, {"span_s": 5.0})
    assert "jet" in path.read_text()


def test_what_is_not_a_file_is_left_alone(path: Path) -> None:
    path.mkdir(parents=True)
    loaded = load(path)
    assert (loaded.settings, loaded.may_write) == (Settings(), False)
    assert "is not a file" in loaded.note
    with pytest.raises(OSError, match="is not a file"):
        save(path, CHOSEN)
    path.rmdir()
    os.mkfifo(path)
    assert not load(path).may_write  # and it does not wait for somebody to write into the pipe


def test_a_newer_version_is_read_as_far_as_it_is_known_and_not_written(path: Path) -> None:
    text = b"version = 2\ncmap = 'viridis'\ntheme = { name = 'dark' }\n"
    loaded = load(put(path, text))
    assert loaded.settings == Settings(cmap="viridis")
    assert not loaded.may_write
    assert "newer livemel's" in loaded.note
    save(path, CHOSEN)
    assert path.read_bytes() == text


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    target = put(tmp_path / "dotfiles" / "livemel.toml", b"theme = 'light'\n")
    path.parent.mkdir()
    path.symlink_to(target)
    save(path, CHOSEN)
    assert path.is_symlink()
    assert load(target).settings == Settings(theme="light", **CHOSEN)


def test_unknown_things_too_deep_to_be_written_again_are_left_out(path: Path) -> None:
    save(put(path, b"theme = 'light'\na" + b".a" * 2000 + b" = 1\n"), CHOSEN)
    assert load(path).settings == Settings(theme="light", **CHOSEN)


def test_a_reset_sets_the_file_aside_and_says_where(path: Path) -> None:
    assert reset(path) == ""
    save(path, CHOSEN)
    assert "settings.toml.old-1" in reset(path)
    assert load(path).settings == Settings()
    assert load(path.with_name("settings.toml.old-1")).settings == Settings(**CHOSEN)


def test_a_reset_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="cannot reset"):
        reset(put(tmp_path / ("x" * 250), b""))


def test_settings_are_where_the_system_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path() == tmp_path / "livemel" / "settings.toml"
