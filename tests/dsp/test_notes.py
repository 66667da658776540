"""Notes: librosa's names, and its cents to the cent."""

import re

import librosa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.dsp.notes import Note, note_of
from livemel.errors import ParameterError

from tests.dsp.strategies import examples

NOTE = re.compile(r"([A-G]♯?)(-?\d+)([+-]\d+)")
CLASSES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


def in_cents(text: str) -> int:
    """A note with cents as cents above C0."""
    match = NOTE.fullmatch(text)
    assert match is not None, text
    return 1200 * int(match[2]) + 100 * CLASSES.index(match[1]) + int(match[3])


@examples(500)
@given(hz=st.floats(8.5, 100_000))
@example(440.0)
@example(261.6255653005986)
@example(452.8929841231365)  # halfway from A4 to A♯4
def test_notes_agree_with_librosas_within_a_cent(hz: float) -> None:
    ours, theirs = str(note_of(hz)), librosa.hz_to_note(hz, cents=True)
    assert abs(in_cents(ours) - in_cents(theirs)) <= 1


@examples(200)
@given(midi=st.integers(0, 135), cents=st.integers(-49, 49))
def test_the_name_is_librosas_with_its_sharp(midi: int, cents: int) -> None:
    hz = float(librosa.midi_to_hz(midi + cents / 100))
    note = note_of(hz)
    assert note.name == librosa.midi_to_note(midi)
    assert note.cents == pytest.approx(cents, abs=1e-6)


@examples(100)
@given(hz=st.floats(1e-3, 1e6), a4_hz=st.floats(380, 480))
def test_another_concert_pitch_moves_every_note_alike(hz: float, a4_hz: float) -> None:
    moved, plain = note_of(hz * a4_hz / 440, a4_hz), note_of(hz)
    difference = in_cents(f"{moved.name}+0") + moved.cents - in_cents(f"{plain.name}+0")
    assert difference == pytest.approx(plain.cents, abs=1e-6)


def test_known_notes_are_read_as_they_are_written() -> None:
    assert str(note_of(440)) == "A4+0"
    assert str(note_of(50)) == "G1+35"
    assert note_of(442, 442) == Note("A4", 0)
    assert note_of(277.1826).name == "C♯4"
    assert note_of(7.7).name == "B-2"  # below MIDI 0, where librosa is an octave off


@pytest.mark.parametrize("hz", [0, -1, float("nan"), float("inf")])
def test_what_is_no_frequency_has_no_note(hz: float) -> None:
    with pytest.raises(ParameterError, match="hz="):
        note_of(hz)
    with pytest.raises(ParameterError, match="a4_hz="):
        note_of(440, hz)
