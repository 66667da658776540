"""The button that shows the source and opens the menu of all of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton

from livemel.sources.devices import DeviceList
from livemel.sources.opening import SourceRequest
from livemel.ui.device_entries import Heard, device_entries
from livemel.ui.device_menu import DeviceMenu
from livemel.ui.elided_button import ElidedButton
from livemel.ui.words import as_tip

_LONGEST_NAME = 34  # characters; the tooltip has the rest
_LEAST = 104  # px: half of a name


class SourceButton(ElidedButton):
    """Microphones, what the computer plays, demo scenes, files. It is told which there are."""

    chosen = Signal(object)  # SourceRequest
    file_wanted = Signal()
    attended = Signal(bool)  # somebody looks at the list, or no more

    def __init__(self) -> None:
        super().__init__(_LEAST)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(self.tr("Source"))
        self._heard = Heard(SourceRequest(), self.tr("Microphone"))
        self._devices: DeviceList | None = None
        self._menu = DeviceMenu(self)
        self._menu.chosen.connect(self.chosen)
        self._menu.file_wanted.connect(self.file_wanted)
        self._menu.aboutToShow.connect(self._on_open)
        self._menu.aboutToHide.connect(lambda: self.attended.emit(False))
        self.setMenu(self._menu)
        self._show()

    def show_source(
        self, request: SourceRequest, name: str, device: tuple[str, str] | None = None
    ) -> None:
        """What is running now. device : the key of the one that is open"""
        heard = Heard(request, name, device, self._plays(device))
        if heard != self._heard:
            self._heard = heard
            self._show()

    def show_devices(self, devices: DeviceList | None) -> None:
        """What devices there are now; None while nobody has looked."""
        if devices is not self._devices:
            self._devices = devices
            self._show()

    def _show(self) -> None:
        heard = self._heard
        name = heard.name
        short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
        if self._is_gone:  # said first: what has no room is the end of the name
            self.set_text(self.tr("gone · {}").format(short))
        elif heard.request.name != "mic":
            self.set_text(short)
        elif heard.key is not None and heard.request.device is None:
            self.set_text(self.tr("Default · {}").format(short), short)
        elif heard.plays:
            self.set_text(self.tr("Plays · {}").format(short), short)
        else:
            self.set_text(self.tr("Mic · {}").format(short), short)
        self.setToolTip(as_tip(self.tr("Source: {}").format(name)))
        if self._menu.isVisible():
            self._menu.show_entries(device_entries(self._devices, heard))

    @property
    def _is_gone(self) -> bool:
        key, devices = self._heard.key, self._devices
        return key is not None and devices is not None and not devices.has(key)

    def _plays(self, key: tuple[str, str] | None) -> bool:
        """Also of a device that has gone since."""
        for device in () if self._devices is None else self._devices.inputs:
            if device.key == key:
                return device.plays
        return key is not None and (
            key[0].endswith(".monitor") or (key == self._heard.key and self._heard.plays)
        )

    def _on_open(self) -> None:
        self.attended.emit(True)
        self._menu.show_entries(device_entries(self._devices, self._heard))
