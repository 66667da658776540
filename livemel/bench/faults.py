"""How many of the faults of a corpus are found, and how much else: docs/detection.md.

Run as `python -m livemel.bench.faults`. Prints the rows as JSON.
"""

import io
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import soundfile
from numpy.typing import NDArray

from livemel.bench.corpus import CARRIERS, Case, Place, carrier, clipped, corpus
from livemel.bench.rows import Row, to_json
from livemel.bench.transform import noise
from livemel.diagnosis.block import Block, Blocks
from livemel.diagnosis.ceiling import AFTER, BEFORE, tops
from livemel.diagnosis.clipping import ClippingDetector
from livemel.diagnosis.detector import Detector
from livemel.diagnosis.discontinuity import DiscontinuityDetector
from livemel.diagnosis.dropout import DropoutDetector
from livemel.diagnosis.hole import Holes
from livemel.diagnosis.jump import BEFORE as JUMP_BEFORE
from livemel.diagnosis.jump import after, jumps
from livemel.diagnosis.tape import Tape

Samples = NDArray[np.float32]

HOP_S = 0.01  # a place counts as found within this
_SECONDS, _SEEDS = 10.0, 3
_LIMIT, _LOSSY_LIMIT = 99.0, 90.0
_MANY = 12  # clipped tops that make a half second one that has to be found when it was coded
_CODERS: dict[str, tuple[str, str] | None] = {
    "OGG Vorbis": ("OGG", "VORBIS"),
    "MP3": ("MP3", "MPEG_LAYER_III"),
    "noise of −60 dB": None,
}
_COST_S, _COST_MS = 30, 0.15


def places(samples: Samples, sr: int) -> dict[str, list[Place]]:
    """What is found in one channel, each place by itself: code → (start, stop)."""
    tapes = Tape(1, BEFORE, AFTER), Tape(1, *Holes.context(sr)), Tape(1, JUMP_BEFORE, after(sr))
    holes, found = Holes(sr), defaultdict[str, list[Place]](list)
    for block in _blocks(samples, sr):
        at_ceiling, in_holes, at_jumps = (tape.push(block) for tape in tapes)
        for top in tops(at_ceiling, at_ceiling.channels[0]):
            found["clipping"].append((top.start, top.stop))
        for hole in holes.push(in_holes, in_holes.channels[0]):
            found["dropout"].append((hole.start, hole.stop))
        for jump in jumps(at_jumps, at_jumps.channels[0], sr):
            found["discontinuity"].append((jump.at, jump.at + 1))
    return found


def score(cases: Iterable[Case]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(fault, kind) → how many there are, how many are found, how much else is found there."""
    counts: dict[tuple[str, str], tuple[int, int, int]] = {}
    for case in cases:
        hop, false = round(HOP_S * case.sr), 0
        every = places(case.samples, case.sr)
        hits = sum(_near(place, every[case.fault], hop) for place in case.places)
        for code, found in every.items():
            truth = [*case.places, *case.weak] if code == case.fault else []
            false += sum(not _near(place, truth, hop) for place in found)
        before = counts.get((case.fault, case.kind), (0, 0, 0))
        now = len(case.places), hits, false
        n, hit, wrong = (a + b for a, b in zip(before, now, strict=True))
        counts[case.fault, case.kind] = n, hit, wrong
    return counts


def coded(case: Case, coder: tuple[str, str] | None) -> tuple[int, int]:
    """Half seconds with 12 or more clipped tops, and those in which clipping is found.

    coder : format and subtype of soundfile that the case goes through first; None for none
    """
    samples = case.samples
    if coder is not None:
        file = io.BytesIO()
        soundfile.write(file, samples, case.sr, format=coder[0], subtype=coder[1])
        file.seek(0)
        samples, _ = soundfile.read(file, dtype="float32")
    detector = ClippingDetector(case.sr, 1)
    for block in _blocks(samples, case.sr):
        detector.push(block)
    found = [(f.start_s, f.end_s) for f in detector.findings()]
    n = hit = 0
    for k in range(len(case.samples) // (case.sr // 2)):
        start_s = k / 2
        there = [a for a, _ in case.places if start_s <= a / case.sr < start_s + 0.5]
        if len(there) >= _MANY:
            n += 1
            hit += any(a < start_s + 0.5 and start_s < b for a, b in found)
    return n, hit


def faults_rows(seconds: float = _SECONDS, seeds: int = _SEEDS) -> list[Row]:
    """The rows. seconds : of each of the corpus's sounds; seeds : how many of each"""
    rows = []
    counts = score(case for case in corpus(seconds, range(seeds)) if case.kind != "noisy")
    for fault in ("clipping", "dropout", "discontinuity"):
        parts = {kind: count for (code, kind), count in counts.items() if code == fault}
        n, hit, false = (sum(part) for part in zip(*parts.values(), strict=True))
        detail = ", ".join(f"{kind} {h}/{m}" for kind, (m, h, _) in parts.items())
        rows.append(_share(f"{fault}: recall", hit, n, _LIMIT, detail))
        rows.append(_share(f"{fault}: precision", hit, hit + false, _LIMIT, f"{false} false"))
    rows.append(_clean_row(seconds, seeds))
    for name, coder in _CODERS.items():
        kind = "low" if coder else "noisy"
        cases = [
            clipped(carried, kind, 48_000, 2 * seconds, seed)
            for carried in ("harp", "speechlike", "vowels")
            for seed in range(seeds)
        ]
        n, hit = (sum(part) for part in zip(*(coded(case, coder) for case in cases), strict=True))
        rows.append(_share(f"clipping, {name}: half seconds", hit, n, _LOSSY_LIMIT, f"{hit}/{n}"))
    return [*rows, _cost_row()]


def _share(what: str, part: int, whole: int, limit: float, note: str) -> Row:
    value = 100 * part / whole if whole else None
    return Row("faults", what, "%", value, limit=limit, at_least=True, note=note)


def _clean_row(seconds: float, seeds: int) -> Row:
    false = sum(
        len(found)
        for name in CARRIERS
        for seed in range(100, 100 + seeds)
        for found in places(carrier(name, 48_000, seconds, seed), 48_000).values()
    )
    minutes = len(CARRIERS) * seeds * seconds / 60
    return Row(
        "faults",
        "clean sound: false alarms a minute",
        "",
        false / minutes,
        limit=0.5,
        note=f"{false} in {minutes:.1f} minutes",
    )


def _cost_row() -> Row:
    samples = noise(_COST_S * 48_000) * np.float32(0.1)
    blocks, rounds = list(_blocks(samples.astype(np.float32), 48_000)), []
    for _ in range(5):
        detectors: Sequence[Detector] = (
            ClippingDetector(48_000, 1),
            DropoutDetector(48_000, 1),
            DiscontinuityDetector(48_000, 1),
        )
        began = time.process_time()
        for block in blocks:
            for detector in detectors:
                detector.push(block)
        rounds.append(1e3 * (time.process_time() - began) / _COST_S)
    return Row.of_rounds("faults", "all three, of a second of noise", "ms", rounds, limit=_COST_MS)


def _blocks(samples: Samples, sr: int) -> Iterable[Block]:
    blocks = Blocks(sr, 1)
    yield from blocks.push(samples[:, np.newaxis])
    yield from blocks.finish()


def _near(place: Place, others: Sequence[Place], hop: int) -> bool:
    return any(a - hop <= place[1] and place[0] <= b + hop for a, b in others)


if __name__ == "__main__":
    print(to_json(faults_rows()))
