"""What a capture process says on stderr, on its way to the log: bounded in every direction."""

import logging
import threading
import time
from typing import IO, Final

LOG = logging.getLogger("livemel.capture")
# A program that sets up no log of its own is not spoken to on stderr.
logging.getLogger("livemel").addHandler(logging.NullHandler())

_LONGEST: Final = 400
# ALSA says about 20 lines each time that PortAudio starts.
_MOST_A_SECOND: Final = 50
_REMEMBERED: Final = 200


class ChildWords:
    """Hands lines to the log. Those that a process before this one said too are only for DEBUG: a
    device that is tried again every 1.5 s for a night says the same 20 lines each time.
    """

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._second = 0
        self._in_this_second = 0
        self._left_out = 0

    def listen(self, pipe: IO[bytes], pid: int) -> None:
        """Until the process is gone. Runs on: a thread that ends with it."""
        with pipe:
            whole = True  # what comes next begins a line
            while line := pipe.readline(_LONGEST):
                if whole:  # the rest of a line that is too long is left out
                    self._take(line.decode(errors="replace").rstrip(), pid)
                whole = line.endswith(b"\n")

    def _take(self, line: str, pid: int) -> None:
        second = int(time.monotonic())
        if second != self._second:
            if self._left_out:
                LOG.info("capture %d: %d more lines", pid, self._left_out)
            self._second, self._in_this_second, self._left_out = second, 0, 0
        self._in_this_second += 1
        if self._in_this_second > _MOST_A_SECOND:
            self._left_out += 1
            return
        if line:
            known = line in self._said
            if len(self._said) < _REMEMBERED:
                self._said.add(line)
            LOG.log(logging.DEBUG if known else logging.INFO, "capture %d: %s", pid, line)


def follow(words: ChildWords, pipe: IO[bytes], pid: int) -> None:
    """Listen on a thread of its own, which ends when the process does."""
    threading.Thread(
        target=words.listen, args=(pipe, pid), name="livemel-words", daemon=True
    ).start()
