"""The device that is heard: its name, the list it is chosen from, and the default one followed."""

import logging

from PySide6.QtCore import QObject, Signal

from livemel.engine.decks import Deck, Decks
from livemel.engine.following import Follow, Following
from livemel.sources.device_watch import DeviceWatch
from livemel.sources.opening import SourceRequest
from livemel.sources.portaudio import PORTAUDIO_HANGS
from livemel.sources.pulse import HANGS
from livemel.ui.main_window import MainWindow

_LOG = logging.getLogger("livemel.devices")


class HeardDevice(QObject):
    """Shows which devices there are and which one is heard, and where the default one was chosen,
    follows it; what is back with another rate or other channels is opened anew, and so is what was
    missed from the beginning on.

    Runs on: the GUI thread; devices are looked for on another.

    source_wanted : a SourceRequest: a device needs a stream of its own
    renamed : the name of the new default, which the stream that is there has gone on with
    """

    source_wanted = Signal(object)
    renamed = Signal(str)

    def __init__(self, window: MainWindow, decks: Decks) -> None:
        super().__init__(window)
        self._window, self._decks = window, decks
        self.watch = DeviceWatch()
        self._following = Following(self.watch)
        self._followed: Follow | None = None  # to be told, once it is shown
        self._denied: tuple[str, int] | None = None  # who is said to hang, since which look
        window.controls.source.attended.connect(self.watch.attend)

    def show(self) -> None:
        """Say what is heard."""
        deck = self._decks.shown
        source, feed = deck.engine.source, deck.engine.feed
        name = source.label if feed is None else feed.format.name
        device = getattr(source, "device", None)  # microphones have one
        self._window.controls.source.show_source(deck.request, name, device)

    def stand_in(self, deck: Deck, missed: SourceRequest) -> None:
        """This deck is shown only because there was no device for what was missed."""
        self._following.stand_in(deck, missed)

    def could_not_open(self, reason: str, *, unasked: bool) -> None:
        """Say why what was chosen does not open. What nobody chose is no news: what is there goes
        on.
        """
        self._followed = None
        if unasked:
            _LOG.info("not opened: %s", reason)
        elif reason in (HANGS, PORTAUDIO_HANGS):  # which is true until it answers
            self._window.banner.refuse(reason)
            self._denied = reason, self.watch.looks
        else:
            self._window.banner.say(reason)

    def look(self, *, has_opened: bool, records: bool) -> None:
        """Show which there are, and follow the default. Call it some times a second.

        has_opened : whether there has been sound yet; records : what is shown is being recorded
        """
        self._window.controls.source.show_devices(self.watch.devices)
        self._take_back()
        live = self._decks.live
        if self._decks.next is not None or not has_opened:
            self._following.hurry(live)
            return
        self.show()
        self._tell(live)
        # What was frozen to be looked at is not taken away for another device, nor is a file.
        stays = self._decks.wanted is not None or self._window.plot.image.paused_at is not None
        may_switch = self._decks.shown is live and not stays
        follow = self._following.look(live, may_switch=may_switch, may_leave=not records)
        if follow is None:
            return
        self._followed = follow
        if follow.request is not None:
            self.source_wanted.emit(follow.request)
        else:
            self.renamed.emit(follow.name)

    def _take_back(self) -> None:
        """That something does not answer, once it has answered since."""
        devices = self.watch.devices
        if self._denied is None or devices is None:
            return
        reason, at = self._denied
        answers = devices.knows_server if reason == HANGS else not devices.trouble
        if answers and self.watch.looks > at:
            self._window.banner.take_back(reason)
            self._denied = None

    def _tell(self, live: Deck | None) -> None:
        """What was followed, unless something else was chosen meanwhile."""
        follow, self._followed = self._followed, None
        if follow is None or live is None or live is not self._decks.shown:
            return
        feed = live.engine.feed
        if follow.request is None:
            self._window.banner.tell(self._news(follow, follow.name))
        elif live.request == follow.request and feed is not None:
            # By the name of what was opened: the default may have become another since.
            by_default = follow.request.device is None
            self._window.banner.tell(
                self._news(follow, feed.format.name if by_default else follow.name)
            )

    def _news(self, follow: Follow, name: str) -> str:
        if follow.found:
            return self.tr("{} is there now, and heard instead of the demo").format(name)
        if follow.back_as is None or follow.was is None:
            return self.tr("The default microphone is {} now").format(name)
        words = self.tr("{} is back with {} Hz and {} channels (was {} Hz, {}): a new picture")
        if follow.back_as[1] == 1:
            words = self.tr("{} is back with {} Hz and {} channel (was {} Hz, {}): a new picture")
        return words.format(name, *follow.back_as, *follow.was)

    def stop(self) -> None:
        """Look for none any more."""
        self.watch.stop()
