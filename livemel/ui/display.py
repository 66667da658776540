"""Whether a window can be opened at all. Qt itself would abort the process instead of saying so."""

import ctypes
import os
import sys

from livemel.errors import DisplayError

# What Qt's xcb plugin loads, and Debian's package with it.
_XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}


def check_display() -> None:
    """Raises DisplayError where Qt would find no screen. Linux and the like only."""
    if sys.platform in ("win32", "darwin"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith("xcb"):
        return
    if os.environ.get("WAYLAND_DISPLAY") and platform != "xcb":
        return
    display = os.environ.get("DISPLAY")
    if not display:
        raise DisplayError("no display: DISPLAY and WAYLAND_DISPLAY are not set")
    missing = [package for name, package in _XCB_LIBRARIES.items() if not _loads(name)]
    if missing:
        raise DisplayError(f"Qt lacks system libraries: apt install {' '.join(missing)}")
    if not _answers(display):
        raise DisplayError(f"no display: nothing answers at DISPLAY={display}")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _answers(display: str) -> bool:
    """Connect as Qt will, authority file and all."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    error = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not error
