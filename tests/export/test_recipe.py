"""A recipe is data: every digit survives, and what is wrong with one is a line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.channel import Channel, Difference
from livemel.config import FrontEndChoice
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.scaler import Scaler
from livemel.errors import LONGEST_NAME, ParameterError
from livemel.export.layout import NAMED
from livemel.export.recipe import Recipe, parse_recipe, read_recipe

from tests.dsp.strategies import examples, front_ends

SPEECH = FrontEndChoice("speech").build(16_000)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def table(**changes: Any) -> dict[str, Any]:
    return {**json.loads(Recipe(frontend=SPEECH, name="speech").to_json()), **changes}


@examples(100)
@given(
    fe=front_ends(),
    name=st.text(st.characters(categories=["L", "N", "P"])),
    channel=st.none() | st.integers(1, 64) | st.builds(Difference, st.just(9), st.integers(1, 8)),
    layout=st.sampled_from(tuple(NAMED)),
)
def test_what_is_written_is_read(fe: FrontEnd, name: str, channel: Channel, layout: str) -> None:
    fe = fe.replace(hop_length=min(fe.hop_length, fe.frame_length))
    recipe = Recipe(frontend=fe, name=name, channel=channel, layout=layout)
    assert parse_recipe(recipe.to_json()) == recipe


def test_a_data_sets_statistic_is_part_of_it() -> None:
    shift = tuple(0.1 * i for i in range(80))
    scaler = Scaler(kind="mean-std", per_bin=True, shift=shift, spread=(1.5,) * 80, frontend=SPEECH)
    recipe = Recipe(frontend=SPEECH.replace(normalise="dataset", scaler=scaler), name="mine")
    assert parse_recipe(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1 is not JSON"),
        ("[]", "it is not an object"),
        ("[" * 100_000, "nested too deeply"),
        ("{}", "'recipe' is missing"),
        ('{"recipe": 1}', "'frontend' is missing"),
        (table(recipe=2), "recipe=2 is of a later livemel: this one knows 1"),
        (table(recipe="1"), "recipe='1' is not a whole number"),
        (table(chanel=1), r"'chanel' is unknown (channel?)"),
        (table(channel=0), "channel=0 is not between"),
        (table(channel=True), "channel=True is not a whole number"),
        (table(channel="2-2"), "channel=2-2 is silence"),
        (table(channel="all"), "channel='all' is not a number from 1"),
        (table(layout="as-model"), "layout='as-model' is not one of mel-time"),
        (table(frontend_name=3), "frontend_name=3 is not a line of text"),
        (table(frontend_name="a\nb"), "is not a line of text"),
        (table(frontend=[]), "'frontend' is not an object"),
        (table(frontend={}), "'frontend' has no 'sr'"),
        (table(frontend={"sr": 16000, "hop": 1}), "'frontend' has an unknown field 'hop'"),
        (table(frontend={"sr": 16000, "fmax": 9000}), "fmax=9000 exceeds sr/2"),
        (table(frontend={"sr": 16000, "scaler": {}}), "'scaler': 'kind' is missing"),
        (table(frontend={"sr": 1, "n_fft": 1 << 20, "n_mels": 1 << 20}), "more filter weights"),
        (table(frontend={"sr": 16000, "hop_length": 9999}), "exceeds the window"),
        ('{"recipe": ' + "9" * 5000 + ', "frontend": {}}', "a number that is too long"),
    ],
)
def test_a_mistake_is_one_line_with_the_file_in_it(
    text: str | dict[str, Any], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    with pytest.raises(ParameterError) as caught:
        read_recipe(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path} is no recipe: ")
    assert "\n" not in str(caught.value)


def test_of_an_endless_name_a_line_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(table(frontend_name="x" * 1_000_000)))
    recipe = read_recipe(path)
    assert len(recipe.name) <= LONGEST_NAME
    assert parse_recipe(recipe.to_json()) == recipe


def test_what_is_no_file_of_text_is_one_line(tmp_path: Path) -> None:
    binary, large = tmp_path / "binary", tmp_path / "large"
    binary.write_bytes(b"\xff\xfe")
    large.write_bytes(bytes((1 << 22) + 1))
    for path, words in (
        (tmp_path / "none", "no such file"),
        (tmp_path, "is not a file"),
        (binary, "is not text in UTF-8"),
        (large, "is too large for a recipe"),
    ):
        with pytest.raises(ParameterError, match=words):
            read_recipe(path)


@examples(300)
@given(data=st.data())
def test_any_other_value_in_any_place_is_a_recipe_or_one_line(data: st.DataObject) -> None:
    found = table()
    fields = data.draw(st.sampled_from((found, found["frontend"])))
    fields[data.draw(st.sampled_from(sorted(fields)))] = data.draw(JSON)
    said = "a recipe"
    try:
        parse_recipe(json.dumps(found))
    except ParameterError as error:
        said = str(error)
    assert said
    assert "\n" not in said
