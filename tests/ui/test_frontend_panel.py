"""The front-end's panel: choosing, editing, keeping and sharing, by keyboard and by mouse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.facts import facts
from livemel.dsp.models import FRONTENDS, ROWS, frontend
from livemel.presets import Preset, find, folder, parse, saved, write
from livemel.sources.opening import SourceRequest
from livemel.ui.frontend_panel import FrontEndPanel
from livemel.ui.theme import DARK, style_sheet
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp
from tests.ui.test_window import noise

SR = 48_000


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration folder of the test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[FrontEndPanel]:
    """The panel over a window where the live front-end runs."""
    window = QWidget()
    window.setStyleSheet(style_sheet(DARK))
    qtbot.addWidget(window)
    window.show()
    panel = FrontEndPanel(window)
    panel.show_frontend(FrontEndChoice(), frontend(), SR)
    panel.open_at(QPoint(0, 0))
    yield panel
    panel.hide()


def field(panel: FrontEndPanel, name: str) -> Any:
    return panel._fields._widgets[name]


def button(panel: FrontEndPanel, text: str) -> QPushButton:
    [found] = [b for b in panel.findChildren(QPushButton) if b.text() == text]
    return found


def press(qtbot: QtBot, panel: FrontEndPanel, text: str) -> None:
    qtbot.mouseClick(button(panel, text), Qt.MouseButton.LeftButton)


def search(qtbot: QtBot, panel: FrontEndPanel, text: str) -> list[str]:
    """Type it, and see what is left in the list."""
    panel._models.search.setFocus()
    panel._models.search.selectAll()
    qtbot.keyClicks(panel._models.search, text)
    return panel._models.names


def index_of(panel: FrontEndPanel, text: str) -> QModelIndex:
    items = panel._models._items
    [item] = items.findItems(text)
    return items.indexFromItem(item)


def word(panel: FrontEndPanel) -> str:
    return panel._word.text()


def key_on_focus(qtbot: QtBot, key: Qt.Key) -> None:
    """To whichever widget has the focus, as a keyboard would."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key)


# --- choosing -------------------------------------------------------------------------------------


def test_all_rows_are_listed_by_kind_and_the_running_one_is_highlighted(
    panel: FrontEndPanel,
) -> None:
    assert sorted(panel._models.names) == sorted(FRONTENDS)
    items = panel._models._items
    texts = [items.item(n).text() for n in range(items.rowCount())]
    headings = [text for text in texts if text.isupper()]
    assert headings == ["LIVEMEL", "LIBRARIES", "SPEECH MODELS", "SOUND EVENTS", "VOCODERS"]
    assert panel._models.list.currentIndex().data() == "live"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fast", {"nemo-fastconformer-80", "nemo-fastconformer-128"}),
        ("clap", {"clap-fusion", "clap-rand", "ms-clap-2023"}),
        ("Parakeet", {"nemo-fastconformer-128"}),
        ("nvidia", {"tacotron2"}),
        ("vocoders", {"tacotron2", "hifigan", "vocos"}),
        ("128 nemo", {"nemo-fastconformer-128"}),
        ("libraries", {"librosa", "torchaudio", "kaldi"}),
    ],
)
def test_search_finds_by_name_title_kind_and_source(
    qtbot: QtBot, panel: FrontEndPanel, text: str, found: set[str]
) -> None:
    assert set(search(qtbot, panel, text)) == found


@pytest.mark.parametrize("name", FRONTENDS)
def test_a_name_typed_in_full_is_taken_by_enter(
    qtbot: QtBot, panel: FrontEndPanel, name: str
) -> None:
    search(qtbot, panel, name)
    assert panel._models.list.currentIndex().data() == name
    with qtbot.waitSignal(panel.chosen) as taken:
        key_on_focus(qtbot, Qt.Key.Key_Return)
    assert taken.args == [FrontEndChoice(name)]
    assert not panel.isVisible()


def test_what_is_not_there_is_not_taken(qtbot: QtBot, panel: FrontEndPanel) -> None:
    assert search(qtbot, panel, "xyzzy") == []
    with qtbot.assertNotEmitted(panel.chosen):
        key_on_focus(qtbot, Qt.Key.Key_Return)
    assert word(panel) == "nothing matches the search"
    assert len(search(qtbot, panel, "\b")) == len(FRONTENDS)


