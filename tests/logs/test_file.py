"""The log's file: whole lines, a bounded size, several programs at once, and never in the way."""

import logging
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from livemel.logs.file import LogFile, log_path
from livemel.logs.tail import last_lines

from tests.rig.small_disk import SmallDisk

WRITER = """
import logging, sys
from pathlib import Path
from livemel.logs.file import LogFile
file = LogFile(Path(sys.argv[1]), most_bytes=20_000, files=500)
log = logging.getLogger("livemel.capture")
log.addHandler(file)
for number in range(1000):
    log.warning("%s says %d %s", sys.argv[2], number, "x" * (number % 90))
while file._texts.qsize():
    file.flush()
file.close()
"""


def logger_into(file: LogFile) -> logging.Logger:
    logger = logging.Logger("livemel.test")
    logger.addHandler(file)
    return logger


def test_a_record_is_a_line_with_its_time_and_a_run_begins_with_who_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new" / "livemel.log"
    with_head = LogFile(path, "livemel 1.2")
    logger = logger_into(with_head)
    assert not path.exists()  # a run that has nothing to say leaves nothing
    logger.warning("USB Audio is gone")
    logger.info("USB Audio is back")
    with_head.close()
    head, gone, back = path.read_text().splitlines()
    assert head == "livemel 1.2"
    assert gone.endswith(f" WARNING livemel.test [{os.getpid()}] USB Audio is gone")
    assert back.endswith(f" INFO livemel.test [{os.getpid()}] USB Audio is back")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_follows_a_line_is_indented(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "log")
    logger_into(file).warning("one\nWARNING two\r\nthree")
    file.close()
    first, *rest = (tmp_path / "log").read_text().splitlines()
    assert first.endswith("one")
    assert rest == ["    WARNING two ", "    three"]


def test_it_keeps_so_many_bytes_in_so_many_files_the_newest_last(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "log", most_bytes=1000, files=3)
    logger = logger_into(file)
    for number in range(200):
        logger.warning("number %d", number)
    file.close()
    files = [tmp_path / name for name in ("log.2", "log.1", "log")]
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert all(0 < path.stat().st_size <= 1000 for path in files)
    lines = [line for path in files for line in path.read_text().splitlines()]
    numbers = [int(line.split()[-1]) for line in lines]
    assert numbers == list(range(200 - len(numbers), 200))


def test_programs_that_run_at_once_lose_and_tear_no_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = [line for part in tmp_path.iterdir() for line in part.read_text().splitlines()]
    said = sorted(line.split("] ", 1)[1].rstrip("x ") for line in lines)
    assert said == sorted(f"{name} says {n}" for name in "abc" for n in range(1000))
    assert max(part.stat().st_size for part in tmp_path.iterdir()) <= 20_000


def test_what_is_said_again_and_again_takes_no_room(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "log")
    logger = logger_into(file)
    for _ in range(10_000):
        logger.warning("the same")
    logger.warning("another")
    file.close()
    said = [line.split("] ", 1)[1] for line in (tmp_path / "log").read_text().splitlines()]
    often = [f"the same [{n} times]" for n in (2, 3, 4, 5, 10, 100, 1000, 10_000)]
    assert said == ["the same", *often, "another"]


def in_a_file(path: Path) -> None:
    path.parent.write_text("")


def a_folder(path: Path) -> None:
    path.mkdir(parents=True)


def a_pipe(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)


@pytest.mark.parametrize("obstacle", [in_a_file, a_folder, a_pipe])
def test_a_place_that_cannot_be_written_to_is_no_reason_to_say_anything(
    obstacle: Callable[[Path], None], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "folder" / "log"
    obstacle(path)
    file = LogFile(path)
    logger_into(file).warning("something")
    file.close()
    assert file.failure
    assert capfd.readouterr() == ("", "")


def test_without_a_home_there_is_no_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    for name in ("XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", unknown)  # a user whom the system does not know
    assert log_path() is None
    file = LogFile(None)
    logger_into(file).warning("something")
    file.close()
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_no_reason_to_say_anything(small_disk: SmallDisk, tmp_path: Path) -> None:
    code = (
        "import logging, sys\n"
        "from pathlib import Path\n"
        "from livemel.logs.file import LogFile\n"
        "file = LogFile(Path(sys.argv[1]))\n"
        "log = logging.getLogger('livemel')\n"
        "log.addHandler(file)\n"
        "for n in range(40): log.warning('%d %s', n, 'x' * 4000)\n"
        "file.close()\n"
        "print(bool(file.failure))\n"
    )
    (disk := tmp_path / "disk").mkdir()
    done = small_disk.run([sys.executable, "-c", code, str(disk / "log")], disk, 64)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_the_last_lines_are_whole_ones(tmp_path: Path) -> None:
    path = tmp_path / "log"
    assert last_lines(path) == last_lines(None) == last_lines(tmp_path) == []
    path.write_text("".join(f"line {n}\n" for n in range(5000)))
    assert last_lines(path, 3) == ["line 4997", "line 4998", "line 4999"]
    assert set(map(len, last_lines(path, 10_000))) == {9}
