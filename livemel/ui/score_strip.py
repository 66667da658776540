"""The anomaly score under the picture, in time with it."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from livemel.diagnosis.anomaly_event import rate_text
from livemel.ui.score_track import ScoreTrack
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import UNIT, Theme

GAP, _HEIGHT = UNIT // 2, 6 * UNIT  # above it, and its own
# The upper edge is so many thresholds: what is higher is cut off there.
_THRESHOLDS = 2.5
_FILL = 70  # of 255


class ScoreStrip(QWidget):
    """How far off normal the sound is at each moment of the picture, in σ, and the threshold as a
    dashed line. What is over it is amber, and reaches over the line. Runs on: the GUI thread.
    """

    def __init__(self, image: SpectrogramView, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Anomaly score"))
        self.track: ScoreTrack | None = None
        self._image, self._theme = image, theme
        self.set_scale(1.0)
        image.moved.connect(self.update)
        image.changed.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        self.update()

    def set_scale(self, scale: float) -> None:
        """The size of the type; 1 is the usual one."""
        self._scale = scale
        self.setFixedHeight(GAP + round(_HEIGHT * scale))

    def y_of(self, score: float) -> float:
        """Where a score stands, px from the top."""
        assert self.track is not None
        full = _THRESHOLDS * self.track.detector.threshold
        return self.height() - (self.height() - GAP) * min(score, full) / full

    def told_at(self, x: float) -> str:
        """What there is to say of a moment, px from the left."""
        track = self.track
        if track is None:
            return ""
        seconds = self._image.seconds_at(x)
        for finding in track.findings:
            if finding.start_s - track.normal.block_s <= seconds <= finding.end_s:
                return finding.text
        _, scores = track.between(seconds, seconds)
        detector = track.detector
        line = self.tr("threshold {:.1f} σ ({})").format(
            detector.threshold, rate_text(detector.rate)
        )
        if len(scores) == 0 or np.isnan(scores[0]):
            return line
        return self.tr("{:.1f} σ off normal; {}").format(float(scores[0]), line)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told_at(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect().adjusted(0, GAP, 0, 0), QColor(theme.empty))
        if self.track is None:
            return
        left_s, right_s = self._image.visible_s
        edges, scores = self.track.between(left_s, right_s)
        threshold = self.y_of(self.track.detector.threshold)
        if len(scores):
            x = (edges - left_s) / (right_s - left_s) * self.width()
            self._paint_scores(painter, x, scores, threshold)
        amber = QColor(theme.caution)
        painter.setPen(QPen(amber, 1.0, Qt.PenStyle.DashLine))
        y = round(threshold) + 0.5
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        self._paint_tag(painter)

    def _paint_scores(
        self,
        painter: QPainter,
        x: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
        threshold: float,
    ) -> None:
        """Steps, filled; where several fall on a pixel, the highest of them."""
        every = max(1, int(len(scores) / max(1, self.width())))
        starts = np.arange(0, len(scores), every)
        highest = np.fmax.reduceat(np.nan_to_num(scores), starts)
        y = [self.y_of(float(score)) for score in highest]
        ends = np.append(x[starts], x[-1])
        corners = [QPointF(ends[0], self.height())]
        for i, top in enumerate(y):
            corners += [QPointF(ends[i], top), QPointF(ends[i + 1], top)]
        corners.append(QPointF(ends[-1], self.height()))
        polygon = QPolygonF(corners)
        colours = (QColor(self._theme.accent), QColor(self._theme.caution))
        parts = (
            QRectF(0, threshold, self.width(), self.height() - threshold),
            QRectF(0, GAP, self.width(), threshold - GAP),
        )
        for colour, part in zip(colours, parts, strict=True):
            painter.setClipRect(part)
            fill = QColor(colour)
            fill.setAlpha(_FILL)
            painter.setPen(colour)
            painter.setBrush(fill)
            painter.drawPolygon(polygon)
        painter.setClipping(False)

    def _paint_tag(self, painter: QPainter) -> None:
        """What the line is, over the oldest sound."""
        assert self.track is not None
        detector = self.track.detector
        font = QFont(self.font())
        font.setPixelSize(round(12 * self._scale))
        painter.setFont(font)
        words = self.tr("threshold {:.1f} σ · {}")
        text = words.format(detector.threshold, rate_text(detector.rate))
        width = painter.fontMetrics().horizontalAdvance(text) + UNIT
        height = painter.fontMetrics().height()
        box = QRectF(UNIT / 2, GAP + 2, width, height)
        ground = QColor(self._theme.empty)
        ground.setAlpha(200)
        painter.fillRect(box, ground)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
