"""The way back: what was looked at before. No Qt."""

from typing import Generic, TypeVar

_Value = TypeVar("_Value")
_MOST = 200


class ViewSteps(Generic[_Value]):
    """Undo and redo of values. What follows at once in the same gesture is one step."""

    def __init__(self) -> None:
        self._before: list[_Value] = []
        self._after: list[_Value] = []

    def note(self, before: _Value, *, goes_on: bool = False) -> None:
        """Something changes: `before` is what there was.

        goes_on : it is still the change that was noted last
        """
        if goes_on and self._before:
            return
        self._before = [*self._before[1 - _MOST :], before]
        self._after = []

    def back(self, now: _Value) -> _Value | None:
        """What there was before; None where that is not known."""
        return _moved(self._before, self._after, now)

    def forward(self, now: _Value) -> _Value | None:
        """What was left by going back; None if there is none."""
        return _moved(self._after, self._before, now)


def _moved(source: list[_Value], target: list[_Value], now: _Value) -> _Value | None:
    # What is no change for a person is no step either.
    while source:
        value = source.pop()
        if value != now:
            target.append(now)
            return value
    return None
