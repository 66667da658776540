"""Saving the picture, to a file or to the clipboard."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from livemel.config import SavingChoice
from livemel.files import in_home
from livemel.ui.job import Progress
from livemel.ui.stream_time import columns_at, time_of_day
from livemel.ui.words import translate

if TYPE_CHECKING:
    from livemel.ui.figure import Figure, Shown
    from livemel.ui.saving import Saving


class PictureSaving:
    """Draws what is on the screen anew, for paper of any size."""

    def __init__(self, saving: "Saving") -> None:
        self._saving = saving

    def ask(self) -> None:
        """How and where to save the picture as it is at this moment."""
        shown = self._shown()
        if shown is None:
            return
        from livemel.ui.picture_dialog import PictureDialog

        saving = self._saving
        path = saving.proposed(_pictures, f".{saving.choice.kind}")
        dialog = PictureDialog(saving.window, saving.choice, path)
        dialog.wanted.connect(lambda choice, path: self._save(shown, choice, path))
        dialog.open()

    def copy(self) -> None:
        """To the clipboard, as it would be saved."""
        shown = self._shown()
        if shown is None:
            return
        figure = self._figure(shown, self._saving.choice)

        def work(_: Progress) -> tuple[Any, bytes]:
            from livemel.ui.figure_file import file_of_image, image_of_figure

            image = image_of_figure(figure)
            return image, file_of_image(image, "png")

        self._saving.begin(translate("PictureSaving", "the picture"), work, _put_on_clipboard)

    def _save(self, shown: "Shown", choice: SavingChoice, path: Path) -> None:
        self._saving.choose(choice)
        self._saving.keep_folder(_pictures, path)
        figure = self._figure(shown, choice)

        def work(_: Progress) -> Path:
            from livemel.export.output import free_path, make_folder, whole_file
            from livemel.ui.figure_file import file_of_figure

            data = file_of_figure(figure, f".{choice.kind}")
            make_folder(path.parent)
            there = free_path(path)
            with whole_file(there) as file:
                file.write(data)
            return there

        self._saving.begin(
            path.name, work, lambda there: translate("PictureSaving", "saved {}").format(there)
        )

    def _figure(self, shown: "Shown", choice: SavingChoice) -> "Figure":
        from livemel.ui.figure import Figure, Paper
        from livemel.ui.theme import PAPER

        window = self._saving.window
        theme = PAPER if choice.look == "paper" else window.theme_choice.theme
        return Figure(shown, Paper(choice.size, choice.dpi, theme, window.cmap))

    def _shown(self) -> "Shown | None":
        """What is on the screen; None where nothing is, which is said."""
        window, image = self._saving.window, self._saving.window.plot.image
        feed, view = image.feed, image.view
        if feed is None or view is None or not feed.columns.written:
            self._saving.refuse(translate("PictureSaving", "there is no picture to save yet"))
            return None
        from livemel.ui.figure import Shown
        from livemel.ui.picture import what
        from livemel.version import __version__

        low, high = image.shown_range
        start_s, stop_s = image.visible_s
        stretch = translate("PictureSaving", "{start:.2f} to {stop:.2f} s of the stream")
        words = [stretch.format(start=max(0.0, start_s), stop=stop_s), f"livemel {__version__}"]
        heard = time_of_day(window.feed or feed, stop_s)
        if heard is not None:
            until = translate("PictureSaving", "heard until {}").format(
                heard.strftime("%Y-%m-%d %H:%M:%S")
            )
            words.insert(0, until)
        return Shown(
            feed=feed,
            stop=columns_at(feed, image.edge_s),
            span_s=image.span_s,
            low=low,
            high=high,
            bottom=view.bottom,
            top=view.top,
            scale=view.scale,
            deviation=view.deviation,
            marks=image.marks,
            lanes=window.plot.lanes.named_columns,
            source=feed.format.name,
            what=what(feed.frontend, window.choice.title),
            caption=" · ".join(words),
        )


def _pictures() -> Path:
    """The person's folder for them."""
    import platformdirs

    return in_home(platformdirs.user_pictures_path)


def _put_on_clipboard(result: tuple[Any, bytes]) -> str:
    """The image, and the PNG that was made of it for others who ask; returns what to say."""
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QGuiApplication

    image, png = result
    data = QMimeData()
    data.setImageData(image)
    data.setData("image/png", png)
    QGuiApplication.clipboard().setMimeData(data)
    size = f"{image.width()} × {image.height()}"
    return translate("PictureSaving", "the picture is on the clipboard: {} pixels").format(size)
