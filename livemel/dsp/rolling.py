"""RollingInput: the newest seconds of columns, as a model takes them."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.checks import check
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.model_input import model_input, silence
from livemel.dsp.models import frontend as named
from livemel.dsp.models import row
from livemel.dsp.normalise import normalise
from livemel.errors import ParameterError

Columns = NDArray[np.float32]

_USUAL_S = 10.0


class RollingInput:
    """Keeps the newest columns and gives them as if they were the whole clip.

    frontend : a front-end's name, whose model's padding and layout array() then has; or a FrontEnd
        of any kind, for shape (n_mels, k) without padding
    seconds : to keep; None is what the model takes at once, or 10 s where any number will do
    Raises ParameterError for an unknown name, for more seconds than the model takes, and for
    cepstral coefficients that are to be normalised.

    What differs from an extractor that is given the same seconds as a clip: it mirrors the sound,
    or puts zeros, past the clip's ends, where a column of a running stream hears what was there.
    For Whisper these are columns 0, 1 and 2999 once it is full; before, the two or three where the
    sound so far ends. For AST, whose frames are not padded, there are none.

    >>> import numpy as np, livemel
    >>> heard = livemel.RollingInput("whisper-80")
    >>> stream = livemel.LogMelStream(heard.frontend)
    >>> heard.push(stream.push(np.zeros(16_000, dtype=np.float32)))
    >>> heard.array().shape
    (80, 3000)
    """

    def __init__(self, frontend: str | FrontEnd, seconds: float | None = None) -> None:
        self._row = None if isinstance(frontend, FrontEnd) else row(frontend)
        self._whole = frontend if isinstance(frontend, FrontEnd) else named(frontend)
        # What the columns are to come from: by a fitted scaler they are final.
        fitted = self._whole.normalise == "dataset"
        self.frontend = self._whole if fitted else self._whole.replace(normalise="none")
        is_final = self._whole.normalise in ("none", "dataset")
        if self._whole.representation == "mfcc" and not is_final:
            raise ParameterError(
                f"representation='mfcc' with normalise={self._whole.normalise!r}: coefficients "
                "cannot be normalised as bands are; keep mel columns and transform their array"
            )
        per_s = self.frontend.columns_per_s
        takes = None if self._row is None else self._row.takes
        if seconds is None:
            seconds = _USUAL_S if takes is None else takes / per_s
        check("seconds", seconds, lambda s: s > 0, "must be more than 0 s")
        capacity = max(1, round(seconds * per_s))
        if takes is not None and capacity > takes:
            raise ParameterError(
                f"seconds={seconds:g} exceeds the {takes / per_s:g} s that {frontend} takes"
            )
        self._capacity = capacity
        # Twice as long as needed: columns move to the front only once in `capacity`.
        rows = len(silence(self.frontend))
        self._held = np.empty((rows, 2 * capacity), dtype=np.float32)
        self._stop = 0

    def __len__(self) -> int:
        """The columns held."""
        return min(self._stop, self._capacity)

    def push(self, columns: Columns) -> None:
        """Add columns of `frontend` at the end: shape (n_mels, k); k may be 0; not changed."""
        rows = len(self._held)
        if columns.ndim != 2 or len(columns) != rows:
            raise ParameterError(f"columns of shape {columns.shape} are not of shape ({rows}, k)")
        columns = columns[:, max(0, columns.shape[1] - self._capacity) :]
        k = columns.shape[1]
        if self._stop + k > self._held.shape[1]:
            kept = self._newest(self._capacity - k)
            self._held[:, : kept.shape[1]] = kept
            self._stop = kept.shape[1]
        self._held[:, self._stop : self._stop + k] = columns
        self._stop += k

    def array(self) -> NDArray[np.float32]:
        """The model's input for what is held, oldest first; the caller owns it.

        Statistics are those of the columns held, as normalise="exact" has them of a clip; a
        FrontEnd with normalise="none" gives the logarithm as it is, one with "dataset" what its
        scaler makes of it; of other representations the columns are as they came.
        """
        held = self._newest(self._capacity).copy()
        if self._row is not None:
            return model_input(held, self._row)
        whole = self._whole
        of_mel = whole.representation == "mel"
        final = not of_mel or whole.normalise in ("none", "dataset")
        return held if final else normalise(held, whole)

    def _newest(self, n: int) -> Columns:
        """Those of them that are there: a view."""
        return self._held[:, max(0, self._stop - n) : self._stop]
