"""RunFigures: what the status line tells of the run."""

import time

from PySide6.QtCore import QObject

from livemel.engine import Engine, Feed
from livemel.ui.frame_loop import FrameLoop
from livemel.ui.latency_text import latency_text
from livemel.ui.load import PanelRate
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.status_line import StatusLine
from livemel.ui.status_text import Figures, not_finite

_RATES_OVER_S = 1.0  # and up to twice as long


class RunFigures(QObject):
    """Rates, durations, latency and losses of what is shown. Runs on: the GUI thread."""

    def __init__(self, frames: FrameLoop, image: SpectrogramView, status: StatusLine) -> None:
        super().__init__(status)
        self._frames, self._image, self._status = frames, image, status
        self._engine: Engine | None = None
        self._feed: Feed | None = None
        self._rates_from = self._rates_next = (time.monotonic(), 0, 0)
        status.latency_details = self.latency_details

    def show_feed(self, feed: Feed) -> None:
        """Another feed: its columns are counted from now on."""
        self._feed = feed
        now = (time.monotonic(), self._frames.paints, feed.columns.written)
        self._rates_from = self._rates_next = now

    def refresh(self, engine: Engine, has_panels: bool, notes: list[str]) -> None:
        """Show how it goes.

        has_panels : whether any are shown
        notes : what others say
        """
        self._engine, feed = engine, self._feed
        if feed is None:
            return
        now, paints, columns = time.monotonic(), self._frames.paints, feed.columns.written
        if now - self._rates_next[0] >= _RATES_OVER_S:
            self._rates_from, self._rates_next = self._rates_next, (now, paints, columns)
        since, paints_then, columns_then = self._rates_from
        elapsed = max(1e-3, now - since)
        # No more than it is to be: what was painted before it became less is no rate of now.
        rate = min((paints - paints_then) / elapsed, self._frames.load.step.rate_hz)
        silent = engine.status.state.is_silent
        paint = self._frames.durations.percentiles(50, 99)
        stats = engine.stats()
        lost = stats["samples_lost"]
        reason = engine.status.reason or (engine.format or feed.format).note
        said = [
            reason,
            not_finite(stats["samples_not_finite"]),
            *notes,
        ]
        self._status.show_figures(
            Figures(
                paints_per_s=rate,
                paint_p50=paint["p50"],
                paint_p99=paint["p99"],
                budget=self._frames.budget.budget_ms,
                columns_per_s=(columns - columns_then) / elapsed,
                latency=None if silent else self._image.journey.arrived.percentiles(50)["p50"],
                lookahead=1000 * feed.frontend.lookahead / feed.frontend.sr,
                lost_s=lost / max(1, stats["sr"]),
                lost_samples=lost,
                note=" · ".join(filter(None, said)),
                reason=reason,
                busy=self._busy(has_panels, rate),
            )
        )

    def latency_details(self) -> str:
        """Of what the latency is made: for a tooltip, computed when it is asked for."""
        engine, feed = self._engine, self._feed
        if engine is None or feed is None:
            return ""
        fe, device_s = feed.frontend, (engine.format or feed.format).input_latency_s
        parts = self._image.journey.parts(device_s, fe.lookahead / fe.sr)
        drift = None if engine.drift is None else engine.drift.estimate()
        return latency_text(parts, drift, engine.drift is not None)

    def _busy(self, has_panels: bool, paints_per_s: float) -> str:
        """What is given up because the computer is busy."""
        load = self._frames.load
        if self._image.standing_at is not None:
            return ""  # nothing moves: that is not the computer's doing
        if load.is_slow:
            words = self.tr("painting at {:.0f}/s: the computer is busy")
            return words.format(paints_per_s)
        if not has_panels or load.step.panels is PanelRate.ALL:
            return ""
        if load.step.panels is PanelRate.FEWER:
            return self.tr("panels slower: the computer is busy")
        return self.tr("panels wait: the computer is busy")
