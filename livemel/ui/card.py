"""What the card of readings says of one moment: a function of values. No Qt."""

import math
from dataclasses import dataclass

from livemel.dsp.harmonics import Harmonics
from livemel.ui.axes import Axes
from livemel.ui.marks import Marks
from livemel.ui.measure import Measure, Reading
from livemel.ui.readout_text import Row, box_rows, harmonic_rows, reading_table
from livemel.ui.words import translate

_EDGE_S = 0.1  # from the newest sound, where harmonics are read

Tables = tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    at : of the pointer, in the picture's logical pixels, or None
    stands : False while the time axis counts back from now
    """

    axes: Axes
    marks: Marks
    at: tuple[float, float] | None
    stands: bool


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """What is read: each table has rows of equally many cells."""

    question: Question
    tables: Tables
    harmonics: Harmonics | None

    @property
    def text(self) -> str:
        """Cells divided by tabs, tables by an empty line; all harmonics."""
        tables = list(self.tables)
        if self.harmonics is not None:
            tables[-1] = tuple(
                harmonic_rows(self.harmonics, self.question.axes.view.scale, len(self.harmonics.hz))
            )
        return "\n\n".join("\n".join("\t".join(row) for row in table) for table in tables)


def read_card(question: Question, measure: Measure, most: int) -> Card:
    """The answer. most : harmonics that are listed. May take half a second for low ones."""
    axes, marks = question.axes, question.marks
    scale = axes.view.scale
    columns: list[tuple[str, Reading]] = []
    if question.at is not None:
        columns.append((translate("Readings", "Pointer"), measure.at(axes, *question.at)))
    for name, point in (("A", marks.a), ("B", marks.b)):
        if point is not None:
            columns.append((name, measure.at_point(axes, point)))
    tables: list[tuple[Row, ...]] = []
    if columns:
        counts_back = not question.stands and marks.a is None and marks.b is None
        now_s = measure.newest_s if counts_back else None
        tables.append(tuple(reading_table(columns, axes.view, now_s)))
    if marks.selection is not None:
        tables.append(tuple(box_rows(marks.selection, measure.box(marks.selection, scale), scale)))
    found = None
    if marks.harmonic_hz is not None and axes.has_hz:
        found = measure.harmonics(_harmonics_at(question, measure), marks.harmonic_hz)
        if found is not None:
            tables.append(tuple(harmonic_rows(found, scale, most)))
    return Card(question, tuple(tables), found)


def _harmonics_at(question: Question, measure: Measure) -> float:
    """At cursor A, or in the newest sound that is shown."""
    if question.marks.a is not None and math.isfinite(question.marks.a.seconds):
        return question.marks.a.seconds
    fe = measure.feed.frontend
    return question.axes.right_s - max(fe.n_fft / fe.sr, _EDGE_S)
