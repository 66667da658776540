"""How often the machine itself stood still: a virtual one is not always given its processors.

Where it stands still for most of a sound server's period, no program on it can be in time. Run as
`python -m tests.rig.standstill CPU`: until stdin closes, a thread that goes before all others there
sleeps for half a millisecond again and again; then it prints how often that took far longer.
"""

import os
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

_SLEEP_S = 0.0005
_LONG_S = 0.003
_PRIORITY = 50  # sound servers and their clients have 20 and less


class Standstills:
    """Watches each processor from entering to leaving the `with` block.

    count : how often one of them stood still for 3 ms or more; known afterwards
    """

    def __init__(self) -> None:
        self.count = 0
        self._watches: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        for cpu in sorted(os.sched_getaffinity(0)):
            watch = subprocess.Popen(
                [sys.executable, "-m", __name__, str(cpu)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._watches.append(watch)
            assert watch.stdout is not None
            assert watch.stdout.readline() == "watching\n"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for watch in self._watches:
            self.count += int(watch.communicate()[0])


def main() -> None:
    """Runs in: a process of its own, one for each processor."""
    os.sched_setaffinity(0, {int(sys.argv[1])})
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_PRIORITY))
    closed = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), closed.set()), daemon=True).start()
    print("watching", flush=True)
    count, before = 0, time.monotonic()
    while not closed.is_set():
        time.sleep(_SLEEP_S)
        now = time.monotonic()
        count += now - before > _LONG_S
        before = now
    print(count)


if __name__ == "__main__":
    main()
