"""Every front-end of the table once more, from its paper or source, in float64.

Each formula takes a signal, shape (n,), at the front-end's rate and gives shape (n_mels, k): the
logarithm as the model takes it, with constants applied, but before statistics of the whole clip.
"""

from collections.abc import Callable

import numpy as np

from tests.dsp.reference.blocks import (
    decibels,
    hann,
    in_the_middle,
    mirrored,
    povey,
    raised_cosine,
    spectra,
    triangles,
)

Formula = Callable[[np.ndarray], np.ndarray]

FLOAT32_EPS = 2.0**-23


def librosa_db(sr: int, n_fft: int, hop: int, bank: np.ndarray, win: int = 0) -> Formula:
    """Frames from the first sample on, periodic Hann, 10 log10 of the power."""
    window = in_the_middle(hann(win or n_fft), n_fft)
    return lambda y: decibels(spectra(y, window, hop, bank))


def slaney(sr: int, n_fft: int, n: int, low: float = 0.0, high: float | None = None) -> np.ndarray:
    """librosa.filters.mel's defaults."""
    return triangles(sr, n_fft, n, low, high or sr / 2, "slaney", area=True)


def htk(sr: int, n_fft: int, n: int, low: float = 0.0, high: float | None = None) -> np.ndarray:
    """torchaudio's defaults."""
    return triangles(sr, n_fft, n, low, high or sr / 2, "htk")


