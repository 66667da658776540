"""The whole program as its own process: what it costs, and how soon it is there."""

import json
import tempfile
from pathlib import Path
from typing import Any

from livemel.bench.child import run_child
from livemel.bench.rows import Row, say
from livemel.errors import LivemelError
from livemel.sources.devices import list_input_devices
from livemel.ui.display import check_display

_SIZE = "1920x1080"
_SECONDS = 10.0
_WARM_UP_S = 2.0  # the first run finds the files not yet in memory, perhaps not yet compiled

_WINDOW_CPU, _CAPTURE_CPU = 16.0, 5.0  # % of one core
_START_MS = 900.0
_UNSHARED_MB = 220.0
_PAINTS_PER_S = 58.0  # of 60; the first tenth of a second has no window yet

Stats = dict[str, Any]


def window_rows(seconds: float = _SECONDS) -> list[Row]:
    """Two runs, of which the second counts. seconds : of the second."""
    try:
        check_display()
    except LivemelError as error:
        return [Row("window", "the whole window", "", note=str(error))]
    source = _source()
    say(f"  first run, {_WARM_UP_S:g} s, --source {source}")
    first = _run(source, _WARM_UP_S)
    say(f"  second run, {seconds:g} s")
    stats = _run(source, seconds) if first else None
    if first is None or stats is None:
        return [Row("window", "the whole window", "", note="it did not run")]
    return _rows(first, stats)


def _source() -> str:
    """ "mic" where there is one, otherwise "demo"."""
    try:
        return "mic" if list_input_devices() else "demo"
    except LivemelError:
        return "demo"


def _run(source: str, seconds: float) -> Stats | None:
    """The figures of one run of the window, or None if it failed; it has said why."""
    with tempfile.TemporaryDirectory(prefix="livemel-bench-") as folder:
        path = Path(folder) / "stats.json"
        options = ["--source", source, "--size", _SIZE, "--seconds", f"{seconds:g}"]
        code, _ = run_child(["-m", "livemel", *options, "--stats", str(path)], {})
        if code or not path.exists():
            return None
        stats: Stats = json.loads(path.read_text())
        return stats


def _rows(first: Stats, stats: Stats) -> list[Row]:
    cpu, unshared = stats["cpu_percent"], stats["unshared_mb"]
    paint, first_start = stats["paint_ms"], first["start_ms"]
    no_capture = "" if cpu["capture"] is not None else "no microphone, so there is no such process"
    together = unshared["window"] + unshared["capture"]
    return [
        Row("window", "processor, window", "%", cpu["window"], limit=_WINDOW_CPU,
            note=f"{_SIZE}, {stats['source']}"),
        Row("window", "processor, capture", "%", cpu["capture"], limit=_CAPTURE_CPU,
            note=no_capture),
        Row("window", "start to first picture, warm", "ms", stats["start_ms"], limit=_START_MS,
            note="" if first_start is None else f"first run {first_start:.0f} ms"),
        Row("window", "memory not shared, together", "MB", together, limit=_UNSHARED_MB,
            note=f"{unshared['window']:.0f} + {unshared['capture']:.0f} MB"),
        Row("window", "paints", "/s", stats["paints"] / stats["seconds"], limit=_PAINTS_PER_S,
            at_least=True, note=f"{paint['p50']:.1f} / {paint['p99']:.1f} ms (p50 / p99), "
            f"{stats['paints_skipped']} skipped"),
    ]  # fmt: skip
