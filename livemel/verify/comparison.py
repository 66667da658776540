"""One row against one reference, over all signals."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.normalise import normalise
from livemel.dsp.row import FrontEndRow
from livemel.dsp.stream import LogMelStream
from livemel.verify.agreement import Deviation, deviation, standardised_back
from livemel.verify.reference import Compute, Reference, Samples, UndefinedError

# "ok": within tolerance; "beyond": not, or not as many columns; "left out": the reference has no
# numbers for any of the signals; "none": there is no reference.
Verdict = Literal["ok", "beyond", "left out", "none"]
SEED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of one row and one reference, or of a row that has none here.

    row : the front-end's name
    reference : whose code, which version, and what of it, or why there is none
    linear, log : the largest differences over all signals, as in Deviation; None without columns
    columns : compared, over all signals
    signals : how many were compared
    note : one line on what went wrong, was left out, or can be installed
    """

    row: str
    reference: str
    linear: float | None = None
    log: float | None = None
    columns: int = 0
    signals: int = 0
    verdict: Verdict = "none"
    note: str = ""


def in_chunks(y: Samples, fe: FrontEnd, rng: np.random.Generator) -> NDArray[np.float32]:
    """The columns of y by a stream that gets it in random chunks, of none to four hops."""
    stream = LogMelStream(fe)
    parts = [stream.push(chunk) for chunk in _chunks(y, 4 * fe.hop_length, rng)]
    return np.hstack([*parts, stream.flush()])


def _chunks(y: Samples, most: int, rng: np.random.Generator) -> Iterator[Samples]:
    at = 0
    while at < len(y):
        size = int(rng.integers(0, most + 1))
        yield y[at : at + size]
        at += size


def compare(fe: FrontEnd, reference: Reference, sounds: Mapping[str, Samples]) -> Comparison:
    """The front-end's stream against the reference.

    fe : at the sounds' rate; how far it normalises is set here to what the reference does
    sounds : name → samples, shape (n,), float32
    """
    fe = fe.replace(normalise=reference.normalise)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of filters that no bin feeds, which models have too
            compute = reference.make()
    except Exception as error:  # whatever a package raises that does not load here
        note = f"cannot be loaded: {_words(error)}"
        return Comparison(row=reference.row, reference=str(reference), note=note)
    found: dict[str, Deviation] = {}
    left_out: dict[str, str] = {}
    columns = 0
    for name, y in sounds.items():
        if len(y) == 0:
            left_out[name] = "nothing is left of it at this rate"
            continue
        try:
            theirs = _theirs(compute, y, fe.sr)
        except UndefinedError as error:
            left_out[name] = str(error)
            continue
        except Exception as error:  # not livemel's, but it shows nothing and must not look so
            return _beyond(reference, f"failed on {name}: {_words(error)}")
        raw = in_chunks(y, fe, np.random.default_rng(SEED))
        if raw.shape != theirs.shape:
            return _beyond(reference, f"{_shape(raw)}, {_shape(theirs)} wanted on {name}")
        columns += raw.shape[1]
        found[name] = _deviation(raw, theirs, fe)
    return _judged(reference, found, left_out, columns)


def _theirs(compute: Compute, y: Samples, sr: int) -> NDArray[np.floating]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of signals shorter than a window
        return compute(y, sr)


def _deviation(raw: NDArray[np.float32], theirs: NDArray[np.floating], fe: FrontEnd) -> Deviation:
    """raw : what the stream gave; "exact" statistics are taken of it here, as log_mel does."""
    if fe.normalise != "exact":
        return deviation(raw, theirs, fe, scaled=fe.normalise == "fixed")
    ours = normalise(raw, fe)
    if fe.statistic in ("mean-std", "mean-var") and raw.shape[1] > 1:
        ours_back = standardised_back(ours, raw, fe)
        return deviation(ours_back, standardised_back(theirs, raw, fe), fe, scaled=False)
    return deviation(ours, theirs, fe, scaled=True)


def _judged(
    reference: Reference, found: Mapping[str, Deviation], left_out: Mapping[str, str], columns: int
) -> Comparison:
    notes = [
        f"without {', '.join(name for name in left_out if left_out[name] == why)}: {why}"
        for why in dict.fromkeys(left_out.values())
    ]
    if found and not columns:
        notes.insert(0, "too short for a column: nothing was compared")
    beyond = {name: each for name, each in found.items() if not each.within}
    if beyond:
        worst = max(beyond, key=lambda name: _order(beyond[name].linear))
        notes.insert(0, f"worst on {worst}")
    return Comparison(
        row=reference.row,
        reference=str(reference),
        linear=_largest(each.linear for each in found.values()) if columns else None,
        log=_largest(each.log for each in found.values()) if columns else None,
        columns=columns,
        signals=len(found),
        verdict="beyond" if beyond else "ok" if columns else "left out",
        note="; ".join(notes),
    )


def _largest(values: Iterable[float]) -> float | None:
    return max(values, key=_order, default=None)


def _order(value: float) -> float:
    """What is no number is worse than any."""
    return np.inf if np.isnan(value) else value


def _beyond(reference: Reference, note: str) -> Comparison:
    return Comparison(row=reference.row, reference=str(reference), verdict="beyond", note=note)


def _shape(columns: NDArray[np.floating]) -> str:
    return f"{columns.shape[1]} columns of {columns.shape[0]} bands"


def _words(error: Exception) -> str:
    """An error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:120] if text else type(error).__name__


def without_reference(row: FrontEndRow, references: Iterable[Reference]) -> Comparison:
    """Of a row none of whose references is installed, or that has none."""
    for reference in references:
        return Comparison(
            row=row.name,
            reference="no reference installed",
            note=f"pip install {' '.join(reference.packages)}",
        )
    return Comparison(row=row.name, reference="read, not run")
