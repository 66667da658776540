"""PipeReader: raw sound from a real pipe, in every format, and what is no sound."""

import io
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.errors import ParameterError, SourceError
from livemel.sources.pipe import SAMPLE_FORMATS, PipeReader

from tests.dsp.strategies import examples, noise

# libsndfile's names: subtype and byte order.
RAW = {
    "u8": ("PCM_U8", "LITTLE"),
    "s16le": ("PCM_16", "LITTLE"),
    "s16be": ("PCM_16", "BIG"),
    "s24le": ("PCM_24", "LITTLE"),
    "s32le": ("PCM_32", "LITTLE"),
    "s32be": ("PCM_32", "BIG"),
    "f32le": ("FLOAT", "LITTLE"),
    "f32be": ("FLOAT", "BIG"),
    "f64le": ("DOUBLE", "LITTLE"),
}


def raw(y: np.ndarray, sample_format: str) -> bytes:
    """y as soundfile writes it without a header."""
    subtype, endian = RAW[sample_format]
    file = io.BytesIO()
    soundfile.write(file, y, 48_000, format="RAW", subtype=subtype, endian=endian)
    return file.getvalue()


def by_soundfile(data: bytes, sample_format: str, channels: int) -> np.ndarray:
    subtype, endian = RAW[sample_format]
    return soundfile.read(
        io.BytesIO(data),
        dtype="float32",
        always_2d=True,
        samplerate=48_000,
        channels=channels,
        format="RAW",
        subtype=subtype,
        endian=endian,
    )[0]


@contextmanager
def piped(parts: list[bytes], flags: int = 0) -> Iterator[int]:
    """A descriptor that a thread writes these into, and then closes."""
    out, into = os.pipe2(flags)

    def write() -> None:
        try:
            for part in parts:
                left = memoryview(part)
                while left:
                    left = left[os.write(into, left) :]
        except BrokenPipeError:
            pass  # the reader had seen enough
        finally:
            os.close(into)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield out
    finally:
        os.close(out)
        writer.join()


def reader_of(descriptor: int, sample_format: str = "s16le", channels: int = 1) -> PipeReader:
    return PipeReader(descriptor, sr=48_000, channels=channels, sample_format=sample_format)


def read_all(reader: PipeReader, n: int = 480) -> np.ndarray:
    parts = [np.empty((0, reader.format.channels), dtype=np.float32)]
    while len(part := reader.read(n)):
        assert len(part) <= n
        assert part.dtype == np.float32
        parts.append(part)
    return np.concatenate(parts)


# --- sound ----------------------------------------------------------------------------------------


def test_every_format_is_tested() -> None:
    assert set(RAW) == set(SAMPLE_FORMATS)


@pytest.mark.parametrize("channels", [1, 2, 5, 64])
@pytest.mark.parametrize("sample_format", RAW)
def test_every_format_reads_as_soundfile_reads_it(sample_format: str, channels: int) -> None:
    y = np.clip(noise(6000 * channels, level=0.4), -1, 1).reshape(-1, channels)
    y[:2] = [[1.0], [-1.0]]
    data = raw(y, sample_format)
    with piped([data]) as descriptor:
        heard = read_all(reader_of(descriptor, sample_format, channels))
    np.testing.assert_array_equal(heard, by_soundfile(data, sample_format, channels))
    step = 2.0 ** (1 - min(24, 8 * SAMPLE_FORMATS[sample_format].bytes))
    np.testing.assert_allclose(heard, y, rtol=0, atol=step)


@settings(max_examples=40, deadline=None)
@given(
    sample_format=st.sampled_from(sorted(RAW)),
    channels=st.integers(1, 3),
    sizes=st.lists(st.integers(1, 4096) | st.integers(1, 9), min_size=1, max_size=40),
    n=st.integers(1, 700),
)
def test_chunks_may_end_inside_a_sample(
    sample_format: str, channels: int, sizes: list[int], n: int
) -> None:
    y = noise(2000 * channels).reshape(-1, channels)
    data = raw(y, sample_format)
    parts, at = [], 0
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    parts += [data[i : i + 4096] for i in range(at, len(data), 4096)]
    # With O_DIRECT each write is a packet, and a read returns one.
    with piped([part for part in parts if part], os.O_DIRECT) as descriptor:
        heard = read_all(reader_of(descriptor, sample_format, channels), n)
    np.testing.assert_array_equal(heard, by_soundfile(data, sample_format, channels))


def test_a_last_sample_that_is_cut_off_is_left_out() -> None:
    data = raw(noise(1000).reshape(-1, 2), "s24le")
    with piped([data, b"\1\2\3\4\5"]) as descriptor:
        heard = read_all(reader_of(descriptor, "s24le", 2))
    np.testing.assert_array_equal(heard, by_soundfile(data, "s24le", 2))


def test_a_regular_file_serves_as_a_pipe(tmp_path: Path) -> None:
    data = raw(noise(5000), "f32le")
    (tmp_path / "sound.pcm").write_bytes(data)
    with (tmp_path / "sound.pcm").open("rb") as file:
        reader = reader_of(file.fileno(), "f32le")
        reader.look(1.0)
        np.testing.assert_array_equal(read_all(reader), by_soundfile(data, "f32le", 1))
        reader.close()
        os.fstat(file.fileno())  # the descriptor is the caller's


