"""Every row of the table against somebody else's code, and what that code finds out."""

import numpy as np
import pytest
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.normalise import normalise
from livemel.dsp.stream import log_mel
from livemel.verify.agreement import deviation, standardised_back
from livemel.verify.comparison import compare
from livemel.verify.reference import Reference
from livemel.verify.references import REFERENCES, not_installed, references_of
from livemel.verify.signals import SIGNALS, built_in, signal, ten_minutes

from tests.dsp.reference.agreement import assert_agree
from tests.verify.running import OPTIONAL, RUNNING, made, name_of

# What references say of filters that no bin feeds, and of signals shorter than a window.
pytestmark = [
    pytest.mark.filterwarnings("ignore:At least one mel filter:UserWarning"),
    pytest.mark.filterwarnings("ignore:Empty filters detected:UserWarning"),
    pytest.mark.filterwarnings("ignore:n_fft=.* is too large:UserWarning"),
    pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning"),
]


def assert_reference_agrees(reference: Reference, y: np.ndarray) -> None:
    fe = frontend(reference.row).replace(normalise=reference.normalise)
    ours, theirs = log_mel(y, fe), made(reference)(y, fe.sr)
    if fe.normalise == "exact" and fe.statistic == "mean-std":
        assert ours.shape == theirs.shape
        raw = log_mel(y, fe.replace(normalise="none"))
        if raw.size:
            back = [standardised_back(values, raw, fe) for values in (ours, theirs)]
            found = deviation(*back, fe, scaled=False)
            assert found.within, f"{found}"
    else:
        assert_agree(ours, theirs, fe, scaled=fe.normalise in ("fixed", "exact"))


def test_all_rows_but_one_have_others_code_to_run_without_torch() -> None:
    assert set(FRONTENDS) - {each.row for each in RUNNING} == {"speechbrain"}
    assert references_of("speechbrain")


def test_no_reference_is_of_a_row_that_is_not_there() -> None:
    assert {each.row for each in REFERENCES} <= set(FRONTENDS)
    assert len(set(map(name_of, REFERENCES))) == len(REFERENCES)


@pytest.mark.parametrize("reference", RUNNING, ids=name_of)
@pytest.mark.parametrize("kind", SIGNALS)
def test_a_row_is_its_reference_on_every_signal(reference: Reference, kind: str) -> None:
    assert_reference_agrees(reference, signal(kind, frontend(reference.row).sr))


@pytest.mark.filterwarnings("ignore")  # of packages that were written for other versions
@pytest.mark.parametrize("reference", OPTIONAL, ids=name_of)
def test_a_row_is_its_reference_where_that_is_installed(reference: Reference) -> None:
    if reference.missing:
        pytest.skip(f"not installed: {' '.join(reference.missing)}")
    fe = frontend(reference.row)
    done = compare(fe, reference, built_in(fe.sr))
    assert done.verdict == "ok", done
    assert done.signals >= 7


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("reference", REFERENCES, ids=name_of)
def test_ten_minutes_are_the_references_to_the_last_column(reference: Reference) -> None:
    if reference in OPTIONAL and reference.missing:
        pytest.skip(f"not installed: {' '.join(reference.missing)}")
    fe = frontend(reference.row)
    done = compare(fe, reference, {"ten minutes": ten_minutes(fe.sr)})
    if reference.packages == ("onnx-asr",):  # librosa's parts show these rows for ten minutes
        assert done.note == "without ten minutes: its sums in float32 drift past a minute"
        return
    assert done.verdict == "ok", done
    assert abs(done.columns - 600 * fe.columns_per_s) < fe.n_fft / fe.hop_length + 2


@pytest.mark.parametrize("reference", RUNNING, ids=name_of)
def test_every_reference_finds_out_a_wrong_window(reference: Reference) -> None:
    """A criterion that lets everything through would prove nothing."""
    fe = frontend(reference.row)
    wrong = fe.replace(window="hann" if fe.window == "blackman" else "blackman")
    done = compare(wrong, reference, {"noise": signal("noise", fe.sr)})
    assert (done.verdict, done.note) == ("beyond", "worst on noise")


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_built_in_signal_is_the_same_each_time_and_within_full_scale(kind: str) -> None:
    for sr in (2000, 4000, 16_000, 48_000):
        y = signal(kind, sr)
        assert y.dtype == np.float32
        assert np.abs(y).max() <= 1
        np.testing.assert_array_equal(y, signal(kind, sr))


def test_what_was_divided_by_its_deviation_comes_back() -> None:
    rng = np.random.default_rng(3)
    raw = rng.normal(-5, 3, (4, 50)).astype(np.float32)
    for statistic in ("mean-std", "mean-var"):
        fe = frontend("nemo").replace(statistic=statistic, statistic_eps=0.01)
        back = standardised_back(normalise(raw, fe), raw, fe)
        np.testing.assert_allclose(back, raw, rtol=0, atol=1e-5)


def test_packages_that_would_show_more_are_named() -> None:
    assert set(not_installed(FRONTENDS)) == {name for each in REFERENCES for name in each.missing}
