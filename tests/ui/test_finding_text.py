"""Findings in words, and where their brackets and lines stand."""

from dataclasses import replace
from itertools import pairwise

import pytest
from livemel.diagnosis.baseline import Change
from livemel.diagnosis.finding import CODES, Finding, Severity
from livemel.diagnosis.report import Report
from livemel.dsp.models import frontend
from livemel.ui.axes import Axes
from livemel.ui.finding_shapes import LABEL_HEIGHT, Bracket, Dashes, bracket_at, brackets, dashes
from livemel.ui.finding_text import (
    Now,
    as_text,
    change_table,
    figures,
    role,
    spoken,
    status_word,
    verdict,
    when,
    word,
)
from livemel.ui.view_state import ViewState

MAINS = tuple(50.0 * n for n in (1, 2, 3, 5))
VIEW = ViewState(frontend("live", sr=48_000), 1000, 500, 10.0, -70.0, 30.0)
AXES = Axes(VIEW, 1000, 500, 20.0)  # 10 to 20 s


def ends(one: Bracket | Dashes) -> tuple[int, int]:
    """Where it begins and ends, px."""
    return round(one.left), round(one.right)


def found(
    start_s: float, end_s: float, code: str = "clipping", severity: Severity = Severity.WARN
) -> Finding:
    lines = MAINS if code == "hum" else ()
    values = {"f0_hz": 50.0} if code == "hum" else {}
    return Finding(code, severity, f"{code}!", start_s, end_s, "Mend it.", values, None, lines)


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_words_of_its_own(code: str) -> None:
    assert word(found(0, 1, code))
    others = [word(found(0, 1, other)) for other in CODES if other != code]
    assert word(found(0, 1, code)) not in others


def test_red_is_for_clipping_and_loss_and_a_note_has_no_colour() -> None:
    hum, note = found(0, 1, "hum", Severity.FAIL), found(0, 1, "clipping", Severity.NOTE)
    assert role([hum]) == "caution"
    assert role([note]) == "note"
    assert role([hum, found(0, 1, "clipping")]) == "red"
    assert role([hum, found(0, 1, "dropout")]) == "red"


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("busy computer", "▲ dropout"),
        ("stall", "▲ no sound"),
        ("device lost", "▲ no sound"),
        ("computer asleep", "▲ no sound"),
    ],
)
def test_where_nothing_came_from_the_device_it_is_no_dropout(cause: str, said: str) -> None:
    lost = replace(found(0, 1, "dropout"), values={"known": 1, "cause": cause})
    assert status_word([lost]) == said
    assert role([lost]) == "red"


def test_the_status_line_has_one_word_and_nothing_where_all_is_well() -> None:
    hum = found(0, 1, "hum")
    assert status_word([]) == ""
    assert status_word([hum]) == "▲ hum 50.00 Hz"
    assert status_word([found(0, 1, severity=Severity.FAIL)]) == "■ clipping"
    assert status_word([hum, hum]) == "2 findings"
    assert verdict([hum, found(0, 1), hum]) == "▲ 3 findings: hum, clipping"
    assert verdict([found(0, 1, severity=Severity.NOTE)]) == "○ 1 note: clipping"


def test_notes_are_counted_by_themselves_as_the_status_line_does_not_tell_of_them() -> None:
    note = found(0, 1, "channels-identical", Severity.NOTE)
    assert verdict([found(0, 1), note]) == "▲ 1 finding: clipping · 1 note"
    assert verdict([note, note]) == "○ 2 notes: identical channels"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0 s"), (59.9, "59 s"), (133, "2 min 13 s"), (3725, "1 h 2 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert spoken(seconds) == said


def test_when_is_since_while_it_goes_on_ago_afterwards_and_a_time_in_a_file() -> None:
    assert when(found(8.0, 19.5), Now(20.0, 19.5)) == "since 12 s"
    assert when(found(16.0, 16.1), Now(20.0, 19.5)) == "3 s ago"
    assert when(found(8.0, 19.4), Now(20.0, 20.0)) == "just now (11 s)"
    assert when(found(8.0, 15.5), Now(20.0, 19.5)) == "4 s ago (7 s)"
    assert when(found(8.0, 95.5), Now(7_400.0, 7_400.0)) == "2 h ago (1 min)"
    assert when(found(8.0, 19.5), Now(20.0, 20.0, live=False)) == "8.00 to 19.50 s"
    assert when(found(8.0, 8.001), Now(20.0, 20.0, live=False)) == "at 8.00 s"


def test_a_change_is_in_decibels_and_what_is_under_the_floor_is_gone() -> None:
    rows = change_table(
        [
            Change(1, 50.02, -20.0, -38.3),
            Change(3, 150.06, -30.0, None),
            Change(5, 250.1, -30.0, -30.04),
            Change(None, 50.0, -19, -38),
        ]
    )
    assert rows[1] == ["1", "50.02", "−20.0", "−38.3", "−18.3 dB"]
    assert rows[2] == ["3", "150.06", "−30.0", "–", "gone"]
    assert rows[3][-1] == "0.0 dB"
    assert rows[4] == ["all", "", "−19.0", "−38.0", "−19.0 dB"]


def test_the_text_to_copy_has_findings_advice_levels_and_tables() -> None:
    report = Report(48_000, 1, 20.0, (found(8.0, 19.5),), peak_dbfs=-0.04, noise_floor_dbfs=-200.0)
    text = as_text(report, Now(20.0, 19.5), tables=[[["n", "Hz"], ["1", "50.00"]]])
    assert text == (
        "▲ Warning, since 12 s: clipping!\n  Mend it.\npeak −0.0 · floor −∞ dB FS\n"
        "\nn\tHz\n1\t50.00\n"
    )


