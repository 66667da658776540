"""Libraries that Qt's plugins ask for: found missing by the loader itself, and known by package."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import PySide6
import pytest
from livemel.doctor.display import platform_files
from livemel.doctor.packages import _PACKAGES, install_line
from livemel.doctor.screen import lacking_libraries
from livemel.doctor.versions import BAD_PYSIDE, check_versions, versions

QT = Path(PySide6.__file__).parent / "Qt"


def loaded_by(files: list[Path]) -> dict[str, Path]:
    """Name → path of all libraries of the system that the loader would load for them."""
    said = subprocess.run(
        ["ldd", *map(str, files)], capture_output=True, text=True, check=False
    ).stdout
    pairs = [line.split(" (")[0].strip().split(" => ") for line in said.splitlines()]
    found = {pair[0]: Path(pair[1]) for pair in pairs if len(pair) == 2}
    return {name: path for name, path in found.items() if QT not in path.parents}


def owners(paths: set[Path]) -> dict[str, str]:
    """Path → the Debian package that it is from. /lib is /usr/lib, and is known by either name."""
    said = subprocess.run(
        ["dpkg", "-S", *map(str, paths)], capture_output=True, text=True, check=False
    ).stdout
    pairs = (line.rsplit(": ", 1) for line in said.splitlines())
    return {path.removeprefix("/usr"): package.split(":")[0] for package, path in pairs}


def test_packages_are_those_that_debian_has_the_libraries_in() -> None:
    found = loaded_by(platform_files())
    known = {name: path for name, path in found.items() if name in _PACKAGES}
    assert len(known) > 15
    places = {name: str(path).removeprefix("/usr") for name, path in known.items()}
    by_path = owners({Path(f"{root}{place}") for place in places.values() for root in ("", "/usr")})
    for name, place in places.items():
        assert by_path[place].removesuffix("t64") == _PACKAGES[name]


def test_nothing_is_lacking_where_qt_runs() -> None:
    files = [file for file in platform_files() if file.name == "libqxcb.so"]
    assert lacking_libraries(files, 10.0) == ([], "")


def test_what_the_loader_does_not_find_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plugin that asks for a library which no computer has, besides those that this one has."""
    [plugin] = [file for file in platform_files() if file.name == "libqxcb.so"]
    monkeypatch.setenv("LD_LIBRARY_PATH", str(QT / "lib"))
    copy = tmp_path / "libqxcb.so"
    shutil.copy(plugin, copy)
    assert b"libxcb-icccm.so.4\0" in copy.read_bytes()
    copy.write_bytes(copy.read_bytes().replace(b"libxcb-icccm.so.4\0", b"libxcb-icccm.so.9\0"))
    assert lacking_libraries([copy], 10.0) == (["libxcb-icccm.so.9"], "")
    assert (
        install_line(["libxcb-icccm.so.4", "libodd.so.1"])
        == "apt install libodd.so.1 libxcb-icccm4"
    )


def test_versions_of_pyside_that_must_not_be_used_are_those_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    [line] = [d for d in project["project"]["dependencies"] if d.startswith("PySide6")]
    excluded = {part[2:] for part in line.split("Essentials")[1].split(",") if part[:2] == "!="}
    assert excluded | {"6.12.0"} == set(BAD_PYSIDE)
    assert "<6.12" in line
    for version in BAD_PYSIDE:
        bad = [c for c in check_versions({**versions(), "pyside6": version}) if c.name == "PySide6"]
        assert [check.state for check in bad] == ["wrong"]
    assert [c.state for c in check_versions(versions())] == ["ok"] * 4
