"""The states of a capture process, told what happens and when. No process runs here."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from livemel.sources import lifecycle
from livemel.sources.lifecycle import Action, CaptureEvent, CaptureState, Lifecycle

from tests.dsp.strategies import examples

MS = 1_000_000
S, E = CaptureState, CaptureEvent
# How to come into each state.
WAY = {
    S.STARTING: [E.SPAWNED],
    S.RUNNING: [E.SPAWNED, E.OPENED],
    S.STALLED: [E.SPAWNED, E.OPENED, E.SILENCE],
    S.LOST: [E.SPAWNED, E.OPENED, E.DIED],
    S.RECOVERING: [E.SPAWNED, E.OPENED, E.DIED, E.RETRY_DUE, E.SPAWNED],
    S.STOPPED: [E.STOP],
}


def arrived(state: CaptureState, now_ns: int = 0) -> Lifecycle:
    machine = Lifecycle()
    for event in WAY[state]:
        machine.on(event, now_ns)
    assert machine.state is state
    return machine


def documented() -> dict[tuple[CaptureState, CaptureEvent], tuple[CaptureState, Action]]:
    """The table in the module's docstring."""
    assert lifecycle.__doc__ is not None
    lines = [line for line in lifecycle.__doc__.splitlines() if line.startswith("    ")]
    table: dict[Any, Any] = {}
    for row in re.split(r"\n    (?=\S)", "\n".join(lines)):
        state, *rest = row.split(maxsplit=1)
        for cell in re.split(r";\s+", rest[0].strip() if rest else ""):
            if not cell:
                continue
            found = re.fullmatch(r"(.+) → (\w+)(?: \((\w+)\))?", " ".join(cell.split()))
            assert found is not None, cell
            for event in found[1].split(", "):
                table[S(state), E(event)] = (S(found[2]), Action(found[3] or ""))
    return table


@pytest.mark.parametrize("event", E)
@pytest.mark.parametrize("state", S)
def test_every_event_in_every_state_does_what_the_table_says(
    state: CaptureState, event: CaptureEvent
) -> None:
    machine = arrived(state)
    expected = documented().get((state, event), (state, Action.NOTHING))
    assert (machine.on(event, 1), machine.state) == (expected[1], expected[0])


def test_the_table_names_every_state() -> None:
    assert lifecycle.__doc__ is not None
    listed = re.findall(r"^    (\w+)", lifecycle.__doc__, re.MULTILINE)
    assert listed == [state.value for state in S]


