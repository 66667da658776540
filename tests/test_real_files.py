"""Files as a person opens them: a real drag from another program, real keys, on a screen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.settings.recent import load
from PIL import Image

from tests.rig.desk import VirtualDesk
from tests.test_real_window import tool, wait_for

SR = 48_000
# A window of another program, in the lower left corner, that files can be dragged out of.
DRAGS = """
import sys
from PySide6.QtCore import QMimeData, QUrl, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel

class Files(QLabel):
    def mousePressEvent(self, event):
        data = QMimeData()
        if sys.argv[1] == "text":
            data.setText("only words")
        else:
            data.setUrls([QUrl.fromLocalFile(name) for name in sys.argv[1:]])
        drag = QDrag(self)
        drag.setMimeData(data)
        print(drag.exec(Qt.DropAction.CopyAction), flush=True)

app = QApplication([])
files = Files("files")
files.setWindowFlags(Qt.WindowType.FramelessWindowHint)
files.setWindowTitle("drag source")
files.setGeometry(20, 900, 200, 120)
files.show()
app.exec()
"""
ACCENT, AMBER = (0x5C, 0xB3, 0xD9), (0xE9, 0xB0, 0x4A)


@pytest.fixture
def running(desk: VirtualDesk) -> "Iterator[list[subprocess.Popen[bytes]]]":
    """Processes that are ended afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


