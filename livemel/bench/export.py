"""`livemel export` of a sound file against librosa on the same file.

Run as `python -m livemel.bench.export`, in an environment that allows one thread. Prints the row
as JSON.
"""

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from livemel.bench.rounds import alternate, ratios
from livemel.bench.rows import Row, say, to_json
from livemel.bench.transform import NO_LIBROSA, librosa_log_mel, noise
from livemel.config import FrontEndChoice
from livemel.dsp.models import row
from livemel.engine.offline import FileColumns
from livemel.export.layout import AS_MODEL, layout_of
from livemel.export.writing import Export

_SR = 48_000
# Long enough that librosa's arrays of the whole, 1 GB, no longer come out of what the process has
# freed: as with any file that is worth exporting.
_SECONDS = 600.0
_ROUNDS = 5
_LIMIT = 2.5
_WHAT = "throughput of export to .npy ÷ librosa's of the file loaded"


def export_rows(seconds: float = _SECONDS, rounds: int = _ROUNDS) -> list[Row]:
    """The row. seconds : of noise at 48 kHz as a 16-bit WAV, longer than one frame.

    Both read the file; we write the columns to disk besides.
    """
    try:
        import librosa  # optional, and 1.1 s to import
    except ImportError:
        return [Row("export", _WHAT, "×", limit=_LIMIT, at_least=True, note=NO_LIBROSA)]
    live = row("live")
    with tempfile.TemporaryDirectory() as folder:
        sound, out = Path(folder, "sound.wav"), Path(folder, "columns.npy")
        soundfile.write(sound, noise(round(seconds * _SR)), _SR, subtype="PCM_16")

        def ours() -> None:
            file = FileColumns(sound, FrontEndChoice().build)
            Export(file, out, live, AS_MODEL, layout_of(AS_MODEL, live)).write(lambda _: None)

        def theirs() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
            y, _ = soundfile.read(sound, dtype="float32")  # as librosa.load does in the end
            return librosa_log_mel(librosa, y, live.build(_SR))

        say(f"  librosa, {rounds} rounds")
        ours()
        difference_db = float(np.abs(np.load(out) - theirs()).max())
        our_s, their_s = alternate([ours, theirs], rounds)
    speed = seconds / float(np.median(our_s))
    return [
        Row.of_rounds(
            "export",
            _WHAT,
            "×",
            ratios(their_s, our_s),
            limit=_LIMIT,
            at_least=True,
            note=f"{speed:.0f} times real time, the same within {difference_db:.0e} dB",
        )
    ]


if __name__ == "__main__":
    print(to_json(export_rows()))
