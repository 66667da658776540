"""One row of the table of named front-ends."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from livemel.dsp.frontend import FrontEnd

# What a device is taken to run at until it has said so.
DEFAULT_SR = 48_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEndRow:
    """A named front-end and what is known of it.

    name : as on the command line; title : for a person
    kind : the group it stands in: "livemel", "library", "speech", "events", "synthesis"
    build : sr in Hz → the FrontEnd; models with a rate of their own ignore it
    source : where the numbers stand, and which version was read
    checked : the reference that was run against it, or "" where the source was only read
    layout : the model's own order of axes; T columns, F bands
    dtype : the model's own
    takes : the columns that the model takes at once, or None where any number will do
    policy : what the model does with the logarithm, and what a live column can show of that
    """

    name: str
    title: str
    kind: str
    build: Callable[[int], FrontEnd]
    source: str
    checked: str
    layout: str = "(F, T)"
    dtype: str = "float32"
    takes: int | None = None
    policy: str = "none"

    @property
    def lookahead_ms(self) -> float:
        """Sound past a column's middle that must be heard before it can be computed."""
        fe = self.build(DEFAULT_SR)
        return 1000 * fe.lookahead / fe.sr

    def describe(self) -> dict[str, Any]:
        """All of it, for a file or a script."""
        return {
            "name": self.name,
            "title": self.title,
            "kind": self.kind,
            "own_sr": self.own_sr,
            "lookahead_ms": round(self.lookahead_ms, 3),
            "layout": self.layout,
            "dtype": self.dtype,
            "takes": self.takes,
            "policy": self.policy,
            "source": self.source,
            "checked": self.checked,
            "frontend": asdict(self.build(DEFAULT_SR)),
        }

    @property
    def own_sr(self) -> int | None:
        """The rate that the front-end demands, or None if it takes the device's."""
        sr = self.build(DEFAULT_SR).sr
        return None if self.build(44_100).sr == 44_100 and sr == DEFAULT_SR else sr
