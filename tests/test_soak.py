"""A day of sound, and an hour of it in real time: nothing grows, and nothing is lost.

LIVEMEL_SOAK_S and LIVEMEL_SOAK_DAY_H make them shorter, for a try.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from livemel.dsp.models import frontend

from tests.rig.desk import VirtualDesk
from tests.rig.sawtooth import SAWTOOTH
from tests.soaking import DIAGNOSED_H, SR

MOST_MB = 5.0
REAL_S = float(os.environ.get("LIVEMEL_SOAK_S", "3600"))
DAY_H = float(os.environ.get("LIVEMEL_SOAK_DAY_H", "24"))
SETTLED_H = 0.5  # of sound, after the diagnosis
HISTORY_S, SETTLED_S = 60, 120

Row = dict[str, Any]


def soak(desk: VirtualDesk, out: Path, every_s: float, *what: str, patience_s: float) -> list[Row]:
    """Run it to its end at the desk, and give what was seen of it."""
    command = [sys.executable, "-m", "tests.soaking", str(out), f"{every_s:g}", *what]
    done = subprocess.run(
        command, env=desk.env, capture_output=True, text=True, timeout=patience_s, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows: list[Row] = [json.loads(line) for line in out.read_text().splitlines()]
    print(f"\n{rows[0]}\n{rows[-1]}")
    return rows


def assert_nothing_grows(rows: Sequence[Row], *, others: int) -> None:
    """Of the rows in which all is as it is to stay. Memory is that of the first few at most."""
    assert len(rows) >= 4
    processes = [[row["window"], *row["others"]] for row in rows]
    assert {len(row) for row in processes} == {1 + others}
    for process in zip(*processes, strict=True):
        for kind in ("rss_mb", "anonymous_mb"):
            sizes = [figures[kind] for figures in process]
            assert max(sizes) - max(sizes[: max(2, len(sizes) // 10)]) <= MOST_MB, (kind, sizes)
        for kind in ("fds", "threads"):
            # A look for devices may fall on a moment, and opens a pipe: the least counts.
            counts = [figures[kind] for figures in process]
            half = len(counts) // 2
            assert min(counts[:half]) == min(counts[half:]), (kind, counts)
    for counts in zip(*(row["references"] for row in rows), strict=True):
        # Each frame that runs just then holds some; one lost a column would be a million.
        assert max(counts) - min(counts) < 300, counts


def columns_due(stats: Row) -> int:
    """As many as so many samples have windows of 2048, one every 10 ms; nothing is lost."""
    assert (stats["samples_lost"], stats["columns_lost"], stats["gaps"]) == (0, 0, [])
    fe = frontend("live", sr=stats["sr"])
    return (int(stats["samples"]) - fe.n_fft) // fe.hop_length + 1


@pytest.mark.soak
def test_a_day_of_sound_leaves_memory_threads_files_and_references_as_they_were(
    desk: VirtualDesk, tmp_path: Path
) -> None:
    """24 hours as fast as they are taken, the first of them diagnosed: about 5 minutes."""
    out, stats = tmp_path / "day.jsonl", tmp_path / "day.json"
    rows = soak(desk, out, 2.0, "day", f"{DAY_H:g}", str(stats), patience_s=200 * DAY_H + 60)
    written = json.loads(stats.read_text())
    assert written["samples"] == round(DAY_H * 3600) * SR
    assert written["columns"] == columns_due(written)
    settled = [row for row in rows if row.get("heard_h", 0.0) > DIAGNOSED_H + SETTLED_H]
    assert not any(row["diagnosed"] for row in settled)
    assert_nothing_grows(settled[:-1], others=0)


@pytest.mark.soak
def test_an_hour_in_real_time_leaves_memory_threads_files_and_references_as_they_were(
    desk: VirtualDesk, tmp_path: Path
) -> None:
    """The window at the microphone, with all that is on by default: an hour."""
    out, stats = tmp_path / "hour.jsonl", tmp_path / "hour.json"
    desk.microphone.play(SAWTOOTH, loop=True)
    arguments = ("--history", str(HISTORY_S), "--seconds", f"{REAL_S:g}", "--stats", str(stats))
    every_s = min(60.0, REAL_S / 20)
    rows = soak(desk, out, every_s, "program", *arguments, patience_s=REAL_S + 120)
    written = json.loads(stats.read_text())
    assert written["samples"] > 0.98 * SR * REAL_S - 3 * SR
    # It is closed in the midst of the sound: samples that came just then have no columns yet.
    assert 0 <= columns_due(written) - written["columns"] <= 3
    settled = [row for row in rows if row["seconds"] > HISTORY_S + SETTLED_S]
    assert_nothing_grows(settled, others=2)