def test_a_bracket_stands_from_when_to_when() -> None:
    (one,) = brackets([found(12.0, 14.0)], AXES, Now(20.0, 20.0))
    assert (*ends(one), one.top) == (200, 400, 0.0)
    (going,) = brackets([found(12.0, 19.5)], AXES, Now(20.0, 19.5))
    assert going.right == 1000.0


def test_what_is_not_on_the_screen_has_no_bracket() -> None:
    assert brackets([found(1.0, 9.9), found(20.1, 25.0)], AXES, Now(30.0, 30.0)) == []


def test_different_things_at_one_time_stand_under_each_other_below_a_caption() -> None:
    at_once = [found(12.0, 14.0), found(13.0, 15.0, "dropout"), found(12.5, 15.0, "hum")]
    tops = {one.text: one.top for one in brackets(at_once, AXES, Now(30.0, 30.0))}
    assert sorted(tops.values()) == [0.0, 18.0, 36.0]
    below = [one.top for one in brackets(at_once, AXES, Now(30.0, 30.0), has_caption=True)]
    assert min(below) == 0.0
    assert sorted(below)[1] >= 46  # where the pill ends


def test_many_of_a_kind_become_one_and_have_one_word() -> None:
    many = [found(12 + k / 50, 12.001 + k / 50) for k in range(200)]
    drawn = brackets(many, AXES, Now(30.0, 30.0))
    assert (ends(drawn[0])[0], drawn[-1].right) == (200, pytest.approx(600, abs=3))
    assert len(drawn) < 10
    apart = brackets([found(12.0, 12.1), found(12.3, 12.4)], AXES, Now(30.0, 30.0))
    assert [one.text for one in apart] == ["clipping", ""]
    assert {one.top for one in apart} == {0.0}


def test_what_is_called_otherwise_stands_by_itself_though_its_code_is_the_same() -> None:
    gone = replace(found(13, 15, "dropout"), values={"cause": "device lost"})
    drawn = brackets([found(12, 18, "dropout"), gone], AXES, Now(30.0, 30.0))
    assert [(one.text, ends(one)) for one in drawn] == [
        ("dropout", (200, 800)),
        ("no sound", (300, 500)),
    ]
    assert drawn[0].top < drawn[1].top


def test_a_bracket_moves_with_the_picture_and_what_goes_on_ends_with_it() -> None:
    over, going = brackets([found(12.0, 14.0), found(16.0, 19.5)], AXES, Now(20.0, 19.5))
    assert ends(over.moved(50, 1000)) == (150, 350)
    assert ends(going.moved(50, 1000)) == (550, 1000)


def test_a_bracket_is_under_the_pointer_on_its_line_and_on_its_word() -> None:
    drawn = brackets([found(12.0, 12.01), found(15.0, 19.0, "hum")], AXES, Now(30.0, 30.0))
    assert bracket_at(202, 2, drawn) is drawn[0]
    assert bracket_at(240, 10, drawn) is drawn[0]
    assert bracket_at(700, 5, drawn) is drawn[1]
    assert bracket_at(400, 5, drawn) is None
    assert bracket_at(700, 100, drawn) is None


def test_lines_stand_at_the_multiples_and_tell_their_number() -> None:
    hum, now = [found(12.0, 14.0, "hum")], Now(30.0, 30.0)
    lines = dashes(hum, AXES, now)
    assert [line.text for line in lines] == ["50.00 Hz", "×5"]  # where there is room
    assert [line.y for line in lines] == pytest.approx([AXES.y_of(50.0), AXES.y_of(250.0)])
    assert {ends(line) for line in lines} == {(200, 400)}
    assert dashes(hum, AXES, now, harmonic_hz=50.0) == []
    assert len(dashes(hum, AXES, now, harmonic_hz=440.0)) == len(lines)


def test_lines_leave_the_picture_to_be_seen() -> None:
    many = replace(found(12.0, 14.0, "hum"), lines_hz=tuple(50.0 * n for n in range(1, 200)))
    lines = dashes([many], AXES, Now(30.0, 30.0))
    assert len(lines) == 12
    assert min(a.y - b.y for a, b in pairwise(lines)) >= LABEL_HEIGHT


def test_what_nobody_need_hear_is_in_the_list_alone() -> None:
    note = found(12.0, 14.0, "channels-identical", Severity.NOTE)
    assert brackets([note], AXES, Now(30.0, 30.0)) == []
    assert status_word([note]) == ""
    assert status_word([note, found(12.0, 14.0, "hum")]) == "▲ hum 50.00 Hz"


def test_where_not_all_channels_are_looked_at_it_says_which() -> None:
    report = Report(48_000, 8, 5.0, peak_dbfs=-6.0)
    assert figures(report) == "peak −6.0 dB FS"
    some = report.with_channels((1, 2, 3, 6, 12, 13, 20, 64))
    assert figures(some) == "peak −6.0 dB FS\nlooks at channels 1–3, 6, 12–13, 20, 64"
    assert figures(replace(some, peak_dbfs=None)) == "looks at channels 1–3, 6, 12–13, 20, 64"
    assert "of_channels" in some.to_dict()
    assert "of_channels" not in report.to_dict()
