"""Scaler: a data set's statistic, fitted beforehand, as training scripts keep it. No numpy."""

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from livemel.dsp.checks import one_of, whole, yes_or_no
from livemel.errors import LONGEST_NAME, ParameterError, one_line
from livemel.files import parse_json, read_bounded

if TYPE_CHECKING:
    from livemel.dsp.frontend import FrontEnd

KINDS = ("mean-std", "min-max")
DEFAULT_EPS: Final = 1e-8

# What float32 divides by and subtracts without overflow, far past any logarithm.
_LARGE, _SMALL = 1e9, 1e-30
# A thousand bands are 50 kB.
_MOST_BYTES = 1 << 22
# What a front-end does after the logarithm: a scaler takes its place, and is not fitted with it.
_AFTERWARDS = (
    "normalise",
    "scaler",
    "statistic",
    "statistic_range",
    "statistic_eps",
    "mean",
    "std",
    "instance_s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaler:
    """(x - shift) / (spread + eps) on the logarithm as it is, with normalise="dataset".

    kind : "mean-std" (mean; deviation, ddof 0) or "min-max" (minimum; maximum - minimum)
    per_bin : True where each band has a shift and a spread of its own
    shift, spread : as many as bands, or one, in the columns' unit
    eps : added to the spread
    columns, files : that it was fitted to
    frontend_name, frontend : that it was fitted with, or "" and None where that is not known; of
        the name one line

    Raises ParameterError, with the value in it, if a field is impossible.
    Reference: DESED_task, desed_task/utils/scaler.py, statistic "dataset".
    """

    kind: str
    per_bin: bool
    shift: tuple[float, ...]
    spread: tuple[float, ...]
    eps: float = DEFAULT_EPS
    columns: int = 0
    files: int = 0
    frontend_name: str = ""
    frontend: "FrontEnd | None" = None

    def __post_init__(self) -> None:
        one_of("kind", self.kind, KINDS)
        yes_or_no("per_bin", self.per_bin)
        for name in ("shift", "spread"):
            object.__setattr__(self, name, _numbers(name, getattr(self, name)))
        object.__setattr__(self, "eps", _numbers("eps", (self.eps,))[0])
        for name in ("columns", "files"):
            object.__setattr__(self, name, whole(name, getattr(self, name), 0, 1 << 62))
        object.__setattr__(self, "frontend_name", one_line(self.frontend_name, LONGEST_NAME))
        if len(self.shift) != len(self.spread):
            raise ParameterError(f"{len(self.shift)} values of shift, {len(self.spread)} of spread")
        if not self.per_bin and len(self.shift) != 1:
            raise ParameterError(f"per_bin=False with {len(self.shift)} values of shift, not 1")
        for i, spread in enumerate(self.spread):
            if spread < 0 or self.eps < 0 or spread + self.eps < _SMALL:
                raise ParameterError(f"spread[{i}]={spread:g} with eps={self.eps:g} divides by 0")

    def differences(self, frontend: "FrontEnd") -> list[str]:
        """What the front-end has otherwise than the one it was fitted with: "n_fft 512, not 400".

        What comes after the logarithm does not count.
        """
        if self.frontend is None:
            return []
        names = [field.name for field in fields(frontend) if field.name not in _AFTERWARDS]
        pairs = [(name, getattr(frontend, name), getattr(self.frontend, name)) for name in names]
        return [f"{name} {here}, not {there}" for name, here, there in pairs if here != there]

    def to_json(self) -> str:
        """As read_scaler takes it; every digit survives."""
        return json.dumps(asdict(self), indent=1, allow_nan=False) + "\n"


def read_scaler(path: Path) -> Scaler:
    """The scaler that `livemel fit-scaler` wrote. Raises ParameterError with file and key."""
    try:
        found = parse_json(read_bounded(path, _MOST_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        raise ParameterError(f"no such file: {path}") from None
    except OSError as error:
        raise ParameterError(f"cannot read {path}: {error.strerror or error}") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ParameterError(f"{path} is not JSON: livemel fit-scaler writes scalers") from None
    except ValueError as error:
        raise ParameterError(f"{path} is not JSON of a scaler: {error}") from None
    try:
        return scaler_from(found)
    except ParameterError as error:
        raise ParameterError(f"{path} is no scaler: {error}") from None


def scaler_from(found: Any) -> Scaler:
    """The scaler that a parsed JSON object holds. Raises ParameterError that names the key."""
    if not isinstance(found, dict):
        raise ParameterError("it is not an object")
    known = {field.name for field in fields(Scaler)}
    for name in ("kind", "per_bin", "shift", "spread"):
        if name not in found:
            raise ParameterError(f"{name!r} is missing")
    for name in found:
        if name not in known:
            raise ParameterError(f"{name!r} is unknown")
    described = found.get("frontend")
    if described is not None:
        from livemel.dsp.described import frontend_from  # which itself needs this module

        described = frontend_from(described)
    if not isinstance(found.get("frontend_name", ""), str):
        raise ParameterError(f"frontend_name={found['frontend_name']!r} is not a text")
    return Scaler(**{**found, "frontend": described})


def _numbers(name: str, values: Any) -> tuple[float, ...]:
    """At least one finite number."""
    if isinstance(values, str | bytes | dict) or not hasattr(values, "__iter__"):
        raise ParameterError(f"{name}={values!r} is not a list of numbers")
    numbers = []
    for i, value in enumerate(values):
        if isinstance(value, bool | str):
            raise ParameterError(f"{name}[{i}]={value!r} is not a number")
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ParameterError(f"{name}[{i}]={value!r} is not a number") from None
        except OverflowError:
            number = math.inf
        if not math.isfinite(number) or abs(number) > _LARGE:
            raise ParameterError(
                f"{name}[{i}]={number:g} is not between {-_LARGE:g} and {_LARGE:g}"
            )
        numbers.append(number)
    if not numbers:
        raise ParameterError(f"{name} is empty")
    return tuple(numbers)
