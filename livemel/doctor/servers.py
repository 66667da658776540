"""The sound servers of a Linux desktop: whether they are there, and whether they answer.

PulseAudio's native protocol, which PipeWire speaks too, is asked two questions: may I come in, and
who are you. Only sockets of this computer: nothing goes over the network.
"""

import os
import re
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from livemel.files import is_there
from livemel.sources.pulse_config import named_server

_REPLY, _AUTH, _SERVER_INFO = 2, 8, 20
# From 13 on a client must introduce itself with a list of properties.
_PROTOCOL = 12
_COOKIE_BYTES = 256
_CONTROL = 0xFFFFFFFF  # the channel of commands
_MOST_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Server:
    """A server that there is, or should be. found : in words; records : it has a default source"""

    found: str
    is_there: bool
    answers: bool
    records: bool = True


def sound_servers(timeout_s: float) -> list[Server]:
    """PulseAudio (or PipeWire in its place) and PipeWire, where they are named or found."""
    return [*_pulse(timeout_s), *_pipewire(timeout_s)]


def _pulse(timeout_s: float) -> list[Server]:
    named = named_server()
    # "{machine}unix:/path tcp:host": the first that is of this computer
    addresses = [re.sub(r"^\{[^}]*\}", "", part) for part in named.split()]
    paths = [part.removeprefix("unix:") for part in addresses if part.startswith(("unix:", "/"))]
    if named and not paths:
        return [Server("PulseAudio on another computer, not asked", False, True)]
    if not named:
        runtime = os.environ.get("XDG_RUNTIME_DIR", "/nowhere")
        own = os.environ.get("PULSE_RUNTIME_PATH") or f"{runtime}/pulse"
        paths = [p for p in (f"{own}/native", "/run/pulse/native") if is_there(Path(p))]
        if not paths:
            return []
    try:
        who, microphone = ask_pulse(paths[0], timeout_s)
    except (TimeoutError, BlockingIOError):
        return [Server("PulseAudio does not answer", True, False)]
    except PermissionError:
        return [Server("PulseAudio refuses this user", True, False)]
    except (OSError, ValueError):
        return [Server("PulseAudio is not reachable", True, False)]
    found = f"{who}, records from {microphone or 'nothing'}"
    return [Server(found, True, True, records=bool(microphone))]


def _pipewire(timeout_s: float) -> list[Server]:
    """Its own protocol is not spoken here: somebody listens, or not."""
    name = os.environ.get("PIPEWIRE_REMOTE") or "pipewire-0"
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / name
    if not is_there(path):
        return []
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(timeout_s)
        try:
            client.connect(str(path))
        except OSError:
            return [Server("PipeWire is not reachable", True, False)]
    return [Server("PipeWire", True, True)]


def ask_pulse(path: str, timeout_s: float) -> tuple[str, str]:
    """(name and version, default source) of the server at that socket.

    Raises TimeoutError if it does not answer, PermissionError if it refuses, OSError if nobody is
    there, ValueError for an answer that is none.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(timeout_s)
        client.connect(path)
        hello = _number(_PROTOCOL) + b"x" + struct.pack(">I", _COOKIE_BYTES) + bytes(_COOKIE_BYTES)
        _send(client, _AUTH, hello, introduce=True)
        _receive(client)
        _send(client, _SERVER_INFO, b"")
        name, version, _user, _host, _sink, source = _texts(_receive(client))[:6]
    return f"{name} {version}".strip(), source


def _number(n: int) -> bytes:
    return b"L" + struct.pack(">I", n)


def _send(client: socket.socket, command: int, rest: bytes, *, introduce: bool = False) -> None:
    payload = _number(command) + _number(command) + rest
    packet = struct.pack(">5I", len(payload), _CONTROL, 0, 0, 0) + payload
    # The kernel vouches for who we are: the same user needs no cookie.
    credentials = getattr(socket, "SCM_CREDENTIALS", None)
    if introduce and credentials is not None:
        us = struct.pack("3i", os.getpid(), os.getuid(), os.getgid())
        client.sendmsg([packet], [(socket.SOL_SOCKET, credentials, us)])
    else:
        client.sendall(packet)


def _receive(client: socket.socket) -> bytes:
    """What follows the tag of a reply."""
    length, *_ = struct.unpack(">5I", _exactly(client, 20))
    if not 10 <= length <= _MOST_BYTES:
        raise ValueError(f"a packet of {length} bytes")
    payload = _exactly(client, length)
    if struct.unpack(">I", payload[1:5])[0] != _REPLY:
        raise PermissionError("refused")
    return payload[10:]


def _exactly(client: socket.socket, n: int) -> bytes:
    data = b""
    while len(data) < n:
        part = client.recv(n - len(data))
        if not part:
            raise ValueError("it hung up")
        data += part
    return data


def _texts(data: bytes) -> Sequence[str]:
    """The texts of a list of tagged values: t text, N no text, a sample format, L a number."""
    texts: list[str] = []
    at = 0
    while at < len(data) and len(texts) < 6:
        tag = data[at : at + 1]
        if tag == b"t":
            end = data.index(b"\0", at)
            texts.append(data[at + 1 : end].decode(errors="replace"))
            at = end + 1
        elif tag == b"N":
            texts.append("")
            at += 1
        elif tag == b"a":
            at += 7
        elif tag == b"L":
            at += 5
        else:
            raise ValueError(f"unknown tag {tag!r}")
    return [*texts, *[""] * (6 - len(texts))]
