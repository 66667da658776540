"""The classic ways to make a log-mel picture, redone with livemel, number for number."""

from pathlib import Path

import librosa
import livemel
import numpy as np
import pytest
import scipy.signal
from livemel import FrontEnd
from livemel.sources.scenes import DEFAULT_SCENE, Scene
from livemel.verify.agreement import LOG
from livemel.verify.signals import signal
from PIL import Image

from tests.dsp.reference.agreement import assert_agree
from tests.verify.running import LONG_SIGNALS


def tone(sr: int) -> np.ndarray:
    """One second of 440 Hz."""
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(sr) / sr)).astype(np.float32)


def mirrored(y: np.ndarray, n: int) -> np.ndarray:
    """librosa 0.11 mirrors the right edge a sample too early where the hop divides the length."""
    return np.pad(y, n, mode="reflect")


# --- librosa: melspectrogram, power_to_db(ref=np.max), spectrogram.png ----------------------------


def librosas(y: np.ndarray, fmax: float | None) -> np.ndarray:
    mel = librosa.feature.melspectrogram(y=y, sr=22_050, n_mels=128, fmax=fmax)
    return librosa.power_to_db(mel, ref=np.max)


def decibels_below_the_loudest(y: np.ndarray, fmax: float | None) -> np.ndarray:
    fe = livemel.frontend("librosa").replace(fmax=fmax, normalise="exact")
    columns = livemel.log_mel(y, fe)
    return columns - columns.max()


@pytest.mark.parametrize("fmax", [None, 8000.0])
@pytest.mark.parametrize("kind", [name for name in LONG_SIGNALS if name != "silence"])
def test_librosas_melspectrogram_in_decibels_below_its_maximum(
    kind: str, fmax: float | None
) -> None:
    y = signal(kind, 22_050)
    fe = livemel.frontend("librosa").replace(fmax=fmax)
    ours = decibels_below_the_loudest(y, fmax)
    assert_agree(ours, librosas(y, fmax), fe, scaled=True)
    assert (ours.max(), ours.min() >= -80) == (0, True)


@pytest.mark.parametrize("fmax", [None, 8000.0])
def test_a_second_of_440_hz_is_128_by_44_and_becomes_spectrogram_png(
    fmax: float | None, tmp_path: Path
) -> None:
    y = tone(22_050)
    db = decibels_below_the_loudest(y, fmax)
    assert (db.shape, db.dtype) == ((128, 44), np.float32)
    # The floor at -80 dB hides where float32 rounding of a pure tone would show.
    np.testing.assert_allclose(db, librosas(y, fmax), rtol=0, atol=LOG)
    grey = np.round((db[::-1] + 80) / 80 * 255).astype(np.uint8)  # low bands at the bottom
    Image.fromarray(grey).save(tmp_path / "spectrogram.png")
    with Image.open(tmp_path / "spectrogram.png") as picture:
        assert picture.size == (44, 128)
        bright = np.asarray(picture)
    centres = librosa.mel_frequencies(130, fmin=0, fmax=fmax or 11_025)[1:-1]
    band = int(np.abs(centres - 440).argmin())
    assert set(bright[::-1, 4:-4].argmax(axis=0)) == {band}


# --- torchaudio: MelSpectrogram of 16000 samples, 64 by 32, standardised --------------------------

TORCHAUDIO = livemel.frontend("torchaudio").replace(n_fft=1024, hop_length=512, n_mels=64)


def torchaudios(y: np.ndarray) -> np.ndarray:
    """torchaudio.transforms.MelSpectrogram(16000, n_fft=1024, hop_length=512, n_mels=64)."""
    return librosa.feature.melspectrogram(
        y=mirrored(y, 512),
        sr=16_000,
        n_fft=1024,
        hop_length=512,
        n_mels=64,
        center=False,
        htk=True,
        norm=None,
    )


def standardised(x: np.ndarray) -> np.ndarray:
    return (x - x.mean()) / (x.std() + 1e-8)


@pytest.mark.parametrize("log", ["none", "db"])
@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_torchaudios_picture_of_16000_samples_is_64_by_32(kind: str, log: str) -> None:
    y = signal(kind, 16_000)[:16_000]
    fe = TORCHAUDIO.replace(log=log)
    ours, theirs = livemel.log_mel(y, fe), torchaudios(y)
    assert ours.shape == (64, 32)
    assert_agree(ours, theirs if log == "none" else librosa.power_to_db(theirs, top_db=None), fe)


@pytest.mark.parametrize("kind", ["speech-like", "music-like", "noise"])
def test_torchaudios_picture_standardised(kind: str) -> None:
    y = signal(kind, 16_000)[:16_000]
    ours = standardised(livemel.log_mel(y, TORCHAUDIO))
    theirs = standardised(librosa.power_to_db(torchaudios(y), top_db=None))
    assert ours.dtype == np.float32
    assert (abs(ours.mean()) < 1e-5, abs(ours.std() - 1) < 1e-5) == (True, True)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOG)


def test_a_standardised_picture_of_nothing_is_zeros() -> None:
    assert not standardised(livemel.log_mel(np.zeros(16_000, np.float32), TORCHAUDIO)).any()


