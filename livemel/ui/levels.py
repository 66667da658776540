"""What levels read in: a weighting, and the calibration of the source that is shown."""

from PySide6.QtCore import QObject, Signal

from livemel.config import WEIGHTINGS, RunConfig
from livemel.dsp.weighting import LevelScale
from livemel.ui.level_meter import LevelMeter
from livemel.ui.spectrogram_view import SpectrogramView

_OF_SCALE = {"none": "Z", "A": "A", "C": "C"}


class Levels(QObject):
    """Holds what was chosen, and tells picture and meter. A source has the calibration that was
    made under its name; one of the command line counts for all, until another is made.
    """

    weighting_chosen = Signal(str)
    calibrated = Signal(str, object)  # the source's name; dB SPL of a full-scale sine, or None
    changed = Signal()

    def __init__(
        self, image: SpectrogramView, meter: LevelMeter, config: RunConfig, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._image, self._meter = image, meter
        self.weighting = config.weighting
        self._of_all = config.spl_offset
        self._calibrations = dict(config.calibrations)
        self._source = ""

    @property
    def scale(self) -> LevelScale:
        """Of the source that is shown."""
        known = self._calibrations.get(self._source)
        return LevelScale(
            _OF_SCALE[self.weighting], known if self._of_all is None else self._of_all
        )

    @property
    def source(self) -> str:
        """The name of what is shown."""
        return self._source

    def show_source(self, name: str) -> None:
        """Another source, or another front-end of the same."""
        self._source = name
        self._apply()

    def next_weighting(self) -> None:
        """None, A, C, and none again."""
        at = WEIGHTINGS.index(self.weighting)
        self.choose_weighting(WEIGHTINGS[(at + 1) % len(WEIGHTINGS)])

    def choose_weighting(self, name: str) -> None:
        """ "none", "A" or "C"."""
        self.weighting = name
        self._apply()
        self.weighting_chosen.emit(name)

    def calibrate(self, full_scale_spl: float | None) -> None:
        """The source that is shown: dB SPL of a full-scale sine, or None for no calibration."""
        self._of_all = None
        self._calibrations.pop(self._source, None)
        if full_scale_spl is not None:
            self._calibrations[self._source] = full_scale_spl
        self._apply()
        self.calibrated.emit(self._source, full_scale_spl)

    def _apply(self) -> None:
        scale = self.scale
        self._image.set_scale(scale)
        self._meter.set_calibration(scale.full_scale_spl)
        self.changed.emit()