class AnyLife(RuleBasedStateMachine):
    """Any sequence of what can happen, to a world with real processes in it."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = Lifecycle()
        self.now_ns = 0
        self.processes = 0
        self.has_been_open = False
        self.act(Action.SPAWN)  # as the microphone does when it is started

    def act(self, action: Action) -> None:
        if action is Action.KILL:
            self.processes = 0
        elif action is Action.SPAWN:
            self.processes += 1
            self.tell(E.SPAWNED)

    def tell(self, event: CaptureEvent) -> None:
        before = self.machine.state
        action = self.machine.on(event, self.now_ns)
        assert (before, self.machine.state) in LEGAL
        if before is S.STOPPED:
            assert action is Action.NOTHING
        self.act(action)

    @precondition(lambda self: self.processes == 1)
    @rule(event=st.sampled_from([E.OPENED, E.REFUSED, E.SOUND, E.SILENCE]))
    def the_process_says_or_delivers(self, event: CaptureEvent) -> None:
        self.has_been_open = self.has_been_open or event is E.OPENED
        self.tell(event)

    @precondition(lambda self: self.processes == 1)
    @rule()
    def the_process_dies(self) -> None:
        self.processes = 0
        self.tell(E.DIED)

    @rule(waited_ms=st.integers(0, 10_000))
    def time_passes(self, waited_ms: int) -> None:
        self.now_ns += waited_ms * MS
        event = self.machine.due(self.now_ns)
        if event is not None:
            self.tell(event)

    @rule(event=st.sampled_from([E.LOOK_AGAIN, E.SILENCE, E.STOP]))
    def something_happens(self, event: CaptureEvent) -> None:
        self.tell(event)

    @invariant()
    def there_is_one_process_or_none(self) -> None:
        state = self.machine.state
        assert self.processes == (0 if state in (S.LOST, S.STOPPED) else 1)

    @invariant()
    def what_was_open_is_tried_for_ever(self) -> None:
        """Nothing waits for ever but sound that comes, and the end."""
        if self.machine.state not in (S.RUNNING, S.STOPPED):
            assert self.machine.due(self.now_ns + 9_000 * MS) is not None


LEGAL = {(state, state) for state in S} | {
    (S.STARTING, S.RUNNING),
    (S.STARTING, S.STOPPED),
    (S.RUNNING, S.STALLED),
    (S.RUNNING, S.LOST),
    (S.RUNNING, S.STOPPED),
    (S.STALLED, S.RUNNING),
    (S.STALLED, S.LOST),
    (S.STALLED, S.STOPPED),
    (S.LOST, S.RECOVERING),
    (S.LOST, S.STOPPED),
    (S.RECOVERING, S.RUNNING),
    (S.RECOVERING, S.LOST),
    (S.RECOVERING, S.STOPPED),
}
AnyLife.TestCase.settings = examples(60)
test_no_sequence_of_events_leaves_the_table_or_makes_two_processes = AnyLife.TestCase


def retry_ms(machine: Lifecycle, since_ns: int) -> int:
    """How long after `since_ns` the next try is due."""
    return next(ms for ms in range(15_000) if machine.due(since_ns + ms * MS) is E.RETRY_DUE)


def waits_ms(machine: Lifecycle, n: int) -> list[int]:
    """Those before so many tries that fail."""
    waits = []
    for _ in range(n):
        waits.append(retry_ms(machine, 0))
        machine.on(E.RETRY_DUE, 0)
        machine.on(E.SPAWNED, 0)
        machine.on(E.REFUSED, 0)
    return waits


def test_tries_come_ever_more_rarely_and_at_least_every_second() -> None:
    waits = waits_ms(arrived(S.LOST), 8)
    assert waits == [100, 200, 400, 800, 1000, 1000, 1000, 1000]


def test_tries_are_rare_while_the_return_of_the_device_will_be_told() -> None:
    machine = arrived(S.LOST)
    machine.will_be_told = True
    assert waits_ms(machine, 9) == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
    assert machine.on(E.LOOK_AGAIN, 0) is Action.SPAWN
    machine.on(E.SPAWNED, 0)
    machine.on(E.REFUSED, 0)  # it was not ready yet
    assert waits_ms(machine, 2) == [200, 400]
    machine = arrived(S.LOST)
    machine.will_be_told = True
    waits_ms(machine, 9)
    machine.will_be_told = False
    assert retry_ms(machine, 0) == 1000


@examples(50)
@given(failures=st.integers(0, 20))
def test_sound_and_a_change_of_devices_begin_the_waits_anew(failures: int) -> None:
    for relief in ([E.SPAWNED, E.OPENED, E.SOUND, E.DIED], [E.LOOK_AGAIN, E.SPAWNED, E.DIED]):
        machine = arrived(S.LOST)
        for _ in range(failures):
            machine.on(E.RETRY_DUE, 0)
            machine.on(E.REFUSED, 0)  # no process could be made
        for event in relief:
            machine.on(event, 0)
        assert retry_ms(machine, 0) == (100 if E.SOUND in relief else 200)


def test_a_change_while_a_process_looks_has_another_look_at_once() -> None:
    """PortAudio's list is as old as the process."""
    machine = arrived(S.RECOVERING)
    machine.on(E.LOOK_AGAIN, 0)
    machine.on(E.REFUSED, 0)
    assert retry_ms(machine, 0) == 0
    machine.on(E.RETRY_DUE, 0)
    machine.on(E.SPAWNED, 0)
    machine.on(E.REFUSED, 0)
    assert retry_ms(machine, 0) == 400


def test_where_no_process_can_be_made_a_change_of_devices_is_no_reason_to_try_without_a_pause() -> (
    None
):
    machine = arrived(S.LOST)
    assert machine.on(E.LOOK_AGAIN, 0) is Action.SPAWN
    machine.on(E.REFUSED, 0)
    assert retry_ms(machine, 0) == 200
    machine.on(E.RETRY_DUE, 200 * MS)
    machine.on(E.REFUSED, 200 * MS)
    assert retry_ms(machine, 200 * MS) == 400


@pytest.mark.parametrize(
    ("state", "patience_ms"), [(S.STARTING, 8_000), (S.RECOVERING, 8_000), (S.STALLED, 1_200)]
)
def test_what_does_not_answer_or_deliver_is_given_up_after_its_time(
    state: CaptureState, patience_ms: int
) -> None:
    machine = arrived(state, 5 * MS)
    assert machine.due((5 + patience_ms) * MS) is None
    assert machine.due((5 + patience_ms) * MS + 1) is E.HUNG


def test_a_device_that_opened_again_and_stays_silent_is_given_up_after_three_seconds() -> None:
    machine = arrived(S.RECOVERING)
    machine.on(E.OPENED, 400 * MS)
    assert machine.waits_for_sound
    assert machine.due(3_400 * MS) is None
    assert machine.due(3_400 * MS + 1) is E.HUNG


@pytest.mark.parametrize("state", [S.RUNNING, S.STOPPED])
def test_time_alone_changes_nothing_while_sound_comes_or_after_the_end(
    state: CaptureState,
) -> None:
    assert arrived(state).due(10**18) is None
