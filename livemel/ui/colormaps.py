"""Colour maps by their usual names, as tables of 256 pixels."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from livemel.config import COLOR_MAPS
from livemel.ui.pixel_ring import Inks
from livemel.ui.theme import Theme


def color_map(name: str) -> pg.ColorMap:
    """pyqtgraph's map of that name; "gray" is black to white."""
    assert name in COLOR_MAPS, name
    if name == "gray":
        return pg.ColorMap(None, ["#000000", "#ffffff"], name="gray")
    return pg.colormap.get(name)


def lookup_table(name: str) -> NDArray[np.uint32]:
    """Shape (256,), 0xffRRGGBB, lowest value first."""
    rgb = color_map(name).getLookupTable(nPts=256, alpha=False).astype(np.uint32)
    return np.asarray(0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2], dtype=np.uint32)


def inks(theme: Theme, cmap: str) -> Inks:
    """What an image is coloured with."""
    return Inks(
        lut=lookup_table(cmap),
        empty=QColor(theme.empty).rgb(),
        hatch=(QColor(theme.hatch[0]).rgb(), QColor(theme.hatch[1]).rgb()),
        clip=QColor(theme.red).rgb(),
        wave=QColor(theme.muted).rgb(),
    )
