"""Recording from the window: the key, the red light, and what is said of it."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.config import RunConfig
from livemel.engine import RecorderStatus
from livemel.sources.opening import SourceRequest
from livemel.ui.record_button import RecordButton, room
from livemel.ui.theme import DARK, LIGHT, Theme
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp, Samples

SR = 48_000


def noise(seconds: float, channels: int = 1) -> Samples:
    rng = np.random.default_rng(0)
    return (0.1 * rng.standard_normal((round(seconds * SR), channels))).astype(np.float32)


@pytest.fixture
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's folder for recordings, as the desktop says where it is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_MUSIC_DIR", str(tmp_path / "Music"))
    return tmp_path / "Music" / "Recordings"


def test_r_records_all_channels_and_r_ends_it(
    qtbot: QtBot, open_app: OpenApp, recordings: Path
) -> None:
    y = noise(8.0, channels=3)
    app = open_app(y)
    button = app.window.controls.record
    assert not button.recording
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    assert button.recording
    qtbot.waitUntil(lambda: button.text().startswith("0:01"), timeout=10_000)
    assert "left" in button.text()
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: not button.recording)
    assert button.text() == "Record  R"
    (path,) = recordings.iterdir()
    assert app.window.banner.isVisible()
    assert str(path) in app.window.banner._text.text()
    assert path.name.startswith("livemel-20")
    heard, sr = soundfile.read(path, dtype="float32")
    assert (sr, heard.shape[1]) == (SR, 3)
    # It is a stretch of the very sound.
    begin = int(np.flatnonzero((y == heard[0]).all(axis=1))[0])
    np.testing.assert_array_equal(heard, y[begin : begin + len(heard)])
    recorded = app.stats()["recorded"]
    assert recorded == {
        "file": str(path),
        "seconds": round(len(heard) / SR, 6),
        "samples": len(heard),
        "gaps": [],
        "earlier": [],
    }


def test_the_button_does_what_the_key_does_and_pause_does_not_stop_it(
    qtbot: QtBot, open_app: OpenApp, recordings: Path
) -> None:
    app = open_app(noise(8.0))
    button = app.window.controls.record
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button.recording)
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: button.text().startswith("0:01"), timeout=10_000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not button.recording)
    (path,) = recordings.iterdir()
    assert soundfile.info(path).duration >= 1


def test_what_is_asked_for_is_recorded_from_the_first_sample_to_the_last(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    y, path, stats = noise(1.0), tmp_path / "take.flac", tmp_path / "stats.json"
    app = open_app(
        y,
        RunConfig(source=SourceRequest(name="signal"), record=path, record_bits=16, stats=stats),
    )
    button = app.window.controls.record
    qtbot.waitUntil(lambda: button.recording)
    qtbot.waitUntil(lambda: not button.recording, timeout=10_000)  # with the sound
    app.window.close()
    heard, _ = soundfile.read(path, dtype="float32", always_2d=True)
    np.testing.assert_allclose(heard, y, atol=2**-16)
    assert json.loads(stats.read_text())["recorded"]["samples"] == len(y)


def test_a_change_of_the_source_is_said_and_loses_nothing(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    other = tmp_path / "other.wav"
    sound = noise(20.0)
    soundfile.write(other, sound, 44_100, subtype="FLOAT")
    path = tmp_path / "take.wav"
    app = open_app(noise(20.0), RunConfig(source=SourceRequest(name="signal"), record=path))
    app.switch_source(SourceRequest(name=str(other)))
    qtbot.waitUntil(lambda: "goes on in take-2.wav" in app.window.banner.text, timeout=10_000)
    app.window.banner._silence.setInterval(50)
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    # It goes on no more, which is seen when what was told of its end has passed.
    qtbot.waitUntil(lambda: not app.window.controls.record.recording, timeout=10_000)
    qtbot.waitUntil(lambda: app.window.banner.text == "", timeout=10_000)
    app.window.close()
    first, _ = soundfile.read(path, dtype="float32")
    np.testing.assert_array_equal(first, noise(20.0)[: len(first), 0])
    second, sr = soundfile.read(tmp_path / "take-2.wav", dtype="float32")
    assert sr == 44_100
    assert len(second) > 0
    np.testing.assert_array_equal(second, sound[: len(second), 0])


def test_a_folder_that_cannot_be_written_is_said_in_the_banner(
    qtbot: QtBot, open_app: OpenApp, recordings: Path
) -> None:
    recordings.parent.write_text("not a folder")
    app = open_app(noise(8.0))
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "cannot record to" in app.window.banner.text)
    assert not app.window.controls.record.recording


def test_why_one_has_failed_stands_also_when_the_next_one_has_ended_well(
    qtbot: QtBot, open_app: OpenApp, recordings: Path
) -> None:
    recordings.parent.write_text("not a folder")
    app = open_app(noise(30.0))
    banner, button = app.window.banner, app.window.controls.record
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "cannot record to" in banner.text)
    qtbot.waitUntil(lambda: not button.recording)
    recordings.parent.unlink()
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: button.text().startswith("0:01"), timeout=10_000)
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "recorded" in banner.text, timeout=10_000)
    assert "cannot record to" in banner.standing


def test_of_sound_that_has_ended_nothing_is_recorded(
    qtbot: QtBot, open_app: OpenApp, recordings: Path
) -> None:
    app = open_app(noise(0.3))
    qtbot.waitUntil(lambda: app.window.plot.image.standing_at is not None, timeout=10_000)
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    assert "signal has ended: there is nothing to record" in app.window.banner.text
    assert not app.window.controls.record.recording
    assert app.stats()["recorded"] is None


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_light_is_red_only_while_it_records(qtbot: QtBot, theme: Theme) -> None:
    button = RecordButton(theme)
    qtbot.addWidget(button)

    def reds() -> int:
        image = button.icon().pixmap(16, 12).toImage()
        red = QColor(theme.red).rgb()
        return sum(image.pixel(x, y) == red for x in range(16) for y in range(12))

    assert reds() == 0
    button.show_status(RecorderStatus(Path("take.wav"), 3.0, 10**9, 5000.0))
    assert reds() > 40
    assert button.text() == "0:03  ·  83 min left"
    assert "1.0 GB are free" in button.toolTip()
    button.show_status(None)
    assert reds() == 0


def test_in_a_narrow_window_the_end_of_the_words_goes_first_and_then_all_of_them(
    qtbot: QtBot,
) -> None:
    button = RecordButton(DARK)
    qtbot.addWidget(button)
    button.show()
    button.show_status(RecorderStatus(Path("take.wav"), 3.0, 10**9, 5000.0))
    wanted = button.sizeHint().width()
    button.resize(wanted, 30)
    assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    button.resize(wanted - 1, 30)
    assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert button.text() == "0:03"
    button.resize(button.brief_width - 1, 30)
    assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert button.sizeHint().width() == wanted  # it would like the room back
    button.show_status(None)
    button.resize(button.sizeHint().width() - 1, 30)
    assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert button.text() == "Record"
    assert button.minimumSizeHint().width() < wanted / 2


def test_after_large_type_the_button_wants_no_more_room_than_before(qtbot: QtBot) -> None:
    button = RecordButton(DARK)
    qtbot.addWidget(button)
    take = Path("take.wav")
    button.setStyleSheet("font-size: 13px")
    button.ensurePolished()
    button.show_status(RecorderStatus(take, 3.0, 10**9, 5000.0))
    before = button.sizeHint().width()
    button.setStyleSheet("font-size: 26px")
    button.show_status(RecorderStatus(take, 4.0, 10**9, 5000.0))
    assert button.sizeHint().width() > 1.5 * before
    button.setStyleSheet("font-size: 13px")
    assert button.sizeHint().width() == before


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (9.9, "9 s"),
        (119.0, "119 s"),
        (120.0, "2 min"),
        (7199.0, "119 min"),
        (150_000.0, "41 h"),
        (900_000.0, "10 days"),
        (1e12, "999 days"),
    ],
)
def test_room_is_told_in_the_unit_that_suits(seconds: float, text: str) -> None:
    assert room(seconds) == text
