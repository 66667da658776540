"""A front-end that stands in a JSON file, field by field: data, checked as if it were typed in."""

from dataclasses import fields
from typing import Any

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.scaler import scaler_from
from livemel.errors import ParameterError


def frontend_from(found: Any) -> FrontEnd:
    """The front-end whose fields a parsed JSON object holds; what is absent is at its default.

    Raises ParameterError that names the field.
    """
    if not isinstance(found, dict):
        raise ParameterError("'frontend' is not an object")
    unknown = sorted(set(found) - {field.name for field in fields(FrontEnd)})
    if unknown:
        raise ParameterError(f"'frontend' has an unknown field {unknown[0]!r}")
    if "sr" not in found:
        raise ParameterError("'frontend' has no 'sr'")
    if found.get("scaler") is None:
        return FrontEnd(**found)
    try:
        scaler = scaler_from(found["scaler"])
    except ParameterError as error:
        raise ParameterError(f"'scaler': {error}") from None
    return FrontEnd(**{**found, "scaler": scaler})
