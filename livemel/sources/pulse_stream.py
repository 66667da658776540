"""Records one source of a PulseAudio or PipeWire server, by libpulse.

Not by PortAudio and ALSA's `pulse`: there the server mixes channels by their names (four channels
called aux0 to aux3 come as silence), and moves the stream to another source when this one goes. A
stream that says what it wants has all channels as they are, and ends with its source.

Standard library only.
"""

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.pulse import HANGS

_SAMPLE_BYTES: Final = 4
_PATIENCE_S = 5.0
_LOOK_S = 0.002
# What a loudspeaker plays was handed to it up to 2 s ago: asked for less delay, the server delivers
# a bit, and nothing more until that has been played. The sound begins after such a pause.
_PAUSE_S = 0.1
_STEADY_S = 0.03
_FIRST_SOUND_S = 2.5
# libpulse's own numbers: pulse/def.h and pulse/sample.h.
_NO_AUTOSPAWN = 0x1
_NO_REMAP, _DONT_MOVE, _ADJUST_LATENCY, _START_CORKED = 0x10, 0x200, 0x2000, 0x1
_CONTEXT_READY, _STREAM_READY = 4, 2
_CONTEXT_ENDED, _STREAM_ENDED = (5, 6), (3, 4)
_FLOAT32LE, _FLOAT32BE = 5, 6
_DEFAULT = 0xFFFFFFFF
_AUX_MAP = 2

_Notify = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_Arrived = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
_NO_TIMES = SimpleNamespace(inputBufferAdcTime=0.0)
_NO_STATUS = SimpleNamespace(input_overflow=False)


class _SampleSpec(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_int),
        ("rate", ctypes.c_uint32),
        ("channels", ctypes.c_uint8),
    )


