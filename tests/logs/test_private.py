"""Names of files do not get into the log by way of errors that others raise."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from livemel.logs.file import LogFile
from livemel.logs.private import without_names

NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=("Cs", "Cc", "Zl", "Zp")),
    min_size=1,
    max_size=30,
).map(lambda name: f"secret{name}secret")


def raised(act: Callable[[Path], object], path: Path) -> BaseException:
    with pytest.raises(Exception) as caught:  # whatever it is that they raise
        act(path)
    return caught.value


@given(NAMES, st.sampled_from([".wav", ".flac", ".toml", ""]))
def test_an_error_of_the_system_or_of_libsndfile_does_not_tell_the_name(
    name: str, ending: str
) -> None:
    path = Path("/nowhere at all") / (name + ending)
    for act in (Path.read_text, soundfile.info, lambda path: soundfile.SoundFile(str(path))):
        error = raised(act, path)
        assert "secret" in str(error)
        assert "secret" not in without_names(str(error))


@pytest.mark.parametrize(
    "text",
    [
        "cannot read /home/me/secret talks/secret.wav: no such file",
        "secret.wav has no samples",
        "unknown 'my secret.wav'",
        "SvgHandler: file:///home/me/secret.svg",
        "C:\\secret\\secret.wav is torn",
        "~/secret/secret",
    ],
)
def test_a_name_is_found_without_quotes_too(text: str) -> None:
    assert "secret" not in without_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "fmax=30000 exceeds sr/2=24000.0",
        "unknown device 'USB Audio': there are 1 'default'",
        "QPainter::begin: Paint device returned engine == 0, type: 2",
        "index 3 is out of bounds for axis 0 with size 3",
        "1.5 and 0.25 dB/s",
    ],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert without_names(text) == text


def test_a_traceback_keeps_the_places_in_the_code_and_loses_the_name(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "log")
    logger = logging.Logger("livemel")
    logger.addHandler(file)
    try:
        (tmp_path / "secret.wav").read_text()
    except OSError:
        logger.exception("internal error")
    file.close()
    text = (tmp_path / "log").read_text()
    assert f'File "{__file__}", line ' in text
    assert "FileNotFoundError: [Errno 2] No such file or directory: '<file>'" in text
    assert text.count("secret") == 1  # the code of this test
