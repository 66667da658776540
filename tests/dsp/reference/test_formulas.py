"""Every row of the table against its formula in float64."""

import numpy as np
import pytest
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.stream import log_mel
from livemel.verify.signals import SIGNALS, signal, ten_minutes

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.reference.formulas import FORMULAS


def unnormalised(name: str):
    """The front-end without statistics of the clip; constants stay."""
    fe = frontend(name)
    return fe if fe.normalise == "fixed" else fe.replace(normalise="none")


def test_every_row_has_a_formula() -> None:
    assert set(FORMULAS) == set(FRONTENDS)


@pytest.mark.parametrize("name", FRONTENDS)
@pytest.mark.parametrize("kind", SIGNALS)
def test_every_row_is_its_formula(name: str, kind: str) -> None:
    fe = unnormalised(name)
    y = signal(kind, fe.sr)
    assert_agree(log_mel(y, fe), FORMULAS[name](y), fe)


@pytest.mark.parametrize("name", ["kaldi", "nemo-fastconformer-80", "whisper-80"])
def test_ten_minutes_are_their_formula_to_the_last_column(name: str) -> None:
    fe = unnormalised(name)
    y = ten_minutes(fe.sr)
    ours = log_mel(y, fe)
    assert ours.shape[1] > 59_000
    assert_agree(ours, FORMULAS[name](y), fe)


@pytest.mark.parametrize("name", FRONTENDS)
def test_the_formula_would_notice_a_wrong_parameter(name: str) -> None:
    """A criterion that lets everything through would prove nothing."""
    fe = unnormalised(name)
    wrong = fe.replace(window="blackman" if fe.window != "blackman" else "hann")
    y = signal("noise", fe.sr)
    with pytest.raises(AssertionError, match="Deviation"):
        assert_agree(log_mel(y, wrong), np.asarray(FORMULAS[name](y)), fe)
