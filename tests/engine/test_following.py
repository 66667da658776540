"""A list of devices is news once: what is in it is not looked for anew with each look."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.decks import Deck
from livemel.engine.following import Following
from livemel.sources.base import SourceState
from livemel.sources.device_watch import DeviceWatch
from livemel.sources.devices import DeviceList, SoundDevice, list_input_devices
from livemel.sources.microphone import Microphone
from livemel.sources.opening import SourceRequest

from tests.rig.microphone import VirtualMicrophone
from tests.waiting import wait_for


class Told(Microphone):
    """Counts how often it is told to look again."""

    times = 0

    def look_again(self) -> None:
        self.times += 1
        super().look_again()


@pytest.fixture
def deck(heard: VirtualMicrophone) -> Iterator[Deck]:
    """Of a microphone that is heard."""
    source = Told("mic.monitor", 1, None)
    engine = Engine(source, lambda sr: frontend("live", sr=sr))
    source.start()
    engine.start()
    wait_for(lambda: engine.status.state is SourceState.RUNNING)
    yield Deck(engine, SourceRequest(device="mic.monitor"), (0, 0, ()))
    engine.stop()


def test_a_list_that_is_made_anew_and_says_the_same_does_not_hurry_anybody(
    heard: VirtualMicrophone, deck: Deck
) -> None:
    watch = DeviceWatch()
    watch.stop()  # the lists are this test's
    following, source = Following(watch), deck.engine.source
    assert isinstance(source, Told)
    inputs = tuple(list_input_devices())
    watch.devices = DeviceList(inputs)
    assert following.look(deck, may_switch=True) is None
    heard.unplug()
    wait_for(lambda: deck.engine.status.state is SourceState.LOST)
    watch.devices = DeviceList(tuple(device for device in inputs if device.id != "mic.monitor"))
    following.look(deck, may_switch=True)
    assert source.times == 0
    for _ in range(5):
        watch.devices = DeviceList(tuple(replace(device) for device in inputs))
        following.look(deck, may_switch=True)
    assert source.times == 1


@pytest.mark.parametrize("name", ["default", "pulse", "USB: Audio (hw:1,0)"])
def test_what_is_the_default_while_the_server_is_gone_is_not_followed(
    name: str, heard: VirtualMicrophone, deck: Deck
) -> None:
    watch = DeviceWatch()
    watch.stop()
    following, source = Following(watch), deck.engine.source
    assert isinstance(source, Told)
    deck.request = SourceRequest()
    watch.devices = DeviceList((SoundDevice(3, name, "ALSA", 1, 48_000, is_default=True),))
    assert following.look(deck, may_switch=True) is None
    assert source.device == ("mic.monitor", "PulseAudio")
    watch.devices = DeviceList((SoundDevice(3, "system", "JACK", 1, 48_000, is_default=True),))
    follow = following.look(deck, may_switch=True)
    assert follow is not None
    assert follow.name == "system"


def test_what_the_server_has_counts_while_portaudio_says_nothing(
    heard: VirtualMicrophone, deck: Deck
) -> None:
    deck.request = SourceRequest()
    watch = DeviceWatch()
    watch.stop()
    following, source = Following(watch), deck.engine.source
    assert isinstance(source, Told)
    (mic,) = (device for device in list_input_devices() if device.id == "mic.monitor")
    other = replace(mic, id="other.monitor", name="Other")
    both = (replace(mic, is_default=False), other)
    watch.devices = DeviceList(both, trouble="the server hangs")
    assert following.look(deck, may_switch=True) is None
    watch.devices = DeviceList(both, trouble="PortAudio hangs", served=True)
    follow = following.look(deck, may_switch=True)
    assert follow is not None
    assert follow.name == "Other"


def test_a_list_hurries_also_while_another_source_is_being_opened(
    heard: VirtualMicrophone, deck: Deck
) -> None:
    watch = DeviceWatch()
    watch.stop()
    following, source = Following(watch), deck.engine.source
    assert isinstance(source, Told)
    inputs = tuple(list_input_devices())
    heard.unplug()
    wait_for(lambda: deck.engine.status.state is SourceState.LOST)
    watch.devices = DeviceList(tuple(device for device in inputs if device.id != "mic.monitor"))
    assert following.hurry(deck) is source
    watch.devices = DeviceList(inputs)
    following.hurry(deck)
    assert source.times == 1


def test_channels_that_were_cut_come_again_also_of_a_device_that_was_asked_for_by_number(
    deck: Deck,
) -> None:
    watch = DeviceWatch()
    watch.stop()
    following = Following(watch)
    deck.request = SourceRequest(device="3", lanes=(4, 2, 1))
    deck.lanes = deck.request.heard_lanes
    fewer = following._request(deck, 2, "mic.monitor")
    assert (fewer.device, fewer.heard_lanes) == ("mic.monitor", (2, 1))
    deck.request, deck.lanes = fewer, fewer.heard_lanes
    assert following._request(deck, 4, "mic.monitor").heard_lanes == (4, 2, 1)


def test_a_device_whose_return_the_server_tells_is_tried_seldom_and_heard_at_once(
    heard: VirtualMicrophone, deck: Deck
) -> None:
    watch, source = DeviceWatch(), deck.engine.source
    following = Following(watch)
    assert isinstance(source, Told)
    try:
        watch.attend(True)
        wait_for(lambda: watch.hears_server)
        watch.attend(False)

        def looks(holds: Callable[[], object]) -> bool:
            following.look(deck, may_switch=True)
            return bool(holds())

        heard.unplug()
        wait_for(lambda: looks(lambda: source._lifecycle.will_be_told))
        wait_for(lambda: looks(lambda: source._lifecycle._failures > 3))
        heard.plug()
        wait_for(lambda: looks(lambda: deck.engine.status.state is SourceState.RUNNING))
        assert source.times > 0
    finally:
        watch.stop()
