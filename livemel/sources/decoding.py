"""What runs in a decoder process: libsndfile, the standard library, and one sound file.

Whoever wrote a file may have written it to do harm, or badly. So it is decoded where a crash, a
loop without end or a demand for all memory hurts nobody: the process can open nothing else, nor
write, but on the link to its parent, and each block has a limit of processor time. It ends when
its parent does.

Imports no numpy: it starts in 20 ms, and takes 12 MB.
"""

import contextlib
import ctypes
import signal
import socket
import struct
import sys

# A process may take so much in all: twenty times what the largest ordinary file took.
MOST_BYTES = 224 << 20
# Of one block, which takes some ms. A wall clock would blame the file for a busy computer.
MOST_CPU_S = 1.5
# Values of all channels in a block: 0.7 s of stereo at 48 kHz.
BLOCK_VALUES = 1 << 16

# From the parent: "read" the next block, or "seek" to a sample.
REQUEST = struct.Struct("<4sq")
# To the parent. "open": channels, rate, samples, libsndfile's format; "read": samples in the block
# that follows as it lies in memory, 0 at the end; "fail": why in words.
ANSWER = struct.Struct("<4siqqq96s")

_SFM_READ, _SEEK_SET, _SFC_SET_CLIPPING = 0x10, 0, 0x10C0
_TYPE, _SUBTYPE = 0x0FFF0000, 0xFFFF
_PACKETS, _PCM_16 = (0x200000, 0x230000), 0x0002  # OGG and MP3

# What libsndfile says of itself rather than of the file.
_CLEARER = {
    "SF_INFO": "its header has no possible rate",
    "regular file": "it is damaged",
    "psf_fseek": "the rest is missing or damaged",
}


class _Info(ctypes.Structure):
    _fields_ = (
        ("frames", ctypes.c_int64),
        ("samplerate", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("format", ctypes.c_int),
        ("sections", ctypes.c_int),
        ("seekable", ctypes.c_int),
    )


def is_packed(form: int) -> bool:
    """Whether libsndfile's format is one of packets that depend on those before them."""
    return form & _TYPE in _PACKETS


def is_int16(form: int) -> bool:
    """Whether its samples are whole numbers of 16 bits, and are handed over as such."""
    return form & _SUBTYPE == _PCM_16


def load_library(path: str) -> ctypes.CDLL:
    """libsndfile with its functions declared. Raises OSError."""
    snd = ctypes.CDLL(path)
    snd.sf_strerror.restype = ctypes.c_char_p
    snd.sf_strerror.argtypes = snd.sf_error.argtypes = [ctypes.c_void_p]
    snd.sf_open_fd.restype = ctypes.c_void_p
    snd.sf_open_fd.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.POINTER(_Info), ctypes.c_int]
    snd.sf_seek.restype = ctypes.c_int64
    snd.sf_seek.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int]
    snd.sf_command.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
    for read in (snd.sf_readf_short, snd.sf_readf_float):
        read.restype = ctypes.c_int64
        read.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
    return snd


