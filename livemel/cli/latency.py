"""`livemel latency`: how long the way is from an output to an input, by clicks."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from livemel.cli.arguments import Parser
from livemel.cli.terminal import put, tell
from livemel.engine.clock_drift import Drift
from livemel.errors import ParameterError

# The whole recording is filtered at once: of so many clicks 26 MB of sound. And the moment of each
# block is kept, 100 a second.
_CLICKS, _MOST_CLICKS = 20, 200
_MOST_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Line:
    what: str
    value: str
    more: str = ""


def run(arguments: Sequence[str]) -> int:
    """Play, listen, and say what was found."""
    options = _parser().parse_args(arguments)
    if not 3 <= options.clicks <= _MOST_CLICKS:
        raise ParameterError(f"clicks={options.clicks} is not between 3 and {_MOST_CLICKS}")
    if options.channel is not None and options.channel < 1:
        raise ParameterError(f"channel={options.channel} is out of range: channels count from 1")
    if options.seconds is not None and not 0 < options.seconds <= _MOST_S:
        raise ParameterError(f"seconds={options.seconds:g} is not between 0 and {_MOST_S:g}")
    from livemel.engine.round_trip import clicks_at, clicks_last_s, measure
    from livemel.sources.clicks import hear_clicks

    needed_s = clicks_last_s(options.clicks)
    seconds = max(needed_s, options.seconds or 0.0)
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"{options.clicks} clicks: {seconds:.0f} s", file=sys.stderr)
    found = measure(
        hear_clicks(
            options.device,
            options.output_device,
            options.channel,
            partial(clicks_at, clicks=options.clicks),
            needed_s,
            seconds,
        )
    )
    figures = _figures(found)
    if options.json:
        put(json.dumps(figures, indent=2))
    else:
        tell(*_text(figures).split("\n"))
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="livemel latency",
        description="Play clicks on an output device and find them in the input, through a cable, "
        "the air, or a monitor of the output. Tells how long the whole way is, and how fast the "
        "devices' clocks run against the computer's.",
        allow_abbrev=False,
    )
    parser.add_argument("--device", metavar="D", help="input device, by number or name")
    parser.add_argument("--channel", type=int, metavar="N", help="of the input, from 1 (1)")
    parser.add_argument("--output-device", metavar="D", help="output device, by number or name")
    parser.add_argument(
        "--clicks", type=int, default=_CLICKS, metavar="N", help=f"to play ({_CLICKS})"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        metavar="S",
        help="to listen: a longer run knows the clocks better (as long as the clicks last)",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _figures(found: Any) -> dict[str, Any]:
    import numpy as np

    p5, p95 = np.percentile(found.ways_ms, (5, 95))
    output_ms, input_ms = found.said_ms
    return {
        "output": found.output,
        "input": found.input,
        "clicks": {"played": found.played, "found": found.found},
        "over_noise_db": round(found.over_noise_db, 1),
        "whole_way_ms": {
            "median": round(found.median_ms, 3),
            "p5": round(float(p5), 3),
            "p95": round(float(p95), 3),
            "sd": round(float(np.std(found.ways_ms, ddof=1)), 3),
        },
        "drivers_ms": {
            "output": round(output_ms, 3),
            "input": round(input_ms, 3),
            "sum": round(output_ms + input_ms, 3),
        },
        "clock_drift_ppm": {
            name: _drift(drift)
            for name, drift in zip(("output", "input"), found.drifts, strict=True)
        },
        "holes": dict(zip(("output", "input"), found.flagged, strict=True)),
        "stopped_after_s": {
            name: None if seconds is None else round(seconds, 3)
            for name, seconds in zip(("output", "input"), found.stopped_s, strict=True)
        },
    }


def _drift(drift: Drift | None) -> dict[str, float] | None:
    if drift is None:
        return None
    return {"ppm": round(drift.ppm, 3), "error": round(drift.error_ppm, 3)}


def _text(figures: dict[str, Any]) -> str:
    way, said, clicks = figures["whole_way_ms"], figures["drivers_ms"], figures["clicks"]
    holes = figures["holes"]
    lines = [
        _Line("played on", figures["output"]),
        _Line("heard on", figures["input"]),
        _Line(
            "clicks",
            f"{clicks['found']} of {clicks['played']} found",
            f"{figures['over_noise_db']:.0f} dB over the noise",
        ),
        *(
            _Line(
                f"{name} stopped",
                f"after {seconds:.1f} s",
                "it went away, or its sound server hangs: measure again",
            )
            for name, seconds in figures["stopped_after_s"].items()
            if seconds is not None
        ),
        _Line(
            "whole way",
            f"{way['median']:.1f} ms",
            f"median; p5 {way['p5']:.1f}, p95 {way['p95']:.1f}, sd {way['sd']:.1f}",
        ),
        _Line(
            "drivers say",
            f"{said['sum']:.1f} ms",
            f"output {said['output']:.1f} + input {said['input']:.1f}",
        ),
        *(
            _Line(f"{name} clock", _drift_text(figures["clock_drift_ppm"][name]))
            for name in ("output", "input")
        ),
    ]
    if any(holes.values()):
        lines.append(
            _Line(
                "holes",
                f"{holes['output']} + {holes['input']}",
                "output + input: the computer was busy, and the way may have grown: measure again",
            )
        )
    first, second = (max(len(line) for line in column) for column in (
        [line.what for line in lines], [line.value for line in lines if line.more]
    ))  # fmt: skip
    return "\n".join(
        f"{line.what:{first}}  {line.value:{second}}  {line.more}".rstrip() for line in lines
    )


def _drift_text(drift: dict[str, float] | None) -> str:
    if drift is None:
        return "not known: listen longer (--seconds 60)"
    return f"{drift['ppm']:+.1f} ± {drift['error']:.1f} ppm of the computer's"
