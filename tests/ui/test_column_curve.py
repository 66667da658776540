"""The curve beside the picture has the picture's own values."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import ColumnRing
from livemel.dsp.frontend import FrontEnd
from livemel.ui.column_curve import PixelRows, fraction_of_row
from livemel.ui.pixel_ring import Inks, PixelRing
from livemel.ui.view_state import ViewState

from tests.dsp.strategies import examples

LUT = (0xFF000000 + np.arange(256)).astype(np.uint32)
INKS = Inks(lut=LUT, empty=0, hatch=(1, 2), clip=3, wave=4)


@examples(60)
@given(
    view=st.sampled_from(["mel", "linear", "log", "mfcc"]),
    height=st.integers(2, 900),
    bottom=st.sampled_from([0.0, 0.25, 0.6]),
    top=st.sampled_from([0.7, 1.0]),
)
def test_it_is_what_the_pixels_are_coloured_by(
    view: str, height: int, bottom: float, top: float
) -> None:
    fe = FrontEnd(sr=16_000, n_fft=512, n_mels=64, representation=view)  # type: ignore[arg-type]
    state = ViewState(fe, 10, height, 10 / fe.columns_per_s, 0, 255, bottom, top)
    values = np.random.default_rng(height).permutation(fe.n_rows).astype(np.float32) % 256
    columns = ColumnRing(fe.n_rows, 20)
    zero = np.zeros(1, dtype=np.float32)
    columns.append(values[:, np.newaxis], np.zeros(1, np.uint8), zero, zero, 0)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 0)
    painted = ring.pixels[:, 0] - 0xFF000000
    rows = PixelRows(state)
    assert np.array_equal(rows.values(values), painted)
    assert painted.max() == values[rows.rows.start : rows.rows.stop].max()


def test_a_row_stands_where_its_frequency_stands() -> None:
    fe = FrontEnd(sr=16_000, representation="linear")
    view = ViewState(fe, 100, 500, 10, -70, 30, bottom=0.1, top=0.5)
    for row in (120, 300, 400):
        assert abs(fraction_of_row(row, view) - view.fraction_of(row * fe.sr / fe.n_fft)) < 1e-9
