"""What is kept comes back as it was; a value that cannot be costs itself alone."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from livemel.channel import Difference
from livemel.config import FrontEndChoice, SavingChoice
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
    cmap="viridis_r",
    auto_range=True,
    weighting="A",
    calibrations={"USB Audio": 94.0},
    theme="light",
    size=(900, 600),
    maximized=True,
    level_range=(-60.0, 0.0),
    output_device="Headphones",
    saving=SavingChoice(kind="svg", width=900.0, height=500.0, unit="px", dpi=96, seconds=7.5),
    panels=("slice", "levels"),
    slice_width=300,
    waveform_height=100,
    diagnosis=False,
    findings=True,
    learn_s=60,
    false_alarms="day",
)
TABLE = to_table(fields_of(CHOSEN))


@given(SETTINGS)
def test_settings_come_back_from_their_text_as_they_were(settings: Settings) -> None:
    read, wrong = from_table(tomllib.loads(as_text(to_table(fields_of(settings)))))
    assert (read, wrong) == (settings, ())


@pytest.mark.parametrize(
    ("table", "kept", "wrong"),
    [
        ({"dpi": 5, "packed": True}, SavingChoice(packed=True), ("saving.dpi",)),
        ({"width": -1, "look": "screen"}, SavingChoice(look="screen"), ("saving.width",)),
        ({"kind": "gif", "sound": 3}, SavingChoice(), ("saving.kind", "saving.sound")),
        ({"seconds": "all", "unit": "inch"}, SavingChoice(), ("saving.seconds", "saving.unit")),
        # Each may be, but not all together.
        (
            {"width": 1000.0, "height": 700.0, "dpi": 600},
            SavingChoice(width=1000.0, height=700.0),
            ("saving.dpi",),
        ),
    ],
)
def test_of_how_to_save_the_wrong_parts_are_left_out(
    table: dict[str, Any], kept: SavingChoice, wrong: tuple[str, ...]
) -> None:
    read, found = from_table({"saving": table})
    assert (read.saving, found) == (kept, wrong)


def test_an_empty_table_gives_the_defaults() -> None:
    assert from_table({}) == (Settings(), ())


def test_keys_that_nobody_knows_are_passed_over() -> None:
    assert from_table({**TABLE, "from_the_future": {"a": [1]}}) == (CHOSEN, ())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, value) for key in Settings.__dataclass_fields__
          for value in (None, 7.5j, object(), b"", [[]], "\0")),
        *((key, {"name": 3}) for key in Settings.__dataclass_fields__
          if key not in ("saving", "calibrations")),  # which may be
        ("source", {"name": "/a/file.wav"}), ("source", {"name": "-"}), ("source", "mic"),
        ("frontend", {"name": "whispr"}), ("frontend", {"name": ["live"]}), ("frontend", "live"),
        *(("span_s", value) for value in (0, -1, float("nan"), float("inf"), 1e9, 10**400, "10")),
        ("cmap", "jet"), ("cmap", "magma_r_r"), ("theme", "blue"), ("maximized", 1),
        ("auto_range", 1), ("weighting", "B"), ("weighting", "Z"),
        ("output_device", ""), ("learn_s", 7), ("false_alarms", "week"),
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
        ({"device": "USB", "channel": "1-1"}, SourceRequest(device="USB"), "source.channel"),
        ({"device": "USB", "lanes": "1,1"}, SourceRequest(device="USB"), "source.lanes"),
        ({"device": "USB", "lanes": [1, 2]}, SourceRequest(device="USB"), "source.lanes"),
        ({"device": 7, "lanes": "1,2"}, SourceRequest(), "source.device"),
    ],
)
def test_of_a_source_the_wrong_part_is_left_out(
    table: dict[str, Any], kept: SourceRequest, wrong: str
) -> None:
    settings, odd = from_table({"source": table})
    assert (settings.source, odd) == (kept, (wrong,))


@pytest.mark.parametrize(
    "source",
    [
        SourceRequest(channel=Difference(3, 1)),
        SourceRequest(lanes=(None,)),
        SourceRequest(lanes=(2, None, Difference(), 7)),
        SourceRequest(lanes="all"),
    ],
)
def test_channels_are_kept_as_they_were_chosen(source: SourceRequest) -> None:
    table = tomllib.loads(tomli_w.dumps(to_table({"source": source})))
    settings, wrong = from_table(table)
    assert (settings.source, wrong) == (source, ())


def test_of_the_calibrations_the_wrong_ones_are_left_out() -> None:
    table = {"a": 94, "b": "94", "c": 301.0, "d": float("nan"), "e\n": 1.0, "f" * 90: True, "": -3}
    settings, odd = from_table({"calibrations": table})
    assert settings.calibrations == {"a": 94.0, "": -3.0}
    assert odd == tuple(f"calibrations.{name}" for name in ("b", "c", "d", "?", "f" * 40))


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