class Person:
    """Somebody at the desk with livemel and another program in front of them."""

    def __init__(self, desk: VirtualDesk, running: list, tmp_path: Path) -> None:
        self.desk, self._running, self._tmp = desk, running, tmp_path

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "livemel", *arguments]
        process = subprocess.Popen(command, env=self.desk.env, stdin=subprocess.DEVNULL)
        self._running.append(process)
        self.window = tool(
            self.desk, "search", "--sync", "--onlyvisible", "--name", "^livemel"
        ).splitlines()[0]
        tool(self.desk, "windowactivate", "--sync", self.window)
        tool(self.desk, "windowmove", "--sync", self.window, "300", "40")
        return process

    def drag(self, *what: str, let_go: bool = True) -> None:
        """Out of the other program's window into livemel's."""
        if not hasattr(self, "_source"):
            self._source = subprocess.Popen(
                [sys.executable, "-c", DRAGS, *what],
                env=self.desk.env,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._running.append(self._source)
            tool(self.desk, "search", "--sync", "--onlyvisible", "--name", "^drag source")
        tool(self.desk, "mousemove", "100", "950", "mousedown", "1")
        for x, y in ((140, 920), (400, 700), (600, 500), (640, 480), (660, 470)):
            tool(self.desk, "mousemove", str(x), str(y), "sleep", "0.1")
        if let_go:
            tool(self.desk, "mouseup", "1")

    def press(self, *keys: str) -> None:
        tool(self.desk, "windowactivate", "--sync", self.window, "key", "--delay", "60", *keys)

    def title(self) -> str:
        return tool(self.desk, "getwindowname", self.window).removeprefix("livemel — ")

    def shot(self) -> np.ndarray:
        """livemel's window without its frame: shape (height, width, 3)."""
        told = tool(self.desk, "getwindowgeometry", "--shell", self.window)
        place = dict(line.split("=") for line in told.splitlines())
        x, y, w, h = (int(place[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        path = self.desk.screen.screenshot(self._tmp / "screen.bmp")
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))[y : y + h, x : x + w]


@pytest.fixture
def person(desk: VirtualDesk, running: list, tmp_path: Path) -> Person:
    return Person(desk, running, tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two tones of two seconds, 20 dB apart."""
    t = np.arange(2 * SR) / SR
    paths = []
    for name, gain in (("loud.wav", 0.5), ("soft.wav", 0.05)):
        path = tmp_path / name
        soundfile.write(path, gain * np.sin(2 * np.pi * 1000 * t), SR)
        paths.append(str(path))
    return paths


def test_dragged_files_become_tabs_and_keys_lead_through_them(
    person: Person, files: list[str], tmp_path: Path
) -> None:
    stats = tmp_path / "stats.json"
    process = person.start("--stats", str(stats))
    live = person.title()
    person.drag(*files, let_go=False)
    # "Drop to open" has a dashed line all around.
    wait_for(lambda: (person.shot() == ACCENT).all(axis=2).sum() > 2000, 5)
    tool(person.desk, "mouseup", "1")
    wait_for(lambda: person.title() == "loud.wav", 10)
    person.press("ctrl+Tab")
    wait_for(lambda: person.title() == "soft.wav", 10)
    person.press("ctrl+shift+Tab")
    wait_for(lambda: person.title() == "loud.wav", 10)
    person.press("ctrl+shift+Tab")
    wait_for(lambda: person.title() == live, 10)
    person.press("ctrl+Tab", "ctrl+w")
    wait_for(lambda: person.title() == live, 10)
    person.press("ctrl+q")
    assert process.wait(10) == 0
    written = json.loads(stats.read_text())
    assert (written["samples_lost"], written["columns_lost"]) == (0, 0)
    assert written["samples"] > 2 * SR  # what was live went on all the time


def test_a_single_dragged_file_plays(person: Person, files: list[str]) -> None:
    process = person.start()
    person.drag(files[0])
    wait_for(lambda: person.title() == "loud.wav", 10)
    process.terminate()
    process.wait(10)


def test_dragged_words_are_refused_in_a_banner(person: Person) -> None:
    process = person.start("--source", "demo:vowels")
    person.drag("text")
    wait_for(lambda: np.all(person.shot()[50, 900] == AMBER), 5)
    assert person.title().startswith("Demo")
    process.terminate()
    process.wait(10)


def test_b_puts_two_files_side_by_side_on_one_scale(person: Person, files: list[str]) -> None:
    process = person.start(*files)

    def brightest() -> tuple[int, int]:
        """The brightest of the left half of the picture and of the right one."""
        grey = person.shot().astype(int).sum(axis=2)[150:640]
        return int(grey[:, 70:600].max()), int(grey[:, 700:1180].max())

    wait_for(lambda: min(brightest()) > 600, 10)  # one loud tone
    person.press("b")
    wait_for(lambda: brightest()[0] > 600 > brightest()[1] + 50, 10)  # beside it the soft one
    person.press("shift+b")
    wait_for(lambda: brightest()[1] > 600 > brightest()[0] + 50, 10)
    person.press("b")
    wait_for(lambda: max(brightest()) < 550, 10)  # the soft one alone
    process.terminate()
    process.wait(10)


def test_names_of_files_are_on_the_disk_only_while_that_is_wanted(
    person: Person, files: list[str]
) -> None:
    folder = Path(person.desk.env["XDG_CONFIG_HOME"]) / "livemel"
    process = person.start("--source", "demo:hum50")
    person.press("ctrl+o")
    tool(person.desk, "search", "--sync", "--onlyvisible", "--name", "^Open sound files")
    tool(person.desk, "type", "--delay", "20", files[0])
    tool(person.desk, "key", "Return")
    wait_for(lambda: person.title() == "loud.wav", 10)
    person.press("t", "ctrl+q")
    assert process.wait(10) == 0
    written = [path for path in folder.parent.rglob("*") if path.is_file()]
    assert folder / "settings.toml" in written
    for path in written:  # neither the file's name nor its folder's
        assert b"loud" not in path.read_bytes()
        assert Path(files[0]).parent.name.encode() not in path.read_bytes()
    with (folder / "settings.toml").open("a") as kept:
        kept.write("remember_files = true\n")
    process = person.start(*files)
    person.press("ctrl+q")
    assert process.wait(10) == 0
    assert load(folder / "recent.toml") == tuple(reversed(files))
