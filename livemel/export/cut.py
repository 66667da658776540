"""Where a stretch of an engine's sound is cut out, so that its columns are those of the stream."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from livemel.buffers.history import SampleHistory
from livemel.dsp.bank import OF_MEL
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Feed
from livemel.errors import ParameterError

# With a resampler in between the two grids may meet this seldom, and no cut waits longer for it.
_LONGEST_WAIT_S = Fraction(1, 4)
# What the single column decides: the others depend on what was heard before.
_OF_THE_COLUMN = ("none", "fixed", "dataset")


@dataclass(frozen=True, slots=True)
class Cut:
    """Samples start to stop of an engine's history.

    first_column : the number, in the feed's stream, of the cut's first column; whole unless the
        front-end's rate is another and its grid and the source's meet too seldom
    """

    start: int
    stop: int
    first_column: Fraction

    @property
    def samples(self) -> int:
        return self.stop - self.start


def cut_of(feed: Feed, history: SampleHistory, start_s: float, stop_s: float) -> Cut:
    """The stretch from start_s to stop_s, in seconds of the stream, as far as it is kept.

    It begins a little earlier, where a column of the stream begins: so its columns are the
    stream's own. Raises ParameterError if nothing of it is kept.
    """
    sr = feed.format.sr
    oldest, written = history.oldest, history.written
    stop = min(round(stop_s * sr), written)
    start = max(round(start_s * sr), oldest)
    if start >= stop:
        kept = f"from {oldest / sr:.3f} to {written / sr:.3f} s"
        raise ParameterError(
            f"nothing is kept from {start_s:.3f} to {stop_s:.3f} s: there is sound {kept}"
        )
    column = Fraction(feed.frontend.hop_length) * sr / feed.frontend.sr  # in source samples
    step = column.numerator
    if step <= _LONGEST_WAIT_S * sr:
        down = feed.begins_at + (start - feed.begins_at) // step * step
        aligned = down if down >= oldest else down + step
        start = aligned if aligned < stop else start
    return Cut(start, stop, Fraction(start - feed.begins_at) / column)


def same_columns(feed: Feed, frontend: FrontEnd, cut: Cut, columns: int) -> range:
    """Which of the cut's columns have the very bits that the feed's have, by arithmetic.

    frontend : of the cut; columns : that it has
    Those whose window lies whole in the cut and in the stream; none where a resampler or what was
    heard before has a part in them.
    """
    fe, none = frontend, range(0)
    if fe != feed.frontend or feed.format.sr != fe.sr or cut.first_column.denominator != 1:
        return none
    if fe.representation in OF_MEL and fe.normalise not in _OF_THE_COLUMN:
        return none
    over = fe.preemphasis_over if fe.preemphasis else "frame"
    before = fe.padding[0] + (1 if over == "signal" else 0)  # samples that the first frame lacks
    there = cut.samples - (1 if over == "signal-valid" else 0) + fe.padding[0] - fe.span
    first = ceil(Fraction(before, fe.hop_length))
    first = max(first, first - int(cut.first_column))
    stop = min(columns, there // fe.hop_length + 1)
    return range(first, stop) if first < stop else none
