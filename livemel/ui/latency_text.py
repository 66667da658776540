"""Where the time goes between a sound and its picture, as a tooltip tells it. No Qt."""

from collections.abc import Mapping, Sequence
from html import escape

from livemel.engine.clock_drift import Drift
from livemel.engine.journey import Percentiles
from livemel.ui.words import mark, translate

# Of each part its name, and from where to where it goes.
_ROWS = (
    ("device_buffer", mark("Latency", "Device buffer"), mark("Latency", "the driver's own figure")),
    ("ring_wait", mark("Latency", "Ring wait"), mark("Latency", "callback → engine")),
    ("engine", mark("Latency", "Engine"), mark("Latency", "sound → column")),
    ("paint", mark("Latency", "Paint"), mark("Latency", "column → painted")),
    (
        "window_centre",
        mark("Latency", "Window centre"),
        mark("Latency", "look-ahead, by arithmetic"),
    ),
    ("sum", mark("Latency", "Sum"), mark("Latency", "sound → picture")),
)
_PERCENTILES = ("p50", "p95", "p99")
_NAME, _WAY, _FIGURE = (f"style='padding: 2px 0 2px {left}px'" for left in (0, 14, 14))


def latency_text(
    parts: Mapping[str, Percentiles | None], drift: Drift | None, has_device: bool
) -> str:
    """A table in HTML: a row a part, a column a percentile.

    parts : as Journey.parts returns them
    drift : of the device's clock, None while it is not known; has_device : whether there is one
    """
    head = translate("Latency", "From sound to picture, in ms")
    lines = [f"<p><b>{_whole(head)}</b></p><table cellspacing='0'>", _row("", "", _PERCENTILES)]
    for key, name, way in _ROWS:
        part = parts[key]
        told = ["–"] * 3 if part is None else [f"{part[p]:.1f}" for p in _PERCENTILES]
        lines.append(_row(translate("Latency", name), translate("Latency", way), told))
    lines.append("</table>")
    if has_device:
        lines.append(f"<p>{_whole(drift_text(drift))}</p>")
    return "".join(lines)


def _row(name: str, way: str, figures: Sequence[str]) -> str:
    cells = "".join(f"<td {_FIGURE} align='right'>{_whole(text)}</td>" for text in figures)
    return f"<tr><td {_NAME}>{_whole(name)}</td><td {_WAY}>{_whole(way)}</td>{cells}</tr>"


def _whole(text: str) -> str:
    """The text in HTML, on one line: tooltips break lines where they can."""
    return escape(text).replace(" ", "\u00a0").replace("-", "\u2011")


def drift_text(drift: Drift | None) -> str:
    """How fast the device's clock runs."""
    if drift is None:
        return translate("Latency", "Device clock: not known yet, it takes ten seconds or more")
    words = translate("Latency", "Device clock: {} ppm ± {} of the computer's")
    digits = 1 if drift.error_ppm < 10 else 0
    ppm = f"{drift.ppm:+.{digits}f}".replace("-", "−")
    return words.format(ppm, f"{drift.error_ppm:.{digits}f}")
