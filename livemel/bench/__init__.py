"""What this computer makes of livemel: ratios to known work, and the limits they should keep; and
what the hum detector finds, which is the same on every computer.

A ratio, because milliseconds differ from one computer to the next and from one hour to the next;
what else the same computer does in the same seconds is the measure.
"""

from collections.abc import Callable, Mapping, Sequence

from livemel.bench.child import ONE_THREAD, child_rows
from livemel.bench.rows import Row, say, table, to_json
from livemel.bench.window import window_rows
from livemel.errors import ParameterError

__all__ = ["BENCHES", "run_benches"]

# Name → what a person waits for meanwhile, and how to get the rows.
BENCHES: Mapping[str, tuple[str, Callable[[], list[Row]]]] = {
    "transform": (
        "60 s of noise through log_mel, librosa and rfft in turn",
        lambda: child_rows("transform", ONE_THREAD),
    ),
    "push": (
        "one hop after the other, as it happens live",
        lambda: child_rows("push", ONE_THREAD),
    ),
    "channels": (
        "1, 2, 4 … 64 channels live, in real time, a minute and a half",
        lambda: child_rows("channels", ONE_THREAD),
    ),
    "export": (
        "ten minutes of noise from a file to a file, and through librosa",
        lambda: child_rows("export", ONE_THREAD),
    ),
    "check": (
        "an hour of a scene, its faults and its columns in turn",
        lambda: child_rows("check", ONE_THREAD),
    ),
    "paint": (
        "SpectrogramView and pyqtgraph's ImageItem in turn, 60 paints a second",
        lambda: child_rows("paint"),
    ),
    "zoom": (
        "a wheel step over five frozen minutes, and ImageItem's render of them",
        lambda: child_rows("zoom"),
    ),
    "hum": (
        "10,000 sounds with hum and without",
        lambda: child_rows("hum", ONE_THREAD),
    ),
    "faults": (
        "clipping, dropouts and discontinuities of known places, a minute",
        lambda: child_rows("faults", ONE_THREAD),
    ),
    "window": ("the whole window, twice", window_rows),
}
# No figures of this computer, but of what is found: a limit that is not kept is a fault.
_MUST_KEEP = ("hum",)


def run_benches(only: Sequence[str] | None = None, *, as_json: bool = False) -> int:
    """Run the benches and print their table to stdout; progress goes to stderr.

    only : names from BENCHES; None or none is all
    as_json : print the rows as JSON instead
    Returns : 0, also where a limit of speed is exceeded: the table says "over"; 1 where one of
        what is found is
    Raises ParameterError for a name that is not there.
    """
    names = list(dict.fromkeys(only or BENCHES))
    for name in names:
        if name not in BENCHES:
            raise ParameterError(f"unknown bench {name!r}: there are {', '.join(BENCHES)}")
    rows: list[Row] = []
    for i, name in enumerate(names, 1):
        doing, run = BENCHES[name]
        say(f"[{i}/{len(names)}] {name}: {doing}")
        rows += run()
    print(to_json(rows) if as_json else table(rows), flush=True)
    broken = [row for row in rows if row.bench in _MUST_KEEP and row.verdict != "ok" and row.limit]
    return 1 if broken else 0
