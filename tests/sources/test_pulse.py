"""The sound server's own sources: what is said of them is true, and they are heard as they are."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from livemel.buffers.samples import Gap
from livemel.errors import SourceError
from livemel.sources.microphone import Microphone
from livemel.sources.pulse import has_server, parse_sources, pulse_state
from livemel.sources.pulse_stream import PulseStream
from numpy.typing import NDArray

from tests.rig.microphone import VirtualMicrophone
from tests.rig.sawtooth import SAWTOOTH, assert_sawtooth
from tests.waiting import wait_for

MOST_OF_PULSE = 32
Open = Callable[..., Microphone]


@pytest.fixture
def open_source() -> Iterator[Open]:
    opened: list[Microphone] = []

    def open_(
        device: str | None = None, channel: int | None = None, sr: int | None = None
    ) -> object:
        source = Microphone(device, channel, sr)
        opened.append(source)
        source.start()
        assert source.wait_open(10) is not None
        return source

    yield open_
    for source in opened:
        source.stop()


def load_sink(server: VirtualMicrophone, name: str, *more: str) -> str:
    return server.pactl(
        *("load-module", "module-null-sink", f"sink_name={name}", "norewinds=1"),
        *("format=float32le", "rate=48000", *more),
    ).strip()


def record(source: Microphone, n: int) -> NDArray[np.float32]:
    """The next n samples of all channels. A gap fails."""
    parts: list[NDArray[np.float32]] = []

    def take() -> bool:
        while (part := source.ring.read()) is not None:
            assert not isinstance(part, Gap), part
            parts.append(part)
        return sum(map(len, parts)) >= n

    wait_for(take, 30)
    return np.concatenate(parts)


def test_sources_are_read_as_pactls_own_json_has_them(heard: VirtualMicrophone) -> None:
    load_sink(heard, "four", "channels=4", "channel_map=aux0,aux1,aux2,aux3")
    heard.pactl("load-module", "module-remap-source", "master=four.monitor", "source_name=line")
    heard.pactl("set-default-source", "line")
    state = pulse_state()
    assert state is not None
    rows = json.loads(heard.pactl("--format=json", "list", "sources"))
    assert [(s.name, s.description, s.channel_map, s.plays) for s in state.sources] == [
        (
            row["name"],
            row["description"],
            row["channel_map"],
            row["monitor_source"] != "",
        )
        for row in rows
    ]
    assert [f"float32le {s.channels}ch {s.sr}Hz" for s in state.sources] == [
        row["sample_specification"] for row in rows
    ]
    assert state.default_name == heard.pactl("get-default-source").strip() == "line"


def test_a_description_keeps_letters_of_any_language(heard: VirtualMicrophone) -> None:
    load_sink(heard, "u", "sink_properties=device.description=Kopfhörer-日本")
    state = pulse_state()
    assert state is not None
    source = state.named("u.monitor")
    assert source is not None
    assert source.description == "Monitor of Kopfhörer-日本"


@pytest.mark.parametrize("text", ["", "Connection failure", "Source #1\n\tName: x\n", "Source #\n"])
def test_what_is_no_answer_is_no_source(text: str) -> None:
    assert parse_sources(text) == []


def test_no_server_is_asked_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Asking could start one."""
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    assert not has_server()
    assert pulse_state() is None


def test_a_server_that_hangs_is_an_error_and_not_a_wait(heard: VirtualMicrophone) -> None:
    heard.suspend()
    try:
        with pytest.raises(SourceError, match="does not answer"):
            pulse_state(patience_s=0.2)
    finally:
        heard.resume()


def test_a_server_that_lets_nobody_in_any_more_hangs_and_is_not_gone(
    heard: VirtualMicrophone,
) -> None:
    heard.suspend()
    heard.crowd()
    try:
        with pytest.raises(SourceError, match="does not answer"):
            pulse_state()
    finally:
        heard.resume()
    assert pulse_state() is not None
    heard.kill()  # its socket is still there
    assert has_server()
    assert pulse_state() is None


