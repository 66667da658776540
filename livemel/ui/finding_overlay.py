"""Draws findings over the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QToolTip

from livemel.ui.axes import Axes
from livemel.ui.finding_shapes import Bracket, Dashes, bracket_at, brackets, dashes
from livemel.ui.finding_text import Now
from livemel.ui.lane_view import LaneView
from livemel.ui.marked_picture import MarkedPicture
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK

if TYPE_CHECKING:
    from livemel.diagnosis.finding import Finding

# Over the picture, which is as dark in either look.
_COLOURS = {"red": DARK.red, "caution": DARK.amber, "note": DARK.text}
_DASH, _PERIOD = 5, 9  # px


class FindingOverlay(QObject):
    """Brackets along the upper edge, and lines at frequencies while they are wanted. What a bracket
    is about is told where the pointer rests; a click asks for it.

    findings, now : what is drawn, and against what its times are told
    """

    clicked = Signal(object)  # Finding

    def __init__(self, image: SpectrogramView | LaneView) -> None:
        super().__init__(image)
        self._image = image
        self.findings: tuple[Finding, ...] = ()
        self.now = Now()
        self.has_lines = False
        self._laid: tuple[object, float, list[Bracket]] | None = None  # by what, and when
        self._patterns: dict[str, QPixmap] = {}
        self._labels: dict[tuple[str, str, int, float], QPixmap] = {}
        image.installEventFilter(self)

    def show_findings(self, findings: Sequence[Finding], now: Now, *, has_lines: bool) -> None:
        """Other ones. A picture that stands is painted again if that changes anything."""
        before = self.findings, self.has_lines
        self.findings, self.now, self.has_lines = tuple(findings), now, has_lines
        stands = self._image.standing_at is not None
        if stands and before != (self.findings, has_lines):
            self._image.update()

    def paint(self, painter: QPainter, image: MarkedPicture) -> None:
        """Draw them. Runs on: the GUI thread, in the picture's paint."""
        axes = image.axes if self.findings else None
        if axes is None:
            return
        height = self._label_height(painter)
        if self.has_lines:
            for line in dashes(self.findings, axes, self._now, image.marks.harmonic_hz, height):
                self._draw_line(painter, line)
        for bracket in self._brackets(axes, height):
            self._draw_bracket(painter, bracket, axes.width)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Runs on: the GUI thread, for each event of the image, before all others see it."""
        if not self.findings:
            return False
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bracket = self._at(QPointF(event.pos()))
            told = "" if bracket is None else bracket.finding.text
            QToolTip.showText(event.globalPos(), told, self._image)
            return bracket is not None
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            pressed = event.type() == QEvent.Type.MouseButtonPress
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            bracket = self._at(event.position()) if pressed and plain else None
            if bracket is not None:
                self.clicked.emit(bracket.finding)
                return True
        return False

    def _at(self, at: QPointF) -> Bracket | None:
        axes = self._image.axes
        if axes is None:
            return None
        height = self._image.fontMetrics().height() - 2
        return bracket_at(at.x(), at.y(), self._brackets(axes, height), height)

    @staticmethod
    def _label_height(painter: QPainter) -> int:
        return painter.fontMetrics().height() - 2

    @property
    def _now(self) -> Now:
        """What moves shows sound that was not told of yet; in a gap that grows nothing goes on."""
        if self._image.standing_at is not None:
            return self.now
        if self._image.is_lost:
            return replace(self.now, live=False)
        return replace(self.now, newest_s=max(self.now.newest_s, self._image.edge_s))

    def _brackets(self, axes: Axes, height: int) -> list[Bracket]:
        """Where they stand. Hundreds take a millisecond, so in a picture that moves they move along
        with it, and are laid out anew with each report.
        """
        caption, moves = bool(self._image.caption), self._image.standing_at is None
        lost = self._image.is_lost
        key = self.findings, self.now, caption, moves, lost, height, replace(axes, right_s=0.0)
        if self._laid is None or self._laid[0] != key or not moves:
            drawn = brackets(
                self.findings, axes, self._now, has_caption=caption, label_height=height
            )
            self._laid = key, axes.right_s, drawn
            return drawn
        _, right_s, drawn = self._laid
        by = (axes.right_s - right_s) * axes.width / axes.view.span_s
        return [bracket.moved(by, axes.width) for bracket in drawn]

    def _draw_bracket(self, painter: QPainter, bracket: Bracket, width: int) -> None:
        """A line two pixels thick, turned down at ends that are to be seen, and the word."""
        colour, seam = QColor(_COLOURS[bracket.role]), QColor(0, 0, 0, 150)
        left, right = max(bracket.left, -8.0), min(bracket.right, width + 8.0)
        top = bracket.top + 1
        parts = [QRectF(left, top, right - left, 2)]
        parts += [QRectF(end, top, 2, 6) for end in (left, right - 2)]
        for part in parts:
            painter.fillRect(part.adjusted(-1, -1, 1, 1), seam)
        for part in parts:
            painter.fillRect(part, colour)
        if not bracket.text:
            return
        label = self._label(painter, bracket.text, bracket.role)
        # It stays to be seen while its bracket is.
        room = width - label.deviceIndependentSize().width() - 4
        begin = max(left, float(self._image.inset)) + 5
        painter.drawPixmap(QPointF(min(begin, room), top + 2), label)

    def _draw_line(self, painter: QPainter, line: Dashes) -> None:
        y = round(line.y) - 1
        area = QRectF(round(line.left), y, round(line.right - line.left), 3)
        painter.drawTiledPixmap(area, self._pattern(line.role))
        label = self._label(painter, line.text, line.role)
        size = label.deviceIndependentSize()
        x = max(line.left, line.right - size.width() - 8)
        top = min(y + 1 - size.height() / 2, self._image.height() - size.height() - 1)
        painter.drawPixmap(QPointF(x, top), label)

    def _pattern(self, role: str) -> QPixmap:
        """One dash and one gap: a pen that dashes would cost forty times as much."""
        if role not in self._patterns:
            pattern = QPixmap(_PERIOD, 3)
            pattern.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pattern)
            painter.fillRect(0, 0, _DASH, 3, QColor(0, 0, 0, 110))
            painter.fillRect(0, 1, _DASH, 1, QColor(_COLOURS[role]))
            painter.end()
            self._patterns[role] = pattern
        return self._patterns[role]

    def _label(self, painter: QPainter, text: str, role: str) -> QPixmap:
        """A word on a dark ground, drawn once."""
        metrics, ratio = painter.fontMetrics(), self._image.devicePixelRatioF()
        key = text, role, metrics.height(), ratio
        if key not in self._labels:
            if len(self._labels) > 200:
                self._labels.clear()
            width, height = metrics.horizontalAdvance(text) + 8, metrics.height() - 2
            label = QPixmap(round(width * ratio), round(height * ratio))
            label.setDevicePixelRatio(ratio)
            label.fill(Qt.GlobalColor.transparent)
            inner = QPainter(label)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setFont(painter.font())
            inner.setPen(Qt.PenStyle.NoPen)
            inner.setBrush(QColor(0, 0, 0, 215))
            inner.drawRoundedRect(QRectF(0, 0, width, height), 3, 3)
            inner.setPen(QColor(_COLOURS[role]))
            inner.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
            inner.end()
            self._labels[key] = label
        return self._labels[key]
