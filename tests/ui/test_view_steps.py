"""Undo brings back what there was; redo what was undone."""

from hypothesis import given
from hypothesis import strategies as st
from livemel.ui.view_steps import ViewSteps


@given(st.lists(st.integers(), min_size=1, max_size=30, unique=True))
def test_undoing_everything_leads_back_through_all_values_and_redoing_forward(
    values: list[int],
) -> None:
    steps: ViewSteps[int] = ViewSteps()
    for before in values[:-1]:
        steps.note(before)
    now, seen = values[-1], []
    while (value := steps.back(now)) is not None:
        seen.append(value)
        now = value
    assert seen == values[-2::-1]
    again = []
    while (value := steps.forward(now)) is not None:
        again.append(value)
        now = value
    assert again == values[1:]


def test_a_gesture_is_one_step() -> None:
    steps: ViewSteps[int] = ViewSteps()
    steps.note(1)
    steps.note(2, goes_on=True)
    steps.note(3, goes_on=True)
    assert steps.back(4) == 1
    assert steps.back(1) is None


def test_a_change_after_undoing_forgets_what_was_undone() -> None:
    steps: ViewSteps[int] = ViewSteps()
    steps.note(1)
    assert steps.back(2) == 1
    steps.note(1)
    assert steps.forward(3) is None


def test_a_step_that_changed_nothing_is_passed_over() -> None:
    steps: ViewSteps[int] = ViewSteps()
    steps.note(1)
    steps.note(2)
    assert steps.back(2) == 1


def test_only_the_newest_two_hundred_are_kept() -> None:
    steps: ViewSteps[int] = ViewSteps()
    for value in range(1000):
        steps.note(value)
    now, count = 1000, 0
    while (value := steps.back(now)) is not None:
        now, count = value, count + 1
    assert (count, now) == (200, 800)
