"""The recordings of one run: one at a time, each with its own recorder."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livemel.engine.engine import Engine
from livemel.engine.recorded import RecordedFile, RecorderStatus, clock
from livemel.files import in_home
from livemel.sources.base import SourceState

if TYPE_CHECKING:
    from livemel.engine.recorder import Recorder


class Recordings:
    """Begins, follows and ends recordings; knows what became of those before.

    bits : as open_writer takes them
    """

    def __init__(self, bits: int | None = None) -> None:
        self._bits = bits
        self._present: Recorder | None = None
        self._past: list[RecordedFile] = []
        self.note = ""  # about the newest, for a person
        self.failure = ""  # why one ended that nobody had ended

    @property
    def status(self) -> RecorderStatus | None:
        """How the present one goes; None if there is none."""
        return None if self._present is None else self._present.status

    def begin(self, engine: Engine, path: Path | None = None, *, all_of_it: bool = False) -> str:
        """Record this engine's sound, from now on or all of it that is kept.

        path : of the file; None is a name of the day and time in the folder for recordings
        Returns : why there is nothing to record, or "".
        """
        if self._present is not None:
            return ""
        if engine.history is None or engine.feed is None:
            return "there is no sound to record yet"
        if engine.status.state is SourceState.ENDED and not all_of_it:
            return f"{engine.feed.format.name} has ended: there is nothing to record"
        from livemel.engine.recorder import Recorder  # most runs record nothing

        recorder = Recorder(default_path() if path is None else path, self._bits)
        recorder.start(engine.history, engine.feed.format, 0 if all_of_it else None)
        self._present = recorder
        self.note = f"recording to {recorder.status.path.name}"
        return ""

    def follow(self, engine: Engine, device: str = "") -> None:
        """Another engine is heard from now on, or another device in the stream of the same one."""
        if self._present is not None and engine.history is not None and engine.feed is not None:
            form = engine.feed.format
            self._present.follow(engine.history, replace(form, name=device) if device else form)

    def end(self) -> None:
        """End the present one, if there is one. Returns at once."""
        if self._present is not None:
            self._present.stop()

    def look(self) -> list[str]:
        """What the recorder has to say to a person since the last look."""
        recorder = self._present
        if recorder is None:
            return []
        ended = recorder.ended.is_set()  # asked first: its last words are there then
        said: list[str] = []
        while recorder.messages:
            said.append(recorder.messages.popleft())
        if ended:
            self._present = None
            self._past += recorder.files
            self.note = _summary(recorder)
            if recorder.failed:
                self.failure, self.note = said[-1], ""
        return said

    def wait(self, patience_s: float) -> bool:
        """Until all that was recorded is in its file; False if the disk takes longer."""
        return self._present is None or self._present.ended.wait(patience_s)

    def rows(self) -> dict[str, Any] | None:
        """As --stats tells it: the newest file, and those before it."""
        present = [] if self._present is None else self._present.files
        rows = [file.row() for file in (*self._past, *present)]
        return {**rows[-1], "earlier": rows[:-1]} if rows else None


def default_path() -> Path:
    """livemel-YYYY-MM-DD-HHMMSS.wav in the person's folder for recordings."""
    import platformdirs

    folder = in_home(platformdirs.user_music_path) / "Recordings"
    return folder / time.strftime("livemel-%Y-%m-%d-%H%M%S.wav")


def _summary(recorder: "Recorder") -> str:
    if not recorder.files:
        return "nothing came while recording"
    length = clock(sum(file.samples / file.sr for file in recorder.files))
    paths = [file.path for file in recorder.files]
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"recorded {length} to {paths[0]}{more}"
