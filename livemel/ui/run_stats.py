"""The figures of a run."""

import time
from typing import Any

from livemel.dsp.frontend import FrontEnd
from livemel.engine import Engine, Feed
from livemel.engine.journey import Journey
from livemel.sources.base import SourceFormat
from livemel.timing import memory_mb, since_process_start_ms
from livemel.ui.main_window import MainWindow


def run_stats(
    window: MainWindow, engine: Engine, began_s: float, cpu_began_s: float
) -> dict[str, Any]:
    """All that --stats writes but the recordings.

    began_s, cpu_began_s : the monotonic clock and the processor time at the run's beginning
    """
    frames, image = window.frames, window.plot.image
    elapsed_s = max(1e-3, time.monotonic() - began_s)
    delivery, feed = engine.source.delivery(), engine.feed
    rss, private = memory_mb()
    start_ms = None
    if image.first_paint_s is not None:
        since_ms = (time.monotonic() - image.first_paint_s) * 1000
        start_ms = round(since_process_start_ms() - since_ms, 1)
    cpu_s = time.process_time() - cpu_began_s
    capture = None if delivery.cpu_s is None else round(100 * delivery.cpu_s / elapsed_s, 2)
    return {
        **engine.stats(),
        "paints": frames.paints,
        "paints_skipped": frames.skipped,
        "paint_ms": frames.durations.summary(50, 95, 99),
        "callback_ms": delivery.callback_ms,
        "latency_ms": image.journey.arrived.percentiles(50, 95, 99),
        "latency": None if feed is None else _latency(image.journey, feed, engine.format),
        "clock_drift_ppm": _drift(engine),
        "paint_rate": {
            "full": frames.load.full_hz,
            "lowest": frames.load.lowest_hz,
            "now": frames.load.step.rate_hz,
        },
        "lookahead_ms": None if feed is None else _lookahead_ms(feed.frontend),
        "start_ms": start_ms,
        "cpu_percent": {"window": round(100 * cpu_s / elapsed_s, 2), "capture": capture},
        "rss_mb": round(rss + delivery.rss_mb, 1),
        "unshared_mb": {"window": private, "capture": delivery.private_mb},
        "seconds": round(elapsed_s, 3),
    }


def _lookahead_ms(frontend: FrontEnd) -> float:
    return round(1000 * frontend.lookahead / frontend.sr, 3)


def _latency(journey: Journey, feed: Feed, now: SourceFormat | None) -> dict[str, Any]:
    fe, device_s = feed.frontend, (now or feed.format).input_latency_s
    return journey.parts(device_s, fe.lookahead / fe.sr)


def _drift(engine: Engine) -> dict[str, float] | None:
    """Of the device's clock against the computer's; None where there is none, or too early."""
    drift = None if engine.drift is None else engine.drift.estimate()
    if drift is None:
        return None
    return {"ppm": round(drift.ppm, 3), "error": round(drift.error_ppm, 3)}
