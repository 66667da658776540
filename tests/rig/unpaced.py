"""An input device that delivers as fast as it is read: 300 s of sound and more a second.

ALSA's `file` plugin reads a file and takes its time from the `null` device, which has none.
"""

import shutil
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
    file /dev/null
    infile "{sound}"
    format raw
    slave.pcm {{ type null }}
    hint {{ show on description "Unpaced" }}
}}
"""


class UnpacedMicrophone:
    """A device whose samples are numbered from 0. After `seconds` of them it repeats itself.

    env : the whole environment for programs that are to hear it
    """

    def __init__(self, seconds: int = 150) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="unpaced-", dir="/tmp"))
        sound = self._home / "sound"
        with sound.open("wb") as file:
            for second in range(seconds):
                part = np.frombuffer(samples_at(second * SR, second * SR + SR), dtype=np.float32)
                file.write(np.repeat(part, CHANNELS).tobytes())
        (self._home / ".asoundrc").write_text(ASOUNDRC.format(sound=sound))
        self.env = clean_environment(*SOUND_VARIABLES) | {
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home),
            "PULSE_SERVER": "unix:/nonexistent",
            "JACK_NO_START_SERVER": "1",
            "JACK_DEFAULT_SERVER": self._home.name,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._home, ignore_errors=True)
