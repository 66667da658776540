"""A figure says the same in pixels and in vectors, whoever draws it."""

import base64
import io
import re
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from livemel.config import FrontEndChoice, check_paper
from livemel.engine import Feed
from livemel.errors import ParameterError
from livemel.ui.figure import Figure, Paper, Shown
from livemel.ui.figure_file import file_of_figure, image_of_figure
from livemel.ui.marks import Box, Marks, Point
from livemel.ui.pixel_ring import Pixels
from livemel.ui.theme import DARK, PAPER, Theme
from livemel.ui.value_range import first_range
from livemel.ui.views import VIEWS
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.dsp.strategies import sound
from tests.export.heard import heard
from tests.rig.daemon import need

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def feed() -> Feed:
    return heard(sound(4 * 48_000)[:, np.newaxis], FrontEndChoice().build(48_000)).feed


def figure(
    feed: Feed,
    size: tuple[int, int] = (900, 500),
    dpi: int = 96,
    theme: Theme = PAPER,
    source: str = 'A & <b>"source"</b>',
    rows: tuple[float, float] = (0.0, 1.0),
) -> Figure:
    low, high = first_range(feed.frontend)
    shown = Shown(
        feed=feed,
        stop=feed.columns.written,
        span_s=3.0,
        low=low,
        high=high,
        source=source,
        what="live · 48 kHz",
        caption="heard until today · livemel 1.2.3",
        bottom=rows[0],
        top=rows[1],
    )
    return Figure(shown, Paper(size, dpi, theme, "magma"))


def rgb(pixels: Pixels) -> np.ndarray:
    return np.stack([pixels >> shift & 255 for shift in (16, 8, 0)], axis=2).astype(np.uint8)


def as_array(image: QImage) -> np.ndarray:
    shown = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), -1)
    return rows[:, : 3 * shown.width()].reshape(shown.height(), shown.width(), 3).copy()


