"""NeMo by onnx-asr and Whisper by faster-whisper: one numpy module of each, without its runtime."""

from functools import partial

import numpy as np

from livemel.verify.reference import (
    ONE_COLUMN,
    Columns,
    Compute,
    Reference,
    Samples,
    UndefinedError,
    module_alone,
    no_columns,
)

# It sums a band's values in float32: against float64, what it takes for their mean is 2e-4 off
# after a minute, and 7e-3 after ten.
_NEMO_MOST = 60 * 16_000


def _nemo(bands: int) -> Compute:
    module = module_alone("onnx_asr.preprocessors.numpy_preprocessor")
    preprocess = module.NemoPreprocessorNumpy(f"nemo{bands}")

    def compute(y: Samples, _sr: int) -> Columns:
        if len(y) // 160 == 1:
            raise UndefinedError(ONE_COLUMN)
        if len(y) > _NEMO_MOST:
            raise UndefinedError("its sums in float32 drift past a minute")
        features, lengths = preprocess(y[np.newaxis], np.array([len(y)]))
        columns: Columns = features[0][:, : lengths[0]]
        return columns

    return compute


def _whisper(bands: int) -> Compute:
    extract = module_alone("faster_whisper.feature_extractor").FeatureExtractor(feature_size=bands)

    def compute(y: Samples, _sr: int) -> Columns:
        if len(y) < 160:  # it would look for the maximum of no columns
            return no_columns(bands)
        columns: Columns = extract(y, padding=0)  # a hop of zeros by default
        return columns

    return compute


REFERENCES: tuple[Reference, ...] = (
    *(
        Reference(
            row=f"nemo-fastconformer-{bands}",
            packages=("onnx-asr",),
            what="NemoPreprocessorNumpy",
            make=partial(_nemo, bands),
            normalise="exact",
        )
        for bands in (80, 128)
    ),
    *(
        Reference(
            row=f"whisper-{bands}",
            packages=("faster-whisper",),
            what="FeatureExtractor",
            make=partial(_whisper, bands),
            normalise="exact",
        )
        for bands in (80, 128)
    ),
)