# --- DESED: Hamming with periodic=False, power=1, take_log, scaler --------------------------------


def desed_magnitudes(y: np.ndarray) -> np.ndarray:
    """MelSpectrogram(n_fft=2048, hop_length=256, wkwargs={"periodic": False}, power=1, ...)."""
    window = scipy.signal.get_window("hamming", 2048, fftbins=False)
    padded = mirrored(y.astype(np.float64), 1024)
    spectrum = librosa.stft(padded, n_fft=2048, hop_length=256, window=window, center=False)
    bank = librosa.filters.mel(
        sr=16_000, n_fft=2048, n_mels=128, fmax=8000, htk=True, norm=None, dtype=np.float64
    )
    magnitudes: np.ndarray = bank @ np.abs(spectrum)
    return magnitudes


def take_log(mel: np.ndarray) -> np.ndarray:
    return np.clip(20 * np.log10(np.maximum(mel, 1e-5)), -50, 80)


def instance_min_max(x: np.ndarray) -> np.ndarray:
    return (x - x.min()) / (x.max() - x.min() + 1e-8) * 2 - 1


def desed(**changes: object) -> FrontEnd:
    return livemel.frontend("desed").replace(**changes)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_deseds_magnitudes_with_a_symmetric_hamming_window(kind: str) -> None:
    fe = desed(log="none", log_min=None, log_max=None, normalise="none")
    y = signal(kind, 16_000)
    assert_agree(livemel.log_mel(y, fe), desed_magnitudes(y), fe, scaled=False)


def test_the_periodic_window_would_be_told_from_the_symmetric_one() -> None:
    y = signal("noise", 16_000)
    fe = desed(log="none", log_min=None, log_max=None, normalise="none", periodic=True)
    theirs = desed_magnitudes(y)
    assert np.abs(livemel.log_mel(y, fe) - theirs).max() > 1e-4 * theirs.max()


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_deseds_take_log(kind: str) -> None:
    y = signal(kind, 16_000)
    ours = livemel.log_mel(y, desed(normalise="none"))
    assert_agree(ours, take_log(desed_magnitudes(y)), desed(), scaled=False)
    assert (ours.min() >= -50, ours.max() <= 80) == (True, True)


@pytest.mark.parametrize("kind", ["speech-like", "music-like", "noise", "impulse"])
def test_deseds_scaler(kind: str) -> None:
    y = signal(kind, 16_000)
    ours = livemel.log_mel(y, desed(normalise="exact"))
    theirs = instance_min_max(take_log(desed_magnitudes(y)))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOG)
    assert (ours.min(), ours.max()) == (-1, pytest.approx(1, abs=1e-6))


def test_deseds_ten_seconds_are_the_same_live() -> None:
    heard = livemel.RollingInput("desed", seconds=10)
    y = np.resize(signal("speech-like", 16_000), 160_000)
    stream = livemel.LogMelStream(heard.frontend)
    for part in np.array_split(y, 123):
        heard.push(stream.push(part))
    n = len(heard)
    theirs = instance_min_max(take_log(desed_magnitudes(y))[:, :n])
    np.testing.assert_allclose(heard.array(), theirs, rtol=0, atol=LOG)
    assert n == 160_000 // 256 - 3  # the last frames reach past what was heard


# --- a tensor for a CNN ---------------------------------------------------------------------------


def test_a_cnns_tensor_has_a_batch_and_a_channel_before_bands_and_columns() -> None:
    picture = livemel.log_mel(signal("noise", 16_000)[:16_000], TORCHAUDIO)
    tensor = picture[np.newaxis, np.newaxis]
    assert (tensor.shape, tensor.dtype) == ((1, 1, 64, 32), np.float32)
    assert tensor.flags.c_contiguous
    np.testing.assert_array_equal(tensor[0, 0], picture)


def test_a_batch_of_clips_is_n_c_h_w() -> None:
    clips = [signal(kind, 16_000)[:16_000] for kind in ("noise", "speech-like")]
    batch = np.stack([livemel.log_mel(y, TORCHAUDIO) for y in clips])[:, np.newaxis]
    assert (batch.shape, batch.dtype) == ((2, 1, 64, 32), np.float32)
    for picture, y in zip(batch[:, 0], clips, strict=True):
        theirs = librosa.power_to_db(torchaudios(y), top_db=None)
        np.testing.assert_allclose(picture, theirs, rtol=0, atol=LOG)


def test_live_columns_are_the_same_tensor_in_pieces() -> None:
    heard = livemel.RollingInput(TORCHAUDIO, seconds=1)
    with livemel.open_source("demo", sr=16_000) as source:
        for block in source.columns(heard.frontend, seconds=0.6):
            heard.push(block.values)
    tensor = heard.array()[np.newaxis, np.newaxis]
    assert (tensor.shape, tensor.dtype) == ((1, 1, 64, 19), np.float32)
    whole = livemel.log_mel(Scene(DEFAULT_SCENE, sr=16_000).read(16_000), TORCHAUDIO)
    np.testing.assert_array_equal(tensor[0, 0], whole[:, :19])
