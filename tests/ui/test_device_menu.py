"""The menu of sources: what it says, and that it keeps still under the pointer."""

from collections.abc import Iterator

import pytest
from livemel.sources.devices import DeviceList, SoundDevice
from livemel.sources.opening import SourceRequest
from livemel.ui.device_entries import Heard, device_entries
from livemel.ui.source_button import SourceButton
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot


def source(
    name: str, *, plays: bool = False, default: bool = False, channels: int = 2
) -> SoundDevice:
    id_ = name.lower().replace(" ", "_")
    return SoundDevice(None, name, "PulseAudio", channels, 48_000, default, plays, id_)


BUILT_IN = source("Built-in", default=True)
USB = source("USB & Co", channels=18)
SPEAKERS = source("Monitor of Speakers", plays=True)
PULSE = SoundDevice(0, "pulse", "ALSA", 2, 44_100, False, id="pulse")
DEFAULT = Heard(SourceRequest(), "Built-in", BUILT_IN.key)


@pytest.fixture
def button(qtbot: QtBot) -> Iterator[SourceButton]:
    thing = SourceButton()
    qtbot.addWidget(thing)
    thing.setGeometry(100, 300, 240, 30)
    thing.show()
    yield thing
    thing._menu.close()


def open_menu(button: SourceButton, qtbot: QtBot) -> None:
    menu = button._menu
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    qtbot.waitUntil(menu.isVisible)


def lines(button: SourceButton) -> list[str]:
    actions = button._menu.actions()
    return [("✓ " if a.isChecked() else "") + a.text() for a in actions if not a.isSeparator()]


def test_devices_stand_under_what_they_are() -> None:
    devices = DeviceList((BUILT_IN, SPEAKERS, USB, PULSE))
    entries = device_entries(devices, DEFAULT)
    assert [(entry.text, entry.checked) for entry in entries] == [
        ("Default microphone · Built-in", True),
        ("Built-in   (PulseAudio)", False),
        ("USB & Co   (PulseAudio, 18 channels)", False),
        ("pulse   (ALSA)", False),
        ("What the computer plays", False),
        ("Monitor of Speakers   (PulseAudio)", False),
    ]
    assert [entry.request for entry in entries if entry.heading] == [None]


def test_the_one_that_is_heard_is_ticked_and_one_that_is_gone_is_grey() -> None:
    heard = Heard(SourceRequest(device="usb_&_co"), "USB & Co", USB.key)
    there = device_entries(DeviceList((BUILT_IN, USB)), heard)
    assert [entry.text for entry in there if entry.checked] == [
        "USB & Co   (PulseAudio, 18 channels)"
    ]
    (gone,) = (e for e in device_entries(DeviceList((BUILT_IN,)), heard) if e.checked)
    assert (gone.text, gone.request) == ("USB & Co   (gone)", None)


def test_what_there_is_not_is_said() -> None:
    assert device_entries(None, DEFAULT)[-1].text == "looking for devices …"
    texts = [entry.text for entry in device_entries(DeviceList(), Heard(SourceRequest(), "x"))]
    assert "no input device" in texts
    assert texts[-1].startswith("needs ")
    trouble = device_entries(DeviceList(trouble="the sound server does not answer"), DEFAULT)
    assert "the sound server does not answer" in [entry.text for entry in trouble]


def test_two_of_one_name_are_told_apart_and_long_names_keep_both_ends() -> None:
    twins = (
        SoundDevice(None, "Webcam", "PulseAudio", 1, 48_000, False, id="cam.1"),
        SoundDevice(None, "Webcam", "PulseAudio", 1, 48_000, False, id="cam.2"),
        source("A microphone array with a name that no menu was ever made for, number 2"),
    )
    texts = [entry.text for entry in device_entries(DeviceList(twins), DEFAULT)]
    assert "Webcam   (PulseAudio, cam.1)" in texts
    assert "Webcam   (PulseAudio, cam.2)" in texts
    (long,) = (text for text in texts if text.startswith("A microphone"))
    assert len(long) <= 56
    assert "…" in long
    assert long.endswith("number 2   (PulseAudio)")
    tips = [entry.tip for entry in device_entries(DeviceList(twins), DEFAULT)]
    assert f"{twins[2].name}\n{twins[2].id}\n2 channels, 48000 Hz" in tips


def test_of_a_long_line_the_name_is_shortened_and_what_is_known_of_it_is_whole() -> None:
    name = "Monitor of Eight channel interface, the second of two on this desk"
    twins = [
        SoundDevice(None, name, "PulseAudio", 8, 48_000, default, False, f"{'a.b-' * 20}{n}")
        for n, default in ((1, False), (2, True))
    ]
    one = source(name, plays=True, channels=8)
    texts = [entry.text for entry in device_entries(DeviceList((*twins, one)), DEFAULT)]
    assert texts[0] == "Default microphone · Monitor of Eight… two on this desk"
    known = "PulseAudio, 8 channels, a.b-a.b-a.b-a…-a.b-a.b-a.b-1"
    assert texts[1] == f"Monitor of Eight …f two on this desk   ({known})"
    (alone,) = (e.text for e in device_entries(DeviceList((one,)), DEFAULT) if "desk" in e.text)
    assert alone == "Monitor of Eight …f two on this desk   (PulseAudio, 8 channels)"


def test_a_button_that_is_too_narrow_says_first_that_its_device_is_gone(
    button: SourceButton,
) -> None:
    button.show_devices(DeviceList((BUILT_IN,)))
    button.show_source(SourceRequest(device="speakers"), SPEAKERS.name, SPEAKERS.key)
    button.resize(150, 30)
    assert button.text().startswith("gone · Mon")
    assert button.text().endswith("…  ▾")


