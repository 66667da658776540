"""A figure as a file: pixels or vectors."""

import re
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from livemel.ui.figure import Figure
from livemel.version import __version__

_INCH_MM: Final = 25.4
_POINTS: Final = 72


def image_of_figure(figure: Figure) -> QImage:
    """The figure as pixels. Runs on: any thread."""
    paper = figure.paper
    image = QImage(*paper.size, QImage.Format.Format_RGB32)
    dots = round(1000 * paper.dpi / _INCH_MM)
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
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if suffix == ".svg":
        _write_svg(figure, buffer)
    elif suffix == ".pdf":
        _write_pdf(figure, buffer)
    else:
        return file_of_image(image_of_figure(figure), suffix.lstrip("."))
    buffer.close()
    written = bytes(data.data())
    if suffix == ".svg":  # where that font is not, one like it
        return re.sub(rb'font-family="([^",]+)"', rb'font-family="\1, sans-serif"', written)
    return written


def file_of_image(image: QImage, kind: str) -> bytes:
    """An image as a file: "png", "jpg" or "bmp". Runs on: any thread."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind.upper())  # type: ignore[call-overload]
    return bytes(data.data())


def _write_svg(figure: Figure, buffer: QBuffer) -> None:
    from PySide6.QtSvg import QSvgGenerator  # only where an SVG is wanted

    writer = QSvgGenerator()
    writer.setOutputDevice(buffer)
    writer.setResolution(figure.paper.dpi)
    writer.setSize(QSize(*figure.paper.size))
    writer.setViewBox(QRect(0, 0, *figure.paper.size))
    writer.setTitle(figure.shown.what)
    writer.setDescription(figure.shown.caption)
    painter = QPainter(writer)
    figure.draw(painter)
    painter.end()


def _write_pdf(figure: Figure, buffer: QBuffer) -> None:
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
    painter = QPainter(writer)
    # Otherwise the image becomes a JPEG.
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    figure.draw(painter)
    painter.end()
