"""The row of controls above the picture."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from livemel.config import FrontEndChoice
from livemel.engine import Feed
from livemel.ui.bar_room import Wish, share
from livemel.ui.channel_button import ChannelButton
from livemel.ui.cmap_box import CmapBox
from livemel.ui.elided_button import ElidedButton
from livemel.ui.frontend_panel import FrontEndPanel
from livemel.ui.record_button import RecordButton
from livemel.ui.source_button import SourceButton
from livemel.ui.theme import DARK, UNIT
from livemel.ui.view_box import ViewBox
from livemel.ui.views import rows_text, size_text, view_of

_SOURCE = 20 * UNIT  # px: so much of what is heard is read before anything else
_SPANS_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 300.0, 1800.0)


class ControlBar(QWidget):
    """Source, channel, front-end, span, colours; view, record, pause and the menu on the right."""

    frontend_chosen = Signal(object)  # FrontEndChoice
    span_chosen = Signal(float)
    cmap_chosen = Signal(str)

    def __init__(self, cmap: str, span_s: float, history_s: float) -> None:
        super().__init__()
        self.setFixedHeight(44)
        self.source = SourceButton()
        self.view = ViewBox()
        self.record = RecordButton(DARK)
        self.pause = QToolButton()
        self.menu = QMenu(self)
        self._spans = [span for span in _SPANS_S if span <= history_s]
        self.channel, self._span = ChannelButton(), QComboBox()
        self.cmap = CmapBox(cmap)
        self.cmap.chosen.connect(self.cmap_chosen)
        self._frontend = ElidedButton()
        self._panel = FrontEndPanel(self)
        self._panel.chosen.connect(self._on_frontend)
        self._set_up_choices(span_s)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, 0, UNIT, 0)
        row.setSpacing(UNIT)
        menu = self._menu_button()
        left: tuple[QWidget, ...] = (
            self.source,
            self.channel,
            self._frontend,
            self._span,
            self.cmap,
        )
        right: tuple[QWidget, ...] = (self.view, self.record, self.pause, menu)
        self._unyielding: tuple[QWidget, ...] = (self._span, self.view, self.pause, menu)
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        for widget in right:
            row.addWidget(widget)

    def show_feed(self, feed: Feed, choice: FrontEndChoice) -> None:
        """What is running now."""
        fe = feed.frontend
        parts = [choice.title, *size_text(fe).split(" · ")]
        self._frontend.set_text(*(" · ".join(parts[:n]) for n in range(len(parts), 0, -1)))
        self._frontend.setToolTip(
            self.tr("Front-end: {} Hz, n_fft {}, hop_length {}, {}").format(
                fe.sr, fe.n_fft, fe.hop_length, rows_text(fe)
            )
        )
        self.cmap.setEnabled(view_of(fe).coloured)
        self._panel.show_frontend(choice, fe, feed.format.sr)

    def show_span(self, span_s: float) -> None:
        """Another span, chosen elsewhere."""
        if span_s == self._span.currentData():
            return
        self._span.blockSignals(True)
        if self._span.itemData(0) not in self._spans:  # the last one that is not in the list
            self._span.removeItem(0)
        at = self._span.findData(span_s)
        if at < 0:
            self._span.insertItem(0, _span_text(span_s), span_s)
            at = 0
        self._span.setCurrentIndex(at)
        self._span.blockSignals(False)

    def choose_span(self, span_s: float) -> None:
        """Another span, as if it had been chosen here."""
        self.show_span(span_s)
        self.span_chosen.emit(span_s)

    def choose_cmap(self, name: str) -> None:
        """Another colour map, as if it had been chosen here."""
        self.cmap.choose(name)

    def step_span(self, longer: bool) -> None:
        """To the next longer or shorter span."""
        now = self._span.currentData()
        if longer:
            span = next((span for span in self._spans if span > now), None)
        else:
            span = next((span for span in reversed(self._spans) if span < now), None)
        if span is not None:
            self._span.setCurrentIndex(self._span.findData(span))

    def _set_up_choices(self, span_s: float) -> None:
        self._frontend.set_text(self.tr("live"))
        self._frontend.setAccessibleName(self.tr("Front-end"))
        self._frontend.clicked.connect(self._open_panel)
        self._span.setAccessibleName(self.tr("Span"))
        self._span.setToolTip(self.tr("Seconds on the screen  (+ and −)"))
        for span in self._spans:
            self._span.addItem(_span_text(span), span)
        self.show_span(span_s)
        self._span.currentIndexChanged.connect(
            lambda: self.span_chosen.emit(self._span.currentData())
        )
        self.pause.setText(self.tr("Freeze  ␣"))
        self.pause.setCheckable(True)
        self.pause.setToolTip(self.tr("Let the picture stand; the sound goes on  (Space)"))

    def _fit(self) -> None:
        """Share the room: what says least gives way first."""
        margins, gaps = 2 * UNIT, UNIT * (self._row.count() - 2)  # none beside the stretch
        taken = sum(widget.sizeHint().width() for widget in self._unyielding)
        heard, channel, frontend, cmap = self.source, self.channel, self._frontend, self.cmap
        record = self.record
        least: dict[QWidget, int] = {
            part: part.minimumSizeHint().width()
            for part in (heard, channel, frontend, record, cmap)
        }
        wishes: list[Wish[QWidget]] = [
            Wish(heard, min(heard.widths[0], _SOURCE)),
            Wish(channel, channel.widths[-1]),
            Wish(record, record.brief_width, whole=True),
            Wish(heard, heard.widths[-1]),
            Wish(record, record.sizeHint().width(), whole=True),
            Wish(heard, heard.widths[0], whole=True),
            Wish(frontend, frontend.widths[-1]),
            Wish(channel, channel.widths[0], whole=True),
        ]
        wishes += [Wish(frontend, width, whole=True) for width in frontend.widths[:0:-1]]
        wishes.append(Wish(cmap, cmap.sizeHint().width(), whole=True))
        wishes.append(Wish(frontend, frontend.widths[0], whole=True))
        widths = share(self.width() - margins - gaps - taken, least, wishes)
        for part, width in widths.items():
            part.setMaximumWidth(width)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # somebody has other words
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _menu_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("≡")
        button.setAccessibleName(self.tr("Menu"))
        button.setToolTip(self.tr("Menu"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.menu)
        return button

    def _on_frontend(self, choice: FrontEndChoice) -> None:
        """Another front-end in the view there is."""
        self.frontend_chosen.emit(replace(choice, view=self.view.currentData()))

    def _open_panel(self) -> None:
        below = QPoint(0, self._frontend.height() + 4)
        self._panel.open_at(self._frontend.mapToGlobal(below))


def _span_text(span_s: float) -> str:
    if span_s < 1:
        return f"{1000 * span_s:.3g} ms"
    return f"{span_s:.3g} s" if span_s < 120 else f"{span_s / 60:.3g} min"
