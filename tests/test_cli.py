"""The command line: each mistake is one clear line and exit code 2, and never a traceback."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from livemel import __version__
from livemel.cli import parse_run
from livemel.errors import LivemelError

from tests.rig.desk import VirtualDesk
from tests.rig.microphone import VirtualMicrophone


def livemel(
    *arguments: str, env: Mapping[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "livemel", *arguments],
        env=dict(os.environ if env is None else env),
        input=stdin,
        capture_output=True,
        timeout=30,
        check=False,
    )


def assert_one_line(done: subprocess.CompletedProcess[bytes], *words: str) -> None:
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert said.startswith("livemel: ")
    assert said.count("\n") == 1, said
    for word in words:
        assert word in said
    assert done.stdout == b""


def found_while_reading(arguments: tuple[str, ...]) -> str:
    try:
        parse_run(arguments)
    except LivemelError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--source", "nowhere.wav"), "no such file: nowhere.wav"),
        (("--source", "/"), "is a folder"),
        (("--source", "demo:nothing"), "there are speechlike"),
        (("--channel", "0"), "channel=0 is out of range"),
        (("--channel", "1..65"), "channel='1..65': 1..65 is not a row of up to 64"),
        (("--play",), "--play is for files and demo scenes as they scroll, not for --source mic"),
        (("--play", "--source", "-"), "not for --source -"),
        (("--source", "demo", "--output-device", "nope"), "unknown device 'nope': there are"),
        (("--n-fft", "0"), "n_fft=0 is not between 2 and"),
        (("--n-fft", "2.5"), "invalid int value: '2.5'"),
        (("--hop-length", "-3"), "hop_length=-3"),
        (("--hop-length", "5000"), "hop_length=5000 exceeds the window of 2048 samples"),
        (("--fmin", "-1"), "fmin=-1"),
        (("--fmin", "nan"), "fmin=nan"),
        (("--fmin", "4000", "--fmax", "1000"), "fmin=4000 is not below fmax=1000"),
        (("--source", "demo", "--fmax", "30000"), "fmax=30000 exceeds sr/2=24000"),
        (("--sr", "16000", "--fmax", "9000"), "fmax=9000 exceeds sr/2=8000"),
        (("--n-mels", "0"), "n_mels=0"),
        (("--n-mels", "100000"), "n_mels=100000 exceeds n_fft=2048"),
        (("--mel-scale", "bark"), "invalid choice: 'bark'"),
        (("--view", "cqt"), "invalid choice: 'cqt'"),
        (("--view", "mfcc", "--n-mfcc", "200"), "n_mfcc=200 exceeds n_mels=128"),
        (
            ("--view", "linear", "--fmin", "25", "--fmax", "40", "--source", "demo"),
            "no FFT bin lies between fmin=25 and fmax=40",
        ),
        (("--sr", "12"), "sr=12 Hz is not between"),
        (("--cmap", "jet2"), "there are magma, inferno"),
        (("--weighting", "B"), "invalid choice: 'B'"),
        (("--spl-offset", "1e4"), "spl_offset=10000 is not between -100 and 300 dB"),
        (("--spl-offset", "loud"), "invalid float value: 'loud'"),
        (("--size", "big"), "'big' is not WIDTHxHEIGHT"),
        (("--size", "10x10"), "size=10x10"),
        (("--history", "0"), "history=0"),
        (("--span", "900"), "span=900 s exceeds history=300 s"),
        (("--span", "1e-300"), "span=1e-300 s is not between"),
        (("--history", "1e-9"), "history=1e-09 s is not between"),
        (("--seconds", "-1"), "seconds=-1"),
        (("--seconds", "3000000"), "seconds=3e+06 s is not between"),
        (("--stats", "/tmp/" + "x" * 300), "cannot write /tmp/xxx"),
        (("--n-fft", "131072", "--n-mels", "20000"), "makes more filter weights"),
        (("--stats", "/nowhere/stats.json"), "cannot write /nowhere/stats.json"),
        (("--screenshot", "/nowhere/shot.png"), "cannot write /nowhere/shot.png"),
        (("--screenshot", "shot.doc"), "does not end in one of .png"),
        (("--record", "take.mp3"), "record=take.mp3 does not end in one of .wav, .flac"),
        (("--record", "/nowhere/take.wav"), "cannot write /nowhere/take.wav"),
        (("--record", "y.flac", "--record-bits", "32"), "record-bits=32 is none of 16, 24"),
        (("--record-bits", "8"), "record-bits=8 is none of 16, 24, 32"),
        (("--source", "-", "--channels", "0"), "channels=0"),
        (("--source", "-", "--format", "s17"), "there are u8, s16le"),
        (("--nonsense",), "unrecognized arguments: --nonsense"),
    ],
)
def test_a_mistake_is_one_line_with_the_value_in_it(
    arguments: tuple[str, ...], words: str, request: pytest.FixtureRequest
) -> None:
    """Most are found while the arguments are read; only the others need a program of their own."""
    if said := found_while_reading(arguments):
        assert words in said
        assert "\n" not in said
    else:
        desk: VirtualDesk = request.getfixturevalue("desk")
        assert_one_line(livemel(*arguments, env=desk.env), words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--n-fft", "0"), "n_fft=0 is not between 2 and"),
        (("--n-fft", "2.5"), "invalid int value: '2.5'"),
        (("--nonsense",), "unrecognized arguments: --nonsense"),
        (("devices", "--nonsense"), "unrecognized arguments: --nonsense"),
    ],
)
def test_a_mistake_in_the_arguments_ends_the_program(
    arguments: tuple[str, ...], words: str, desk: VirtualDesk
) -> None:
    assert_one_line(livemel(*arguments, env=desk.env), words)


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (b"", "stdin is empty"),
        (b"x", "stdin holds text"),
        (b"\0", "less than one sample of 2"),
        (b"hello, world\n" * 100, "stdin holds text"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(1000), "stdin holds a WAV file"),
        (b"fLaC" + bytes(1000), "stdin holds a FLAC file"),
    ],
)
def test_nonsense_on_stdin_is_named(stdin: bytes, words: str, desk: VirtualDesk) -> None:
    assert_one_line(livemel("--source", "-", env=desk.env, stdin=stdin), words)


def test_a_file_that_is_no_sound_is_named(tmp_path: Path, desk: VirtualDesk) -> None:
    for name, content, words in (
        ("empty.wav", b"", "is empty"),
        ("garbage.flac", b"no sound at all " * 50, "is not a sound file"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert_one_line(livemel("--source", str(path), env=desk.env), str(path), words)


def test_a_recording_overwrites_nothing(tmp_path: Path, desk: VirtualDesk) -> None:
    path = tmp_path / "take.wav"
    path.write_bytes(b"precious")
    done = livemel("--record", str(path), env=desk.env)
    assert_one_line(done, f"{path} is there already: recordings overwrite nothing")
    assert path.read_bytes() == b"precious"


def test_without_a_device_the_demo_is_not_recorded_instead(
    tmp_path: Path, desk: VirtualDesk
) -> None:
    env = {**desk.env, "PULSE_SERVER": "unix:/nowhere"}
    done = livemel("--record", str(tmp_path / "take.wav"), env=env)
    assert_one_line(done, "no input device")
    assert not list(tmp_path.iterdir())


def test_an_unknown_device_lists_those_there_are(desk: VirtualDesk) -> None:
    done = livemel("--device", "Stradivari", env=desk.env)
    assert_one_line(done, "unknown device 'Stradivari'", "'pulse'")


def test_a_channel_out_of_range_is_named(desk: VirtualDesk) -> None:
    done = livemel("--device", "pulse", "--channel", "99", env=desk.env)
    assert_one_line(done, "channel 99 is out of range", "'pulse' has 1")


@pytest.mark.parametrize("display", ["", ":9876", "\udcff"])
def test_without_a_display_there_is_one_line(display: str, microphone: VirtualMicrophone) -> None:
    env = {**microphone.env, "QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
    env.pop("WAYLAND_DISPLAY", None)
    for source in ("demo", "mic"):
        assert_one_line(livemel("--source", source, env=env), "no display")


def test_output_paths_are_checked_before_the_run_and_left_as_they_were(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("{}")
    missing = tmp_path / "new.json"
    for path in (kept, missing):
        livemel("--stats", str(path), "--source", "nowhere.wav")
    assert kept.read_text() == "{}"
    assert not missing.exists()


def test_devices_are_listed_for_people_and_for_scripts(microphone: VirtualMicrophone) -> None:
    text = livemel("devices", env=microphone.env).stdout.decode()
    assert re.fullmatch(
        r"    0  pulse  \(ALSA, 1 channel, \d+ Hz\)\n"
        r"    1  default  \(ALSA, 1 channel, \d+ Hz\)\n"
        r"what the computer plays:\n"
        r"\*   –  Monitor of Null Output  \(PulseAudio, 1 channel, 48000 Hz\)  mic.monitor\n",
        text,
    )
    rows = {
        row["name"]: row
        for row in json.loads(livemel("devices", "--json", env=microphone.env).stdout)
    }
    assert rows["Monitor of Null Output"] == {
        "index": None,
        "id": "mic.monitor",
        "name": "Monitor of Null Output",
        "host_api": "PulseAudio",
        "channels": 1,
        "default_sr": 48000,
        "default": True,
        "plays": True,
    }
    assert not any(
        row["default"] or row["plays"] for row in rows.values() if row["index"] is not None
    )


def test_output_devices_are_listed_too(microphone: VirtualMicrophone) -> None:
    done = livemel("devices", "--output", "--json", env=microphone.env)
    assert "pulse" in [row["name"] for row in json.loads(done.stdout)]
    without = {**microphone.env, "PULSE_SERVER": "unix:/nowhere"}
    assert livemel("devices", "--output", env=without).stdout == b"no output devices\n"


def test_an_output_device_is_found_by_number_and_by_part_of_its_name(desk: VirtualDesk) -> None:
    for name in ("PUL", "0"):
        arguments = ("--source", "demo", "--play", "--output-device", name, "--seconds", "0.1")
        assert livemel(*arguments, env=desk.env).returncode == 0


def test_the_version_is_told() -> None:
    assert livemel("--version").stdout.decode() == f"livemel {__version__}\n"


def test_a_short_window_gets_a_hop_that_skips_no_sound() -> None:
    config = parse_run(["--n-fft", "256"])
    assert config.frontend.build(48_000).hop_length == 128


def test_the_defaults_are_the_live_front_end() -> None:
    fe = parse_run([]).frontend.build(48_000)
    assert (fe.sr, fe.n_fft, fe.hop_length, fe.n_mels) == (48_000, 2048, 480, 128)


@pytest.mark.parametrize("view", ["mel", "linear", "log", "mfcc", "waveform"])
def test_the_view_is_the_front_ends_representation(view: str) -> None:
    choice = parse_run(["--view", view, "--n-mfcc", "13"]).frontend
    built = choice.build(48_000)
    assert (choice.view, built.representation, built.n_mfcc) == (view, view, 13)


def test_front_ends_are_listed_for_people_and_for_scripts() -> None:
    text = livemel("frontends").stdout.decode()
    rows = json.loads(livemel("frontends", "--json").stdout)
    assert len(rows) >= 30
    for row in rows:
        assert f"  {row['name']} " in text
        assert row["source"]
    one = livemel("frontends", "ast").stdout.decode()
    assert "dead bands     3" in one
    assert json.loads(livemel("frontends", "ast", "--json").stdout)["frontend"]["window"] == "hann"


def test_an_unknown_front_end_suggests_the_nearest(desk: VirtualDesk) -> None:
    for arguments in (("frontends", "whispr"), ("--frontend", "whispr", "--source", "demo")):
        assert_one_line(
            livemel(*arguments, env=desk.env), "did you mean whisper-80 or whisper-128?"
        )


def saved_front_ends(tmp_path: Path) -> dict[str, str]:
    """An environment with one saved front-end and a broken one."""
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    folder = tmp_path / "livemel" / "frontends"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('base = "whisper-80"\n[frontend]\nn_mels = 64\n')
    (folder / "bad.toml").write_text('base = "live"\n\n[frontend]\nhop_lenght = 3\n')
    return env


def test_saved_front_ends_are_listed_first_with_what_they_are_made_from(tmp_path: Path) -> None:
    env = saved_front_ends(tmp_path)
    lines = livemel("frontends", env=env).stdout.decode().splitlines()
    assert lines[0] == "Saved"
    assert lines[1].split() == [
        *("mine", "16000", "Hz", "400/400/160", "64", "bands", "whisper-80,", "changed")
    ]
    assert "bad.toml, line 4: hop_lenght is not a field of a front-end (hop_length?)" in lines[2]
    rows = json.loads(livemel("frontends", "--json", env=env).stdout)
    by_name = {row["name"]: row for row in rows}
    assert by_name["mine"]["frontend"]["n_mels"] == 64
    assert by_name["bad"]["error"].startswith("bad.toml, line 4: ")
    assert livemel("frontends", "mine", env=env).stdout.startswith(b"mine: whisper-80, changed\n")


def test_a_saved_front_end_is_run_by_its_name_and_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", saved_front_ends(tmp_path)["XDG_CONFIG_HOME"])
    path = tmp_path / "livemel" / "frontends" / "mine.toml"
    for name in ("mine", str(path)):
        fe = parse_run(["--frontend", name, "--hop-length", "200"]).frontend.build(48_000)
        assert (fe.sr, fe.n_mels, fe.hop_length) == (16_000, 64, 200)


def test_a_broken_front_end_is_one_line_with_file_line_and_key(
    tmp_path: Path, desk: VirtualDesk
) -> None:
    env = {**desk.env, "XDG_CONFIG_HOME": saved_front_ends(tmp_path)["XDG_CONFIG_HOME"]}
    path = str(tmp_path / "livemel" / "frontends" / "bad.toml")
    for name, where in (("bad", "bad.toml"), (path, path)):
        for arguments in (("frontends", name), ("--source", "demo", "--frontend", name)):
            assert_one_line(
                livemel(*arguments, env=env),
                f"livemel: {where}, line 4: hop_lenght is not a field of a front-end (hop_length?)",
            )


def test_a_line_break_in_a_name_does_not_break_the_line() -> None:
    assert_one_line(livemel("two\nlines.wav"), r"no such file: two\nlines.wav")
