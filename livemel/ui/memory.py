"""Keeps what is chosen in the window, and brings it back as workspaces."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWindowStateChangeEvent

from livemel.config import FrontEndChoice, RunConfig
from livemel.errors import ParameterError
from livemel.settings import (
    Keeper,
    Settings,
    delete_workspace,
    load_workspace,
    save_workspace,
)
from livemel.settings.values import keepable, without_files
from livemel.sources.opening import SourceRequest
from livemel.ui.main_window import MainWindow
from livemel.ui.value_range import first_range

_MAXIMIZED = Qt.WindowState.WindowMaximized
_ASIDE = _MAXIMIZED | Qt.WindowState.WindowFullScreen


class Memory(QObject):
    """Writes each choice of a person behind the window's back. A flag is no choice: it is for one
    run. A workspace is taken on as if a person had chosen each of its values.
    """

    def __init__(self, window: MainWindow, config: RunConfig) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = Keeper(config.kept_in)
        self.begin(config)
        if config.kept_in is not None:  # the screen may be another than last time
            window.resize(window.size().boundedTo(window.screen().availableSize()))
        self._normal_size = window.size()  # when it neither is maximized nor presents
        self._returning = False  # from full screen to maximized
        self._first_look = self._look()
        window.installEventFilter(self)
        window.controls.span_chosen.connect(lambda span_s: self._keep(span_s=span_s))
        window.controls.cmap_chosen.connect(lambda cmap: self._keep(cmap=cmap))
        window.theme_choice.chosen.connect(lambda theme: self._keep(theme=theme))
        window.plot.range_chosen.connect(self._on_range)
        window.panels.chosen.connect(lambda changes: self._keep(**changes))
        window.feed_shown.connect(self._on_feed)
        window.closing.connect(self._on_closing)
        window.workspaces.chosen.connect(self._go_to)
        window.workspaces.save_wanted.connect(self._save)
        window.workspaces.delete_wanted.connect(self._delete)

    def begin(self, config: RunConfig) -> None:
        """What the window begins with, before there is a picture."""
        self._config = config
        self._running = _alone(config.source)
        self._range = config.level_range  # as it was set by hand
        self._next_range = config.level_range  # of the next picture

    @property
    def note(self) -> str:
        """What may be of interest about the keeping, or ""."""
        return self._keeper.note or self._config.note

    def keep_frontend(self, choice: FrontEndChoice) -> None:
        """Keep a front-end that was chosen."""
        self._keep(frontend=without_files(choice))

    def keep_source(self, request: SourceRequest) -> None:
        """Keep a source that was chosen and is open, unless it is a file."""
        self._running = _alone(request)
        if keepable(request):
            self._keep(source=self._running)

    def shown(self) -> Settings:
        """All of the window as it stands."""
        window = self._window
        return Settings(
            source=self._running if keepable(self._running) else SourceRequest(),
            frontend=without_files(window.choice),
            span_s=window.plot.image.span_s,
            cmap=window.cmap,
            theme=window.theme_choice.name,
            level_range=self._range,
            **self._look(),
            **window.panels.settings(),
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From maximized to full screen and back the way leads over a normal state that is none."""
        if isinstance(event, QWindowStateChangeEvent):
            if event.oldState() & _MAXIMIZED and self._window.isFullScreen():
                self._returning = True
            elif not event.oldState() & _ASIDE:
                if not self._returning:
                    self._normal_size = self._window.normalGeometry().size()
                self._returning = False
        return super().eventFilter(watched, event)

    def _look(self) -> dict[str, Any]:
        """Size and maximized, as they are when it is not presenting."""
        window = self._window
        size = self._normal_size if window.windowState() & _ASIDE else window.size()
        return {"size": (size.width(), size.height()), "maximized": window.isMaximized()}

    def _keep(self, **changes: Any) -> None:
        """These fields of Settings were chosen."""
        self._keeper.keep(changes)

    def _on_range(self, low: float, high: float) -> None:
        self._range = (low, high)
        self._keep(level_range=self._range)

    def _on_feed(self) -> None:
        """A new picture: a range that waited for it is put on; one of another unit is over."""
        plot = self._window.plot
        if self._next_range is not None:
            plot.image.set_range(*self._next_range)
            self._next_range = None
        elif self._range is not None and plot.image.db_range != self._range:
            self._range = None
            self._keep(level_range=None)

    def _go_to(self, name: str) -> None:
        try:
            wanted = load_workspace(name)
        except ParameterError as error:
            self._window.banner.say(str(error))
            return
        window, config = self._window, self._config
        window.theme_choice.choose(wanted.theme)
        window.controls.choose_cmap(wanted.cmap)
        window.controls.choose_span(min(wanted.span_s, config.history_s))
        window.panels.take_on(wanted.panels, wanted.slice_width, wanted.waveform_height)
        if not window.presenter.active:
            window.resize(*wanted.size)
            window.set_maximized(wanted.maximized)
        self._range = wanted.level_range
        self._keep(level_range=wanted.level_range)
        if wanted.frontend != without_files(window.choice):
            self._next_range = wanted.level_range
            window.frontend_chosen.emit(replace(wanted.frontend, sr=config.frontend.sr))
        elif wanted.level_range is not None:
            window.plot.image.set_range(*wanted.level_range)
        elif window.feed is not None:
            window.plot.image.set_range(*first_range(window.feed.frontend))
        if wanted.source != self._running:
            window.source_chosen.emit(wanted.source)

    def _save(self, name: str) -> None:
        try:
            save_workspace(name.strip(), self.shown())
        except ParameterError as error:
            self._window.banner.say(str(error))
        self._window.workspaces.refresh()

    def _delete(self, name: str) -> None:
        try:
            delete_workspace(name)
        except ParameterError as error:
            self._window.banner.say(str(error))
        self._window.workspaces.refresh()

    def _on_closing(self) -> None:
        look = self._look()
        self._keep(**{k: value for k, value in look.items() if value != self._first_look[k]})
        self._keeper.close()


def _alone(request: SourceRequest) -> SourceRequest:
    """What of a source is kept."""
    return SourceRequest(request.name, request.device, request.channel)
