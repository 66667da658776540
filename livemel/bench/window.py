"""The whole program as its own process: what it costs, and how soon it is there."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from livemel.bench.child import run_child
from livemel.bench.rounds import ratios
from livemel.bench.rows import Row, say
from livemel.doctor.display import check_display
from livemel.errors import LivemelError
from livemel.sources.devices import list_input_devices

_SIZE = "1920x1080"
_SECONDS = 10.0
_WARM_UP_S = 2.0  # the first run finds the files not yet in memory, perhaps not yet compiled

# What a named model's front-end costs beside the default one, panels beside none, and diagnosis
# beside none. All that is not about diagnosis runs without it.
_SMALL = "1280x720"
_MODEL = "whisper-80"
_PANELS = "slice,waveform,levels"
_ROUNDS = 3
_RATIO_SECONDS = 5.0

_WINDOW_CPU, _CAPTURE_CPU = 16.0, 5.0  # % of one core
_MODEL_RATIO, _PANELS_RATIO = 1.3, 1.6
_DIAGNOSIS_CPU = 4.0  # % of one core, on top of the window
_START_MS = 900.0
_UNSHARED_MB = 220.0
_LATENCY_MS = 30.0  # of 95 columns of 100, from the ring to the screen
_PAINTS_PER_S = 58.0  # of 60; the first tenth of a second has no window yet

Stats = dict[str, Any]
Ways = tuple[tuple[str, ...], tuple[str, ...]]  # of each its name, and the options that make it


def window_rows(seconds: float = _SECONDS) -> list[Row]:
    """Two runs, of which the second counts; then, in turn, a model's front-end and the default, and
    panels and none, and diagnosis on and off.

    seconds : of the second run
    """
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
    short = min(seconds, _RATIO_SECONDS)
    return [
        *_rows(first, stats),
        _model_row(source, short),
        _panels_row(source, short),
        _diagnosis_row(source, seconds),
    ]


def _source() -> str:
    """ "mic" where there is one, otherwise "demo"."""
    try:
        return "mic" if list_input_devices() else "demo"
    except LivemelError:
        return "demo"


def _model_row(source: str, seconds: float) -> Row:
    """The processor time of the window on a model's front-end, against the default's."""
    ways = ((_MODEL, "--frontend", _MODEL), ("default", "--frontend", "live"))
    return _ratio_row(source, seconds, ways, _MODEL_RATIO)


def _panels_row(source: str, seconds: float) -> Row:
    """The processor time of the window with slice, waveform and levels, against the bare one's."""
    ways = (("with panels", "--panels", _PANELS), ("bare", "--panels", "none"))
    return _ratio_row(source, seconds, ways, _PANELS_RATIO)


def _diagnosis_row(source: str, seconds: float) -> Row:
    """The processor time of the window that diagnoses, less that of one that does not; loading the
    detectors, once, is in it.
    """
    name = "processor, diagnosis on less off"
    ways = (("diagnosis on", "--diagnosis"), ("off", "--no-diagnosis"))
    found = _in_turn(source, seconds, ways)
    if found is None:
        return Row("window", name, "%", note="it did not run")
    one, other = (np.median(percents) for percents in found)
    return Row.of_rounds(
        "window",
        name,
        "%",
        [on - off for on, off in zip(*found, strict=True)],
        limit=_DIAGNOSIS_CPU,
        note=f"{one:.1f} %, off {other:.1f} %; {_SMALL}, {seconds:g} s",
    )


def _ratio_row(source: str, seconds: float, ways: Ways, limit: float) -> Row:
    """The processor time of one way to run the window against another's, in turn."""
    first, second = ways[0][0], ways[1][0]
    found = _in_turn(source, seconds, ways)
    if found is None:
        return Row("window", f"{first} ÷ {second}", "×", note="it did not run")
    one, other = (np.median(percents) for percents in found)
    return Row.of_rounds(
        "window",
        f"processor, {first} ÷ {second}",
        "×",
        ratios(*found),
        limit=limit,
        note=f"{one:.1f} %, {second} {other:.1f} %; {_SMALL}",
    )


def _in_turn(source: str, seconds: float, ways: Ways) -> tuple[list[float], list[float]] | None:
    """Of each way the percents of a core that the window takes, one a round; None if it failed."""
    percents: tuple[list[float], list[float]] = ([], [])
    for number in range(1, _ROUNDS + 1):
        say(f"  {ways[0][0]} and {ways[1][0]} in turn, round {number} of {_ROUNDS}")
        for (_, *options), found in zip(ways, percents, strict=True):
            stats = _run(source, seconds, *options, size=_SMALL)
            if stats is None:
                return None
            found.append(stats["cpu_percent"]["window"])
    return percents


def _run(source: str, seconds: float, *more: str, size: str = _SIZE) -> Stats | None:
    """The figures of one run of the window, or None if it failed; it has said why."""
    with tempfile.TemporaryDirectory(prefix="livemel-bench-") as folder:
        path = Path(folder) / "stats.json"
        options = ["--source", source, "--size", size, "--seconds", f"{seconds:g}"]
        options += ["--no-diagnosis", *more]
        code, _ = run_child(["-m", "livemel", *options, "--stats", str(path)], {})
        if code or not path.exists():
            return None
        stats: Stats = json.loads(path.read_text())
        return stats


def _rows(first: Stats, stats: Stats) -> list[Row]:
    cpu, unshared = stats["cpu_percent"], stats["unshared_mb"]
    paint, first_start = stats["paint_ms"], first["start_ms"]
    latency = stats["latency_ms"]
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
        Row("window", "sample in the ring to painted, p95", "ms", latency["p95"],
            limit=_LATENCY_MS, note=f"p50 {latency['p50']:.1f}, p99 {latency['p99']:.1f} ms"),
        Row("window", "paints", "/s", stats["paints"] / stats["seconds"], limit=_PAINTS_PER_S,
            at_least=True, note=f"{paint['p50']:.1f} / {paint['p99']:.1f} ms (p50 / p99), "
            f"{stats['paints_skipped']} skipped"),
    ]  # fmt: skip
