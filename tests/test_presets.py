"""Saved front-ends: what is written is what is read, and what is broken is named."""

import os
import stat
from pathlib import Path
from typing import Any

import livemel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.config import FrontEndChoice
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS, ROWS, frontend
from livemel.errors import ParameterError
from livemel.presets import (
    Preset,
    Unreadable,
    delete,
    dumps,
    find,
    folder,
    load,
    parse,
    saved,
    write,
)

from tests.dsp.strategies import examples, front_ends

FIELDS = tuple(FrontEnd.__dataclass_fields__)
RATES = (8000, 16_000, 44_100, 48_000, 96_000)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder of the test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "livemel" / "frontends"


def put(text: str, name: str = "my") -> Path:
    """A file in the folder, as a person may write it."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{name}.toml"
    path.write_text(text)
    return path


def differences(base: str, wanted: FrontEnd) -> dict[str, Any]:
    """What is changed of a row of the table to get that front-end."""
    row = frontend(base)
    return {f: getattr(wanted, f) for f in FIELDS if getattr(wanted, f) != getattr(row, f)}


# --- there and back -------------------------------------------------------------------------------


@examples(150)
@given(wanted=front_ends(), base=st.sampled_from(sorted(FRONTENDS)), title=st.text(max_size=20))
def test_any_front_end_over_any_row_is_read_as_it_was_written(
    wanted: FrontEnd, base: str, title: str
) -> None:
    wanted = wanted.replace(hop_length=min(wanted.hop_length, wanted.frame_length))
    if not title.isprintable():
        title = ""
    # A hop that nobody asked for is at most half a window.
    kept = {"sr": wanted.sr, "hop_length": wanted.hop_length}
    preset = Preset("mine", base, title, {**differences(base, wanted), **kept})
    read = parse(dumps(preset), "my.toml")
    assert read == preset
    assert read.build(48_000) == preset.build(48_000) == wanted


@pytest.mark.parametrize("base", FRONTENDS)
def test_a_saved_copy_of_a_row_follows_it_at_every_rate(base: str) -> None:
    write(Preset("copy", base))
    for sr in RATES:
        assert livemel.frontend("copy", sr=sr) == frontend(base, sr=sr)
        assert FrontEndChoice("copy").build(sr) == FrontEndChoice(base).build(sr)


def test_what_is_not_changed_follows_the_devices_rate() -> None:
    write(Preset("mine", "live", changes={"n_mels": 40}))
    for sr in RATES:
        assert FrontEndChoice("mine").build(sr) == frontend(sr=sr).replace(
            n_mels=40, hop_length=min(round(sr / 100), 1024)
        )


def test_a_field_that_the_row_sets_can_be_unset() -> None:
    assert frontend("yamnet").fmax == 7500
    read = parse(dumps(Preset("mine", "yamnet", changes={"fmax": None})), "x")
    assert read.build(48_000).fmax is None
    assert parse('base = "live"\n[frontend]\nlog = "none"', "x").build(48_000).log == "none"


def test_further_changes_go_over_those_saved() -> None:
    write(Preset("mine", "live", changes={"n_mels": 40, "fmin": 20.0}))
    choice = FrontEndChoice("mine", changes={"n_mels": 64})
    assert choice == FrontEndChoice("mine", changes={"n_mels": 64})
    assert choice.build(48_000) == frontend().replace(n_mels=64, fmin=20.0)


def test_a_file_can_be_shared_and_used_where_it_lies(tmp_path: Path) -> None:
    path = write(Preset("mine", "whisper-80", "For me", {"n_mels": 64}))
    for place in ("mine.toml", "gift (1).toml"):
        shared = tmp_path / place
        shared.write_text(path.read_text())
        found = find(str(shared))
        assert (found.name, found.title, found.path) == ("mine", "For me", shared)
        assert FrontEndChoice(str(shared)).build(48_000) == found.build(48_000)


def test_a_file_without_a_name_has_the_files(tmp_path: Path) -> None:
    (tmp_path / "short.toml").write_text('base = "live"\n')
    assert load(tmp_path / "short.toml").name == "short"
    (tmp_path / "not one.toml").write_text('base = "live"\n')
    with pytest.raises(ParameterError, match=r"not one\.toml: name='not one' is not up to 64"):
        load(tmp_path / "not one.toml")


def test_in_the_folder_the_files_name_counts() -> None:
    path = write(Preset("mine", "live"))
    path.rename(folder() / "renamed.toml")
    assert [preset.name for preset in saved()] == ["renamed"]
    assert find("renamed").name == "renamed"


@pytest.mark.parametrize("text", ["\ufeffbase = 'live'\n", "base = 'live'\r\nname = 'a'\r\n"])
def test_what_other_editors_write_is_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(text.encode())
    assert load(path) == Preset("a", "live")


# --- the row of a saved one -----------------------------------------------------------------------


def test_a_saved_one_is_described_like_a_row() -> None:
    write(Preset("mine", "whisper-80", "For me", {"n_mels": 64}))
    row, base = find("mine").row, FRONTENDS["whisper-80"]
    assert (row.kind, row.name, row.title) == ("saved", "mine", "For me (whisper-80, changed)")
    assert (row.own_sr, row.policy, row.layout) == (16_000, base.policy, base.layout)
    assert base.source in row.source
    assert str(folder() / "mine.toml") in row.source
    assert row.describe()["frontend"]["n_mels"] == 64


def test_one_that_only_fast_devices_can_do_is_described_at_their_rate() -> None:
    row = Preset("bats", "live", changes={"n_fft": 512, "fmax": 90_000.0}).row
    assert (row.shown_sr, row.own_sr) == (192_000, None)
    assert row.describe()["frontend"]["sr"] == 192_000


def test_a_rate_can_be_part_of_it() -> None:
    preset = Preset("slow", "live", changes={"sr": 16_000})
    assert preset.row.own_sr == 16_000
    assert preset.build(96_000) == frontend(sr=16_000)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_of_the_table_is_found_as_itself_without_a_folder(row: Any) -> None:
    put("nonsense", row.name)
    assert find(row.name).row is row


# --- writing --------------------------------------------------------------------------------------


def test_nothing_is_written_unless_it_is_asked_for(own_folder: Path) -> None:
    saved()
    with pytest.raises(ParameterError):
        find("mine")
    assert not own_folder.parent.exists()


def test_what_is_there_is_overwritten_only_when_asked() -> None:
    write(Preset("mine", "live"))
    with pytest.raises(ParameterError, match="name='mine' is there already"):
        write(Preset("mine", "music"))
    assert find("mine").base == "live"
    write(Preset("mine", "music"), overwrite=True)
    assert find("mine").base == "music"


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else() -> None:
    path = write(Preset("mine", "live"))
    path.unlink()
    path.mkdir()  # a file cannot take its place
    with pytest.raises(ParameterError, match=r"cannot write .*mine\.toml: Is a directory"):
        write(Preset("mine", "music"), overwrite=True)
    assert os.listdir(folder()) == ["mine.toml"]  # noqa: PTH208


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file stands in the way")
    assert saved() == []
    with pytest.raises(ParameterError, match=r"cannot write .*mine\.toml: Not a directory"):
        write(Preset("mine", "live"))


def test_a_deleted_one_is_gone() -> None:
    write(Preset("mine", "live"))
    delete("mine")
    assert saved() == []
    with pytest.raises(ParameterError, match=r"cannot remove .*mine\.toml: No such file"):
        delete("mine")


def test_what_a_file_cannot_hold_is_not_written() -> None:
    changes = {"fmin": np.float32(20)}
    with pytest.raises(ParameterError, match="fmin cannot be kept in a file: it is a float32"):
        write(Preset("mine", "live", changes=changes))
    assert saved() == []


@pytest.mark.parametrize("name", ["", "a b", "-a", "ä", "a/b", "a.b", "..", "x" * 65, "a\n"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(ParameterError, match="is not up to 64 letters"):
        write(Preset(name, "live"))
    assert saved() == []


@pytest.mark.parametrize("name", FRONTENDS)
def test_a_built_in_name_cannot_be_taken(name: str) -> None:
    with pytest.raises(ParameterError, match=f"name='{name}' is a built-in front-end's"):
        write(Preset(name, "live", changes={"n_mels": 40}))
    with pytest.raises(ParameterError, match=f"name='{name}' is a built-in front-end's"):
        write(Preset(name, name))


# --- what is broken -------------------------------------------------------------------------------

LIVE = 'base = "live"\n'
BROKEN = [
    ("", "my.toml: base is missing: the front-end that it is made from, such as \"live\""),
    ("base = 'live'\nfoo\n", "my.toml, line 2: expected '=' after a key in a key/value pair"),
    ("base = 'live", "my.toml, line 1, base: "),
    ("base = 'live'\nbase = 'live'", "my.toml, line 2, base: cannot overwrite a value"),
    ('base = "liv"', "my.toml, line 1: base='liv' is not a built-in front-end (live?)"),
    ("base = 3", "my.toml, line 1: base=3 is not a line of text"),
    (LIVE + "title = 'a\\n'".replace("'", '"'), "my.toml, line 2: title='a\\n' is not a line"),
    (LIVE + "titel = 'x'", "my.toml, line 2: titel is not one of name, title, base and [frontend] "
     "(title?)"),
    (LIVE + "n_fft = 512", "my.toml, line 2: n_fft belongs under [frontend]"),
    (LIVE + "frontend = 3", "my.toml, line 2: frontend is not a table: [frontend]"),
    (LIVE + "[[frontend]]\nn_fft = 4", "my.toml, line 2: frontend is not a table: [frontend]"),
    (LIVE + "name = 'a b'", "my.toml, line 2: name='a b' is not up to 64 letters, digits, - and _"),
    (LIVE + "name = 'kaldi'", "my.toml, line 2: name='kaldi' is a built-in front-end's"),
    *((f"{LIVE}\n[frontend]\n{line}\n# hop_length\nn_mels = 40", f"my.toml, line 4: {message}")
      for line, message in (
          ("hop_lenght = 3", "hop_lenght is not a field of a front-end (hop_length?)"),
          ("colour = 3", "colour is not a field of a front-end"),
          ("hop_length = '160'", "hop_length='160' is not a whole number"),
          ("hop_length = 1.5", "hop_length=1.5 is not a whole number"),
          ("hop_length = 0", "hop_length=0 is not between 1 and"),
          ("hop_length = 4096", "hop_length=4096 exceeds the window of 2048 samples"),
          ("hop_length = 'none'", "hop_length='none' is not a whole number"),
          ("center = 1", "center=1 is not True or False"),
          ("fmin = nan", "fmin=nan must be 0 Hz or more"),
          ("fmin = true", "fmin=True is not a number"),
          ("fmin = 1979-05-27", "fmin=datetime.date(1979, 5, 27) is not a number"),
          ("fmin = [1, 2]", "fmin=(1, 2) is not a number"),
          ("fmax = 200000.0", "fmax=200000 exceeds sr/2=192000"),
          ("window = 'kaiser'", "window='kaiser' is not one of hann, hamming"),
          ("window = {a = 1}", "window={'a': 1} is not one of hann, hamming"),
          ("win_length = 4096", "win_length=4096 exceeds n_fft=2048"),
      )),
    (LIVE + "[frontend]\nn_fft = 16", "my.toml, line 3: n_mels=128 exceeds n_fft=16"),
    (LIVE + "[frontend]\nfmax = 100\nfmin = 200", "my.toml, line 4: fmin=200 is not below fmax"),
    ("base = 'yamnet'\n[frontend]\nfmin = 8000", "my.toml, line 3: fmin=8000 is not below fmax"),
    ("base = 'yamnet'\nfrontend.fmin = 8000", "my.toml, line 2: fmin=8000 is not below fmax=7500"),
    (LIVE + "frontend = {fmin = -1}", "my.toml, line 2: fmin=-1 must be 0 Hz or more"),
    (LIVE + "[frontend]\nfmin = [\n 1\n]", "my.toml: fmin=(1,) is not a number"),
    ("a = " + 3000 * "[" + 3000 * "]", "my.toml: it is nested too deeply"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_broken_file_is_one_line_with_file_line_and_key(text: str, message: str) -> None:
    path = put(text)
    with pytest.raises(ParameterError) as caught:
        find("my")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    with pytest.raises(ParameterError) as caught:
        FrontEndChoice(str(path))
    assert str(caught.value).startswith(f"{path.parent}/{message}")
    [listed] = saved()
    assert isinstance(listed, Unreadable)
    assert listed.reason.startswith(message)


def test_what_is_no_file_of_text_is_named(tmp_path: Path) -> None:
    missing, binary, large = (tmp_path / f"{n}.toml" for n in ("missing", "binary", "large"))
    binary.write_bytes(b"\xff\xfe\x00")
    large.write_text("#" * 100_000)
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for path, message in (
        (missing, f"no such file: {missing}"),
        (binary, f"{binary} is not text in UTF-8"),
        (large, f"{large} is too large for a front-end"),
        (pipe, f"cannot read {pipe}: it is not a file"),
    ):
        with pytest.raises(ParameterError) as caught:
            find(str(path))
        assert str(caught.value) == message
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_broken_one_does_not_hide_the_others() -> None:
    write(Preset("good", "live"))
    put("base = 'liv'", "bad")
    bad, good = saved()
    assert isinstance(bad, Unreadable)
    assert bad.name == "bad"
    assert good == Preset("good", "live")


def test_an_unknown_name_suggests_saved_ones_too() -> None:
    write(Preset("my-whisper", "whisper-80"))
    with pytest.raises(ParameterError, match="unknown front-end 'my-whispr': did you mean my-whi"):
        find("my-whispr")


@examples(200)
@given(text=st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_no_text_is_more_than_one_line_of_trouble(text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse(text + "\nbase = 'liv'", "my.toml")
    assert str(caught.value).startswith("my.toml")
    assert str(caught.value).isprintable()
