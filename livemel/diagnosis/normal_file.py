"""Normals as files: .npz, numbers and a JSON header; no sound can be had back from them."""

import io
import json
import warnings
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from livemel.diagnosis.cells import Bank, Values
from livemel.diagnosis.normal import Normal, Side
from livemel.diagnosis.tail import Tail
from livemel.dsp.described import frontend_from
from livemel.errors import ParameterError
from livemel.files import TooLargeError, parse_json, read_bounded
from livemel.version import __version__

SUFFIX = ".npz"
_FORMAT, _VERSION = "livemel normal", 1
_ARRAYS = ("median", "spread", "middle", "below", "above")
# 300 000 rows; those of a front-end are a few hundred.
_MOST_BYTES = 16 << 20
# A dictionary of LZMA may ask for 4 GB.
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOST_ROWS = 1 << 16
_LARGE = 1e9


def write_normal(normal: Normal, file: BinaryIO) -> None:
    """Write it to a file that is open for bytes. Raises OSError."""
    header = {
        "format": _FORMAT,
        "version": _VERSION,
        "livemel_version": __version__,
        "frontend": asdict(normal.frontend),
        "longest": normal.bank.longest,
        "tail": asdict(normal.tail),
        "learned_s": normal.learned_s,
        "source": normal.source,
    }
    arrays: dict[str, Any] = {"header": np.array(json.dumps(header, allow_nan=False))}
    arrays |= {"median": normal.median, "spread": normal.spread}
    for name in ("middle", "below", "above"):
        arrays[name] = np.concatenate([getattr(side, name) for side in normal.sides])
    np.savez(file, **arrays)


def load_normal(path: Path) -> Normal:
    """The normal that write_normal wrote. Raises ParameterError with what is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(read_bounded(path, _MOST_BYTES))) as archive:
            found = _arrays(archive)
    except TooLargeError:
        raise ParameterError(
            f"{path} is no normal: it is larger than {_MOST_BYTES >> 20} MB"
        ) from None
    except FileNotFoundError:
        raise ParameterError(f"no such file: {path}") from None
    except OSError as error:
        raise ParameterError(f"cannot read {path}: {error.strerror or error}") from None
    except ParameterError as error:
        raise ParameterError(f"{path} is no normal: {error}") from None
    except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError, NotImplementedError):
        why = "it is not an .npz, or is damaged"
        raise ParameterError(f"{path} is no normal: {why}") from None
    except Exception as error:  # a damaged stream: zlib's and others' own kinds
        raise ParameterError(f"{path} is no normal: {error}") from None
    try:
        return _normal(found)
    except ParameterError as error:
        raise ParameterError(f"{path} is no normal: {error}") from None


def _arrays(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Its members, none of them larger than what is there."""
    wanted = {f"{name}.npy": name for name in ("header", *_ARRAYS)}
    members = {info.filename: info for info in archive.infolist()}
    for file_name in wanted:
        if file_name not in members:
            raise ParameterError(f"{file_name.removesuffix('.npy')!r} is missing")
    if any(members[name].compress_type not in _KINDS for name in wanted):
        raise ParameterError("it is compressed in a way that numpy does not write")
    if sum(members[file_name].file_size for file_name in wanted) > _MOST_BYTES:
        raise ParameterError(f"it is larger than {_MOST_BYTES >> 20} MB")
    return {name: _array(archive.read(file), name) for file, name in wanted.items()}


def _array(data: bytes, name: str) -> Any:
    """One array. Its header says how large it is: that is not believed, but compared."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ParameterError(f"{name!r} is of an unknown kind")
    with warnings.catch_warnings():  # of headers as Python 2 wrote them: nobody is to be told
        warnings.simplefilter("ignore")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    rest = data[file.tell() :]
    kind = "U" if name == "header" else "f"
    size = int(np.prod([int(n) for n in shape], dtype=object))
    if dtype.kind != kind or dtype.hasobject or size * dtype.itemsize != len(rest):
        raise ParameterError(f"{name!r} is not what it should be")
    if name == "header":
        if shape != () or not rest:
            raise ParameterError("'header' is not a text")
        return str(np.frombuffer(rest, dtype)[0])
    if len(shape) != 1:
        raise ParameterError(f"{name!r} is not a list of numbers")
    values = np.frombuffer(rest, dtype).astype(np.float32)
    if not np.isfinite(values).all() or (np.abs(values) > _LARGE).any():
        raise ParameterError(f"{name!r} holds a number that is not finite or too large")
    if name in ("spread", "below", "above") and not (values > 0).all():
        raise ParameterError(f"{name!r} holds a spread that is not above 0")
    return values


def _normal(found: dict[str, Any]) -> Normal:
    try:
        header = parse_json(found["header"])
    except ValueError:
        raise ParameterError("its header is not JSON") from None
    if not isinstance(header, dict) or header.get("format") != _FORMAT:
        raise ParameterError("its header is another one")
    if header.get("version") != _VERSION:
        raise ParameterError(f"version={header.get('version')!r} is not {_VERSION}")
    try:
        frontend = frontend_from(header.get("frontend"))
    except TypeError:
        raise ParameterError("'frontend' has a field of the wrong kind") from None
    if frontend.n_rows > _MOST_ROWS:
        raise ParameterError(f"its columns have {frontend.n_rows} rows")
    numbers = {"learned_s": header.get("learned_s"), **_table(header, "tail")}
    for name in ("learned_s", "over", "scale", "shape", "per_hour"):
        value = numbers.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LARGE:
            raise ParameterError(f"{name}={value!r} is not a number from 0 on")
    tail = Tail(*(float(numbers[name]) for name in ("over", "scale", "shape", "per_hour")))
    if not 1e-6 <= tail.shape <= 1:
        raise ParameterError(f"shape={tail.shape:g} is not between 0 and 1")
    learned_s, source = float(numbers["learned_s"]), header.get("source")
    if not isinstance(source, str):
        raise ParameterError(f"source={source!r} is not a text")
    bank = Bank.of(frontend, float("inf")).shortened(header.get("longest"))
    for name in ("median", "spread"):
        if len(found[name]) != frontend.n_rows:
            raise ParameterError(f"{name!r} has {len(found[name])} rows, not {frontend.n_rows}")
    sides = _sides(found, bank)
    return Normal(frontend, found["median"], found["spread"], bank, sides, tail, learned_s, source)


def _sides(found: dict[str, Any], bank: Bank) -> tuple[Side, ...]:
    counts = [len(family.edges) for family in bank.families]
    parts: list[list[Values]] = []
    for name in ("middle", "below", "above"):
        if len(found[name]) != sum(counts):
            raise ParameterError(f"{name!r} has {len(found[name])} cells, not {sum(counts)}")
        parts.append(np.split(found[name], np.cumsum(counts)[:-1]))
    return tuple(Side(*each) for each in zip(*parts, strict=True))


def _table(header: dict[str, Any], name: str) -> dict[str, Any]:
    value = header.get(name)
    if not isinstance(value, dict):
        raise ParameterError(f"{name!r} is missing")
    return value
