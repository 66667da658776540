"""The same findings live, from a file and through the API, for the same samples."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.diagnosis import Diagnosis, Report, diagnose
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.diagnosed import FileDiagnosis
from livemel.engine.diagnosing import Diagnoser
from livemel.errors import ParameterError, SourceError
from livemel.sources.file import FileReader
from livemel.sources.paced import AT_ONCE, PacedSource
from livemel.sources.scenes import Scene

from tests.engine.sources import PATIENCE_S

SR = 16_000


def faulty(seconds: float = 9.3) -> np.ndarray:
    """A scene in two channels, the second upside down, both off zero: shape (n, 2)."""
    y = Scene("dropouts", sr=SR).read(round(seconds * SR))
    return np.stack([y + np.float32(0.01), np.float32(0.01) - y], axis=1)


@pytest.fixture
def sound(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A file, and the samples as they stand in it."""
    path = tmp_path / "sound.wav"
    soundfile.write(path, faulty(), SR, subtype="PCM_16")
    return path, soundfile.read(path, dtype="float32", always_2d=True)[0]


def heard(path: Path) -> Report:
    """What the engine's diagnoser says of a file that it plays as fast as it can."""
    source = PacedSource(FileReader(path), pace=AT_ONCE)
    source.start()
    engine = Engine(source, lambda sr: frontend(sr=sr))
    diagnoser = Diagnoser(engine)
    engine.start()
    diagnoser.start()
    try:
        assert diagnoser.ended.wait(PATIENCE_S)
        assert diagnoser.report is not None
        return diagnoser.report
    finally:
        diagnoser.stop()
        diagnoser.join(PATIENCE_S)
        engine.stop()


def test_a_file_a_stream_and_the_live_way_find_the_same(sound: tuple[Path, np.ndarray]) -> None:
    path, y = sound
    report = FileDiagnosis(path).run()
    codes = {finding.code for finding in report.findings}
    assert codes >= {"dc-offset", "channel-inverted"}
    rng, stream, at = np.random.default_rng(0), Diagnosis(SR, 2), 0
    while at < len(y):
        n = int(rng.integers(1, 20_000))
        stream.push(y[at : at + n])
        at += n
    stream.finish()
    assert report == stream.report()
    assert report == diagnose(y, SR)
    assert report == heard(path)


def test_a_part_of_a_file_is_a_sound_of_its_own_at_the_files_time(
    sound: tuple[Path, np.ndarray],
) -> None:
    path, y = sound
    part = FileDiagnosis(path, start_s=1.25, end_s=7.0)
    report = part.run()
    stream = Diagnosis(SR, 2, first=20_000)
    stream.push(y[20_000 : 7 * SR])
    stream.finish()
    assert report == stream.report()
    assert (report.seconds, part.samples) == (5.75, round(5.75 * SR))
    assert min(finding.start_s for finding in report.findings) == 1.25


def test_progress_runs_to_the_end_and_pieces_are_the_sound(sound: tuple[Path, np.ndarray]) -> None:
    path, y = sound
    done: list[float] = []
    file = FileDiagnosis(path)
    file.run(done.append)
    assert done == sorted(done)
    assert done[-1] == file.progress == 1
    assert file.shortness == ""
    np.testing.assert_array_equal(np.concatenate(list(file)), y)
    assert file.report == FileDiagnosis(path).run()


def test_of_a_file_that_breaks_off_what_is_there_is_diagnosed(tmp_path: Path) -> None:
    path = tmp_path / "sound.flac"
    soundfile.write(path, faulty(), SR)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    file = FileDiagnosis(path)
    try:
        file.run()
        said = file.shortness
    except SourceError as error:
        said = str(error)
    assert "breaks off" in said
    assert {finding.code for finding in file.report.findings} >= {"dc-offset", "channel-inverted"}


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for seconds in (8, 32):
        path = tmp_path / f"{seconds}.wav"
        soundfile.write(path, np.tile(faulty(8), (seconds // 8, 1)), SR, subtype="PCM_16")
        file = FileDiagnosis(path)
        tracemalloc.start()
        file.run()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_what_is_no_sound_and_a_part_that_is_not_there_are_refused(
    sound: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=r"no such file: .*none\.wav"):
        FileDiagnosis(tmp_path / "none.wav")
    with pytest.raises(ParameterError, match=r"start=60 s is outside of sound\.wav"):
        FileDiagnosis(sound[0], start_s=60)
