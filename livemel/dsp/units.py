"""What a decibel is in a front-end's columns."""

import math

from livemel.dsp.frontend import FrontEnd


def decibel(frontend: FrontEnd) -> float | None:
    """One decibel in the columns' unit; "db" of magnitudes counts half.

    None where the columns are no logarithm, or are normalised.
    """
    fe = frontend
    if fe.representation in ("linear", "log"):
        return 1.0
    if fe.representation == "waveform" or fe.normalise != "none" or fe.log == "none":
        return None
    if fe.log == "ln":
        unit = math.log(10) / 10
    elif fe.log == "log10":
        unit = 0.1
    else:
        unit = 2.0 if fe.log == "db-amplitude" else 1.0
    return unit * fe.power / 2
