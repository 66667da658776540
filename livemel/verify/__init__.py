"""livemel's columns against somebody else's code, on this computer."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.row import FrontEndRow
from livemel.verify.comparison import Comparison, compare, without_reference
from livemel.verify.reference import Samples
from livemel.verify.references import references_of

__all__ = ["Comparison", "verify"]

# A rate in Hz → name → samples.
Sounds = Callable[[int], Mapping[str, Samples]]


def verify(
    frontends: Iterable[tuple[FrontEndRow, FrontEnd]], sounds: Sounds
) -> Iterator[Comparison]:
    """Each row against every reference of its that is installed, one comparison after the other.

    frontends : rows, and the front-end that is compared for each: what the row builds, or
        something else that is to be told from it
    sounds : the signals at a front-end's rate
    """
    for row, fe in frontends:
        references = references_of(row.name)
        installed = [reference for reference in references if not reference.missing]
        for reference in installed:
            yield compare(fe, reference, sounds(fe.sr))
        if not installed:
            yield without_reference(row, references)
