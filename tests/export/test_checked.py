"""What was found, as JSON, as text and as a page: nothing left out, nothing run over."""

import json
import re
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.diagnosis import CODES, Finding, Report, Severity
from livemel.diagnosis.report import Harmonic, Hum, Tone
from livemel.export.checked import Checked, counts_of, shown_name, to_json, verdict_of
from livemel.export.checked_page import page
from livemel.export.checked_text import MOST, Terminal, block, clock, table
from livemel.export.plot import Mark, Pictures, Plot, svg

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "check.schema.json").read_text())
HUM = Finding(
    "hum",
    Severity.WARN,
    "Hum: 60.02 ± 0.01 Hz, odd harmonics to the 9th, −52.1 dB FS, 31.0 dB over the floor: a ground "
    "loop, most likely",
    0.0,
    20.0,
    advice="Feed all devices from one outlet, or put an isolating transformer into the line.",
    values={"f0_hz": np.float64(60.02), "f0_se_hz": float("nan")},
    lines_hz=(60.02, 180.06),
)
CLICK = Finding("discontinuity", Severity.FAIL, "Click: 23 σ", 12.4, 12.4, channel=2)
REPORT = Report(
    48_000,
    2,
    20.0,
    (CLICK, HUM),
    hum=Hum(True, 60.0, 60.02, 0.01, -52.1, 31.0, harmonics=(Harmonic(1, 60.02, -52.1, 31.0),)),
    tones=(Tone(3150.0, 0.1, -48.0, 24.0, 0.0, 20.0),),
    peak_dbfs=-0.1,
    rms_dbfs=-21.3,
    noise_floor_dbfs=-200.0,
    bandwidth_hz=np.inf,
)
PLOT = Plot(b"png", 400, 100, 0.0, 20.0, [(0.5, "10 s")], [(0.5, "1k")], [(0.5, "0")], ["#000"], "")


def test_json_keeps_to_the_schema_and_has_plain_finite_numbers() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    one = json.loads(to_json([Checked("a", REPORT, ("odd",), normal="n.npz")], several=False))
    validator.validate(one)
    assert one["findings"][1]["values"] == {"f0_hz": 60.02, "f0_se_hz": None}
    assert one["bandwidth_hz"] is None
    both = [Checked("a", REPORT), Checked("b", None, error="it is text")]
    validator.validate(json.loads(to_json(both, several=True)))
    wrong = one | {"verdict": "fine"}
    assert not validator.is_valid(wrong)
    del one["hum"]["f0_hz"]
    assert not validator.is_valid(one)


def test_schema_and_document_know_every_field_and_every_code() -> None:
    definitions, text = SCHEMA["$defs"], (DOCS / "check.md").read_text()
    assert definitions["code"]["enum"] == list(CODES)
    for name, value in (("finding", HUM), ("hum", REPORT.hum), ("tone", REPORT.tones[0])):
        assert set(definitions[name]["properties"]) == {field.name for field in fields(value)}
    assert {field.name for field in fields(Report)} < set(definitions["sound"]["properties"])
    for code in CODES:
        assert f"| {code} |" in text
    for name in definitions["one"]["properties"]:
        assert re.search(rf"\b{name}\b", text), name


def test_the_gravest_counts() -> None:
    ok, broken = Checked("ok", Report(8000, 1)), Checked("broken", None, error="text")
    warn = Checked("warn", Report(8000, 1, findings=(HUM,)))
    assert verdict_of([ok]) == "ok"
    assert verdict_of([ok, warn]) == "warn"
    assert verdict_of([ok, warn, broken]) == "fail"
    counts = counts_of([ok, warn, broken])
    assert counts == {"files": 3, "ok": 1, "warn": 1, "fail": 0, "unreadable": 1}


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00.0"), (7.25, "0:07.2"), (59.96, "1:00.0"), (754, "12:34.0"), (3723.4, "1:02:03.4")],
)
def test_times_are_minutes_and_seconds_to_a_tenth(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_text_stays_within_its_columns_and_keeps_numbers_and_units_together() -> None:
    for width in (80, 100):
        lines = block(Checked("a.wav", REPORT, ("n " * 80,)), Terminal(width)).splitlines()
        assert max(map(len, lines)) <= width
        assert not any(re.search(r"[\d%]$", line) and "dB" in line for line in lines[8:])
        assert not any(line.lstrip().startswith(("dB", "FS", "Hz")) for line in lines)


def test_text_has_the_gravest_first_and_their_channels() -> None:
    text = block(Checked("a.wav", REPORT), Terminal())
    assert text.startswith("FAIL  a.wav: 1 failure, 1 warning\n")
    assert "  fail  0:12.4         Click: 23 σ (channel 2)\n" in text
    assert text.index("Click") < text.index("Hum")
    assert "−∞ dB FS" in text  # of zeros


def test_colours_only_repeat_what_words_say() -> None:
    sound = Checked("a.wav", REPORT)
    for written in (block, lambda sound, terminal: table([sound], terminal)):
        coloured = written(sound, Terminal(colours=True))
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == written(sound, Terminal())


def test_of_very_many_findings_the_gravest_are_listed() -> None:
    many = replace(REPORT, findings=(CLICK,) * (MOST + 7))
    text = block(Checked("a.wav", many), Terminal())
    assert text.count("Click") == MOST
    assert "and 7 more" in text
    told = page([(Checked("a.wav", many), Pictures())])
    assert told.count("<li>") == MOST
    assert "and 7 more" in told


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name))
def test_a_name_of_any_bytes_is_one_line_that_no_terminal_obeys(name: bytes) -> None:
    shown = shown_name(name.decode("utf-8", "surrogateescape"))
    assert shown.isprintable()
    shown.encode()


def test_a_page_says_what_the_text_says_and_escapes_it() -> None:
    odd = replace(HUM, text="<script>alert(1)</script> & more", advice='"quoted" <b>')
    report = replace(REPORT, findings=(odd,))
    told = page([(Checked("<i>.wav", report, ("<u>",)), Pictures(PLOT, {0: PLOT}))])
    for raw in ("<script", "<i>", "<u>", "<b>"):
        assert raw not in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in told
    assert told.count("<svg") == 2
    assert "60.02 Hz" in told


def test_marks_that_overlap_stand_in_lanes_of_their_own() -> None:
    def lanes_of(*spans: tuple[float, float]) -> int:
        marks = [Mark(i, Severity.WARN, *span) for i, span in enumerate(spans, 1)]
        drawn = svg(PLOT, marks, "label")
        chips = re.findall(r'<text class="number"[^>]* y="(\d+)">(\d+)', drawn)
        assert [int(number) for _, number in chips] == sorted(range(1, len(spans) + 1))
        return len({y for y, _ in chips})

    assert lanes_of((0.0, 5.0), (10.0, 15.0)) == 1
    assert lanes_of((0.0, 5.0), (4.0, 15.0)) == 2
    assert lanes_of((0.0, 20.0), (0.0, 20.0), (19.99, 20.0)) == 3
    assert lanes_of((5.0, 5.0), (5.1, 5.1)) == 2  # their numbers would lie on each other