def test_arrows_move_in_the_list_and_letters_search_from_it(
    qtbot: QtBot, panel: FrontEndPanel
) -> None:
    qtbot.keyClick(panel._models.search, Qt.Key.Key_Down)
    assert panel._models.list.currentIndex().data() == "speech"
    panel._models.list.setFocus()
    qtbot.keyClick(panel._models.list, "k")
    assert panel._models.search.text() == "k"
    assert "kaldi" in panel._models.names


def test_a_double_click_takes_a_front_end(qtbot: QtBot, panel: FrontEndPanel) -> None:
    listed = panel._models.list
    listed.scrollTo(index_of(panel, "speech"))
    at = listed.visualRect(index_of(panel, "speech")).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert panel.isVisible()
    with qtbot.waitSignal(panel.chosen) as taken:
        qtbot.mouseDClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert taken.args == [FrontEndChoice("speech")]


def test_escape_closes_and_takes_nothing(qtbot: QtBot, panel: FrontEndPanel) -> None:
    search(qtbot, panel, "kaldi")
    with qtbot.assertNotEmitted(panel.chosen):
        key_on_focus(qtbot, Qt.Key.Key_Escape)
    assert not panel.isVisible()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_all_that_is_known_of_the_highlighted_one_is_shown(
    qtbot: QtBot, panel: FrontEndPanel, row: Any
) -> None:
    search(qtbot, panel, row.name)
    shown = [(name.text(), value.text()) for name, value in panel._facts._labels]
    assert shown == facts(row, row.build(SR))
    told = " ".join(value for _, value in shown)
    for part in (row.policy, row.layout, row.source, row.checked, row.build(SR).window):
        assert part in told
    assert panel._title.text() == f"{row.name}: {row.title}"


@pytest.mark.parametrize("name", FRONTENDS)
def test_nothing_in_the_panel_is_clipped_at_the_smallest_of_usual_screens(
    qtbot: QtBot, panel: FrontEndPanel, name: str
) -> None:
    assert panel.width() <= 960
    assert panel.height() <= 720 - 52
    search(qtbot, panel, name)
    labels = [label for pair in panel._facts._labels for label in pair]
    qtbot.waitUntil(lambda: all(lb.height() >= lb.heightForWidth(lb.width()) for lb in labels))
    assert panel._facts.verticalScrollBar().maximum() == 0
    for widget in panel.findChildren(QPushButton):
        assert widget.width() >= widget.sizeHint().width()


# --- editing --------------------------------------------------------------------------------------


def test_only_what_is_touched_is_changed(qtbot: QtBot, panel: FrontEndPanel) -> None:
    search(qtbot, panel, "kaldi")
    field(panel, "n_mels").setValue(40)
    with qtbot.waitSignal(panel.chosen) as taken:
        press(qtbot, panel, "Apply")
    assert taken.args == [FrontEndChoice("kaldi", changes={"n_mels": 40})]


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("n_fft", "1024", {"n_fft": 1024}),
        ("hop_length", 240, {"hop_length": 240}),
        ("win_length", 1200, {"win_length": 1200}),
        ("n_mels", 40, {"n_mels": 40}),
        ("fmin", 50.0, {"fmin": 50.0}),
        ("fmax", 8000.0, {"fmax": 8000.0}),
        ("mel_scale", "htk", {"mel_scale": "htk"}),
        ("norm", "none", {"norm": None}),
        ("window", "hamming", {"window": "hamming"}),
        ("center", "reflect", {"center": True, "pad_mode": "reflect"}),
        ("center", "constant", {"center": True}),
        ("power", "1", {"power": 1}),
        ("preemphasis", 0.97, {"preemphasis": 0.97}),
        ("log", "ln", {"log": "ln"}),
    ],
)
def test_each_field_sets_its_own_and_back_is_no_change(
    panel: FrontEndPanel, name: str, value: Any, changes: dict[str, Any]
) -> None:
    widget = field(panel, name)
    put = widget.setCurrentText if isinstance(value, str) else widget.setValue
    before = widget.currentText() if isinstance(value, str) else widget.value()
    put(value)
    assert panel._edited().changes == changes
    put(before)
    assert panel._edited().changes == {}


