"""The row of tabs above the picture."""

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QTabBar, QToolButton, QWidget

from livemel.ui.theme import UNIT, Theme
from livemel.ui.words import as_tip

_NARROWEST, _WIDEST = 14 * UNIT, 28 * UNIT
_LINE = 2  # px, under a tab, as theme.style_sheet has it


class FileTabs(QWidget):
    """What is open, one tab each: a name, its path as a tooltip, and a button to close it. Nothing
    is shown of it while there is only one.
    """

    chosen = Signal(int)
    close_wanted = Signal(int)
    beside_wanted = Signal(int)  # this one, right of the one that is shown

    def __init__(self) -> None:
        super().__init__()
        self._bar = _Bar()
        self._bar.setAccessibleName(self.tr("Files"))
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self._bar.setElideMode(Qt.TextElideMode.ElideMiddle)
        self._bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._bar.stepped.connect(self._step)
        self._bar.setUsesScrollButtons(True)
        self._bar.tabBarClicked.connect(self._on_click)
        self._shown: tuple[tuple[str, str, bool], ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, 0, UNIT, UNIT // 2)
        row.addWidget(self._bar)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._presents = False
        super().setVisible(False)

    @property
    def texts(self) -> list[str]:
        """What stands on the tabs, from left to right."""
        return [self._bar.tabText(i).replace("&&", "&") for i in range(self._bar.count())]

    @property
    def current(self) -> int:
        """The number of the tab that is shown, from 0."""
        return self._bar.currentIndex()

    def show_tabs(
        self, tabs: tuple[tuple[str, str, bool], ...], current: int, wanted: int | None = None
    ) -> None:
        """tabs : name, tooltip, and whether it is a file; current : the one that is shown;
        wanted : one that was asked for and will be shown once it is there
        """
        if (tabs, wanted) != (self._shown, self._bar.wanted):
            self._shown, self._bar.wanted = tabs, wanted
            self._fill(tabs)
        if current != self._bar.currentIndex():
            self._bar.setCurrentIndex(current)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._bar.mark = QColor(theme.accent)
        self._bar.update()

    @property
    def wanted(self) -> int | None:
        """The number of the tab that is marked as asked for."""
        return self._bar.wanted

    def setVisible(self, visible: bool) -> None:
        """Presenter mode hides it; without it there still must be something to choose from."""
        self._presents = not visible
        self._show_or_hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = self._bar.tabAt(self._bar.mapFrom(self, event.pos()))
        if at < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Show")).triggered.connect(lambda: self.chosen.emit(at))
        beside = menu.addAction(self.tr("Show beside"))
        beside.setEnabled(self._shown[at][2] and at != self.current)
        beside.triggered.connect(lambda: self.beside_wanted.emit(at))
        menu.addAction(self.tr("Close")).triggered.connect(lambda: self.close_wanted.emit(at))
        menu.popup(event.globalPos())

    def _fill(self, tabs: tuple[tuple[str, str, bool], ...]) -> None:
        bar = self._bar
        while bar.count() > len(tabs):
            bar.removeTab(bar.count() - 1)
        while bar.count() < len(tabs):
            at = bar.addTab("")
            bar.setTabButton(at, QTabBar.ButtonPosition.RightSide, self._close_button())
        for at, (name, tip, _) in enumerate(tabs):
            bar.setTabText(at, name.replace("&", "&&"))
            bar.setTabToolTip(at, as_tip(tip))
            coming = self.tr("{}: will be shown").format(name) if at == bar.wanted else ""
            bar.setAccessibleTabName(at, coming)
            button = bar.tabButton(at, QTabBar.ButtonPosition.RightSide)
            button.setAccessibleName(self.tr("Close {}").format(name))
        bar.update()
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        super().setVisible(len(self._shown) > 1 and not self._presents)

    def _close_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("✕")
        button.setObjectName("close")
        button.setToolTip(self.tr("Close  (Ctrl+W closes the one that is shown)"))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._on_close(button))
        return button

    def _on_close(self, button: QToolButton) -> None:
        centre = button.mapTo(self._bar, QPoint(button.width() // 2, button.height() // 2))
        self.close_wanted.emit(self._bar.tabAt(centre))

    def _step(self, by: int) -> None:
        at = (self.current if self.wanted is None else self.wanted) + by
        if 0 <= at < self._bar.count():
            self.chosen.emit(at)

    def _on_click(self, at: int) -> None:
        left = QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton
        if at >= 0 and left:
            self.chosen.emit(at)


class _Bar(QTabBar):
    """Tabs of one height, no wider than a name needs; ← and → ask for the next ones. What is shown
    is underlined, what was asked for and is not there yet with dashes.
    """

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: int | None = None
        self.mark = QColor()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.wanted is not None and self.wanted != self.currentIndex():
            tab = self.tabRect(self.wanted).adjusted(0, 0, -UNIT // 2, 0)  # less its margin
            painter = QPainter(self)
            painter.setPen(QPen(self.mark, _LINE, Qt.PenStyle.DashLine, Qt.PenCapStyle.FlatCap))
            y = tab.bottom() + 1 - _LINE / 2
            painter.drawLine(QPointF(tab.left(), y), QPointF(tab.right() + 1, y))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def tabSizeHint(self, index: int) -> QSize:
        hint = super().tabSizeHint(index)
        return QSize(min(hint.width(), _WIDEST), hint.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        hint = self.tabSizeHint(index)
        return QSize(min(hint.width(), _NARROWEST), hint.height())
