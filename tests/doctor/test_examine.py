"""An examination has its time, and survives whatever a check does."""

import threading
import time

from livemel.doctor.check import Check, State
from livemel.doctor.examine import Facts, examine
from livemel.doctor.text import as_text


def fine(facts: Facts) -> list[Check]:
    return [Check("Computer", "one", State.OK, "there")]


def broken(facts: Facts) -> list[Check]:
    raise ZeroDivisionError("no\nnumber")


def test_a_check_that_hangs_or_fails_is_said_and_the_others_are_there() -> None:
    ended = threading.Event()

    def hanging(facts: Facts) -> list[Check]:
        ended.wait(20)
        return []

    began = time.monotonic()
    examination = examine(0.2, [("Sound", hanging), ("Window", broken), ("Computer", fine)])
    took = time.monotonic() - began
    ended.set()
    assert took < 10
    assert [(check.group, check.state) for check in examination.checks] == [
        ("Sound", State.WRONG),
        ("Window", State.WRONG),
        ("Computer", State.OK),
    ]
    assert examination.checks[0].found == "no answer within 0.2 s"
    assert examination.checks[1].found == "cannot be looked at: ZeroDivisionError: no number"
    assert not examination.ok
    assert as_text(examination).endswith("2 things are wrong; → says what to do.")


def test_what_is_worth_knowing_is_not_wrong() -> None:
    note = Check("Sound", "one", State.NOTE, "a name\nof two lines", "do this")
    examination = examine(1.0, [("Sound", lambda _: [note])])
    assert examination.ok
    assert as_text(examination).splitlines() == [
        "Sound",
        "  note   one             a name of two lines",
        "                         → do this",
        "",
        "Nothing is wrong.",
    ]
