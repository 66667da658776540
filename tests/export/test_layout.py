"""Layouts: every row's pattern is known, and shapes follow from it."""

import pytest
from livemel.dsp.models import FRONTENDS, row
from livemel.errors import ParameterError
from livemel.export.layout import LAYOUTS, Layout, layout_of


@pytest.mark.parametrize("name", FRONTENDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_row_can_be_had_in_every_layout(name: str, layout: str) -> None:
    assert len(layout_of(layout, row(name)).shape(200, 64)) >= 2


@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        ("(F, T)", (64, 201)),
        ("(T, F)", (201, 64)),
        ("(1, F, T)", (1, 64, 201)),
        ("(1, T, F)", (1, 201, 64)),
        ("(4, T, F)", (4, 201, 64)),
        ("(1, 1, F, T)", (1, 1, 64, 201)),
        ("(T / 2, 2 F)", (101, 128)),
        ("(96, F) patches, hop 48", (3, 96, 64)),
        ("(96, F) patches, hop 96", (2, 96, 64)),
    ],
)
def test_a_pattern_gives_the_shape(pattern: str, shape: tuple[int, ...]) -> None:
    assert Layout.parse(pattern).shape(201, 64) == shape


@pytest.mark.parametrize("pattern", ["", "(F)", "(T, F, 1)", "(F, F)", "(x, T, F)"])
def test_an_unknown_pattern_is_a_mistake_in_the_table(pattern: str) -> None:
    with pytest.raises(ValueError, match="unknown layout"):
        Layout.parse(pattern)


def test_a_patch_has_to_be_full() -> None:
    with pytest.raises(ParameterError, match="95 columns do not fill a patch of 96"):
        Layout.parse("(96, F) patches, hop 48").shape(95, 64)
