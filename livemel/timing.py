"""Durations and their percentiles, and what the operating system knows of a process."""

import os
import sys
import time
from pathlib import Path

import numpy as np

# The clock where nothing better is known: the moment this module was loaded.
_LOADED_NS = time.monotonic_ns()


class Durations:
    """The newest `capacity` durations in ms, and the longest ever. Memory is fixed."""

    def __init__(self, capacity: int = 4096) -> None:
        self._ms = np.zeros(capacity, dtype=np.float64)
        self.count = 0
        self.longest_ms = 0.0

    def add(self, ms: float) -> None:
        """Note one duration."""
        self._ms[self.count % len(self._ms)] = ms
        self.count += 1
        self.longest_ms = max(self.longest_ms, ms)

    def percentiles(self, *which: float) -> dict[str, float]:
        """{"p50": ms, ...} over those kept; zeros before the first."""
        kept = self._ms[: min(self.count, len(self._ms))]
        values = np.percentile(kept, which) if len(kept) else np.zeros(len(which))
        return {f"p{w:g}": round(float(v), 3) for w, v in zip(which, values, strict=True)}

    def summary(self, *which: float) -> dict[str, float]:
        """The percentiles and "max"."""
        return {**self.percentiles(*which), "max": round(self.longest_ms, 3)}


class FrameBudget:
    """Whether the next paint may go ahead: one that overran its budget costs the next its turn."""

    def __init__(self, budget_ms: float) -> None:
        self.budget_ms = budget_ms
        self.skipped = 0
        self._overran = False

    def spent(self, ms: float) -> None:
        """Say what the last paint cost."""
        self._overran = ms > self.budget_ms

    def may_paint(self) -> bool:
        """True, or once False after an overrun, which counts as a skipped paint."""
        if self._overran:
            self._overran = False
            self.skipped += 1
            return False
        return True


def since_process_start_ms() -> float:
    """How long this process has been running, in ms (Linux: to 10 ms; elsewhere since import)."""
    try:
        fields = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
        started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return (time.clock_gettime(time.CLOCK_BOOTTIME) - started_s) * 1000
    except (OSError, IndexError, AttributeError):
        return (time.monotonic_ns() - _LOADED_NS) / 1e6


def memory_mb(pid: int | None = None) -> tuple[float, float]:
    """Resident memory of a process, and the part of it that no other process shares, in MB.

    pid : None is this process. Returns (0, 0) where the system does not tell.
    """
    try:
        text = Path(f"/proc/{pid or 'self'}/smaps_rollup").read_text()
    except OSError:
        return (_peak_rss_mb(), 0.0) if pid is None else (0.0, 0.0)
    kb = {
        line.split(":")[0]: int(line.split()[1])
        for line in text.splitlines()
        if line.endswith("kB")
    }
    private = kb.get("Private_Clean", 0) + kb.get("Private_Dirty", 0)
    return round(kb.get("Rss", 0) / 1024, 1), round(private / 1024, 1)


def _peak_rss_mb() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)
