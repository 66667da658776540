"""What is written over the picture, for each way that sound can be missing."""

import numpy as np
import pytest
from livemel.buffers.columns import ColumnRing
from livemel.dsp.models import frontend
from livemel.engine import EngineStatus, Feed, Lane
from livemel.sources.base import SourceFormat, SourceState
from livemel.ui.notice_text import frozen_text, notice_text


def feed(columns: int) -> Feed:
    """So many columns of the live front-end: a hundred a second."""
    ring = ColumnRing(128, 1000)
    zeros = np.zeros(columns, dtype=np.float32)
    flags = np.zeros(columns, dtype=np.uint8)
    ring.append(np.zeros((128, columns), dtype=np.float32), flags, zeros, zeros, 0)
    return Feed(frontend(), (Lane(1, ring),), SourceFormat(48_000, 1, "a.wav", 1))


@pytest.mark.parametrize(
    ("state", "reason", "lost", "words"),
    [
        (SourceState.RUNNING, "", False, ""),
        (SourceState.STALLED, "the server hangs", True, "no sound · the server hangs"),
        (SourceState.RECOVERING, "it is gone", True, "no sound · it is gone · trying again"),
        (SourceState.STALLED, "", True, "what stood there"),
        (SourceState.ENDED, "stdin ended", False, "stdin ended"),
    ],
)
def test_it_says_why_there_is_no_sound_as_long_as_there_is_none(
    state: SourceState, reason: str, lost: bool, words: str
) -> None:
    assert notice_text(EngineStatus(state, reason), feed(9), lost, "what stood there") == words


def test_a_source_that_ends_before_its_first_column_is_called_too_short() -> None:
    ended = EngineStatus(SourceState.ENDED)
    n_fft_ms = 1000 * frontend().n_fft / frontend().sr
    expected = f"a.wav: shorter than one frame ({n_fft_ms:.0f} ms)"
    assert notice_text(ended, feed(0), False, "") == expected


def test_a_frozen_picture_counts_the_time_that_sound_is_missing_and_says_that_it_is() -> None:
    said = frozen_text(feed(500), 2.0, missing_s=9.5)
    assert said == "frozen · 12 s behind · no sound · End returns"


@pytest.mark.parametrize(("at_s", "behind"), [(2.0, 3), (5.0, 0), (6.0, 0)])
def test_a_frozen_picture_says_how_far_it_is_behind(at_s: float, behind: int) -> None:
    assert frozen_text(feed(500), at_s) == f"frozen · {behind} s behind · End returns"
