"""What is shown and heard at once: the picture keeps to the sound."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.aloud import Aloud, play_aloud
from livemel.sources.base import SourceState
from livemel.sources.opening import SourceRequest, open_source
from livemel.sources.paced import Lead, PacedSource

from tests.engine.test_player import SR, heard_by, noise, sounding, wait_for
from tests.rig.microphone import VirtualMicrophone

Read = Callable[..., Engine]


@pytest.fixture
def read_aloud() -> Iterator[Read]:
    """Starts an engine on a source that is heard; stopped afterwards."""
    running: list[Engine] = []

    def read(request: SourceRequest, device: str = "pulse") -> Engine:
        running.append(_read_aloud(request, device))
        return running[-1]

    yield read
    for engine in running:
        engine.stop()


def _read_aloud(request: SourceRequest, device: str) -> Engine:
    source = open_source(request)
    play_aloud(source, request, device)
    assert isinstance(source, PacedSource)
    running = Engine(source, lambda sr: frontend("live", sr=sr))
    source.start()
    running.start()
    return running


def lead_of(engine: Engine) -> Lead:
    assert isinstance(engine.source, PacedSource)
    assert engine.source.lead is not None
    return engine.source.lead


def written(engine: Engine) -> int:
    return 0 if engine.history is None else engine.history.written


def test_a_file_is_heard_to_the_last_bit_and_in_time_with_its_columns(
    read_aloud: Read, hearing: Engine, tmp_path: Path
) -> None:
    y, path = noise(4.0)[:, 0], tmp_path / "noise.wav"
    soundfile.write(path, y, SR, subtype="PCM_16")
    shown = read_aloud(SourceRequest(str(path)))
    looks: list[tuple[int, int]] = []

    def over() -> bool:
        looks.append((written(shown), written(hearing)))
        return shown.ended.is_set()

    wait_for(over)
    wait_for(lambda: len(sounding(hearing)) == len(y))
    np.testing.assert_array_equal(sounding(hearing), y)
    begin = int(np.flatnonzero(heard_by(hearing))[0])
    apart = [come - (newest - begin) for come, newest in looks if SR < come < 3 * SR]
    assert abs(np.median(apart)) < 0.05 * SR
    assert written(shown) == len(y)
    assert lead_of(shown).complaint == ""
    assert hearing.stats()["samples_lost"] == 0


def test_a_loop_is_heard_again_as_it_is_shown_again(
    read_aloud: Read, hearing: Engine, tmp_path: Path
) -> None:
    y, path = noise(0.7)[:, 0], tmp_path / "noise.flac"
    soundfile.write(path, y, SR, subtype="PCM_16")
    shown = read_aloud(SourceRequest(str(path), loop=True))
    wait_for(lambda: written(shown) > 3 * len(y) and len(sounding(hearing)) > 3 * len(y))
    shown.stop()
    wait_for(lambda: not heard_by(hearing)[-SR // 10 :].any())
    sound = sounding(hearing)
    np.testing.assert_array_equal(sound, np.resize(y, len(sound)))


def test_one_channel_or_all_are_heard_as_they_are_shown(
    read_aloud: Read, hearing: Engine, tmp_path: Path
) -> None:
    y, path = np.stack([noise(8.0)[:, 0], -noise(8.0)[:, 0]], axis=1), tmp_path / "two.wav"
    soundfile.write(path, y, SR, subtype="PCM_16")
    shown = read_aloud(SourceRequest(str(path), channel=2))
    wait_for(lambda: len(sounding(hearing)) > SR // 2)
    np.testing.assert_array_equal(sounding(hearing)[: SR // 2], y[: SR // 2, 1])
    lead_of(shown).hear(1)
    wait_for(lambda: (heard_by(hearing) > 0).any())


def test_a_scene_is_heard_too(read_aloud: Read, hearing: Engine) -> None:
    shown = read_aloud(SourceRequest("demo:vowels"))
    wait_for(lambda: len(sounding(hearing)) > SR)
    assert shown.history is not None
    wait_for(lambda: written(shown) > SR)
    y = shown.history.read(0, SR).samples[:, 0]
    begin = int(np.flatnonzero(y)[0])
    np.testing.assert_allclose(sounding(hearing)[: SR // 2], y[begin:][: SR // 2], atol=1e-6)


def test_without_an_output_the_picture_goes_on_by_our_clock(
    read_aloud: Read, heard: VirtualMicrophone, tmp_path: Path
) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, noise(0.5), SR)
    shown = read_aloud(SourceRequest(str(path)), "nope")
    wait_for(shown.ended.is_set)
    assert written(shown) == SR // 2
    assert lead_of(shown).complaint.startswith("unknown device 'nope': there are ")
    assert shown.status.state is SourceState.ENDED


def test_a_sound_server_that_stops_midway_does_not_stop_the_picture(
    read_aloud: Read, heard: VirtualMicrophone, tmp_path: Path
) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, noise(5.0), SR)
    shown = read_aloud(SourceRequest(str(path)))
    wait_for(lambda: written(shown) > SR // 2)
    heard.suspend()
    wait_for(lambda: lead_of(shown).complaint)
    heard.resume()
    assert lead_of(shown).complaint == "pulse takes no sound"
    wait_for(shown.ended.is_set)
    assert written(shown) == 5 * SR


def test_what_is_never_heard_is_closed_when_it_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, noise(0.5), SR)
    before = files()
    aloud = Aloud(SourceRequest(str(path)), None)
    assert files() > before
    aloud.stop()
    aloud.stop()
    wait_for(lambda: files() <= before + 1)  # the nursery's


def files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
