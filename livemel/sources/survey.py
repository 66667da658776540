"""Which devices there are, and what PortAudio says of itself, for `livemel doctor`.

Never in the main process.

Run as `python -m livemel.sources.survey` it prints lines of JSON, each as soon as it is known:
where PortAudio or the sound server hangs, what is known until then has been said. The inputs are
said up to three times, the server's own and PortAudio's as each answers, and all: what is said
last counts.
"""

import ctypes
import ctypes.util
import json
import sys
import threading
from contextlib import suppress
from typing import Any

from livemel.errors import LivemelError, SourceError
from livemel.sources.choosing import input_rows, server_state
from livemel.sources.portaudio import _end_with_parent, devices_of, load_portaudio
from livemel.sources.pulse import PulseState


def main() -> None:
    """Runs in: a short-lived process, which ends when its stdin does: with its parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if version := _library_version():
        _say({"portaudio": version})
    server = _Server()
    try:
        sounddevice = load_portaudio()
    except LivemelError as error:
        _say({"error": str(error)})
        server.state()  # whose devices are heard without it
        return
    _say({"portaudio": _short(sounddevice.get_portaudio_version()[1])})
    apis = sounddevice.query_hostapis()
    _say({"host_apis": [{"name": api["name"], "devices": len(api["devices"])} for api in apis]})
    _say({"output": [_device(row) for row in devices_of(sounddevice, "output")]})
    inputs = devices_of(sounddevice, "input")
    _say({"input": [_device(row) for row in input_rows(inputs, PulseState())]})
    _say({"input": [_device(row) for row in input_rows(inputs, server.state())]})


class _Server:
    """Asks the sound server while PortAudio starts, which may hang without it, and says at once
    what it has.
    """

    def __init__(self) -> None:
        self._state = PulseState()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def state(self) -> PulseState:
        """Nothing, too, where the server hangs, which the doctor finds by itself. Blocks."""
        self._thread.join()
        return self._state

    def _ask(self) -> None:
        """Runs on: a thread of its own."""
        with suppress(SourceError):
            self._state = server_state()
        if rows := input_rows([], self._state):
            _say({"input": [_device(row) for row in rows]})


def _device(device: dict[str, Any]) -> dict[str, Any]:
    """As `livemel devices --json` has it."""
    return {
        "id": device.get("id", device["name"]),
        "index": device["index"],
        "name": device["name"],
        "host_api": device["host_api"],
        "channels": device["channels"],
        "default_sr": round(device["default_samplerate"]),
        "default": device["default"],
        "plays": device.get("plays", False),
    }


def _library_version() -> str:
    """The version of the system's library, which is asked before PortAudio starts; or ""."""
    try:
        library = ctypes.CDLL(ctypes.util.find_library("portaudio") or "")
        library.Pa_GetVersionText.restype = ctypes.c_char_p
        return _short(library.Pa_GetVersionText().decode())
    except (OSError, AttributeError):
        return ""


def _short(text: str) -> str:
    """'PortAudio V19.6.0-devel, revision 396f…' → '19.6.0-devel'."""
    return text.partition(",")[0].removeprefix("PortAudio V")


def _say(part: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(part)}\n")  # one write: two threads say something
    sys.stdout.flush()


if __name__ == "__main__":
    main()
