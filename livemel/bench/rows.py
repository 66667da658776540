"""Row: one line of the table, and how it is written."""

import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

_HEADINGS = ("bench", "what", "median", "min – max", "limit", "", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure and the limit that it should keep.

    unit : of value, least, most and limit: "×" for a ratio, "%" of one core, "ms", "MB", "/s"
    value : the median of the rounds, or None where it could not be measured; `note` says why
    least, most : over the rounds; None where there was one round
    limit : None where there is none; at_least: it is a floor, not a ceiling
    """

    bench: str
    what: str
    unit: str
    value: float | None = None
    least: float | None = None
    most: float | None = None
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @classmethod
    def of_rounds(
        cls, bench: str, what: str, unit: str, rounds: Sequence[float], **rest: Any
    ) -> Self:
        """The row of one figure a round; at least one round."""
        middle = statistics.median(rounds)
        return cls(bench, what, unit, middle, min(rounds), max(rounds), **rest)

    @property
    def verdict(self) -> str:
        """ "ok" within the limit, "over" beyond it (a floor too), "" where either is missing."""
        if self.value is None or self.limit is None:
            return ""
        kept = self.value >= self.limit if self.at_least else self.value <= self.limit
        return "ok" if kept else "over"

    def cells(self) -> tuple[str, ...]:
        """The row's texts, in the order of the table's columns."""
        value = "–" if self.value is None else f"{_number(self.value)} {self.unit}"
        spread = ""
        if self.least is not None and self.most is not None:
            spread = f"{_number(self.least)} – {_number(self.most)}"
        sign = "≥" if self.at_least else "≤"
        limit = "none" if self.limit is None else f"{sign} {self.limit:g} {self.unit}"
        return self.bench, self.what, value, spread, limit, self.verdict, self.note


def table(rows: Iterable[Row]) -> str:
    """The rows under their headings, each column as wide as its widest text."""
    lines = [_HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            # Figures stand on the right, words on the left.
            text.rjust(width) if 2 <= i <= 4 else text.ljust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def to_json(rows: Iterable[Row]) -> str:
    """The rows as a JSON list of objects: Row's fields, and "verdict"."""
    return json.dumps([asdict(row) | {"verdict": row.verdict} for row in rows], indent=2)


def from_json(text: str) -> list[Row]:
    """The rows that to_json wrote. Raises ValueError for anything else."""
    rows = json.loads(text)
    for row in rows:
        del row["verdict"]
    return [Row(**row) for row in rows]


def say(text: str) -> None:
    """Tell whoever is waiting what is being done; stdout is the table's."""
    print(text, file=sys.stderr, flush=True)


def _number(value: float) -> str:
    """Three digits or so: 0.123, 12.3, 912."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
