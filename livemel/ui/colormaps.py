"""Colour maps by their usual names, as tables of 256 pixels."""

from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from livemel.config import COLOR_MAPS, REVERSED, check_cmap
from livemel.ui.pixel_ring import Inks
from livemel.ui.theme import Theme

# pyqtgraph's names of those it has under others. CET maps: P. Kovesi, Good Colour Maps: How to
# Design Them (2015); even in CIE lightness, where viridis and its kin are even in CAM02-UCS.
_KNOWN_AS = {
    "fire": "CET-L3",
    "kbc": "CET-L6",
    "bmy": "CET-L8",
    "kbgyw": "CET-L16",
    "cbl": "CET-CBL2",
    "gray": "CET-L1",
    "print": "CET-L1",
}
# Of deviations, by the look's name: what is normal is as the ground, what is more red, what is less
# blue.
DEVIATION = {"dark": "CET-D4", "light": "CET-D1", "paper": "CET-D1"}
# Light where there is little.
_FALLING = ("print",)


def color_map(name: str) -> pg.ColorMap:
    """pyqtgraph's map of that name, the way round that it has it."""
    return pg.colormap.get(_KNOWN_AS.get(name, name))


@lru_cache(maxsize=2 * len(COLOR_MAPS))
def lookup_table(name: str) -> NDArray[np.uint32]:
    """Shape (256,), 0xffRRGGBB, lowest value first; read-only."""
    if name not in DEVIATION.values():
        check_cmap(name)
    base = name.removesuffix(REVERSED)
    rgb = color_map(base).getLookupTable(nPts=256, alpha=False).astype(np.uint32)
    table = np.asarray(0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2], dtype=np.uint32)
    if (base in _FALLING) != name.endswith(REVERSED):
        table = table[::-1].copy()
    table.flags.writeable = False
    return table


def inks(theme: Theme, cmap: str) -> Inks:
    """What an image is coloured with."""
    return Inks(
        lut=lookup_table(cmap),
        empty=QColor(theme.empty).rgb(),
        hatch=(QColor(theme.hatch[0]).rgb(), QColor(theme.hatch[1]).rgb()),
        clip=QColor(theme.red).rgb(),
        wave=QColor(theme.muted).rgb(),
    )
