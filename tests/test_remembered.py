"""A flag goes before the settings, and they before the defaults; scripts know of neither."""

from dataclasses import replace
from pathlib import Path

import pytest
from livemel.cli import parse_run
from livemel.cli.remembered import Remembered, remembered
from livemel.cli.run import _run_parser
from livemel.config import FrontEndChoice, RunConfig
from livemel.errors import ParameterError
from livemel.settings import Settings, save_workspace, settings_path
from livemel.settings.file import save
from livemel.sources.opening import SourceRequest

from tests.settings.strategies import fields_of
from tests.settings.test_values import CHOSEN


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def recall(*flags: str) -> Remembered:
    return remembered(_run_parser().parse_args(flags))


def test_without_flags_a_run_is_as_the_settings_are() -> None:
    config = parse_run([], CHOSEN)
    assert {name: getattr(config, name) for name in fields_of(CHOSEN)} == fields_of(CHOSEN)
    assert parse_run([]) == RunConfig()


def test_each_flag_goes_before_its_setting() -> None:
    flags = "--cmap gray --theme system --span 3 --size 640x480 --frontend kaldi --source demo"
    config = parse_run(flags.split(), CHOSEN)
    assert (config.cmap, config.theme, config.span_s, config.size) == (
        "gray", "system", 3.0, (640, 480)
    )  # fmt: skip
    assert config.frontend == FrontEndChoice("kaldi")
    assert config.source == SourceRequest("demo")
    assert (config.maximized, config.level_range, config.fallback) == (False, None, None)


def test_flags_of_levels_go_before_their_settings() -> None:
    flags = "--cmap gray_r --weighting none --no-auto-range --spl-offset 94"
    config = parse_run(flags.split(), CHOSEN)
    assert (config.cmap, config.weighting, config.auto_range) == ("gray_r", "none", False)
    assert (config.spl_offset, config.calibrations) == (94.0, {"USB Audio": 94.0})
    plain = parse_run(["--weighting", "A", "--auto-range"])
    assert (plain.weighting, plain.auto_range, plain.spl_offset) == ("A", True, None)


def test_a_flag_for_a_part_leaves_the_rest_as_remembered() -> None:
    config = parse_run(["--n-mels", "64", "--channel", "1"], CHOSEN)
    assert config.frontend.name == "whisper-80"
    assert config.frontend.changes == {"n_mels": 64, "fmax": 4000.0}
    assert config.source == SourceRequest("mic", "USB Audio", 1)
    assert parse_run(["--device", "3"], CHOSEN).source == SourceRequest("mic", "3")


def test_the_view_stays_with_another_front_end_unless_a_flag_tells_another() -> None:
    kept = replace(CHOSEN, frontend=FrontEndChoice("kaldi", view="linear"))
    assert parse_run([], kept).frontend == kept.frontend
    assert parse_run(["--frontend", "live"], kept).frontend == FrontEndChoice(view="linear")
    assert parse_run(["--view", "mfcc"], kept).frontend == FrontEndChoice("kaldi", view="mfcc")
    assert parse_run(["--view", "mel"], kept).frontend == FrontEndChoice("kaldi")


def test_where_flags_and_settings_do_not_go_together_the_flags_count() -> None:
    kept = replace(CHOSEN, frontend=FrontEndChoice(changes={"fmin": 5000}))
    config = parse_run(["--fmax", "4000"], kept)
    assert config.frontend.changes == {"fmax": 4000.0}
    assert config.notice == "fmin=5000 is not below fmax=4000: what was last used is left out."
    with pytest.raises(ParameterError, match="fmin=9 is not below fmax=8"):
        parse_run(["--fmin", "9", "--fmax", "8"], kept)
    assert parse_run(["--history", "5"], CHOSEN).span_s == 5.0


def test_a_fallback_is_what_the_flags_alone_ask_for() -> None:
    config = parse_run(["--n-mels", "64", "--cmap", "gray"], CHOSEN)
    back = config.fallen_back("unknown device 'USB Audio'")
    assert (back.source, back.frontend) == (
        SourceRequest(), FrontEndChoice(changes={"n_mels": 64})
    )  # fmt: skip
    assert (back.cmap, back.fallback) == ("gray", None)
    assert "unknown device 'USB Audio'" in back.notice
    assert parse_run([]).fallback is None


def test_a_persons_run_begins_with_what_was_kept_and_keeps_on() -> None:
    save(settings_path(), fields_of(CHOSEN))
    assert recall() == Remembered(CHOSEN, path=settings_path())
    assert recall("--source", "demo", "--cmap", "gray").path == settings_path()


@pytest.mark.parametrize(
    "flags", [("--seconds", "1"), ("--screenshot", "a.png"), ("--stats", "a.json")]
)
def test_a_scripts_run_neither_reads_nor_keeps(flags: tuple[str, ...]) -> None:
    save(settings_path(), fields_of(CHOSEN))
    assert recall(*flags) == Remembered(Settings())
    assert recall(*flags, "--settings") == Remembered(CHOSEN, path=settings_path())


def test_no_settings_does_without_them() -> None:
    settings_path().parent.mkdir()
    settings_path().write_text("broken =")
    assert recall("--no-settings") == Remembered(Settings())
    assert settings_path().read_text() == "broken ="


def test_a_workspace_can_be_named_in_any_run() -> None:
    save_workspace("lab", CHOSEN)
    assert recall("--workspace", "lab") == Remembered(CHOSEN, path=settings_path())
    assert recall("--workspace", "lab", "--seconds", "1") == Remembered(CHOSEN)
    with pytest.raises(ParameterError, match="unknown workspace 'gone': there are lab"):
        recall("--workspace", "gone")


def test_a_reset_begins_with_the_defaults_and_keeps_the_old_file() -> None:
    save(settings_path(), fields_of(CHOSEN))
    known = recall("--reset-settings")
    assert (known.settings, known.path) == (Settings(), settings_path())
    assert "settings.toml.old-1" in known.message
    assert recall() == Remembered(Settings(), path=settings_path())
