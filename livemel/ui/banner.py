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
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 4, UNIT, 4)
        row.addWidget(self._text, 1)
        row.addWidget(close)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_TOLD_MS)
        self._silence.timeout.connect(self._go_back)
        self._wrong = ""  # what stands until it is closed
        close.clicked.connect(self._forget)
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
        self._look("said")
        self._text.setText(f"⚠  {one_line(text, _LONGEST)}")
        self.show()
        self._silence.start()

    def tell(self, text: str) -> None:
        """Show for some seconds what was done, unless something that is wrong is said."""
        if self._wrong and self.isVisible():
            return
        self._look("told")
        self._text.setText(f"✓  {one_line(text, _LONGEST)}")
        self.show()
        self._silence.start()

    def take_back(self, text: str) -> None:
        """What was refused is no longer so."""
        shown = f"⚠  {one_line(text, _LONGEST)}"
        if self._silence.isActive() and self._text.text() == shown:
            self._silence.stop()
            self._go_back()

    def _go_back(self) -> None:
        self.say(self._wrong)

    def _forget(self) -> None:
        self._wrong = ""

    def _look(self, kind: str) -> None:
        """Amber where something is to be known, quiet where it was wished for."""
        self.setProperty("kind", kind)
        for widget in (self, *self.findChildren(QWidget)):
            widget.style().polish(widget)

    @property
    def text(self) -> str:
        """What it says now, or ""."""
        return self._text.text() if self.isVisible() else ""
