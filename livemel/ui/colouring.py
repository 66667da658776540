"""What colours mean: the ends of the map, of values or of deviations, and what levels read in."""

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.weighting import LevelScale
from livemel.ui.colormaps import DEVIATION, inks
from livemel.ui.pixel_ring import Inks
from livemel.ui.theme import Theme
from livemel.ui.value_range import first_range, kind_of
from livemel.ui.view_state import RowScale

# The ends of the colours while deviations are shown, in σ.
SIGMAS = (-6.0, 6.0)
_LEAST = 1e-3  # between the ends


class Colouring:
    """How one picture is coloured. Whoever changes it has the pixels coloured anew.

    db_range : the ends of the colours for the columns' values, also while deviations are shown
    sigmas : the ends of the colours for deviations, in σ
    scale : what levels read in
    deviation : what makes values deviations; None while they are shown themselves
    inks : of what is shown
    """

    def __init__(self, theme: Theme, cmap: str) -> None:
        self.db_range = (-70.0, 30.0)
        self.sigmas = SIGMAS
        self.scale = LevelScale()
        self._kind: object = None
        self._ranges: dict[object, tuple[float, float]] = {}  # of kinds that were shown before
        self.deviation: RowScale | None = None
        self.set_look(theme, cmap)

    @property
    def shown_range(self) -> tuple[float, float]:
        """The ends of the colours that are shown: of deviations in σ."""
        return self.db_range if self.deviation is None else self.sigmas

    @property
    def cmap(self) -> str:
        """The colour map that is shown."""
        return self._cmap if self.deviation is None else DEVIATION[self.theme.name]

    def set_look(self, theme: Theme, cmap: str) -> None:
        """Other colours."""
        self.theme, self._cmap = theme, cmap
        self.inks: Inks = inks(theme, self.cmap)

    def set_deviation(self, deviation: RowScale | None) -> None:
        """Show deviations, or values again."""
        self.deviation, self.sigmas = deviation, SIGMAS
        self.set_look(self.theme, self._cmap)

    def set_range(self, low_db: float, high_db: float) -> None:
        """The ends of the colours for values; in order, and apart."""
        self.db_range = low_db, max(high_db, low_db + _LEAST)

    def set_sigmas(self, low: float, high: float) -> None:
        """The ends of the colours for deviations, in σ; in order, and apart."""
        self.sigmas = low, max(high, low + _LEAST)

    def begin(self, frontend: FrontEnd) -> None:
        """Another front-end is shown, in the range that its kind of values had last, or its first;
        deviations stay where they are of as many rows.
        """
        kind = kind_of(frontend)
        if kind != self._kind:
            if self._kind is not None:
                self._ranges[self._kind] = self.db_range
            self.db_range = self._ranges.get(kind) or first_range(frontend)
            self._kind = kind
        if self.deviation is not None and len(self.deviation.gain) != frontend.n_rows:
            self.deviation = None  # of other rows; who set it says so
            self.set_look(self.theme, self._cmap)
