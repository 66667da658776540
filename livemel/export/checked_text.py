"""What `livemel check` found out, as text for a person: 80 columns, colours only beside words."""

import math
import re
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from livemel.diagnosis import Finding, Report, Severity
from livemel.export.checked import Checked, counts_of

# What detectors look for, in a person's words.
_LOOKED_FOR = (
    "hum, steady tones, clipping, dropouts, clicks and splices, DC offset, missing bits, "
    "a band limit, too low a level, silence, faulty channels, rumble, resampling"
)
_CLEAN = "nothing found"
# What some of them need, in seconds.
_NEEDED = (("hum", 2), ("a band limit", 4), ("steady tones", 6))
# Findings that are listed: more of them nobody reads.
MOST = 40
_COLOURS = {"ok": "32", "note": "36", "warn": "33", "fail": "1;31", "faint": "2"}
_INDENT = "  "
_NO_BREAK = "\N{NO-BREAK SPACE}"
# Between a number and its unit no line ends.
_UNIT = re.compile(r"(?<=[\d%]) (?=(?:dB|Hz|kHz|ms|s|%|bits?|samples?)\b)|(?<=dB) (?=FS\b)")
# Whole findings are as many as these words say.
_WORDS = {
    Severity.FAIL: ("failure", "failures"),
    Severity.WARN: ("warning", "warnings"),
    Severity.NOTE: ("note", "notes"),
}


