"""The strip above the picture that says what is wrong and what to do."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from livemel.errors import one_line
from livemel.ui.theme import UNIT

_TOLD_MS = 10_000
# Names that others chose may be in it: half a dozen lines in a narrow window.
_LONGEST = 600


class Banner(QFrame):
    """One sentence and a button to close it. Hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # there are names of files in it
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(1)  # no word, however long, makes the window wider
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName(self.tr("Close the notice"))
        close.setToolTip(self.tr("Close the notice"))
        close.clicked.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 4, UNIT, 4)
        row.addWidget(self._text, 1)
        row.addWidget(close)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_TOLD_MS)
        self._silence.timeout.connect(self._go_back)
        self._wrong = ""  # what stands until it is closed
        self.hide()

    def say(self, text: str) -> None:
        """Show the sentence until somebody closes it; "" hides the strip."""
        text = one_line(text, _LONGEST)
        self._silence.stop()
        self._wrong = text
        self._look("said")
        self._text.setText(f"⚠  {text}")
        self.setVisible(bool(text))

    def refuse(self, text: str) -> None:
        """Show for some seconds why what was just asked for cannot be."""
        self._show_for_a_while("said", f"⚠  {one_line(text, _LONGEST)}")

    def tell(self, text: str) -> None:
        """Show for some seconds what was done, and then again what is wrong."""
        self._show_for_a_while("told", f"✓  {one_line(text, _LONGEST)}")

    def take_back(self, text: str) -> None:
        """What was said or refused is no longer so."""
        text = one_line(text, _LONGEST)
        if text == self._wrong:
            self._wrong = ""
            if not self._silence.isActive():
                self._go_back()
        if self._silence.isActive() and self._text.text() == f"⚠  {text}":
            self._go_back()

    def _show_for_a_while(self, kind: str, text: str) -> None:
        self._look(kind)
        self._text.setText(text)
        self.show()
        self._silence.start()

    def _go_back(self) -> None:
        self.say(self._wrong)

    def _close(self) -> None:
        """Close what is shown: what is wrong stands behind what passes."""
        if not self._silence.isActive():
            self._wrong = ""
        self._go_back()

    def _look(self, kind: str) -> None:
        """Amber where something is to be known, quiet where it was wished for."""
        self.setProperty("kind", kind)
        for widget in (self, *self.findChildren(QWidget)):
            widget.style().polish(widget)

    @property
    def standing(self) -> str:
        """What was said and stands until it is closed, also behind what passes, or ""."""
        return self._wrong

    @property
    def text(self) -> str:
        """What it says now, or ""."""
        return self._text.text() if self.isVisible() else ""
