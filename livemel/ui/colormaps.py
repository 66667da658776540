"""Colour maps by their usual names, as tables of 256 pixels."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from livemel.config import REVERSED, check_cmap

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
# Light where there is little.
_FALLING = ("print",)


def color_map(name: str) -> pg.ColorMap:
    """pyqtgraph's map of that name, as it is unless reversed."""
    check_cmap(name)
    base = name.removesuffix(REVERSED)
    found = pg.colormap.get(_KNOWN_AS.get(base, base))
    if (base in _FALLING) == name.endswith(REVERSED):
        return found
    return pg.ColorMap(None, found.getLookupTable(nPts=256, alpha=False)[::-1], name=name)


def lookup_table(name: str) -> NDArray[np.uint32]:
    """Shape (256,), 0xffRRGGBB, lowest value first."""
    rgb = color_map(name).getLookupTable(nPts=256, alpha=False).astype(np.uint32)
    return np.asarray(0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2], dtype=np.uint32)
