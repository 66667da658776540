"""The process that decodes a sound file: it may crash, hang or want all memory."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.errors import SourceError
from livemel.sources import decoding
from livemel.sources.file import FileReader

from tests.dsp.strategies import noise
from tests.waiting import children, is_gone, wait_for

SR = 8000
# No header; a second file; whole numbers that libsndfile gives otherwise as floats.
_NOT_COMPARED = ("RAW", "SD2", "SDS")
# Longer than what is decoded ahead of who reads.
LONG = 40 * decoding.BLOCK_VALUES


@pytest.fixture
def long_wav(tmp_path: Path) -> Path:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.resize(noise(SR), LONG), SR, subtype="FLOAT")
    return path


def decoders(parent: int = os.getpid()) -> set[int]:
    """The decoder processes of a process: grandchildren, below the nursery."""
    return {child for nursery in children(parent) for child in children(nursery)}


def read_on(reader: FileReader) -> int:
    heard = 0
    while n := len(reader.read(SR)):
        heard += n
    return heard


def all_kinds() -> list[tuple[str, str]]:
    kinds = [(form, sub) for form in soundfile.available_formats() for sub in subtypes(form)]
    return [kind for kind in kinds if kind[0] not in _NOT_COMPARED]


def subtypes(form: str) -> list[str]:
    return [sub for sub in soundfile.available_subtypes(form) if soundfile.check_format(form, sub)]


def by_soundfile(path: Path) -> np.ndarray:
    """All at once, without the jump to the beginning that soundfile.read makes first."""
    with soundfile.SoundFile(path) as file:
        return file.read(dtype="float32", always_2d=True)


def test_every_kind_that_libsndfile_writes_is_read_to_the_bit(tmp_path: Path) -> None:
    y = 0.3 * np.stack([noise(9000), noise(9000, 1)], axis=1)
    compared = 0
    for form, subtype in all_kinds():
        for channels in (1, 2):
            path = tmp_path / f"{form}.{subtype}.{channels}"
            try:
                soundfile.write(path, y[:, :channels], SR, format=form, subtype=subtype)
                expected = by_soundfile(path)
            except (soundfile.LibsndfileError, ValueError):  # written, and not read again
                continue
            reader = FileReader(path)
            blocks = []
            while len(block := reader.read(1234)):
                blocks.append(block)
            reader.close()
            np.testing.assert_array_equal(np.concatenate(blocks), expected, err_msg=path.name)
            compared += 1
    assert compared > 100


def test_each_open_file_has_a_process_of_its_own(long_wav: Path) -> None:
    before = decoders()
    readers = [FileReader(long_wav) for _ in range(3)]
    assert len(decoders() - before) == 3
    for reader in readers:
        reader.close()
    wait_for(lambda: decoders() <= before)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_is_one_line_and_hurts_no_other_file(
    long_wav: Path, number: signal.Signals
) -> None:
    other = FileReader(long_wav)
    before = decoders()
    reader = FileReader(long_wav)
    (process,) = decoders() - before
    first = reader.read(100)
    os.kill(process, number)
    words = f"^{re.escape(str(long_wav))} does not decode: its decoder crashed .{number.name}."
    with pytest.raises(SourceError, match=words):
        read_on(reader)
    reader.close()
    np.testing.assert_array_equal(other.read(100), first)
    other.close()


def test_files_open_when_the_nursery_was_killed(long_wav: Path) -> None:
    FileReader(long_wav).close()
    for nursery in children(os.getpid()):
        if b"decoding" in Path(f"/proc/{nursery}/cmdline").read_bytes():
            os.kill(nursery, signal.SIGKILL)
    reader = FileReader(long_wav)
    assert len(reader.read(100)) == 100
    reader.close()


def test_files_are_opened_by_many_threads_at_once(long_wav: Path) -> None:
    heard: list[int] = []

    def read() -> None:
        reader = FileReader(long_wav)
        heard.append(len(reader.read(1000)))
        reader.close()

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [1000] * 8


READING = """
import pathlib, sys, time
from livemel.sources.file import FileReader
reader = FileReader(pathlib.Path(sys.argv[1]))
reader.read(1)
print('open', flush=True)
time.sleep(60)
"""


@contextmanager
def reading_program(path: Path) -> Iterator[tuple["subprocess.Popen[bytes]", set[int]]]:
    """A program that has a file open until it is killed, and its nursery and decoder."""
    command = [sys.executable, "-c", READING, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"open\n"
        family = children(program.pid) | decoders(program.pid)
        assert len(family) == 2
        yield program, family


def test_nothing_is_left_of_a_program_that_was_killed(long_wav: Path) -> None:
    with reading_program(long_wav) as (program, family):
        program.kill()
        wait_for(lambda: all(map(is_gone, family)))


def test_a_decoder_that_hangs_ends_when_its_file_is_closed(long_wav: Path) -> None:
    before = decoders()
    reader, other = FileReader(long_wav), FileReader(long_wav)
    first, second = sorted(decoders() - before)
    os.kill(first, signal.SIGSTOP)
    os.kill(second, signal.SIGSTOP)
    reader.close()
    wait_for(lambda: is_gone(first) or is_gone(second))
    assert is_gone(first) != is_gone(second)
    other.close()
    wait_for(lambda: is_gone(first) and is_gone(second))


def test_nothing_that_hangs_is_left_of_a_program_that_was_killed(long_wav: Path) -> None:
    with reading_program(long_wav) as (program, family):
        for process in decoders(program.pid):
            os.kill(process, signal.SIGSTOP)
        program.kill()
        wait_for(lambda: all(map(is_gone, family)))


CONFINED = """
import os, sys, signal
from livemel.sources import decoding
decoding.confine()
"""


def confined(code: str) -> subprocess.CompletedProcess[str]:
    """What becomes of that in a decoder process."""
    return subprocess.run(
        [sys.executable, "-c", CONFINED + code], capture_output=True, text=True, check=False
    )


def test_a_decoder_can_open_nothing() -> None:
    done = confined("import socket\nopen('/dev/null')")
    assert "Too many open files" in done.stderr


def test_a_decoder_can_write_to_no_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with path.open("wb") as file:
        code = f"signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nos.write({file.fileno()}, b'x')"
        done = subprocess.run(
            [sys.executable, "-c", CONFINED + code],
            pass_fds=[file.fileno()],
            capture_output=True,
            text=True,
            check=False,
        )
    assert "File too large" in done.stderr
    assert path.stat().st_size == 0


def test_a_decoder_gets_no_more_than_its_memory() -> None:
    assert confined(f"bytearray({decoding.MOST_BYTES // 4})").returncode == 0
    assert "MemoryError" in confined(f"bytearray({decoding.MOST_BYTES})").stderr


def test_a_decoder_that_finds_no_end_is_ended_by_the_kernel() -> None:
    done = confined("decoding._limit(0.2)\nwhile True: pass")
    assert done.returncode == -signal.SIGPROF


@pytest.mark.parametrize(
    ("offset", "value", "words"),
    [
        (22, (0xFFFF).to_bytes(2, "little"), "Too many channels"),
        (22, (0).to_bytes(2, "little"), "Channel count is zero"),
        (22, (300).to_bytes(2, "little"), "has 300 channels, not 1 to 128"),
        (24, (0).to_bytes(4, "little"), "its header has no possible rate"),
        (24, (4_000_000_000).to_bytes(4, "little"), "its header has no possible rate"),
        (24, (2_000_000_000).to_bytes(4, "little"), "is at 2000000000 Hz, not 1000 to 6144000"),
        (24, (1).to_bytes(4, "little"), "is at 1 Hz, not 1000 to 6144000"),
    ],
)
def test_a_wav_header_that_cannot_be_is_one_line(
    tmp_path: Path, offset: int, value: bytes, words: str
) -> None:
    path = tmp_path / "lie.wav"
    soundfile.write(path, noise(3000), SR, subtype="PCM_16")
    data = bytearray(path.read_bytes())
    data[offset : offset + len(value)] = value
    path.write_bytes(data)
    with pytest.raises(SourceError, match=words) as caught:
        FileReader(path)
    assert str(path) in str(caught.value)


def test_more_values_a_second_than_any_sound_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.wav"
    soundfile.write(path, np.zeros((10, 128)), 96_000)
    with pytest.raises(SourceError, match="128 channels at 96000 Hz: more than 6144000 values"):
        FileReader(path)


def test_who_asks_for_more_than_is_reasonable_gets_a_part(tmp_path: Path) -> None:
    path = tmp_path / "any.wav"
    soundfile.write(path, noise(3000), SR)
    reader = FileReader(path)
    assert len(reader.read(1 << 60)) == 3000
    reader.close()


def test_a_file_may_grow_or_shrink_while_it_is_read(long_wav: Path) -> None:
    reader = FileReader(long_wav)
    reader.read(10)
    with long_wav.open("ab") as file:
        file.write(b"\1" * 1000)
    os.truncate(long_wav, long_wav.stat().st_size // 2)
    with contextlib.suppress(SourceError):  # it breaks off; or it ends there
        assert read_on(reader) < LONG
    reader.close()