def test_the_hop_follows_a_window_that_gets_shorter_until_it_is_touched(
    panel: FrontEndPanel,
) -> None:
    field(panel, "n_fft").setCurrentText("256")
    assert field(panel, "hop_length").value() == 128
    assert field(panel, "win_length").value() == 256
    field(panel, "n_fft").setCurrentText("2048")
    assert field(panel, "hop_length").value() == 480
    field(panel, "hop_length").setValue(300)
    field(panel, "n_fft").setCurrentText("256")
    assert field(panel, "hop_length").value() == 300
    assert word(panel).startswith("hop_length=300 exceeds the window of 256 samples")


def test_an_fmax_at_the_top_follows_the_sources_rate(qtbot: QtBot, panel: FrontEndPanel) -> None:
    search(qtbot, panel, "birds")
    field(panel, "fmax").setValue(24_000)
    assert panel._edited().changes == {"fmax": None}


def test_ways_to_normalise_are_those_that_would_change_something(
    qtbot: QtBot, panel: FrontEndPanel
) -> None:
    ways = {}
    for name in ("live", "whisper-80", "ast", "nemo"):
        search(qtbot, panel, name)
        box = field(panel, "normalise")
        ways[name] = [box.itemText(n) for n in range(box.count())], box.currentText()
    assert ways == {
        "live": (["none"], "none"),
        "whisper-80": (["none", "fixed", "running", "exact", "instance"], "running"),
        "ast": (["none", "fixed"], "fixed"),
        "nemo": (["none", "running", "exact", "instance"], "none"),
    }
    field(panel, "normalise").setCurrentText("running")
    assert panel._edited().changes == {"normalise": "running"}


def test_what_is_impossible_is_said_in_one_line_and_not_taken_or_saved(
    qtbot: QtBot, panel: FrontEndPanel
) -> None:
    field(panel, "n_fft").setCurrentText("many")
    assert word(panel) == "n_fft='many' is not a whole number"
    panel._saving.name.setText("mine")
    with qtbot.assertNotEmitted(panel.chosen):
        for text in ("Apply", "Save", "Copy as TOML"):
            press(qtbot, panel, text)
    assert word(panel) == "n_fft='many' is not a whole number"
    assert saved() == []


def test_the_details_tell_what_the_edited_one_amounts_to(panel: FrontEndPanel) -> None:
    field(panel, "n_mels").setValue(256)
    shown = {name.text(): value.text() for name, value in panel._facts._labels}
    assert shown["bands"] == "256, slaney, 0 to 24000 Hz"
    assert shown["one-bin bands"] != "0"
    assert shown["checked"] == "changed from what was run against librosa 0.11"
    assert panel._title.text().startswith("live, changed: ")


def test_reset_takes_the_named_one_without_changes(qtbot: QtBot, panel: FrontEndPanel) -> None:
    panel.show_frontend(FrontEndChoice(changes={"n_mels": 40}), frontend(), SR)
    field(panel, "fmin").setValue(100)
    with qtbot.waitSignal(panel.chosen) as taken:
        press(qtbot, panel, "Reset")
    assert taken.args == [FrontEndChoice()]


# --- keeping --------------------------------------------------------------------------------------


def test_one_is_saved_listed_and_taken_by_the_keyboard_alone(
    qtbot: QtBot, panel: FrontEndPanel
) -> None:
    search(qtbot, panel, "whisper-80")
    field(panel, "n_mels").setValue(64)
    panel._saving.name.setFocus()
    qtbot.keyClicks(panel._saving.name, "mine")
    key_on_focus(qtbot, Qt.Key.Key_Return)
    assert find("mine") == Preset("mine", "whisper-80", changes={"n_mels": 64})
    assert word(panel) == f"saved: {folder() / 'mine.toml'}"
    assert panel._models.names[0] == "mine"
    assert panel._models.list.currentIndex().data() == "mine"
    panel._models.list.setFocus()
    with qtbot.waitSignal(panel.chosen) as taken:
        key_on_focus(qtbot, Qt.Key.Key_Return)
    assert taken.args == [FrontEndChoice("mine")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "name='' is not up to 64 letters"),
        ("my whisper", "name='my whisper' is not up to 64 letters"),
        ("kaldi", "name='kaldi' is a built-in front-end's"),
    ],
)
def test_a_name_that_cannot_be_is_said(
    qtbot: QtBot, panel: FrontEndPanel, name: str, message: str
) -> None:
    field(panel, "n_mels").setValue(64)
    panel._saving.name.setText(name)
    press(qtbot, panel, "Save")
    assert word(panel).startswith(message)
    assert saved() == []


