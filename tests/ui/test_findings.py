"""What was found is told in the status line, listed, drawn in the picture, visited and compared."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from livemel.app import App
from livemel.config import FrontEndChoice, RunConfig
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.report import Harmonic, Hum, Report
from livemel.engine import Engine
from livemel.engine.diagnosers import Diagnosers
from livemel.settings import load
from livemel.sources.opening import SourceRequest
from livemel.ui.finding_card import FindingCard
from livemel.ui.findings import Findings
from livemel.ui.marks import Marks
from livemel.ui.theme import DARK
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp, Samples
from tests.ui.test_memory import Start, path, start  # noqa: F401 (fixtures)

SR = 48_000
D = Qt.Key.Key_D
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEVELS = {1: 0.2, 2: 0.01, 3: 0.06, 5: 0.03}
HARMONICS = tuple(Harmonic(n, 50.02 * n, 20 * np.log10(a), 40.0) for n, a in LEVELS.items())
HUM = Hum(True, 50.0, 50.02, 0.01, -14.0, 60.0, "ground-loop", channel=1, harmonics=HARMONICS)


def quiet(seconds: float) -> Samples:
    """Too quiet, and nothing else."""
    y = 1e-4 * np.random.default_rng(0).standard_normal(round(seconds * SR))
    return y.astype(np.float32)


def hum(seconds: float, until_s: float = 1e9) -> Samples:
    """Ten times less from then on."""
    t = np.arange(round(seconds * SR)) / SR
    y = sum(a * np.sin(2 * np.pi * n * 50.02 * t + n) for n, a in LEVELS.items())
    y = y * np.where(t < until_s, 1.0, 0.1)
    return (y + quiet(seconds)).astype(np.float32)


def of_hum(end_s: float) -> Finding:
    lines = tuple(h.hz for h in HARMONICS)
    return Finding(
        "hum", Severity.WARN, "Hum: 50.02 ± 0.01 Hz", 0.0, end_s, "Mend it.", {"f0_hz": 50.02}, 1,
        lines,
    )  # fmt: skip


def clip(start_s: float, severity: Severity = Severity.FAIL) -> Finding:
    return Finding("clipping", severity, f"Clipping at {start_s:g} s", start_s, start_s + 0.1)


Found = Finding | Callable[[float], Finding]


class Told(Diagnosers):
    """Says what it is told to, for any engine."""

    def __init__(
        self, *found: Finding | Callable[[float], Finding], hum: Hum | None = None
    ) -> None:
        super().__init__()
        self.found, self.hum = found, hum or Hum()

    def follow(self, engine: Engine) -> None:
        pass

    def report(self, engine: Engine) -> Report | None:
        if engine.history is None:
            return None
        now_s = engine.history.written // (SR // 2) / 2
        found = tuple(f if isinstance(f, Finding) else f(now_s) for f in self.found)
        return Report(SR, 1, now_s, found, self.hum)


@pytest.fixture
def told(qtbot: QtBot, open_app: OpenApp) -> Callable[..., App]:
    """A window in which that was found."""

    def open_(
        *found: Found,
        hum: Hum | None = None,
        samples: Samples | None = None,
        config: RunConfig | None = None,
    ) -> App:
        app = open_app(quiet(20) if samples is None else samples, config)
        app.window.findings.reports.stop()  # on a busy computer one has begun
        app.window.findings.reports.diagnosers = Told(*found, hum=hum)
        qtbot.waitUntil(lambda: app.window.findings.report is not None)
        app.window.findings.look()
        return app

    return open_


def threads() -> list[str]:
    names = ("livemel-diagnoser", "livemel-baseline")
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(names)]


def ends(findings: Findings) -> list[float]:
    """Of what was found."""
    return [finding.end_s for finding in findings.report.findings] if findings.report else []


def word_of(app: App) -> QToolButton:
    (button,) = app.window.status.findChildren(QToolButton, "finding")
    return button


def cards(findings: Findings) -> list[FindingCard]:
    """From top to bottom."""
    assert findings.panel is not None
    shown = [c for c in findings.panel.findChildren(FindingCard) if not c.isHidden()]
    return sorted(shown, key=lambda card: card.y())


def button(card: FindingCard, *texts: str) -> QPushButton:
    (found,) = [b for b in card.findChildren(QPushButton) if b.text() in texts]
    return found


def opened(qtbot: QtBot, app: App, n: int) -> list[FindingCard]:
    """The cards of the panel once it has so many."""
    app.window.findings.show(True)
    qtbot.waitUntil(lambda: len(cards(app.window.findings)) == n)
    app.window.grab()  # laid out
    return cards(app.window.findings)


def press(qtbot: QtBot, card: FindingCard, *texts: str) -> None:
    qtbot.mouseClick(button(card, *texts), Qt.MouseButton.LeftButton)


# --- by default


def test_what_is_found_has_one_word_that_opens_the_panel_and_shift_d_turns_it_off_and_on(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    """The real thing, from samples to a click."""
    app = open_app(quiet(20))
    qtbot.waitUntil(lambda: not word_of(app).isHidden(), timeout=8000)
    assert word_of(app).text() == "▲ too quiet"
    assert app.window.findings.panel is None
    qtbot.mouseClick(word_of(app), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(cards(app.window.findings)) == 1)
    (card,) = cards(app.window.findings)
    assert card.accessibleName().startswith("▲ Warning, since ")
    assert "Too quiet: the peak is" in card.accessibleName()
    # Shift+D turns it off and on.
    findings = app.window.findings
    qtbot.keyClick(app.window, D, SHIFT)
    assert threads() == []
    assert word_of(app).isHidden()
    assert findings.panel._verdict.text() == "Diagnosis is off"
    qtbot.mouseClick(findings.panel._switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not word_of(app).isHidden())  # of the sound that was kept meanwhile
    assert findings.report.findings[0].start_s == 0


def test_where_all_is_well_there_is_nothing_and_the_panel_tells_what_was_looked_for(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    app = told()
    assert word_of(app).isHidden()
    assert app.window.findings._overlay is None
    qtbot.keyClick(app.window, D)
    panel = app.window.findings.panel
    qtbot.waitUntil(lambda: "Nothing found in" in panel._verdict.text())
    assert "hum" in panel._hint.text()
    assert cards(app.window.findings) == []


def test_nothing_of_it_is_begun_before_the_first_picture(open_app: OpenApp) -> None:
    app = open_app(np.zeros(0, dtype=np.float32))
    findings = app.window.findings
    findings.look()
    assert app.window.plot.image.first_paint_s is None
    assert (findings.reports.diagnosers, findings.panel, findings._overlay) == (None, None, None)
    assert threads() == []


def test_no_thread_is_left_when_the_window_closes(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(quiet(20))
    qtbot.waitUntil(lambda: threads() == ["livemel-diagnoser"])
    app.window.close()
    assert threads() == []


def test_another_source_is_diagnosed_by_itself(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(quiet(20))
    findings = app.window.findings
    qtbot.waitUntil(lambda: findings.report is not None and findings.report.seconds >= 1)
    first = app.window.engine
    app.switch_source(SourceRequest("demo:vowels"))
    qtbot.waitUntil(lambda: app.window.engine is not first)
    qtbot.waitUntil(lambda: findings.report is not None and findings.report.seconds < 1)
    diagnosers = findings.reports.diagnosers
    qtbot.waitUntil(lambda: first not in diagnosers._running)  # its thread has ended
    assert len(threads()) == 1


def test_a_live_source_that_is_opened_anew_under_its_name_is_diagnosed_anew(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(quiet(20))
    window, findings = app.window, app.window.findings
    request = SourceRequest("demo:clipping")
    app.switch_source(request)
    qtbot.waitUntil(lambda: window.engine.source.label != "signal")
    first = window.engine
    qtbot.waitUntil(lambda: word_of(app).text() == "■ clipping", timeout=8000)
    told: list[object] = []  # when another feed is about to be painted
    window.feed_shown.connect(
        lambda: told.extend((findings._overlay.focused.findings, word_of(app).text()))
    )
    app.switch_source(request)
    qtbot.waitUntil(lambda: told != [])
    assert window.engine is not first
    assert window.engine.source.label == first.source.label
    assert told == [(), ""]
    qtbot.waitUntil(lambda: word_of(app).text() == "■ clipping", timeout=8000)
    assert findings.report is findings.reports.diagnosers.report(window.engine)


def test_the_choices_are_there_after_a_restart(
    qtbot: QtBot,
    start: Start,  # noqa: F811
    path: Path,  # noqa: F811
) -> None:
    window = start().window
    assert (window.findings.on, window.findings.shown) == (True, False)
    qtbot.keyClick(window, D)
    qtbot.keyClick(window, D, SHIFT)
    window.close()
    kept = load(path).settings
    assert (kept.diagnosis, kept.findings) == (False, True)
    window = start().window
    assert (window.findings.on, window.findings.shown) == (False, True)
    assert window.findings.panel.isVisible()
    window.close()
    assert start("--diagnosis").window.findings.on


# --- the list


def test_the_gravest_is_first_and_a_long_list_scrolls(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    many = [clip(0.1 * k, Severity.WARN) for k in range(1, 60)]
    app = told(clip(0.0), *many)
    listed = opened(qtbot, app, 40)
    panel = app.window.findings.panel
    assert "■ Fault" in listed[0].accessibleName()
    assert panel._more.text() == "and 20 more"
    bar = panel._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 1000)
    assert app.window.height() == 720


def test_what_is_over_goes_from_the_list(qtbot: QtBot, told: Callable[..., App]) -> None:
    app = told(clip(0.1), of_hum, hum=HUM)
    opened(qtbot, app, 2)
    app.window.findings.reports.diagnosers.found = (clip(0.1),)
    qtbot.waitUntil(lambda: len(cards(app.window.findings)) == 1)
    assert word_of(app).text() == "■ clipping"


def test_hum_has_a_table_of_its_harmonics(qtbot: QtBot, told: Callable[..., App]) -> None:
    app = told(of_hum, hum=HUM)
    (card,) = opened(qtbot, app, 1)
    table = app.window.findings.panel.table
    assert card.isAncestorOf(table)
    assert table.isVisible()
    assert table.rows[0] == ["n", "Hz", "dB FS", "over floor"]
    assert table.rows[2] == ["2", "100.04", "−40.0", "40.0"]
    assert "n 1, Hz 50.02, dB FS −14.0" in table.accessibleDescription()


@pytest.mark.parametrize("panels", [(), ("slice", "waveform", "levels")])
def test_the_panel_leaves_the_picture_room_and_ends_where_it_does(
    qtbot: QtBot, told: Callable[..., App], panels: tuple[str, ...]
) -> None:
    app = told(of_hum, hum=HUM, config=RunConfig(size=(1280, 720), panels=panels))
    window = app.window
    image = window.plot.image
    before = image.width()
    opened(qtbot, app, 1)
    panel = window.findings.panel
    assert before - image.width() == panel.width() <= 1280 // 3
    assert image.width() > 400
    assert panel.x() > window.plot.bar.geometry().right()
    assert panel.geometry().right() <= window.plot.width()
    assert (window.width(), window.height()) == (1280, 720)
    (card,) = cards(window.findings)
    for child in card.findChildren(QPushButton):
        if child.isVisible():
            assert card.rect().contains(child.geometry())
            assert child.width() >= child.fontMetrics().horizontalAdvance(child.text())
    qtbot.keyClick(window, D)
    qtbot.waitUntil(lambda: image.width() == before)


def test_tab_reaches_its_buttons_and_the_copy_key_in_it_copies_the_findings(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    app = told(of_hum, hum=HUM)
    (card,) = opened(qtbot, app, 1)
    qtbot.waitUntil(button(card, "Show me").isEnabled)
    app.window.plot.image.setFocus()
    reached = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        reached.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    for name in ("Show me", "Hold as baseline"):
        assert button(card, name) in reached
    button(card, "Show me").setFocus()
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(button(card, "Show me"), Qt.Key.Key_C, CTRL)
    text = QGuiApplication.clipboard().text()
    assert "Hum: 50.02 ± 0.01 Hz" in text
    assert "2\t100.04\t−40.0\t40.0" in text


# --- in the picture


def pixels(app: App) -> np.ndarray:
    """What the picture shows: shape (height, width), 0xffRRGGBB."""
    image = app.window.plot.image.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), dtype=np.uint32)
    return data.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


def test_a_bracket_stands_where_it_happened_and_tells_and_opens_when_pointed_at(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    app = told(clip(0.5), samples=quiet(1.2))
    window, image = app.window, app.window.plot.image
    qtbot.waitUntil(lambda: image.standing_at is not None)
    red = QColor(DARK.red).rgb()
    qtbot.waitUntil(lambda: bool((pixels(app)[1:3] == red).any()))
    # Until the next look it goes on, as far as one knows.
    qtbot.waitUntil(lambda: not app.window.findings._overlay.focused.now.live)
    at = np.flatnonzero((pixels(app)[1:3] == red).all(axis=0))
    assert abs(at[0] - image.x_of(0.5)) <= 1
    assert abs(at[-1] - image.x_of(0.6)) <= 1
    place = QPoint(int(at.mean()), 2)
    QApplication.sendEvent(image, QHelpEvent(QEvent.Type.ToolTip, place, image.mapToGlobal(place)))
    assert QToolTip.text() == "Clipping at 0.5 s"
    QToolTip.hideText()
    qtbot.mouseClick(image, Qt.MouseButton.LeftButton, pos=place)
    assert window.findings.shown
    assert image.marks == Marks()  # it was no click on the picture


def test_lines_at_its_frequencies_are_drawn_while_the_panel_is_open(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    tone = Finding("tone", Severity.WARN, "A tone", 0.2, 1.0, lines_hz=(5000.0,))
    app = told(tone, samples=quiet(1.2), config=RunConfig(span_s=2.0))
    image, amber = app.window.plot.image, QColor(DARK.amber).rgb()
    qtbot.waitUntil(lambda: image.standing_at is not None)

    def lit() -> float:
        y, left, right = (round(n) for n in (image.y_of(5000.0), image.x_of(0.2), image.x_of(0.9)))
        return float((pixels(app)[y - 2 : y + 3, left:right] == amber).mean(axis=1).max())

    assert lit() == 0
    qtbot.keyClick(app.window, D)
    qtbot.waitUntil(lambda: lit() > 0.4)
    qtbot.keyClick(app.window, D)
    qtbot.waitUntil(lambda: lit() == 0)


# --- show me


def test_show_me_lets_the_picture_stand_there_and_a_second_press_returns(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    app = told(clip(0.5), samples=quiet(20))
    window, image = app.window, app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 1.3)
    before = image.db_range, image.viewport
    (card,) = opened(qtbot, app, 1)
    press(qtbot, card, "Show me")
    assert window.controls.pause.isChecked()
    assert image.visible_s == pytest.approx((0.05, 1.05), abs=0.02)
    assert image.db_range != before[0]
    assert window.choice == FrontEndChoice()
    qtbot.waitUntil(lambda: button(card, "Show me", "Back").text() == "Back")
    press(qtbot, card, "Back")
    assert (image.db_range, image.viewport) == before
    assert not window.controls.pause.isChecked()


def test_show_me_of_a_hum_changes_to_its_front_end_and_back_undo_and_end_lead_back(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    app = told(of_hum, hum=HUM, samples=hum(20))
    window, image = app.window, app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 1.3)
    image.marks = Marks(harmonic_hz=440.0)
    before = image.db_range, image.viewport, window.choice
    (card,) = opened(qtbot, app, 1)
    for way in ("Back", "Ctrl+Z", "End"):
        press(qtbot, card, "Show me")
        qtbot.waitUntil(lambda: window.feed.frontend.fmax == 500.0)
        assert image.standing_at is not None
        assert image.marks.harmonic_hz == 50.02
        assert image.db_range != before[0]
        if way == "Back":
            press(qtbot, card, "Back")
        elif way == "End":
            qtbot.keyClick(window, Qt.Key.Key_End)
        else:
            qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
        qtbot.waitUntil(lambda: window.feed.frontend.fmax != 500.0)
        assert (image.db_range, image.viewport, window.choice) == before
        assert image.marks.harmonic_hz == 440.0
        assert not window.findings.is_visiting
        assert button(card, "Show me").isEnabled()


def test_from_one_finding_to_the_next_the_way_back_stays(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    app = told(clip(0.5), of_hum, hum=HUM, samples=hum(20))
    window, image = app.window, app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 1.3)
    before = image.db_range, image.viewport, image.marks, window.choice
    first, second = opened(qtbot, app, 2)
    press(qtbot, second, "Show me")
    qtbot.waitUntil(lambda: window.feed.frontend.fmax == 500.0)
    press(qtbot, first, "Show me")
    qtbot.waitUntil(lambda: window.feed.frontend.fmax != 500.0)
    assert image.visible_s == pytest.approx((0.05, 1.05), abs=0.02)
    press(qtbot, first, "Back")
    assert (image.db_range, image.viewport, image.marks, window.choice) == before


def test_a_visit_is_no_choice(
    qtbot: QtBot,
    start: Start,  # noqa: F811
    path: Path,  # noqa: F811
) -> None:
    app = start(samples=hum(20))
    window = app.window
    window.plot.set_range(-50.0, 10.0)
    qtbot.waitUntil(lambda: window.plot.image.edge_s > 1.3)
    window.findings.reports.stop()
    window.findings.reports.diagnosers = Told(of_hum, hum=HUM)
    (card,) = opened(qtbot, app, 1)
    press(qtbot, card, "Show me")
    qtbot.waitUntil(lambda: window.feed.frontend.fmax == 500.0)
    press(qtbot, card, "Back")
    qtbot.waitUntil(lambda: window.feed.frontend.fmax != 500.0)
    assert window.plot.image.db_range == (-50.0, 10.0)
    press(qtbot, card, "Show me")
    qtbot.waitUntil(lambda: window.feed.frontend.fmax == 500.0)
    window.close()
    kept = load(path).settings
    assert kept.frontend == FrontEndChoice()
    assert kept.level_range == (-50.0, 10.0)


def test_sound_that_is_not_kept_any_more_cannot_be_shown(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    config = RunConfig(history_s=1.0, span_s=1.0)
    app = told(clip(0.1), config=config)
    qtbot.waitUntil(lambda: app.window.plot.image.bounds.oldest_s > 0.3)
    (card,) = opened(qtbot, app, 1)
    qtbot.waitUntil(lambda: not button(card, "Show me").isEnabled())
    assert "not kept" in button(card, "Show me").toolTip()


# --- before and after


def test_a_baseline_is_compared_with_what_comes(qtbot: QtBot, told: Callable[..., App]) -> None:
    app = told(of_hum, hum=HUM, samples=hum(9.0, until_s=1.0))
    findings, image = app.window.findings, app.window.plot.image
    opened(qtbot, app, 1)
    qtbot.waitUntil(lambda: image.edge_s > 0.9)
    qtbot.keyClick(app.window, D, CTRL)
    qtbot.waitUntil(lambda: findings.baseline.before is not None)
    assert [h.n for h in findings.baseline.before.harmonics] == [1, 2, 3, 5]
    panel = findings.panel
    qtbot.waitUntil(lambda: panel._baseline.isVisible() and len(panel._before.rows) == 6)

    def fallen() -> bool:
        return all(row[-1] in ("−20.0 dB", "gone") for row in panel._before.rows[1:])

    qtbot.waitUntil(fallen, timeout=8000)
    assert [row[0] for row in panel._before.rows] == ["n", "1", "2", "3", "5", "all"]
    qtbot.waitUntil(lambda: panel._of_all.text().endswith("(−20.0 dB)"))
    findings.copy()
    assert "−20.0 dB" in QGuiApplication.clipboard().text()
    qtbot.mouseClick(panel._release, Qt.MouseButton.LeftButton)
    assert not panel._baseline.isVisible()


def test_a_baseline_outlives_its_source(qtbot: QtBot, told: Callable[..., App]) -> None:
    app = told(of_hum, hum=HUM, samples=hum(20))
    findings = app.window.findings
    qtbot.waitUntil(lambda: app.window.plot.image.edge_s > 0.8)
    qtbot.keyClick(app.window, D, CTRL)
    qtbot.waitUntil(lambda: findings.baseline.before is not None)
    before = findings.baseline.before
    app.switch_source(SourceRequest("demo:silence"))
    qtbot.waitUntil(lambda: all(c.is_gone for c in findings.baseline.changes), timeout=8000)
    assert findings.baseline.before is before
    assert findings.baseline.name == "signal"


def test_where_nothing_hums_there_is_nothing_to_hold(
    qtbot: QtBot, told: Callable[..., App]
) -> None:
    app = told(clip(0.1))
    qtbot.keyClick(app.window, D, CTRL)
    assert "nothing to hold" in app.window.banner.text
    assert not app.window.findings.baseline.is_wanted


def test_files_keep_their_reports_from_tab_to_tab(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    import soundfile

    names = []
    for name, level in (("quiet", 1.0), ("loud", 1000.0)):
        names.append(str(tmp_path / f"{name}.wav"))
        soundfile.write(names[-1], level * quiet(4.0), SR)
    app = open_app(quiet(1.0))  # on a busy computer it has been looked at before the files
    findings = app.window.findings
    app._files.open(names)
    qtbot.waitUntil(lambda: ends(findings) == [4.0] and not word_of(app).isHidden(), timeout=8000)
    assert app._decks.shown.is_whole
    app._files._show(app._decks.files[1])
    qtbot.waitUntil(lambda: word_of(app).isHidden())
    app._files._show(app._decks.files[0])
    qtbot.waitUntil(lambda: not word_of(app).isHidden())
    (card,) = opened(qtbot, app, 1)
    assert "0.00 to 4.00 s" in card.accessibleName()
    qtbot.waitUntil(lambda: threads() == [])
