"""What findings look like: the whole sound, and the place of each of the gravest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from livemel.diagnosis import Finding, Report
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import frontend
from livemel.engine.offline import FileColumns, OpenPart
from livemel.errors import SourceError
from livemel.export.plot import Pictures, Plot, Tick
from livemel.ui.colormaps import inks, lookup_table
from livemel.ui.figure import image_of_pixels
from livemel.ui.figure_file import file_of_image
from livemel.ui.picture import Look, pooled, range_of
from livemel.ui.pixel_ring import PixelRing, Pixels
from livemel.ui.stream_time import seconds_of
from livemel.ui.theme import DARK
from livemel.ui.ticks import clock_ticks, level_ticks, side_ticks
from livemel.ui.value_range import unit
from livemel.ui.view_state import ViewState

MOST_ZOOMS = 8
_CMAP = "magma"
# In px of the page; the images have more, for screens and paper that are finer.
_WIDTH, _HEIGHT, _ZOOM_HEIGHT = 840, 260, 180
_FINER = 1.5
_SIDE_GAP, _TIME_GAP, _LEVEL_GAP = 20, 72, 36
_LINE_GAP, _LABEL_GAP = 8.0, 16.0
_COLOURS = 64
# A place is less than so much of the whole.
_PLACE_SHARE = 0.5
# Of a zoom: how much is beside the place, and how long it is at the most, in seconds.
_BESIDE, _LEAST_BESIDE_S, _MOST_S = 0.5, 0.25, 20.0
# Of one with lines: seconds, how many of the lowest, and how far above these it reaches.
_LINES_S, _LINES, _ABOVE = 10.0, 6, 1.25


@dataclass(frozen=True, slots=True)
class _Zoom:
    """start_s, end_s : what is shown; n_fft, hop, hz : of its front-end, up to so many Hz"""

    start_s: float
    end_s: float
    n_fft: int
    hop_length: int
    top_hz: float

    def build(self, sr: int) -> FrontEnd:
        """Linear, so that lines lie where they are, and a click is a straight one."""
        return frontend("live", sr=sr).replace(
            representation="linear",
            n_fft=self.n_fft,
            hop_length=self.hop_length,
            fmax=self.top_hz,
        )


def pictures_of(
    report: Report, open_part: OpenPart, progress: Callable[[float], None], *, zooms: int
) -> Pictures:
    """The pictures of a sound. zooms : at most; progress : told how far it is, from 0 to 1"""
    inverted = any(finding.code == "channel-inverted" for finding in report.findings)
    channel = 1 if inverted else None  # of channels that cancel out nothing would be seen
    try:
        whole = open_part(
            lambda sr: frontend("live", sr=sr), channel=channel, start_s=None, end_s=report.seconds
        )
        lines = [hz for finding in report.findings for hz in finding.lines_hz]
        drawn = _plot(whole, _HEIGHT, lines, lambda done: progress(0.5 * done), labels=False)
        zoomed = dict(_zooms(report, open_part, channel, progress, zooms))
    except SourceError as error:
        return Pictures(missing=f"Not drawn: {error}")
    return Pictures(drawn, zoomed)


def _zooms(
    report: Report,
    open_part: OpenPart,
    channel: int | None,
    progress: Callable[[float], None],
    most: int,
) -> Iterator[tuple[int, Plot]]:
    """The gravest that have a place, by their number in the report."""
    placed = [
        (i, finding)
        for i, finding in enumerate(report.findings)
        if finding.lines_hz or finding.end_s - finding.start_s < _PLACE_SHARE * report.seconds
    ][:most]
    for done, (i, finding) in enumerate(placed):
        zoom = _zoom_of(finding, report)
        heard = finding.channel or channel
        part = open_part(zoom.build, channel=heard, start_s=zoom.start_s, end_s=zoom.end_s)
        try:
            yield i, _plot(part, _ZOOM_HEIGHT, finding.lines_hz, lambda _: None, labels=True)
        except SourceError:  # shorter than one frame
            continue
        finally:
            progress(0.5 + 0.5 * (done + 1) / len(placed))


def _zoom_of(finding: Finding, report: Report) -> _Zoom:
    """Around its place; of one with lines as much of its time as shows them apart."""
    start_s, end_s = finding.start_s, min(finding.end_s, report.seconds)
    half_sr = report.sr / 2
    if finding.lines_hz:
        end_s = min(end_s, start_s + _LINES_S)
        n_fft = 1 << max(8, (report.sr // 3).bit_length())
        top_hz = min(half_sr, _ABOVE * sorted(finding.lines_hz)[:_LINES][-1])
        return _Zoom(start_s, end_s, n_fft, n_fft // 32, top_hz)
    beside_s = max(_LEAST_BESIDE_S, _BESIDE * (end_s - start_s))
    begin_s = max(0.0, start_s - beside_s)
    stop_s = min(report.seconds, end_s + beside_s, begin_s + _MOST_S)
    hop = max(8, round((stop_s - begin_s) * report.sr / (_FINER * _WIDTH)))
    n_fft = 512 if report.sr <= 24_000 else 1024
    return _Zoom(begin_s, stop_s, n_fft, min(hop, n_fft // 2), half_sr)


def _plot(
    file: FileColumns,
    height: int,
    lines: Sequence[float],
    progress: Callable[[float], None],
    *,
    labels: bool,
) -> Plot:
    """Raises SourceError if there is no column, or the file breaks off."""
    size = round(_FINER * _WIDTH), round(_FINER * height)
    feed = pooled(file, size[0], progress)
    n, fe = feed.columns.written, feed.frontend
    low, high = range_of(feed, Look(_CMAP))
    span_s = n / fe.columns_per_s * (1 + 1e-9)  # no column may fall off by rounding
    view = ViewState(fe, *size, span_s, low, high)
    newest = view.newest_pixel(n)
    ring = PixelRing(view, inks(DARK, _CMAP))
    ring.redraw(feed.columns, newest)
    end_s = seconds_of(feed, (newest + 1) * view.columns_per_pixel)
    colours = lookup_table(_CMAP)[np.linspace(0, 255, _COLOURS).astype(int)]
    return Plot(
        png=_png(ring.picture()),
        width=_WIDTH,
        height=height,
        begin_s=end_s - span_s,
        end_s=end_s,
        seconds=clock_ticks(end_s - span_s, span_s, _TIME_GAP / _WIDTH),
        hz=side_ticks(view, _SIDE_GAP / height),
        levels=level_ticks(low, high, _LEVEL_GAP / height),
        colours=[f"#{int(colour) & 0xFFFFFF:06x}" for colour in colours],
        unit=unit(fe),
        lines=_lines(view, height, lines, labels=labels),
    )


def _lines(view: ViewState, height: int, lines: Sequence[float], *, labels: bool) -> list[Tick]:
    """From the lowest up, those that leave room between them; labels where there is room."""
    drawn: list[Tick] = []
    last = labelled = -1.0
    for hz in sorted(set(lines)):
        at = view.fraction_of(hz)
        if not 0 < at < 1 or (at - last) * height < _LINE_GAP:
            continue
        last, text = at, ""
        if labels and (at - labelled) * height >= _LABEL_GAP and at * height > _LABEL_GAP / 2:
            labelled, text = at, f"{hz:.1f} Hz" if hz < 1000 else f"{hz:.0f} Hz"
        drawn.append((at, text))
    return drawn


def _png(pixels: Pixels) -> bytes:
    """With a palette, which makes it a third as large."""
    colours, places = np.unique(pixels, return_inverse=True)
    if len(colours) > 256:
        return file_of_image(image_of_pixels(pixels), "png")
    height, width = pixels.shape
    data = np.ascontiguousarray(places.reshape(height, width).astype(np.uint8))
    image = QImage(data.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([int(colour) for colour in colours])
    return file_of_image(image, "png")
