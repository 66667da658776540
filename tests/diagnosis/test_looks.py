"""Looks: often in the first minute, seldom afterwards, the same ones each time."""

import pytest
from livemel.diagnosis.looks import Looks


@pytest.mark.parametrize(("often", "seldom"), [(1, 4), (2, 8)])
def test_the_first_minute_is_looked_at_often_and_what_follows_seldom(
    often: int, seldom: int
) -> None:
    looks = Looks(often, seldom)
    due = [looks.is_due() for _ in range(360)]
    assert due[0]
    assert sum(due[:120]) == 120 // often
    assert sum(due[120:]) == 240 // seldom
