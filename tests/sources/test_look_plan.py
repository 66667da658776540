"""When devices are looked for: soon after a hint, often while somebody looks, seldom otherwise."""

import math

from hypothesis import given
from hypothesis import strategies as st
from livemel.sources.look_plan import LookPlan

COST_S = 0.12


def begun(now_s: float = 0.0) -> LookPlan:
    """A plan that has had its first look at everything, done at now_s."""
    plan = LookPlan()
    plan.attended = True
    assert plan.take(now_s) == (True, True)
    plan.looked(now_s, COST_S)
    plan.attended = False
    return plan


def test_the_first_look_waits_until_the_program_has_started() -> None:
    plan = LookPlan()
    assert plan.take(0.0) == (False, False)
    assert 2 <= plan.next_s <= 5


def test_who_opens_the_list_waits_for_nothing() -> None:
    plan = LookPlan()
    plan.attended = True
    assert plan.take(0.0) == (True, True)


def test_what_the_machine_hints_is_looked_at_once_it_has_settled() -> None:
    plan = begun()
    plan.machine_changed(5.0)
    plan.machine_changed(5.1)  # does not put it off
    assert plan.take(5.1) == (False, False)
    assert plan.take(5.16) == (True, True)
    plan.looked(5.4, COST_S)
    assert plan.take(5.5) == (False, False)


def test_what_the_server_hints_asks_the_server_alone() -> None:
    plan = begun()
    plan.server_changed(5.0)
    assert plan.take(5.04) == (False, True)
    assert plan.take(5.05) == (False, False)


def test_a_server_that_begins_to_tell_is_asked_once_it_does() -> None:
    """Also if everything was looked at just before."""
    plan = begun()
    plan.attended = True
    plan.server_asked(5.0)
    assert plan.take(5.0) == (True, True)
    plan.looked(5.1, COST_S)
    assert plan.take(5.3) == (False, True)


def test_a_hint_during_a_look_is_about_what_comes_after_it() -> None:
    plan = begun()
    plan.machine_changed(5.0)
    assert plan.take(5.2) == (True, True)
    plan.machine_changed(5.3)  # while it is being looked at
    plan.looked(5.5, COST_S)
    assert plan.take(5.5) == (True, True)


def test_an_open_list_and_a_lost_device_are_looked_for_every_other_second() -> None:
    for attended, seeks in ((True, False), (False, True)):
        plan = begun()
        plan.attended, plan.seeks = attended, seeks
        assert plan.take(0.9) == (False, False)
        assert plan.take(2.0) == (True, True)


def test_what_fails_is_asked_seldom_where_that_keeps_nobody_from_hearing_the_server() -> None:
    plan = begun()
    plan.attended = plan.failing = True
    assert plan.take(2.0) == (True, True)
    plan.looked(2.0, COST_S)
    plan.hinted = True
    assert plan.take(16.9) == (False, False)
    plan.server_changed(16.9)
    assert plan.take(16.95) == (False, True)
    assert plan.take(17.1) == (True, True)


def test_for_a_lost_device_the_server_alone_is_asked_where_it_tells() -> None:
    plan = begun()
    plan.seeks = plan.hinted = True
    assert plan.take(1.4) == (False, False)
    assert plan.take(1.5) == (False, True)  # what it told of may have been before anybody listened
    assert plan.take(2.9) == (False, False)
    assert plan.take(3.0) == (False, True)
    plan.seeks = False
    assert plan.take(14.0) == (False, False)


@given(st.floats(0.01, 3.0))
def test_without_a_hint_looking_takes_less_than_half_a_percent(cost_s: float) -> None:
    plan, now_s, spent_s = begun(), 0.0, 0.0
    plan.looked(0.0, cost_s)
    while now_s < 3600:
        before_s, now_s = now_s, plan.next_s
        assert now_s - before_s >= 15
        assert math.isfinite(now_s)
        assert plan.take(now_s) == (True, True)
        plan.looked(now_s, cost_s)
        spent_s += cost_s
    assert spent_s / now_s <= 0.005
