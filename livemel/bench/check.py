"""`livemel check` of a sound file against computing its columns.

Run as `python -m livemel.bench.check`, in an environment that allows one thread. Prints the rows
as JSON.
"""

import json
import resource
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from livemel.bench.child import run_child
from livemel.bench.rounds import ratios
from livemel.bench.rows import Row, say, to_json
from livemel.sources.scenes import Scene

_SR = 48_000
_SECONDS, _SHORT_SECONDS, _ROUNDS = 3600, 600, 3
_PIECE_S = 60
_SCENE = "speechlike"
# Once through the transform, and half of that for everything that detectors look at.
_LIMIT = 1.5
# Findings are kept by the place, of which there are 256 at the most.
_MOST_MB = 10.0
# How much memory a process took, told by itself: a parent's counts in its children's rusage.
_FIGURES = """
import json, pathlib, resource, sys
try:
    status = pathlib.Path("/proc/self/status").read_text()
    kb = int(status.split("VmHWM:")[1].split()[0])
except (OSError, IndexError):
    used = resource.getrusage(resource.RUSAGE_SELF)
    kb = used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(json.dumps(kb / 1024))
"""
_CHECK = f"""
import contextlib, io, sys
from livemel.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(["check", sys.argv[1], "--json"])
assert code < 2
{_FIGURES}"""
_COLUMNS = f"""
import pathlib, sys
from livemel.dsp.models import frontend
from livemel.engine.offline import FileColumns
for _ in FileColumns(pathlib.Path(sys.argv[1]), lambda sr: frontend("live", sr=sr)):
    pass
{_FIGURES}"""

_WHOLE = f"""
import sys
import soundfile
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
y, sr = soundfile.read(sys.argv[1], dtype="float32")
log_mel(y, frontend("live", sr=sr))
{_FIGURES}"""


@dataclass(frozen=True, slots=True)
class _Cost:
    """cpu_s : of all threads and of its decoder process; peak_mb : of resident memory"""

    cpu_s: float
    peak_mb: float


def check_rows(
    seconds: int = _SECONDS, short_seconds: int = _SHORT_SECONDS, rounds: int = _ROUNDS
) -> list[Row]:
    """The rows. seconds, short_seconds : of a scene at 48 kHz as a 16-bit WAV, a minute of it
    again and again. Each run is a process of its own, imports included.
    """
    with tempfile.TemporaryDirectory() as folder:
        long, short = (_file(Path(folder), n) for n in (seconds, short_seconds))
        say(f"  {seconds} s of sound, {rounds} rounds")
        # In turn: a computer that slows down slows all of them.
        costs = [[_cost(way, long) for way in (_CHECK, _WHOLE, _COLUMNS)] for _ in range(rounds)]
        shorter = [_cost(_CHECK, short).peak_mb for _ in range(rounds)]
    check, whole, columns = zip(*costs, strict=True)
    limit = _LIMIT if seconds >= _SECONDS else None
    cpu_s = statistics.median(cost.cpu_s for cost in check)
    more = [cost.peak_mb - mb for cost, mb in zip(check, shorter, strict=True)]
    return [
        _ratio("reading it all and log_mel", check, whole, limit, f"{seconds} s in {cpu_s:.1f} s"),
        _ratio("reading it in blocks and their columns", check, columns, None),
        Row.of_rounds(
            "check",
            f"peak memory of check, {seconds} s less {short_seconds} s",
            "MB",
            more,
            limit=_MOST_MB,
            note=f"{statistics.median(cost.peak_mb for cost in check):.0f} MB in all",
        ),
    ]


def _ratio(
    other: str,
    check: Sequence[_Cost],
    others: Sequence[_Cost],
    limit: float | None,
    note: str = "",
) -> Row:
    rounds = ratios([cost.cpu_s for cost in check], [cost.cpu_s for cost in others])
    what = f"CPU of check ÷ of {other}"
    return Row.of_rounds("check", what, "×", rounds, limit=limit, note=note)


def _file(folder: Path, seconds: int) -> Path:
    path = folder / f"{seconds}.wav"
    piece = Scene(_SCENE, sr=_SR).read(min(_PIECE_S, seconds) * _SR)
    whole = np.round(piece * 32767).astype(np.int16)
    with soundfile.SoundFile(path, "w", _SR, 1, "PCM_16") as wav:
        while (left := seconds * _SR - wav.frames) > 0:
            wav.write(whole[:left])
    return path


def _cost(script: str, sound: Path) -> _Cost:
    before_s = _children_s()
    code, text = run_child(["-c", script, str(sound)], {"PYTHONUTF8": "1"})
    if code:
        raise RuntimeError(f"a child ended with exit code {code}")
    return _Cost(_children_s() - before_s, json.loads(text))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(to_json(check_rows()))
