"""The way from the output to the input of the default devices, measured in the plainest way.

Nothing of livemel is in it: single samples at full level, found by a threshold, and the monotonic
time at which PortAudio's callbacks took and brought them. Run as `python -m tests.rig.loopback N`
it prints, as JSON, the way of each of N impulses in ms, and how many blocks came after a hole.
"""

import json
import sys
import time

import numpy as np
import sounddevice

SR, BLOCK, LATENCY_S, APART_S = 48_000, 480, 0.03, 0.317


def main(impulses: int) -> None:
    taken: list[tuple[float, int]] = []  # when, and where in its block
    brought: list[tuple[float, int]] = []
    played, holes = [0], [0]
    due = [round((0.5 + APART_S * k) * SR) for k in range(impulses)]

    def play(out: np.ndarray, frames: int, _times: object, status: object) -> None:
        now = time.monotonic()
        holes[0] += bool(status)
        out.fill(0)
        while due and due[0] < played[0] + frames:
            at = due.pop(0) - played[0]
            out[at] = 0.9
            taken.append((now, at))
        played[0] += frames

    def record(data: np.ndarray, _frames: int, _times: object, status: object) -> None:
        now = time.monotonic()
        holes[0] += bool(status)
        brought.extend((now, int(at)) for at in np.flatnonzero(np.abs(data[:, 0]) > 0.4))

    def stream(kind: type, callback: object) -> "sounddevice._StreamBase":
        return kind(
            samplerate=SR, channels=1, dtype="float32", blocksize=BLOCK, latency=LATENCY_S,
            callback=callback,
        )  # fmt: skip

    with stream(sounddevice.InputStream, record), stream(sounddevice.OutputStream, play):
        stop = time.monotonic() + 0.5 + APART_S * impulses + 1.0
        while time.monotonic() < stop and len(brought) < impulses:
            time.sleep(0.02)
    ways = [
        (there + j / SR) - (then + i / SR)
        for (then, i), (there, j) in zip(taken, brought, strict=False)
    ]
    json.dump({"ways_ms": [1000 * way for way in ways], "holes": holes[0]}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
