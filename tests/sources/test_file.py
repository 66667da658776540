"""FileReader: real files of every kind, and what is no sound file."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.errors import SourceError
from livemel.sources.file import FileReader

from tests.dsp.strategies import noise

KINDS = {
    "wav16": ("WAV", "PCM_16", 2**-15),
    "wav24": ("WAV", "PCM_24", 2**-23),
    "wav32f": ("WAV", "FLOAT", 0),
    "flac16": ("FLAC", "PCM_16", 2**-15),
    "flac24": ("FLAC", "PCM_24", 2**-23),
    "ogg": ("OGG", "VORBIS", None),
    "mp3": ("MP3", "MPEG_LAYER_III", None),
}


def written(folder: Path, kind: str, y: np.ndarray, sr: int = 44_100) -> Path:
    form, subtype, _ = KINDS[kind]
    path = folder / f"sound.{form.lower()}"
    soundfile.write(path, y, sr, format=form, subtype=subtype)
    return path


def read_all(reader: FileReader, sizes: tuple[int, ...] = (480, 1, 441, 7)) -> np.ndarray:
    parts, turn = [], 0
    while len(part := reader.read(sizes[turn % len(sizes)])):
        parts.append(part)
        turn += 1
    return np.concatenate(parts)


def stereo(n: int) -> np.ndarray:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(n) / 44_100)
    return np.stack([tone, noise(n)], axis=1).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_read_in_blocks_as_soundfile_reads_the_whole(tmp_path: Path, kind: str) -> None:
    y = stereo(20_000)
    path = written(tmp_path, kind, y)
    reader = FileReader(path)
    form = reader.format
    assert (form.sr, form.channels, form.max_channels, form.name) == (44_100, 2, 2, path.name)
    heard = read_all(reader)
    assert heard.dtype == np.float32
    assert reader.read(480).shape == (0, 2)
    reader.close()
    np.testing.assert_array_equal(heard, soundfile.read(path, dtype="float32")[0])
    step = KINDS[kind][2]
    if step is not None:
        np.testing.assert_allclose(heard, y, rtol=0, atol=step)
    else:  # lossy: the tone is there, where it was and as loud
        spectrum = np.abs(np.fft.rfft(heard[2000:18_000, 0] * np.hanning(16_000)))
        assert abs(np.argmax(spectrum) * 44_100 / 16_000 - 440) < 3
        assert abs(np.abs(heard[2000:18_000, 0]).max() - 0.5) < 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_a_looping_file_begins_again_without_a_seam(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, kind, stereo(3000))
    once = soundfile.read(path, dtype="float32")[0]
    reader = FileReader(path, loop=True)
    heard = np.concatenate([reader.read(700) for _ in range(20)])
    reader.close()
    assert len(heard) > 2 * len(once)
    np.testing.assert_array_equal(heard, np.tile(once, (20, 1))[: len(heard)])


def test_one_channel_has_a_second_axis_too(tmp_path: Path) -> None:
    reader = FileReader(written(tmp_path, "wav16", noise(100), sr=8000))
    assert reader.read(1000).shape == (100, 1)
    reader.close()
    reader.close()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file: .*absent\.wav"):
        FileReader(tmp_path / "absent.wav")
    with pytest.raises(SourceError, match="cannot read"):
        FileReader(tmp_path / ("x" * 300 + ".wav"))


def test_a_folder_is_told_from_a_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder, not a sound file"):
        FileReader(tmp_path)


@pytest.mark.parametrize("name", ["empty.wav", "empty.flac", "empty.ogg", "empty.mp3", "empty"])
def test_a_file_of_no_bytes_is_empty(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(SourceError, match="is empty"):
        FileReader(tmp_path / name)


@pytest.mark.parametrize("kind", ["wav16", "wav24", "wav32f"])
def test_a_header_without_samples_is_empty(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, kind, np.empty((0, 2)))
    assert path.stat().st_size > 0
    with pytest.raises(SourceError, match="is empty: it holds no samples"):
        FileReader(path)


def test_a_header_whose_samples_are_gone_breaks_off(tmp_path: Path) -> None:
    path = written(tmp_path, "flac16", stereo(20_000))
    path.write_bytes(path.read_bytes()[:42])  # FLAC's mark and its STREAMINFO, and no frame
    reader = FileReader(path)
    with pytest.raises(SourceError, match="breaks off"):
        reader.read(480)
    reader.close()


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "txt", "raw", "RAW", "pcm", ""])
@pytest.mark.parametrize(
    "content", [b"This is no sound.\n" * 50, bytes(range(256)) * 20, b"RIFF", b"\0" * 999]
)
def test_what_is_no_sound_is_refused_whatever_its_name(
    tmp_path: Path, suffix: str, content: bytes
) -> None:
    path = tmp_path / f"thing.{suffix}"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        FileReader(path)
    assert "is not a sound file" in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_short_gives_what_it_holds_or_says_that_it_breaks_off(
    tmp_path: Path, kind: str
) -> None:
    path = written(tmp_path, kind, stereo(40_000))
    whole = soundfile.read(path, dtype="float32")[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    reader = FileReader(path)
    parts = []
    said = "breaks off"
    try:
        while len(part := reader.read(480)):
            parts.append(part)
    except SourceError as error:
        said = str(error)
    finally:
        reader.close()
    assert "breaks off" in said
    heard = np.concatenate(parts)
    assert 10_000 < len(heard) <= len(whole)
    # The last block of a lossy or packed file may be anything: it is half there.
    np.testing.assert_array_equal(heard[:10_000], whole[:10_000])


def test_a_name_that_is_no_utf8_is_opened_all_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "wav16", noise(100))
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/l\xe4rm.wav"))
    path.rename(odd)
    reader = FileReader(odd)
    assert len(reader.read(1000)) == 100
    reader.close()
