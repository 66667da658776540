"""How many of the faults of a corpus are found, and how much else: docs/detection.md.

Run as `python -m livemel.bench.faults`. Prints the rows as JSON.
"""

import io
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

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
from livemel.diagnosis.finding import Finding
from livemel.diagnosis.hole import Holes
from livemel.diagnosis.jump import BEFORE as JUMP_BEFORE
from livemel.diagnosis.jump import after, jumps
from livemel.diagnosis.rough_ceiling import RoughCeiling
from livemel.diagnosis.tape import Tape

Samples = NDArray[np.float32]

_SR = 48_000
HOP_S = 0.01  # a place counts as found within this
_SECONDS = 10.0
# No threshold was ever tried on these: keep it so.
_SEEDS = (200, 201, 202)
_LIMIT, _LOSSY_LIMIT = 99.0, 90.0
_MANY = 12  # clipped tops that make a half second one that has to be found when it was coded
# What a clipped sound went through since: format, subtype and compression level of soundfile.
Coder = tuple[str, str, float | None]
_OGG, _MP3 = ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III")
_CODERS: dict[str, Coder] = {
    "OGG Vorbis": (*_OGG, None),
    "OGG Vorbis at 0.7": (*_OGG, 0.7),
    "MP3": (*_MP3, None),
    "MP3 at 0.3": (*_MP3, 0.3),
    "MP3 at 0.6": (*_MP3, 0.6),
    "MP3 at 0.9": (*_MP3, 0.9),
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


def coded(case: Case, coder: Coder | None) -> tuple[int, int, int]:
    """Half seconds with 12 or more clipped tops, those of them in which clipping is found, and
    those in which tops are found and none was clipped.

    coder : what the case goes through first; None for nothing
    """
    samples = case.samples if coder is None else through(coder, case.samples, case.sr)
    spans = [(f.start_s, f.end_s) for f in _clipping(samples, case.sr)]
    half = case.sr // 2
    tops = _in_halves(case.places, half)
    every = _in_halves((*case.places, *case.weak), half)
    n = hit = 0
    for k in range(len(case.samples) // half):
        if tops[k] >= _MANY:
            n += 1
            hit += any(a < (k + 1) / 2 and k / 2 < b for a, b in spans)
    return n, hit, len(_under_ceilings(samples, case.sr) - every.keys())


def through(coder: Coder, samples: Samples, sr: int) -> Samples:
    """Coded and decoded again; shape (n,), as the decoder gives it."""
    form, subtype, level = coder
    file = io.BytesIO()
    soundfile.write(file, samples, sr, format=form, subtype=subtype, compression_level=level)
    file.seek(0)
    back: Samples = soundfile.read(file, dtype="float32")[0]
    return back


def _clipping(samples: Samples, sr: int) -> list[Finding]:
    detector = ClippingDetector(sr, 1)
    for block in _blocks(samples, sr):
        detector.push(block)
    return detector.findings()


def _under_ceilings(samples: Samples, sr: int) -> set[int]:
    """Half seconds in which tops under a rough ceiling begin."""
    ceilings = [RoughCeiling(sr, 1) for _ in range(2)]
    for block in _blocks(samples, sr):
        if not block.last:
            for sign, ceiling in zip((1, -1), ceilings, strict=True):
                ceiling.push(sign * block.channels[0], block.start)
    spans = [span for c in ceilings if c.cut for span in c.events.spans]
    return {span.start // (sr // 2) for span in spans}


def _in_halves(places: Iterable[Place], half: int) -> Counter[int]:
    return Counter(start // half for start, _ in places)


def faults_rows(seconds: float = _SECONDS, seeds: Sequence[int] = _SEEDS) -> list[Row]:
    """The rows. seconds : of each of the corpus's sounds"""
    rows = []
    counts = score(case for case in corpus(seconds, seeds) if case.kind != "noisy")
    for fault in ("clipping", "dropout", "discontinuity"):
        parts = {kind: count for (code, kind), count in counts.items() if code == fault}
        n, hit, false = (sum(part) for part in zip(*parts.values(), strict=True))
        detail = ", ".join(f"{kind} {h}/{m}" for kind, (m, h, _) in parts.items())
        rows.append(_share(f"{fault}: recall", hit, n, _LIMIT, detail))
        rows.append(_share(f"{fault}: precision", hit, hit + false, _LIMIT, f"{false} false"))
    rows.append(_clean_row(seconds, seeds))
    rows += _coded_rows(2 * seconds, seeds)
    return [*rows, _cost_row()]


def _coded_rows(seconds: float, seeds: Sequence[int]) -> Iterator[Row]:
    for name, coder in (*_CODERS.items(), ("noise of −60 dB", None)):
        kind = "low" if coder else "noisy"
        cases = [
            clipped(carried, kind, _SR, seconds, seed)
            for carried in ("harp", "speechlike", "vowels")
            for seed in seeds
        ]
        counts = (coded(case, coder) for case in cases)
        n, hit, wrong = (sum(part) for part in zip(*counts, strict=True))
        note = f"{hit}/{n}, {wrong} others"
        yield _share(f"clipping, {name}: half seconds", hit, n, _LOSSY_LIMIT, note)
    clean = [
        _clipping(through(coder, carrier(name, _SR, seconds, seed), _SR), _SR)
        for name in CARRIERS
        for seed in seeds
        for coder in _CODERS.values()
    ]
    false = sum(bool(found) for found in clean)
    what = "coded sound that is not clipped: false alarms"
    yield Row("faults", what, "", false, limit=0, note=f"in {len(clean)} sounds")


def _share(what: str, part: int, whole: int, limit: float, note: str) -> Row:
    value = 100 * part / whole if whole else None
    return Row("faults", what, "%", value, limit=limit, at_least=True, note=note)


def _clean_row(seconds: float, seeds: Sequence[int]) -> Row:
    false = sum(
        len(found)
        for name in CARRIERS
        for seed in seeds
        for found in places(carrier(name, _SR, seconds, seed), _SR).values()
    )
    minutes = len(CARRIERS) * len(seeds) * seconds / 60
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
