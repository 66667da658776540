"""The frequencies of a column's peaks, from the sound under it. No Qt."""

from typing import NamedTuple

from livemel.buffers.history import SampleHistory
from livemel.dsp.column_peaks import between_bins
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.peak import Spectrum, peak_near, spectrum_at
from livemel.engine import Feed
from livemel.engine.along import sound_of
from livemel.engine.intake import Samples
from livemel.errors import ParameterError
from livemel.ui.column_curve import fraction_of_row
from livemel.ui.stream_time import samples_at, seconds_of
from livemel.ui.view_state import ViewState

# Fill with zeros to so many times the frame: the parabola is then right to a tenth of a bin.
_PADDING = 2


class Sound(NamedTuple):
    """The samples around a column's middle, and the column's own frame at their rate."""

    samples: Samples
    centre: float
    frontend: FrontEnd


def sound_under(feed: Feed, column: int, history: SampleHistory) -> Sound | None:
    """The sound under a column, or None where it is not kept."""
    fe, sr = feed.frontend, feed.format.sr
    n_fft = max(8, round(fe.frame_length * sr / fe.sr))
    middle = samples_at(feed, seconds_of(feed, column + 0.5))
    start, stop = middle - n_fft, middle + n_fft
    if middle - n_fft // 2 < history.oldest or middle >= history.written:
        return None
    samples = sound_of(history, feed.channel, start, min(stop, history.written))
    return Sound(samples, n_fft, FrontEnd(sr=sr, n_fft=n_fft, window=fe.window))


def row_range_hz(row: int, view: ViewState) -> tuple[float, float]:
    """From the middle of the row below to the middle of the row above."""
    low, high = (view.row_hz(fraction_of_row(row + by, view)) for by in (-1, 1))
    return max(0.0, low), min(view.frontend.sr / 2, high)


def rough_hz(rows: list[int], view: ViewState, sound: Sound) -> list[str]:
    """What moves: the strongest bin between the rows beside each, by a parabola."""
    try:
        spectrum = spectrum_at(*sound, _PADDING)
    except ParameterError:  # it holds values that are no numbers
        return [""] * len(rows)
    return [_rough(spectrum, row, view) for row in rows]


def exact_hz(row: int, view: ViewState, sound: Sound) -> str:
    """What stands: a sine fitted by least squares, in as many digits as are known. 5 to 10 ms."""
    low, high = row_range_hz(row, view)
    try:
        near = between_bins(spectrum_at(*sound, _PADDING), low, high) or (low + high) / 2
        peak = peak_near(*sound, near)
    except ParameterError:
        return ""
    if peak is None:
        return ""
    digits = 2 if peak.error_hz < 0.05 else 1 if peak.error_hz < 0.5 else 0
    return f"{peak.hz:.{digits}f} Hz"


def _rough(spectrum: Spectrum, row: int, view: ViewState) -> str:
    hz = between_bins(spectrum, *row_range_hz(row, view))
    if hz is None:  # the row is narrower than a bin
        hz = view.row_hz(fraction_of_row(row, view))
    return f"{hz:.0f} Hz" if hz < 1000 else f"{hz / 1000:.2f} kHz"
