"""A virtual desk: a screen and a microphone, and one environment for who sits at it."""

import os
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tests.rig.daemon import clean_environment
from tests.rig.microphone import VirtualMicrophone
from tests.rig.screen import DISPLAY_VARIABLES, VirtualScreen

# What a desktop would tell Qt, and the language it would tell everybody.
DESKTOP_VARIABLES = ("QT_", "LC_", "LANG", "XDG_CURRENT_DESKTOP", "XDG_SESSION_")


class VirtualDesk:
    """A screen, a microphone and a private home.

    size, dpi      : of the screen, in device pixels and dots per inch
    scale          : device pixels per Qt pixel (QT_SCALE_FACTOR)
    rate, channels : of the microphone

    env : the whole environment for the program under test
    """

    def __init__(
        self,
        *,
        size: str = "1920x1080",
        dpi: int = 96,
        scale: float = 1.0,
        rate: int = 48000,
        channels: int = 1,
    ) -> None:
        self.screen = VirtualScreen(size, dpi)
        self.microphone = VirtualMicrophone(rate, channels)
        self.scale = scale
        self.env: dict[str, str] = {}
        self._started = ExitStack()

    def start(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.screen)
            stack.enter_context(self.microphone)
            self._started = stack.pop_all()
        self.env = desk_environment(self.screen, self.microphone, self.scale)
        return self

    def stop(self) -> None:
        self._started.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def desk_environment(
    screen: VirtualScreen | None, microphone: VirtualMicrophone | None, scale: float = 1.0
) -> dict[str, str]:
    """The environment of a desk; what it lacks is the surrounding one's."""
    env = clean_environment() if microphone is None else dict(microphone.env)
    without = DESKTOP_VARIABLES if screen is None else DESKTOP_VARIABLES + DISPLAY_VARIABLES
    env = {name: value for name, value in env.items() if not name.startswith(without)}
    if screen is not None:
        env |= {"DISPLAY": screen.env["DISPLAY"], "QT_QPA_PLATFORM": "xcb"}
        if microphone is None:  # nobody's own settings are read or written at the desk
            env["XDG_CONFIG_HOME"] = screen.env["XDG_CONFIG_HOME"]
    elif platform := os.environ.get("QT_QPA_PLATFORM"):
        env["QT_QPA_PLATFORM"] = platform
    return env | {"LANG": "C.UTF-8", "QT_SCALE_FACTOR": f"{scale:g}"}