def test_overwriting_asks_and_another_name_takes_the_question_back(
    qtbot: QtBot, panel: FrontEndPanel
) -> None:
    write(Preset("mine", "music", "Mine"))
    field(panel, "n_mels").setValue(64)
    panel._saving.name.setText("mine")
    press(qtbot, panel, "Save")
    assert word(panel) == "mine is there already"
    assert find("mine").base == "music"
    panel._saving.name.setText("mine2")
    press(qtbot, panel, "Save")
    assert find("mine2").base == "live"
    field(panel, "n_mels").setValue(32)
    panel._saving.name.setText("mine")
    press(qtbot, panel, "Save")
    press(qtbot, panel, "Overwrite")
    assert find("mine") == Preset("mine", "live", changes={"n_mels": 32})


def test_a_saved_one_keeps_its_title_when_it_is_edited(qtbot: QtBot, panel: FrontEndPanel) -> None:
    write(Preset("mine", "live", "For bats", {"n_mels": 64}))
    panel.open_at(QPoint(0, 0))
    assert search(qtbot, panel, "bats") == ["mine"]
    field(panel, "fmin").setValue(100)
    press(qtbot, panel, "Save")
    press(qtbot, panel, "Overwrite")
    assert find("mine") == Preset("mine", "live", "For bats", {"n_mels": 64, "fmin": 100.0})


def test_a_rate_that_was_asked_for_is_saved_with_it(qtbot: QtBot, panel: FrontEndPanel) -> None:
    choice = FrontEndChoice(sr=16_000)
    panel.show_frontend(choice, choice.build(SR), SR)
    panel._saving.name.setText("slow")
    press(qtbot, panel, "Save")
    assert find("slow").build(SR) == choice.build(SR)


def test_deleting_asks_and_leaves_the_draft(qtbot: QtBot, panel: FrontEndPanel) -> None:
    write(Preset("mine", "music", changes={"n_mels": 64}))
    assert not button(panel, "Delete").isEnabled()
    panel.open_at(QPoint(0, 0))
    search(qtbot, panel, "mine")
    press(qtbot, panel, "Delete")
    assert len(saved()) == 1
    field(panel, "fmin").setValue(100)  # doing something else takes the question back
    press(qtbot, panel, "Delete")
    press(qtbot, panel, "Really?")
    assert saved() == []
    assert "mine" not in panel._models.names
    assert panel._edited() == FrontEndChoice("music", changes={"n_mels": 64, "fmin": 100.0})


def test_a_broken_one_is_listed_with_its_reason_and_cannot_be_taken(
    qtbot: QtBot, panel: FrontEndPanel
) -> None:
    write(Preset("good", "live"))
    (folder() / "bad.toml").write_text("base = 'liv'")
    panel.open_at(QPoint(0, 0))
    assert panel._models.names[0] == "good"
    index = index_of(panel, "bad  ⚠")
    assert not index.flags() & Qt.ItemFlag.ItemIsEnabled
    assert index.data(Qt.ItemDataRole.ToolTipRole) == (
        "bad.toml, line 1: base='liv' is not a built-in front-end (live?)"
    )
    assert search(qtbot, panel, "bad") == []


def test_one_that_this_source_is_too_slow_for_is_shown_and_not_taken(
    qtbot: QtBot, panel: FrontEndPanel
) -> None:
    write(Preset("bats", "live", changes={"fmax": 90_000.0}))
    panel.open_at(QPoint(0, 0))
    search(qtbot, panel, "bats")
    with qtbot.assertNotEmitted(panel.chosen):
        press(qtbot, panel, "Apply")
    assert word(panel) == "fmax=90000 exceeds sr/2=24000"


# --- sharing --------------------------------------------------------------------------------------


