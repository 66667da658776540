"""Which sound server libpulse is told to use: by $PULSE_SERVER, or by its file client.conf.

Standard library only: the capture process asks too.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from livemel.files import read_bounded

_KEY = "default-server"
_SYSTEMS = Path("/etc/pulse/client.conf")
_MOST_BYTES = 1 << 16


def named_server() -> str:
    """Addresses of servers, in the order in which they are tried; "" where libpulse looks for them.

    Takes some 0.1 ms.
    """
    named = os.environ.get("PULSE_SERVER")
    return _default_server() if named is None else named


def _default_server() -> str:
    """One client.conf counts: the named one, else one's own, else the system's. What is beside it
    in client.conf.d comes after it, by name, and the last word counts.
    """
    for main in _candidates():
        try:
            words = [*_said_in(main)]
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:  # it is there, and may not be read: no other is taken for it
            return ""
        with suppress(OSError):
            for file in sorted(Path(f"{main}.d").glob("*.conf")):
                with suppress(OSError):
                    words += _said_in(file)
        return words[-1] if words else ""
    return ""


def _candidates() -> list[Path]:
    named = os.environ.get("PULSE_CLIENTCONFIG")
    if named is not None:
        return [Path(named)]
    home = os.environ.get("HOME")
    own = [Path(home, ".config", "pulse", "client.conf")] if home else []
    return [*own, _SYSTEMS]


def _said_in(path: Path) -> Iterator[str]:
    """The values that a file gives to the key. Raises OSError."""
    for line in read_bounded(path, _MOST_BYTES).decode(errors="surrogateescape").splitlines():
        # A comment begins wherever either of its signs stands.
        key, _, value = line.partition(";")[0].partition("#")[0].partition("=")
        if key.strip() == _KEY:
            yield value.strip()
