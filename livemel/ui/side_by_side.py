"""A and B: the picture of a file, and another file's right of it, on one scale."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from livemel.engine import Feed
from livemel.ui.beside_view import BesideView
from livemel.ui.plot_area import PlotArea
from livemel.ui.theme import UNIT


class SideBySide(QObject):
    """Shows a feed beside the plot's own picture, each under its name. Time, frequency and colours
    are the picture's: whatever moves it moves both.
    """

    def __init__(self, plot: PlotArea) -> None:
        super().__init__(plot)
        self._plot = plot
        self.view: BesideView | None = None
        self._labels: dict[str, _Name] = {}

    @property
    def is_shown(self) -> bool:
        return self.view is not None

    def show(self, feed: Feed | None, a: str, b: str) -> None:
        """Show B's feed under its name, and the name of A's; a feed that is to come is None."""
        if self.view is None:
            self.view = BesideView(self._plot.image)
            self._labels = {"A": _Name(self._plot.image), "B": _Name(self.view)}
            self._plot.set_beside(self.view)
        self.view.show_feed(feed)
        self._labels["A"].say(f"A  {a}")
        self._labels["B"].say(f"B  {b}" if feed is not None else f"B  {b} …")

    def hide(self) -> None:
        """The plot's own picture alone again."""
        if self.view is None:
            return
        self._plot.set_beside(None)
        self.view.show_feed(None)  # Qt takes its time over a view, whose columns are many
        for label in self._labels.values():
            label.deleteLater()
        self._labels = {}
        self.view.deleteLater()
        self.view = None


class _Name(QLabel):
    """In the top left corner of a picture; cut in the middle where it is longer than half of it."""

    def __init__(self, picture: QWidget) -> None:
        super().__init__(picture)
        self._picture = picture
        self.setObjectName("over")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.move(UNIT, UNIT)
        self._whole = ""
        picture.installEventFilter(self)
        self.show()

    def say(self, text: str) -> None:
        if text != self._whole:
            self._whole = text
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        room = self._picture.width() - 5 * UNIT
        middle = Qt.TextElideMode.ElideMiddle
        self.setText(self.fontMetrics().elidedText(self._whole, middle, room))
        self.adjustSize()
