"""An examination for a person, and for a program."""

import json
import textwrap
from collections.abc import Sequence

from livemel.doctor.check import Check, State, without_home
from livemel.doctor.examine import Examination
from livemel.errors import one_line
from livemel.logs.file import log_path

_MARKS = {State.OK: "ok", State.NOTE: "note", State.WRONG: "WRONG"}
_MARK_WIDTH, _NAME_WIDTH = 5, 15
_INDENT = " " * (2 + _MARK_WIDTH + 2 + _NAME_WIDTH + 1)


def as_text(examination: Examination, width: int = 100) -> str:
    """Aligned lines by group, what to do below each, and at the end how many things are wrong."""
    lines: list[str] = []
    for group in dict.fromkeys(check.group for check in examination.checks):
        lines.append(group)
        for check in examination.checks:
            if check.group == group:
                lines += _lines(check, width)
        lines.append("")
    wrong = sum(check.state is State.WRONG for check in examination.checks)
    return "\n".join([*lines, _verdict(wrong)])


def as_json(examination: Examination) -> str:
    """What docs/doctor.schema.json describes."""
    log = log_path()
    return json.dumps(
        {
            "ok": examination.ok,
            "checks": [_row(check) for check in examination.checks],
            "devices": examination.devices,
            "versions": examination.versions,
            "log": None if log is None else without_home(str(log)),
            "seconds": examination.seconds,
        },
        indent=2,
    )


def _row(check: Check) -> dict[str, str]:
    return {
        "group": check.group,
        "name": check.name,
        "state": str(check.state),
        "found": _line(check.found),
        "advice": _line(check.advice),
    }


def _lines(check: Check, width: int) -> Sequence[str]:
    head = f"  {_MARKS[check.state]:<{_MARK_WIDTH}}  {check.name:<{_NAME_WIDTH}} "
    lines = _wrapped(_line(check.found), head, width)
    if check.advice:
        lines += _wrapped(_line(check.advice), f"{_INDENT}→ ", width)
    return lines


def _wrapped(text: str, head: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _line(text: str) -> str:
    """Names of devices may hold anything."""
    return one_line(" ".join(without_home(text).split()))


def _verdict(wrong: int) -> str:
    if not wrong:
        return "Nothing is wrong."
    return f"{wrong} thing{'s are' if wrong > 1 else ' is'} wrong; → says what to do."
