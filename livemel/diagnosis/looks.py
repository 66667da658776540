"""How often a detector looks at what hardly changes."""

# Blocks of half a second: the first minute.
_FIRST = 120


class Looks:
    """Which blocks are looked at: one in `often` of the first minute, which tells the most, and one
    in `seldom` after that.
    """

    def __init__(self, often: int, seldom: int) -> None:
        self._often, self._seldom, self._blocks = often, seldom, 0

    def is_due(self) -> bool:
        """Whether the block that has come now is one of them. To be asked once for each."""
        every = self._often if self._blocks < _FIRST else self._seldom
        self._blocks += 1
        return (self._blocks - 1) % every == 0
