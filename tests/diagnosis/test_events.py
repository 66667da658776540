"""Events: counts exact, places kept, memory constant."""

from hypothesis import given
from hypothesis import strategies as st
from livemel.diagnosis.events import Events


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), max_size=2000))
def test_counts_are_exact_and_every_event_lies_in_a_span(steps: list[tuple[int, int]]) -> None:
    events, at, all_of_them = Events(apart=50), 0, []
    for wait, length in steps:
        at += wait
        events.add(at, at + length)
        all_of_them.append((at, at + length))
    assert events.events == len(steps) == sum(span.events for span in events.spans)
    assert events.samples == sum(length for _, length in steps)
    assert len(events.spans) <= 256
    for start, stop in all_of_them:
        assert any(span.start <= start and stop <= span.stop for span in events.spans)


def test_neighbours_are_one_span_and_others_are_not() -> None:
    events = Events(apart=100)
    for at in (0, 90, 500):
        events.add(at, at + 10)
    assert [(span.start, span.stop, span.events) for span in events.spans] == [
        (0, 100, 2),
        (500, 510, 1),
    ]
