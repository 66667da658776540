"""Listening: plays what is marked or shown, and shows where it is."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from livemel.sources.late import LateSource
from livemel.sources.paced import Lead, PacedSource
from livemel.ui.actions import add_action, menu_of_group
from livemel.ui.output_menu import OutputMenu
from livemel.ui.playhead import Playhead
from livemel.ui.wanted_sound import wanted_sound
from livemel.ui.words import mark

if TYPE_CHECKING:
    from livemel.engine.player import Player
    from livemel.engine.stretch import Stretch
    from livemel.ui.main_window import MainWindow

_GROUP = mark("Groups", "Sound")


class Listening(QObject):
    """Adds its actions to the window, and the playhead to its picture. Nothing of it blocks.

    device : what is played on, by number or name; None is the default
    """

    device_chosen = Signal(object)  # a name or number, or None

    def __init__(self, window: "MainWindow", device: str | None) -> None:
        super().__init__(window)
        self._window = window
        self._player: Player | None = None  # most runs play nothing
        self._stretch: Stretch | None = None
        self._gone_said = False
        self._lead: Lead | None = None
        self._playhead = Playhead(window.theme_choice.theme)
        window.plot.image.overlays.append(self._playhead)
        window.plot.image.shared_overlays.append(self._playhead)
        self._outputs = OutputMenu(window)
        self._outputs.device = device
        self._outputs.chosen.connect(self.choose)
        self._play = self._action(
            self.tr("Play"),
            "P",
            self.tr("Hear the selection, or on from cursor A, or what is shown; P ends it"),
            self.toggle,
        )
        self._loop = self._action(
            self.tr("Play in a loop"),
            "Shift+P",
            self.tr("Begin again at the end, until P"),
            self._on_loop,
        )
        self._band = self._action(
            self.tr("Play only the selected band"),
            "L",
            self.tr("Of a selection, leave out what is below and above it"),
            lambda: None,
        )
        for action in (self._loop, self._band):
            action.setCheckable(True)
        menu_of_group(window.controls.menu, _GROUP).addMenu(self._outputs)
        window.theme_choice.changed.connect(self._on_theme)
        window.feed_shown.connect(self._on_feed)

    @property
    def device(self) -> str | None:
        """What is played on, by number or name; None is the default."""
        return self._outputs.device

    def choose(self, device: str | None) -> None:
        """Another output, from the next sound on."""
        self._outputs.device = device
        self.device_chosen.emit(device)

    @property
    def playing(self) -> bool:
        """Whether something plays, or is about to."""
        return self._stretch is not None

    @property
    def note(self) -> str:
        """What the status line says of it, or ""."""
        how = []
        if self._loop.isChecked():
            how.append(self.tr("in a loop"))
        if self._band.isChecked():
            how.append(self.tr("only the selected band"))
        if self.playing:
            seconds = self._playhead.seconds or 0.0
            return ", ".join((self.tr("playing {} s").format(f"{seconds:.1f}"), *how))
        return self.tr("P plays {}").format(", ".join(how)) if how else ""

    def toggle(self) -> None:
        """Play, or end it."""
        if self.playing:
            self.stop()
            return
        image = self._window.plot.image
        wanted = wanted_sound(
            self._window.engine,
            image.marks,
            image.visible_s,
            loop=self._loop.isChecked(),
            only_band=self._band.isChecked(),
        )
        if wanted.notice:
            self._window.banner.refuse(wanted.notice)
        if wanted.stretch is None:
            return
        if self._player is None:
            from livemel.engine.player import Player

            self._player = Player()
        self._player.device = self.device
        self._stretch, self._gone_said = wanted.stretch, False
        self._player.play(wanted.stretch, wanted.stretch.sr)
        self._play.setText(self.tr("Stop playing"))

    def stop(self) -> None:
        """Silence, and no playhead."""
        if self._player is not None:
            self._player.stop()
        self._stretch = None
        self._playhead.seconds = None
        self.show()
        self._play.setText(self.tr("Play"))

    def look(self) -> None:
        """Bring the playhead to where the sound is. Before each turn's paint."""
        if self._lead is not None and self._lead.complaint:
            said = self.tr("{}. The picture goes on without sound.")
            self._window.banner.say(said.format(self._lead.complaint))
            self._lead = None
        stretch, player = self._stretch, self._player
        if stretch is None or player is None:
            return
        position = player.position
        if position is None:
            self.stop()
            if player.complaint:
                self._window.banner.say(player.complaint)
            return
        if stretch.gone and not self._gone_said:
            self._gone_said = True
            self._window.banner.say(self.tr("This sound is kept no longer: silence stands for it"))
        self._playhead.seconds = stretch.at(position) / stretch.sr

    def show(self) -> bool:
        """Paint the playhead where the picture was not painted in this turn. True if it did."""
        plot = self._window.plot
        return self._playhead.show(plot.image, plot.lanes.views)

    def _on_loop(self) -> None:
        stretch = self._stretch
        if stretch is None:
            return
        stretch.loop = self._loop.isChecked()
        history = stretch.engine.history
        if stretch.loop and stretch.stop is None and history is not None:
            stretch.stop = history.written

    def _on_feed(self) -> None:
        """Another picture; of another engine what plays is not in it."""
        engine, feed = self._window.engine, self._window.feed
        if engine is None or feed is None:
            return
        if self._stretch is not None and self._stretch.engine is not engine:
            self.stop()
        source = engine.source
        self._lead = source.lead if isinstance(source, (PacedSource, LateSource)) else None
        if self._lead is not None:
            self._lead.hear(feed.channel)

    def _on_theme(self, theme: object) -> None:
        self._playhead.theme = self._window.theme_choice.theme

    def _action(self, text: str, keys: str, tip: str, act: object) -> QAction:
        window = self._window
        return add_action(window, window.controls.menu, _GROUP, text, keys, tip, act)  # type: ignore[arg-type]
