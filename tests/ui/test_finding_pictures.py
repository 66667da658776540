"""Pictures of findings: what was found is seen where the picture says it is."""

import io
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.diagnosis import Finding, Report, Severity
from livemel.engine.offline import FileColumns
from livemel.export.plot import Pictures, Plot
from livemel.ui.finding_pictures import MOST_ZOOMS, pictures_of
from PIL import Image

from tests.dsp.strategies import noise

SR, SECONDS = 16_000, 12.0


def drawn(
    folder: Path, y: np.ndarray, *found: Finding, zooms: int = MOST_ZOOMS
) -> tuple[Pictures, list[float]]:
    path = folder / "sound.wav"
    soundfile.write(path, y, SR, subtype="FLOAT")
    channels = y.shape[1] if y.ndim == 2 else 1
    report = Report(SR, channels, len(y) / SR, found)
    told: list[float] = []
    return pictures_of(report, partial(FileColumns, path), told.append, zooms=zooms), told


def brightness(plot: Plot) -> np.ndarray:
    """Shape (height, width), in pixels of the image."""
    image = Image.open(io.BytesIO(plot.png))
    return np.asarray(image.convert("L")).astype(float)


def found(
    code: str, start_s: float, end_s: float, *lines_hz: float, channel: int | None = None
) -> Finding:
    return Finding(code, Severity.WARN, "text", start_s, end_s, channel=channel, lines_hz=lines_hz)


def test_a_click_is_the_brightest_column_where_its_mark_is(tmp_path: Path) -> None:
    y = noise(round(SECONDS * SR), level=1e-3)
    y[round(7.3 * SR)] = 0.9
    pictures, told = drawn(tmp_path, y, found("discontinuity", 7.3, 7.3))
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert pictures.whole is not None
    for plot in (pictures.whole, pictures.zooms[0]):
        columns = brightness(plot).mean(axis=0)
        bright = np.flatnonzero(columns > (columns.max() + np.median(columns)) / 2)
        at_s = plot.begin_s + (bright.mean() + 0.5) / len(columns) * (plot.end_s - plot.begin_s)
        assert at_s == pytest.approx(7.3, abs=0.03)
    whole, zoom = pictures.whole, pictures.zooms[0]
    assert whole.begin_s == pytest.approx(0, abs=0.1)
    assert whole.end_s == pytest.approx(SECONDS, abs=0.1)
    assert zoom.end_s - zoom.begin_s < 1


def test_a_line_is_the_brightest_row_where_its_mark_is(tmp_path: Path) -> None:
    t = np.arange(round(SECONDS * SR)) / SR
    y = noise(len(t), level=1e-3) + 0.1 * np.sin(2 * np.pi * 60 * t).astype(np.float32)
    pictures, _ = drawn(tmp_path, y, found("hum", 0.0, SECONDS, 60.0, 180.0))
    zoom = pictures.zooms[0]
    (at, label), (_, other) = zoom.lines
    assert (label, other) == ("60.0 Hz", "180.0 Hz")
    rows = brightness(zoom).mean(axis=1)
    assert np.argmax(rows) == pytest.approx((1 - at) * len(rows), abs=4)


def test_the_channel_of_a_finding_is_shown_and_opposite_ones_do_not_cancel(tmp_path: Path) -> None:
    y = noise(round(SECONDS * SR), level=0.01)
    y[5 * SR : 6 * SR] *= 30
    both = np.stack([y, -y], axis=1)
    inverted = found("channel-inverted", 0.0, SECONDS)
    pictures, _ = drawn(tmp_path, both, inverted, found("clipping", 5.0, 6.0, channel=2))
    assert pictures.whole is not None
    for plot in (pictures.whole, pictures.zooms[1]):
        assert np.ptp(brightness(plot).mean(axis=0)) > 30


def test_the_gravest_that_have_a_place_are_drawn_and_no_more(tmp_path: Path) -> None:
    y = noise(round(SECONDS * SR))
    clicks = [found("discontinuity", s, s) for s in range(1, 12)]
    everywhere = found("dc-offset", 0.0, SECONDS)
    pictures, _ = drawn(tmp_path, y, everywhere, *clicks)
    assert list(pictures.zooms) == list(range(1, 1 + MOST_ZOOMS))
    few, _ = drawn(tmp_path, y, everywhere, *clicks, zooms=2)
    assert list(few.zooms) == [1, 2]


def test_what_is_too_short_to_draw_is_said_to_be(tmp_path: Path) -> None:
    pictures, _ = drawn(tmp_path, noise(40), found("low-level", 0.0, 0.0025))
    assert pictures.whole is None
    assert pictures.missing.startswith("Not drawn: sound.wav is shorter than one frame")
