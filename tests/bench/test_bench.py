"""The benches run, and their table says what it should. How fast anything is, is not tested."""

import json
import os
import signal
import subprocess
import sys

import pytest
from livemel.bench import BENCHES, run_benches
from livemel.bench.channels import channels_rows
from livemel.bench.check import check_rows
from livemel.bench.child import child_rows
from livemel.bench.export import export_rows
from livemel.bench.paint import paint_rows
from livemel.bench.push import push_rows
from livemel.bench.rounds import alternate, ratios
from livemel.bench.rows import Row, from_json, table, to_json
from livemel.bench.transform import NO_LIBROSA, transform_rows
from livemel.bench.window import window_rows
from livemel.cli import main
from livemel.errors import ParameterError

SHORT = {"rounds": 2}


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_the_help_names_all_benches_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bench", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    *names, last = BENCHES
    assert f"{', '.join(names)} or {last} (all)" in said


def test_ratios_are_positive_and_the_table_shows_each_with_its_limit() -> None:
    rows = [
        *transform_rows(seconds=0.2, **SHORT),
        *push_rows(pushes=20, **SHORT),
        *export_rows(seconds=0.2, **SHORT),
    ]
    limits = ("≥ 2.5 ×", "≤ 2.5 ×", "≤ 4 ×", "none")  # of export: only where the file is long
    lines = table(rows).splitlines()[1:]
    assert len(lines) == len(rows) == 4
    for row, line, limit in zip(rows, lines, limits, strict=True):
        assert row.least is not None
        assert row.most is not None
        assert row.value is not None
        assert 0 < row.least <= row.value <= row.most
        assert row.what in line
        assert limit in line
        assert row.verdict in line


def test_what_is_compared_with_librosa_is_the_same_spectrogram() -> None:
    for row in (transform_rows(seconds=0.2, rounds=1)[0], export_rows(seconds=0.2, rounds=1)[0]):
        assert float(row.note.split("within ")[1].split(" dB")[0]) <= 1e-4


def test_without_librosa_the_row_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "librosa", None)
    for row in (transform_rows(seconds=0.2, rounds=1)[0], export_rows(seconds=0.2, rounds=1)[0]):
        assert row.value is None
        assert NO_LIBROSA in table([row])


def test_check_is_measured_in_processes_of_its_own() -> None:
    *times, memory = check_rows(seconds=2, short_seconds=1, rounds=1)
    assert len(times) == 2
    for row in times:
        assert row.value is not None
        assert row.value > 0
        assert row.limit is None  # so short a file is mostly imports
    assert (memory.unit, memory.limit) == ("MB", 10.0)


def test_channels_are_measured_in_the_engines_own_thread() -> None:
    *counts, growth = channels_rows(seconds=0.3, rounds=1, counts=(1, 4, 8))
    assert [row.what for row in counts] == [
        *("engine, 1 channel", "engine, 4 channels", "engine, 8 channels")
    ]
    assert all(row.value is not None and 0 < row.value < 100 for row in counts)
    assert counts[0].note == "1.00 of 1 × one channel"
    assert [row.limit for row in counts] == [None, None, 25.0]
    assert (growth.what, growth.unit) == ("8 channels ÷ 2 × 4 channels", "×")


@pytest.mark.usefixtures("qapp")
def test_paint_compares_both_ways_of_painting_offscreen() -> None:
    rows = paint_rows(rounds=2, paints=5)
    assert [row.what.split()[-1] for row in rows] == ["p50", "p50", "p99", "p50", "p95"]
    assert rows[3].what == "paint of 8 channels ÷ of one, p50"
    assert all(row.value is not None and row.value > 0 for row in rows)
    assert "offscreen" in rows[0].note


@pytest.mark.usefixtures("no_display")
def test_without_a_display_the_rows_say_so_and_the_exit_code_is_0(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_benches(["paint", "window"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["bench", "paint", "window"]
    assert all("no display" in line for line in lines[1:])
    assert window_rows()[0].value is None


def test_an_unknown_bench_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ParameterError,
        match=r"'fft': there are transform, push, channels, export, check, paint, zoom, hum, ",
    ):
        run_benches(["fft"])
    assert list(BENCHES) == [
        "transform", "push", "channels", "export", "check", "paint", "zoom", "hum", "faults",
        "window",
    ]  # fmt: skip


def test_a_limit_may_be_a_ceiling_or_a_floor() -> None:
    ceiling, floor = {"limit": 4.0}, {"limit": 4.0, "at_least": True}
    assert [Row("b", "w", "×", v, **ceiling).verdict for v in (3.9, 4.0, 4.1)] == [
        *("ok", "ok", "over")
    ]
    assert [Row("b", "w", "×", v, **floor).verdict for v in (3.9, 4.0, 4.1)] == [
        *("over", "ok", "ok")
    ]
    assert Row("b", "w", "×", 4.0).verdict == Row("b", "w", "×", **ceiling).verdict == ""


def test_rows_survive_json() -> None:
    rows = [Row.of_rounds("b", "w", "×", [3.0, 1.0, 2.0], limit=2.5, note="n"), Row("b", "x", "ms")]
    assert from_json(to_json(rows)) == rows
    assert [row["verdict"] for row in json.loads(to_json(rows))] == ["ok", ""]


def test_ways_are_timed_in_turn() -> None:
    called: list[str] = []
    ways = [lambda: called.append("A"), lambda: called.append("B")]
    seconds = alternate(ways, rounds=2, calls=3)
    assert "".join(called) == "AB" + 2 * "AAABBB"
    assert [len(figures) for figures in seconds] == [2, 2]
    assert ratios([3.0, 8.0], [1.0, 2.0]) == [3.0, 4.0]


def test_a_bench_that_fails_is_a_row_that_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    row = child_rows("no_such_bench")[0]
    assert (row.what, row.note) == ("did not finish", "exit code 1")
    assert "no_such_bench" in capfd.readouterr().err


def test_ctrl_c_ends_bench_and_child_quietly() -> None:
    bench = subprocess.Popen(
        [sys.executable, "-m", "livemel", "bench", "transform"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert bench.stderr is not None
    assert bench.stderr.readline().startswith("[1/1] transform")
    bench.stderr.readline()  # the child's first word: it runs
    bench.send_signal(signal.SIGINT)
    out, err = bench.communicate(timeout=10)
    assert bench.returncode == 130
    assert out == ""
    assert "Traceback" not in err
