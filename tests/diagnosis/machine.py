"""The sound of a machine that runs evenly: what is normal in the tests."""

import numpy as np
from livemel import log_mel
from livemel.config import FrontEndChoice
from livemel.diagnosis.learning import Learning
from livemel.diagnosis.normal import Normal
from livemel.dsp.frontend import FrontEnd
from numpy.typing import NDArray

Samples = NDArray[np.float32]

SR = 16_000
FRONTEND = FrontEndChoice().build(SR)
TONE_HZ = 3100.0


def machine(seconds: float, seed: int = 0, sr: int = SR, tone: float = 0.01) -> Samples:
    """Coloured noise at a rhythm of 24.7 Hz, a mains hum's harmonics, and a whine at TONE_HZ.

    tone : amplitude of the whine
    """
    n = round(seconds * sr)
    t = np.arange(n) / sr
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / sr)
    spectrum *= 1 / np.sqrt(1 + (hz / 500) ** 2) + 3 * np.exp(-(((hz - 2500) / 300) ** 2))
    sound = 0.02 * np.fft.irfft(spectrum, n) * (1 + 0.3 * np.sin(2 * np.pi * 24.7 * t))
    for k, amplitude in ((1, 0.03), (2, 0.01), (3, 0.02), (5, 0.01)):
        sound += amplitude * np.sin(2 * np.pi * 49.3 * k * t + k)
    return np.asarray(sound + tone * np.sin(2 * np.pi * TONE_HZ * t), dtype=np.float32)


def learned(sound: Samples, frontend: FrontEnd = FRONTEND) -> Normal:
    """What is normal in a sound."""
    learning = Learning(frontend)
    learning.push(log_mel(sound, frontend))
    return learning.normal("machine.wav")
