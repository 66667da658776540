"""Starts decoder processes: one for each open sound file, so that files cannot reach each other."""

import atexit
import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

from livemel.errors import SourceError
from livemel.sources.child import ROOT

# Isolated, without site-packages and with nothing of the current folder or of the environment:
# all that it needs is the standard library and this package.
_CODE = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from livemel.sources.{} import main; main()"
)
Links = tuple[socket.socket, socket.socket]

_PATIENCE_S = 0.5
_OPTIONS = ["-I", "-S", "-c"]


class _Nursery:
    """The process that forks decoder processes (Linux). It is started with the first file, and
    ends when none was open for a while, or with us.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def bear(self, file: int) -> Links:
        """Links to a new process that decodes the file. Raises OSError."""
        (link, its_link), (notice, its_notice) = socket.socketpair(), socket.socketpair()
        with its_link, its_notice, self._lock:
            descriptors = [file, its_link.fileno(), its_notice.fileno()]
            try:
                self._ask(descriptors)
            except OSError:  # it has ended meanwhile
                self.close()
                self._ask(descriptors)
        return link, notice

    def prepare(self) -> None:
        """Start it now, as a file is about to be opened."""
        with self._lock, contextlib.suppress(OSError, SourceError):  # opening will say so
            if self._control is None:
                self._control = self._started()

    def close(self) -> None:
        """Have no more files decoded by this one. It stays until those it decodes are closed."""
        if self._control is not None and self._process is not None:
            self._control.close()
            self._control = None
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE_S)

    def _ask(self, descriptors: list[int]) -> None:
        if self._control is None:
            self._control = self._started()
        socket.send_fds(self._control, [b"+"], descriptors)

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = _popen("decoding_nursery", _library(), stdin=theirs.fileno())
            except BaseException:
                ours.close()
                raise
        return ours


_nursery = _Nursery()
atexit.register(_nursery.close)


def prepare() -> None:
    """A file is about to be opened, and other things are to be done before."""
    if hasattr(os, "fork"):
        _nursery.prepare()


def start_decoder(file: int, path: Path) -> Links:
    """Links to a new process that decodes a file: one to ask it, and one on which it is told of
    which signal it died, a byte; or only that it is gone.

    file : an open descriptor, which stays the caller's; path : where it was opened
    Raises SourceError.
    """
    try:
        return _nursery.bear(file) if hasattr(os, "fork") else _alone(path)
    except OSError as error:
        raise SourceError(f"no decoder process: {error.strerror or error}") from None


def _alone(path: Path) -> Links:
    """Where nothing can be forked."""
    (ours, theirs), (notice, nobodys) = socket.socketpair(), socket.socketpair()
    with theirs, nobodys:
        process = _popen("decoding", _library(), str(path), stdin=subprocess.PIPE)
        assert process.stdin is not None
        with process.stdin as pipe:
            pipe.write(theirs.share(process.pid))  # type: ignore[attr-defined,unused-ignore]
    # Somebody has to take note of its end.
    threading.Thread(target=process.wait, name="livemel-decoder", daemon=True).start()
    return ours, notice


def _popen(module: str, *arguments: str, stdin: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *_OPTIONS, _CODE.format(module), str(ROOT), *arguments],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in the terminal is ours to answer
    )


@cache
def _library() -> str:
    """Where libsndfile is: as soundfile brings it, else the system's. Raises SourceError."""
    spec = importlib.util.find_spec("_soundfile_data")
    if spec is not None and spec.origin is not None:
        found = sorted(Path(spec.origin).parent.glob("libsndfile*"))
        if found:
            return str(found[0])
    from ctypes.util import find_library  # starts other programs

    with contextlib.suppress(OSError):
        if name := find_library("sndfile"):
            return name
    raise SourceError("libsndfile is missing: install libsndfile1")
