"""Whether a window can be opened at all. Qt itself would abort the process instead of saying so."""

import ctypes
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

from livemel.doctor.packages import install_line
from livemel.errors import DisplayError

# What Qt's xcb plugin loads first, by which it is told whether it will load at all.
_XCB_LIBRARIES = (
    "libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxcb-shape.so.0",
    "libxkbcommon-x11.so.0", "libEGL.so.1", "libGL.so.1", "libfontconfig.so.1", "libdbus-1.so.3",
)  # fmt: skip


def check_display() -> None:
    """Raises DisplayError where Qt would find no screen. Linux and the like only."""
    if sys.platform in ("win32", "darwin"):
        return
    wanted = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    known = platforms()
    if wanted and known and wanted not in known:
        raise DisplayError(
            f"unknown QT_QPA_PLATFORM={wanted}: there are {', '.join(known)}",
            "unset QT_QPA_PLATFORM, or name one of them",
        )
    if wanted.startswith("wayland"):
        if not wayland_answers():
            raise _no_display(f"nothing answers at {_wayland_address()}")
        return
    if wanted not in ("", "xcb") or (not wanted and wayland_answers()):
        return
    _check_x11()


def _check_x11() -> None:
    display = os.environ.get("DISPLAY")
    if not display:
        raise _no_display("DISPLAY and WAYLAND_DISPLAY name none")
    missing = [name for name in _XCB_LIBRARIES if not _loads(name)]
    if missing:
        advice = install_line(missing)
        raise DisplayError(f"Qt lacks system libraries: {advice}", advice)
    if not _x11_answers(display):
        raise _no_display(f"nothing answers at DISPLAY={display}")


def _no_display(why: str) -> DisplayError:
    return DisplayError(
        f"no display: {why}", "log in to a desktop; check, export and render need none"
    )


def platforms() -> list[str]:
    """The platforms that Qt has plugins for, by their files; Qt is not loaded for that."""
    names = (file.name.removeprefix("libq").removesuffix(".so") for file in platform_files())
    return sorted(name.replace("wayland-generic", "wayland") for name in names)


def platform_files() -> list[Path]:
    """The files of Qt's platform plugins."""
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return []
    own = Path(spec.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms"
    return sorted(own.glob("libq*.so"))


def _wayland_address() -> str:
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    return str(Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / name)


def wayland_answers() -> bool:
    """Where WAYLAND_DISPLAY is set: whether a compositor listens there."""
    if not os.environ.get("WAYLAND_DISPLAY"):
        return False
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(_wayland_address())
        except OSError:
            return False
    return True


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _x11_answers(display: str) -> bool:
    """Connect as Qt will, authority file and all."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    error = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not error
