"""A figure as a file: pixels or vectors.

While Qt draws an image into an SVG or a PDF it packs it, and holds Python's lock for a second or
more: the window would stand. So images are packed here, by what lets the lock go meanwhile, and
put into the file that Qt has drawn without them.
"""

import base64
import re
import zlib
from typing import Final

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from livemel.config import INCH_MM
from livemel.ui.figure import Figure, image_of_pixels
from livemel.ui.pixel_ring import Pixels
from livemel.version import __version__

_POINTS: Final = 72
_ZLIB_LEVEL: Final = 6


def image_of_figure(figure: Figure) -> QImage:
    """The figure as pixels. Runs on: any thread."""
    paper = figure.paper
    image = QImage(*paper.size, QImage.Format.Format_RGB32)
    dots = round(1000 * paper.dpi / INCH_MM)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    painter = QPainter(image)
    figure.draw(painter)
    painter.end()
    return image


def file_of_figure(figure: Figure, suffix: str) -> bytes:
    """The figure as a file of that kind: ".png", ".jpg", ".bmp", ".svg", ".pdf".

    In the last two text and axes are vectors, and the image has a pixel for each of the paper's.
    Runs on: any thread.
    """
    if suffix == ".svg":
        return _svg(figure)
    if suffix == ".pdf":
        return _pdf(figure)
    return file_of_image(image_of_figure(figure), suffix.lstrip("."))


def file_of_image(image: QImage, kind: str) -> bytes:
    """An image as a file: "png", "jpg" or "bmp". Runs on: any thread."""
    data, buffer = _opened()
    image.save(buffer, kind.upper())  # type: ignore[call-overload]
    return bytes(data.data())


def _opened() -> tuple[QByteArray, QBuffer]:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return data, buffer


_SVG_IMAGE = re.compile(rb"<image\b[^>]*/>")


def _svg(figure: Figure) -> bytes:
    from PySide6.QtSvg import QSvgGenerator  # only where an SVG is wanted

    data, buffer = _opened()
    writer = QSvgGenerator()
    writer.setOutputDevice(buffer)
    writer.setResolution(figure.paper.dpi)
    writer.setSize(QSize(*figure.paper.size))
    writer.setViewBox(QRect(0, 0, *figure.paper.size))
    writer.setTitle(figure.shown.what)
    writer.setDescription(figure.shown.caption)
    images: list[bytes] = []

    def put(painter: QPainter, place: QRect, pixels: Pixels) -> None:
        """One pixel in its place: what is drawn later lies over it."""
        painter.drawImage(place, image_of_pixels(np.zeros((1, 1), dtype=np.uint32)))
        png = base64.b64encode(file_of_image(image_of_pixels(pixels), "png"))
        corner = f'x="{place.x()}" y="{place.y()}"'
        head = f'<image {corner} width="{place.width()}" height="{place.height()}"'
        images.append(
            f'{head} preserveAspectRatio="none" xlink:href="data:image/png;base64,'.encode()
            + png
            + b'"/>'
        )

    painter = QPainter(writer)
    figure.draw(painter, put)
    painter.end()
    # Where that font is not, one like it.
    drawn = re.sub(rb'font-family="([^",]+)"', rb'font-family="\1, sans-serif"', data.data())
    places = iter(images)
    return _SVG_IMAGE.sub(lambda _: next(places), drawn)


def _pdf(figure: Figure) -> bytes:
    data, buffer = _opened()
    width, height = (side * _POINTS / figure.paper.dpi for side in figure.paper.size)
    writer = QPdfWriter(buffer)
    writer.setResolution(figure.paper.dpi)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    size = QPageSize(QSizeF(width, height), QPageSize.Unit.Point, "", exact)
    # Otherwise a page that is wider than high is turned.
    page = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF())
    page.setMode(QPageLayout.Mode.FullPageMode)
    writer.setPageLayout(page)
    writer.setTitle(figure.shown.what)
    writer.setCreator(f"livemel {__version__}")
    images: list[Pixels] = []

    def put(painter: QPainter, place: QRect, pixels: Pixels) -> None:
        """One pixel in its place, coloured, so that it is no image of grey."""
        images.append(pixels)
        painter.drawImage(place, image_of_pixels(np.full((1, 1), 0xFF102030 + len(images))))

    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # otherwise a JPEG
    figure.draw(painter, put)
    painter.end()
    return _with_images(bytes(data.data()), images)


_IMAGE = re.compile(rb"(\d+) 0 obj\s*<<[^>]*?/Subtype /Image\b[^>]*?>>")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)


def _with_images(pdf: bytes, images: list[Pixels]) -> bytes:
    """The file with others in place of its images, in the order they were drawn.

    As an update behind its end, which every reader knows. Reference: ISO 32000-1, 7.5.6.
    """
    numbers = [int(found[1]) for found in _IMAGE.finditer(pdf)]
    trailer = _TRAILER.search(pdf)
    assert trailer is not None
    assert len(numbers) == len(images)
    parts, at, table = [pdf], len(pdf), [b"xref\n"]
    for number, pixels in sorted(zip(numbers, images, strict=True), key=lambda pair: pair[0]):
        entry = _image_object(number, pixels)
        table.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        parts.append(entry)
        at += len(entry)
    parts += table
    entries, before = trailer.group(1, 2)
    parts.append(b"trailer\n<<%b/Prev %b\n>>\nstartxref\n%d\n%%%%EOF\n" % (entries, before, at))
    return b"".join(parts)


def _image_object(number: int, pixels: Pixels) -> bytes:
    height, width = pixels.shape
    rgb = np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], axis=2)
    packed = zlib.compress(rgb.astype(np.uint8).tobytes(), _ZLIB_LEVEL)
    facts = (
        f"/Type /XObject\n/Subtype /Image\n/Width {width}\n/Height {height}\n"
        f"/BitsPerComponent 8\n/ColorSpace /DeviceRGB\n/Filter /FlateDecode\n"
        f"/Length {len(packed)}"
    )
    head = f"{number} 0 obj\n<<\n{facts}\n>>\nstream\n".encode()
    return head + packed + b"\nendstream\nendobj\n"
