"""What the PulseAudio or PipeWire server has, asked of `pactl`. PortAudio knows only the server.

Standard library only: the capture process asks too.
"""

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from livemel.errors import SourceError
from livemel.files import is_there
from livemel.sources.pulse_config import named_server

HOST_API = "PulseAudio"
HANGS = "the sound server does not answer: restart it"
_PATIENCE_S = 2.0  # it takes 5 ms


@dataclass(frozen=True, slots=True)
class PulseSource:
    """Something the server records from.

    name : what the server knows it by, for ever; description : for a person; sr : in Hz
    channel_map : their names, as libpulse reads them; plays : it is what a sink plays
    """

    name: str
    description: str
    channels: int
    sr: int
    channel_map: str
    plays: bool


@dataclass(frozen=True, slots=True)
class PulseState:
    """All sources, in the server's order, and the name of the default one or ""."""

    sources: tuple[PulseSource, ...] = ()
    default_name: str = ""

    @property
    def default(self) -> PulseSource | None:
        return self.named(self.default_name)

    def named(self, name: str) -> PulseSource | None:
        """The source that the server knows by this name."""
        return next((source for source in self.sources if source.name == name), None)


def has_server() -> bool:
    """Whether there is a server to ask and something to ask it with. Only looks at files.

    It matters, because asking may start a server that nobody runs.
    """
    return shutil.which("pactl") is not None and any(
        is_there(address) if isinstance(address, Path) else True for address in _addresses()
    )


def sockets() -> list[Path]:
    """Where the server's socket may be."""
    return [address for address in _addresses() if isinstance(address, Path)]


def pulse_state(patience_s: float = _PATIENCE_S) -> PulseState | None:
    """What there is now; None where no server answers. Blocks for some ms.

    Raises SourceError where one hangs.
    """
    if not has_server():
        return None
    listed = _pactl(patience_s, "list", "sources")
    info = _pactl(patience_s, "info") if listed is not None else None
    if listed is None or info is None:
        if any(map(_is_silent, sockets())):
            raise SourceError(HANGS)
        return None
    lines = info.splitlines()
    default = next((_value(line) for line in lines if line.startswith("Default Source:")), "")
    return PulseState(tuple(parse_sources(listed)), default)


def parse_sources(text: str) -> list[PulseSource]:
    """The answer to `pactl list sources`, in English.

    Not as JSON: that of pactl 16 has "(null)" for a description with other letters than ASCII's.
    """
    found: list[PulseSource] = []
    for part in f"\n{text}".split("\nSource #")[1:]:
        facts: dict[str, str] = {}
        for line in part.splitlines()[1:]:
            if line.startswith("\t") and not line.startswith("\t\t"):
                key, _, value = line.strip().partition(":")
                facts.setdefault(key, value.strip())
        try:
            _, channels, sr = facts["Sample Specification"].split()
            source = PulseSource(
                name=facts["Name"],
                description=facts.get("Description") or facts["Name"],
                channels=int(channels.removesuffix("ch")),
                sr=int(sr.removesuffix("Hz")),
                channel_map=facts.get("Channel Map", ""),
                plays=facts.get("Monitor of Sink", "n/a") != "n/a",
            )
        except (KeyError, ValueError):
            continue
        found.append(source)
    return found


def pactl_command(*arguments: str) -> list[str]:
    """`pactl`, and where it can be said that it dies with the thread that started it."""
    setpriv = shutil.which("setpriv")
    return [*([setpriv, "--pdeathsig", "KILL"] if setpriv else []), "pactl", *arguments]


def pactl_environment() -> dict[str, str]:
    """In English, whatever the person reads."""
    return {**os.environ, "LC_ALL": "C"}


def _pactl(patience_s: float, *arguments: str) -> str | None:
    """What it says, or None if it gets no answer. Raises SourceError after patience_s."""
    try:
        done = subprocess.run(
            pactl_command(*arguments),
            env=pactl_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=patience_s,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(HANGS) from None
    except OSError:
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def _is_silent(path: Path) -> bool:
    """Whether somebody listens there who lets no more in: as many wait as are let wait. libpulse
    calls that "refused", as where nobody listens.
    """
    import socket  # few need it

    if not hasattr(socket, "AF_UNIX"):
        return False
    with socket.socket(socket.AF_UNIX) as door:
        door.setblocking(False)
        try:
            door.connect(str(path))
        except BlockingIOError:
            return True
        except (OSError, ValueError):  # it can be no name
            return False
    return False


def _addresses() -> list[Path | str]:
    """Sockets, and addresses elsewhere, in libpulse's order."""
    if named := named_server():
        return [_address(part) for part in named.split()]
    folders = [os.environ.get("PULSE_RUNTIME_PATH"), os.environ.get("XDG_RUNTIME_DIR")]
    paths = [Path(folders[0], "native")] if folders[0] else []
    paths += [Path(folders[1], "pulse", "native")] if folders[1] else []
    if hasattr(os, "getuid"):
        paths.append(Path(f"/run/user/{os.getuid()}/pulse/native"))
    home = os.environ.get("HOME")
    if home:
        with suppress(OSError):  # another's home
            paths += sorted(Path(home, ".config", "pulse").glob("*-runtime/native"))
    return [*paths, Path("/run/pulse/native")]


def _address(text: str) -> Path | str:
    text = text.rpartition("}")[2]  # {machine}address
    text = text.removeprefix("unix:")
    return Path(text) if text.startswith("/") else text


def _value(line: str) -> str:
    return line.partition(":")[2].strip()
