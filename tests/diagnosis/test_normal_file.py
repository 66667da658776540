"""Normals as files: back as they were, and refused in one line where they are not."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel import log_mel
from livemel.diagnosis.normal import Normal
from livemel.diagnosis.normal_file import load_normal, write_normal
from livemel.errors import LONGEST_NAME, ParameterError, one_line

from tests.diagnosis.machine import FRONTEND, learned, machine


@pytest.fixture(scope="module")
def normal() -> Normal:
    return learned(machine(30.0))


@pytest.fixture
def file(normal: Normal, tmp_path: Path) -> Path:
    path = tmp_path / "normal.npz"
    with path.open("wb") as out:
        write_normal(normal, out)
    return path


def changed(file: Path, **changes: Any) -> Path:
    """The same with other arrays; None leaves one out."""
    arrays = {**np.load(file, allow_pickle=False), **changes}
    np.savez(file, **{name: each for name, each in arrays.items() if each is not None})
    return file


def with_header(file: Path, **changes: Any) -> Path:
    header = json.loads(str(np.load(file)["header"]))
    return changed(file, header=np.array(json.dumps({**header, **changes})))


def refused(file: Path, words: str) -> None:
    with pytest.raises(ParameterError, match=words) as caught:
        load_normal(file)
    assert "\n" not in str(caught.value)
    assert file.name in str(caught.value)


def test_it_comes_back_as_it_was(normal: Normal, file: Path) -> None:
    back = load_normal(file)
    assert (back.frontend, back.bank, back.tail) == (normal.frontend, normal.bank, normal.tail)
    assert (back.learned_s, back.source) == (normal.learned_s, "machine.wav")
    columns = log_mel(machine(5.0, seed=9), FRONTEND)
    np.testing.assert_array_equal(back.scores(columns), normal.scores(columns))
    np.testing.assert_array_equal(back.deviation(columns), normal.deviation(columns))


def test_numpy_reads_it_without_pickle(file: Path) -> None:
    with np.load(file, allow_pickle=False) as arrays:
        assert arrays["median"].shape == (FRONTEND.n_rows,)
        assert json.loads(str(arrays["header"]))["frontend"]["sr"] == FRONTEND.sr


def test_it_holds_no_columns(file: Path) -> None:
    assert file.stat().st_size < 20_000


def test_no_such_file_is_told(tmp_path: Path) -> None:
    refused(tmp_path / "none.npz", "no such file")


@pytest.mark.parametrize("data", [b"", b"RIFF", b"PK\x03\x04", b"\x00" * 1000])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.npz"
    path.write_bytes(data)
    refused(path, "not an .npz, or is damaged")


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "features.npz"
    np.savez(path, features=np.zeros(3))
    refused(path, "'header' is missing")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"median": None}, "'median' is missing"),
        ({"median": np.zeros(3, np.float32)}, "'median' has 3 rows, not 128"),
        ({"median": np.full(128, np.nan, np.float32)}, "not finite"),
        ({"spread": np.zeros(128, np.float32)}, "not above 0"),
        ({"above": np.ones(7, np.float32)}, "'above' has 7 cells"),
        ({"median": np.zeros((2, 64), np.float32)}, "not a list"),
        ({"median": np.zeros(128, np.int32)}, "not what it should be"),
        ({"header": np.array("no JSON")}, "not JSON"),
        ({"header": np.array("[" * 100_000)}, "not JSON"),
        ({"header": np.array("{}")}, "its header is another one"),
        ({"header": np.zeros(3, np.float32)}, "not what it should be"),
        ({"median": np.zeros(1 << 23, np.float32)}, "larger than 16 MB"),
    ],
)
def test_other_arrays_are_refused(file: Path, changes: dict[str, Any], words: str) -> None:
    refused(changed(file, **changes), words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": 2}, "version=2 is not 1"),
        ({"frontend": {"sr": 16_000, "n_mels": 64}}, "128 rows, not 64"),
        ({"frontend": {"sr": "many"}}, "sr"),
        ({"frontend": {"sr": 16_000, "secret": 1}}, "unknown field 'secret'"),
        ({"frontend": None}, "'frontend' is not an object"),
        ({"frontend": {"sr": 16_000, "n_fft": 1 << 20, "n_mels": 1 << 19}}, "rows"),
        ({"longest": 7}, "longest=7"),
        ({"longest": [1]}, "longest="),
        ({"tail": {"over": 1.0, "scale": 1.0, "shape": 0.0, "per_hour": 1.0}}, "shape=0"),
        ({"tail": {"over": "4"}}, "over='4'"),
        ({"tail": None}, "'tail' is missing"),
        ({"learned_s": -1.0}, "learned_s=-1.0"),
        ({"source": 3}, "source=3"),
    ],
)
def test_other_headers_are_refused(file: Path, changes: dict[str, Any], words: str) -> None:
    refused(with_header(file, **changes), words)


@pytest.mark.parametrize("source", ["line\n" * 2000, "word " * 400_000, "\x1b[31mred\u202e"])
def test_of_the_name_of_its_sound_one_line_is_read(file: Path, source: str) -> None:
    found = load_normal(with_header(file, source=source)).source
    assert found.isprintable()
    assert found.startswith(one_line(source)[:8])
    assert len(found) <= LONGEST_NAME


def test_an_array_that_says_it_is_huge_is_not_believed(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    lie = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        lie, {"descr": "<f4", "fortran_order": False, "shape": (1 << 40,)}
    )
    members["median.npy"] = lie.getvalue() + bytes(512)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    refused(file, "not what it should be")


def test_pickled_objects_are_refused(file: Path) -> None:
    refused(changed(file, median=np.array([{}, []], dtype=object)), "no normal")


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), value=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_file_is_refused_or_read_and_nothing_else(
    normal: Normal, tmp_path_factory: pytest.TempPathFactory, at: int, value: int, cut: bool
) -> None:
    out = io.BytesIO()
    write_normal(normal, out)
    data = bytearray(out.getvalue())
    at %= len(data)
    data[at] = value
    path = tmp_path_factory.mktemp("damaged") / "normal.npz"
    path.write_bytes(data[:at] if cut else data)
    try:
        load_normal(path)
    except ParameterError as error:
        assert "\n" not in str(error)  # noqa: PT017
