"""The button that shows the source and opens the menu of all of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from livemel.sources.devices import SoundDevice, list_input_devices, wanted_names
from livemel.sources.opening import SourceRequest
from livemel.sources.scenes import SCENES
from livemel.ui.device_probe import DeviceProbe
from livemel.ui.elided_button import ElidedButton
from livemel.ui.words import as_tip

_LONGEST_NAME = 34  # characters; the tooltip has the rest


class SourceButton(ElidedButton):
    """Microphones, demo scenes, files. The list of devices is asked anew each time it opens."""

    chosen = Signal(object)  # SourceRequest
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(self.tr("Source"))
        self._current = SourceRequest()
        self._devices: list[SoundDevice] = []
        self._trouble = self.tr("looking for devices …")
        self._probe = DeviceProbe(self, list_input_devices)
        self._probe.listed.connect(self._on_listed)
        self._menu = QMenu(self)
        self._demos = self._demo_menu()
        self._menu.aboutToShow.connect(self._on_open)
        self.setMenu(self._menu)
        self.show_source(SourceRequest(), self.tr("Microphone"))

    def show_source(self, request: SourceRequest, name: str) -> None:
        """What is running now."""
        self._current = request
        short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
        is_mic = request.name == "mic"
        self.set_text(self.tr("Mic · {}").format(short) if is_mic else short)
        self.setToolTip(as_tip(self.tr("Source: {}").format(name)))

    def _on_open(self) -> None:
        self._fill()
        self._probe.ask()

    def _on_listed(self, devices: list[SoundDevice], trouble: str) -> None:
        if (devices, trouble) == (self._devices, self._trouble):
            return
        self._devices, self._trouble = devices, trouble
        if self._menu.isVisible():
            self._fill()

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        self._add(self.tr("Default microphone"), SourceRequest())
        for device, wanted in zip(self._devices, wanted_names(self._devices), strict=True):
            request = SourceRequest(device=wanted)
            self._add(f"{device.name}   ({device.host_api})", request, device.name)
        if not self._devices:
            menu.addAction(self._trouble or self.tr("no input device")).setEnabled(False)
        menu.addSeparator()
        menu.addMenu(self._demos)
        menu.addSeparator()
        menu.addAction(self.tr("Open files …")).triggered.connect(lambda: self.file_wanted.emit())

    def _demo_menu(self) -> QMenu:
        demos = QMenu(self.tr("Demo"), self)
        for name, scene in SCENES.items():
            action = demos.addAction(scene.title)
            action.setToolTip(scene.description)
            request = SourceRequest(name=f"demo:{name}")
            action.triggered.connect(lambda _=False, r=request: self.chosen.emit(r))
        demos.setToolTipsVisible(True)
        return demos

    def _add(self, text: str, request: SourceRequest, name: str | None = None) -> None:
        action = self._menu.addAction(text)
        action.setCheckable(True)
        current = self._current
        action.setChecked(
            current.name == "mic" and current.device in (request.device, name or request.device)
        )
        action.triggered.connect(lambda: self.chosen.emit(request))
