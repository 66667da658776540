"""The window: Qt, the libraries of the system that it loads, and a screen."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from livemel.doctor.check import Check, State
from livemel.doctor.display import check_display, platform_files, platforms, wayland_answers
from livemel.doctor.packages import install_line
from livemel.errors import DisplayError
from livemel.sources.child import child_environment

_GROUP = "Window"
# Loaded in a process of its own, as a library that is missing or broken may end it.
_ASK = """
from PySide6 import QtCore
print(QtCore.qVersion(), flush=True)
from PySide6 import QtGui, QtWidgets
print("loads", flush=True)
"""
# What the loader says.
_MISSING = " => not found"
_BROKEN = "error while loading shared libraries: "


def check_screen(timeout_s: float) -> tuple[list[Check], str | None]:
    """The checks, and Qt's version, None where it does not load. Blocks no longer than that."""
    give_up = time.monotonic() + timeout_s
    if find_spec("PySide6") is None:
        found, advice = "PySide6 is not installed", "pip install 'PySide6-Essentials>=6.9,<6.12'"
        return [Check(_GROUP, "Qt", State.WRONG, found, advice)], None
    asking = subprocess.Popen(
        [sys.executable, "-P", "-c", _ASK],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        missing, broken = lacking_libraries(_plugins(), timeout_s)
        platform, display = _platform(), _display()
        said, error = asking.communicate(timeout=max(0.1, give_up - time.monotonic()))
    except subprocess.TimeoutExpired:
        found = f"does not load within {timeout_s:g} s"
        return [Check(_GROUP, "Qt", State.WRONG, found, "the disk or the computer is busy")], None
    finally:
        asking.kill()
        asking.wait()
        for pipe in (asking.stdout, asking.stderr):
            if pipe is not None:
                pipe.close()
    qt = said.split()
    checks = [_qt(qt, error, missing), _libraries(missing, broken), platform, display]
    return checks, qt[0] if qt else None


def _qt(said: list[str], error: str, missing: list[str]) -> Check:
    if said[-1:] == ["loads"]:
        return Check(_GROUP, "Qt", State.OK, f"{said[0]} loads")
    reason = (error.strip().splitlines() or ["it ended without a word"])[-1]
    reason = reason.removeprefix("ImportError: ")
    library = reason.partition(":")[0]
    lacking = {*missing, *([library] if ".so" in library else [])}
    advice = (
        install_line(lacking) if lacking else "pip install --force-reinstall PySide6-Essentials"
    )
    return Check(_GROUP, "Qt", State.WRONG, f"does not load: {reason}", advice)


def lacking_libraries(files: Sequence[Path], timeout_s: float) -> tuple[list[str], str]:
    """Names of the libraries that these files ask for and the loader does not find, and what it
    says of one that is there and cannot be used, or "".
    """
    if sys.platform != "linux" or not files or shutil.which("ldd") is None:
        return [], ""
    try:
        answer = subprocess.run(
            ["ldd", *map(str, files)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s / 2,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return [], ""
    lines = [line.strip() for line in (answer.stdout + answer.stderr).splitlines()]
    missing = {line.removesuffix(_MISSING) for line in lines if line.endswith(_MISSING)}
    broken = [line.partition(_BROKEN)[2] for line in lines if _BROKEN in line]
    return sorted(missing), "".join(broken[:1])


def _plugins() -> list[Path]:
    """Of the platform that would be used."""
    name = _platform_name()
    return [file for file in platform_files() if file.name.startswith(f"libq{name}")]


def _libraries(missing: list[str], broken: str) -> Check:
    if broken:
        advice = "put it right or away" + (
            ", or unset LD_LIBRARY_PATH" if os.environ.get("LD_LIBRARY_PATH") else ""
        )
        return Check(_GROUP, "libraries", State.WRONG, broken, advice)
    if missing:
        found = f"missing: {', '.join(missing)}"
        return Check(_GROUP, "libraries", State.WRONG, found, install_line(missing))
    name, known = _platform_name(), platforms()
    if known and name not in known:
        return Check(_GROUP, "libraries", State.NOTE, f"not looked at: Qt has no {name}")
    return Check(_GROUP, "libraries", State.OK, f"all that Qt's {name} asks for")


def _platform_name() -> str:
    """The one that Qt would take."""
    named = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if named or sys.platform in ("win32", "darwin"):
        return named or {"win32": "windows", "darwin": "cocoa"}[sys.platform]
    return "wayland" if wayland_answers() else "xcb"


def _platform() -> Check:
    named = "QT_QPA_PLATFORM" in os.environ
    names = ("QT_SCALE_FACTOR", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")
    settings = ", ".join(f"{name} is set" for name in names if os.environ.get(name))
    found = _platform_name() + (", by QT_QPA_PLATFORM" if named else "")
    return Check(_GROUP, "platform", State.OK, found + (f"; {settings}" if settings else ""))


def _display() -> Check:
    try:
        check_display()
    except DisplayError as error:
        found = str(error).removeprefix("no display: ").removesuffix(f": {error.advice}")
        return Check(_GROUP, "display", State.WRONG, found, error.advice)
    name = _platform_name()
    if name in ("offscreen", "minimal", "vnc"):
        return Check(_GROUP, "display", State.NOTE, f"{name}: no window is seen")
    at = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}.get(name)
    answers = f"{at}={os.environ.get(at, '')} answers" if at else "answers"
    return Check(_GROUP, "display", State.OK, answers)
