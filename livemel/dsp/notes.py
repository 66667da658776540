"""Frequencies as notes of the equal temperament."""

from dataclasses import dataclass
from math import isfinite, log2

from livemel.errors import ParameterError

CONCERT_PITCH_HZ = 440.0
_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
_A4 = 69  # its MIDI number


@dataclass(frozen=True, slots=True)
class Note:
    """The nearest note, and how far above it the frequency is.

    name : such as "C♯4"; octaves begin at C, and A4 is the concert pitch
    cents : from -50 to 50; 100 are a semitone
    """

    name: str
    cents: float

    def __str__(self) -> str:
        return f"{self.name}{round(self.cents):+d}"


def note_of(hz: float, a4_hz: float = CONCERT_PITCH_HZ) -> Note:
    """The note nearest to a frequency.

    a4_hz : what A4 is tuned to
    Raises ParameterError if either is not a number above 0.
    Reference: librosa.hz_to_note(cents=True), which gives the same names from C-1 (8.2 Hz) on.
    """
    for name, value in (("hz", hz), ("a4_hz", a4_hz)):
        if not (isfinite(value) and value > 0):
            raise ParameterError(f"{name}={value:.10g} is not a frequency above 0 Hz")
    midi = _A4 + 12 * (log2(hz) - log2(a4_hz))
    nearest = round(midi)
    octave, semitone = divmod(nearest, 12)
    return Note(f"{_NAMES[semitone]}{octave - 1}", 100 * (midi - nearest))
