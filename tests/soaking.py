"""Programs that run for long, watched from within: memory, threads, files, references.

    python -m tests.soaking OUT EVERY_S program ARGUMENTS…  livemel itself, with these arguments
    python -m tests.soaking OUT EVERY_S day HOURS STATS     its window; sound comes as it is taken

OUT gets a line of JSON every EVERY_S seconds. References can be counted in no other way than from
within; the program is what it is for everybody.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SINGLETONS = (None, True, False)
SR = 48_000
STAYING = ("livemel.sources.capture", "pactl subscribe")
# Diagnosed so far, in hours; then no longer, so that it is seen what it leaves behind.
DIAGNOSED_H = 1.0
HISTORY_S = 60.0


def process_figures(pid: int) -> dict[str, float]:
    """Memory in MB: resident, a fair part of what is shared, and what is no file's; open files,
    threads.
    """
    place = Path(f"/proc/{pid}")
    lines = (place / "smaps_rollup").read_text().splitlines()
    kb = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith("kB")}
    return {
        "rss_mb": round(kb["Rss"] / 1024, 2),
        "pss_mb": round(kb["Pss"] / 1024, 2),
        "anonymous_mb": round(kb["Anonymous"] / 1024, 2),
        "fds": len(list((place / "fd").iterdir())),
        "threads": len(list((place / "task").iterdir())),
    }


def children() -> list[int]:
    """Who captures, and who hears the sound server. Looks for devices come and go."""
    tasks = Path("/proc/self/task").glob("*/children")
    found = [int(pid) for task in tasks for pid in task.read_text().split()]
    return sorted(pid for pid in found if any(name in _command(pid) for name in STAYING))


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def watch(out: Path, every_s: float, more: Callable[[], dict[str, Any]]) -> None:
    """Runs on: a thread of its own, from the program's start to its end."""
    began_s, turns = time.monotonic(), 0
    with out.open("w") as file:
        while True:
            turns += 1
            time.sleep(max(0.0, began_s + turns * every_s - time.monotonic()))
            try:
                row = {
                    "seconds": round(time.monotonic() - began_s, 1),
                    "window": process_figures(os.getpid()),
                    "others": [process_figures(pid) for pid in children()],
                    "references": [sys.getrefcount(thing) for thing in SINGLETONS],
                    **more(),
                }
            except (OSError, KeyError):  # one of them ended meanwhile
                continue
            file.write(json.dumps(row) + "\n")
            file.flush()


def run_day(hours: float, stats: Path, seen: dict[str, Any]) -> int:
    """The window over that many hours of sound, as fast as they are taken."""
    import numpy as np
    from livemel.app import App
    from livemel.config import RunConfig
    from livemel.sources.base import SourceFormat
    from livemel.sources.opening import SourceRequest
    from livemel.sources.paced import AT_ONCE, PacedSource
    from livemel.sources.scenes import Scene
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    minute = np.round(Scene("hum50", sr=SR, seed=1).read(60 * SR) * 32_768) / np.float32(32_768)

    class Day:
        """A minute of hum, again and again. Whole blocks of 10 ms."""

        format = SourceFormat(SR, 1, "signal", 1)
        left = round(hours * 3600) * SR

        def read(self, n: int) -> Any:
            n = min(n, self.left)
            at = -self.left % len(minute)
            self.left -= n
            return minute[at : at + n, np.newaxis]

        def close(self) -> None:
            pass

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    source = PacedSource(Day(), pace=AT_ONCE)
    source.start()
    request = SourceRequest(name="signal")
    app = App(RunConfig(source=request, history_s=HISTORY_S, stats=stats), source)
    app.open()
    engine = app.window.engine
    assert engine is not None

    def look() -> None:
        heard_h = engine.stats()["samples"] / SR / 3600
        seen.update(heard_h=heard_h, diagnosed=app.window.findings.on)
        if app.window.findings.on and heard_h >= DIAGNOSED_H:
            app.window.findings.switch(False)
        if engine.ended.is_set():
            app.window.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(100)
    application.exec()
    app.close()
    return 0


def main(arguments: list[str]) -> int:
    out, every_s, what, *rest = arguments
    seen: dict[str, Any] = {}
    watcher = threading.Thread(
        target=watch, args=(Path(out), float(every_s), lambda: dict(seen)), daemon=True
    )
    watcher.start()
    if what == "day":
        return run_day(float(rest[0]), Path(rest[1]), seen)
    from livemel.__main__ import main as livemel

    sys.argv = ["livemel", *rest]
    return livemel()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
