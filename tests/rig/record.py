"""Record what PortAudio hears, in a process of its own: `python -m tests.rig.record OUT S`.

PortAudio freezes its list of devices, and the environment that led to them, when it starts; so a
recording of a virtual device needs a process that was started with the device's environment.
"""

import sys
import time
from pathlib import Path

import sounddevice as sd

DEVICE = "pulse"
RATE = 48000
BLOCK = 480  # 10 ms
LATENCY_S = 0.5  # What a busy machine may keep us waiting without losing a sample.


def main(out: str, seconds: str) -> None:
    """Write float32 samples, mono at 48 kHz, to OUT; say "recording" once the first block came."""
    left = round(float(seconds) * RATE)
    with (
        sd.RawInputStream(
            device=DEVICE,
            samplerate=RATE,
            channels=1,
            dtype="float32",
            blocksize=BLOCK,
            latency=LATENCY_S,
        ) as stream,
        Path(out).open("wb") as file,
    ):
        block, _ = stream.read(BLOCK)
        print("recording", flush=True)
        while left > 0:
            file.write(block)
            left -= BLOCK
            block, overflowed = stream.read(BLOCK)
            if overflowed:
                sys.exit(f"overflow at {time.monotonic():.3f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
