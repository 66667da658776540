"""A bundle says what was heard, and gives the same numbers again, to the bit."""

import json
import shlex
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from livemel.channel import Difference
from livemel.cli import export as command
from livemel.config import FrontEndChoice
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS
from livemel.engine.offline import offline_build
from livemel.errors import OutputError, SourceError
from livemel.export import bundle as bundle_module
from livemel.export.bundle import Bundle, Saved, save_bundle
from livemel.export.cut import cut_of
from livemel.export.output import whole_folder

from tests.dsp.strategies import examples, front_ends, noise, sound
from tests.export.heard import Heard, heard

FILES = ["columns.npz", "recipe.json", "reproduce.txt", "sound.wav"]


def sixteen(y: np.ndarray) -> np.ndarray:
    """As a 16-bit converter gives it."""
    return (np.rint(y * 2**15) / 2**15 + 0.0).astype(np.float32)  # there is one zero


def saved(
    of: Heard,
    out: Path,
    start_s: float = 0.0,
    stop_s: float = 1e6,
    frontend: FrontEnd | None = None,
    **more: Any,
) -> Saved:
    cut = cut_of(of.feed, of.history, start_s, stop_s)
    wanted = frontend or of.feed.frontend
    bundle = Bundle(feed=of.feed, history=of.history, cut=cut, frontend=wanted, name="mine", **more)
    told: list[float] = []
    result = save_bundle(bundle, out, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    return result


def again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What the recipe's own line writes, run where the files are."""
    line = json.loads((folder / "recipe.json").read_text())["reproduce"]["livemel"]
    program, name, *arguments = shlex.split(line)
    assert (program, name) == ("livemel", "export")
    monkeypatch.chdir(folder)
    assert command.export(arguments) == 0
    return (folder / "again.npz").read_bytes()


@examples(60)
@given(data=st.data(), fe=front_ends(), channels=st.integers(1, 3), seed=st.integers(0, 999))
def test_export_from_the_saved_sound_is_the_saved_columns_byte_for_byte(
    data: st.DataObject,
    fe: FrontEnd,
    channels: int,
    seed: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rate = data.draw(st.sampled_from((fe.sr, fe.sr, 44_100)))
    fe = fe.replace(hop_length=min(fe.hop_length, fe.frame_length))
    n = 3 * fe.span * rate // fe.sr + 20 * fe.hop_length * rate // fe.sr + 20
    y = np.stack([noise(n, seed + i) for i in range(channels)], axis=1)
    if data.draw(st.booleans()):
        y = sixteen(y)
    gap = sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n))))
    differences = [Difference(1, k) for k in range(2, channels + 1)]
    chosen = [None, *range(1, channels + 1), *differences]
    channel = data.draw(st.sampled_from(chosen))
    gaps = ((gap[0], gap[1]),) if gap[0] < gap[1] else ()
    of = heard(y, fe, sr=rate, channel=channel, gaps=gaps)
    start = data.draw(st.integers(0, n // 3))
    stop = data.draw(st.integers(start + 2 * fe.span * rate // fe.sr + 9, n))
    folder = tmp_path_factory.mktemp("bundle") / "out"
    kind = data.draw(st.sampled_from(("wav", "flac")))
    result = saved(of, folder, start / rate, stop / rate, sound=kind)
    with pytest.MonkeyPatch.context() as patch:
        assert again(folder, patch) == (folder / "columns.npz").read_bytes()
    recipe = json.loads((folder / "recipe.json").read_text())
    same, first = recipe["stream"]["same_bits"], recipe["stream"]["first_column"]
    features = np.load(folder / "columns.npz")["features"]
    assert features.shape[1] == result.columns
    if rate == fe.sr:
        assert isinstance(first, int)
    if same is not None:
        live = of.columns(first + same[0], first + same[1])
        np.testing.assert_array_equal(features[:, same[0] : same[1]].view(np.int32), _bits(live))


def _bits(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values).view(np.int32)


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_front_end_reproduces(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = FrontEndChoice(name)
    live, offline = choice.build(48_000), offline_build(choice)(48_000)
    y = sound(3 * 48_000)[:, np.newaxis]
    of = heard(y, live, sr=48_000)
    saved(of, tmp_path / "out", 0.5, 2.7, frontend=offline)
    assert again(tmp_path / "out", monkeypatch) == (tmp_path / "out/columns.npz").read_bytes()


@pytest.mark.parametrize("view", ["mel", "linear", "log", "mfcc", "waveform"])
def test_nearly_all_columns_are_those_that_were_on_the_screen(view: str, tmp_path: Path) -> None:
    fe = FrontEndChoice("live", view=view).build(48_000)
    of = heard(sound(3 * 48_000)[:, np.newaxis], fe)
    result = saved(of, tmp_path / "out", 0.7123, 2.5)
    recipe = json.loads((tmp_path / "out/recipe.json").read_text())
    first, same = recipe["stream"]["first_column"], recipe["stream"]["same_bits"]
    assert recipe["source"]["first_sample"] == 480 * first == 480 * 71
    assert same == [0, result.columns]  # nothing is centred here: no window sees an edge
    features = np.load(tmp_path / "out/columns.npz")["features"]
    np.testing.assert_array_equal(features, of.columns(first, first + result.columns))


def test_a_feed_that_began_later_has_its_own_grid(tmp_path: Path) -> None:
    fe = FrontEndChoice("live").build(48_000)
    y = sound(3 * 48_000)[:, np.newaxis]
    of = heard(y, fe, begins_at=10_001)
    saved(of, tmp_path / "out", 1.0, 2.5)
    recipe = json.loads((tmp_path / "out/recipe.json").read_text())
    first = recipe["stream"]["first_column"]
    assert recipe["source"]["first_sample"] == 10_001 + 480 * first
    features = np.load(tmp_path / "out/columns.npz")["features"]
    np.testing.assert_array_equal(features, of.columns(first, first + features.shape[1]))


def test_what_lies_before_the_stream_is_saved_and_not_said_to_have_been_shown(
    tmp_path: Path,
) -> None:
    fe = FrontEndChoice("live").build(48_000)
    of = heard(sound(3 * 48_000)[:, np.newaxis], fe, begins_at=48_000)
    saved(of, tmp_path / "out", 0.5, 2.0)
    recipe = json.loads((tmp_path / "out/recipe.json").read_text())
    assert recipe["stream"]["first_column"] == -50
    first, stop = recipe["stream"]["same_bits"]
    assert first == 50
    features = np.load(tmp_path / "out/columns.npz")["features"]
    np.testing.assert_array_equal(features[:, first:stop], of.columns(0, stop - first))


@pytest.mark.parametrize(
    ("level", "kind", "encoding", "subtype"),
    [
        (16, "wav", "16-bit integer", "PCM_16"),
        (24, "wav", "24-bit integer", "PCM_24"),
        (32, "wav", "32-bit float", "FLOAT"),
        (16, "flac", "16-bit integer", "PCM_16"),
        (24, "flac", "24-bit integer", "PCM_24"),
    ],
)
def test_the_sound_is_as_it_came_in_as_few_bits_as_hold_it(
    level: int, kind: str, encoding: str, subtype: str, tmp_path: Path
) -> None:
    y = np.stack([noise(16_000), noise(16_000, 1)], axis=1)
    if level < 32:
        y = (np.rint(y * 2 ** (level - 1)) / 2 ** (level - 1) + 0.0).astype(np.float32)
    of = heard(y, FrontEndChoice("speech").build(16_000), channel=2)
    result = saved(of, tmp_path / "out", 0.0, 1.0, sound=kind)
    assert result.note == ""
    path = tmp_path / f"out/sound.{kind}"
    assert soundfile.info(path).subtype == subtype
    found, sr = soundfile.read(path, dtype="float32", always_2d=True)
    assert sr == 16_000
    np.testing.assert_array_equal(_bits(found), _bits(y))
    told = json.loads((tmp_path / "out/recipe.json").read_text())["sound"]
    assert told == {
        "file": f"sound.{kind}",
        "sr": 16_000,
        "channels": 2,
        "samples": 16_000,
        "encoding": encoding,
    }


@pytest.mark.parametrize("value", [0.1, np.nan, np.inf, -0.0, 1.0, -1.5])
def test_flac_is_not_written_where_it_would_lose_something(value: float, tmp_path: Path) -> None:
    y = np.zeros((16_000, 1), dtype=np.float32)
    y[8000] = value
    with np.errstate(invalid="ignore", over="ignore"):  # as the engine has it
        of = heard(y, FrontEndChoice("speech").build(16_000))
        result = saved(of, tmp_path / "out", sound="flac")
    assert result.note == "FLAC would lose bits of this sound: it is a WAV of floats"
    found, _ = soundfile.read(tmp_path / "out/sound.wav", dtype="float32", always_2d=True)
    np.testing.assert_array_equal(_bits(found), _bits(y))


def test_too_many_channels_for_flac_are_a_wav(tmp_path: Path) -> None:
    y = np.zeros((16_000, 9), dtype=np.float32)
    result = saved(heard(y, FrontEndChoice("speech").build(16_000)), tmp_path / "out", sound="flac")
    assert result.note == "FLAC has no 9 channels at 16000 Hz: it is a WAV"
    assert soundfile.info(tmp_path / "out/sound.wav").channels == 9


def test_a_gap_is_zeros_and_said_with_its_cause(tmp_path: Path) -> None:
    y = noise(32_000)[:, np.newaxis]
    of = heard(y, FrontEndChoice("speech").build(16_000), gaps=((4_000, 9_000), (20_000, 20_001)))
    saved(of, tmp_path / "out", 0.5, 2.0, heard_at=datetime(2026, 11, 20, 16, 3, 4, tzinfo=UTC))
    recipe = json.loads((tmp_path / "out/recipe.json").read_text())
    assert recipe["gaps"] == [
        {"first_sample": 0, "samples": 1_000, "cause": "stall"},
        {"first_sample": 12_000, "samples": 1, "cause": "stall"},
    ]
    assert recipe["source"] == {
        "name": "Built-in Microphone",
        "first_sample": 8_000,
        "start_s": 0.5,
        "heard_at": "2026-11-20T16:03:04.000+00:00",
    }
    found, _ = soundfile.read(tmp_path / "out/sound.wav", dtype="float32")
    expected = y[8_000:, 0].copy()
    expected[:1_000] = expected[12_000] = 0
    np.testing.assert_array_equal(found, expected)


def test_what_is_gone_before_it_is_written_is_zeros_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    y = noise(200_000)[:, np.newaxis]
    of = heard(y, FrontEndChoice("speech").build(16_000), capacity=150_000)
    begin = of.history.oldest

    def slow(*arguments: Any) -> Any:
        """The history comes round meanwhile."""
        of.history.append(np.zeros((65_536, 1), dtype=np.float32))
        return open_writer(*arguments)

    open_writer = bundle_module.open_writer
    monkeypatch.setattr(bundle_module, "open_writer", slow)
    saved(of, tmp_path / "out", begin / 16_000, 12.0)
    recipe = json.loads((tmp_path / "out/recipe.json").read_text())
    start, lost = recipe["source"]["first_sample"], of.history.oldest
    assert {gap["cause"] for gap in recipe["gaps"]} == {"no longer kept"}
    assert sum(gap["samples"] for gap in recipe["gaps"]) == lost - start
    found, _ = soundfile.read(tmp_path / "out/sound.wav", dtype="float32")
    assert not found[: lost - start].any()
    np.testing.assert_array_equal(found[lost - start :], y[lost : start + len(found), 0])


def test_a_zip_holds_the_same_files_in_a_folder_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = heard(noise(32_000)[:, np.newaxis], FrontEndChoice("speech").build(16_000))
    result = saved(of, tmp_path / "new/livemel-1.zip")
    assert result.path == tmp_path / "new/livemel-1.zip"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["livemel-1.zip"]
    with zipfile.ZipFile(result.path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"livemel-1/{name}" for name in FILES]
        archive.extractall(tmp_path)
    folder = tmp_path / "livemel-1"
    assert again(folder, monkeypatch) == (folder / "columns.npz").read_bytes()


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_nothing_is_ever_replaced(name: str, tmp_path: Path) -> None:
    of = heard(noise(32_000)[:, np.newaxis], FrontEndChoice("speech").build(16_000))
    paths = [saved(of, tmp_path / name).path.name for _ in range(3)]
    stem, dot, suffix = name.partition(".")
    assert paths == [name, f"{stem}-2{dot}{suffix}", f"{stem}-3{dot}{suffix}"]


@pytest.mark.parametrize("name", ["out", "out.zip"])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.8])
def test_what_is_interrupted_leaves_nothing(name: str, share: float, tmp_path: Path) -> None:
    of = heard(noise(32_000)[:, np.newaxis], FrontEndChoice("speech").build(16_000))
    cut = cut_of(of.feed, of.history, 0, 2)
    fe = of.feed.frontend
    bundle = Bundle(feed=of.feed, history=of.history, cut=cut, frontend=fe, name="speech")

    def interrupt(done: float) -> None:
        if done >= share:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_bundle(bundle, tmp_path / name, interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_sound_shorter_than_a_frame_is_said_and_nothing_is_left(name: str, tmp_path: Path) -> None:
    of = heard(noise(32_000)[:, np.newaxis], FrontEndChoice("speech").build(16_000))
    with pytest.raises(SourceError, match="shorter than one frame"):
        saved(of, tmp_path / name, 0.5, 0.51)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_place_that_cannot_be_written_is_one_error_that_names_it(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    of = heard(noise(32_000)[:, np.newaxis], FrontEndChoice("speech").build(16_000))
    with pytest.raises(OutputError, match=rf"cannot write .*/file/{name}: Not a directory"):
        saved(of, tmp_path / "file" / name)


def test_a_folder_that_fails_half_way_names_its_place_and_is_gone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(OutputError, match=f"cannot write {out}: No space"), whole_folder(out):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("view", ["mel", "linear"])
def test_librosa_is_as_near_as_the_text_says_and_no_nearer(view: str, tmp_path: Path) -> None:
    fe = FrontEndChoice("live", view=view).build(48_000)
    hum = 0.5 * np.sin(2 * np.pi * 50 * np.arange(48_000) / 48_000) + 1e-7 * noise(48_000, 1)
    saved(heard(hum.astype(np.float32)[:, np.newaxis], fe), tmp_path / "out")
    assert "30 dB and more below" in (tmp_path / "out/reproduce.txt").read_text()
    lines = json.loads((tmp_path / "out/recipe.json").read_text())["reproduce"]["librosa"]
    found: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path / "out")
        exec("\n".join(lines), found)
    ours, theirs = np.load(tmp_path / "out/columns.npz")["features"], found["columns"]
    near, strong = np.abs(ours - theirs) <= 1e-4, theirs > theirs.max(axis=0) - 30
    assert near[strong].all()
    assert not near.all()
