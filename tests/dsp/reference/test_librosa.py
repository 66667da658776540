"""librosa 0.11: the row of that name, and livemel's own, which are its numbers at other rates."""

import librosa
import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.reference.signals import LONG_SIGNALS, SIGNALS, signal, ten_minutes
from tests.dsp.strategies import librosa_db

OWN = ("live", "speech", "music", "birds", "machine", "heart")


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_livemels_own_front_ends_are_librosas_numbers(name: str, kind: str) -> None:
    fe = frontend(name)
    y = signal(kind, fe.sr)
    assert_agree(log_mel(y, fe), librosa_db(y, fe), fe)


@pytest.mark.parametrize("sr", [44_100, 96_000])
def test_front_ends_at_the_devices_rate_are_librosas_there(sr: int) -> None:
    for name in ("live", "music"):
        fe = frontend(name, sr=sr)
        y = signal("speech-like", sr)
        assert_agree(log_mel(y, fe), librosa_db(y, fe), fe)


@pytest.mark.filterwarnings("ignore:n_fft=2048 is too large:UserWarning")
@pytest.mark.parametrize("kind", SIGNALS)
def test_the_librosa_row_is_librosas_default(kind: str) -> None:
    y = signal(kind, 22_050)
    power = librosa.feature.melspectrogram(y=y)  # nothing but defaults
    plain = frontend("librosa").replace(normalise="none")
    assert_agree(log_mel(y, plain), librosa.power_to_db(power, top_db=None), plain)
    exact = plain.replace(normalise="exact")
    assert_agree(log_mel(y, exact), librosa.power_to_db(power), exact)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_hum_is_librosas_stft_in_even_steps(kind: str) -> None:
    """Two-Hz triangles over bins that are 0.98 Hz apart, built by numpy's interpolation."""
    fe = frontend("hum")
    y = signal(kind, fe.sr)
    power = np.abs(librosa.stft(y, n_fft=4096, hop_length=200, center=False)) ** 2
    corners = np.linspace(0, 500, 252)
    hz = librosa.fft_frequencies(sr=4000, n_fft=4096)
    bank = [np.interp(hz, corners[i : i + 3], [0, 1, 0]) for i in range(250)]
    assert_agree(log_mel(y, fe), librosa.power_to_db(bank @ power, top_db=None), fe)


def test_ten_minutes_are_librosas_to_the_last_column() -> None:
    fe = frontend("speech")
    y = ten_minutes(fe.sr)
    assert_agree(log_mel(y, fe), librosa_db(y, fe), fe)