class _BufferAttr(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


class PulseStream:
    """An input stream, used as one of sounddevice's: callback(data, frames, times, status).

    blocksize : samples a block, about; whole blocks are not promised
    lost : called with the number of samples that the server says it lost, before what follows them
    finished : called once if the stream ends by itself
    All three run on libpulse's thread. Raises SourceError if it cannot be opened.
    """

    def __init__(
        self,
        source: str,
        *,
        channels: int,
        channel_map: str,
        samplerate: int,
        blocksize: int,
        callback: Callable[[Any, int, Any, Any], None],
        lost: Callable[[int], None],
        finished: Callable[[], None],
    ) -> None:
        self._callback, self._lost, self._finished = callback, lost, finished
        self._frame_bytes, self._sr = channels * _SAMPLE_BYTES, samplerate
        self._pulse = pulse = _load()
        self._arrived = _Arrived(self._read)  # kept: C does not
        self._changed = _Notify(self._look)
        self._closing = threading.Event()
        self._first: list[bytes] | None = []  # blocks, until they come steadily
        self._first_s = self._newest_s = 0.0
        self._steady = threading.Event()
        self._loop = pulse.pa_threaded_mainloop_new()
        api = pulse.pa_threaded_mainloop_get_api(self._loop)
        self._context = pulse.pa_context_new(api, b"livemel")
        form = _FLOAT32LE if sys.byteorder == "little" else _FLOAT32BE
        spec = _SampleSpec(form, samplerate, channels)
        pulse.pa_context_connect(self._context, None, _NO_AUTOSPAWN, None)
        pulse.pa_threaded_mainloop_start(self._loop)
        self._wait(lambda: pulse.pa_context_get_state(self._context), _CONTEXT_READY)
        positions = _channel_map(pulse, channel_map, channels)
        with self._locked():
            self._stream = pulse.pa_stream_new(
                self._context, b"livemel", ctypes.byref(spec), positions
            )
            if not self._stream:
                raise SourceError(self._why())
            pulse.pa_stream_set_read_callback(self._stream, self._arrived, None)
            pulse.pa_stream_set_state_callback(self._stream, self._changed, None)
            attr = _BufferAttr(*[_DEFAULT] * 4, blocksize * self._frame_bytes)
            pulse.pa_stream_connect_record(
                self._stream,
                source.encode(),
                ctypes.byref(attr),
                _NO_REMAP | _DONT_MOVE | _ADJUST_LATENCY | _START_CORKED,
            )
        self._wait(lambda: pulse.pa_stream_get_state(self._stream), _STREAM_READY)

    @property
    def latency(self) -> float:
        """Seconds of sound that the server gathers before it hands them over."""
        with self._locked():
            attr = self._pulse.pa_stream_get_buffer_attr(self._stream)
            gathered: int = attr.contents.fragsize
        return gathered / self._frame_bytes / self._sr

    def start(self) -> None:
        """Let the sound come, and wait a moment for it: until it does, none is missing."""
        with self._locked():
            operation = self._pulse.pa_stream_cork(self._stream, 0, None, None)
            if operation:
                self._pulse.pa_operation_unref(operation)
        self._steady.wait(_FIRST_SOUND_S)

    def abort(self) -> None:
        """No callback after this."""
        self._closing.set()

    def close(self) -> None:
        """Leave the server. May never return where that hangs."""
        self._closing.set()
        with self._locked():
            self._pulse.pa_stream_disconnect(self._stream)
            self._pulse.pa_context_disconnect(self._context)
        self._pulse.pa_threaded_mainloop_stop(self._loop)

    def _read(self, stream: int, _available: int, _user: int) -> None:
        """Runs on: libpulse's thread. Must not block, log or raise."""
        pulse = self._pulse
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        while not self._closing.is_set():
            pulse.pa_stream_peek(stream, ctypes.byref(data), ctypes.byref(size))
            if not size.value:
                return
            frames = size.value // self._frame_bytes
            if data.value:
                block = memoryview((ctypes.c_char * size.value).from_address(data.value)).cast("B")
                if self._first is None:
                    self._callback(block, frames, _NO_TIMES, _NO_STATUS)
                else:
                    self._begin(bytes(block), self._first)
            elif self._first is None:
                self._lost(frames)
            pulse.pa_stream_drop(stream)

    def _begin(self, block: bytes, first: list[bytes]) -> None:
        """Runs on: libpulse's thread."""
        now_s = time.monotonic()
        if now_s - self._newest_s > _PAUSE_S:
            first.clear()
            self._first_s = now_s
        self._newest_s = now_s
        first.append(block)
        if now_s - self._first_s > _STEADY_S:
            self._first = None
            for kept in first:
                frames = len(kept) // self._frame_bytes
                self._callback(memoryview(kept), frames, _NO_TIMES, _NO_STATUS)
            self._steady.set()

    def _look(self, stream: int, _user: int) -> None:
        """Runs on: libpulse's thread."""
        if self._pulse.pa_stream_get_state(stream) in _STREAM_ENDED and not self._closing.is_set():
            self._steady.set()
            self._finished()

    def _wait(self, state: Callable[[], int], wanted: int) -> None:
        ended = _CONTEXT_ENDED if wanted == _CONTEXT_READY else _STREAM_ENDED
        give_up = time.monotonic() + _PATIENCE_S
        while True:
            with self._locked():
                now = state()
                if now == wanted:
                    return
                if now in ended:
                    raise SourceError(self._why())
            if time.monotonic() > give_up:
                raise SourceError(HANGS)
            time.sleep(_LOOK_S)

    def _why(self) -> str:
        number = self._pulse.pa_context_errno(self._context)
        text: bytes = self._pulse.pa_strerror(number) or b"it does not answer"
        return text.decode(errors="replace")

    def _locked(self) -> "_Lock":
        return _Lock(self._pulse, self._loop)


class _Lock:
    """Of libpulse's thread."""

    def __init__(self, pulse: Any, loop: int) -> None:
        self._pulse, self._loop = pulse, loop

    def __enter__(self) -> None:
        self._pulse.pa_threaded_mainloop_lock(self._loop)

    def __exit__(self, *_: object) -> None:
        self._pulse.pa_threaded_mainloop_unlock(self._loop)


def can_record() -> bool:
    """Whether libpulse is installed."""
    try:
        _load()
    except NoDeviceError:
        return False
    return True


def _channel_map(pulse: Any, text: str, channels: int) -> Any:
    """The source's own: PulseAudio goes by number with NO_REMAP, PipeWire by name."""
    room = ctypes.create_string_buffer(4 + 4 * 32)  # a count, and at most 32 positions
    if not pulse.pa_channel_map_parse(room, text.encode()) or room.raw[0] != channels:
        pulse.pa_channel_map_init_extend(room, channels, _AUX_MAP)
    return room


@cache
def _load() -> Any:
    """libpulse. Raises NoDeviceError where it is not installed."""
    try:
        pulse = ctypes.CDLL("libpulse.so.0")
    except OSError:
        raise NoDeviceError("libpulse is not installed: apt install libpulse0") from None
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("pa_threaded_mainloop_new", pointer, ()),
        ("pa_threaded_mainloop_get_api", pointer, (pointer,)),
        ("pa_threaded_mainloop_start", number, (pointer,)),
        ("pa_threaded_mainloop_stop", None, (pointer,)),
        ("pa_threaded_mainloop_lock", None, (pointer,)),
        ("pa_threaded_mainloop_unlock", None, (pointer,)),
        ("pa_context_new", pointer, (pointer, text)),
        ("pa_context_connect", number, (pointer, text, number, pointer)),
        ("pa_context_disconnect", None, (pointer,)),
        ("pa_context_get_state", number, (pointer,)),
        ("pa_context_errno", number, (pointer,)),
        ("pa_strerror", text, (number,)),
        ("pa_channel_map_parse", pointer, (pointer, text)),
        ("pa_channel_map_init_extend", pointer, (pointer, ctypes.c_uint, number)),
        ("pa_stream_new", pointer, (pointer, text, pointer, pointer)),
        ("pa_stream_set_read_callback", None, (pointer, _Arrived, pointer)),
        ("pa_stream_set_state_callback", None, (pointer, _Notify, pointer)),
        ("pa_stream_connect_record", number, (pointer, text, pointer, number)),
        ("pa_stream_disconnect", number, (pointer,)),
        ("pa_stream_get_state", number, (pointer,)),
        ("pa_stream_get_buffer_attr", ctypes.POINTER(_BufferAttr), (pointer,)),
        ("pa_stream_cork", pointer, (pointer, number, pointer, pointer)),
        ("pa_stream_peek", number, (pointer, pointer, pointer)),
        ("pa_stream_drop", number, (pointer,)),
        ("pa_operation_unref", None, (pointer,)),
    ):
        function = getattr(pulse, name)
        function.restype, function.argtypes = result, list(arguments)
    return pulse
