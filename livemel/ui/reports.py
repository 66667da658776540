"""The report of the sound that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livemel.engine import Engine
from livemel.sources.base import SourceState

if TYPE_CHECKING:  # imported with the first sound: a window is there without them
    from livemel.diagnosis.report import Report
    from livemel.engine.diagnosers import Diagnosers


class Reports:
    """Has threads diagnose what is shown, and takes what they know. Runs on: the GUI thread.

    report : of what is shown, or None
    """

    def __init__(self) -> None:
        self.report: Report | None = None
        self.diagnosers: Diagnosers | None = None
        self._of: Engine | None = None  # whose report it is

    def follow(self, engine: Engine) -> bool:
        """Begin with what is new on the screen, and take its report. True if the
        sound is another.
        """
        if self.diagnosers is None:
            from livemel.engine.diagnosers import Diagnosers

            self.diagnosers = Diagnosers()
        diagnosers, before = self.diagnosers, self._of
        diagnosers.follow(engine)
        diagnosers.tidy()
        if engine is before:
            self.report = diagnosers.report(engine)
            return False
        # What has come to its end and is there once more, under its name, is the same sound. A
        # device that is opened anew is not: it was given up, and its time begins again.
        same = (
            before is not None
            and before.status.state is SourceState.ENDED
            and engine.source.label == before.source.label
        )
        # A whole file that is computed anew is shown once all its columns are there: its report
        # stays until it is there again, as that of its beginning would be none of it.
        if same and engine.ended.is_set() and not diagnosers.has_ended(engine):
            return False
        self._of = engine
        self.report = diagnosers.report(engine)
        return not same

    def is_of(self, engine: Engine | None) -> bool:
        """Whether it is the report of what that engine hears."""
        return engine is self._of

    def seconds_of(self, engine: Engine, report: Report) -> float | None:
        """The stream's time, in seconds, that a report of an engine ends with; None if nobody
        diagnoses.
        """
        return None if self.diagnosers is None else self.diagnosers.begin_s(engine) + report.seconds

    def stop(self) -> None:
        """End all threads, and forget what they found."""
        if self.diagnosers is not None:
            self.diagnosers.stop()
        self._of = self.report = None
