"""An input device that delivers as fast as it is read: 300 s of sound and more a second.

ALSA's `file` plugin reads a file and takes its time from the `null` device, which has none. It also
writes what it has read: into a FIFO here, which holds the device up when nobody empties it.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from tests.rig.clock import SR, samples_at
from tests.rig.daemon import clean_environment
from tests.rig.microphone import SOUND_VARIABLES

NAME = "unpaced"
CHANNELS = 2  # what livemel opens of a device that offers 128
ASOUNDRC = """\
pcm.unpaced {{
    type file
    file "{pace}"
    infile "{sound}"
    format raw
    slave.pcm {{ type null }}
    hint {{ show on description "Unpaced" }}
}}
"""


class UnpacedMicrophone:
    """A device whose samples are numbered from 0, and which stands still after `seconds` of them.

    It stands still 0.2 s later at most: so much fits into the FIFO.

    env : the whole environment for programs that are to hear it
    """

    def __init__(self, seconds: int) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="unpaced-", dir="/tmp"))
        self._bytes = seconds * SR * CHANNELS * np.dtype(np.float32).itemsize
        sound, pace = self._home / "sound", self._home / "pace"
        with sound.open("wb") as file:
            for second in range(seconds + 1):
                part = np.frombuffer(samples_at(second * SR, second * SR + SR), dtype=np.float32)
                file.write(np.repeat(part, CHANNELS).tobytes())
        os.mkfifo(pace)
        (self._home / ".asoundrc").write_text(ASOUNDRC.format(sound=sound, pace=pace))
        self.env = clean_environment(*SOUND_VARIABLES) | {
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home),
            "PULSE_SERVER": "unix:/nonexistent",
            "JACK_NO_START_SERVER": "1",
            "JACK_DEFAULT_SERVER": self._home.name,
        }

    def __enter__(self) -> Self:
        self._pace = os.open(self._home / "pace", os.O_RDWR)  # so it never breaks
        self._emptying = subprocess.Popen(
            ["head", "-c", str(self._bytes)], stdin=self._pace, stdout=subprocess.DEVNULL
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._emptying.kill()
        self._emptying.wait()
        os.close(self._pace)
        shutil.rmtree(self._home, ignore_errors=True)
