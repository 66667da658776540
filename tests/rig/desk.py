"""A virtual desk: a screen and a microphone, and one environment for who sits at it."""

import os
import time
from dataclasses import dataclass, field

from tests.rig.daemon import clean_environment
from tests.rig.microphone import VirtualMicrophone
from tests.rig.screen import DISPLAY_VARIABLES, PRIVATE_FOLDERS, VirtualScreen

# What a desktop would tell Qt, and the language it would tell everybody.
DESKTOP_VARIABLES = ("QT_", "LC_", "LANG", "XDG_CURRENT_DESKTOP", "XDG_SESSION_")
CLOSING_S = 5.0


@dataclass(slots=True)
class VirtualDesk:
    """A screen, which others use before and after, a microphone, and a private home.

    env : the whole environment for the program under test
    """

    screen: VirtualScreen
    microphone: VirtualMicrophone
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.env = desk_environment(self.screen, self.microphone)

    def leave(self) -> None:
        """Return when the screen is as it was; whose windows are still open is ended and named."""
        give_up = time.monotonic() + CLOSING_S
        while self.screen.windows:
            if time.monotonic() > give_up:
                left = self.screen.windows
                self.screen.close(left)
                raise AssertionError(f"left open on the screen: {left}")
            time.sleep(0.01)
        self.screen.put_pointer_in_the_middle()


def desk_environment(
    screen: VirtualScreen | None, microphone: VirtualMicrophone | None, scale: float = 1.0
) -> dict[str, str]:
    """The environment of a desk; what it lacks is the surrounding one's."""
    env = clean_environment() if microphone is None else dict(microphone.env)
    without = DESKTOP_VARIABLES if screen is None else DESKTOP_VARIABLES + DISPLAY_VARIABLES
    env = {name: value for name, value in env.items() if not name.startswith(without)}
    if screen is not None:
        env |= {"DISPLAY": screen.env["DISPLAY"], "QT_QPA_PLATFORM": "xcb"}
        if microphone is None:  # nobody's own settings are read or written at the desk, nor the log
            for name in PRIVATE_FOLDERS:
                env[name] = screen.env[name]
    elif platform := os.environ.get("QT_QPA_PLATFORM"):
        env["QT_QPA_PLATFORM"] = platform
    return env | {"LANG": "C.UTF-8", "QT_SCALE_FACTOR": f"{scale:g}"}
