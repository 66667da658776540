"""A virtual screen: Xvfb and a window manager, so that focus, keyboard and resizing are real."""

import os
import re
import select
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.rig.daemon import DEADLINE_S, Daemon, RigError, clean_environment, need, run_tool

# WAYLAND_DISPLAY and its kin would take a window to the real screen of whoever runs the tests.
DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_", "XAUTHORITY")
# Where programs that open their windows here keep what is theirs.
PRIVATE_FOLDERS = {"XDG_CONFIG_HOME": ".config", "XDG_STATE_HOME": ".local/state"}


class VirtualScreen:
    """An X server in memory with openbox as its window manager.

    size : "WIDTHxHEIGHT" in device pixels; the depth is 24 bit
    dpi  : dots per inch that the server reports
    env  : the whole environment for programs that are to open their windows here

    Starts two child processes and ends them on leaving the `with` block.
    """

    def __init__(self, size: str = "1920x1080", dpi: int = 96) -> None:
        if not re.fullmatch(r"[1-9]\d*x[1-9]\d*", size):
            raise RigError(f"size={size!r} is not WIDTHxHEIGHT")
        self.size = size
        self.dpi = dpi
        self.env: dict[str, str] = {}
        self._home: Path | None = None
        self._daemons: list[Daemon] = []

    def start(self) -> Self:
        server = need("Xvfb", "xvfb")
        manager = need("openbox", "openbox")
        self._xprop = need("xprop", "x11-utils")
        self._home = Path(tempfile.mkdtemp(prefix="screen-", dir="/tmp"))
        try:
            display = self._start_server(server)
            private = {name: str(self._home / part) for name, part in PRIVATE_FOLDERS.items()}
            private["DISPLAY"] = display
            self.env = clean_environment(*DISPLAY_VARIABLES) | private
            self._start_manager(manager)
        except BaseException:
            self.stop()
            raise
        return self

    def _start_server(self, server: str) -> str:
        """Start Xvfb on a free display; the number arrives on a pipe once it listens."""
        assert self._home is not None
        reader, writer = os.pipe()
        try:
            xvfb = Daemon(
                [
                    *(server, "-displayfd", str(writer), "-screen", "0", f"{self.size}x24"),
                    *("-dpi", str(self.dpi), "-nolisten", "tcp", "-noreset"),
                ],
                env=clean_environment(*DISPLAY_VARIABLES),
                log=self._home / "xvfb.log",
                pass_fds=[writer],
            )
            self._daemons.append(xvfb)
        finally:
            os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            if not select.select([pipe], [], [], DEADLINE_S)[0]:
                raise xvfb.failure(f"was not ready within {DEADLINE_S:g} s")
            number = pipe.readline().strip()
        if not number:  # The pipe closed because the server ended.
            raise xvfb.failure("did not start")
        return f":{number.decode()}"

    def _start_manager(self, manager: str) -> None:
        """Start openbox with Debian's settings, not those of the user who runs the tests."""
        assert self._home is not None
        private = {"HOME": str(self._home), "XDG_CONFIG_HOME": str(self._home)}
        private |= {"XDG_CACHE_HOME": str(self._home), "XDG_DATA_HOME": str(self._home)}
        openbox = Daemon(
            [manager, "--sm-disable"], env=self.env | private, log=self._home / "openbox.log"
        )
        self._daemons.append(openbox)
        # Set by a window manager when it has taken the screen over (EWMH).
        openbox.wait_until(lambda: "window id" in self.root_property("_NET_SUPPORTING_WM_CHECK"))

    def root_property(self, name: str) -> str:
        """One property of the root window, as xprop prints it."""
        return run_tool([self._xprop, "-root", name], self.env)

    def screenshot(self, path: str | Path) -> Path:
        """Save the whole screen; the ending of the path says the format. A .bmp takes a third of
        the processor time of a .png.
        """
        target = Path(path).absolute()
        run_tool([need("import", "imagemagick"), "-window", "root", str(target)], self.env)
        return target

    @property
    def windows(self) -> list[str]:
        """Numbers of the windows that the window manager looks after."""
        return re.findall("0x[0-9a-f]+", self.root_property("_NET_CLIENT_LIST"))

    def close(self, windows: list[str]) -> None:
        """Cut their programs off, as a server that ends would."""
        for window in windows:
            run_tool([need("xdotool", "xdotool"), "windowkill", window], self.env)

    def put_pointer_in_the_middle(self) -> None:
        """Where a new screen has it."""
        x, y = (str(int(n) // 2) for n in self.size.split("x"))
        run_tool([need("xdotool", "xdotool"), "mousemove", x, y], self.env)

    @property
    def pids(self) -> list[int]:
        return [daemon.pid for daemon in self._daemons]

    def stop(self) -> None:
        """End the window manager, then the server; a second call does nothing."""
        while self._daemons:
            self._daemons.pop().end()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
