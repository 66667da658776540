"""What becomes of the microphone that is heard when devices come and go."""

from dataclasses import dataclass, replace

from livemel.channel import ALL, Lanes, by_that_word, highest
from livemel.engine.decks import Deck
from livemel.sources.base import SourceState
from livemel.sources.device_watch import DeviceWatch
from livemel.sources.devices import DeviceList, SoundDevice, wanted_names
from livemel.sources.microphone import Microphone
from livemel.sources.opening import SourceRequest
from livemel.sources.pulse import HOST_API

_ALSA = "ALSA"
_LOST = (SourceState.LOST, SourceState.RECOVERING)


@dataclass(frozen=True, slots=True)
class Follow:
    """Another device is the default one, or the one that is heard is back as another, or there is
    one where there was none.

    name : of the device, for a person
    request : to be opened; None where the stream that is there goes on with it
    back_as, was : Hz and channels of one that is back with others than before, and those; else None
    found : it was missed from the beginning on
    """

    name: str
    request: SourceRequest | None
    back_as: tuple[int, int] | None = None
    was: tuple[int, int] | None = None
    found: bool = False


class Following:
    """Has a device that is back reopened, in a stream of its own where it is back with another rate
    or other channels, and follows the default where that was chosen. What is heard only because
    there was no device is left for the first that comes.

    Runs on: the GUI thread; nothing of it waits.
    """

    def __init__(self, watch: DeviceWatch) -> None:
        self._watch = watch
        self._seen: DeviceList | None = None
        self._was_gone = False  # since there was sound
        self._was_lost = False  # and another process was needed since
        self._tried: tuple[str, str] | None = None  # the default that was followed last
        self._reopened: tuple[int, int] | None = None  # as what a device that is back was, last
        self._cut: tuple[SourceRequest, Lanes] | None = None  # asked for last, of which lanes
        self._stand_in: Deck | None = None  # what is heard for want of a device
        self._missed = SourceRequest()  # and what was to be heard
        self._tried_among: tuple[SoundDevice, ...] = ()

    def stand_in(self, deck: Deck, missed: SourceRequest) -> None:
        """This deck is heard only because there was no device for what was missed."""
        self._stand_in, self._missed, self._tried_among = deck, missed, ()

    def look(self, deck: Deck | None, *, may_switch: bool, may_leave: bool = True) -> Follow | None:
        """What is new about the source in real time. Call it some times a second.

        may_switch : False while it is not to be replaced by another
        may_leave : False while what is heard for want of a device is wanted itself
        """
        if deck is not self._stand_in:
            self._stand_in = None
        source = self.hurry(deck)
        if deck is None or source is None:
            if self._stand_in is None or not (may_switch and may_leave):
                return None
            return self._find()
        devices = self._watch.devices
        if devices is None or not devices.knows_server:
            return None
        default = devices.default
        if deck.request.device is None and default is not None:
            if default.key == source.device:
                self._tried = None
            elif _waits_for_server(source, default):
                pass
            elif default.key != self._tried and (may_switch or _fits(source, default)):
                self._tried = default.key
                return self._follow(deck, source, default)
        return self._take_back(deck, source, devices) if may_switch else None

    def hurry(self, deck: Deck | None) -> Microphone | None:
        """Have what is missed reopened where a list says that it is back. Call it some times a
        second, also while nothing is to be followed: tries are rare that rely on it.

        Returns : the microphone that is heard, if it is one
        """
        source = None if deck is None else deck.engine.source
        if deck is None or not isinstance(source, Microphone) or source.device is None:
            self._watch.seek(False)
            return None
        self._watch.start()
        state = deck.engine.status.state
        self._watch.seek(state.is_silent)
        if self._was_lost and not state.is_silent:
            self._watch.refresh()
        self._was_lost = state in _LOST or (self._was_lost and state.is_silent)
        # The server tells of its own; a plug-in of ALSA's may lead anywhere.
        source.return_is_told = self._watch.hears_server and source.device[1] == HOST_API
        devices = self._watch.devices
        if devices is not None and devices.knows_server:
            self._reopen(source, state, devices)
        return source

    def _follow(self, deck: Deck, source: Microphone, default: SoundDevice) -> Follow:
        """In the same stream where it can be: so the picture goes on."""
        if _fits(source, default):
            source.move_to(*default.key, default.name)
            return Follow(default.name, None)
        return Follow(default.name, self._request(deck, default.channels, deck.request.device))

    def _request(self, deck: Deck, channels: int, device: str | None) -> SourceRequest:
        """The same, of a device asked for by that name, with the lanes that were chosen last, as
        far as there are so many channels: all of them where all were chosen. What there was none
        of comes again when there is one.
        """
        chosen, feed = deck.lanes, deck.engine.feed
        if self._cut is not None and self._cut[0] == deck.request.hearing(deck.lanes):
            chosen = self._cut[1]
        elif feed is not None:
            chosen = by_that_word(chosen, feed.format.channels)
        lanes = chosen
        if lanes != ALL:
            lanes = tuple(lane for lane in lanes if highest(lane) <= channels)
        request = replace(deck.request.hearing(lanes), device=device)
        self._cut = request.hearing(request.heard_lanes), chosen
        return request

    def _find(self) -> Follow | None:
        """Something records now. Each list is tried once: what it has may not be what is missed."""
        self._watch.start()
        devices = self._watch.devices
        if devices is None or devices.inputs in ((), self._tried_among):
            return None
        self._tried_among = devices.inputs
        default = devices.default or devices.inputs[-1]
        name = default.name if self._missed.device is None else self._missed.device
        return Follow(name, self._missed, found=True)

    def _take_back(self, deck: Deck, source: Microphone, devices: DeviceList) -> Follow | None:
        """What is back with another rate or other channels cannot go on in the same stream. Tried
        once: where that fails the stream that is there goes on trying.
        """
        inputs = list(devices.inputs)
        device = next((device for device in inputs if device.key == source.device), None)
        back_as = source.returned_as
        if back_as is None and device is not None and deck.engine.status.state in _LOST:
            # A new list knows it sooner than another process of ours; of what the server can set
            # to our rate only that process knows.
            is_servers = device.index is None
            back_as = None if is_servers else source.as_another(device.default_sr, device.channels)
        if back_as is None or back_as == self._reopened:
            self._reopened = back_as
            return None
        name = deck.request.device
        if name is not None and name.isdecimal():  # numbers are dealt anew
            if device is None:
                return None
            name = wanted_names(inputs)[inputs.index(device)]
        request = self._request(deck, back_as[1], name)
        self._reopened = back_as
        return Follow(deck.engine.stats()["source"], request, back_as, source.opened_as)

    def _reopen(self, source: Microphone, state: SourceState, devices: DeviceList) -> None:
        """A list that is new may have what is missed."""
        if not state.is_silent:
            self._was_gone = False
        if devices == self._seen or source.device is None:
            return
        self._seen = devices
        if not devices.has(source.device):
            self._was_gone = True
        elif state.is_silent and (self._was_gone or state is not SourceState.STALLED):
            source.look_again()  # what merely stalls is not torn away for a list


def _waits_for_server(source: Microphone, default: SoundDevice) -> bool:
    """Whether another device is the default only while the sound server, of which the one that is
    heard is, has none. ALSA's way to the server would lead nowhere, and a sound card that is taken
    now is one that the server could not have when it is back.
    """
    is_servers = source.device is not None and source.device[1] == HOST_API
    return is_servers and default.host_api == _ALSA


def _fits(source: Microphone, device: SoundDevice) -> bool:
    """Whether the stream that is there can go on with that device."""
    form = source.wait_open(0)
    return form is not None and (form.sr, form.channels) == (device.default_sr, device.channels)