class Terminal:
    """What the text is for: how wide it is, and whether it has colours."""

    def __init__(self, width: int = 80, *, colours: bool = False) -> None:
        self.width = width
        self._colours = colours

    def paint(self, text: str, kind: str) -> str:
        """The text in the colour of "ok", "note", "warn", "fail", or "faint"."""
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self._colours else text

    def wrapped(self, text: str, indent: str, first: str | None = None) -> list[str]:
        """Lines of at most the width, no number apart from its unit."""
        lines = textwrap.wrap(
            _UNIT.sub(_NO_BREAK, text),
            self.width,
            initial_indent=indent if first is None else first,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        return [line.replace(_NO_BREAK, " ") for line in lines]


def block(sound: Checked, terminal: Terminal) -> str:
    """All of one sound: the verdict, what it is, and what is wrong with it."""
    head = terminal.paint(f"{sound.verdict.upper():4}", sound.verdict)
    report = sound.report
    if report is None:
        return f"{head}  {sound.name}\n{_INDENT}{sound.error}"
    lines = [f"{head}  {sound.name}: {summary(report)}", "", *_facts(report), ""]
    for note in sound.notes:
        lines += terminal.wrapped(sentence(note), _INDENT)
    if report.findings:
        lines += ["", *_findings(report, terminal)] if sound.notes else _findings(report, terminal)
    else:
        lines += terminal.wrapped(looked_for(sound), _INDENT)
    return "\n".join(lines)


def line(sound: Checked, terminal: Terminal) -> str:
    """One sound in a line, where there is nothing to tell of it."""
    assert sound.report is not None
    head = terminal.paint(f"{sound.verdict.upper():4}", sound.verdict)
    return f"{head}  {sound.name}: {_CLEAN}"


def table(sounds: Sequence[Checked], terminal: Terminal) -> str:
    """Several sounds, a line each, and how many are how. A path is not cut, and stands last."""
    rows = [(sound.verdict, _length(sound), _codes(sound), sound.name) for sound in sounds]
    lengths = max(len(row[1]) for row in [*rows, ("", "length", "", "")])
    codes = max(len(row[2]) for row in [*rows, ("", "", "findings", "")])
    lines = [terminal.paint(f"      {'length':>{lengths}}  {'findings':{codes}}  file", "faint")]
    for verdict, length, found, name in rows:
        word = terminal.paint(f"{verdict:4}", verdict)
        lines.append(f"{word}  {length:>{lengths}}  {found:{codes}}  {name}")
    counts = {name: n for name, n in counts_of(sounds).items() if n or name == "ok"}
    files = counts.pop("files")
    told = ", ".join(f"{n} {name}" for name, n in counts.items())
    return "\n".join([*lines, f"{files} file{'s' if files != 1 else ''}: {told}"])


def summary(report: Report) -> str:
    """1 failure, 2 warnings; or that there is nothing."""
    found = [finding.severity for finding in report.findings]
    parts = [
        f"{n} {words[n > 1]}" for severity, words in _WORDS.items() if (n := found.count(severity))
    ]
    return ", ".join(parts) or _CLEAN


def looked_for(*sounds: Checked) -> str:
    """What nothing was found of, where nothing was found, and how long a sound that takes."""
    unusual = f", and what is not as in {sounds[0].normal}" if sounds[0].normal else ""
    shortest = min((s.report.seconds for s in sounds if s.report is not None), default=math.inf)
    needed = [f"{least} s for {name}" for name, least in _NEEDED if shortest < least]
    short = f" It takes {_and(needed)}." if needed else ""
    return f"Looked for {_LOOKED_FOR}{unusual}.{short}"


def _and(parts: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def facts(report: Report) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the sound is, and its levels: names and values, unknown ones left out."""
    bandwidth, bits = report.bandwidth_hz, report.bits_used
    sound = [
        ("rate", f"{report.sr} Hz"),
        ("channels", f"{report.channels}"),
        ("length", clock(report.seconds)),
        ("bits in use", "" if bits is None else f"{bits}"),
    ]
    levels = [
        ("peak", _db(report.peak_dbfs)),
        ("RMS", _db(report.rms_dbfs)),
        ("noise floor", _db(report.noise_floor_dbfs)),
        ("bandwidth", "" if bandwidth is None else f"{bandwidth / 1000:.1f} kHz"),
    ]
    return [fact for fact in sound if fact[1]], [fact for fact in levels if fact[1]]


def clock(seconds: float) -> str:
    """0:07.2, 12:34.0, 1:02:03.4."""
    tenths = round(10 * max(0.0, seconds))
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    ends = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{ends}" if hours else f"{minutes}:{ends}"


def span(finding: Finding) -> str:
    """From when to when; one time where both are the same."""
    start, end = clock(finding.start_s), clock(finding.end_s)
    return start if start == end else f"{start}–{end}"


def more(report: Report) -> str:
    """What is not listed, or ""."""
    left = len(report.findings) - MOST
    return f"… and {left} more: --json lists them all" if left > 0 else ""


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def words(finding: Finding, report: Report) -> str:
    """What it is, and in which channel where there are several and it does not say so itself."""
    text = finding.text
    if finding.channel is None or report.channels == 1 or "channel" in text.lower():
        return text
    return f"{text} (channel {finding.channel})"


def _facts(report: Report) -> list[str]:
    """In two columns, read downwards."""
    lines = []
    for left, right in zip_longest(*facts(report), fillvalue=("", "")):
        first, second = f"{left[0]:11}  {left[1]:>10}", f"{right[0]:11}  {right[1]:>12}"
        lines.append(f"{_INDENT}{first}      {second}".rstrip())
    return lines


def _findings(report: Report, terminal: Terminal) -> list[str]:
    """Each with its severity, its place, and what to try underneath."""
    width = max(len(span(finding)) for finding in report.findings)
    lines: list[str] = []
    for finding in report.findings[:MOST]:
        word = f"{finding.severity!s:4}"
        margin = f"{_INDENT}{word}  {span(finding):{width}}  "
        indent = len(margin) * " "
        told = terminal.wrapped(words(finding, report), indent, margin)
        told[0] = told[0].replace(word, terminal.paint(word, str(finding.severity)), 1)
        lines += told
        if finding.advice:
            lines += terminal.wrapped(finding.advice, f"{indent}  ", f"{indent}→ ")
    return [*lines, *([f"{_INDENT}{more(report)}"] if more(report) else [])]


def _length(sound: Checked) -> str:
    return "" if sound.report is None else clock(sound.report.seconds)


def _codes(sound: Checked) -> str:
    """The gravest three, each once, and how many more there are."""
    if sound.report is None:
        return "unreadable"
    codes = list(dict.fromkeys(finding.code for finding in sound.report.findings))
    more = f" +{len(codes) - 3}" if len(codes) > 3 else ""
    return (", ".join(codes[:3]) + more) or "–"


def _db(value: float | None) -> str:
    if value is None:
        return ""
    # Of zeros it is told as a number, which has to be finite.
    return "−∞ dB FS" if value <= -199.95 else f"{value:.1f} dB FS".replace("-", "−")
