"""What is said of what is open, and of what does not open."""

from pathlib import Path

import numpy as np
import pytest
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Engine
from livemel.engine.decks import Deck, Failure
from livemel.sources.late import LateSource
from livemel.sources.opening import SourceRequest
from livemel.sources.paced import PacedSource
from livemel.ui.deck_text import name_of, summary, tab_of

from tests.ui.conftest import SignalReader
from tests.waiting import wait_for

LONG = "a very long name that goes on and on until nobody can read it any more.wav"


def failures(*names: str) -> list[Failure]:
    return [Failure(Path("/some/where", name), f"/some/where/{name} is empty") for name in names]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a.wav"], "a.wav is empty"),
        (["a.wav", "b.wav", "c.wav"], "a.wav is empty (and b.wav, c.wav)"),
        (["a.wav", "b.wav", LONG, LONG], "a.wav is empty (and b.wav and 2 more)"),
        (["a.wav", LONG, LONG], "a.wav is empty (and 2 more)"),
        ([LONG, LONG], f"{LONG} is empty (and 1 more)"),
    ],
)
def test_as_many_names_of_files_as_a_line_has_room_for(names: list[str], said: str) -> None:
    assert summary(failures(*names), lambda text: len(text) <= 100) == said


def test_a_name_of_two_lines_is_one() -> None:
    path = Path("/some/where/a\nb.wav")
    reason = r"no such file: /some/where/a\nb.wav"
    assert summary([Failure(path, reason)], bool) == r"no such file: a\nb.wav"


def test_what_is_heard_goes_by_its_own_name_once_that_is_known() -> None:
    reader = SignalReader(np.zeros((48_000, 1), np.float32))  # which is called "signal"
    source = LateSource("many.monitor", lambda: PacedSource(reader))
    engine = Engine(source, lambda sr: FrontEnd(sr=sr))
    deck = Deck(engine, SourceRequest(), (0, 0, ()))
    assert name_of(deck) == "many.monitor"
    source.start()
    engine.start()
    try:
        wait_for(lambda: engine.feed is not None)
        assert tab_of(deck, []) == ("signal", "signal", False)
    finally:
        engine.stop()
