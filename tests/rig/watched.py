"""The program with an eye on it: `Watched` starts it, asks how it goes, and ends it.

`python -m tests.rig.watched ARGUMENTS` is the process: livemel itself, unchanged, with a heart that
beats in the window's event loop and a thread that answers each line on stdin with one on stdout.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

BEAT_MS = 5
DEADLINE_S = 30.0


class Watched:
    """One run of the program, from the outside."""

    def __init__(self, env: Mapping[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.rig.watched", *arguments],
            env={**env, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def look(self) -> dict[str, Any]:
        """How it goes, and the longest silence of its heart, in ms, since the last look, but for
        what it waited for a processor.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("look\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def wait_until(
        self, holds: Callable[[dict[str, Any]], object], deadline_s: float = DEADLINE_S
    ) -> tuple[dict[str, Any], float]:
        """The first look at which it holds, and how long that took; its beat is the longest."""
        began, beat = time.monotonic(), 0.0
        while True:
            seen = self.look()
            beat = max(beat, seen["beat_ms"])
            took = time.monotonic() - began
            if holds(seen):
                return {**seen, "beat_ms": beat}, took
            assert took < deadline_s, f"it did not happen in {deadline_s:g} s: {seen}"
            time.sleep(0.01)

    def end(self) -> float:
        """Ask it to end, as a desktop does; returns how long that took."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        return time.monotonic() - began

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class _Heart:
    """Runs in: the program."""

    def __init__(self) -> None:
        self.app: Any = None
        self.longest_s = 0.0
        self._last_s = self._last_waited_s = 0.0
        self._marked = 0  # columns up to the last mark

    def watch(self, app: Any) -> None:
        """Begin to beat. Runs on: the GUI thread."""
        from PySide6.QtCore import Qt, QTimer

        self.app = app
        timer = QTimer(app)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start(BEAT_MS)

    def _beat(self) -> None:
        now_s, waited_s = time.monotonic(), self._waited_s()
        if self._last_s:
            silent_s = now_s - self._last_s
            self.longest_s = max(self.longest_s, silent_s - (waited_s - self._last_waited_s))
        self._last_s, self._last_waited_s = now_s, waited_s

    def _waited_s(self) -> float:
        """For a processor that others had: the window, and the engine, which may then be holding
        the interpreter lock. That is the machine's doing, and next to nothing on a calm one.
        """
        waited_ns = 0
        for thread in threading.enumerate():
            if thread is threading.main_thread() or thread.name == "livemel-engine":
                with suppress(FileNotFoundError, ProcessLookupError):
                    stat = Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text()
                    waited_ns += int(stat.split()[1])
        return waited_ns / 1e9

    def answer(self) -> None:
        """Runs on: a thread of its own."""
        for _ in sys.stdin:
            print(json.dumps(self._seen()), flush=True)

    def _seen(self) -> dict[str, Any]:
        beat_ms, self.longest_s = (
            1000 * max(self.longest_s, time.monotonic() - self._last_s if self._last_s else 0.0),
            0.0,
        )
        seen = {"state": "", "reason": "", "lost": False, "beat_ms": beat_ms, "mark": None}
        if self.app is None:
            return seen
        engine = self.app._decks.shown.engine
        status, stats = engine.status, engine.stats()
        seen |= {
            "state": status.state.value,
            "reason": status.reason,
            "lost": status.lost_since_ns > 0,
            "shown": self.app.window.plot.image._notice,
            "source": stats["source"],
        }
        if seen["lost"] or engine.history is None or engine.history.written < 1000:
            return seen | _resources()
        return seen | _resources() | {"mark": self._mark(engine, stats["samples_lost"])}

    def _mark(self, engine: Any, lost: int) -> dict[str, int]:
        """Where the stream stands."""
        import numpy as np
        from livemel.buffers.columns import GAP

        from tests.rig.clock import index_of

        history, columns = engine.history, engine.feed.columns
        at, n, begin = history.written, columns.written, self._marked
        self._marked = n
        return {
            "at": at,  # the number of its newest sample
            "told": int(index_of(history.read(at - 1, at).samples[:, 0])[0]),  # by that sample
            "lost": lost,
            "columns": n,
            "gap_columns": int(np.count_nonzero(columns.read(begin, n).flags & GAP)),  # new ones
        }


def _resources() -> dict[str, Any]:
    from livemel.timing import memory_mb

    children: list[str] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # threads come and go
            children += (task / "children").read_text().split()
    return {
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "children": [int(pid) for pid in children],
        "captures": [int(pid) for pid in children if _is_capture(pid)],
        "rss_mb": memory_mb()[0],
    }


def _is_capture(pid: str) -> bool:
    """Other children look for devices."""
    try:
        return b"livemel.sources.capture" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def main() -> None:
    """Runs in: the program's process."""
    from livemel.app import App
    from livemel.cli import main as run

    heart, opened = _Heart(), App.open

    def watched_open(app: App) -> None:
        heart.watch(app)
        opened(app)

    App.open = watched_open  # type: ignore[method-assign]
    threading.Thread(target=heart.answer, daemon=True).start()
    sys.exit(run())


if __name__ == "__main__":
    main()
