"""How far it is, on a terminal."""

import sys
import time

from livemel.errors import one_line

_WIDTH = 30
_LEAST_S = 0.1  # between two lines: a person sees no more


class Progress:
    """A bar on stderr where that is a terminal; nothing anywhere else.

    Call it with what is done, from 0 to 1; leave the `with` to wipe the bar off.
    """

    def __init__(self, what: str) -> None:
        self._what = one_line(what)
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._said = time.monotonic()

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, done: float) -> None:
        now = time.monotonic()
        if not self._shown or now - self._said < _LEAST_S:
            return
        self._said = now
        bar = "█" * round(done * _WIDTH)
        left = ""
        if done > 0.01:
            left_s = (now - self._began) * (1 - done) / done
            left = f"  {left_s:.0f} s left"
        text = f"\r{self._what}  {bar:░<{_WIDTH}} {100 * done:3.0f} %{left}\x1b[K"
        print(text, end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
