"""librosa 0.11 at other rates, and before its clip maximum.

Its rows over all signals: tests/verify/test_references.py.
"""

import librosa
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from livemel.verify.signals import SIGNALS, signal, ten_minutes

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.strategies import librosa_db


@pytest.mark.parametrize("sr", [44_100, 96_000])
def test_front_ends_at_the_devices_rate_are_librosas_there(sr: int) -> None:
    for name in ("live", "music"):
        fe = frontend(name, sr=sr)
        y = signal("speech-like", sr)
        assert_agree(log_mel(y, fe), librosa_db(y, fe), fe)


@pytest.mark.filterwarnings("ignore:n_fft=2048 is too large:UserWarning")
@pytest.mark.parametrize("kind", SIGNALS)
def test_the_librosa_row_is_librosas_default_without_its_clip_maximum_too(kind: str) -> None:
    y = signal(kind, 22_050)
    power = librosa.feature.melspectrogram(y=y)  # nothing but defaults
    plain = frontend("librosa").replace(normalise="none")
    assert_agree(log_mel(y, plain), librosa.power_to_db(power, top_db=None), plain)


def test_ten_minutes_are_librosas_to_the_last_column() -> None:
    fe = frontend("speech")
    y = ten_minutes(fe.sr)
    assert_agree(log_mel(y, fe), librosa_db(y, fe), fe)