def test_what_is_copied_can_be_pasted(qtbot: QtBot, panel: FrontEndPanel) -> None:
    search(qtbot, panel, "whisper-80")
    field(panel, "n_mels").setValue(64)
    panel._saving.name.setText("gift")
    press(qtbot, panel, "Copy as TOML")
    text = QGuiApplication.clipboard().text()
    assert parse(text, "x") == Preset("gift", "whisper-80", changes={"n_mels": 64})
    QGuiApplication.clipboard().setText(text.replace("base", 'title = "For you"\nbase'))
    panel.open_at(QPoint(0, 0))
    press(qtbot, panel, "Paste")
    assert panel._edited() == FrontEndChoice("whisper-80", changes={"n_mels": 64})
    press(qtbot, panel, "Save")
    assert find("gift") == Preset("gift", "whisper-80", "For you", {"n_mels": 64})


def test_what_is_pasted_wrong_is_said_with_its_line(qtbot: QtBot, panel: FrontEndPanel) -> None:
    QGuiApplication.clipboard().setText("base = 'live'\n[frontend]\nhop_lenght = 3")
    press(qtbot, panel, "Paste")
    assert word(panel) == (
        "clipboard, line 3: hop_lenght is not a field of a front-end (hop_length?)"
    )
    assert panel._edited() == FrontEndChoice()


def test_a_file_is_opened_by_the_dialog(qtbot: QtBot, panel: FrontEndPanel, tmp_path: Path) -> None:
    path = tmp_path / "gift.toml"
    path.write_text('base = "kaldi"\n[frontend]\nn_mels = 40\n')

    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    press(qtbot, panel, "Open…")
    assert not panel.isVisible()
    [dialog] = panel._window.findChildren(QFileDialog)
    dialog.selectFile(str(path))
    dialog.accept()
    assert panel.isVisible()
    assert panel._saving.name.text() == "gift"
    assert not panel._models.list.currentIndex().isValid()
    with qtbot.waitSignal(panel.chosen) as taken:
        press(qtbot, panel, "Apply")
    [choice] = taken.args
    assert choice.build(SR) == frontend("kaldi").replace(n_mels=40)
    assert choice.preset.name == "gift"


def test_a_file_that_cannot_be_read_is_said(panel: FrontEndPanel, tmp_path: Path) -> None:
    panel.open_file(tmp_path / "none.toml")
    assert word(panel) == f"no such file: {tmp_path / 'none.toml'}"


# --- in the window --------------------------------------------------------------------------------


def test_a_saved_one_runs_under_its_name_also_when_its_file_is_gone(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    write(Preset("mine", "whisper-80", changes={"n_mels": 64}))
    app = open_app(noise(5.0))
    controls = app.window.controls
    controls._panel.open_at(QPoint(0, 0))
    search(qtbot, controls._panel, "mine")
    press(qtbot, controls._panel, "Apply")
    qtbot.waitUntil(lambda: app.window.feed.frontend.n_mels == 64)
    assert controls._frontend.whole_text.startswith("mine · 400 / 160 · 64 mels")
    assert app.window.status._policy.text() == "normalised: running · as if the sound ended now"
    assert app.stats()["lookahead_ms"] == 12.5
    (folder() / "mine.toml").unlink()
    controls._panel.open_at(QPoint(0, 0))
    field(controls._panel, "n_mels").setValue(40)
    press(qtbot, controls._panel, "Apply")
    qtbot.waitUntil(lambda: app.window.feed.frontend.n_mels == 40)
    assert controls._frontend.whole_text.startswith("mine, changed · ")


def test_the_look_ahead_is_told_beside_the_latency(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(5.0))
    latency = app.window.status._latency
    qtbot.waitUntil(lambda: latency.text().endswith(" + 21.3 ms look-ahead"))
    assert app.stats()["lookahead_ms"] == pytest.approx(1024 / 48, abs=1e-3)


def test_a_source_too_slow_for_a_saved_one_gets_what_it_was_made_from_and_a_notice(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    write(Preset("mine", "music", changes={"fmax": 20_000.0}))
    path = tmp_path / "slow.wav"
    soundfile.write(path, noise(1.0)[:8000], 8000)
    app = open_app(noise(3.0), RunConfig(frontend=FrontEndChoice("mine")))
    app.switch_source(SourceRequest(name=str(path)))
    qtbot.waitUntil(lambda: app.window.feed.frontend == frontend("music", sr=8000))
    qtbot.waitUntil(lambda: "fmax=20000 exceeds sr/2=4000" in app.window.banner.text)
