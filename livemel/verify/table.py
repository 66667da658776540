"""What `livemel verify` prints."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from livemel.verify.agreement import LINEAR, LOG
from livemel.verify.comparison import SEED, Comparison, Verdict

_HEADINGS = ("front-end", "reference", "max |Δ| linear", "max |Δ| log", "columns", "", "")


def table(rows: Iterable[Comparison]) -> str:
    """The rows under their headings, each column as wide as its widest text."""
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    # A note may be as long as it likes: it stands last.
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            # Figures stand on the right, words on the left.
            text.rjust(width) if 2 <= i <= 4 else text.ljust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Comparison) -> tuple[str, ...]:
    figures = ("–" if value is None else f"{value:.1e}" for value in (row.linear, row.log))
    columns = str(row.columns) if row.signals else "–"
    verdict = "" if row.verdict == "none" else row.verdict
    return row.row, row.reference, *figures, columns, verdict, row.note


def explanation() -> str:
    """What the figures are, and what they may be."""
    return (
        "linear: of the mel values, relative to the largest; log: of the logarithm, in its unit.\n"
        f"ok: linear within {LINEAR:.0e}, or log within {LOG:.0e}. Where a loud sound meets a low "
        "floor, the logarithm of\nthe quiet bands shows the rounding of float32, of either side."
    )


def summary(rows: Sequence[Comparison]) -> str:
    """How many front-ends are within tolerance, beyond it, and without a reference."""
    verdicts: dict[str, set[Verdict]] = {}
    for row in rows:
        verdicts.setdefault(row.row, set()).add(row.verdict)
    # The first of these that any of its references gave is the front-end's.
    firsts: tuple[Verdict, ...] = ("beyond", "ok", "left out", "none")
    counts = Counter(next(v for v in firsts if v in given) for given in verdicts.values())
    noun = "front-end" if len(verdicts) == 1 else "front-ends"
    left_out = f"{counts['left out']} left out, " if counts["left out"] else ""
    return (
        f"{len(verdicts)} {noun}: {counts['ok']} within tolerance, {counts['beyond']} beyond, "
        f"{left_out}{counts['none']} without a reference"
    )


def to_json(rows: Sequence[Comparison], about: dict[str, Any]) -> str:
    """The rows and what they were computed from, as a JSON object."""
    return json.dumps(
        {
            **about,
            "seed": SEED,
            "tolerance": {"linear": LINEAR, "log": LOG},
            "rows": [asdict(row) for row in rows],
        },
        indent=2,
    )