def test_a_button_that_is_too_narrow_keeps_the_name_before_what_it_is(
    button: SourceButton,
) -> None:
    button.show_devices(DeviceList((BUILT_IN, SPEAKERS)))
    button.show_source(SourceRequest(device="speakers"), SPEAKERS.name, SPEAKERS.key)
    button.resize(button.sizeHint().width(), 30)
    assert button.text() == "Plays · Monitor of Speakers  ▾"
    button.resize(button.sizeHint().width() - 10, 30)
    assert button.text() == "Monitor of Speakers  ▾"


def test_two_that_portaudio_calls_the_same_have_a_line_each(
    button: SourceButton, qtbot: QtBot
) -> None:
    twins = [SoundDevice(n, "twin", "ALSA", 2, 48_000, False, id="twin") for n in (3, 4)]
    button.show_devices(DeviceList((*twins,)))
    open_menu(button, qtbot)
    chosen: list[SourceRequest] = []
    button.chosen.connect(chosen.append)
    for action in button._menu.actions():
        if "twin" in action.text():
            action.trigger()
    assert chosen == [SourceRequest(device="3"), SourceRequest(device="4")]


def test_an_open_menu_keeps_its_lines_and_what_is_pointed_at_where_it_is(
    button: SourceButton, qtbot: QtBot
) -> None:
    button.show_source(SourceRequest(), "Built-in", BUILT_IN.key)
    button.show_devices(DeviceList((BUILT_IN, USB, SPEAKERS)))
    open_menu(button, qtbot)
    menu = button._menu
    usb = next(action for action in menu.actions() if "USB" in action.text())
    speakers = next(action for action in menu.actions() if "Speakers" in action.text())
    menu.setActiveAction(speakers)
    at = menu.mapToGlobal(menu.actionGeometry(speakers).topLeft())
    button.show_devices(DeviceList((BUILT_IN, source("New"), PULSE, SPEAKERS)))
    assert menu.isVisible()
    assert menu.activeAction() is speakers  # the same line, still pointed at
    assert menu.mapToGlobal(menu.actionGeometry(speakers).topLeft()) == at
    assert (usb.text(), usb.isEnabled()) == (
        "USB && Co   (PulseAudio, 18 channels)   (gone)",
        False,
    )
    button.show_devices(DeviceList((BUILT_IN, USB, source("New"), PULSE, SPEAKERS)))
    assert (usb.text(), usb.isEnabled()) == ("USB && Co   (PulseAudio, 18 channels)", True)
    button.show_devices(DeviceList((BUILT_IN, SPEAKERS)))
    menu.close()
    open_menu(button, qtbot)
    assert lines(button)[:4] == [
        "✓ Default microphone · Built-in",
        "Built-in   (PulseAudio)",
        "What the computer plays",
        "Monitor of Speakers   (PulseAudio)",
    ]


def test_where_the_menu_cannot_give_way_a_new_line_waits_until_the_pointer_moves(
    button: SourceButton, qtbot: QtBot
) -> None:
    button.show_devices(DeviceList((BUILT_IN, SPEAKERS)))
    open_menu(button, qtbot)
    menu = button._menu
    menu.move(0, 0)
    speakers = next(action for action in menu.actions() if "Speakers" in action.text())
    menu.setActiveAction(speakers)
    button.show_devices(DeviceList((BUILT_IN, USB, SPEAKERS)))
    assert not any("USB" in line for line in lines(button))
    menu.move(0, 300)
    menu.setActiveAction(menu.actions()[0])
    assert any("USB" in line for line in lines(button))


def test_a_line_that_came_while_the_menu_was_open_can_be_chosen(
    button: SourceButton, qtbot: QtBot
) -> None:
    button.show_devices(DeviceList((BUILT_IN,)))
    open_menu(button, qtbot)
    button.show_devices(DeviceList((BUILT_IN, SPEAKERS)))
    menu = button._menu
    speakers = next(action for action in menu.actions() if "Speakers" in action.text())
    with qtbot.waitSignal(button.chosen) as chosen:
        qtbot.mouseClick(
            menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(speakers).center()
        )
    assert chosen.args == [SourceRequest(device="monitor_of_speakers")]


def test_who_opens_the_menu_has_the_list_looked_after(button: SourceButton, qtbot: QtBot) -> None:
    told: list[bool] = []
    button.attended.connect(told.append)
    open_menu(button, qtbot)
    button._menu.close()
    assert told == [True, False]


@pytest.mark.parametrize(
    ("request_", "device", "text"),
    [
        (SourceRequest(), None, "Mic · Built-in"),
        (SourceRequest(), BUILT_IN, "Default · Built-in"),
        (SourceRequest(device="built-in"), BUILT_IN, "Mic · Built-in"),
        (SourceRequest(device="monitor_of_speakers"), SPEAKERS, "Plays · Monitor of Speakers"),
        (SourceRequest(device="usb"), USB, "gone · USB & Co"),
        (SourceRequest(name="demo"), None, "Demo: vowels"),
    ],
)
def test_the_button_says_what_is_really_heard(
    request_: SourceRequest, device: SoundDevice | None, text: str, button: SourceButton
) -> None:
    button.show_devices(DeviceList((BUILT_IN, SPEAKERS)))
    name = device.name if device else text.rpartition(" · ")[2]
    button.show_source(request_, name, device.key if device else None)
    assert button.whole_text == text