def test_the_format_is_what_was_told() -> None:
    with piped([]) as descriptor:
        form = PipeReader(descriptor, sr=8000, channels=3, sample_format="u8", name="it").format
    assert (form.sr, form.channels, form.max_channels, form.name) == (8000, 3, 3, "it")


@pytest.mark.parametrize("length", [1, 100, 255])
def test_a_few_samples_are_sound_too(length: int) -> None:
    data = raw(noise(length), "s16le")
    with piped([data]) as descriptor:
        assert len(read_all(reader_of(descriptor))) == length


def test_digital_silence_is_sound() -> None:
    with piped([bytes(10_000)]) as descriptor:
        assert not read_all(reader_of(descriptor)).any()


def test_a_look_that_finds_nothing_yet_leaves_it_to_the_first_read() -> None:
    out, into = os.pipe()
    reader = reader_of(out)
    reader.look(0.0)
    os.write(into, b"RIFF")
    reader.look(0.0)
    os.close(into)
    with pytest.raises(SourceError, match="WAV file"):
        reader.read(10)
    os.close(out)


@examples(150)
@given(
    sample_format=st.sampled_from(sorted(RAW)),
    data=st.binary(max_size=600),
    channels=st.integers(1, 3),
)
def test_any_bytes_are_sound_or_a_source_error(
    sample_format: str, data: bytes, channels: int
) -> None:
    """Also those that decode to signalling NaNs or overflow float32, without a warning."""
    with piped([bytes(520), data]) as descriptor:
        reader = reader_of(descriptor, sample_format, channels)
        heard = None
        with suppress(SourceError):
            heard = read_all(reader)
    whole = (520 + len(data)) // (SAMPLE_FORMATS[sample_format].bytes * channels)
    assert len(heard) == whole if heard is not None else sample_format.startswith("f")


# --- what is no sound -----------------------------------------------------------------------------


def assert_refused(data: bytes, cause: str, sample_format: str = "s16le", **more: Any) -> None:
    for refuse in (lambda reader: reader.look(), lambda reader: reader.read(480)):
        with piped([data] if data else []) as descriptor:
            reader = reader_of(descriptor, sample_format, **more)
            with pytest.raises(SourceError) as caught:
                refuse(reader)
        assert cause in str(caught.value)
        assert "stdin" in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG", "RF64"])
def test_a_container_is_named(container: str) -> None:
    file = io.BytesIO()
    soundfile.write(file, noise(5000), 48_000, format=container)
    assert_refused(file.getvalue(), "WAV file" if container == "RF64" else f"{container} file")


def test_an_mp3_with_its_tag_is_named() -> None:
    assert_refused(b"ID3\x04\0\0\0\0\0\0" + bytes(1000), "MP3 file")


@pytest.mark.parametrize(
    "text",
    [b"hello\n", b"no such device\r\n" * 100, json.dumps({"a": [1, 2]}).encode(), b"\t\n" * 700],
)
@pytest.mark.parametrize("sample_format", RAW)
def test_text_is_told_from_sound(text: bytes, sample_format: str) -> None:
    assert_refused(text, f"holds text, not raw {sample_format} sound", sample_format)


def test_a_pipe_that_ends_at_once_is_empty() -> None:
    assert_refused(b"", "is empty: no sound came")


@pytest.mark.parametrize(
    ("sample_format", "channels", "length"), [("s16le", 1, 1), ("s24le", 2, 5), ("f64le", 3, 23)]
)
def test_less_than_one_sample_is_said_with_its_length(
    sample_format: str, channels: int, length: int
) -> None:
    cause = f"{length} bytes, less than one sample of {length + 1}"
    assert_refused(b"\xff" * length, cause, sample_format, channels=channels)


@pytest.mark.parametrize(
    ("written", "read"),
    [("s16le", "f32le"), ("s16le", "f32be"), ("s16le", "f64le"), ("s32le", "f32le")],
)
def test_integers_read_as_floats_are_impossible(written: str, read: str) -> None:
    assert_refused(raw(noise(5000), written), f"impossible values: is it {read}?", read)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e6, -1001.0])
def test_one_impossible_float_is_enough(value: float) -> None:
    y = noise(100)
    y[50] = value
    assert_refused(y.astype("<f4").tobytes(), "impossible values", "f32le")


def test_floats_past_full_scale_are_possible() -> None:
    y = 40 * noise(1000)
    with piped([y.astype("<f4").tobytes()]) as descriptor:
        np.testing.assert_array_equal(read_all(reader_of(descriptor, "f32le"))[:, 0], y)


def test_an_unknown_format_is_answered_with_those_there_are() -> None:
    with piped([]) as descriptor, pytest.raises(ParameterError) as caught:
        reader_of(descriptor, "s20le")
    assert "'s20le'" in str(caught.value)
    assert all(name in str(caught.value) for name in SAMPLE_FORMATS)


def test_a_terminal_is_no_pipe() -> None:
    ours, theirs = os.openpty()
    with pytest.raises(SourceError, match="is a terminal"):
        reader_of(theirs)
    os.close(ours)
    os.close(theirs)


def test_a_descriptor_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    only_written = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    for descriptor, why in ((folder, "Is a directory"), (only_written, "Bad file descriptor")):
        for refuse in (lambda reader: reader.look(), lambda reader: reader.read(480)):
            with pytest.raises(SourceError, match=f"cannot read stdin: {why}"):
                refuse(reader_of(descriptor))
        os.close(descriptor)
