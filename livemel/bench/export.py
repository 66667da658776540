"""`livemel export` of a sound file against librosa on the same file.

Run as `python -m livemel.bench.export`, in an environment that allows one thread. Prints the row
as JSON.
"""

import os
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
# The limit is for a file of two hours, of which librosa makes arrays of 10 GB. Where there is no
# room for them it is ten minutes, and what they cost depends on how the kernel finds their pages.
_SECONDS, _ROUNDS = 7200.0, 2
_ROOM_BYTES = 14 << 30
_SHORT_SECONDS, _SHORT_ROUNDS = 600.0, 5
_PIECE_S = 60
_LIMIT = 2.5
_WHAT = "throughput of export to .npy ÷ librosa's of the file loaded"


def export_rows(seconds: float | None = None, rounds: int | None = None) -> list[Row]:
    """The row. seconds : of noise at 48 kHz as a 16-bit WAV, longer than one frame.

    Both read the file and write the columns to disk.
    """
    roomy = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >= _ROOM_BYTES
    seconds = seconds or (_SECONDS if roomy else _SHORT_SECONDS)
    rounds = rounds or (_ROUNDS if roomy else _SHORT_ROUNDS)
    limit = _LIMIT if seconds >= _SECONDS else None
    try:
        import librosa  # optional, and 1.1 s to import
    except ImportError:
        return [Row("export", _WHAT, "×", limit=_LIMIT, at_least=True, note=NO_LIBROSA)]
    live = row("live")
    with tempfile.TemporaryDirectory() as folder:
        sound, out, other = (Path(folder, n) for n in ("sound.wav", "columns.npy", "librosa.npy"))
        with soundfile.SoundFile(sound, "w", _SR, 1, "PCM_16") as wav:
            piece = noise(round(min(seconds, _PIECE_S) * _SR))
            while (left := round(seconds * _SR) - wav.frames) > 0:
                wav.write(piece[:left])

        def ours() -> None:
            file = FileColumns(sound, FrontEndChoice().build)
            Export(file, out, live.name, AS_MODEL, layout_of(AS_MODEL, live)).write(lambda _: None)

        def theirs() -> None:
            y, _ = soundfile.read(sound, dtype="float32")  # as librosa.load does in the end
            np.save(other, librosa_log_mel(librosa, y, live.build(_SR)))

        say(f"  {seconds:g} s of sound, {rounds} rounds")
        our_s, their_s = alternate([ours, theirs], rounds)
        arrays = [np.load(path, mmap_mode="r", allow_pickle=False) for path in (out, other)]
        pairs = zip(*arrays, strict=True)
        difference_db = max(float(np.abs(a - b).max()) for a, b in pairs)
    speed = seconds / float(np.median(our_s))
    what = f"{seconds:g} s at {speed:.0f} times real time, the same within {difference_db:.0e} dB"
    return [
        Row.of_rounds(
            "export",
            _WHAT,
            "×",
            ratios(their_s, our_s),
            limit=limit,
            at_least=True,
            note=what,
        )
    ]


if __name__ == "__main__":
    print(to_json(export_rows()))
