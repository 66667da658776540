"""All checks, at the same time, each with no more than its time."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from livemel.doctor.check import Check, State
from livemel.doctor.computer import check_computer
from livemel.doctor.places import check_places
from livemel.doctor.screen import check_screen
from livemel.doctor.sound import check_sound
from livemel.doctor.versions import check_versions, versions

# What a check may take that waits for another program; and all of them together.
WAIT_S = 3.0
LIMIT_S = 4.0


@dataclass(slots=True)
class Facts:
    """What checks learn besides. Each key is there from the beginning, and has one who sets it."""

    versions: dict[str, str | None]
    devices: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of it. devices : "input" and "output", as `livemel devices --json` lists them."""

    checks: Sequence[Check]
    versions: dict[str, str | None]
    devices: dict[str, list[dict[str, Any]]]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(check.state is not State.WRONG for check in self.checks)


Part = tuple[str, Callable[[Facts], list[Check]]]

PARTS: tuple[Part, ...] = (
    ("Sound", lambda facts: _sound(facts)),
    ("Window", lambda facts: _window(facts)),
    ("Computer", lambda _: check_computer()),
    ("Folders", lambda _: check_places()),
    ("Versions", lambda facts: check_versions(facts.versions)),
)


def examine(limit_s: float = LIMIT_S, parts: Sequence[Part] = PARTS) -> Examination:
    """Look at everything. Blocks for a second, or for limit_s where something hangs; raises
    nothing. Runs on: any thread; starts one for each part, and processes that end with it.
    """
    began_s = time.monotonic()
    facts = Facts(versions(), {"input": [], "output": []})
    done: dict[str, list[Check]] = {}

    def run(group: str, part: Callable[[Facts], list[Check]]) -> None:
        """Runs on: a thread of its own; one that hangs is left behind."""
        try:
            done[group] = part(facts)
        except Exception as error:  # a doctor has to say something
            said = " ".join(f"{type(error).__name__}: {error}".split())
            done[group] = [Check(group, "all of it", State.WRONG, f"cannot be looked at: {said}")]

    threads = [
        threading.Thread(target=run, args=part, name="livemel-doctor", daemon=True)
        for part in parts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, began_s + limit_s - time.monotonic()))
    checks = [
        check for group, _ in parts for check in done.get(group) or _unanswered(group, limit_s)
    ]
    seconds = round(time.monotonic() - began_s, 2)
    return Examination(checks, dict(facts.versions), dict(facts.devices), seconds)


def _sound(facts: Facts) -> list[Check]:
    checks, survey = check_sound(WAIT_S)
    for kind in facts.devices:
        facts.devices[kind] = survey.get(kind, [])
    facts.versions["portaudio"] = survey.get("portaudio")
    return checks


def _window(facts: Facts) -> list[Check]:
    checks, facts.versions["qt"] = check_screen(WAIT_S)
    return checks


def _unanswered(group: str, limit_s: float) -> list[Check]:
    found = f"no answer within {limit_s:g} s"
    advice = "a disk, a server or a device that it needs hangs"
    return [Check(group, "all of it", State.WRONG, found, advice)]
