"""Sound files that somebody made up: a result or one line, never a crash, a hang or all memory."""

import contextlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from livemel.cli import main
from livemel.errors import SourceError
from livemel.sources.file import FileReader

from tests.fuzz.boxes import soak
from tests.fuzz.sounds import lying_sound

# No file may keep anybody waiting longer than two seconds for one answer; a busy computer may.
_HANG_S = 2.0 if "CI" not in os.environ else 6.0
_MOST_MB = 256
# As much of a sound as is looked at: what a header makes of a few bytes may be hours of it.
_ENOUGH = 1 << 21

seeds = st.integers(0, (1 << 32) - 1).map(Random)


def quick(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


def is_one_line(text: str) -> bool:
    return text.isprintable() and 0 < len(text) < 1500


def read(path: Path, random: Random) -> None:
    """Open a file, read some of it, go somewhere else, and on."""
    began = time.monotonic()
    reader = FileReader(path)
    try:
        form = reader.format
        assert form.sr >= 1000
        assert form.channels >= 1
        values = 0
        while values < _ENOUGH:
            assert time.monotonic() - began < _HANG_S, "it hangs"
            began = time.monotonic()
            if random.random() < 0.05:
                reader.seek(random.randrange(min(reader.frames, 1 << 20)))
            block = reader.read(random.choice((1, 480, 5000, 48_000)))
            assert block.dtype == np.float32
            assert block.shape[1:] == (form.channels,)
            if len(block) == 0:
                break
            values += block.size
    finally:
        reader.close()


def check_reading(path: Path, random: Random) -> None:
    path.write_bytes(lying_sound(random))
    said = str(path)
    try:
        read(path, random)
    except SourceError as error:
        said = str(error)
    assert is_one_line(said)
    assert str(path) in said


def check_command(path: Path, random: Random) -> None:
    path.write_bytes(lying_sound(random))
    said, complained = io.StringIO(), io.StringIO()
    command = random.choice(
        (["check", "--json"], ["check", "--seconds", "1"], ["export"], ["fit-scaler"])
    )
    out = path.with_name("out.npy" if command == ["export"] else "out.json")
    outputs = {"export": [str(out)], "fit-scaler": ["-o", str(out)]}.get(command[0], [])
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        code = main([command[0], str(path), *command[1:], *outputs])
    assert code in (0, 1, 2)
    lines = complained.getvalue().splitlines()
    assert all(is_one_line(line) for line in lines)
    if code == 2:
        assert len(lines) == 1


# A process counts as its own the memory that its parent had when it was begun, and a test run has
# more than the program may: a small process lies between.
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def check_whole_program(path: Path, random: Random) -> None:
    """In a process of its own, whose memory can be measured."""
    path.write_bytes(lying_sound(random))
    command = [sys.executable, "-m", "livemel", "check", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=True
    )
    code, peak_kb = map(int, done.stdout.split())
    assert code in (0, 1, 2)
    assert done.stderr.count("\n") == (code == 2)
    assert peak_kb / 1024 <= _MOST_MB


@quick(150)
@given(random=seeds)
def test_a_sound_file_is_read_or_refused_in_one_line(
    random: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_reading(tmp_path_factory.getbasetemp() / "any", random)


@quick(40)
@given(random=seeds)
def test_commands_end_with_a_result_or_one_line(
    random: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_command(tmp_path_factory.getbasetemp() / "any", random)


@quick(4)
@given(random=seeds)
def test_the_whole_program_keeps_to_its_memory(
    random: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_whole_program(tmp_path_factory.getbasetemp() / "any", random)


@pytest.mark.soak
@pytest.mark.parametrize("check", [check_reading, check_command, check_whole_program])
def test_minutes_of_made_up_sound_files(check, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    print(soak(lambda random: check(tmp_path / "any", random)), check.__name__)
