"""Sounds with faults of known places and severities: what the fault detectors are measured on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.sources.scenes import Scene
from livemel.sources.scenes.music import Harp
from livemel.sources.scenes.parts import Noise, amplitude

Samples = NDArray[np.float32]
Place = tuple[int, int]

# What the faults are at the least; documented in docs/detection.md.
CLIP_DB, CLIP_SAMPLES = 1.0, 3
HOLE_S, HOLE_DBFS = 0.005, -40.0
JUMP = 10.0
_EDGE_S, _APART_S = 0.04, 0.25
_ORDER, _AROUND_S, _MODEL_S = 3, 0.02, 0.25


@dataclass(frozen=True, slots=True)
class Case:
    """A sound and the truth about it.

    carrier, fault, kind : what it is made of; fault is a code of findings
    samples : float32, shape (n,)
    places : (start, stop) of each fault, numbers of samples; the gravest thing that is missing in
        this list is weaker than the stated severity
    weak : places that are weaker; they count neither as found nor as false
    """

    carrier: str
    fault: str
    kind: str
    sr: int
    samples: Samples
    places: tuple[Place, ...]
    weak: tuple[Place, ...] = ()


def carrier(name: str, sr: int, seconds: float, seed: int) -> Samples:
    """A clean sound with an RMS of about -20 dB FS and no peak above 0.7; shape (n,)."""
    n, rng = round(sr * seconds), np.random.default_rng(seed)
    if name == "harp":
        y = Harp(sr, rng).take(n) * 0.1 + Noise(rng, sr, -72.0).take(n)
    elif name == "noise":
        y = Noise(rng, sr, -24.0).take(n).astype(np.float64)
    else:
        y = Scene(name, sr=sr, seed=seed).read(n).astype(np.float64)
    gain = min(amplitude(-20.0) / np.sqrt(np.mean(y * y)), 0.7 / np.max(np.abs(y)))
    scaled: Samples = (y * gain).astype(np.float32)
    return scaled


CARRIERS = ("harp", "speechlike", "vowels", "noise", "bearing", "birdsong")


def clipped(name: str, kind: str, sr: int, seconds: float, seed: int) -> Case:
    """Hard clipping by 1 to 9 dB of the highest peak.

    kind : full (at full scale), low (attenuated afterwards), upper (one side only), noisy (a noise
        of -60 dB re the ceiling added after)
    """
    rng = np.random.default_rng((seed, 1))
    y = carrier(name, sr, seconds, seed).astype(np.float64)
    y /= np.max(y) if kind == "upper" else np.max(np.abs(y))
    over = amplitude(rng.uniform(CLIP_DB, 9.0))
    y *= over
    out = np.minimum(y, 1.0) if kind == "upper" else np.clip(y, -1.0, 1.0)
    if kind == "upper":
        out = out / max(1.0, float(np.max(np.abs(out))))
    if kind in ("low", "noisy"):
        out = out * amplitude(rng.uniform(-15.0, -3.0))
    if kind == "noisy":
        out = out + rng.standard_normal(out.size) * 1e-3 * np.max(np.abs(out))
    beyond = (y >= 1.0) | ((y <= -1.0) & (kind != "upper"))
    places: list[Place] = []
    weak: list[Place] = []
    for start, stop in _runs(beyond):
        least = stop - start >= CLIP_SAMPLES
        enough = float(np.max(np.abs(y[start:stop]))) >= amplitude(CLIP_DB)
        (places if least and enough else weak).append((start, stop))
    return Case(name, "clipping", kind, sr, out.astype(np.float32), tuple(places), tuple(weak))


def holed(name: str, kind: str, sr: int, seconds: float, seed: int) -> Case:
    """Holes of 5 to 200 ms.

    kind : zeros, stuck (the last value is held), faint (noise at -80 dB FS remains; 10 ms at least)
    """
    rng = np.random.default_rng((seed, 2))
    y = carrier(name, sr, seconds, seed)
    loud = amplitude(-30.0 if kind == "faint" else HOLE_DBFS)
    places: list[Place] = []
    for at in _spots(rng, y.size, sr):
        shortest = 0.01 if kind == "faint" else HOLE_S
        n = int(np.ceil(shortest * (0.2 / shortest) ** rng.uniform() * sr))
        if not _loud(y, at, at + n, sr, loud):
            continue
        if kind == "zeros":
            y[at : at + n] = 0
        elif kind == "stuck":
            y[at : at + n] = y[at - 1]
        else:
            y[at : at + n] = rng.standard_normal(n) * 1e-4
        places.append((at, at + n))
    return Case(name, "dropout", kind, sr, y, tuple(places))


def jumped(name: str, kind: str, sr: int, seconds: float, seed: int) -> Case:
    """Places where the waveform jumps.

    kind : click (one to three samples, added), splice (a buffer of 64 to 4096 samples is missing),
        repeat (a buffer of 64 to 4096 samples comes twice)
    """
    rng = np.random.default_rng((seed, 3))
    y = carrier(name, sr, 1.5 * seconds, seed)
    parts: list[Samples] = []
    places: list[Place] = []
    weak: list[Place] = []
    at, written, near = 0, 0, round(_AROUND_S * sr)
    for spot in _spots(rng, round(sr * seconds), sr):
        spot = at + max(spot - written, sr // 20)
        if spot + sr // 5 > y.size:
            break
        around = y[spot - near : spot + near]
        model = y[spot - round(_MODEL_S * sr) : spot + round(_MODEL_S * sr)]
        scale = _residual_peak(around, model)
        parts.append(y[at:spot])
        written += spot - at
        at = spot
        here = parts[-1][-near:]
        if kind == "click":
            size = min(0.9, JUMP * scale * 10 ** rng.uniform(0.0, 1.0))
            shape = rng.choice((-1.0, 1.0)) * np.array((1.0, 0.8, 0.6))[: rng.integers(1, 4)]
            click = y[spot : spot + shape.size] + (size * shape).astype(np.float32)
            parts.append(click)
            (places if size >= JUMP * scale else weak).append((written, written + shape.size))
            written += shape.size
            at = spot + shape.size
            continue
        n = int(64 * 64 ** rng.uniform())
        at = spot + n if kind == "splice" else spot - n
        if at + near > y.size:
            break
        after = y[at : at + near]
        joined = np.concatenate([here, after])
        both = max(scale, _residual_peak(after, model))
        jump = float(np.max(np.abs(_residual(joined, model)[here.size - _ORDER : here.size + 1])))
        (places if jump >= JUMP * both else weak).append((written, written + 1))
    parts.append(y[at : at + max(0, round(sr * seconds) - written)])
    samples = np.concatenate(parts)
    return Case(name, "discontinuity", kind, sr, samples, tuple(places), tuple(weak))


Maker = Callable[[str, str, int, float, int], Case]
FAULTS: tuple[tuple[Maker, str], ...] = (
    *((clipped, kind) for kind in ("full", "low", "upper", "noisy")),
    *((holed, kind) for kind in ("zeros", "stuck", "faint")),
    *((jumped, kind) for kind in ("click", "splice", "repeat")),
)


def corpus(seconds: float, seeds: Iterable[int], sr: int = 48_000) -> Iterator[Case]:
    """Every fault in every carrier, once a seed; the same arguments give the same bits."""
    for seed in seeds:
        for make, kind in FAULTS:
            for name in CARRIERS:
                yield make(name, kind, sr, seconds, seed)


def _runs(mask: NDArray[np.bool_]) -> list[Place]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _spots(rng: np.random.Generator, n: int, sr: int) -> Iterator[int]:
    """Places at least a quarter of a second apart."""
    at = 0.3 * sr
    while (at := at + (_APART_S + rng.exponential(0.2)) * sr) < n - 0.5 * sr:
        yield int(at)


def _loud(y: Samples, start: int, stop: int, sr: int, loud: float) -> bool:
    """Whether 40 ms and 5 ms on both sides are as loud as that."""
    for edge_s in (_EDGE_S, HOLE_S):
        n = round(edge_s * sr)
        for part in (y[start - n : start], y[stop : stop + n]):
            if np.sqrt(np.mean(np.square(part, dtype=np.float64))) < loud:
                return False
    return True


def _residual(y: Samples, model: Samples) -> NDArray[np.float64]:
    """Error of linear prediction of order 3 by the model's own autocorrelation."""
    x = model.astype(np.float64)
    r = np.array([x[: x.size - k] @ x[k:] for k in range(_ORDER + 1)])
    r[0] *= 1 + 1e-9
    lags = np.abs(np.subtract.outer(np.arange(_ORDER), np.arange(_ORDER)))
    a = np.linalg.solve(r[lags], r[1:])
    return np.convolve(y.astype(np.float64), np.concatenate([[1.0], -a]), mode="valid")


def _residual_peak(y: Samples, model: Samples) -> float:
    return float(np.max(np.abs(_residual(y, model))))
