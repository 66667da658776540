"""Which versions of what are there."""

import platform
from importlib import metadata

from livemel.doctor.check import Check, State
from livemel.version import __version__

_GROUP = "Versions"
# Names of distributions, by what they are called here.
_PACKAGES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "pyside6": "PySide6-Essentials",
    "pyqtgraph": "pyqtgraph",
    "sounddevice": "sounddevice",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "platformdirs": "platformdirs",
    "tomli_w": "tomli-w",
}
# 6.12.0 takes a reference too many from True in every signal, and the process aborts; the others
# have known faults too.
BAD_PYSIDE = ("6.10.1", "6.11.0", "6.11.1", "6.12.0")
_REPAIR = "pip install --upgrade --force-reinstall livemel"


def versions() -> dict[str, str | None]:
    """By name; None where it is missing, and for Qt and PortAudio, which others ask."""
    return {
        "livemel": __version__,
        "python": platform.python_version(),
        **{name: _version(package) for name, package in _PACKAGES.items()},
        "qt": None,
        "portaudio": None,
        "libsndfile": _libsndfile(),
        "system": _system(),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def check_versions(known: dict[str, str | None]) -> list[Check]:
    """What is missing or has known faults, and all of them."""
    missing = [_PACKAGES[name] for name in _PACKAGES if known.get(name) is None]
    found = ", ".join(f"{_PACKAGES[name]} {known[name]}" for name in _PACKAGES)
    packages = Check(_GROUP, "packages", State.OK, found)
    if missing:
        packages = Check(_GROUP, "packages", State.WRONG, f"missing: {', '.join(missing)}", _REPAIR)
    sound = known.get("libsndfile")
    return [
        Check(_GROUP, "livemel", State.OK, f"{known['livemel']}, Python {known['python']}"),
        Check(_GROUP, "system", State.OK, f"{known['system']}, {known['kernel']}"),
        packages,
        *_pyside(known.get("pyside6")),
        Check(_GROUP, "libsndfile", State.OK, sound)
        if sound
        else Check(_GROUP, "libsndfile", State.WRONG, "does not load", _REPAIR),
    ]


def _pyside(version: str | None) -> list[Check]:
    """Only where it is one that must not be used."""
    if version is None or version not in BAD_PYSIDE:
        return []
    advice = "pip install --upgrade 'PySide6-Essentials>=6.9,<6.12'"
    return [Check(_GROUP, "PySide6", State.WRONG, f"{version} has known faults", advice)]


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _libsndfile() -> str | None:
    try:
        import soundfile  # loads the library

        return str(soundfile.__libsndfile_version__)
    except (ImportError, OSError, AttributeError):
        return None


def _system() -> str:
    system = platform.system()
    if system == "Linux":
        try:
            return platform.freedesktop_os_release().get("PRETTY_NAME", system)
        except OSError:
            return system
    return f"macOS {platform.mac_ver()[0]}" if system == "Darwin" else platform.platform()
