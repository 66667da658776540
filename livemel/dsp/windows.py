"""Window functions, as float32 frames of n_fft samples."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd

# Generalised cosine windows: sum of a_k cos(2 pi k n / N) with alternating signs.
# scipy.signal has them too, but importing it costs 0.4 s and 50 MB on the way to the window.
_COSINE_TERMS = {
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "rectangular": (1.0,),
}


def window(name: str, length: int, *, periodic: bool = True) -> NDArray[np.float64]:
    """A window of that name.

    Returns : shape (length,), float64, peak 1
    Reference: Harris, Proc. IEEE 66 (1978); scipy.signal.get_window gives the same numbers.
    """
    if length == 1:
        return np.ones(1)
    if name == "povey":
        return window("hann", length, periodic=periodic) ** 0.85
    phase = np.arange(length) * (2 * np.pi / (length if periodic else length - 1))
    value = np.zeros(length)
    for k, a in enumerate(_COSINE_TERMS[name]):
        value += (-1) ** k * a * np.cos(k * phase)
    return value


def frame_window(frontend: FrontEnd) -> NDArray[np.float32]:
    """The front-end's window over the samples of a frame, zeros where it does not reach.

    Returns : shape (window_span,), float32; the factor on the samples is in it
    Reference of "povey": Kaldi, src/feat/feature-window.cc.
    """
    inner = window(frontend.window, frontend.frame_length, periodic=frontend.periodic)
    frame = np.zeros(frontend.window_span, dtype=np.float32)
    left = (frontend.window_span - frontend.frame_length) // 2
    frame[left : left + frontend.frame_length] = inner
    return frame * np.float32(frontend.scale)
