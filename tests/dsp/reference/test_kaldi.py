"""Kaldi's frames at their edges. Its rows over all signals: tests/verify/test_references.py."""

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from livemel.verify.signals import signal, ten_minutes

from tests.dsp.reference.agreement import assert_agree
from tests.verify.running import columns_of


def assert_kaldis(y: np.ndarray) -> None:
    fe = frontend("kaldi")
    assert_agree(log_mel(y, fe), columns_of("kaldi", "kaldi-native-fbank")(y, fe.sr), fe)


@pytest.mark.parametrize("n", [399, 400, 401, 559, 560, 561])
def test_kaldi_makes_as_many_columns_at_the_edge_of_a_frame(n: int) -> None:
    assert_kaldis(signal("noise", 16_000)[:n])


def test_ten_minutes_are_kaldis_to_the_last_column() -> None:
    assert_kaldis(ten_minutes(16_000))