def test_what_the_computer_plays_is_heard_bit_for_bit(
    heard: VirtualMicrophone, open_source: Open
) -> None:
    source = open_source("mic.monitor")
    heard.play(SAWTOOTH, loop=True)
    assert_sawtooth(record(source, 3 * 48_000)[:, 0])


@pytest.mark.parametrize(("device", "first"), [("wide.monitor", 32), ("line", 4)])
def test_all_channels_come_each_as_itself_whatever_they_are_called(
    device: str, first: int, heard: VirtualMicrophone, open_source: Open
) -> None:
    """ALSA's plug-in would mix some of the 32 by their names, and give silence for aux0 to aux3."""
    load_sink(heard, "wide", f"channels={MOST_OF_PULSE}")
    names = heard.pactl("--format=json", "list", "sources")
    wide = next(row for row in json.loads(names) if row["name"] == "wide.monitor")
    heard.pactl(
        *("load-module", "module-remap-source", "source_name=line", "master=wide.monitor"),
        *("channels=4", "channel_map=aux0,aux1,aux2,aux3", "remix=no"),
        f"master_channel_map={','.join(wide['channel_map'].split(',')[:4])}",
    )
    source = open_source(device, channel=first)
    form = source.wait_open(0)
    assert form is not None
    assert (form.channels, form.max_channels) == (first, first)
    steps = np.tile(np.arange(1, MOST_OF_PULSE + 1, dtype=np.int16) * 1000, (48_000, 1))
    heard.env["PULSE_SINK"] = "wide"
    heard.play(steps, loop=True)
    parts: list[NDArray[np.float32]] = []

    def loud() -> bool:
        part = source.ring.read()
        if part is not None and not isinstance(part, Gap):
            parts.append(part)
        return any(block[-1].any() for block in parts)

    wait_for(loud)
    expected = steps[0, :first].astype(np.float32) / 32768
    assert np.allclose(parts[-1][-1], expected, atol=2e-5)


def test_a_wanted_rate_is_made_by_us_and_said(heard: VirtualMicrophone, open_source: Open) -> None:
    form = open_source(sr=16_000).wait_open(0)
    assert form is not None
    assert form.sr == 48_000
    assert form.note == "resampled to 16000 Hz: Monitor of Null Output runs at 48000 Hz"


def test_a_stream_ends_with_its_source_and_is_not_moved_to_another(
    heard: VirtualMicrophone,
) -> None:
    module = load_sink(heard, "usb")
    state = pulse_state()
    assert state is not None
    source = state.named("usb.monitor")
    assert source is not None
    ended = threading.Event()
    blocks: list[int] = []
    stream = PulseStream(
        source.name,
        channels=source.channels,
        channel_map=source.channel_map,
        samplerate=source.sr,
        blocksize=480,
        callback=lambda _data, frames, _times, _status: blocks.append(frames),
        lost=lambda _missing: None,
        finished=ended.set,
    )
    stream.start()
    assert blocks
    heard.pactl("unload-module", module)
    assert ended.wait(1)
    stream.close()


def test_a_source_that_is_not_there_is_an_error(heard: VirtualMicrophone) -> None:
    with pytest.raises(SourceError, match="No such entity"):
        PulseStream(
            "nobody",
            channels=1,
            channel_map="mono",
            samplerate=48_000,
            blocksize=480,
            callback=lambda *_: None,
            lost=lambda _: None,
            finished=lambda: None,
        )


def test_sources_are_found_by_id_by_description_and_by_a_part_of_it(
    heard: VirtualMicrophone, open_source: Open
) -> None:
    for wanted in ("mic.monitor", "Monitor of Null Output", "null out"):
        assert open_source(wanted).device == ("mic.monitor", "PulseAudio")
    assert open_source("pulse").device == ("pulse", "ALSA")


def test_without_portaudio_the_server_is_heard_all_the_same(
    heard: VirtualMicrophone, open_source: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    path = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{path}")
    form = open_source(None).wait_open(0)
    assert form is not None
    assert form.name == "Monitor of Null Output"
