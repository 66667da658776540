"""The program on a busy computer, and where nobody sees it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rig.desk import VirtualDesk
from tests.rig.sawtooth import SAWTOOTH
from tests.waiting import wait_for

SPINNERS = 10
TICKS = os.sysconf("SC_CLK_TCK")


def start(desk: VirtualDesk, stats: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "livemel", "--source", "mic", *arguments, "--stats", str(stats)],
        env=desk.env,
        stdin=subprocess.DEVNULL,
    )


def tool(desk: VirtualDesk, *arguments: str) -> str:
    done = subprocess.run(
        ["xdotool", *arguments], env=desk.env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def close(desk: VirtualDesk, process: "subprocess.Popen[bytes]", stats: Path) -> dict[str, Any]:
    """Ctrl+Q, and the figures of the run."""
    window = tool(desk, "search", "--sync", "--onlyvisible", "--name", "^livemel").split()[0]
    tool(desk, "windowfocus", "--sync", window, "key", "ctrl+q")
    assert process.wait(20) == 0
    figures: dict[str, Any] = json.loads(stats.read_text())
    return figures


def cpu_s(process: "subprocess.Popen[bytes]") -> float:
    """Processor time of the process so far, without its children."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def share(process: "subprocess.Popen[bytes]", seconds: float) -> float:
    """Of one core that it takes during so many seconds from now."""
    before, began = cpu_s(process), time.monotonic()
    time.sleep(seconds)
    return (cpu_s(process) - before) / (time.monotonic() - began)


@pytest.fixture
def spinners() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Programs that want all there is."""
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for process in running:
        process.kill()
        process.wait()


def test_minimised_it_hears_on_and_costs_less_than_half(desk: VirtualDesk, tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    desk.microphone.play(SAWTOOTH, loop=True)
    process = start(desk, stats, "--panels", "slice,waveform", "--size", "1600x900")
    try:
        window = tool(desk, "search", "--sync", "--onlyvisible", "--name", "^livemel").split()[0]
        time.sleep(2.0)  # what is loaded late is loaded
        shown = share(process, 1.5)
        tool(desk, "windowminimize", "--sync", window)
        time.sleep(0.5)
        hidden = share(process, 1.5)
        tool(desk, "windowactivate", "--sync", window)
        figures = close(desk, process, stats)
    finally:
        process.kill()
        process.wait()
    assert hidden < 0.5 * shown, (hidden, shown)
    assert figures["columns_lost"] == 0
    assert figures["paints"] < 60 * (figures["seconds"] - 1.5)
    assert figures["columns"] == pytest.approx(100 * figures["samples"] / 48_000, abs=6)


@pytest.mark.soak
def test_on_a_busy_computer_paints_are_given_up_and_columns_are_not(
    desk: VirtualDesk, spinners: list["subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    stats = tmp_path / "stats.json"
    desk.microphone.play(SAWTOOTH, loop=True)
    process = start(desk, stats, "--panels", "slice,waveform,levels,f0")
    try:
        tool(desk, "search", "--sync", "--onlyvisible", "--name", "^livemel")
        time.sleep(3.0)
        spin = [sys.executable, "-c", "while True: pass"]
        spinners.extend(subprocess.Popen(spin) for _ in range(SPINNERS))
        time.sleep(12.0)
        for spinner in spinners:
            spinner.kill()
        time.sleep(25.0)
        figures = close(desk, process, stats)
    finally:
        process.kill()
        process.wait()
    assert figures["paint_rate"]["lowest"] <= 30
    assert figures["paint_rate"]["now"] == figures["paint_rate"]["full"] == 60
    assert (figures["columns_lost"], figures["samples_lost"], figures["gaps"]) == (0, 0, [])
    wait_for(lambda: process.poll() is not None)
