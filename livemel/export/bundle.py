"""A stretch of live sound as one folder or zip, with its columns, and how they come of it."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.history import SampleHistory
from livemel.buffers.writer import CAUSES
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.layout import Layout
from livemel.engine import Feed
from livemel.engine.offline import FileColumns
from livemel.engine.recorded import RecordedFile
from livemel.export.cut import Cut, same_columns
from livemel.export.layout import NAMED
from livemel.export.librosa_call import librosa_lines
from livemel.export.output import free_path, scratch_folder, whole_file, whole_folder
from livemel.export.recipe import Recipe
from livemel.export.writing import Export
from livemel.soundfiles.writer import open_writer

Samples = NDArray[np.float32]

SOUNDS = ("wav", "flac")
# (F, T): of any length, where a model's own order may want a number of columns.
_LAYOUT: Final = "mel-time"
_FLAC_CHANNELS, _FLAC_SR = 8, 655_350
_OVERWRITTEN = "no longer kept"
_COLUMNS, _RECIPE, _TEXT = "columns.npz", "recipe.json", "reproduce.txt"
_AGAIN = "again.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What is to be saved.

    feed, history : of the engine that heard it; cut : which part
    frontend, name : that the columns are made by, for the feed's channel
    sound : "wav" or "flac": of 16 or 24 bits where those hold the very samples, else a WAV of
        floats
    heard_at : when the first sample was heard, or None where that is not known
    """

    feed: Feed
    history: SampleHistory
    cut: Cut
    frontend: FrontEnd
    name: str
    sound: str = "wav"
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it. note : what is otherwise than was asked, or "" """

    path: Path
    seconds: float
    columns: int
    note: str


def save_bundle(bundle: Bundle, out: Path, progress: Callable[[float], None]) -> Saved:
    """Write the sound, its columns, the recipe and how to use it: whole or not at all.

    out : a folder, or a .zip; where something is there already, a number is put to its name
    progress : told how far it is, from 0 to 1
    The columns are those of the saved sound, as `livemel export --recipe` computes them from it:
    at its edges windows see silence or a mirror, as at those of any file.

    Raises OutputError if it cannot be written, SourceError if the sound is shorter than a frame.
    """
    out = free_path(out)
    packed = out.suffix.lower() == ".zip"
    work = _Work(bundle, progress)
    if not packed:
        with whole_folder(out) as folder:
            work.fill(folder)
    else:
        with scratch_folder(out) as folder:
            work.fill(folder)
            with whole_file(out) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for path in sorted(folder.iterdir()):
                    archive.write(path, f"{out.stem}/{path.name}")
    progress(1.0)
    return Saved(out, bundle.cut.samples / bundle.feed.format.sr, work.columns, work.note)


class _Work:
    """The files of one bundle."""

    def __init__(self, bundle: Bundle, progress: Callable[[float], None]) -> None:
        self._bundle = bundle
        self._progress = progress
        self.columns = 0
        self.note = ""

    def fill(self, folder: Path) -> None:
        """All files. Raises what save_bundle does, and OSError."""
        b = self._bundle
        sound, bits = self._write_sound(folder)
        file = FileColumns(folder / sound.path.name, lambda _: b.frontend, channel=b.feed.channel)
        layout = Layout.parse(NAMED[_LAYOUT])
        wanted = Export(file, folder / _COLUMNS, b.name, _LAYOUT, layout)
        wanted.write(lambda done: self._progress(0.25 + 0.625 * done))
        self.columns = file.columns
        recipe = Recipe(
            frontend=b.frontend,
            name=b.name,
            channel=b.feed.channel,
            layout=_LAYOUT,
            facts=self._facts(sound, bits),
        )
        (folder / _RECIPE).write_text(recipe.to_json(), encoding="utf-8")
        (folder / _TEXT).write_text(_told(recipe, self.columns), encoding="utf-8")

    def _write_sound(self, folder: Path) -> tuple[RecordedFile, int]:
        """The sound file, and the bits of its samples."""
        b = self._bundle
        form = b.feed.format
        missing = RecordedFile(folder, form.sr, form.channels)
        bits = 16
        for block in self._blocks(missing):
            bits = max(bits, _bits_of(block))
            if bits == 32:
                break
        suffix = b.sound
        if suffix == "flac":
            self.note = _no_flac(form.sr, form.channels, bits)
            suffix = "wav" if self.note else "flac"
        sound = RecordedFile(folder / f"sound.{suffix}", form.sr, form.channels)
        writer = open_writer(sound.path, form.sr, form.channels, bits)
        try:
            for block in self._blocks(sound):
                writer.write(block)
                sound.samples += len(block)
                self._progress(0.25 * sound.samples / b.cut.samples)
        finally:
            writer.close()
        return sound, bits

    def _blocks(self, file: RecordedFile) -> Iterator[Samples]:
        """The sound, a second at a time, with zeros where it is missing, which the file notes."""
        b = self._bundle
        start, stop = b.cut.start, b.cut.stop
        for gap in b.history.gaps(start, stop):
            begin, end = max(gap.start, start), min(gap.stop, stop)
            file.add_gap(begin - start, end - begin, CAUSES[gap.cause])
        for at in range(start, stop, b.feed.format.sr):
            end = min(stop, at + b.feed.format.sr)
            span = b.history.read(at, end)
            if span.start > at:  # it was overwritten meanwhile
                lost = min(span.start, end) - at
                file.add_gap(at - start, lost, _OVERWRITTEN)
                yield np.zeros((lost, file.channels), dtype=np.float32)
            yield span.samples

    def _facts(self, sound: RecordedFile, bits: int) -> dict[str, Any]:
        b = self._bundle
        form, cut = b.feed.format, b.cut
        same = same_columns(b.feed, b.frontend, cut, self.columns)
        first = cut.first_column
        called = librosa_lines(b.frontend, sound.path.name, form.sr, b.feed.channel)
        return {
            "sound": {
                "file": sound.path.name,
                "sr": form.sr,
                "channels": form.channels,
                "samples": sound.samples,
                "encoding": "32-bit float" if bits == 32 else f"{bits}-bit integer",
            },
            "source": {
                "name": form.name,
                "first_sample": cut.start,
                "start_s": cut.start / form.sr,
                "heard_at": b.heard_at.isoformat(timespec="milliseconds") if b.heard_at else None,
            },
            "stream": {
                "first_column": int(first) if first.denominator == 1 else float(first),
                "same_bits": [same.start, same.stop] if same else None,
            },
            "gaps": [
                {"first_sample": at, "samples": length, "cause": cause}
                for at, length, cause in sorted(sound.gaps)
            ],
            "reproduce": {
                "livemel": f"livemel export --recipe {_RECIPE} {sound.path.name} {_AGAIN}",
                "librosa": None if called is None else list(called),
            },
        }


def _bits_of(block: Samples) -> int:
    """16, 24 or 32: the fewest that hold these very samples, the sign of a zero included."""
    for bits in (16, 24):
        full = np.float32(1 << (bits - 1))
        with np.errstate(invalid="ignore", over="ignore"):
            whole = np.clip(np.rint(block * full), -full, full - 1)
        # By way of an integer, as a file has it, which knows one zero and no NaN.
        back = np.nan_to_num(whole).astype(np.int32).astype(np.float32) / full
        if np.array_equal(back.view(np.int32), np.ascontiguousarray(block).view(np.int32)):
            return bits
    return 32


def _no_flac(sr: int, channels: int, bits: int) -> str:
    """Why FLAC cannot hold it, or ""."""
    if bits == 32:
        return "FLAC would lose bits of this sound: it is a WAV of floats"
    if channels > _FLAC_CHANNELS or sr > _FLAC_SR:
        return f"FLAC has no {channels} channels at {sr} Hz: it is a WAV"
    return ""


def _told(recipe: Recipe, columns: int) -> str:
    """How to come to the same numbers, for a person."""
    facts = recipe.facts
    sound, stream, ways = facts["sound"], facts["stream"], facts["reproduce"]
    channels = sound["channels"]
    lines = [
        f"{sound['file']}: {sound['samples']} samples at {sound['sr']} Hz, {channels} "
        f"channel{'s' if channels > 1 else ''}, {sound['encoding']}, from "
        f"{facts['source']['name']}",
        f"{_COLUMNS}: features of shape (rows, columns), and what they are",
        f"{_RECIPE}: all parameters, where the sound was cut, and what was missing",
        "",
        "The same numbers, bit for bit, in this folder:",
        "",
        f"    {ways['livemel']}",
        "",
    ]
    if (same := stream["same_bits"]) is not None:
        every = same == [0, columns]
        which = "All columns" if every else f"Columns {same[0]} to {same[1] - 1} of {columns}"
        more = "" if every else "; the others see an edge where there was more sound"
        lines += [f"{which} are bit for bit those that were on the screen{more}.", ""]
    if ways["librosa"] is not None:
        lines += [
            "The same by librosa, within 1e-4 dB. What comes of bands 30 dB and more below the",
            "strongest of their column may differ by more: 32-bit transforms round there.",
            "",
        ]
        lines += [f"    {line}".rstrip() for line in ways["librosa"]] + [""]
    return "\n".join(lines)
