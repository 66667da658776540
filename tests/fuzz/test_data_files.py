"""Files of numbers and words that somebody made up: what they say is checked, never done."""

import io
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from livemel.diagnosis.learning import Learning
from livemel.diagnosis.normal_file import load_normal, write_normal
from livemel.dsp.models import frontend
from livemel.dsp.scaler import read_scaler
from livemel.errors import ParameterError
from livemel.export.recipe import read_recipe
from livemel.presets.folder import load as load_preset
from livemel.settings import recent
from livemel.settings.file import load as load_settings

from tests.fuzz import texts
from tests.fuzz.boxes import soak
from tests.fuzz.test_sound_files import is_one_line, quick, seeds

_HANG_S = 2.0


def settled(read: Callable[[Path], Any], path: Path) -> Any:
    """What a file says, or None where that is refused in one line."""
    began = time.monotonic()
    found = None
    said = "."
    try:
        found = read(path)
    except ParameterError as error:
        said = str(error)
    assert is_one_line(said)
    assert time.monotonic() - began < _HANG_S, "it hangs"
    return found


def check_recipe(path: Path, random: Random) -> None:
    path.write_bytes(texts.lying_json(random, texts.recipes()))
    settled(read_recipe, path)


def check_scaler(path: Path, random: Random) -> None:
    path.write_bytes(texts.lying_json(random, texts.scalers()))
    scaler = settled(read_scaler, path)
    assert scaler is None or np.isfinite([*scaler.shift, *scaler.spread]).all()


def check_preset(path: Path, random: Random) -> None:
    path.write_bytes(texts.lying_toml(random, texts.presets()))
    settled(load_preset, path)


def check_settings(path: Path, random: Random) -> None:
    data = texts.lying_toml(random, texts.settings_tables())
    path.write_bytes(data)
    loaded = settled(load_settings, path)
    assert loaded is not None
    assert all(is_one_line(text) for text in (loaded.message, loaded.note) if text)
    # It is where it was, or set aside.
    assert data in [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
    for aside in path.parent.glob(f"{path.name}.*"):
        aside.unlink()
    path.write_bytes(data)
    names = recent.load(path)
    assert all(Path(name).is_absolute() and name.isprintable() for name in names)


def check_normal(path: Path, random: Random) -> None:
    path.write_bytes(texts.lying_normal(random, _good_normal()))
    settled(load_normal, path)


@cache
def _good_normal() -> bytes:
    fe = frontend("live", sr=16_000)
    learning = Learning(fe)
    rows = np.random.default_rng(3).normal(-60, 3, (fe.n_mels, 1000))
    learning.push(rows.astype(np.float32))
    file = io.BytesIO()
    write_normal(learning.normal("noise"), file)
    return file.getvalue()


CHECKS = [check_recipe, check_scaler, check_preset, check_settings, check_normal]


@pytest.mark.parametrize("check", CHECKS)
@quick(60)
@given(random=seeds)
def test_a_made_up_file_is_taken_or_refused_in_one_line(
    check: Callable[[Path, Random], None],
    random: Random,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    check(tmp_path_factory.getbasetemp() / f"{check.__name__}.toml", random)


@pytest.mark.soak
@pytest.mark.parametrize("check", CHECKS)
def test_minutes_of_made_up_files(check: Callable[[Path, Random], None], tmp_path: Path) -> None:
    print(soak(lambda random: check(tmp_path / "any.toml", random), 30), check.__name__)
