"""Findings in words: when, how many, and what has changed. No Qt, and no diagnosis imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livemel.buffers.writer import CAUSES, GapCause
from livemel.ui.words import mark, translate

if TYPE_CHECKING:
    from livemel.diagnosis.baseline import Change, Reading
    from livemel.diagnosis.finding import Finding
    from livemel.diagnosis.report import Hum, Report

# What goes on ends with the report; frequencies are looked for every two seconds.
_GOES_ON_S, _LINES_GO_ON_S = 0.05, 2.2
_NOTHING_DBFS = -199.5  # zeros read as -200
# Red is for these alone.
_RED = ("clipping", "dropout")
_WORDS = {
    "hum": mark("Findings", "hum"),
    "tone": mark("Findings", "tone"),
    "clipping": mark("Findings", "clipping"),
    "dropout": mark("Findings", "dropout"),
    "discontinuity": mark("Findings", "discontinuity"),
    "dc-offset": mark("Findings", "DC offset"),
    "missing-bits": mark("Findings", "missing bits"),
    "band-limit": mark("Findings", "band limit"),
    "low-level": mark("Findings", "too quiet"),
    "all-zero": mark("Findings", "only zeros"),
    "channel-dead": mark("Findings", "dead channel"),
    "channels-identical": mark("Findings", "identical channels"),
    "channel-inverted": mark("Findings", "inverted channel"),
    "rumble": mark("Findings", "rumble"),
    "resampled": mark("Findings", "resampled"),
    "anomaly": mark("Findings", "anomaly"),
}
# Of sound that nothing was wrong with before the device, its server or the computer was gone.
_OUTAGES = tuple(
    CAUSES[cause] for cause in (GapCause.STALL, GapCause.DISCONNECTED, GapCause.ASLEEP)
)
LOOKED_FOR = mark(
    "Findings",
    "Looked for: hum, steady tones, clipping, dropouts, clicks and splices, DC offset, missing "
    "bits, band limits, rumble, low level, and dead, identical or inverted channels.",
)
# By severity: a shape and a word, so that nothing hangs on a colour.
_SHAPES = {1: "○", 2: "▲", 3: "■"}
_GRAVE = {1: mark("Findings", "Note"), 2: mark("Findings", "Warning"), 3: mark("Findings", "Fault")}


@dataclass(frozen=True, slots=True)
class Now:
    """Against what a finding's times are told.

    newest_s, report_s : the stream's time, in seconds, of the newest sound and of a report's end
    live : whether there is more to come
    """

    newest_s: float = 0.0
    report_s: float = 0.0
    live: bool = True

    def has(self, finding: Finding) -> bool:
        """Whether a finding goes on."""
        late_s = _LINES_GO_ON_S if finding.lines_hz else _GOES_ON_S
        return self.live and finding.end_s >= self.report_s - late_s


def word(finding: Finding) -> str:
    """What it is, in a word or two."""
    if finding.values.get("cause") in _OUTAGES:
        return translate("Findings", "no sound")
    return translate("Findings", _WORDS.get(finding.code, finding.code))


def role(findings: Sequence[Finding]) -> str:
    """What colour they are told in: "red", "caution", or "note" where nobody need worry."""
    if any(f.code in _RED and f.severity > 1 for f in findings):
        return "red"
    return "caution" if any(f.severity > 1 for f in findings) else "note"


def gravity(finding: Finding) -> str:
    """▲ Warning."""
    return f"{shape(finding)} {translate('Findings', _GRAVE[int(finding.severity)])}"


def shape(finding: Finding) -> str:
    """What stands for its severity."""
    return _SHAPES[int(finding.severity)]


def status_word(findings: Sequence[Finding]) -> str:
    """For the status line: "hum 50.01 Hz", "3 findings", or "" where there is nothing but notes."""
    heard = [finding for finding in findings if finding.severity > 1]
    if not heard:
        return ""
    if len(heard) > 1:
        return translate("Findings", "{} findings").format(len(heard))
    finding = heard[0]
    hz = finding.values.get("f0_hz")
    told = f"{word(finding)} {hz:.2f} Hz" if isinstance(hz, float) else word(finding)
    return f"{shape(finding)} {told}"


def verdict(findings: Sequence[Finding]) -> str:
    """What heads the list: "2 findings: clipping, hum · 1 note"; "1 note: identical channels"."""
    heard = [finding for finding in findings if finding.severity > 1]
    notes = len(findings) - len(heard)
    note = translate("Findings", "1 note") if notes == 1 else translate("Findings", "{} notes")
    one, many = translate("Findings", "1 finding"), translate("Findings", "{} findings")
    counted = one if len(heard) == 1 else many.format(len(heard))
    listed = ", ".join(dict.fromkeys(word(finding) for finding in heard or findings))
    said = f"{counted if heard else note.format(notes)}: {listed}"
    also = f" · {note.format(notes)}" if heard and notes else ""
    return f"{shape(findings[0])} {said}{also}"


def nothing(seconds: float) -> str:
    """Where all is well."""
    return translate("Findings", "Nothing found in {}").format(spoken(seconds))


def spoken(seconds: float) -> str:
    """12 s, 2 min 13 s, 1 h 2 min."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _about(seconds: float) -> str:
    """12 s, 2 min, 1 h."""
    whole = max(0, int(seconds))
    for unit, many in (("h", 3600), ("min", 60)):
        if whole >= many:
            return f"{whole // many} {unit}"
    return f"{whole} s"


