"""Names of files do not get into the log by way of errors that others raise."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from livemel.errors import SourceError, one_line
from livemel.logs.file import LogFile
from livemel.logs.private import names_in, without_names

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
    ("text", "left"),
    [
        ("cannot read 'my recording'", "cannot read '<file>'"),
        ("[Errno 2] No such file or directory: 'my take'", None),
        ("[Errno 18] Invalid link: 'my take' -> 'other take'", None),
        ("Error opening 'my recording': System error.", "Error opening '<file>': System error."),
        (
            "cannot read /home/me/my take: Permission denied",
            "cannot read <file>: Permission denied",
        ),
        ("cannot write my take: No space left", "cannot write <file>: No space left"),
        ("no such file, folder or device: my take", "no such file, folder or device: <file>"),
        ("/home/me/my take is no scaler: it is empty", "<file> is no scaler: it is empty"),
        ("/home/me/my take does not end in .json", "<file> does not end in .json"),
    ],
)
def test_a_name_without_an_ending_is_found_by_what_is_said_of_it(
    text: str, left: str | None
) -> None:
    found = without_names(text)
    assert "take" not in found
    assert "recording" not in found
    assert left is None or found == left


@pytest.mark.parametrize("name", ["my take", "täke\n1", "l\udce4rm", "it's \\"])
def test_what_an_error_knows_of_files_is_taken_out_wherever_it_stands(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    try:
        try:
            path.read_text()
        except OSError as error:
            words = f"{name} and {name!r} and {one_line(str(path))} of {path}: told"
            raise SourceError(words) from error
    except SourceError as error:
        left = without_names(str(error), names_in(error))
    assert left.replace('"', "'") == "<file> and '<file>' and <file> of <file>: told"


@pytest.mark.parametrize(
    "text",
    [
        *("'" + "\\" * 10_000, '"' + "\\'" * 10_000, "'" + "/" * 10_000, "/ " * 10_000),
        *("a." * 10_000, "'\\" * 10_000, "\"'" * 10_000, "~/" * 10_000 + "'"),
    ],
)
def test_no_text_keeps_it_busy(text: str) -> None:
    """Each step more would double the time: at ten thousand it would never return."""
    without_names(text)


@given(st.integers(0, 3 * 4096), st.integers(1, 3000))
def test_a_long_line_is_not_cut_within_a_name(before: int, length: int) -> None:
    assert "q" not in without_names(f"{'x ' * before}/{'q' * length} {'y ' * 5000}")


@pytest.mark.parametrize(
    "text",
    [
        "cannot read: Input/output error",
        "cannot write: No space left on device",
        "KeyError: 'n_fft'",
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
