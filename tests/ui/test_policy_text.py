"""What the window says of the normalisation, for all front-ends and all ways."""

import numpy as np
import pytest
from livemel.dsp.frontend import NORMALISE, FrontEnd
from livemel.dsp.models import FRONTENDS, ROWS, frontend
from livemel.dsp.row import DEFAULT_SR
from livemel.dsp.stream import LogMelStream
from livemel.errors import ParameterError
from livemel.ui.policy_text import policy_text

LABELS = {
    "normalised: running · as if the sound ended now": (
        *("librosa", "whisper-80", "whisper-128", "speechbrain", "seamless"),
    ),
    "normalised: trailing 10 s · as if a clip ended now": ("desed",),
    "normalised: fixed · columns final": ("voxtral-realtime", "ast", "beats", "efficientat"),
    "raw ln, not normalised · model: clip mean and std": (
        *("nemo", "nemo-fastconformer-80", "nemo-fastconformer-128"),
    ),
    "raw ln, not normalised · columns final": (
        *("kaldi", "gemma3n", "gemma4", "yamnet", "vggish", "tacotron2", "hifigan", "vocos"),
    ),
    "raw dB, not normalised · columns final": (
        *("live", "speech", "music", "birds", "machine", "heart", "hum", "torchaudio"),
        *("clap-fusion", "clap-rand", "ms-clap-2023", "panns-cnn14"),
    ),
}


def test_every_row_has_the_label_it_is_to_have() -> None:
    said: dict[str, set[str]] = {}
    for row in ROWS:
        label = policy_text(row.build(DEFAULT_SR), row.policy).label
        said.setdefault(label, set()).add(row.name)
    assert said == {label: set(names) for label, names in LABELS.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("how", NORMALISE)
def test_each_way_of_each_row_is_one_short_line_and_whole_sentences(row, how: str) -> None:  # type: ignore[no-untyped-def]
    try:
        fe = row.build(DEFAULT_SR).replace(normalise=how)
    except ParameterError:
        assert how == "dataset"  # which needs its statistics
        return
    label, full = policy_text(fe, row.policy)
    assert len(label) <= 52
    assert "\n" not in label
    assert all(line.endswith(".") for line in full.splitlines())
    assert (row.policy in full) == (row.policy != "none")


@pytest.mark.parametrize("name", FRONTENDS)
@pytest.mark.parametrize("how", ["none", "fixed", "running", "instance", "exact"])
def test_columns_are_called_raw_where_they_are_the_logarithm(name: str, how: str) -> None:
    fe = frontend(name).replace(normalise=how)
    y = (0.1 * np.random.default_rng(0).standard_normal(8 * fe.span)).astype(np.float32)
    y[4 * fe.span :] = 0  # far below the maximum
    shown = LogMelStream(fe).push(y)
    raw = LogMelStream(fe.replace(normalise="none")).push(y)
    assert policy_text(fe).label.startswith("raw ") == np.array_equal(shown, raw)


def test_columns_that_more_sound_would_change_are_called_so() -> None:
    whisper = frontend("whisper-80")
    assert "A longer clip would change every column of the model's input" in (
        policy_text(whisper).full
    )
    assert policy_text(whisper.replace(normalise="none")).label == (
        "raw log10, not normalised · model: clip maximum − 8"
    )
    assert "are final" in policy_text(whisper.replace(normalise="none")).full
    assert "every column changes" in policy_text(whisper.replace(normalise="exact")).full
    stands = policy_text(whisper.replace(normalise="exact"), whole_s=12.34)
    assert stands.label == "normalised: exact · over these 12.3 s"
    assert "are final" in stands.full
    assert "the 10 s that end with each column" in policy_text(frontend("desed")).full


def test_the_constants_are_told_with_their_sign() -> None:
    assert "(x + 4.267739) / 9.137995." in policy_text(frontend("ast")).full
    assert "(x − 15.41663) / 13.11164." in policy_text(frontend("beats")).full
    fixed = policy_text(frontend("whisper-80").replace(normalise="fixed"))
    assert "Left out: the maximum less 8 of the clip." in fixed.full


def test_without_a_statistic_there_is_nothing_to_run_after() -> None:
    plain = FrontEnd(sr=16_000)
    for how in ("fixed", "running", "instance"):
        assert policy_text(plain.replace(normalise=how)) == policy_text(plain)
