"""transformers' extractors, on numpy or on torch, as they are."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from livemel.verify.reference import (
    ONE_COLUMN,
    TORCH_MIRRORS_LESS,
    Columns,
    Compute,
    Reference,
    Samples,
    UndefinedError,
    no_columns,
    quiet_transformers,
)

_TORCH = ("transformers", "torch")


def _whisper(bands: int) -> Compute:
    """The clip as it is, neither filled up nor cut to thirty seconds."""
    quiet_transformers()
    from transformers import WhisperFeatureExtractor

    extract = WhisperFeatureExtractor(feature_size=bands)
    bare: dict[str, Any] = {"padding": "do_not_pad", "truncation": False, "return_tensors": "np"}

    def compute(y: Samples, sr: int) -> Columns:
        if len(y) < 160:  # it would look for the maximum of no columns
            return no_columns(bands)
        _check_mirror(y, 200)
        columns: Columns = extract(y, sampling_rate=sr, **bare).input_features[0]
        return columns

    return compute


def _check_mirror(y: Samples, n: int) -> None:
    """Torch, where it is installed, mirrors less than all samples. Raises UndefinedError."""
    from transformers.utils import is_torch_available

    if len(y) <= n and is_torch_available():
        raise UndefinedError(TORCH_MIRRORS_LESS)


def _seamless() -> Compute:
    """Before the statistics of the utterance, which it stacks two by two."""
    quiet_transformers()
    from transformers import SeamlessM4TFeatureExtractor

    extractor = SeamlessM4TFeatureExtractor()

    def compute(y: Samples, _sr: int) -> Columns:
        if len(y) < 400:
            return no_columns(80)
        columns: Columns = extractor._extract_fbank_features(y).T
        return columns

    return compute


def _gemma(name: str) -> Compute:
    """The clip as it is: without the zeros that fill it up to 128 samples, and not cut."""
    quiet_transformers()
    import transformers

    extract = getattr(transformers, name)()

    def compute(y: Samples, _sr: int) -> Columns:
        features = extract([y], truncation=False, pad_to_multiple_of=None, return_tensors="np")
        columns: Columns = features["input_features"][0].T
        return columns

    return compute


def _ast() -> Compute:
    quiet_transformers()
    from transformers import ASTFeatureExtractor

    def compute(y: Samples, sr: int) -> Columns:
        if len(y) < 400:
            return no_columns(128)
        extract = ASTFeatureExtractor(max_length=1 + (len(y) - 400) // 160)
        values = extract(y, sampling_rate=sr, return_tensors="np").input_values[0]
        columns: Columns = np.asarray(values).T
        return columns

    return compute


def _clap(truncation: str) -> Compute:
    """Neither repeated nor cut to ten seconds; 50 Hz are LAION's configuration."""
    quiet_transformers()
    from transformers import ClapFeatureExtractor

    extract = ClapFeatureExtractor(frequency_min=50, truncation=truncation, padding="pad")

    def compute(y: Samples, sr: int) -> Columns:
        features = extract(y, sampling_rate=sr, max_length=len(y), return_tensors="np")
        columns: Columns = np.asarray(features.input_features)[0, 0].T
        return columns

    return compute


def _voxtral() -> Compute:
    quiet_transformers()
    from transformers import VoxtralRealtimeFeatureExtractor

    extract = VoxtralRealtimeFeatureExtractor()

    def compute(y: Samples, sr: int) -> Columns:
        _check_mirror(y, 200)
        columns: Columns = extract(y, sampling_rate=sr, return_tensors="np").input_features[0]
        return columns

    return compute


def _parakeet(bands: int) -> Compute:
    quiet_transformers()
    from transformers import ParakeetFeatureExtractor

    extract = ParakeetFeatureExtractor(feature_size=bands)

    def compute(y: Samples, sr: int) -> Columns:
        if len(y) // 160 == 1:
            raise UndefinedError(ONE_COLUMN)
        features = extract(y, sampling_rate=sr, return_tensors="np")
        columns: Columns = features.input_features[0].T[:, : len(y) // 160]
        return columns

    return compute


def _reference(
    row: str,
    what: str,
    make: Callable[[], Compute],
    packages: tuple[str, ...] = ("transformers",),
    normalise: str = "none",
) -> Reference:
    return Reference(row=row, packages=packages, what=what, make=make, normalise=normalise)


REFERENCES: tuple[Reference, ...] = (
    *(
        _reference(
            f"whisper-{n}", "WhisperFeatureExtractor", partial(_whisper, n), normalise="exact"
        )
        for n in (80, 128)
    ),
    _reference("seamless", "SeamlessM4TFeatureExtractor", _seamless),
    *(
        _reference(
            row, f"{name}AudioFeatureExtractor", partial(_gemma, f"{name}AudioFeatureExtractor")
        )
        for row, name in (("gemma3n", "Gemma3n"), ("gemma4", "Gemma4"))
    ),
    _reference("ast", "ASTFeatureExtractor", _ast, _TORCH, "fixed"),
    _reference("clap-fusion", "ClapFeatureExtractor", partial(_clap, "fusion"), _TORCH),
    _reference("clap-rand", "ClapFeatureExtractor", partial(_clap, "rand_trunc"), _TORCH),
    _reference("voxtral-realtime", "VoxtralRealtimeFeatureExtractor", _voxtral, _TORCH, "fixed"),
    *(
        _reference(
            f"nemo-fastconformer-{n}",
            "ParakeetFeatureExtractor",
            partial(_parakeet, n),
            _TORCH,
            "exact",
        )
        for n in (80, 128)
    ),
)
