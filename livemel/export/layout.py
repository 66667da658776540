"""The layouts that columns are written in, by their names on the command line."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from livemel.dsp.layout import Layout
from livemel.dsp.row import FrontEndRow

AS_MODEL: Final = "as-model"
# Names on the command line → patterns as FrontEndRow.layout has them.
NAMED: Mapping[str, str] = MappingProxyType(
    {"mel-time": "(F, T)", "time-mel": "(T, F)", "nchw": "(1, 1, F, T)"}
)
LAYOUTS = (AS_MODEL, *NAMED)


def layout_of(name: str, row: FrontEndRow) -> Layout:
    """The layout of that name; "as-model" is the row's own. All columns are written, whatever
    length the model cuts or fills its input to.
    """
    return Layout.parse(row.layout if name == AS_MODEL else NAMED[name])
