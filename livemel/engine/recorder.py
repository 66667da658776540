"""The recorder: a thread that writes the sound an engine keeps into files."""

import errno
import itertools
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livemel.buffers.history import SampleHistory
from livemel.buffers.writer import CAUSES
from livemel.engine.recorded import RecordedFile, RecorderStatus, clock
from livemel.errors import LivemelError
from livemel.soundfiles.writer import SoundWriter, open_writer
from livemel.sources.base import SourceFormat

# A killed process loses what came since the last look: a fifth of a second and a block.
_LOOK_S = 0.2
# A computer that loses its power loses this much more.
_SYNC_S = 1.0
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SLOW_DISK = "slow disk"

OpenWriter = Callable[[Path, int, int, int | None], SoundWriter]


@dataclass(slots=True)
class _Take:
    """Samples of one engine's history from `position` to `stop`, which is None while it goes on."""

    history: SampleHistory
    format: SourceFormat
    position: int
    stop: int | None = None


class Recorder:
    """Records all channels at the source's own rate until stopped, on a thread of its own.

    It reads the engine's history, at its own pace: a disk that stalls costs nothing until the
    history has come round, which takes 30 s at the least. Missing sound is written as zeros, so
    that time stays true, and noted beside the file. Another source goes on in the same file if its
    rate and channels are the same, else in one called `…-2`.

    path : of the first file, its ending says the format; a name that is taken gets a number
    bits : as open_writer takes them; open_file : what makes the files
    """

    def __init__(
        self, path: Path, bits: int | None = None, *, open_file: OpenWriter = open_writer
    ) -> None:
        self.files: list[RecordedFile] = []
        self.status = RecorderStatus(path)
        self.messages: deque[str] = deque()  # for a person; whoever says one takes it
        self.failed = False
        self.ended = threading.Event()  # the last file is whole
        self._path = path
        self._bits = bits
        self._open_file = open_file
        self._takes: deque[_Take] = deque()
        self._told = threading.Event()  # a take has come or ended
        self._thread = threading.Thread(target=self._run, name="livemel-recorder", daemon=True)
        self._writer: SoundWriter | None = None
        self._given = 0  # samples handed to the writer
        self._offset = 0  # in the file, of sample 0 of the present take's history
        self._noted = 0  # the end of the newest gap noted, in that history
        self._synced_s = 0.0

    def start(self, history: SampleHistory, form: SourceFormat, first: int | None = None) -> None:
        """Begin, with sample `first` of the history or with what comes now. Returns at once."""
        self._takes.append(_Take(history, form, history.written if first is None else first))
        self._thread.start()

    def follow(self, history: SampleHistory, form: SourceFormat) -> None:
        """Go on with another source, from its beginning; where it goes on in the same history, from
        now on. Runs on: the thread that started it.
        """
        before = self._takes[-1]
        if before.stop is None:
            stop = before.history.written
            begin = stop if history is before.history else history.oldest
            # In this order: whoever sees that a take has ended finds the next one there.
            self._takes.append(_Take(history, form, begin))
            before.stop = stop
            self._told.set()

    def stop(self) -> None:
        """End with what has come so far. Returns at once; `ended` is set when the file is whole."""
        last = self._takes[-1]
        if last.stop is None:
            last.stop = last.history.written
            self._told.set()

    def _run(self) -> None:
        """Runs on: the recorder thread."""
        try:
            self._record()
            self._finish_file()
        except (OSError, LivemelError) as error:
            self._give_up(error)
        except Exception as error:
            self._give_up(LivemelError(f"the recording ended: internal error: {error!r}"))
            raise
        finally:
            self.ended.set()

    def _record(self) -> None:
        while True:
            take = self._takes[0]
            self._begin_take(take)
            while take.stop is None:
                self._write_up_to(take.history.written, take)
                self._told.wait(_LOOK_S)
                self._told.clear()
            self._write_up_to(take.stop, take)
            if len(self._takes) == 1:
                return
            self._takes.popleft()

    def _begin_take(self, take: _Take) -> None:
        form, file = take.format, self.files[-1] if self.files else None
        if file is None or (file.sr, file.channels) != (form.sr, form.channels):
            self._finish_file()
            self._begin_file(form)
            if file is not None:
                self.messages.append(
                    f"{form.name} has {form.sr} Hz and {form.channels} "
                    f"channel{'s' if form.channels > 1 else ''}: "
                    f"the recording goes on in {self.files[-1].path.name}"
                )
        self._offset = self._given - take.position
        self._noted = take.position
        self.files[-1].add_source(self._given, form.name)

    def _begin_file(self, form: SourceFormat) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(len(self.files) + 1):
            path = (
                self._path if number == 1 else self._path.with_stem(f"{self._path.stem}-{number}")
            )
            try:
                self._writer = self._open_file(path, form.sr, form.channels, self._bits)
                break
            except FileExistsError:
                continue
        self.files.append(RecordedFile(path, form.sr, form.channels))
        self._given = 0
        self._look_at_the_disk()

    def _write_up_to(self, end: int, take: _Take) -> None:
        """The samples before `end` that have not been written yet."""
        assert self._writer is not None
        while take.position < end:
            # A second at a time, so that the file is never far behind what it says.
            span = take.history.read(take.position, min(end, take.position + take.format.sr))
            missed = span.start - take.position
            self._note_gaps(take, missed, span.stop)
            if missed:
                zeros = np.zeros((missed, take.format.channels), dtype=np.float32)
                self._writer.write(zeros)
            self._writer.write(span.samples)
            self._given += missed + len(span.samples)
            take.position = span.stop
            self._say()

    def _note_gaps(self, take: _Take, missed: int, stop: int) -> None:
        """Note what is missing up to `stop`. We came too late for the first `missed` samples."""
        file, known = self.files[-1], take.history.gaps(take.position, stop)
        if missed:
            begins = [gap.start for gap in known if gap.stop > self._noted]
            late = min([take.position + missed, *begins])
            if late > max(take.position, self._noted):
                file.add_gap(take.position + self._offset, late - take.position, _SLOW_DISK)
        for gap in known:
            begin = max(gap.start, self._noted)
            if gap.stop > begin:
                file.add_gap(begin + self._offset, gap.stop - begin, CAUSES[gap.cause])
                self._noted = gap.stop

    def _say(self) -> None:
        """Let the file and the status say how far it is."""
        assert self._writer is not None
        self.files[-1].save_notes()
        due = time.monotonic() >= self._synced_s + _SYNC_S
        self._writer.checkpoint(on_disk=due)
        if due:
            self._look_at_the_disk()
        file = self.files[-1]
        file.samples = self._given
        before = self.status
        seconds = sum(file.samples / file.sr for file in self.files)
        self.status = RecorderStatus(file.path, seconds, before.free_bytes, before.left_s)

    def _look_at_the_disk(self) -> None:
        assert self._writer is not None
        path, seconds = self.files[-1].path, self.status.seconds
        free = shutil.disk_usage(path.parent).free
        self.status = RecorderStatus(path, seconds, free, free / self._writer.bytes_per_s)
        self._synced_s = time.monotonic()

    def _finish_file(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.close()
        finally:
            file = self.files[-1]
            file.samples = writer.samples
            if file.samples == 0:  # no file rather than an empty one
                self.files.pop().path.unlink()

    def _give_up(self, error: Exception) -> None:
        """End here and say why, with what there is as a whole file."""
        self.failed = True
        begun = self._writer is not None
        try:
            self._finish_file()
        except OSError as another:
            error = another
        if not isinstance(error, OSError):
            self.messages.append(str(error))
            return
        why = "the disk is full" if error.errno in _FULL else error.strerror or str(error)
        if begun and self.files:
            file = self.files[-1]
            length = clock(file.samples / file.sr)
            self.messages.append(f"{why}: the recording ended after {length} in {file.path}")
        else:
            self.messages.append(f"cannot record to {self._path.parent}: {why}")