def by_others(data: bytes, kind: str, dpi: int, folder: Path) -> np.ndarray:
    """The file as librsvg or poppler draws it, at its own size."""
    path, out = folder / f"figure.{kind}", folder / "drawn"
    path.write_bytes(data)
    if kind == "svg":
        tool = need("rsvg-convert", "librsvg2-bin")
        command = [tool, "-d", str(dpi), "-p", str(dpi), str(path), "-o", f"{out}.png"]
    else:
        tool = need("pdftoppm", "poppler-utils")
        command = [tool, "-r", str(dpi), "-singlefile", "-png", str(path), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    with Image.open(f"{out}.png") as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("theme", [PAPER, DARK])
@pytest.mark.parametrize(
    ("size", "dpi"), [((900, 500), 96), ((1890, 1063), 300), ((800, 601), 150)]
)
@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_vectors_are_drawn_by_others_as_the_pixels_are(
    kind: str, size: tuple[int, int], dpi: int, theme: Theme, feed: Feed, tmp_path: Path
) -> None:
    wanted = figure(feed, size, dpi, theme)
    ours = as_array(image_of_figure(wanted)).astype(int)
    theirs = by_others(file_of_figure(wanted, f".{kind}"), kind, dpi, tmp_path).astype(int)
    assert np.abs(np.subtract(theirs.shape, ours.shape)).max() <= 1 + dpi / 72  # whole points
    height, width = np.minimum(theirs.shape, ours.shape)[:2]
    assert (theirs[:, -1] == theirs[2, 2]).all()
    away = np.abs(ours[:height, :width] - theirs[:height, :width])
    place = wanted.image
    inside = away[place.top() + 1 : place.bottom(), place.left() + 1 : place.right()]
    assert np.median(inside) == 0
    assert inside.mean() < 6  # a renderer may smooth
    assert away.mean() < 6
    # Text is where it is, in whatever smoothing: as much ink, give or take a half.
    band = slice(0, place.top() - 2)
    ink = [np.abs(a[band] - a[2, 2]).sum() for a in (ours, theirs)]
    assert 0.5 < ink[0] / ink[1] < 2
    assert ink[0] > 0


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_marks_lie_over_the_image_in_vectors_too(kind: str, feed: Feed, tmp_path: Path) -> None:
    bare = figure(feed)
    marks = Marks(a=Point(1.0, 1000.0), selection=Box(1.2, 1.8, 300.0, 2000.0))
    marked = Figure(replace(bare.shown, marks=marks), bare.paper)
    place = bare.image

    def inside(image: np.ndarray) -> np.ndarray:
        return image[place.top() : place.bottom(), place.left() : place.right()].astype(int)

    def changed(drawn: list[np.ndarray]) -> float:
        return float((np.abs(inside(drawn[0]) - inside(drawn[1])).max(axis=2) > 20).mean())

    ours = changed([as_array(image_of_figure(each)) for each in (bare, marked)])
    files = [file_of_figure(each, f".{kind}") for each in (bare, marked)]
    theirs = changed([by_others(data, kind, 96, tmp_path) for data in files])
    assert ours > 0.01
    assert theirs == pytest.approx(ours, rel=0.5)


def test_an_svg_holds_its_text_as_text_and_the_image_pixel_by_pixel(feed: Feed) -> None:
    wanted = figure(feed)
    root = ET.fromstring(file_of_figure(wanted, ".svg"))
    texts = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    caption = "heard until today · livemel 1.2.3"
    assert {'A & <b>"source"</b>', "live · 48 kHz", caption, "Hz", "dB", "1k", "2.0 s"} <= texts
    assert root.get("viewBox") == "0 0 900 500"
    assert float(str(root.get("width")).removesuffix("mm")) == pytest.approx(900 * 25.4 / 96, 1e-3)
    image, _ = root.iter(f"{SVG}image")
    data = base64.b64decode(str(image.get(HREF)).partition(",")[2])
    with Image.open(io.BytesIO(data)) as found:
        np.testing.assert_array_equal(np.asarray(found.convert("RGB")), rgb(wanted.pixels()))
    assert [float(str(image.get(key))) for key in ("x", "y", "width", "height")] == [
        wanted.image.x(),
        wanted.image.y(),
        wanted.image.width(),
        wanted.image.height(),
    ]


def test_a_pdf_holds_its_text_as_text_and_the_image_without_loss(
    feed: Feed, tmp_path: Path
) -> None:
    wanted = figure(feed, (1200, 700), 150)
    path = tmp_path / "figure.pdf"
    path.write_bytes(file_of_figure(wanted, ".pdf"))
    tools = [need(tool, "poppler-utils") for tool in ("pdftotext", "pdfimages", "pdfinfo")]
    text = subprocess.run([tools[0], path, "-"], capture_output=True, check=True).stdout.decode()
    for word in ('A & <b>"source"</b>', "live · 48 kHz", "livemel 1.2.3", "Hz", "dB", "1k"):
        assert word in text
    subprocess.run([tools[1], "-png", path, tmp_path / "image"], check=True)
    with Image.open(tmp_path / "image-000.png") as found:
        np.testing.assert_array_equal(np.asarray(found.convert("RGB")), rgb(wanted.pixels()))
    told = subprocess.run([tools[2], path], capture_output=True, check=True).stdout.decode()
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", told)
    assert size is not None
    assert [float(size[1]), float(size[2])] == pytest.approx([1200 * 0.48, 700 * 0.48], abs=0.5)


def test_a_png_says_its_dpi(feed: Feed) -> None:
    with Image.open(io.BytesIO(file_of_figure(figure(feed, (1890, 1063), 300), ".png"))) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert image.size == (1890, 1063)


def test_all_lengths_grow_with_the_dpi(feed: Feed) -> None:
    small, large = figure(feed, (900, 500), 96), figure(feed, (1800, 1000), 192)
    assert large.image.getRect() == tuple(2 * side for side in small.image.getRect())
    assert large.bar.getRect() == tuple(2 * side for side in small.bar.getRect())
    ink = [
        np.count_nonzero(as_array(image_of_figure(f))[: f.image.top(), :, 0] < 200)
        for f in (small, large)
    ]
    assert ink[1] == pytest.approx(4 * ink[0], rel=0.25)


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_view_has_a_figure_with_its_own_axes(view: str) -> None:
    fe = FrontEndChoice("speech", view=view).build(16_000)
    feed = heard(sound(4 * 16_000)[:, np.newaxis], fe).feed
    root = ET.fromstring(file_of_figure(figure(feed), ".svg"))
    texts = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    shown = next(each for each in VIEWS if each.name == view)
    assert shown.axis in texts
    assert len(list(root.iter(f"{SVG}image"))) == (2 if shown.coloured else 1)


def test_a_part_of_the_rows_is_that_part(feed: Feed) -> None:
    whole, part = figure(feed), figure(feed, rows=(0.25, 0.75))
    assert part.view.row_hz(0) == pytest.approx(whole.view.row_hz(0.25))
    assert part.view.row_hz(1) == pytest.approx(whole.view.row_hz(0.75))
    image_of_figure(part)


def test_long_words_are_cut_and_nothing_leaves_the_paper(feed: Feed) -> None:
    image = as_array(image_of_figure(figure(feed, (400, 260), source="very long " * 60)))
    edges = [image[:3], image[-3:], image[:, :3], image[:, -3:]]
    assert all((edge == 255).all() for edge in edges)


@pytest.mark.parametrize(
    ("size", "dpi", "words"),
    [
        ((100, 100), 96, "size=100x100 at 96 dpi is 26 x 26 mm"),
        ((250, 180), 96, "size=250x180 is not between 320x240"),
        ((800, 600), 29, "dpi=29 is not between 30 and 1200"),
        ((500, 300), 300, "size=500x300 at 300 dpi is 42 x 25 mm"),
        ((16_000, 16_000), 300, "is more than 134,217,728 pixels"),
    ],
)
def test_paper_that_has_no_room_is_refused(size: tuple[int, int], dpi: int, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        check_paper(size, dpi)


def test_the_smallest_paper_has_room_for_all_of_it(feed: Feed, qapp: QApplication) -> None:
    for size, dpi in (((320, 240), 96), ((760, 500), 300), ((3030, 2000), 1200)):
        check_paper(size, dpi)
        place = figure(feed, size, dpi).image
        assert place.width() > 0.3 * size[0]
        assert place.height() > 0.3 * size[1]
