"""LogMelStream.push of one hop, as it happens live, against the FFT of that one frame.

Run as `python -m livemel.bench.push`, in an environment that allows one thread. Prints the row as
JSON.
"""

import statistics

import scipy.fft

from livemel.bench.rounds import alternate, ratios
from livemel.bench.rows import Row, to_json
from livemel.bench.transform import noise
from livemel.dsp.models import frontend
from livemel.dsp.stream import LogMelStream

_SR = 48_000
_ROUNDS = 21
_PUSHES = 1000  # a round: 10 s of sound
_LIMIT = 4.0


def push_rows(pushes: int = _PUSHES, rounds: int = _ROUNDS) -> list[Row]:
    """The row. pushes : of one hop, in each round."""
    fe = frontend("live", sr=_SR)
    samples = noise(fe.n_fft + fe.hop_length)
    frame, hop = samples[: fe.n_fft], samples[fe.n_fft :]
    stream = LogMelStream(fe)
    stream.push(frame)  # from now on each hop completes a column
    push_s, rfft_s = alternate(
        [lambda: stream.push(hop), lambda: scipy.fft.rfft(frame)], rounds, pushes
    )
    push_us, rfft_us = statistics.median(push_s) * 1e6, statistics.median(rfft_s) * 1e6
    return [
        Row.of_rounds(
            "push",
            "time to push one hop ÷ rfft of one frame",
            "×",
            ratios(push_s, rfft_s),
            limit=_LIMIT,
            note=f"{push_us:.1f} µs, rfft {rfft_us:.1f} µs",
        )
    ]


if __name__ == "__main__":
    print(to_json(push_rows()))
