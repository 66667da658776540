"""Parameters that several rows of the table share."""

from typing import Any, Final

from livemel.dsp.frontend import FrontEnd

FLOAT32_EPS: Final = 1.1920929e-07

# Kaldi's fbank, src/feat/feature-window.h and feature-fbank.h, without dither.
KALDI: Final[dict[str, Any]] = {
    "sr": 16_000,
    "n_fft": 512,
    "win_length": 400,
    "hop_length": 160,
    "window": "povey",
    "periodic": False,
    "window_first": True,
    "remove_dc": True,
    "preemphasis": 0.97,
    "mel_scale": "kaldi",
    "filter_shape": "mel",
    "norm": None,
    "fmin": 20.0,
    "log": "ln",
    "floor": FLOAT32_EPS,
}

# openai/whisper, whisper/audio.py: the clip's maximum less 8 is the floor, then (x + 4) / 4.
WHISPER: Final[dict[str, Any]] = {
    "sr": 16_000,
    "n_fft": 400,
    "hop_length": 160,
    "center": True,
    "pad_mode": "reflect",
    "drop_last": True,
    "log": "log10",
    "mean": -4.0,
    "std": 4.0,
}
WHISPER_CLIP: Final[dict[str, Any]] = {
    **WHISPER,
    "statistic": "max",
    "statistic_range": 8.0,
    "normalise": "running",
}

# torchaudio.transforms and torchlibrosa: centred, mirrored edges, 10 log10 of the power.
CENTRED_DB: Final[dict[str, Any]] = {"center": True, "pad_mode": "reflect", "log": "db"}

# NVIDIA/tacotron2 and jik876/hifi-gan: magnitudes, natural logarithm held at 1e-5.
VOCODER: Final[dict[str, Any]] = {
    "sr": 22_050,
    "n_fft": 1024,
    "hop_length": 256,
    "center": True,
    "pad_mode": "reflect",
    "power": 1,
    "n_mels": 80,
    "fmax": 8000.0,
    "log": "ln",
    "floor": 1e-5,
}

# AudioSet's mel_features.py: magnitudes, triangles over mel, an offset under the logarithm.
AUDIOSET: Final[dict[str, Any]] = {
    "sr": 16_000,
    "n_fft": 512,
    "win_length": 400,
    "hop_length": 160,
    "window_first": True,
    "power": 1,
    "mel_scale": "kaldi",
    "filter_shape": "mel",
    "norm": None,
    "n_mels": 64,
    "fmin": 125.0,
    "fmax": 7500.0,
    "log": "ln",
    "floor_kind": "add",
}

# NeMo FilterbankFeatures since 2.5: zeros at the edges, len(y) // 160 columns.
NEMO: Final[dict[str, Any]] = {
    "sr": 16_000,
    "n_fft": 512,
    "win_length": 400,
    "hop_length": 160,
    "periodic": False,
    "center": True,
    "drop_last": True,
    "preemphasis": 0.97,
    "preemphasis_over": "signal",
    "log": "ln",
    "floor": 2.0**-24,
    "floor_kind": "add",
}


def own(sr: int, **fields: Any) -> FrontEnd:
    """One of livemel's own, at the device's rate, with a column every 10 ms."""
    at_rate = FrontEnd(sr=sr, **fields)  # which checks sr
    return at_rate.replace(hop_length=max(1, round(sr / 100)))