class _Decoding:
    """One open file."""

    def __init__(self, snd: ctypes.CDLL, file: int | str) -> None:
        self._snd = snd
        self._block = bytearray(4 * BLOCK_VALUES)
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self._block))
        self.info = _Info()
        self._file = self._open(file)
        if not self._file:
            raise ValueError(_words(snd, None))
        snd.sf_command(self._file, _SFC_SET_CLIPPING, None, 1)
        self._left = self.info.frames
        self._broken = ""
        whole = is_int16(self.info.format)
        self._read = snd.sf_readf_short if whole else snd.sf_readf_float
        channels = max(1, self.info.channels)
        self._most, self._bytes_each = BLOCK_VALUES // channels, channels * (2 if whole else 4)

    def seek(self, frame: int) -> None:
        if self._snd.sf_seek(self._file, frame, _SEEK_SET) == frame:
            self._left, self._broken = self.info.frames - frame, ""
        else:
            self._broken = _words(self._snd, self._file)

    def read(self) -> tuple[int, memoryview]:
        """The next samples: how many of each channel, and their bytes, valid until the next call.

        Raises ValueError with words.
        """
        if self._broken:
            raise ValueError(self._broken)
        wanted = min(self._most, self._left)
        found = int(self._read(self._file, self._address, wanted)) if wanted > 0 else 0
        self._left -= found
        at = self.info.frames - self._left
        # Some ends without a word are a mistake of which only a seek tells.
        if found < wanted and self.info.seekable:
            self._snd.sf_seek(self._file, at, _SEEK_SET)
        if self._snd.sf_error(self._file):
            self._broken = _words(self._snd, self._file)
            if found <= 0:
                raise ValueError(self._broken)
        return found, memoryview(self._block)[: found * self._bytes_each]

    def _open(self, file: int | str) -> int | None:
        found: int | None
        if isinstance(file, int):
            found = self._snd.sf_open_fd(file, _SFM_READ, ctypes.byref(self.info), 0)
        else:  # descriptors are no numbers for another library where there are several C runtimes
            self._snd.sf_wchar_open.restype = ctypes.c_void_p
            found = self._snd.sf_wchar_open(
                ctypes.c_wchar_p(file), _SFM_READ, ctypes.byref(self.info)
            )
        return found


def _words(snd: ctypes.CDLL, file: int | None) -> str:
    if file and not snd.sf_error(file):
        return "nothing is found where it should go on"
    words = bytes(snd.sf_strerror(file)).decode("ascii", "replace").strip().rstrip(".")
    return next((better for part, better in _CLEARER.items() if part in words), words)


def confine() -> None:
    """Nothing more can be opened from here on, nothing written, and memory has an end."""
    try:
        import resource
    except ImportError:  # there is none on Windows
        return
    limits = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 0, "RLIMIT_AS": MOST_BYTES}
    for name, most in limits.items():
        with contextlib.suppress(OSError, ValueError, AttributeError):  # not every system has all
            resource.setrlimit(getattr(resource, name), (most, most))


def serve(link: socket.socket, library: str, file: int | str) -> None:
    """Answer requests until the parent is gone. Runs in: the decoder process."""
    try:
        snd = load_library(library)
        confine()
        _limit(MOST_CPU_S)
        decoding = _Decoding(snd, file)
    except (OSError, ValueError) as error:
        link.sendall(failure(error))
        return
    finally:
        _limit(0)
    info = decoding.info
    link.sendall(
        ANSWER.pack(b"open", info.channels, info.samplerate, info.frames, info.format, b"")
    )
    while request := _whole_message(link, REQUEST.size):
        kind, number = REQUEST.unpack(request)
        _limit(MOST_CPU_S)
        try:
            if kind == b"seek":
                decoding.seek(number)
                continue
            frames, samples = decoding.read()
        except ValueError as error:
            link.sendall(failure(error))
        else:
            link.sendall(ANSWER.pack(b"read", 0, frames, 0, 0, b""))
            link.sendall(samples)
        finally:
            _limit(0)


def failure(error: Exception) -> bytes:
    """What the parent is told of it."""
    return ANSWER.pack(b"fail", 0, 0, 0, 0, str(error).encode("utf-8", "replace")[:96])


def _limit(cpu_s: float) -> None:
    """The kernel ends this process if it uses so much more of a processor; 0 is no limit."""
    if hasattr(signal, "ITIMER_PROF"):
        signal.setitimer(signal.ITIMER_PROF, cpu_s)


def _whole_message(link: socket.socket, size: int) -> bytes:
    """b"" once there is no parent any more."""
    message = b""
    with contextlib.suppress(OSError):
        while len(message) < size and (part := link.recv(size - len(message))):
            message += part
    return message if len(message) == size else b""


def main() -> None:
    """Runs in: a decoder process, where nothing can be forked.

    argv : libsndfile's path, and the file's
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    library, file = sys.argv[1:]
    shared = sys.stdin.buffer.read()
    link = socket.fromshare(shared)  # type: ignore[attr-defined,unused-ignore]
    serve(link, library, file)


if __name__ == "__main__":
    main()
