"""Sound: PortAudio, devices, the server between them, and who may use a card."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from livemel.doctor.check import Check, State, of_another
from livemel.doctor.servers import Server, sound_servers
from livemel.sources.child import answers, child_command, child_environment
from livemel.sources.choosing import is_plug_in
from livemel.sources.portaudio import INSTALL_PORTAUDIO, NO_PORTAUDIO
from livemel.sources.pulse import HANGS
from livemel.sources.pulse_config import named_server

_GROUP = "Sound"
_RESTART = "restart it: systemctl --user restart pipewire-pulse (or pulseaudio)"
_COULD_NOT = "PortAudio could not be asked:"
_INSTALL_ANEW = "a driver crashed it: apt install --reinstall libportaudio2 libasound2-plugins"
_PUT_RIGHT = "restart the sound server; where there is a ~/.asoundrc, put it aside"
_START = "start it: systemctl --user start pipewire-pulse (or pulseaudio --start)"
_MICROPHONE = "plug in a microphone, or start the sound server"
_PORTAUDIO_HANGS = "the sound server answers: restart JACK, or unplug what a driver waits for"
_NOTHING_TO_RECORD = "plug in a microphone; a card may need another profile: pavucontrol"
_MOST_NAMES = 3
_CARDS = Path("/dev/snd")


def check_sound(timeout_s: float) -> tuple[list[Check], dict[str, Any]]:
    """The checks, and what the process that asked PortAudio has said: portaudio, host_apis, input,
    output, or error.
    """
    asked = _Asked()
    servers = sound_servers(timeout_s / 3)
    survey, hangs = asked.answer(timeout_s)
    served = any(server.answers for server in servers)
    blameless = served and not any(map(_fails, servers))
    checks = [_portaudio(survey, hangs, HANGS if not blameless else _PORTAUDIO_HANGS)]
    checks += [*_devices(survey, hangs), _server(servers, survey)]
    return [*checks, *_pactl(served), *_cards(served)], survey


class _Asked:
    """A process that asks PortAudio, and ends with us."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()
        self._process = subprocess.Popen(
            child_command("livemel.sources.survey"),
            env=child_environment(),
            stdin=subprocess.PIPE,  # held open: the child ends when nobody can write there
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # ALSA talks a lot
            start_new_session=True,
        )

    def answer(self, timeout_s: float) -> tuple[dict[str, Any], bool]:
        """What it said, and whether it hangs. Blocks until so long after it was started."""
        left_s = self._began_s + timeout_s - time.monotonic()
        stdin, self._process.stdin = self._process.stdin, None  # communicate() would close it
        try:
            said, _ = self._process.communicate(timeout=max(0.1, left_s))
            hangs = False
        except subprocess.TimeoutExpired as error:
            said, hangs = error.stdout or b"", True
        finally:
            self._process.kill()
            self._process.wait()
            for pipe in (stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        survey: dict[str, Any] = {}
        for part in answers(said.splitlines(keepends=True)):
            survey.update(part)
        if not hangs and "error" not in survey and "input" not in survey:
            survey["error"] = f"{_COULD_NOT} exit code {self._process.returncode}"
        return survey, hangs


def _fails(server: Server) -> bool:
    return server.is_there and not server.answers


def _portaudio(survey: dict[str, Any], hangs: bool, why: str) -> Check:
    """why : what to say of one that hangs"""
    version = survey.get("portaudio", "")
    if "error" in survey:
        found, advice = survey["error"], _PUT_RIGHT
        if found == NO_PORTAUDIO:
            found, advice = found.removesuffix(f": {INSTALL_PORTAUDIO}"), INSTALL_PORTAUDIO
        elif found.startswith(_COULD_NOT):
            advice = _INSTALL_ANEW
        return Check(_GROUP, "PortAudio", State.WRONG, found, advice)
    if hangs and "host_apis" not in survey:
        found = f"{version}: hangs while it starts".removeprefix(": ")
        return Check(_GROUP, "PortAudio", State.WRONG, found, why)
    apis = ", ".join(f"{api['name']} ({api['devices']})" for api in survey.get("host_apis", []))
    return Check(_GROUP, "PortAudio", State.OK, f"{version}; devices: {apis or 'none'}")


def _devices(survey: dict[str, Any], hangs: bool) -> list[Check]:
    unknown = "not known: PortAudio does not answer" if hangs else "not known without PortAudio"
    checks = []
    for kind, name, advice in (
        ("input", "input devices", _MICROPHONE),
        ("output", "output devices", ""),
    ):
        if kind not in survey:
            checks.append(Check(_GROUP, name, State.NOTE, unknown))
            continue
        devices = survey[kind]
        if not devices:
            state = State.WRONG if kind == "input" else State.NOTE
            checks.append(Check(_GROUP, name, state, "none", advice))
            continue
        checks.append(Check(_GROUP, name, State.OK, _listed(devices)))
        if kind == "input":
            checks.append(_default(devices))
    return checks


def _listed(devices: Sequence[dict[str, Any]]) -> str:
    names = [f"{device['name']} ({device['host_api']})" for device in devices[:_MOST_NAMES]]
    more = len(devices) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _default(devices: Sequence[dict[str, Any]]) -> Check:
    default = next((device for device in devices if device["default"]), None)
    if default is None:
        found = f"none; livemel takes the first: {devices[0]['name']}"
        return Check(_GROUP, "default input", State.NOTE, found, "choose one with --device NAME")
    channels = "1 channel" if default["channels"] == 1 else f"{default['channels']} channels"
    found = f"{default['name']}, {channels}, {default['default_sr']} Hz"
    return Check(_GROUP, "default input", State.OK, found)


def _server(servers: Sequence[Server], survey: dict[str, Any]) -> Check:
    jack = [a for a in survey.get("host_apis", []) if "JACK" in a["name"] and a["devices"]]
    found = "; ".join([*(server.found for server in servers), *("JACK runs" for _ in jack)])
    if any(map(_fails, servers)):
        return Check(_GROUP, "sound server", State.WRONG, found, _RESTART)
    if not all(server.records for server in servers):
        has_others = not all(map(is_plug_in, survey.get("input", ())))
        state = State.NOTE if has_others else State.WRONG
        return Check(_GROUP, "sound server", state, found, _NOTHING_TO_RECORD)
    if found:
        return Check(_GROUP, "sound server", State.OK, found)
    if others := "" if named_server() else of_another("XDG_RUNTIME_DIR"):
        state = State.NOTE if survey.get("input") else State.WRONG
        return Check(_GROUP, "sound server", state, "cannot be looked for", others)
    if survey.get("input") or sys.platform in ("win32", "darwin"):
        return Check(_GROUP, "sound server", State.OK, "none, and none is needed")
    return Check(_GROUP, "sound server", State.NOTE, "none", _START)


def _pactl(served: bool) -> list[Check]:
    """With it the server's devices are listed one by one."""
    if not served or shutil.which("pactl") is not None:
        return []
    found, advice = (
        "not installed: the server's devices have no names",
        "apt install pulseaudio-utils",
    )
    return [Check(_GROUP, "pactl", State.NOTE, found, advice)]


def _cards(served: bool) -> list[Check]:
    """Whether the sound cards may be used, and the microphone."""
    if sys.platform == "darwin":
        found = "a microphone that is not allowed delivers silence, and no error"
        advice = "System Settings, Privacy & Security, Microphone: allow the terminal"
        return [Check(_GROUP, "permission", State.NOTE, found, advice)]
    if sys.platform != "linux":
        return []
    cards = sorted(_CARDS.glob("pcm*c")) if _CARDS.is_dir() else []
    if not cards:
        return [Check(_GROUP, "sound cards", State.NOTE, "the kernel knows none that records")]
    shut = [card.name for card in cards if not os.access(card, os.R_OK | os.W_OK)]
    if not shut:
        return [Check(_GROUP, "sound cards", State.OK, f"{len(cards)} to record from")]
    found = f"{len(shut)} of {len(cards)} may not be opened by this user"
    state = State.NOTE if served else State.WRONG  # a server opens them in its own name
    advice = "" if served else "sudo usermod -aG audio $USER, then log in anew"
    return [Check(_GROUP, "sound cards", state, found, advice)]
