"""The demo scenes: the same bits for any chunking, and each what its name says."""

from collections.abc import Mapping
from itertools import groupby, islice

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.errors import ParameterError, SourceError
from livemel.sources.scenes import DEFAULT_SCENE, SCENES, Scene
from livemel.sources.scenes.faults import CLICK_LEVELS_DB, CLICK_PERIOD_S
from livemel.sources.scenes.machine import ball_pass_orders
from livemel.sources.scenes.parts import Noise, Phase, control_hop, harmonics, lines
from livemel.sources.scenes.voice import MAN, WOMAN, Speaker, Voice

NAMES = tuple(SCENES)
SR = 16_000


def dbfs(x: float) -> float:
    return 20.0 * float(np.log10(x))


def rendered(name: str, seconds: float, sr: int = SR, seed: int = 0) -> np.ndarray:
    return Scene(name, sr=sr, seed=seed).read(round(seconds * sr))


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """(start, length) of each run of True."""
    out, at = [], 0
    for value, group in groupby(mask.tolist()):
        n = sum(1 for _ in group)
        if value:
            out.append((at, n))
        at += n
    return out


def line_hz(y: np.ndarray, sr: int, low: float, high: float) -> float:
    """The strongest line in a band: numpy's FFT, Hann, and a parabola through the logarithms."""
    size = 4 * y.size
    spectrum = np.log(np.abs(np.fft.rfft(y * np.hanning(y.size), size)) + 1e-12)
    i = round(low * size / sr) + int(
        np.argmax(spectrum[round(low * size / sr) : round(high * size / sr)])
    )
    a, b, c = spectrum[i - 1 : i + 2]
    return (i + 0.5 * (a - c) / (a - 2 * b + c)) * sr / size


# --- the stream ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_any_chunking_of_a_scene_gives_the_same_bits(name: str) -> None:
    whole = rendered(name, 2.0, sr=8000)
    for size in (1, 7, 441, 480, 5000):
        scene = Scene(name, sr=8000)
        n = min(whole.size, 3000 * size)
        pieces = [scene.read(min(size, n - at)) for at in range(0, n, size)]
        np.testing.assert_array_equal(np.concatenate(pieces), whole[:n])


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    sizes=st.lists(st.integers(0, 4000), min_size=1, max_size=8),
    seed=st.integers(0, 2**32),
)
def test_random_chunks_of_any_seed_give_the_same_bits(
    name: str, sizes: list[int], seed: int
) -> None:
    scene = Scene(name, sr=8000, seed=seed)
    pieces = [scene.read(n) for n in sizes]
    assert [y.size for y in pieces] == sizes
    np.testing.assert_array_equal(
        np.concatenate(pieces), Scene(name, sr=8000, seed=seed).read(sum(sizes))
    )


@pytest.mark.parametrize("name", NAMES)
def test_two_scenes_of_one_seed_do_not_disturb_each_other(name: str) -> None:
    one, other = Scene(name, sr=8000, seed=3), Scene(name, sr=8000, seed=3)
    for _ in range(4):
        np.testing.assert_array_equal(one.read(1500), other.read(1500))


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_is_another_sound(name: str) -> None:
    assert not np.array_equal(rendered(name, 1.0, seed=1), rendered(name, 1.0, seed=2))


def test_what_read_returns_belongs_to_the_caller() -> None:
    scene, untouched = Scene("chirp", sr=8000), Scene("chirp", sr=8000)
    scene.read(100)[:] = 9.0
    untouched.read(100)
    np.testing.assert_array_equal(scene.read(4000), untouched.read(4000))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sr", [8000, 11025, 44100, 192000])
def test_samples_are_float32_finite_and_within_full_scale(name: str, sr: int) -> None:
    y = rendered(name, 0.7, sr=sr)
    assert y.dtype == np.float32
    assert y.shape == (round(0.7 * sr),)
    assert np.isfinite(y).all()
    assert np.abs(y).max() <= 1.0


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"clipping", "silence"}))
@pytest.mark.parametrize("seed", [0, 1])
def test_peaks_lie_between_minus_12_and_minus_6_dbfs(name: str, seed: int) -> None:
    y = rendered(name, 15.0, seed=seed)
    assert -12.5 < dbfs(np.abs(y).max()) < -5.9
    assert abs(y.mean()) < 1e-3


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"clicks", "clipping", "dropouts"}))
def test_no_click_at_a_seam_between_segments(name: str) -> None:
    sr = 48_000
    segments = list(islice(SCENES[name].segments(sr, np.random.default_rng(0)), 16))
    # The third difference is what a jump in level, slope or curve stands out in.
    rough = np.abs(np.diff(np.concatenate(segments).astype(np.float64), 3))
    seams = np.cumsum([y.size for y in segments])[:-1]
    for seam in seams:
        at_seam = rough[seam - 4 : seam + 2].max()
        around = np.delete(rough[seam - 600 : seam + 600], np.s_[590:610]).max()
        assert at_seam < 2.0 * around, f"{name}: sample {seam}"


