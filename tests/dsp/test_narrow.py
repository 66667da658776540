"""Runs of dead and of narrow bands, against the filters themselves."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import bins_of_filters, empty_filters, mel_basis, mel_edges, one_bin_filters
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.narrow import narrow_bands

from tests.dsp.strategies import examples, front_ends


@examples(200)
@given(fe=front_ends())
def test_the_bins_of_a_filter_are_those_where_it_is_not_zero(fe: FrontEnd) -> None:
    basis, found = mel_basis(fe), bins_of_filters(fe)
    assert np.array_equal(found[:, 1], np.count_nonzero(basis, axis=1))
    fed = found[:, 1] > 0
    assert np.array_equal(found[fed, 0], np.argmax(basis[fed] > 0, axis=1))


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_narrow_band_is_in_one_run_of_its_kind(name: str) -> None:
    fe = frontend(name)
    runs = narrow_bands(fe)
    of_kind: dict[bool, list[int]] = {True: [], False: []}
    for run in runs:
        bands = list(range(run.first, run.last + 1))
        assert run.dead in (0, len(bands))
        of_kind[run.dead > 0] += bands
    assert of_kind[True] == empty_filters(fe)
    assert of_kind[False] == one_bin_filters(fe)
    for before, after in pairwise(runs):
        assert after.first > before.last + 1 or (after.dead > 0) != (before.dead > 0)


def test_a_mark_tells_band_hertz_and_what_it_means() -> None:
    texts = [run.text for run in narrow_bands(frontend("ast"))]
    assert texts[:2] == [
        "bands 0–2 (20–78 Hz): one FFT bin each; neighbouring bands show the same bin",
        "band 3 (63–93 Hz): no FFT bin feeds it; the model sees it as a constant",
    ]
    edges = mel_edges(frontend("ast"))
    assert (round(edges[3]), round(edges[5])) == (63, 93)
    assert narrow_bands(frontend("clap-fusion"))[0].text == "band 0 (50–122 Hz): one FFT bin"
    assert narrow_bands(frontend()) == []


@pytest.mark.parametrize("name", FRONTENDS)
def test_only_neighbours_with_one_bin_between_them_are_said_to_share_it(name: str) -> None:
    fe = frontend(name)
    basis = mel_basis(fe)
    for run in narrow_bands(fe):
        fed = [tuple(np.flatnonzero(basis[band])) for band in range(run.first, run.last + 1)]
        same = any(a == b != () for a, b in pairwise(fed))
        assert run.shared == same


def test_runs_too_short_to_be_seen_are_taken_together() -> None:
    fe = FrontEnd(sr=8000, n_fft=64, n_mels=63, mel_scale="linear", norm=None)
    assert len(narrow_bands(fe)) == 63  # dead, one bin, dead, one bin …
    [run] = narrow_bands(fe, least=2)
    assert (run.first, run.last, run.dead) == (0, 62, 32)
    assert run.text == (
        "bands 0–62 (0–4000 Hz): no FFT bin feeds 32 of them, a single one each of the others"
    )
