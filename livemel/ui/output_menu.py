"""The menu of what sound is played on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from livemel.sources.devices import SoundDevice, list_output_devices, wanted_names
from livemel.ui.device_probe import DeviceProbe


class OutputMenu(QMenu):
    """The default and all output devices. The list is asked anew each time it opens."""

    chosen = Signal(object)  # a device's name or number, or None for the default

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Play on"))
        self.device: str | None = None
        self._devices: list[SoundDevice] = []
        self._trouble = self.tr("looking for devices …")
        self._probe = DeviceProbe(self, list_output_devices)
        self._probe.listed.connect(self._on_listed)
        self.aboutToShow.connect(self._on_open)
        self._fill()

    def _on_open(self) -> None:
        self._fill()
        self._probe.ask()

    def _on_listed(self, devices: list[SoundDevice], trouble: str) -> None:
        if (devices, trouble) != (self._devices, self._trouble):
            self._devices, self._trouble = devices, trouble
            self._fill()

    def _fill(self) -> None:
        self.clear()
        self._add(self.tr("Default output"), None, self.device is None)
        for device, wanted in zip(self._devices, wanted_names(self._devices), strict=True):
            text = f"{device.name}   ({device.host_api})".replace("&", "&&")
            self._add(text, wanted, self.device in (wanted, device.name))
        if not self._devices:
            self.addAction(self._trouble or self.tr("no output device")).setEnabled(False)

    def _add(self, text: str, wanted: str | None, checked: bool) -> None:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(checked)
        action.triggered.connect(lambda: self.chosen.emit(wanted))
