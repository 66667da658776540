"""Checks of single values; each raises ParameterError with the name and the value."""

import math
import operator
from collections.abc import Callable
from typing import Any

from livemel.errors import ParameterError


def whole(name: str, value: Any, least: int, most: int) -> int:
    """The value as a Python int, from least to most."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ParameterError(f"{name}={value!r} is not a whole number") from None
    if isinstance(value, bool):
        raise ParameterError(f"{name}={value!r} is not a whole number")
    if not least <= number <= most:
        raise ParameterError(f"{name}={number} is not between {least} and {most}")
    return number


def check(name: str, value: Any, holds: Callable[[float], bool], rule: str) -> None:
    """A finite number that keeps the rule."""
    if isinstance(value, (bool, str)):  # float() would take them
        raise ParameterError(f"{name}={value!r} is not a number")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ParameterError(f"{name}={value!r} is not a number") from None
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or not holds(number):
        raise ParameterError(f"{name}={number:.10g} {rule}")


def one_of(name: str, value: object, choices: tuple[str | None, ...]) -> None:
    """One of the choices."""
    if not isinstance(value, str | None) or value not in choices:
        known = ", ".join(str(choice) for choice in choices)
        raise ParameterError(f"{name}={value!r} is not one of {known}")


def yes_or_no(name: str, value: object) -> None:
    """True or False."""
    if not isinstance(value, bool):
        raise ParameterError(f"{name}={value!r} is not True or False")
