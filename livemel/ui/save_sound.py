"""Saving sound with its columns."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livemel.buffers.history import SampleHistory
from livemel.config import SavingChoice
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Feed
from livemel.errors import ParameterError
from livemel.ui.stream_time import time_of_day
from livemel.ui.whole import raw
from livemel.ui.words import translate

if TYPE_CHECKING:
    from livemel.ui.saving import Saving


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was on the screen when the key was pressed: another source may be there by the time the
    dialog is done.

    frontend : as it is where the whole is known; name : what it is called
    """

    feed: Feed
    history: SampleHistory
    frontend: FrontEnd
    name: str


class SoundSaving:
    """The newest seconds, or a selection, as one folder or zip."""

    def __init__(self, saving: "Saving") -> None:
        self._saving = saving

    def ask_last(self) -> None:
        """How many of the newest seconds, and where: counted from this moment, or from where the
        picture stands.
        """
        heard = self._heard()
        if heard is None:
            self._saving.refuse(translate("SoundSaving", "there is no sound to save yet"))
            return
        history, sr = heard.history, heard.feed.format.sr
        image = self._saving.window.plot.image
        stop_s = history.written / sr if image.paused_at is None else image.paused_at
        longest_s = stop_s - history.oldest / sr
        from livemel.ui.bundle_dialog import BundleDialog

        choice = self._saving.choice
        seconds = min(choice.seconds or image.span_s, longest_s)
        dialog = BundleDialog(
            self._saving.window, choice, self._path(), seconds=seconds, longest_s=longest_s
        )

        def save(wanted: SavingChoice, path: Path) -> None:
            number = seconds if wanted.seconds is None else wanted.seconds
            if number == dialog.proposed_s:  # it goes on to follow the span
                wanted, number = replace(wanted, seconds=choice.seconds), seconds
            self._save(heard, wanted, path, stop_s - number, stop_s)

        dialog.wanted.connect(save)
        dialog.open()

    def ask_selection(self) -> None:
        """Where to save what is selected."""
        heard, box = self._heard(), self._saving.window.plot.image.marks.selection
        if heard is None or box is None:
            self._saving.refuse(self.no_selection())
            return
        from livemel.ui.bundle_dialog import BundleDialog

        start_s, stop_s = sorted((box.start_s, box.stop_s))
        dialog = BundleDialog(
            self._saving.window, self._saving.choice, self._path(), selected_s=stop_s - start_s
        )
        dialog.wanted.connect(lambda choice, path: self._save(heard, choice, path, start_s, stop_s))
        dialog.open()

    def no_selection(self) -> str:
        """Why a selection cannot be saved, or ""."""
        if self._saving.window.plot.image.marks.selection is None:
            return translate(
                "SoundSaving",
                "nothing is selected: Shift+drag over the picture selects a stretch of it",
            )
        return "" if self._heard() else translate("SoundSaving", "there is no sound to save yet")

    def _heard(self) -> _Heard | None:
        """What is on the screen, and its sound."""
        window = self._saving.window
        feed, engine = window.feed, window.engine
        if feed is None or engine is None or engine.history is None or not engine.history.written:
            return None
        return _Heard(feed, engine.history, self._offline(feed), window.choice.title)

    def _path(self) -> Path:
        return self._saving.proposed(_recordings, ".zip" if self._saving.choice.packed else "")

    def _save(
        self, heard: _Heard, choice: SavingChoice, path: Path, start_s: float, stop_s: float
    ) -> None:
        from livemel.export.bundle import Bundle, save_bundle
        from livemel.export.cut import cut_of

        self._saving.choose(choice)
        self._saving.keep_folder(_recordings, path)
        feed = heard.feed
        try:
            cut = cut_of(feed, heard.history, start_s, stop_s)
        except ParameterError as error:
            self._saving.refuse(str(error))
            return
        bundle = Bundle(
            feed=feed,
            history=heard.history,
            cut=cut,
            frontend=heard.frontend,
            name=heard.name,
            sound=choice.sound,
            heard_at=time_of_day(feed, cut.start / feed.format.sr),
        )
        self._saving.begin(path.name, lambda progress: save_bundle(bundle, path, progress), _told)

    def _offline(self, feed: Feed) -> FrontEnd:
        """The front-end on the screen, as it is where the whole is known."""
        from livemel.engine.offline import offline_build

        choice, sr = self._saving.window.choice, feed.format.sr
        if raw(choice.build(sr)) != feed.frontend:  # another is chosen, but not there yet
            return feed.frontend
        return offline_build(choice)(sr)


def _recordings() -> Path:
    """The person's folder for them."""
    from livemel.engine.recordings import default_path

    return default_path().parent


def _told(saved: Any) -> str:
    words = translate("SoundSaving", "saved {seconds:.1f} s to {path}").format(
        seconds=saved.seconds, path=saved.path
    )
    return " · ".join(filter(None, [words, saved.note]))
