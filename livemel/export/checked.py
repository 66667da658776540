"""What `livemel check` found out about sounds, as values and as JSON."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from livemel.diagnosis import Report, Severity, Verdict
from livemel.version import __version__


@dataclass(frozen=True, slots=True)
class Checked:
    """One sound that was checked.

    name : as it was asked for; report : None where it cannot be read
    notes : what there is to know of it beside the report, a line each
    error : why it cannot be read, in one line
    normal : the file by which it was judged what is unusual, or ""
    """

    name: str
    report: Report | None
    notes: tuple[str, ...] = ()
    error: str = ""
    normal: str = ""

    @property
    def verdict(self) -> Verdict:
        """What cannot be read has failed."""
        return "fail" if self.report is None else self.report.verdict

    @property
    def worst(self) -> Severity | None:
        """The severity of the gravest finding, or None."""
        return Severity.FAIL if self.report is None else self.report.worst

    def to_dict(self) -> Mapping[str, Any]:
        """As docs/check.md has it: plain values, finite numbers."""
        told: dict[str, Any] = {"source": self.name, "verdict": self.verdict}
        if self.report is None:
            return told | {"error": self.error}
        plain: dict[str, Any] = _plain(self.report.to_dict())
        return told | {"notes": list(self.notes), "normal": self.normal or None} | plain


def verdict_of(sounds: Sequence[Checked]) -> Verdict:
    """The gravest of all."""
    verdicts = {sound.verdict for sound in sounds}
    return "fail" if "fail" in verdicts else "warn" if "warn" in verdicts else "ok"


def counts_of(sounds: Sequence[Checked]) -> Mapping[str, int]:
    """How many were checked, and how they divide: ok, warn, fail and those that are unreadable."""
    read = [sound.verdict for sound in sounds if sound.report is not None]
    each = {verdict: read.count(verdict) for verdict in ("ok", "warn", "fail")}
    return {"files": len(sounds), **each, "unreadable": len(sounds) - len(read)}


def to_json(sounds: Sequence[Checked], *, several: bool) -> str:
    """One sound as an object, or several as a list in one."""
    told: dict[str, Any] = {"livemel": __version__}
    if several:
        told |= {"verdict": verdict_of(sounds), "counts": counts_of(sounds)}
        told["files"] = [sound.to_dict() for sound in sounds]
    else:
        told |= sounds[0].to_dict()
    return json.dumps(told, indent=2, allow_nan=False)


def shown_name(path: str | os.PathLike[str]) -> str:
    """A path for a person, whatever bytes are in it: in one line, and nothing a terminal obeys."""
    text = os.fsencode(path).decode("utf-8", errors="replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _plain(value: Any) -> Any:
    """The same without numpy's types and without numbers that JSON has not: null for those."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
