"""A file's picture: what is in the sound stands at its frequency and its time."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.config import FrontEndChoice
from livemel.dsp.models import FRONTENDS, frontend
from livemel.engine import Feed
from livemel.engine.offline import FileColumns, offline_build
from livemel.errors import SourceError
from livemel.ui.figure import Figure
from livemel.ui.figure_file import image_of_figure
from livemel.ui.picture import Look, figure_of, image_of, pooled
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from tests.dsp.strategies import noise, sound

SR = 16_000
GRAY = Look(cmap="gray", size=(640, 400))


def feed_of(folder: Path, y: np.ndarray, name: str = "speech", **part: float) -> Feed:
    path = folder / "sound.wav"
    soundfile.write(path, y, SR, subtype="FLOAT")
    file = FileColumns(path, offline_build(FrontEndChoice(name)), **part)
    return pooled(file, GRAY.size[0], lambda _: None)


def drawn(feed: Feed, look: Look = GRAY) -> tuple[Figure, np.ndarray]:
    """The figure, and the brightness of its image: shape (height, width)."""
    figure = figure_of(feed, "name", look)
    image = image_of_figure(figure).convertToFormat(QImage.Format.Format_Grayscale8)
    assert (image.width(), image.height()) == look.size
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    place = figure.image
    x, y = place.x(), place.y()
    return figure, pixels[y : y + place.height(), x : x + place.width()].copy()


def seconds_at(figure: Figure, x: float) -> float:
    """The time in the middle of a pixel, by the axis."""
    return figure.stop_s - figure.shown.span_s * (1 - (x + 0.5) / figure.image.width())


@pytest.mark.parametrize("hz", [300.0, 1000.0, 3000.0])
@pytest.mark.parametrize("name", ["speech", "whisper-80", "live", "desed"])
def test_a_tone_is_a_bright_row_at_its_frequency(
    name: str, hz: float, tmp_path: Path, qapp: QApplication
) -> None:
    y = 0.5 * np.sin(2 * np.pi * hz / SR * np.arange(2 * SR)) + noise(2 * SR, level=1e-4)
    feed = feed_of(tmp_path, y, name)
    figure, pixels = drawn(feed)
    bright = pixels[:, 50:-50].mean(axis=1)
    row = float(np.flatnonzero(bright == bright.max()).mean())
    view = figure.view
    expected = (1 - view.fraction_of(hz)) * view.height
    assert abs(row + 0.5 - expected) <= view.height / feed.frontend.n_mels


@pytest.mark.parametrize("start_s", [None, 20.0])
@pytest.mark.parametrize("length_s", [3, 40, 600])
def test_a_click_stands_at_its_time(
    length_s: int, start_s: float | None, tmp_path: Path, qapp: QApplication
) -> None:
    if start_s is not None and start_s > length_s:
        start_s = 1.0
    y = noise(length_s * SR, level=1e-4)
    click_s = 0.7 * length_s
    y[round(click_s * SR)] = 1.0
    feed = feed_of(tmp_path, y, start_s=start_s)
    figure, pixels = drawn(feed)
    columns = pixels.mean(axis=0)
    at_s = seconds_at(figure, float(np.flatnonzero(columns == columns.max()).mean()))
    pixel_s = figure.shown.span_s / pixels.shape[1]
    assert abs(at_s - click_s) <= max(2 * 160 / SR, pixel_s)
    begin_s = start_s or 0.0
    assert abs(seconds_at(figure, -0.5) - begin_s) <= 0.02 + pixel_s
    assert abs(seconds_at(figure, pixels.shape[1] - 0.5) - length_s) <= 0.02 + pixel_s


def test_the_whole_width_is_drawn_to_the_last_column(tmp_path: Path, qapp: QApplication) -> None:
    for n in (400, 560, 4000, 103_456, 103_616, 400_000):
        y = noise(n, level=1e-4)
        y[-200:] = 0.5 * np.sin(np.arange(200))
        feed = feed_of(tmp_path, y)
        _, pixels = drawn(feed)
        columns = pixels[4:-4].mean(axis=0)  # ticks of the axes reach into the outermost rows
        assert columns[-1] == columns.max(), n
        assert columns[0] > 0, n


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_front_end_has_a_picture(name: str, tmp_path: Path, qapp: QApplication) -> None:
    _, pixels = drawn(feed_of(tmp_path, sound(3 * SR), name))
    assert pixels.std() > 10


def test_memory_for_a_long_file_is_a_few_columns_a_pixel(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, noise(400 * SR))
    assert feed.columns.written <= 8 * GRAY.size[0]
    assert feed.frontend.hop_length == 160 * 8


def test_the_range_is_fitted_or_as_asked(tmp_path: Path, qapp: QApplication) -> None:
    feed = feed_of(tmp_path, sound(2 * SR))
    ranges = [
        figure_of(feed, "", Look(size=(640, 400), low=low, high=high)).view
        for low, high in ((None, None), (-50, 0), (-50, None), (None, -200), (200, None))
    ]
    fitted, both, low, high, beyond = ((view.low_db, view.high_db) for view in ranges)
    values = feed.columns.read(0, feed.columns.written).values
    assert fitted[0] <= np.percentile(values, 5) < np.percentile(values, 99) <= fitted[1]
    assert both == (-50, 0)
    assert low == (-50, fitted[1])
    assert high == (-201, -200)
    assert beyond == (200, 201)


def test_themes_differ_and_names_are_written(tmp_path: Path, qapp: QApplication) -> None:
    feed = feed_of(tmp_path, sound(SR))
    colours = []
    for theme in ("dark", "light", "paper"):
        look = Look(theme=theme, size=(640, 400))
        image = image_of_figure(figure_of(feed, "a <b>name</b> " * 50, look))
        assert (image.width(), image.height()) == (640, 400)
        colours.append(QColor(image.pixel(2, 2)).name())
    assert colours == ["#14171a", "#f4f5f6", "#ffffff"]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
def test_an_image_file_is_of_the_size_that_was_asked_for(
    suffix: str, tmp_path: Path, qapp: QApplication
) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, sound(SR), SR)
    file = FileColumns(path, lambda _: frontend("speech"))
    image = QImage()
    assert image.loadFromData(image_of(file, "speech", GRAY, suffix, lambda _: None))
    assert (image.width(), image.height()) == GRAY.size


def test_a_sound_shorter_than_a_frame_has_no_picture(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"sound\.wav is shorter than one frame"):
        feed_of(tmp_path, noise(300))


def test_a_long_waveform_keeps_its_least_and_its_greatest_samples(tmp_path: Path) -> None:
    y = np.zeros(400 * SR, dtype=np.float32)
    y[[100 * SR, 300 * SR]] = -0.5, 0.25
    path = tmp_path / "long.wav"
    soundfile.write(path, y, SR, subtype="FLOAT")
    choice = FrontEndChoice("speech", view="waveform")
    feed = pooled(FileColumns(path, choice.build), GRAY.size[0], lambda _: None)
    values = feed.columns.read(0, feed.columns.written).values
    assert feed.columns.written <= 8 * GRAY.size[0]
    assert (values[:, 0].min(), values[:, 1].max()) == (-0.5, 0.25)
    assert (values[:, 0].max(), values[:, 1].min()) == (0.0, 0.0)
