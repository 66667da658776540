"""A million columns, from samples to pixels: nothing grows."""

import gc
import os
import sys
import threading
from pathlib import Path

import numpy as np
from livemel.buffers.columns import ColumnRing
from livemel.dsp.models import frontend
from livemel.engine.pipeline import Pipeline
from livemel.ui.pixel_ring import Inks, PixelRing
from livemel.ui.view_state import ViewState

COLUMNS = 1_000_000
COLUMNS_A_ROUND = 1_000
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MB


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_million_columns_leave_memory_threads_files_and_references_as_they_were() -> None:
    fe = frontend("live")
    columns = ColumnRing(fe.n_mels, 30_000)
    pipeline = Pipeline(fe, fe.sr, columns)
    view = ViewState(fe, 1200, 600, 10.0, -70.0, 30.0)
    grey = np.arange(256, dtype=np.uint32)
    pixels = PixelRing(view, Inks(grey, 0, (0, 0), 0, 0))
    rng = np.random.default_rng(0)
    block = (0.1 * rng.standard_normal(COLUMNS_A_ROUND * fe.hop_length)).astype(np.float32)

    def rounds(n: int) -> None:
        for _ in range(n):
            for part in np.array_split(block, 10):
                pipeline.push(part, 1)
                pixels.advance(columns, view.newest_pixel(columns.written))
            pipeline.push_gap(500, 1)

    rounds(40)  # the history is full, every buffer has been touched
    gc.collect()
    singletons = (None, True, False)
    before = (resident_mb(), open_files(), threading.active_count())
    references = [sys.getrefcount(thing) for thing in singletons]
    begun = columns.written
    rounds(COLUMNS // COLUMNS_A_ROUND)
    gc.collect()
    assert columns.written - begun >= COLUMNS
    assert columns.written == pipeline.columns_due
    assert resident_mb() - before[0] < 5
    assert (open_files(), threading.active_count()) == before[1:]
    grown = [sys.getrefcount(t) - n for t, n in zip(singletons, references, strict=True)]
    assert max(grown) < 100, grown
