"""The columns of a file → .npy, .npz or .csv."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from livemel.channel import Channel, Difference
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.layout import Layout
from livemel.dsp.mel import mel_edges
from livemel.engine.offline import FileColumns
from livemel.errors import ParameterError, SourceError
from livemel.export.array_file import arrange, write_rows
from livemel.export.output import whole_file
from livemel.version import __version__

Columns = NDArray[np.float32]

SUFFIXES = (".npz", ".npy", ".csv")
# Nine digits are what every float32 survives with.
_CSV_VALUE = ",%.9g"
_COPIED_AT_ONCE = 16 << 20


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written where.

    name : of the front-end, which is written into an .npz
    layout_name : as asked for; layout : what that is; both without meaning for a .csv
    """

    file: FileColumns
    out: Path
    name: str
    layout_name: str
    layout: Layout

    def write(self, progress: Callable[[float], None]) -> tuple[int, ...]:
        """Compute and write; returns the array's shape, of a .csv columns and bands.

        progress : told how far it is, from 0 to 1
        Raises SourceError if the sound breaks off or makes no column, ParameterError if the
        columns are too few for the layout, OutputError if they cannot be written.
        """
        with whole_file(self.out) as file:
            blocks = self._blocks(progress)
            if self.out.suffix.lower() == ".csv":
                return self._write_csv(file, blocks)
            return self._write_array(file, blocks)

    def _blocks(self, progress: Callable[[float], None]) -> Iterator[Columns]:
        for block in self.file:
            yield block
            progress(self.file.progress)
        progress(1.0)
        if short := self.file.shortness:
            raise SourceError(f"{self.file.format.name} is {short}")

    def _write_array(self, file: BinaryIO, blocks: Iterator[Columns]) -> tuple[int, ...]:
        as_npz = self.out.suffix.lower() == ".npz"
        with ExitStack() as scratch:

            def beside() -> BinaryIO:
                """A nameless file on the same disk."""
                folder = self.out.resolve().parent
                return scratch.enter_context(tempfile.TemporaryFile(dir=folder))

            array = beside() if as_npz else file
            rows = array if self.layout.as_they_come else beside()
            columns, bands = write_rows(rows, blocks)
            arrange(rows, array, self.layout, columns, bands)
            if rows is not array:
                rows.close()  # its room is needed
            if as_npz:
                self._pack(file, array, columns)
        return self.layout.shape(columns, bands)

    def _pack(self, file: BinaryIO, array: BinaryIO, columns: int) -> None:
        """An .npz as numpy.savez writes it, with the array copied piece by piece."""
        fe, form = self.file.frontend, self.file.format
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            array.seek(0)
            with archive.open(_member("features"), "w", force_zip64=True) as member:
                while part := array.read(_COPIED_AT_ONCE):
                    member.write(part)
            centres = self.file.centres(0, columns)
            facts = {
                "centres_samples": centres,
                "centres_s": centres / fe.sr,
                "frontend": json.dumps(asdict(fe)),
                "frontend_name": self.name,
                "normalise": fe.normalise,
                "layout": self.layout_name,
                "axes": self.layout.pattern,
                "livemel_version": __version__,
                "source_name": form.name,
                "source_sr": form.sr,
                "source_channels": form.channels,
                "source_channel": _told(self.file.channel),
                "source_start": self.file.start,
                "source_samples": self.file.samples,
                "not_finite_samples": self.file.not_finite,
            }
            for name, value in facts.items():
                with archive.open(_member(name), "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, np.asarray(value), allow_pickle=False)

    def _write_csv(self, file: BinaryIO, blocks: Iterator[Columns]) -> tuple[int, ...]:
        """A line a column: its middle in seconds of the file, then its bands."""
        fe = self.file.frontend
        written = bands = 0
        for block in blocks:
            bands, k = block.shape
            if written == 0:
                file.write((",".join(["time_s", *_row_names(fe)]) + "\n").encode())
            line = "%.9f" + _CSV_VALUE * bands + "\n"
            seconds = (self.file.centres(written, written + k) / fe.sr).tolist()
            rows = block.T.tolist()
            lines = [line % (at, *row) for at, row in zip(seconds, rows, strict=True)]
            file.write("".join(lines).encode())
            written += k
        return written, bands


def _row_names(frontend: FrontEnd) -> list[str]:
    """The frequency in Hz of each row's middle, or what else the row is."""
    fe = frontend
    if fe.representation == "waveform":
        return ["least", "greatest"]
    if fe.representation == "mfcc":
        return [f"c{i}" for i in range(fe.n_mfcc)]
    if fe.representation == "linear":
        hz: Iterable[float] = (k * fe.sr / fe.n_fft for k in fe.linear_bins)
    elif fe.representation == "log":
        hz = (fe.log_bands.hz(i + 0.5) for i in range(fe.n_rows))
    else:
        hz = mel_edges(fe)[1:-1]
    return [f"{each:.2f}" for each in hz]


def _told(channel: Channel) -> int | str:
    return str(channel) if isinstance(channel, Difference) else channel or 0


def check_suffix(out: Path) -> None:
    """Raises ParameterError for a kind of file that is not written here."""
    if out.suffix.lower() not in SUFFIXES:
        raise ParameterError(f"{out} does not end in one of {', '.join(SUFFIXES)}")


def _member(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(f"{name}.npy")