def test_an_unknown_name_is_an_error_that_lists_the_names() -> None:
    with pytest.raises(SourceError, match="unknown demo 'whale'") as caught:
        Scene("whale", sr=48_000)
    assert all(name in str(caught.value) for name in NAMES)


@pytest.mark.parametrize("sr", [7999, 192_001])
def test_an_impossible_rate_is_an_error_with_the_rate_in_it(sr: int) -> None:
    with pytest.raises(ParameterError, match=str(sr)):
        Scene(DEFAULT_SCENE, sr=sr)


def test_a_negative_count_is_an_error() -> None:
    with pytest.raises(ParameterError, match="-1"):
        Scene(DEFAULT_SCENE, sr=8000).read(-1)


def test_the_table_names_each_scene_once_and_cannot_be_changed() -> None:
    assert isinstance(SCENES, Mapping)
    assert not hasattr(SCENES, "__setitem__")
    assert all(
        name == info.name and info.title and info.description for name, info in SCENES.items()
    )
    assert DEFAULT_SCENE in SCENES


# --- the parts ----------------------------------------------------------------------------------


def test_harmonics_equal_a_sum_of_numpy_sines() -> None:
    rng = np.random.default_rng(0)
    hop, steps, count = 40, 25, 60
    phase = Phase().advance(np.full(hop * steps, 61.0), 8000)
    gains = rng.uniform(0, 1, (count, steps + 1)) * (rng.uniform(size=(count, 1)) < 0.7)
    expected = sum(lines(g, hop) * np.sin(k * phase) for k, g in enumerate(gains, start=1))
    np.testing.assert_allclose(harmonics(phase, gains), expected, atol=1e-10)


def test_noise_has_the_level_it_was_given_also_across_its_crossfades() -> None:
    y = Noise(np.random.default_rng(0), 48_000, -40.0).take(48_000 * 20).astype(np.float64)
    assert dbfs(np.sqrt(np.mean(y**2))) == pytest.approx(-40.0, abs=0.2)
    white = Noise(np.random.default_rng(0), 8000, -40.0, np.ones_like).take(8000 * 60)
    power = np.mean(white.reshape(-1, 256).astype(np.float64) ** 2, axis=1)
    assert dbfs(np.sqrt(power.max() / power.min())) < 4.0  # no dip, no bump at a seam


@pytest.mark.parametrize("who", [MAN, WOMAN])
@pytest.mark.parametrize("vowel", ["a", "ae", "e"])
def test_linear_prediction_finds_the_formants_of_a_vowel(who: Speaker, vowel: str) -> None:
    sr, pitch, steps = 10_000, 90.0, 100
    formants = who.formants(vowel)
    points = np.ones(steps + 1)
    y = Voice(sr, np.random.default_rng(0)).render(
        pitch * points, formants[:, None] * points, 0.1 * points, who.tract
    )
    assert y.size == steps * control_hop(sr)
    roots = np.roots(librosa.lpc(librosa.effects.preemphasis(y) * np.hamming(y.size), order=12))
    resonant = roots[(roots.imag > 0) & (np.abs(roots) > 0.85)]
    found = np.sort(np.angle(resonant)) * sr / (2 * np.pi)
    for formant in formants:
        assert np.min(np.abs(found - formant)) < 0.09 * formant


# --- each scene is what it is called ------------------------------------------------------------


@pytest.mark.parametrize(("name", "mains_hz"), [("hum60", 60.0), ("hum50", 50.0)])
def test_hum_is_steady_at_the_mains_frequency_and_odd_harmonics_lead(
    name: str, mains_hz: float
) -> None:
    sr = 8000
    y = rendered(name, 32.0, sr=sr)
    found = [line_hz(part, sr, mains_hz - 5, mains_hz + 5) for part in np.split(y, 8)]
    assert max(abs(f - mains_hz) for f in found) < 0.03
    assert max(found) - min(found) > 0.005  # it drifts

    spectrum = np.abs(np.fft.rfft(y * np.hanning(y.size)))
    per_hz = y.size / sr
    level = {
        k: spectrum[round((k * mains_hz - 1) * per_hz) : round((k * mains_hz + 1) * per_hz)].max()
        for k in range(1, 12)
    }
    for odd in (3, 5, 7, 9):
        assert level[odd] > 2.0 * max(level[odd - 1], level[odd + 1])
    assert level[1] == max(level.values())


