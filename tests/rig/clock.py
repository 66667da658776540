"""A microphone that hears the time: each sample says when it was made, whatever becomes of it.

A process writes samples into a FIFO by the computer's clock, and a PulseAudio source reads them.
What nobody reads in time is lost, as with a real converter: it is never delivered later. So what
arrives before and after a fault tells how long the fault was, by no clock of the program's own.

`python -m tests.rig.clock FIFO` is the process.
"""

import array
import fcntl
import os
import sys
import termios
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.rig.daemon import Daemon, go_first
from tests.rig.microphone import VirtualMicrophone

SR = 48_000
# float32 holds as many whole numbers: 349 s of samples, then it begins again.
MODULUS = 1 << 24
TICK_S = 0.005
# What waits for so long is lost. A busy server reads every 10 ms, and now and then later.
LONGEST_WAIT_S = 0.15


class ClockMicrophone(VirtualMicrophone):
    """A virtual microphone whose default source is the clock, at 48 kHz."""

    def start(self) -> "ClockMicrophone":
        super().start()
        try:
            super().unplug()  # or streams of an unplugged clock would move over to it
            self._load()
            self._clock = Daemon(
                [sys.executable, "-m", "tests.rig.clock", str(self._fifo)],
                env=self.env | {"PYTHONPATH": str(Path(__file__).parents[2])},
                log=self.home / "clock.log",
            )
            self._go_first()
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def _fifo(self) -> Path:
        return self.home.parent / "clock"

    def _load(self) -> None:
        what = f"source_name=clock format=float32le rate={SR} channels=1 file={self._fifo}"
        self.pactl("load-module", "module-pipe-source", *what.split())
        self.pactl("set-default-source", "clock")

    def _go_first(self) -> None:
        """What is late is lost here, and that is not what is tested."""
        for pid in (self.pid, self._clock.pid):
            go_first(pid)

    def unplug(self) -> None:
        self.pactl("unload-module", "module-pipe-source")

    def plug(self) -> None:
        self._load()

    def restart(self) -> None:
        """Another server in the place of one that was killed."""
        self._fifo.unlink(missing_ok=True)  # which the one that was killed had made
        super().restart()
        super().unplug()
        self._load()
        self._go_first()

    def stop(self) -> None:
        clock = getattr(self, "_clock", None)
        if clock is not None:
            clock.end()
        super().stop()


def index_of(samples: NDArray[np.float32]) -> NDArray[np.int64]:
    """When these samples were made, in samples; modulo 349 s."""
    return np.rint(samples.astype(np.float64) * MODULUS).astype(np.int64)


def samples_at(start: int, stop: int) -> bytes:
    """The samples of that stretch of time."""
    numbers = np.arange(start, stop, dtype=np.int64) % MODULUS
    return (numbers / MODULUS).astype(np.float32).tobytes()


def now() -> int:
    """The number of the sample that is being made."""
    return time.monotonic_ns() * SR // 1_000_000_000


def waiting(fifo: int) -> int:
    """Bytes in a FIFO."""
    size = array.array("i", [0])
    fcntl.ioctl(fifo, termios.FIONREAD, size)
    return size[0]


def run(path: str) -> None:
    """Write the time until we are ended. The FIFO may go and come again."""
    fifo, known, at = -1, None, now()
    due = time.monotonic()
    while True:
        due = max(due + TICK_S, time.monotonic())
        time.sleep(due - time.monotonic() if due > time.monotonic() else 0)
        try:
            there = Path(path).stat()
        except FileNotFoundError:
            continue
        if known != there.st_ino:
            if fifo >= 0:
                os.close(fifo)
            fifo = os.open(path, os.O_RDWR | os.O_NONBLOCK)
            known, at = there.st_ino, now()
        if waiting(fifo) > LONGEST_WAIT_S * SR * 4:
            os.read(fifo, 1 << 20)
            at = now() - round(TICK_S * SR)
        stop = now()
        try:
            written = os.write(fifo, samples_at(at, stop))
        except BlockingIOError:
            continue
        at += written // 4


if __name__ == "__main__":
    run(sys.argv[1])
