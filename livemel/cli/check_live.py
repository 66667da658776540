"""Live sound that `livemel check` listens to: a device, a pipe, a scene."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from livemel.cli.check_sources import LIVE_S, not_finite
from livemel.diagnosis import Report
from livemel.engine.heard import Heard, KeptReader
from livemel.engine.offline import FileColumns, OpenPart
from livemel.errors import one_line
from livemel.logs.levels import wanted_level
from livemel.logs.run import kept_log
from livemel.sources.opening import SourceRequest, open_source


class LiveSound:
    """So many seconds of a source. A pipe has an end of its own, and scenes come at once."""

    of_folder = False

    def __init__(self, request: SourceRequest, seconds: float | None, *, keeps: bool) -> None:
        self.name = one_line(request.name if request.device is None else request.device)
        self._kept: KeptReader | None = None
        if seconds is None and request.name != "-":
            seconds = LIVE_S
        # Here, so that what is impossible is said before anything is listened to.
        source = open_source(replace(request, at_once=request.name != "mic"))
        self._heard = Heard(source, seconds, keeps=keeps)

    def diagnose(self, progress: Callable[[float], None]) -> tuple[Report, list[str]]:
        """Listen. Raises SourceError."""
        with kept_log(wanted_level()):
            report = self._heard.listen(progress)
        if self._heard.format is not None:
            self.name = one_line(self._heard.format.name)
        self._kept = self._heard.kept()
        return report, [*self._heard.notes(), *not_finite(self._heard.not_finite)]

    def open_part(self) -> OpenPart | None:
        """The parts of what was heard."""
        if self._kept is None:
            return None
        return partial(FileColumns, Path(self.name), open_reader=self._kept)
