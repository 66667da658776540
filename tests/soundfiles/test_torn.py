"""A WAV file that was cut is told from one that is whole, or whose length nobody knew."""

from pathlib import Path

import pytest
import soundfile
from livemel.soundfiles.torn import promised_samples

from tests.dsp.strategies import noise


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_a_cut_file_still_says_how_long_it_was(subtype: str, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, noise(2000).reshape(1000, 2), 8000, subtype=subtype)
    assert promised_samples(path) is None
    path.write_bytes(path.read_bytes()[:-1])
    assert promised_samples(path) == 1000
    path.write_bytes(path.read_bytes()[:20])
    assert promised_samples(path) is None


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_stream_whose_length_nobody_knew_is_whole(size: int, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, noise(1000), 8000, subtype="PCM_16")
    data = path.read_bytes()
    at = data.index(b"data") + 4
    path.write_bytes(data[:at] + size.to_bytes(4, "little") + data[at + 4 :])
    assert promised_samples(path) is None


@pytest.mark.parametrize("kind", ["flac", "aiff", "txt"])
def test_what_is_no_wav_has_nothing_to_say(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"sound.{kind}"
    if kind == "txt":
        path.write_text("RIFF")
    else:
        soundfile.write(path, noise(1000), 8000)
    assert promised_samples(path) is None
