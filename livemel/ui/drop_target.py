"""Files that are dropped on the window."""

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget


class DropTarget(QLabel):
    """Takes drags of local files over a window, and says meanwhile what a drop would do."""

    dropped = Signal(list)  # of paths
    refused = Signal(str)  # why there is nothing to open

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """All drags are taken, because one that is not could not be told why."""
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self.hide()
        elif isinstance(event, QDropEvent):  # which enter and move are, too
            paths = local_files(event.mimeData())
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if kind == QEvent.Type.DragEnter:
                self._say(self.tr("Drop to open") if paths else self.tr("Not a sound file"))
            elif kind == QEvent.Type.Drop:
                self.hide()
                if paths:
                    self.dropped.emit(paths)
                else:
                    self.refused.emit(self.tr("this is not a sound file: drop files of this disk"))
            return True
        return super().eventFilter(watched, event)

    def _say(self, text: str) -> None:
        self.setText(text)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()


def local_files(data: QMimeData) -> list[str]:
    """The paths of the files on this computer that a drag holds."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
