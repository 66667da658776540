"""Columns → a .npy file in any layout, in constant memory."""

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from livemel.dsp.layout import Layout

Columns = NDArray[np.float32]

DTYPE = np.dtype("<f4")
# Room for the header before the shape is known; .npy pads it with blanks anyway.
_HEADER = 128
_AT_ONCE = 16 << 20  # bytes


def write_rows(file: BinaryIO, blocks: Iterable[Columns]) -> tuple[int, int]:
    """Write columns one after the other, behind room for a header.

    blocks : of shape (n, k)
    Returns : columns, and bands in each; 0, 0 where there are none
    """
    file.write(bytes(_HEADER))
    columns = bands = 0
    for block in blocks:
        file.write(np.ascontiguousarray(block.T, dtype=DTYPE).data)
        bands = block.shape[0]
        columns += block.shape[1]
    return columns, bands


def arrange(rows: BinaryIO, out: BinaryIO, layout: Layout, columns: int, bands: int) -> None:
    """What write_rows wrote, as an array of that layout.

    out : an empty file; may be `rows` itself where the layout is as they come
    Raises ParameterError if the columns are too few for the layout.
    """
    shape = layout.shape(columns, bands)
    if layout.bands_first:
        _transpose(rows, out, columns, bands, layout.copies)
    elif layout.patch:
        out.seek(_HEADER)
        for i in range(shape[0]):
            _copy(rows, out, i * layout.patch_hop * bands, layout.patch * bands)
    else:
        if out is not rows:
            out.seek(_HEADER)
            for _ in range(layout.copies):
                _copy(rows, out, 0, columns * bands)
        if layout.pairs and columns % 2:  # the model fills up with zeros
            out.seek(0, 2)
            out.write(bytes(bands * DTYPE.itemsize))
    out.seek(0)
    out.write(_header(shape))


def _transpose(rows: BinaryIO, out: BinaryIO, columns: int, bands: int, copies: int) -> None:
    """A stretch of columns at a time: each band's values of it go to the band's own place."""
    step = max(1, _AT_ONCE // (bands * DTYPE.itemsize))
    for copy in range(copies):
        rows.seek(_HEADER)
        for start in range(0, columns, step):
            k = min(step, columns - start)
            values = np.frombuffer(rows.read(k * bands * DTYPE.itemsize), dtype=DTYPE)
            by_band = np.ascontiguousarray(values.reshape(k, bands).T)
            for band in range(bands):
                at = (copy * bands + band) * columns + start
                out.seek(_HEADER + at * DTYPE.itemsize)
                out.write(by_band[band].data)


def _copy(rows: BinaryIO, out: BinaryIO, start: int, n: int) -> None:
    """n values from `start` on, to where `out` stands."""
    rows.seek(_HEADER + start * DTYPE.itemsize)
    for part in _parts(n * DTYPE.itemsize):
        out.write(rows.read(part))


def _parts(n: int) -> Iterator[int]:
    """n bytes in pieces."""
    for start in range(0, n, _AT_ONCE):
        yield min(_AT_ONCE, n - start)


def _header(shape: tuple[int, ...]) -> bytes:
    """Version 1.0, filled up to _HEADER bytes. Reference: numpy.lib.format."""
    text = repr({"descr": DTYPE.str, "fortran_order": False, "shape": shape}).encode()
    begin = npy.magic(1, 0)
    length = _HEADER - len(begin) - 2
    return bytes(begin + struct.pack("<H", length) + text.ljust(length - 1) + b"\n")
