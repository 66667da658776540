"""Reference: somebody else's code that computes what a row of the table describes."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec, module_from_spec
from types import MappingProxyType, ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Columns = NDArray[np.floating]
# Samples of shape (n,) and their rate in Hz → columns of shape (n_mels, k).
Compute = Callable[[Samples, int], Columns]

# What pip calls a package → what Python calls it, where that differs.
_IMPORTED_AS = MappingProxyType(
    {
        "faster-whisper": "faster_whisper",
        "kaldi-native-fbank": "kaldi_native_fbank",
        "onnx-asr": "onnx_asr",
    }
)

# Why a reference may have no numbers.
TORCH_MIRRORS_LESS: Final = "torch mirrors fewer samples than there are"
ONE_COLUMN: Final = "one column has no deviation"


class UndefinedError(Exception):
    """The reference has no numbers for such a signal; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One way to compute a row with somebody else's code.

    row : the name of the row in the table of front-ends
    packages : what pip calls them; the first is the one whose code this is
    what : its class or functions
    parts : True where the model's own code is not run, but parts of the package are put together
        as that code does
    make : loads the packages and gives the function that computes; raises ImportError and whatever
        else packages raise that do not load. The function raises UndefinedError
    normalise : how far the reference goes after the logarithm, and ours is to go, in FrontEnd's
        words: "none", "fixed" or "exact"
    """

    row: str
    packages: tuple[str, ...]
    what: str
    make: Callable[[], Compute]
    parts: bool = False
    normalise: str = "none"

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(package for package in self.packages if not _is_installed(package))

    @property
    def version(self) -> str:
        """Of the first package; "" where it does not say."""
        try:
            return version(self.packages[0])
        except PackageNotFoundError:
            return ""

    def __str__(self) -> str:
        """Such as "transformers 5.23.0 WhisperFeatureExtractor"."""
        words = ["parts of"] if self.parts else []
        return " ".join([*words, self.packages[0], *filter(None, [self.version]), self.what])


def _is_installed(package: str) -> bool:
    spec = find_spec(_IMPORTED_AS.get(package, package))
    return spec is not None and spec.origin is not None  # a folder of that name has no origin


def no_columns(n: int) -> Columns:
    """What n bands of a signal are that has no whole frame."""
    return np.zeros((n, 0), dtype=np.float32)


def module_alone(name: str) -> ModuleType:
    """A module without what its packages would import besides.

    Where one module computes on numpy alone, the package around it wants runtimes for the model.
    Raises ImportError.
    """
    parts = name.split(".")
    packages = [".".join(parts[:i]) for i in range(1, len(parts))]
    with _forgetting(parts[0]):
        for package in packages:
            spec = find_spec(package)
            if spec is None:
                raise ModuleNotFoundError(f"No module named {package!r}", name=package)
            empty = sys.modules[package] = module_from_spec(spec)
            parent, _, child = package.rpartition(".")
            if parent:
                setattr(sys.modules[parent], child, empty)
        return import_module(name)


@contextmanager
def _forgetting(package: str) -> Iterator[None]:
    """What is imported of the package meanwhile is not what others get who import it."""

    def taken_out() -> dict[str, ModuleType]:
        names = [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]
        return {name: sys.modules.pop(name) for name in names}

    before = taken_out()
    try:
        yield
    finally:
        taken_out()
        sys.modules.update(before)


def quiet_transformers() -> None:
    """Keep transformers from telling that torch is missing: it is not wanted."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
