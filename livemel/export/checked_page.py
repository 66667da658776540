"""What `livemel check` found out, as one page of HTML that needs nothing but itself."""

from collections.abc import Sequence
from html import escape

from livemel.diagnosis import Finding, Report
from livemel.export.checked import Checked, counts_of, verdict_of
from livemel.export.checked_text import (
    MOST,
    clock,
    facts,
    looked_for,
    more,
    sentence,
    span,
    summary,
    words,
)
from livemel.export.plot import Mark, Pictures, Plot, svg
from livemel.version import __version__

_VERDICTS = {"ok": "OK", "note": "Note", "warn": "Warning", "fail": "Failure"}

_MOST_HARMONICS = 10

# Colours in pairs with at least 4.5 : 1 between text and ground, in both looks.
_STYLE = """
:root { color-scheme: light dark; --ground: #f4f5f6; --card: #ffffff; --text: #1d2328;
  --muted: #5b656d; --line: #d9dde1; --ok: #1b6e3c; --note: #0f6f9c; --warn: #8f5400;
  --fail: #b3201a; --on: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171a; --card: #1e2327; --text: #d7dce0;
  --muted: #98a2aa; --line: #343b41; --ok: #6cc58f; --note: #5cb3d9; --warn: #e9b04a;
  --fail: #ff857e; --on: #14171a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1000px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 24px; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 12px; overflow-wrap: anywhere; }
h3 { font-size: 15px; line-height: 1.5; margin: 0; }
p { margin: 0; }
a { color: inherit; }
header { margin-bottom: 24px; }
header p { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 20px 24px; margin-bottom: 20px; }
.head { display: flex; gap: 12px; align-items: baseline; }
.head h1, .head h2 { flex: 1; margin: 0; }
.badge, .chip { display: inline-block; border-radius: 4px; padding: 0 8px; font-size: 13px;
  font-weight: 600; color: var(--on); white-space: nowrap; }
.chip { min-width: 22px; text-align: center; padding: 0 4px; }
.badge.ok { background: var(--ok); } .badge.note, .chip.note { background: var(--note); }
.badge.warn, .chip.warn { background: var(--warn); }
.badge.fail, .chip.fail { background: var(--fail); }
.remark { margin-top: 16px; }
.muted { color: var(--muted); }
dl { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px 24px; margin: 12px 0 0; }
dt { color: var(--muted); font-size: 13px; }
dd { margin: 0; font-weight: 600; }
figure { margin: 16px 0 0; }
figcaption { color: var(--muted); font-size: 13px; margin-top: 4px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--muted); } svg text.light { fill: #ffffff; }
svg text.number { fill: var(--on); font-weight: 600; } svg .tick { stroke: var(--muted); }
svg .note { fill: var(--note); } svg .warn { fill: var(--warn); } svg .fail { fill: var(--fail); }
ol { list-style: none; margin: 20px 0 0; padding: 0; }
li { border-top: 1px solid var(--line); padding: 16px 0; }
li:last-child { padding-bottom: 0; }
.finding { display: flex; gap: 12px; align-items: flex-start; }
.finding > div { flex: 1; }
.place { color: var(--muted); font-size: 13px; }
.place b { font-weight: 600; }
.place b.note { color: var(--note); } .place b.warn { color: var(--warn); }
.place b.fail { color: var(--fail); }
table { border-collapse: collapse; margin-top: 12px; }
th { text-align: left; font-weight: 400; font-size: 13px; color: var(--muted); }
th, td { padding: 4px 24px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th.n, td.n { text-align: right; }
td.found { white-space: nowrap; } td.path { overflow-wrap: anywhere; }
footer { color: var(--muted); font-size: 13px; }
@media (max-width: 600px) { main { padding: 16px 12px; } section { padding: 16px; }
  dl { grid-template-columns: repeat(2, 1fr); } }
@media print { :root { --ground: #ffffff; --card: #ffffff; --text: #000000; --muted: #3c444b;
    --line: #c9ced3; --ok: #1b6e3c; --note: #0f6f9c; --warn: #8f5400; --fail: #b3201a;
    --on: #ffffff; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  section { border: 0; padding: 0 0 16px; } li, figure { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def page(sounds: Sequence[tuple[Checked, Pictures]]) -> str:
    """The page of one sound or several. Of those in which nothing was found a table tells."""
    checked = [sound for sound, _ in sounds]
    several = len(checked) > 1
    title = f"Sound check: {checked[0].name}" if not several else "Sound check"
    body = _several(checked) if several else ""
    for i, (sound, pictures) in enumerate(sounds):
        if not several or sound.worst is not None:
            body += _sound(sound, pictures, i, "h2" if several else "h1")
    footer = (
        f"{escape(looked_for(*checked))} Levels are in dB FS: 0 is a sine that just reaches full "
        f"scale; ± is one standard error. livemel {__version__}"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{body}<footer>{footer}</footer>\n"
        "</main>\n</body>\n</html>\n"
    )


def _several(checked: Sequence[Checked]) -> str:
    verdict, counts = verdict_of(checked), counts_of(checked)
    told = ", ".join(f"{n} {name}" for name, n in counts.items() if n and name != "files")
    rows = []
    for i, sound in enumerate(checked):
        name = escape(sound.name)
        linked = f'<a href="#sound{i}">{name}</a>' if sound.worst is not None else name
        report = sound.report
        length = "–" if report is None else clock(report.seconds)
        found = "unreadable" if report is None else summary(report)
        rows.append(
            f"<tr><td>{_badge(sound.verdict)}</td><td class=n>{length}</td>"
            f"<td class=found>{found}</td><td class=path>{linked}</td></tr>\n"
        )
    return (
        f"<section>\n<div class=head><h1>{counts['files']} sound files</h1>{_badge(verdict)}</div>"
        f"\n<p class=muted>{told}</p>\n<table>\n<thead><tr><th>Verdict</th><th class=n>Length</th>"
        f"<th>Found</th><th>File</th></tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n"
        "</section>\n"
    )


def _sound(sound: Checked, pictures: Pictures, number: int, heading: str) -> str:
    report = sound.report
    name = escape(sound.name)
    parts = [
        f'<section id="sound{number}">\n<div class=head><{heading}>{name}</{heading}>'
        f"{_badge(sound.verdict)}</div>\n"
    ]
    if report is None:
        return "".join([*parts, f"<p>{escape(sound.error)}</p>\n</section>\n"])
    parts.append(f"<p class=muted>{_capital(summary(report))}</p>\n")
    for row in facts(report):
        told = "".join(
            f"<div><dt>{_capital(fact)}</dt><dd>{value}</dd></div>" for fact, value in row
        )
        parts.append(f"<dl>{told}</dl>\n")
    parts += [f"<p class=remark>{escape(sentence(note))}</p>\n" for note in sound.notes]
    if pictures.whole is not None:
        marks = [_mark(i, finding) for i, finding in enumerate(report.findings)]
        label = f"Spectrogram of {sound.name}, {clock(report.seconds)} long"
        caption = "Numbers are those of the findings below." if marks else ""
        drawn = svg(pictures.whole, marks, label)
        parts.append(f"<figure>\n{drawn}\n<figcaption>{caption}</figcaption>\n</figure>\n")
    if pictures.missing:
        parts.append(f"<p class=muted>{escape(pictures.missing)}</p>\n")
    if report.findings:
        parts.append("<ol>\n")
        for i, finding in enumerate(report.findings[:MOST]):
            parts.append(_finding(finding, report, i, pictures.zooms.get(i)))
        parts.append(f"</ol>\n<p>{more(report)}</p>\n")
    return "".join([*parts, "</section>\n"])


def _finding(finding: Finding, report: Report, i: int, zoom: Plot | None) -> str:
    kind = str(finding.severity)
    parts = [
        f"<li><div class=finding><span class='chip {kind}'>{i + 1}</span><div>",
        f"<p class=place><b class={kind}>{_VERDICTS[kind]}</b> · {finding.code} · "
        f"{span(finding)}</p>",
        f"<h3>{escape(words(finding, report))}</h3>",
    ]
    if finding.advice:
        parts.append(f"<p>{escape(finding.advice)}</p>")
    if finding.code == "hum":
        parts.append(_harmonics(report))
    parts.append("</div></div>\n")
    if zoom is not None:
        label = f"Spectrogram of finding {i + 1}, {clock(zoom.begin_s)} to {clock(zoom.end_s)}"
        parts.append(f"<figure>\n{svg(zoom, [_mark(i, finding)], label)}\n</figure>\n")
    return "".join([*parts, "</li>\n"])


def _harmonics(report: Report) -> str:
    """What a hum consists of."""
    harmonics = report.hum.harmonics
    if not harmonics:
        return ""
    rows = "".join(
        f"<tr><td class=n>{each.n}</td><td class=n>{each.hz:.2f} Hz</td>"
        f"<td class=n>{_signed(each.dbfs)} dB FS</td>"
        f"<td class=n>{_signed(each.over_floor_db)} dB</td></tr>"
        for each in harmonics[:_MOST_HARMONICS]
    )
    left = len(harmonics) - _MOST_HARMONICS
    rest = f"<p class=muted>… and {left} more, to {harmonics[-1].hz:.0f} Hz</p>" if left > 0 else ""
    return (
        "<table><thead><tr><th class=n>Harmonic</th><th class=n>Frequency</th>"
        "<th class=n>Level</th><th class=n>Over the floor</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>{rest}"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _mark(i: int, finding: Finding) -> Mark:
    return Mark(i + 1, finding.severity, finding.start_s, finding.end_s)


def _badge(verdict: str) -> str:
    return f"<span class='badge {verdict}'>{_VERDICTS[verdict]}</span>"
