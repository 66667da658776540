"""References that the test set-up installs, made once."""

from functools import cache

from livemel.verify.reference import Compute, Reference
from livemel.verify.references import REFERENCES
from livemel.verify.signals import SIGNALS

# What pyproject.toml lists for the tests; the rest runs where somebody has installed it.
INSTALLED = frozenset({"librosa", "kaldi-native-fbank", "onnx-asr", "transformers"})
RUNNING = tuple(each for each in REFERENCES if INSTALLED.issuperset(each.packages))
OPTIONAL = tuple(each for each in REFERENCES if each not in RUNNING)
# What a reference can be asked that refuses clips shorter than its window.
LONG_SIGNALS = tuple(
    name for name in SIGNALS if name not in ("one sample", "shorter than a window")
)


def name_of(reference: Reference) -> str:
    """For pytest: such as "ast by transformers torch"."""
    parts = " parts" if reference.parts else ""
    return f"{reference.row} by {' '.join(reference.packages)}{parts}"


@cache
def made(reference: Reference) -> Compute:
    return reference.make()


def columns_of(row: str, *packages: str) -> Compute:
    """The function of the one reference of that row and those packages."""
    (found,) = (each for each in REFERENCES if (each.row, each.packages) == (row, packages))
    return made(found)
