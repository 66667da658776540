"""Where the time goes between a sound and its picture, as a tooltip tells it. No Qt."""

from collections.abc import Mapping
from html import escape

from livemel.engine.clock_drift import Drift
from livemel.engine.journey import Percentiles
from livemel.ui.words import mark, translate

# Of each part its name, and from where to where it goes.
_ROWS = (
    ("device_buffer", mark("Latency", "Device buffer"), mark("Latency", "PortAudio's own figure")),
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
_CELL = 'style="padding: 1px 0 1px 14px" align="right"'


def latency_text(
    parts: Mapping[str, Percentiles | None], drift: Drift | None, has_device: bool
) -> str:
    """A table in HTML: a row a part, a column a percentile.

    parts : as Journey.parts returns them
    drift : of the device's clock, None while it is not known; has_device : whether there is one
    """
    head = translate("Latency", "From sound to picture, in ms")
    # A table of its own for the heading: in a cell across all it would widen the first column.
    lines = [f"<p style='white-space: nowrap'><b>{escape(head)}</b></p><table cellspacing='0'>"]
    names = (translate("Latency", name) for name in ("p50", "p95", "p99"))
    lines.append("<tr><td></td><td></td>" + "".join(f"<td {_CELL}>{n}</td>" for n in names))
    for key, name, way in _ROWS:
        part = parts[key]
        told = ["–"] * 3 if part is None else [f"{part[p]:.1f}" for p in ("p50", "p95", "p99")]
        cells = "".join(f"<td {_CELL}>{text}</td>" for text in told)
        bold = ("<b>", "</b>") if key == "sum" else ("", "")
        title = escape(translate("Latency", name))
        says = escape(translate("Latency", way)).replace(" ", "&nbsp;")
        lines.append(
            f"<tr><td style='white-space: nowrap'>{bold[0]}{title}{bold[1]}</td>"
            f"<td style='padding-left: 14px'>{says}</td>{cells}</tr>"
        )
    lines.append("</table>")
    if has_device:
        lines.append(f"<p style='white-space: nowrap'>{escape(drift_text(drift))}</p>")
    return "".join(lines)


def drift_text(drift: Drift | None) -> str:
    """How fast the device's clock runs."""
    if drift is None:
        return translate("Latency", "Device clock: not known yet, it takes ten seconds")
    words = translate("Latency", "Device clock: {} ppm ± {} of the computer's")
    digits = 1 if drift.error_ppm < 10 else 0
    ppm = f"{drift.ppm:+.{digits}f}".replace("-", "−")
    return words.format(ppm, f"{drift.error_ppm:.{digits}f}")
