"""A front-end by name: a row of the table, and what is changed of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS, row
from livemel.dsp.row import DEFAULT_SR, FrontEndRow
from livemel.errors import ParameterError

# Where the rate is not known yet, parameters are checked at the highest one devices have.
HIGHEST_SR = 384_000
# Where a front-end is described, the first of these at which it is possible.
_RATES = (DEFAULT_SR, 96_000, 192_000, HIGHEST_SR)

# Of the mel filters, while they are made: 128 MB in float64.
_MOST_WEIGHTS = 1 << 24
# Usable as a file's name on every system, and not to be taken for an option.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Preset:
    """A row of the table with some fields changed. What is not changed follows the row, which may
    follow the device's rate.

    name : as on the command line; "" where it has none yet
    base : the name of a row of the table
    title : for a person, or ""
    changes : FrontEnd fields → values
    path : the file it was read from, or None
    Raises ParameterError for a name or a base that cannot be, and for values that are impossible
    at any sample rate.
    """

    name: str
    base: str
    title: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    path: Path | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        row(self.base)
        if "representation" in self.changes:
            raise ParameterError("representation is chosen with --view, not with a front-end")
        if self.name and (self.name != self.base or self.changes):
            check_name(self.name)
        self.build(HIGHEST_SR)

    def build(self, sr: int, changes: Mapping[str, Any] | None = None) -> FrontEnd:
        """The front-end at that rate, with further changes. Raises ParameterError."""
        named, changed = row(self.base).build, {**self.changes, **(changes or {})}
        built = named(sr).replace(**{"hop_length": 1, **changed})
        if "hop_length" not in changed:
            # The named hop, unless the window was made so short that sound would be skipped.
            hop = named(built.sr).hop_length
            built = built.replace(hop_length=min(hop, max(1, built.frame_length // 2)))
        check_affordable(built)
        return built

    @property
    def row(self) -> FrontEndRow:
        """It as a row of the table: the row itself, or one of the kind "saved"."""
        base = row(self.base)
        if self.name == self.base:
            return base
        origin = f"{self.base}, changed" if self.changes else self.base
        where = "" if self.path is None else f"{self.path}: "
        return replace(
            base,
            name=self.name,
            title=f"{self.title} ({origin})" if self.title else origin,
            kind="saved",
            build=self.build,
            source=f"{where}{self.base}, from {base.source}",
            shown_sr=next(filter(self._is_possible_at, _RATES)),
        )

    def _is_possible_at(self, sr: int) -> bool:
        try:
            self.build(sr)
        except ParameterError:
            return False
        return True


def check_affordable(frontend: FrontEnd) -> None:
    """Raises ParameterError for one that is possible, but nothing to compute columns with."""
    fe = frontend
    if fe.n_bins * fe.n_mels > _MOST_WEIGHTS:
        raise ParameterError(
            f"n_mels={fe.n_mels} over n_fft={fe.n_fft} makes more filter weights "
            f"than {_MOST_WEIGHTS:,}"
        )
    if fe.hop_length > fe.frame_length:
        raise ParameterError(
            f"hop_length={fe.hop_length} exceeds the window of {fe.frame_length} "
            "samples: sound between the columns would be skipped"
        )


def check_name(name: str) -> None:
    """Raises ParameterError unless a front-end can be saved under that name."""
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"name={name!r} is not up to 64 letters, digits, - and _ (and no - in front)"
        )
    if name in FRONTENDS:
        raise ParameterError(f"name={name!r} is a built-in front-end's")
