"""Channels, as a person writes them, and as they are said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.channel import (
    ALL,
    MOST_LANES,
    Channel,
    Difference,
    Lanes,
    by_that_word,
    check_channel,
    highest,
    lanes_of,
    parse_channel,
    parse_lanes,
    spelled,
    spelled_lanes,
)
from livemel.errors import ParameterError, SourceError

NUMBERS = st.integers(1, 1024)
DIFFERENCES = (
    st.tuples(NUMBERS, NUMBERS)
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda e: Difference(*e))
)
CHANNELS = st.none() | NUMBERS | DIFFERENCES


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("3", 3),
        (" 12 ", 12),
        ("mix", None),
        ("Mix", None),
        ("L-R", Difference(1, 2)),
        ("l−r", Difference(1, 2)),
        ("R-L", Difference(2, 1)),
        ("1-2", Difference(1, 2)),
        ("7 - 3", Difference(7, 3)),
    ],
)
def test_a_channel_is_written_as_people_write_it(text: str, channel: Channel) -> None:
    assert parse_channel(text) == channel


@given(CHANNELS)
def test_what_is_spelled_is_read_again(channel: Channel) -> None:
    assert parse_channel(spelled(channel)) == channel


@given(st.lists(CHANNELS, min_size=1, max_size=MOST_LANES, unique=True).map(tuple))
def test_lanes_that_are_spelled_are_read_again(lanes: tuple[Channel, ...]) -> None:
    assert parse_lanes(spelled_lanes(lanes)) == lanes
    assert parse_lanes(spelled_lanes(ALL)) == ALL


@pytest.mark.parametrize(
    ("text", "lanes"),
    [
        ("1,3,5..8", (1, 3, 5, 6, 7, 8)),
        ("5-8", (Difference(5, 8),)),  # never a row of channels
        ("2..2", (2,)),
        ("mix, L-R, 1..2", (None, Difference(), 1, 2)),
        ("all", ALL),
        ("1..64", tuple(range(1, 65))),
    ],
)
def test_several_lanes_are_a_list(text: str, lanes: object) -> None:
    assert parse_lanes(text) == lanes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0", "channel=0 is out of range: channels count from 1"),
        ("1025", "channel=1025 is out of range"),
        ("", "channel='' is not a number from 1, mix, or a difference such as L-R or 1-2"),
        ("left", "channel='left' is not"),
        ("²", "channel='²' is not"),
        ("3-3", "channel=3-3 is silence: its channels are the same"),
        ("1-0", "channel=0 is out of range"),
        ("1,,2", "channel='' is not"),
        ("1,2,1", "channel=1 is there twice"),
        ("8..5", "channel='8..5': 8..5 is not a row of up to 64"),
        ("1..65", "is not a row of up to 64"),
        ("1..64,mix", "65 channels: from 1 to 64 can be computed"),
        ("all,1", "channel='all' is not"),
        ("9" * 5000, "is not a number from 1"),
    ],
)
def test_what_is_no_channel_is_one_line_with_the_value(text: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason.replace("(", r"\(")) as said:
        parse_lanes(text)
    assert "\n" not in str(said.value)


@given(CHANNELS, st.integers(1, 1024))
def test_a_source_has_the_channels_up_to_its_last(channel: Channel, channels: int) -> None:
    if highest(channel) <= channels:
        check_channel(channel, "x.wav", channels)
    else:
        with pytest.raises(SourceError, match=f"out of range: x.wav has {channels}"):
            check_channel(channel, "x.wav", channels)


def test_all_are_as_many_as_are_computed_at_most() -> None:
    assert lanes_of(ALL, 3) == (1, 2, 3)
    assert lanes_of(ALL, 100) == tuple(range(1, 65))
    assert lanes_of((4, None), 8) == (4, None)


@pytest.mark.parametrize(
    ("lanes", "word"),
    [((2, 1, 3), ALL), (ALL, ALL), ((1, 2), (1, 2)), ((1, 2, None), (1, 2, None)), ((1,), (1,))],
)
def test_all_is_said_of_several_that_are_every_channel_there_is(lanes: Lanes, word: Lanes) -> None:
    assert by_that_word(lanes, 3) == word


def test_the_only_channel_there_is_is_that_channel() -> None:
    assert by_that_word((1,), 1) == (1,)