def when(finding: Finding, now: Now) -> str:
    """Since 12 s, 3 s ago, 2 min ago (7 s); of a sound that has ended the times themselves."""
    start_s, end_s = finding.start_s, finding.end_s
    if not now.live:
        if end_s - start_s < 0.005:
            return translate("Findings", "at {:.2f} s").format(start_s)
        return translate("Findings", "{:.2f} to {:.2f} s").format(start_s, end_s)
    if now.has(finding):
        return translate("Findings", "since {}").format(spoken(now.newest_s - start_s))
    since_s = now.newest_s - end_s
    ago = translate("Findings", "{} ago").format(_about(since_s))
    if since_s < 1:
        ago = translate("Findings", "just now")
    return ago if end_s - start_s < 1 else f"{ago} ({_about(end_s - start_s)})"


def figures(report: Report) -> str:
    """Levels of all of it, as far as they are known, and which channels that is."""
    known = [
        (translate("Findings", "peak {}"), report.peak_dbfs),
        (translate("Findings", "RMS {}"), report.rms_dbfs),
        (translate("Findings", "floor {}"), report.noise_floor_dbfs),
    ]
    told = [text.format(level(value)) for text, value in known if value is not None]
    levels = " · ".join(told) + " dB FS" if told else ""
    if not report.of_channels:
        return levels
    looked_at = translate("Findings", "looks at channels {}").format(_row(report.of_channels))
    return f"{levels}\n{looked_at}" if levels else looked_at


def _row(channels: Sequence[int]) -> str:
    """1–6, 12, 20"""
    rows: list[list[int]] = []
    for channel in channels:
        if rows and channel == rows[-1][-1] + 1:
            rows[-1].append(channel)
        else:
            rows.append([channel])
    return ", ".join(f"{row[0]}–{row[-1]}" if len(row) > 1 else f"{row[0]}" for row in rows)


def level(value: float | None) -> str:
    """−18.2; −∞ where there is nothing; a dash where it is not known."""
    if value is not None and value <= _NOTHING_DBFS:
        return "−∞"
    return "–" if value is None else f"{value:.1f}".replace("-", "−")


def hum_table(hum: Hum) -> list[list[str]]:
    """Heading and rows: each harmonic with its level."""
    heading = ["n", "Hz", "dB FS", translate("Findings", "over floor")]
    rows = [[str(h.n), f"{h.hz:.2f}", level(h.dbfs), level(h.over_floor_db)] for h in hum.harmonics]
    return [heading, *rows]


def change_table(changes: Sequence[Change]) -> list[list[str]]:
    """Heading and rows: each harmonic before and now, and the change."""
    names = (mark("Findings", "before"), mark("Findings", "now"), mark("Findings", "change"))
    heading = ["n", "Hz", *(translate("Findings", name) for name in names)]
    rows = []
    for change in changes:
        if change.n is None:
            first = [translate("Findings", "all"), ""]
        else:
            first = [str(change.n), f"{change.hz:.2f}"]
        rows.append([*first, level(change.before_dbfs), level(change.now_dbfs), changed(change)])
    return [heading, *rows]


def changed(change: Change) -> str:
    """−18.3 dB; "gone" where it is not over the floor any more."""
    if change.is_gone:
        return translate("Findings", "gone")
    if change.db is not None:
        return f"{_signed(change.db)} dB"
    return translate("Findings", "new") if change.now_dbfs is not None else "–"


def _signed(db: float) -> str:
    """+1.2, −1.2; what rounds to nothing has no sign."""
    return "0.0" if abs(db) < 0.05 else f"{db:+.1f}".replace("-", "−")


def of_all(before: Reading, now: Reading) -> str:
    """What became of all the sound."""
    db = _signed(now.rms_dbfs - before.rms_dbfs)
    words = translate("Findings", "RMS of all {} → {} dB FS ({} dB)")
    return words.format(level(before.rms_dbfs), level(now.rms_dbfs), db)


def as_text(report: Report, now: Now, tables: Sequence[list[list[str]]] = ()) -> str:
    """Everything, for the clipboard: lines, and tables divided by tabs."""
    if not report.findings:
        lines = [nothing(report.seconds)]
    else:
        lines = [
            f"{gravity(f)}, {when(f, now)}: {f.text}" + (f"\n  {f.advice}" if f.advice else "")
            for f in report.findings
        ]
    if told := figures(report):
        lines.append(told)
    for table in tables:
        lines += ["", *("\t".join(row) for row in table)]
    return "\n".join(lines) + "\n"
