"""Settings as people choose them, and files of settings as no program writes them."""

from typing import Any

from hypothesis import strategies as st
from livemel.config import (
    COLOR_MAPS,
    FALSE_ALARMS,
    LEARN_S,
    PANELS,
    REVERSED,
    SPL_OFFSET,
    THEMES,
    WEIGHTINGS,
    FrontEndChoice,
    SavingChoice,
)
from livemel.settings import Settings
from livemel.sources.opening import SourceRequest

_NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=40)
_DEVICES = st.none() | _NAMES.filter(str.isprintable)
_CHANNELS = st.none() | st.integers(1, 64)
SOURCES = st.one_of(
    st.builds(SourceRequest, st.just("mic"), _DEVICES, _CHANNELS),
    st.builds(SourceRequest, st.sampled_from(["demo", "demo:vowels", "demo:gone"])),
)
FRONTENDS = st.builds(
    FrontEndChoice,
    st.sampled_from(["live", "whisper-80", "kaldi"]),
    changes=st.fixed_dictionaries(
        {},
        optional={
            "n_mels": st.integers(1, 80),
            "fmin": st.floats(0, 1000),
            "fmax": st.none() | st.floats(2000, 8000),
            "mel_scale": st.sampled_from(["slaney", "htk"]),
            "power": st.sampled_from([1.0, 2.0]),
        },
    ),
    view=st.sampled_from(["mel", "linear", "waveform", "mfcc"]),
)
_ENDS = st.floats(-1000, 1000)
SAVING = st.builds(
    SavingChoice,
    kind=st.sampled_from(["png", "svg", "pdf"]),
    width=st.floats(80, 500),
    height=st.floats(60, 400),
    dpi=st.integers(120, 600),
    look=st.sampled_from(["paper", "screen"]),
    seconds=st.none() | st.floats(0.1, 3600),
    packed=st.booleans(),
    sound=st.sampled_from(["wav", "flac"]),
)
SETTINGS = st.builds(
    Settings,
    source=SOURCES,
    frontend=FRONTENDS,
    span_s=st.floats(0.05, 86_400),
    cmap=st.sampled_from([*COLOR_MAPS, *(name + REVERSED for name in COLOR_MAPS)]),
    auto_range=st.booleans(),
    weighting=st.sampled_from(WEIGHTINGS),
    calibrations=st.dictionaries(
        _NAMES.filter(str.isprintable), st.floats(*SPL_OFFSET), max_size=3
    ),
    theme=st.sampled_from(THEMES),
    size=st.tuples(st.integers(320, 16_384), st.integers(240, 16_384)),
    maximized=st.booleans(),
    saving=SAVING,
    level_range=st.none() | st.tuples(_ENDS, _ENDS).filter(lambda ends: ends[1] - ends[0] > 0.1),
    output_device=_DEVICES.filter(lambda name: name != ""),
    panels=st.sets(st.sampled_from(PANELS)).map(
        lambda some: tuple(name for name in PANELS if name in some)
    ),
    slice_width=st.integers(120, 1000),
    waveform_height=st.integers(40, 400),
    diagnosis=st.booleans(),
    findings=st.booleans(),
    learn_s=st.sampled_from(LEARN_S),
    false_alarms=st.sampled_from(sorted(FALSE_ALARMS)),
)


def fields_of(settings: Settings) -> dict[str, Any]:
    """By name."""
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


# What can stand to the right of a key, right and wrong.
_VALUES = st.sampled_from(
    [
        "0", "-1", "1", "true", "false", "nan", "inf", "-inf", "1e400", "0.0", '""', '"mic"', "[]",
        "{}", "[1, 2]", "[2, 1]", "[nan, inf]", "[[1]]", "[1, 'a']", "1979-05-27", "07:32:00",
        "{name = 1}", "{name = 'mic', device = []}", "{name = 'live', changes = 7}",
        "{name = 'x.toml'}", "{name = '/dev/stdin.toml'}", "{name = 'demo:../..'}",
        "{changes = {n_mels = 'x', fmin = -1, sr = 3, foo = 1}}", "{changes = {n_fft = 1048576}}",
        "{changes = {fmax = 1}}", '"\\u0000"', '"\\n"', '"' + "x" * 5000 + '"', "9" * 5000,
        "0x" + "f" * 5000, "[" * 3000, "[" * 3000 + "]" * 3000, "{a=" * 2000, "1" + "_0" * 900,
    ]
)  # fmt: skip
_KEYS = st.sampled_from(
    ["version", *Settings.__dataclass_fields__, "source.device", "source.channel", "frontend.name",
     "frontend.changes", "frontend.changes.n_mels", "a" + ".a" * 500, "[source]", "", "é"]
)  # fmt: skip
_LINES = st.builds("{} = {}".format, _KEYS, _VALUES).map(lambda line: line.encode())


@st.composite
def mutated_files(draw: st.DrawFn, texts: list[bytes]) -> bytes:
    """One of the texts with lines removed, put in, doubled or moved, and bytes changed or cut."""
    data = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        lines = data.split(b"\n")
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.integers(0, 7))
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, draw(_LINES))
        elif kind == 2:
            lines[at] = lines[at].split(b"=")[0] + b"= " + draw(_VALUES).encode()
        elif kind == 3:
            lines.insert(0, lines.pop(at))
        elif kind == 4:
            lines.insert(at, lines[at])
        data = b"\n".join(lines)
        where = draw(st.integers(0, max(0, len(data) - 1)))
        if kind == 5:
            data = data[:where] + draw(st.binary(min_size=1, max_size=4)) + data[where + 1 :]
        elif kind == 6:
            data = data[:where]
        elif kind == 7:
            flipped = bytes(
                [byte ^ (1 << draw(st.integers(0, 7))) for byte in data[where : where + 1]]
            )
            data = data[:where] + flipped + data[where + 1 :]
    return data
