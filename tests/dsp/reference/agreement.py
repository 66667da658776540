"""The criterion of livemel.verify as an assertion."""

import numpy as np
from livemel.dsp.frontend import FrontEnd
from livemel.verify.agreement import deviation


def assert_agree(
    ours: np.ndarray, theirs: np.ndarray, fe: FrontEnd, *, scaled: bool | None = None
) -> None:
    """Linear mel within 2e-5 of its maximum, or the values within 1e-3.

    scaled : whether fe's constants were applied to both; None: if it normalises by "fixed"
    """
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    found = deviation(
        ours, theirs, fe, scaled=fe.normalise == "fixed" if scaled is None else scaled
    )
    assert found.within, f"{found}"
