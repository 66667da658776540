"""An input stream of a device, whoever delivers it: PortAudio, or the sound server itself.

Standard library and sounddevice only. Runs in: the capture process and the click process.
"""

from collections.abc import Callable
from typing import Any, Final

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.choosing import is_plug_in
from livemel.sources.portaudio import NO_DEVICE
from livemel.sources.pulse import pulse_state
from livemel.sources.pulse_stream import PulseStream

# 10 ms: small enough to scroll evenly, large enough to be calm (block size 0 gave 1 to 120
# samples, 500 times a second).
BLOCKS_PER_S: Final = 100
LATENCY_S: Final = 0.03
USUAL_SR: Final = 48_000


def open_input(
    sounddevice: Any,
    device: dict[str, Any],
    *,
    channels: int,
    sr: int,
    callback: Callable[[Any, int, Any, Any], None],
    overflowed: Callable[[], None],
    finished: Callable[[], None],
) -> Any:
    """A stream as sounddevice's RawInputStream is one: start, abort, close, latency in seconds.

    sounddevice : the module; None for a device of the sound server's own, whose index is None
    device : a row of choose_input
    callback : (data, frames, times, status), float32 of all channels interleaved
    overflowed, finished : called where the server says that sound was lost, that the source is gone
    Raises SourceError, NoDeviceError for a way to a sound server that has nothing to record from.
    """
    blocksize = max(64, sr // BLOCKS_PER_S)
    try:
        if device["index"] is None:
            return PulseStream(
                device["id"],
                channels=channels,
                channel_map=device["channel_map"],
                samplerate=sr,
                blocksize=blocksize,
                callback=callback,
                lost=lambda _missing: overflowed(),
                finished=finished,
            )
        try:
            return sounddevice.RawInputStream(
                device=device["index"],
                channels=channels,
                samplerate=sr,
                dtype="float32",
                blocksize=blocksize,
                latency=LATENCY_S,
                callback=callback,
            )
        except sounddevice.PortAudioError as error:
            raise SourceError(" ".join(str(error).split())) from None
    except SourceError as error:
        if is_plug_in(device) and _server_has_none():  # of which ALSA says "Input/output error"
            raise NoDeviceError(NO_DEVICE["input"]) from None
        raise SourceError(f"cannot open {device['name']!r}: {error}") from None


def _server_has_none() -> bool:
    """Whether a sound server answers and has no source."""
    try:
        state = pulse_state()
    except SourceError:
        return False
    return state is not None and not state.sources


def native_rate(sounddevice: Any, device: dict[str, Any], channels: int) -> int:
    """The device's own rate in Hz, as far as PortAudio knows it.

    On ALSA it does not: it says 44.1 kHz of whatever accepts that, and the sound server then
    resamples. Cards and servers run at 48 kHz far more often, so that is tried first.
    """
    if device["host_api"] == "ALSA" and accepts(sounddevice, device, channels, USUAL_SR):
        return USUAL_SR
    rate: float = device["default_samplerate"]
    return round(rate)


def accepts(sounddevice: Any, device: dict[str, Any], channels: int, sr: int) -> bool:
    """Whether PortAudio would open an input device at that rate."""
    try:
        sounddevice.check_input_settings(
            device=device["index"], channels=channels, dtype="float32", samplerate=sr
        )
    except sounddevice.PortAudioError:
        return False
    return True
