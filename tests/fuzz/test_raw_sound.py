"""Raw sound on a pipe that is none, or is of another kind: sound, or one line."""

import os
import threading
from random import Random

import numpy as np
import pytest
from hypothesis import given
from livemel.errors import SourceError
from livemel.sources.pipe import SAMPLE_FORMATS, PipeReader

from tests.fuzz.boxes import soak
from tests.fuzz.mutants import mutant
from tests.fuzz.sounds import seeds as sound_files
from tests.fuzz.test_sound_files import is_one_line, quick, seeds


def bytes_of(random: Random) -> bytes:
    return random.choice(
        (
            b"",
            b"a line of text\n" * random.randint(1, 100),
            random.randbytes(random.randint(1, 3000)),
            b"\0" * random.randint(1, 3000),
            b"\xff" * random.randint(1, 3000),
            mutant(random, sound_files())[:5000],
        )
    )


def check_pipe(random: Random) -> None:
    data, channels = bytes_of(random), random.choice((1, 2, 3, 64))
    sample_format = random.choice([*SAMPLE_FORMATS])
    inside, outside = os.pipe()
    writer = threading.Thread(target=_write, args=(random, outside, data))
    writer.start()
    said, frames = ".", 0
    try:
        reader = PipeReader(inside, sr=48_000, channels=channels, sample_format=sample_format)
        if random.random() < 0.5:
            reader.look(0.01)
        while len(block := reader.read(random.choice((1, 480)))):
            assert block.dtype == np.float32
            assert block.shape[1] == channels
            frames += len(block)
        # All of it but for less than one sample at the end.
        each = SAMPLE_FORMATS[sample_format].bytes * channels
        assert frames == len(data) // each
    except SourceError as error:
        said = str(error)
    finally:
        os.close(inside)
        writer.join()
    assert is_one_line(said)


def _write(random: Random, outside: int, data: bytes) -> None:
    """Runs on: a thread of its own. In pieces of odd lengths."""
    step = random.choice((1, 7, 1024)) if len(data) < 500 else 1024
    try:
        for at in range(0, len(data), step):
            os.write(outside, data[at : at + step])
    except BrokenPipeError:  # it was refused
        pass
    finally:
        os.close(outside)


@quick(150)
@given(random=seeds)
def test_anything_on_a_pipe_is_sound_or_refused_in_one_line(random: Random) -> None:
    check_pipe(random)


@pytest.mark.soak
def test_a_minute_of_made_up_pipes() -> None:
    print(soak(check_pipe, 30))