def test_the_first_chirp_is_a_log_sweep_from_50_hz_to_two_fifths_of_the_rate() -> None:
    y = rendered("chirp", 5.0)
    t = np.array([1.0, 2.0, 3.0, 4.0])
    expected = 50.0 * (0.4 * SR / 50.0) ** (t / 5.0)
    for seconds, f in zip(t, expected, strict=True):
        part = y[round((seconds - 0.03) * SR) : round((seconds + 0.03) * SR)]
        assert line_hz(part, SR, 20.0, 7900.0) == pytest.approx(f, rel=0.03)


@pytest.mark.parametrize("sr", [8000, 48_000])
def test_clicks_lie_to_the_sample_where_they_are_claimed(sr: int) -> None:
    period = round(CLICK_PERIOD_S * sr)
    y = rendered("clicks", 32 * CLICK_PERIOD_S + 0.1, sr=sr)
    for k in range(1, 33):
        expected = CLICK_LEVELS_DB[(k - 1) % 8]
        assert dbfs(abs(y[k * period])) == pytest.approx(expected, abs=0.5)
    loud = np.flatnonzero(np.abs(y[: 9 * period - 1]) > 10 ** (-40 / 20))
    np.testing.assert_array_equal(loud, period * np.arange(1, 9))


def test_clipping_has_runs_at_both_ends_of_full_scale_and_quiet_times_between() -> None:
    y = rendered("clipping", 20.0)
    for extreme in (1.0, -1.0):
        assert max(n for _, n in runs(y == extreme)) >= 5
    assert sum(n >= 3 for _, n in runs(np.abs(y) == 1.0)) > 100
    peaks = np.abs(y[: y.size // SR * SR].reshape(-1, SR)).max(axis=1)
    assert (peaks == 1.0).sum() >= 5
    assert (peaks < 0.7).sum() >= 3


def test_dropouts_are_runs_of_exact_zeros_of_5_to_200_ms_and_nothing_else_is_zero() -> None:
    y = rendered("dropouts", 30.0)
    holes = [n / SR for _, n in runs(y == 0.0) if n > 3]
    assert len(holes) > 15
    assert min(holes) >= 0.005
    assert max(holes) <= 0.201
    assert max(holes) > 0.08


def test_silence_lies_at_minus_90_dbfs_and_is_never_a_run_of_zeros() -> None:
    y = rendered("silence", 10.0)
    assert dbfs(np.sqrt(np.mean(y.astype(np.float64) ** 2))) == pytest.approx(-90.0, abs=0.5)
    assert max((n for _, n in runs(y == 0.0)), default=0) < 3
    np.testing.assert_array_equal(y * 2.0**23, np.round(y * 2.0**23))


def test_the_bearing_geometry_gives_the_known_orders_of_a_6205() -> None:
    # Case Western Reserve University, Bearing Data Center: 6205-2RS JEM SKF, drive end.
    np.testing.assert_allclose(ball_pass_orders(), (3.5848, 5.4152), atol=2e-4)


def test_the_envelope_of_the_bearing_beats_at_the_ball_pass_frequency_and_the_shaft() -> None:
    sr = 48_000
    y = rendered("bearing", 1.7, sr=sr)[round(0.2 * sr) :]  # the shaft turns at 6 Hz that long
    band = scipy.signal.butter(4, (2500.0, 4000.0), "bandpass", fs=sr, output="sos")
    envelope = np.abs(scipy.signal.hilbert(scipy.signal.sosfilt(band, y)))
    envelope -= envelope.mean()
    assert line_hz(envelope, sr, 25.0, 45.0) == pytest.approx(6.0 * ball_pass_orders()[1], abs=1.5)
    assert line_hz(envelope, sr, 3.0, 9.0) == pytest.approx(6.0, abs=0.5)


def test_speechlike_has_voice_hiss_and_pauses() -> None:
    y = rendered("speechlike", 20.0)
    mel = librosa.feature.melspectrogram(y=y, sr=SR, n_fft=512, hop_length=160, n_mels=40)
    level = librosa.power_to_db(mel.sum(axis=0), ref=1.0)
    centroid = librosa.feature.spectral_centroid(y=y, sr=SR, n_fft=512, hop_length=160)[0]
    loud = level > level.max() - 25
    assert 0.1 < np.mean(level < level.max() - 40) < 0.6  # pauses and closures
    assert np.mean(centroid[loud] < 1500) > 0.5  # voice
    assert np.mean(centroid[loud] > 3500) > 0.03  # hiss


def test_birdsong_lies_where_birds_sing() -> None:
    y = rendered("birdsong", 20.0, sr=48_000)
    power = np.abs(np.fft.rfft(y)) ** 2
    f = np.fft.rfftfreq(y.size, 1 / 48_000)
    assert power[(f > 1300) & (f < 8500)].sum() > 0.9 * power.sum()
