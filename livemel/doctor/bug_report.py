"""What a bug report wants to know: this computer, this run, and the last words of the log."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from livemel.doctor.check import without_home
from livemel.doctor.examine import Examination
from livemel.doctor.text import as_text

# Of a run's figures; those that are not here may name files.
_FIGURES = (
    "seconds", "sr", "samples", "samples_lost", "samples_not_finite", "columns", "columns_lost",
    "paints", "paints_skipped", "paint_ms", "paint_rate", "latency_ms", "latency", "callback_ms",
    "clock_drift_ppm", "lookahead_ms", "start_ms", "cpu_percent", "rss_mb", "unshared_mb",
)  # fmt: skip
_MOST_GAPS = 5


def run_figures(stats: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The figures of a run without the names of files.

    stats : as --stats has them; source : what is heard, in words that name no file
    """
    gaps = list(stats.get("gaps", ()))
    figures = {name: stats[name] for name in _FIGURES if name in stats}
    return {"source": source, **figures, "gaps": len(gaps), "last_gaps": gaps[-_MOST_GAPS:]}


def as_report(
    examination: Examination, figures: Mapping[str, Any], log_lines: Sequence[str]
) -> str:
    """Text to paste."""
    run = "\n".join(f"  {name}: {json.dumps(value)}" for name, value in figures.items())
    log = "\n".join(f"  {without_home(line)}" for line in log_lines)
    parts = (
        f"livemel report, {time.strftime('%Y-%m-%dT%H:%M:%S%z')}",
        f"What happened, and what should have:\n\n\n{as_text(examination)}",
        f"This run\n{run}",
        f"Log, the last lines\n{log or '  empty'}",
    )
    return "\n\n".join(parts) + "\n"
