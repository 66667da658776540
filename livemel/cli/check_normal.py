"""`livemel check --normal`: what is unusual in a sound, by what was learned from others."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis import Report
from livemel.diagnosis.anomaly import anomalies
from livemel.diagnosis.normal import Normal
from livemel.engine.offline import OpenPart


def judged(
    report: Report, open_part: OpenPart, normal: Normal, progress: Callable[[float], None]
) -> Report:
    """The report with what is unusual in the mean of all channels: a second pass over the sound.

    open_part : of the sound that the report is of
    """
    columns = open_part(lambda _: normal.frontend, channel=None, start_s=None, end_s=report.seconds)

    def told() -> Iterator[NDArray[np.float32]]:
        for block in columns:
            yield block
            progress(columns.progress)

    return report.joined_by(anomalies(told(), normal, frontend=columns.frontend))