def mirrored_db(hop: int, bank: np.ndarray) -> Formula:
    """torchaudio's and torchlibrosa's: edges mirrored, 10 log10 of the power."""
    n_fft = 2 * (bank.shape[1] - 1)
    return lambda y: decibels(spectra(mirrored(y, n_fft // 2), hann(n_fft), hop, bank))


def librosa_default(y: np.ndarray) -> np.ndarray:
    return decibels(spectra(np.pad(y, 1024), hann(2048), 512, slaney(22_050, 2048, 128)))


def levelled_and_emphasised(frames: np.ndarray) -> np.ndarray:
    """Kaldi's frame: no mean, then x[n] - 0.97 x[n - 1] with x[0] before itself."""
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    return frames - 0.97 * before


def kaldi(n: int, *, scale: float = 1.0, window: np.ndarray | None = None) -> Formula:
    """Kaldi's feature-fbank.cc without dither: frames of 400 in an FFT of 512."""
    bank = triangles(16_000, 512, n, 20, 8000, "kaldi", over="mel")
    shape = povey(400) if window is None else window

    def formula(y: np.ndarray) -> np.ndarray:
        wide = scale * np.asarray(y, dtype=np.float64)
        mel = spectra(wide, shape, 160, bank, prepare=levelled_and_emphasised)
        return np.log(np.maximum(mel, FLOAT32_EPS))

    return formula


def standardised(formula: Formula, mean: float, two_deviations: float) -> Formula:
    return lambda y: (formula(y) - mean) / two_deviations


def whisper(n: int) -> Formula:
    """whisper/audio.py up to the clip's maximum: log10, the last frame left out."""
    bank = slaney(16_000, 400, n)

    def formula(y: np.ndarray) -> np.ndarray:
        power = spectra(mirrored(y, 200), hann(400), 160, bank)[:, :-1]
        return np.log10(np.maximum(power, 1e-10))

    return formula


def voxtral(y: np.ndarray) -> np.ndarray:
    return (np.maximum(whisper(128)(y), 1.5 - 8) + 4) / 4


def nemo(n: int, win: int) -> Formula:
    """FilterbankFeatures since 2.5: the signal emphasised, zeros at its edges, ln(x + 2^-24)."""
    bank, window = slaney(16_000, 512, n), in_the_middle(hann(win, periodic=False), 512)

    def formula(y: np.ndarray) -> np.ndarray:
        wide = np.asarray(y, dtype=np.float64)
        emphasised = np.concatenate([wide[:1], wide[1:] - 0.97 * wide[:-1]])
        mel = spectra(np.pad(emphasised, 256), window, 160, bank)
        return np.log(mel + 2.0**-24)[:, : len(y) // 160]

    return formula


def speechbrain(y: np.ndarray) -> np.ndarray:
    bank = triangles(16_000, 400, 40, 0, 8000, "htk", over="left-width")
    return decibels(spectra(np.pad(y, 200), raised_cosine(0.54, 400, periodic=True), 160, bank))


def gemma3n(y: np.ndarray) -> np.ndarray:
    """Frames of 513 whose last sample is not used; HTK's pre-emphasis; magnitudes."""
    bank = htk(16_000, 1024, 128, 125, 7600)

    def emphasised(frames: np.ndarray) -> np.ndarray:
        return np.hstack([0.03 * frames[:, :1], frames[:, 1:] - 0.97 * frames[:, :-1]])

    mel = spectra(y[:-1], hann(512), 160, bank, power=1, prepare=emphasised)
    return np.log(np.maximum(mel, 1e-5))


def gemma4(y: np.ndarray) -> np.ndarray:
    """160 zeros first, frames of 321 whose last sample is not used; magnitudes."""
    begun = np.concatenate([np.zeros(160), y])[:-1]
    return np.log(spectra(begun, hann(320), 160, htk(16_000, 512, 128), power=1) + 1e-3)


def audioset(offset: float) -> Formula:
    """AudioSet's mel_features.py: magnitudes, triangles over mel."""
    bank = triangles(16_000, 512, 64, 125, 7500, "kaldi", over="mel")
    return lambda y: np.log(spectra(y, hann(400), 160, bank, power=1) + offset)


def desed(y: np.ndarray) -> np.ndarray:
    window = raised_cosine(0.54, 2048, periodic=False)
    mel = spectra(mirrored(y, 1024), window, 256, htk(16_000, 2048, 128), power=1)
    return np.clip(20 * np.log10(np.maximum(mel, 1e-5)), -50, 80)


def efficientat(y: np.ndarray) -> np.ndarray:
    """The emphasised signal is a sample shorter, and it is what is mirrored."""
    bank = triangles(32_000, 1024, 128, 0, 15_000, "kaldi", over="mel")
    wide = np.asarray(y, dtype=np.float64)
    emphasised = mirrored(wide[1:] - 0.97 * wide[:-1], 512)
    window = in_the_middle(hann(800, periodic=False), 1024)
    return (np.log(spectra(emphasised, window, 320, bank) + 1e-5) + 4.5) / 5


def vocoder(y: np.ndarray, bank: np.ndarray, pad: int, floor: float, offset: float = 0.0):
    mel = spectra(mirrored(y, pad), hann(1024), 256, bank, power=1, offset=offset)
    return np.log(np.maximum(mel, floor))


HUM = triangles(4000, 4096, 250, 0, 500, "linear")
SPEECH_80 = slaney(22_050, 1024, 80, 0, 8000)

FORMULAS: dict[str, Formula] = {
    "live": librosa_db(48_000, 2048, 480, slaney(48_000, 2048, 128)),
    "speech": librosa_db(16_000, 400, 160, slaney(16_000, 400, 80, 20)),
    "music": librosa_db(48_000, 4096, 480, slaney(48_000, 4096, 256, 20)),
    "birds": librosa_db(48_000, 2048, 240, slaney(48_000, 2048, 128, 500, 15_000)),
    "machine": librosa_db(
        48_000, 12_288, 960, triangles(48_000, 12_288, 256, 20, 24_000, "htk", area=True)
    ),
    "heart": librosa_db(2000, 512, 20, slaney(2000, 512, 64, 20, 800), win=256),
    "hum": librosa_db(4000, 4096, 200, HUM),
    "librosa": librosa_default,
    "torchaudio": mirrored_db(200, htk(16_000, 400, 128)),
    "kaldi": kaldi(23),
    "whisper-80": whisper(80),
    "whisper-128": whisper(128),
    "voxtral-realtime": voxtral,
    "nemo": nemo(64, 320),
    "nemo-fastconformer-80": nemo(80, 400),
    "nemo-fastconformer-128": nemo(128, 400),
    "speechbrain": speechbrain,
    "seamless": kaldi(80, scale=32_768),
    "gemma3n": gemma3n,
    "gemma4": gemma4,
    "ast": standardised(kaldi(128, window=hann(400, periodic=False)), -4.2677393, 2 * 4.5689974),
    "beats": standardised(kaldi(128, scale=32_768), 15.41663, 2 * 6.55582),
    "clap-fusion": mirrored_db(480, htk(48_000, 1024, 64, 50, 14_000)),
    "clap-rand": mirrored_db(480, slaney(48_000, 1024, 64, 50, 14_000)),
    "ms-clap-2023": mirrored_db(320, slaney(32_000, 1024, 64, 50, 14_000)),
    "panns-cnn14": mirrored_db(320, slaney(32_000, 1024, 64, 50, 14_000)),
    "yamnet": audioset(0.001),
    "vggish": audioset(0.01),
    "desed": desed,
    "efficientat": efficientat,
    "tacotron2": lambda y: vocoder(y, SPEECH_80, 512, 1e-5),
    "hifigan": lambda y: vocoder(y, SPEECH_80, 384, 1e-5, offset=1e-9),
    "vocos": lambda y: vocoder(y, htk(24_000, 1024, 100), 512, 1e-7),
}
