"""Colour maps, against colour appearance models and simulated colour blindness (colorspacious)."""

import numpy as np
import pytest
from colorspacious import cspace_convert
from livemel.config import COLOR_MAPS, REVERSED, RunConfig
from livemel.errors import ParameterError
from livemel.ui.colormaps import lookup_table

# Steps over fifteen entries of 256: of single ones the rounding to 8 bits is a good part.
EVERY = 15
IN_CAM02 = ("magma", "inferno", "plasma", "viridis")
IN_LIGHTNESS = ("cbl", "fire", "kbc", "bmy", "kbgyw", "gray", "print")
DEFICIENCIES = ("deuteranomaly", "protanomaly", "tritanomaly")


def rgb(name: str) -> np.ndarray:
    """Shape (256, 3), from 0 to 1."""
    table = lookup_table(name)
    return np.stack([table >> 16 & 255, table >> 8 & 255, table & 255], axis=1) / 255


def seen(name: str, deficiency: str | None) -> np.ndarray:
    """The same as it is seen with the whole of a deficiency: Machado et al. (2009)."""
    if deficiency is None:
        return rgb(name)
    space = {"name": "sRGB1+CVD", "cvd_type": deficiency, "severity": 100}
    return np.clip(cspace_convert(rgb(name), space, "sRGB1"), 0, 1)


def steps(colours: np.ndarray) -> np.ndarray:
    """The differences that are seen from one to the next, in CAM02-UCS."""
    return np.linalg.norm(
        np.diff(cspace_convert(colours, "sRGB1", "CAM02-UCS")[::EVERY], axis=0), axis=1
    )


def lightness(colours: np.ndarray) -> np.ndarray:
    return cspace_convert(colours, "sRGB1", "CIELab")[::EVERY, 0]


@pytest.mark.parametrize("name", IN_CAM02)
def test_equal_steps_of_these_look_equal_in_cam02_ucs(name: str) -> None:
    assert steps(rgb(name)) == pytest.approx(steps(rgb(name)).mean(), rel=0.06)


@pytest.mark.parametrize("name", IN_LIGHTNESS)
def test_equal_steps_of_these_are_equal_steps_of_lightness(name: str) -> None:
    rises = np.diff(lightness(rgb(name)))
    assert rises == pytest.approx(rises.mean(), rel=0.15)


def test_all_but_turbo_are_even_or_made_for_the_colour_blind() -> None:
    assert set(COLOR_MAPS) == {*IN_CAM02, *IN_LIGHTNESS, "cividis", "turbo"}
    assert np.diff(lightness(rgb("cividis"))).min() > 0
    assert np.diff(lightness(rgb("turbo"))).min() < 0


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("name", ["magma", "viridis", "cividis", "cbl", "gray", "print"])
def test_these_grow_lighter_all_the_way_for_the_colour_blind(name: str, deficiency: str) -> None:
    rises = np.diff(lightness(seen(name, deficiency)))
    assert (rises / rises.mean()).min() > 0.4


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_default_tells_the_colour_blind_more_than_cividis_tells_anybody(
    deficiency: str,
) -> None:
    name = RunConfig().cmap
    blind, whole = steps(seen(name, deficiency)).sum(), steps(rgb(name)).sum()
    assert blind > 0.85 * whole
    assert blind > steps(rgb("cividis")).sum()


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_each_reversed_is_the_same_from_its_other_end(name: str) -> None:
    assert np.array_equal(lookup_table(name + REVERSED), lookup_table(name)[::-1])


def test_on_paper_silence_is_white_and_on_the_screen_it_is_black() -> None:
    assert lookup_table("print")[[0, -1]].tolist() == [0xFFFFFFFF, 0xFF000000]
    assert lookup_table("gray")[[0, -1]].tolist() == [0xFF000000, 0xFFFFFFFF]
    assert lookup_table("magma")[0] == 0xFF000004


@pytest.mark.parametrize("name", ["jet", "_r", "magma_r_r", "Magma", ""])
def test_an_unknown_one_is_named(name: str) -> None:
    with pytest.raises(ParameterError, match=f"unknown colour map '{name}'"):
        lookup_table(name)
