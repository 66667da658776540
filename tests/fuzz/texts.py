"""Settings, recipes, scalers, presets and normals that somebody made up: mutants of good ones, and
tables with any value anywhere.
"""

import io
import json
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import tomli_w
from livemel.dsp.models import frontend
from livemel.dsp.scaler import Scaler
from livemel.export.recipe import Recipe

from tests.fuzz.mutants import mutant

Table = dict[str, Any]


_KEYS = ("", "sr", "n_fft", "frontend", "changes", "\n", "\x1b[31m", "<b>", "x" * 300)


def odd_value(random: Random, depth: int = 0) -> Any:
    """A value that nobody expects."""
    plain: tuple[Callable[[], Any], ...] = (
        lambda: random.choice((0, 1, -1, 2, 1 << 31, 1 << 63, -(1 << 63), 10**400, 10**5000)),
        lambda: random.choice((0.0, -0.0, 0.5, 1e-320, 1e308, float("inf"), float("nan"), -1e9)),
        lambda: random.choice(("", "none", "live", "mel", "\0", "\x1b[31m", "<b>", "\ud800", "ä")),
        lambda: random.choice(("x" * 5000, "a\nb", "../../etc/passwd", "__import__('os')")),
        lambda: random.choice((True, False, None)),
    )
    if depth > 3 or random.random() < 0.7:
        return random.choice(plain)()
    size = random.randrange(4)
    if random.random() < 0.5:
        return [odd_value(random, depth + 1) for _ in range(size)]
    return {random.choice(_KEYS): odd_value(random, depth + 1) for _ in range(size)}


def odd_table(random: Random, table: Table) -> Table:
    """The table with some values changed, left out, put elsewhere, or added."""
    found: Table = json.loads(json.dumps(table))
    for _ in range(random.randint(1, 4)):
        inner = [found, *(part for part in found.values() if isinstance(part, dict))]
        part = random.choice(inner)
        keys = [*part] or ["key"]
        key, how = random.choice(keys), random.random()
        if how < 0.7:
            part[key] = odd_value(random)
        elif how < 0.85:
            part.pop(key, None)
        else:
            part[random.choice(("", "sr", "n_fft", "frontend", "\n", "x" * 300))] = odd_value(
                random
            )
    return found


def lying_json(random: Random, tables: tuple[Table, ...]) -> bytes:
    """JSON, or nearly."""
    texts = tuple(json.dumps(table).encode() for table in tables)
    how = random.random()
    if how < 0.5:
        table = odd_table(random, random.choice(tables))
        try:
            return json.dumps(table).encode()
        except ValueError:  # a number of 5000 digits
            return b"[" + b"9" * 5000 + b"]"
    if how < 0.9:
        return mutant(random, texts)
    return _hopeless(random, b"[", b'{"a":')


def lying_toml(random: Random, tables: tuple[Table, ...]) -> bytes:
    """TOML, or nearly."""
    how = random.random()
    if how < 0.5:
        table = odd_table(random, random.choice(tables))
        try:
            return tomli_w.dumps(table).encode("utf-8", "surrogatepass")
        except (TypeError, ValueError):  # of what has no place in TOML
            pass
    if how < 0.9:
        return mutant(random, tuple(tomli_w.dumps(table).encode() for table in tables))
    return _hopeless(random, b"a = [", b"a.")


def _hopeless(random: Random, *openings: bytes) -> bytes:
    return random.choice(
        (
            b"",
            b"\0" * 100,
            b"\xff\xfe\x00",
            b"\xef\xbb\xbf",
            random.choice(openings) * random.choice((10, 1_000, 100_000)),
            random.randbytes(2000),
            b"x" * (8 << 20),
        )
    )


@cache
def recipes() -> tuple[Table, ...]:
    models = ("live", "whisper-80", "hum")
    found = (Recipe(frontend=frontend(name), name=name).to_json() for name in models)
    return tuple(json.loads(text) for text in found)


@cache
def scalers() -> tuple[Table, ...]:
    each = {"kind": "mean-std", "per_bin": True, "shift": (0.0, 1.0), "spread": (1.0, 2.0)}
    one = {"kind": "min-max", "per_bin": False, "shift": (0.0,), "spread": (1.0,)}
    fitted = {"frontend": frontend("live"), "frontend_name": "live"}
    return tuple(json.loads(Scaler(**table).to_json()) for table in (each, one, one | fitted))


def presets() -> tuple[Table, ...]:
    fields = {"n_mels": 64, "fmax": 8000.0, "mel_scale": "htk", "normalise": "none"}
    return ({"name": "my", "base": "whisper-80", "title": "mine", "frontend": fields},)


def settings_tables() -> tuple[Table, ...]:
    chosen = {
        "version": 1,
        "source": {"name": "mic", "device": "default", "channel": 2},
        "frontend": {"name": "whisper-80", "view": "mel", "changes": {"n_mels": 64}},
        "span_s": 12.5,
        "cmap": "viridis",
        "auto_range": True,
        "weighting": "A",
        "calibrations": {"default": 94.0},
        "theme": "light",
        "size": [1280, 720],
        "level_range": [-80.0, 0.0],
        "saving": {"picture": "png"},
        "panels": ["slice", "f0"],
        "slice_width": 200,
        "learn_s": 10,
        "false_alarms": "hour",
    }
    return (chosen, {"files": ["/a/b.wav", "/ä/ü.flac"]})


def lying_normal(random: Random, good: bytes) -> bytes:
    """An .npz, or nearly: mutants, and arrays of other shapes and kinds under the same names."""
    if random.random() < 0.7:
        return mutant(random, (good,))
    import numpy as np

    with np.load(io.BytesIO(good), allow_pickle=False) as file:
        arrays = dict(file)
    header = json.loads(str(arrays["header"]))
    if random.random() < 0.5:
        try:
            arrays["header"] = np.array(json.dumps(odd_table(random, header)))
        except ValueError:
            arrays["header"] = np.array("9" * 5000)
    else:
        name = random.choice([*arrays])
        shape = random.choice(((), (0,), (1,), (3, 3), (70_000,)))
        with np.errstate(invalid="ignore", over="ignore"):
            value = np.array(random.choice((0, np.nan, 1e30, 1))).astype(random.choice("fdgeiU"))
        arrays[name] = np.full(shape, value)
    file_out = io.BytesIO()
    random.choice((np.savez, np.savez_compressed))(file_out, **arrays)
    return file_out.getvalue()
