"""One sound file as the parent of its decoder process sees it."""

import contextlib
import os
import signal
import socket
import stat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livemel.errors import SourceError
from livemel.files import open_to_read
from livemel.sources.decoding import (
    ANSWER,
    BLOCK_VALUES,
    MOST_CPU_S,
    REQUEST,
    is_int16,
    is_packed,
)
from livemel.sources.nursery import start_decoder

Block = NDArray[np.int16] | NDArray[np.float32]

# A disk that sleeps needs seconds to wake. What keeps a processor busy that long is ended earlier.
_PATIENCE_S = 8.0
# Who has seen a process end tells at once.
_NOTICE_S = 0.5
# Blocks that are asked for before they are wanted: one is on its way while one is decoded.
_AHEAD = 2
# What a header may say. Detectors look at half seconds of all channels: 64 of them at 96 kHz take
# a whole process to 250 MB.
_SR, _MOST_CHANNELS, _MOST_VALUES_A_S = (1_000, 6_144_000), 128, 6_144_000
_UNKNOWN = 1 << 62  # samples: libsndfile's word for "nobody knows" is larger


class _GoneError(SourceError):
    """The process ended without a word."""


class Decoder:
    """A sound file's samples, in blocks, from a process of its own that is allowed to crash.

    sr, channels, frames : as the header has them; frames is what it claims, not what is there
    bytes : of the file
    is_packed : whether the place of a sample is known only to who reads up to it
    Raises SourceError if the file cannot be opened, with `path` in it.
    """

    def __init__(self, path: Path) -> None:
        self._link: socket.socket | None = None
        self._notice: socket.socket | None = None
        self._path = path
        self._asked = 0  # blocks on their way
        self._stale = 0  # of them, those asked for before a seek
        try:
            file = _open(path)
            try:
                self.bytes = os.fstat(file).st_size
                self.channels, self.sr, self.frames, form = self._start(file)
            finally:
                os.close(file)
        except BaseException:
            self.close()
            raise
        self.is_packed = is_packed(form)
        self._values: Block = (
            np.empty(BLOCK_VALUES, np.int16)
            if is_int16(form)
            else np.empty(BLOCK_VALUES, np.float32)
        )

    def read(self) -> Block:
        """The next samples, shape (n, channels), valid until the next call; none at the end. int16
        where the file holds that. Raises SourceError.
        """
        while True:
            while self._asked <= _AHEAD:
                self._send(b"read")
                self._asked += 1
            kind, _, frames, _, _, words = self._answer()
            self._asked -= 1
            if kind == b"fail" and not self._stale:
                raise SourceError(f"{self._path} breaks off: {_text(words)}")
            if not 0 <= frames * self.channels <= BLOCK_VALUES:
                raise self._lost("its decoder breaks the rules")
            values = self._values[: frames * self.channels]
            self._receive(values.data.cast("B") if frames else memoryview(b""))
            if not self._stale:
                return values.reshape(-1, self.channels)
            self._stale -= 1

    def seek(self, frame: int) -> None:
        """Go on with that sample."""
        self._stale = self._asked
        self._send(b"seek", frame)

    def close(self) -> None:
        """End the process. Safe to call twice."""
        for link in (self._link, self._notice):
            if link is not None:
                link.close()
        self._link = self._notice = None

    def __del__(self) -> None:
        """Who forgets a file leaves no process behind."""
        self.close()

    @property
    def _opened_link(self) -> socket.socket:
        if self._link is None:
            raise SourceError(f"{self._path} is closed")
        return self._link

    def _start(self, file: int) -> tuple[int, int, int, int]:
        """As _opened. The nursery may just be about to end when it is asked: then once more."""
        for attempt in range(2):
            self._link, self._notice = start_decoder(file, self._path)
            self._link.settimeout(_PATIENCE_S)
            self._notice.settimeout(_NOTICE_S)
            try:
                return self._opened()
            except _GoneError:
                if attempt:
                    raise
                self.close()
        raise AssertionError

    def _opened(self) -> tuple[int, int, int, int]:
        """Channels, rate, samples and format. Raises SourceError for what no sound has."""
        kind, channels, sr, frames, form, words = self._answer()
        if kind == b"fail":
            raise SourceError(f"{self._path} is not a sound file: {_text(words)}")
        if not 1 <= channels <= _MOST_CHANNELS:
            raise SourceError(f"{self._path} has {channels} channels, not 1 to {_MOST_CHANNELS}")
        if not _SR[0] <= sr <= _SR[1]:
            raise SourceError(f"{self._path} is at {sr} Hz, not {_SR[0]} to {_SR[1]}")
        if sr * channels > _MOST_VALUES_A_S:
            raise SourceError(
                f"{self._path} has {channels} channels at {sr} Hz: "
                f"more than {_MOST_VALUES_A_S} values a second"
            )
        if not 0 <= frames < _UNKNOWN:
            raise SourceError(f"{self._path} does not say how long it is")
        return channels, sr, frames, form

    def _send(self, kind: bytes, number: int = 0) -> None:
        """What cannot be sent will not be answered either: there it is said why."""
        with contextlib.suppress(OSError):
            self._opened_link.sendall(REQUEST.pack(kind, number))

    def _answer(self) -> tuple[bytes, int, int, int, int, bytes]:
        """Raises SourceError if there is none in time, or the process is gone."""
        message = bytearray(ANSWER.size)
        self._receive(memoryview(message))
        answer: tuple[bytes, int, int, int, int, bytes] = ANSWER.unpack(message)
        return answer

    def _receive(self, into: memoryview) -> None:
        """Fill it. Raises as _answer."""
        link = self._opened_link
        try:
            while len(into):
                n = link.recv_into(into)
                if n == 0:
                    raise self._gone()
                into = into[n:]
        except TimeoutError:
            raise self._lost(f"no answer for {_PATIENCE_S:g} s") from None
        except OSError:
            raise self._gone() from None

    def _gone(self) -> SourceError:
        """The process has ended: of which signal, or nobody knows why."""
        died = b""
        if self._notice is not None:
            with contextlib.suppress(OSError):
                died = self._notice.recv(1)
        return (
            self._lost(_cause(died[0]))
            if died
            else _GoneError(str(self._lost("its decoder is gone")))
        )

    def _lost(self, why: str) -> SourceError:
        return SourceError(f"{self._path} does not decode: {why}")


def _open(path: Path) -> int:
    """A descriptor of a file with something in it. Raises SourceError."""
    try:
        file = open_to_read(path)
    except FileNotFoundError:
        raise SourceError(f"no such file: {path}") from None
    except OSError as error:
        if os.path.isdir(path):  # noqa: PTH112 - never raises; Windows opens no folders
            raise SourceError(f"{path} is a folder, not a sound file") from None
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from None
    try:
        found = os.fstat(file)
        if stat.S_ISDIR(found.st_mode):
            raise SourceError(f"{path} is a folder, not a sound file")
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(f"{path} is not a file: pipe it in, with - as the source")
        if found.st_size == 0:
            raise SourceError(f"{path} is empty: it holds no samples")
        if path.suffix.lower() == ".raw":
            raise SourceError(f"{path} is not a sound file: raw sound has no header, pipe it in")
    except BaseException:
        os.close(file)
        raise
    return file


def _cause(number: int) -> str:
    if number == getattr(signal, "SIGPROF", 0):
        return f"more than {MOST_CPU_S:g} s for one block"
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"its decoder crashed ({name})"


def _text(words: bytes) -> str:
    return words.rstrip(b"\0").decode("utf-8", "replace")
