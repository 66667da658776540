"""Keeps what is chosen in the window, and brings it back as workspaces."""

from collections.abc import Callable
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
    run. A workspace is taken on as if a person had chosen each of its values, but for whether the
    names of files are kept: that is no look.

    request : what is shown
    """

    def __init__(
        self, window: MainWindow, config: RunConfig, request: Callable[[], SourceRequest]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._request = request
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
        window.auto_range.changed.connect(self._on_auto)
        window.levels.weighting_chosen.connect(lambda name: self._keep(weighting=name))
        window.levels.calibrated.connect(self._on_calibrated)
        window.theme_choice.chosen.connect(lambda theme: self._keep(theme=theme))
        window.listening.device_chosen.connect(lambda name: self._keep(output_device=name))
        window.recent_menu.remember_chosen.connect(lambda on: self._keep(remember_files=on))
        window.saving.chosen.connect(lambda saving: self._keep(saving=saving))
        window.plot.range_chosen.connect(self._on_range)
        window.panels.chosen.connect(lambda changes: self._keep(**changes))
        window.findings.chosen.connect(lambda changes: self._keep(**changes))
        window.normal.chosen.connect(lambda changes: self._keep(**changes))
        window.feed_shown.connect(self._on_feed)
        window.closing.connect(self._on_closing)
        window.workspaces.chosen.connect(self._go_to)
        window.workspaces.save_wanted.connect(self._save)
        window.workspaces.delete_wanted.connect(self._delete)

    def begin(self, config: RunConfig) -> None:
        """What the window begins with, before there is a picture."""
        self._config = config
        self._running = _alone(config.source)
        self._calibrations = dict(config.calibrations)
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
        """All of the window as it stands, but for calibrations: they are facts, and no look."""
        window = self._window
        return Settings(
            source=self._running if keepable(self._running) else SourceRequest(),
            frontend=without_files(window.choice),
            span_s=window.plot.image.span_s,
            cmap=window.cmap,
            auto_range=window.auto_range.on,
            weighting=window.levels.weighting,
            theme=window.theme_choice.name,
            level_range=self._range,
            output_device=window.listening.device,
            remember_files=window.recent.remembers,
            saving=window.saving.choice,
            **self._look(),
            **window.panels.settings(),
            **window.findings.settings(),
            **window.normal.settings(),
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

    def _on_calibrated(self, source: str, full_scale_spl: float | None) -> None:
        """Of what is shown, if a later run may begin with it: the name of a file is not kept."""
        if keepable(self._request()):
            self._calibrations.pop(source, None)
            if full_scale_spl is not None:
                self._calibrations[source] = full_scale_spl
            self._keep(calibrations=dict(self._calibrations))

    def _on_auto(self, on: bool) -> None:
        """A range that follows is none that was set."""
        self._keep(auto_range=on)
        if on:
            self._range = self._next_range = None
            self._keep(level_range=None)

    def _on_feed(self) -> None:
        """A new picture: a range that waited for it is put on; one of another unit is over."""
        plot = self._window.plot
        if self._window.findings.is_visiting:
            return  # what was chosen comes back with the picture
        if self._next_range is not None:
            plot.image.set_range(*self._next_range)
            self._next_range = None
        elif self._window.auto_range.on:
            pass  # the range that was set waits until it is off
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
        window.listening.choose(wanted.output_device)
        window.saving.choose(wanted.saving)
        window.levels.choose_weighting(wanted.weighting)
        window.auto_range.choose(wanted.auto_range)
        window.normal.choose(wanted.learn_s, wanted.false_alarms)
        window.controls.choose_span(min(wanted.span_s, config.history_s))
        window.panels.take_on(wanted.panels, wanted.slice_width, wanted.waveform_height)
        window.findings.take_on(diagnosis=wanted.diagnosis, findings=wanted.findings)
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
        self._window.recent.close()
        self._keeper.close()


def _alone(request: SourceRequest) -> SourceRequest:
    """What of a source is kept."""
    return SourceRequest(request.name, request.device, request.channel, request.lanes)
