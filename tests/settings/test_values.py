"""What is kept comes back as it was; a value that cannot be costs itself alone."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from livemel.config import FrontEndChoice
from livemel.dsp.scaler import Scaler
from livemel.settings import Settings
from livemel.settings.file import as_text
from livemel.settings.values import from_table, keepable, to_table
from livemel.sources.opening import SourceRequest

from tests.settings.strategies import SETTINGS, fields_of

CHOSEN = Settings(
    source=SourceRequest("mic", "USB Audio", 2),
    frontend=FrontEndChoice("whisper-80", changes={"n_mels": 40, "fmax": 4000.0}),
    span_s=20.0,
    cmap="viridis",
    theme="light",
    size=(900, 600),
    maximized=True,
    level_range=(-60.0, 0.0),
    panels=("slice", "levels"),
    slice_width=300,
    waveform_height=100,
)
TABLE = to_table(fields_of(CHOSEN))


@given(SETTINGS)
def test_settings_come_back_from_their_text_as_they_were(settings: Settings) -> None:
    read, wrong = from_table(tomllib.loads(as_text(to_table(fields_of(settings)))))
    assert (read, wrong) == (settings, ())


def test_an_empty_table_gives_the_defaults() -> None:
    assert from_table({}) == (Settings(), ())


def test_keys_that_nobody_knows_are_passed_over() -> None:
    assert from_table({**TABLE, "from_the_future": {"a": [1]}}) == (CHOSEN, ())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, value) for key in Settings.__dataclass_fields__
          for value in (None, 7.5j, object(), b"", {"name": 3}, [[]], "\0")),
        ("source", {"name": "/a/file.wav"}), ("source", {"name": "-"}), ("source", "mic"),
        ("frontend", {"name": "whispr"}), ("frontend", {"name": ["live"]}), ("frontend", "live"),
        *(("span_s", value) for value in (0, -1, float("nan"), float("inf"), 1e9, 10**400, "10")),
        ("cmap", "jet"), ("theme", "blue"), ("maximized", 1),
        *(("size", value) for value in ([1, 1], [10**30] * 2, [900], [900.0, 600.0], [True, True])),
        *(("level_range", value) for value in ([0, 0], [1, 0], [0, 1e9], [0, float("nan")], [0])),
    ],
)  # fmt: skip
def test_a_wrong_value_is_at_its_default_alone(key: str, value: Any) -> None:
    settings, wrong = from_table({**TABLE, key: value})
    assert settings == replace(CHOSEN, **{key: getattr(Settings(), key)})
    assert wrong == (key,)


@pytest.mark.parametrize(
    ("table", "kept", "wrong"),
    [
        ({"device": 7, "channel": 2}, SourceRequest(), "source.device"),
        ({"device": "a\nb", "channel": 2}, SourceRequest(), "source.device"),
        ({"device": "USB", "channel": 0}, SourceRequest(device="USB"), "source.channel"),
        ({"device": "USB", "channel": True}, SourceRequest(device="USB"), "source.channel"),
    ],
)
def test_of_a_source_the_wrong_part_is_left_out(
    table: dict[str, Any], kept: SourceRequest, wrong: str
) -> None:
    settings, odd = from_table({"source": table})
    assert (settings.source, odd) == (kept, (wrong,))


def test_of_the_changes_as_many_are_kept_as_go_together() -> None:
    changes = {"n_mels": 40, "fmin": 5000, "fmax": 4000.0, "window": "kaiser", "n_fft": 1 << 40}
    settings, odd = from_table({"frontend": {"name": "kaldi", "changes": changes}})
    assert settings.frontend == FrontEndChoice("kaldi", changes={"n_mels": 40, "fmin": 5000})
    assert odd == tuple(f"frontend.changes.{name}" for name in ("fmax", "window", "n_fft"))


def test_the_rate_is_no_part_of_what_is_kept() -> None:
    settings, _ = from_table({"frontend": {"name": "live", "sr": 8000, "changes": {"sr": 8000}}})
    assert settings.frontend == FrontEndChoice()


def test_a_front_end_that_a_file_was_opened_for_is_kept_without_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    path.write_text('base = "whisper-80"\n[frontend]\nfmax = 4000.0\nlog_min = "none"\n')
    choice = FrontEndChoice(str(path), 44_100, {"n_mels": 40}, "linear")
    text = as_text(to_table({"frontend": choice}))
    assert "secret" not in text
    path.unlink()
    read, wrong = from_table(tomllib.loads(text))
    assert wrong == ()
    assert read.frontend == FrontEndChoice(
        "whisper-80", changes={"fmax": 4000.0, "log_min": None, "n_mels": 40}, view="linear"
    )
    assert read.frontend.build(48_000) == replace(choice, sr=None).build(48_000)


def test_the_statistic_of_a_data_set_is_not_kept() -> None:
    scaler = Scaler(kind="mean-std", per_bin=False, shift=(0.0,), spread=(1.0,))
    choice = FrontEndChoice(changes={"normalise": "dataset", "scaler": scaler, "n_mels": 40})
    read, wrong = from_table(tomllib.loads(as_text(to_table({"frontend": choice}))))
    assert (read.frontend, wrong) == (FrontEndChoice(changes={"n_mels": 40}), ())


def test_files_and_pipes_are_not_kept_as_a_source() -> None:
    kept = ("mic", "demo", "demo:vowels")
    names = (*kept, "-", "/a/song.wav", "demo.wav", "./demo", "")
    assert tuple(name for name in names if keepable(SourceRequest(name))) == kept
