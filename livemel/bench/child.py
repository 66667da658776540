"""Benches in processes of their own: what they load and how many threads they get is settled."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from livemel.bench.rows import Row, from_json

# What numpy, scipy and numba may be built with; read once, when they are loaded.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMBA_NUM_THREADS",
    ),
    "1",
)
# The window closes its device within two seconds of being told to.
_PATIENCE_S = 3.0


def run_child(arguments: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Run this Python with these arguments. Its stderr is ours.

    env : what the child's environment has besides ours
    Returns : exit code, and what it wrote to stdout
    """
    # Ctrl-C reaches us alone, and we tell the child: no tracebacks of half-loaded modules.
    child = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        text, _ = child.communicate()
    except BaseException:
        _end(child)
        raise
    return child.returncode, text


def child_rows(bench: str, env: Mapping[str, str] | None = None) -> list[Row]:
    """The rows of `python -m livemel.bench.BENCH`; a child that failed is a row that says so."""
    code, text = run_child(["-m", f"livemel.bench.{bench}"], {"PYTHONUTF8": "1", **(env or {})})
    try:
        return from_json(text)
    except ValueError:
        return [Row(bench, "did not finish", "", note=f"exit code {code}")]


def _end(child: "subprocess.Popen[str]") -> None:
    child.terminate()
    try:
        child.communicate(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
