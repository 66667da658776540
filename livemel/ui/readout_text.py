"""Readings as rows of text. No Qt."""

import math
from collections.abc import Sequence

from livemel.dsp.harmonics import Harmonics
from livemel.dsp.mel import to_mel
from livemel.dsp.notes import note_of
from livemel.dsp.selection import BoxReading, between
from livemel.dsp.weighting import LevelScale, weighting_db
from livemel.ui.marks import Box
from livemel.ui.measure import Reading
from livemel.ui.value_range import unit
from livemel.ui.view_state import ViewState
from livemel.ui.words import mark, translate

Row = tuple[str, ...]

_NONE = "–"
_THERE_DB = 3.0  # over the floor; less is noise
_TITLES = (
    mark("Readings", "Time"),
    "1 / Δt",
    mark("Readings", "Frequency"),
    mark("Readings", "Mel"),
    mark("Readings", "Note"),
    mark("Readings", "Picture"),
    mark("Readings", "Tone"),
    mark("Readings", "Over floor"),
)


def number(value: float, decimals: int) -> str:
    """With a true minus sign, which is as wide as a plus."""
    return f"{value:.{decimals}f}".replace("-", "−")


def hz_text(hz: float, error_hz: float | None = None) -> str:
    """A frequency with as many digits as are sure, by its standard error."""
    if not math.isfinite(hz):
        return _NONE
    if error_hz is None:  # of a place in the picture: three or four digits
        decimals = max(0, 2 - math.floor(math.log10(max(hz, 1.0))))
    elif not math.isfinite(error_hz):
        decimals = 1
    else:
        decimals = min(3, max(0, -math.ceil(math.log10(max(error_hz, 1e-9)))))
    return f"{number(hz, max(decimals, 0 if error_hz is None else 1))} Hz"


def reading_table(
    columns: Sequence[tuple[str, Reading]], view: ViewState, now_s: float | None = None
) -> list[Row]:
    """Readings side by side, each under its name; two cursors have their difference beside them.

    now_s : the newest sound's time, where the time axis counts back from it
    Returns : rows of equally many cells, the first a heading
    """
    named = dict(columns)
    cells = [_cells(reading, view, now_s) for reading in named.values()]
    heads = ["", *named]
    if "A" in named and "B" in named:
        heads.append("B − A")
        cells.append(_difference(named["A"], named["B"], view.scale))
    titles = [title for title in _TITLES if any(title in column for column in cells)]
    rows = [
        (translate("Readings", title), *(column.get(title, "") for column in cells))
        for title in titles
    ]
    return [tuple(heads), *rows] if len(cells) > 1 else rows


def _cells(reading: Reading, view: ViewState, now_s: float | None) -> dict[str, str]:
    seconds = reading.seconds if now_s is None else reading.seconds - now_s
    cells = {"Time": f"{number(seconds, 3)} s"}
    hz, peak = reading.hz, reading.peak
    if math.isfinite(hz) and hz > 0:
        cells["Frequency"] = hz_text(hz, peak.error_hz if peak else None)
        cells["Mel"] = number(float(to_mel(hz, view.frontend)), 1)
        cells["Note"] = _note(hz)
    value = _NONE if reading.value is None else number(reading.value, 1)
    cells["Picture"] = f"{value} {unit(view.frontend, view.scale)}".rstrip()
    if math.isfinite(hz):
        none = translate("Readings", "none")
        cells["Tone"] = none if peak is None else level_text(peak.level_db, hz, view.scale)
        cells["Over floor"] = "" if peak is None else f"{number(peak.over_floor_db, 1)} dB"
    return cells


def level_text(level_db: float, hz: float, scale: LevelScale) -> str:
    """The level of a sine, which is given in dB FS of its amplitude."""
    spl = scale.full_scale_spl or 0.0
    return f"{number(tone_level(level_db, hz, scale) + spl, 1)} {scale.label}"


def tone_level(level_db: float, hz: float, scale: LevelScale) -> float:
    """Weighted, in dB re full scale."""
    return level_db + float(weighting_db(hz, scale.weighting))


def _difference(a: Reading, b: Reading, scale: LevelScale) -> dict[str, str]:
    """From one cursor to the other: of the tones' levels where both have one."""
    tones = a.peak is not None and b.peak is not None
    of_a, of_b = (
        tone_level(r.peak.level_db, r.hz, scale) if tones and r.peak else r.value for r in (a, b)
    )
    found = between((a.seconds, a.hz, of_a), (b.seconds, b.hz, of_b))
    cells = {"Time": f"{number(found.seconds, 3)} s"}
    if found.per_second is not None:
        cells["1 / Δt"] = f"{_sized(found.per_second)} Hz"
    if math.isfinite(found.hz):
        cells["Frequency"] = f"{_sized(found.hz)} Hz"
    if found.db is not None:
        cells["Tone" if tones else "Picture"] = f"{number(found.db, 1)} dB"
    return cells


def box_rows(box: Box, reading: BoxReading | None, scale: LevelScale) -> list[Row]:
    """What is selected, and what it measures."""
    rows: list[Row] = [
        (translate("Readings", "Selection"), f"{number(box.stop_s - box.start_s, 3)} s")
    ]
    if math.isfinite(box.low_hz):
        rows.append((translate("Readings", "from"), hz_text(box.low_hz)))
        rows.append((translate("Readings", "to"), hz_text(box.high_hz)))
    if reading is not None and math.isfinite(reading.centroid_hz):
        rows.append((translate("Readings", "RMS"), f"{number(reading.level_db, 1)} {scale.label}"))
        rows.append((translate("Readings", "Centroid"), hz_text(reading.centroid_hz)))
    return rows


def harmonic_rows(harmonics: Harmonics, scale: LevelScale, most: int) -> list[Row]:
    """The fundamental, and a line for each of its multiples, as many as that."""
    error = harmonics.error_hz
    sure = ""
    if math.isfinite(error):  # two digits of it
        sure = f" ± {number(error, max(0, 1 - math.floor(math.log10(max(error, 1e-9)))))}"
    rows: list[Row] = [("F0", f"{hz_text(harmonics.f0_hz, error)[:-3]}{sure} Hz", "", "")]
    levels = zip(harmonics.hz, harmonics.level_db, harmonics.over_floor_db, strict=True)
    for n, (hz, level, over) in enumerate(levels, start=1):
        if n > most:
            rows.append(
                ("", translate("Readings", "and {} more").format(len(harmonics.hz) - most), "", "")
            )
            break
        if over < _THERE_DB:
            rows.append((f"{n}", f"{number(hz, 1)} Hz", _NONE, ""))
            continue
        over_text = f"+{number(over, 0)} dB"
        rows.append((f"{n}", f"{number(hz, 1)} Hz", level_text(level, hz, scale), over_text))
    return rows


def _note(hz: float) -> str:
    if hz < 8:  # below the lowest that has a name
        return _NONE
    note = note_of(hz)
    cents = round(note.cents)
    return f"{note.name} {'+' if cents > 0 else ''}{number(cents, 0)} ct"


def _sized(value: float) -> str:
    """Four digits or so, never in powers of ten."""
    if value == 0:
        return "0"
    decimals = min(4, max(0, 3 - math.floor(math.log10(abs(value)))))
    return number(value, decimals)
