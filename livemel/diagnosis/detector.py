"""What all detectors have in common."""

from typing import Any, Protocol

from livemel.diagnosis.block import Block
from livemel.diagnosis.finding import Finding


class Detector(Protocol):
    """Looks for one kind of fault. It is given every block once, in order, and keeps what it must.

    Detectors know no threads, no clock and no files; their memory does not grow with the sound.
    """

    def push(self, block: Block) -> None:
        """Go on with this block; block.last tells that the sound ends with it."""
        ...

    def findings(self) -> list[Finding]:
        """What is wrong so far."""
        ...

    def figures(self) -> dict[str, Any]:
        """Fields of Report that this detector fills, by name."""
        ...
