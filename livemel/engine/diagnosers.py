"""The diagnosers of the engines that are shown, one after the other."""

from weakref import WeakKeyDictionary

from livemel.diagnosis.report import Report
from livemel.engine.diagnosing import Diagnoser
from livemel.engine.engine import Engine

_PATIENCE_S = 1.0


class Diagnosers:
    """One for each engine that has been shown. What runs on out of sight goes on being diagnosed;
    of what has ended the report stays for as long as the engine does. Runs on: one thread.
    """

    def __init__(self) -> None:
        self._running: dict[Engine, Diagnoser] = {}
        self._ended: WeakKeyDictionary[Engine, tuple[Report | None, float]] = WeakKeyDictionary()

    def follow(self, engine: Engine) -> None:
        """Begin with an engine, from the oldest sound that it keeps, unless it has been begun."""
        if engine not in self._running and engine not in self._ended:
            self._running[engine] = Diagnoser(engine)
            self._running[engine].start()

    def report(self, engine: Engine) -> Report | None:
        """What is known of an engine's sound, or None."""
        running = self._running.get(engine)
        return self._ended.get(engine, (None, 0.0))[0] if running is None else running.report

    def begin_s(self, engine: Engine) -> float:
        """The stream's time, in seconds, that its report begins with."""
        running = self._running.get(engine)
        return self._ended.get(engine, (None, 0.0))[1] if running is None else running.begin_s

    def has_ended(self, engine: Engine) -> bool:
        """Whether the report is the last."""
        return engine in self._ended

    def tidy(self) -> None:
        """Let go of the engines that have ended: whatever they keep can go."""
        for engine, diagnoser in list(self._running.items()):
            failed = engine.ended.is_set() and engine.feed is None
            if failed:
                diagnoser.stop()
            if failed or diagnoser.ended.is_set():
                self._ended[engine] = diagnoser.report, diagnoser.begin_s
                del self._running[engine]

    def stop(self) -> None:
        """End all threads, wait for them, and forget what they found."""
        for diagnoser in self._running.values():
            diagnoser.stop()
        for diagnoser in self._running.values():
            diagnoser.join(_PATIENCE_S)
        self._running.clear()
        self._ended.clear()
