"""The device that is heard: its name, the list it is chosen from, and the default one followed."""

from PySide6.QtCore import QObject, Signal

from livemel.engine.decks import Decks
from livemel.engine.following import Follow, Following
from livemel.sources.device_watch import DeviceWatch
from livemel.ui.main_window import MainWindow


class HeardDevice(QObject):
    """Shows which devices there are and which one is heard, and where the default one was chosen,
    follows it; what is back with another rate or other channels is opened anew.

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
        self._followed = ""  # what to tell of it, once it is shown
        window.controls.source.attended.connect(self.watch.attend)

    def show(self) -> None:
        """Say what is heard."""
        deck = self._decks.shown
        source, feed = deck.engine.source, deck.engine.feed
        name = source.label if feed is None else feed.format.name
        device = getattr(source, "device", None)  # microphones have one
        self._window.controls.source.show_source(deck.request, name, device)

    def look(self, *, has_opened: bool) -> None:
        """Show which there are, and follow the default. Call it some times a second.

        has_opened : whether there has been sound yet
        """
        self._window.controls.source.show_devices(self.watch.devices)
        live = self._decks.live
        if self._decks.next is not None or not has_opened:
            return
        self.show()
        if self._followed:
            self._window.banner.tell(self._followed)
            self._followed = ""
        # What was frozen to be looked at is not taken away for another device.
        may_switch = self._decks.shown is live and self._window.plot.image.paused_at is None
        follow = self._following.look(live, may_switch=may_switch)
        if follow is None:
            return
        if follow.request is not None:
            self.source_wanted.emit(follow.request)
        else:
            self.renamed.emit(follow.name)
        self._followed = self._news(follow)

    def _news(self, follow: Follow) -> str:
        if follow.back_as is None:
            return self.tr("The default microphone is {} now").format(follow.name)
        if follow.back_as[1] == 1:
            return self.tr("{} is back with {} Hz, 1 channel").format(follow.name, *follow.back_as)
        return self.tr("{} is back with {} Hz, {} channels").format(follow.name, *follow.back_as)

    def stop(self) -> None:
        """Look for none any more."""
        self.watch.stop()
