"""One row of the table of named front-ends."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

from livemel.dsp.frontend import FrontEnd

# What a device is taken to run at until it has said so.
DEFAULT_SR = 48_000

# The groups, in their order, and what they are called.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "saved": "Saved",
        "livemel": "livemel",
        "library": "Libraries",
        "speech": "Speech models",
        "events": "Sound events",
        "synthesis": "Vocoders",
    }
)
Fill = Literal["silence", "zeros"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEndRow:
    """A named front-end and what is known of it.

    name : as on the command line; title : for a person
    kind : the group it stands in, one of KINDS
    build : sr in Hz → the FrontEnd; models with a rate of their own ignore it
    source : where the numbers stand, and which version was read
    checked : the reference that was run against it, or "" where the source was only read
    layout : the model's own order of axes; T columns, F bands
    fill : what the model puts behind a shorter clip where it takes a fixed number: the logarithm
        of "silence", "zeros" in place of logarithms, or None where no column can say
    dtype : the model's own
    takes : the columns that the model takes at once, or None where any number will do
    policy : what the model does with the logarithm, and what a live column can show of that
    shown_sr : the device's rate that it is described at
    """

    name: str
    title: str
    kind: str
    build: Callable[[int], FrontEnd]
    source: str
    checked: str
    layout: str = "(F, T)"
    fill: Fill | None = None
    dtype: str = "float32"
    takes: int | None = None
    policy: str = "none"
    shown_sr: int = DEFAULT_SR

    @property
    def lookahead_ms(self) -> float:
        """Sound past a column's middle that must be heard before it can be computed."""
        fe = self.build(self.shown_sr)
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
            "frontend": asdict(self.build(self.shown_sr)),
        }

    @property
    def own_sr(self) -> int | None:
        """The rate that the front-end demands, or None if it takes the device's."""
        own, other = self.build(self.shown_sr).sr, self.build(2 * self.shown_sr).sr
        return None if (own, other) == (self.shown_sr, 2 * self.shown_sr) else own
