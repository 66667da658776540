"""The menu of levels and colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from livemel.buffers.columns import CLIPPED, GAP
from livemel.dsp.weighting import not_levels
from livemel.ui.actions import add_action
from livemel.ui.calibration_dialog import CalibrationDialog
from livemel.ui.words import mark, translate

if TYPE_CHECKING:
    from livemel.ui.main_window import MainWindow

# A full-scale sine's mean square is a half.
_SINE = 0.5


class LevelMenu(QMenu):
    """Automatic range, fit to the selection, colours reversed, weighting, calibration."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(translate("Groups", "Levels and colours"), window)
        self._window = window
        self.setToolTipsVisible(True)
        group = mark("Groups", "Levels and colours")
        rows = (
            (self.tr("Automatic range"), "A",
             self.tr("The range follows the sound, until it is set by hand"),
             window.auto_range.toggle),
            (self.tr("Fit the range to the selection"), "Shift+A",
             self.tr("Put the ends of the range at the quietest and loudest of what is selected"),
             window.plot.fit_to_selection),
            (self.tr("Reverse the colours"), "Shift+C",
             self.tr("The colour map from its other end"), window.controls.cmap.reverse),
            (self.tr("Weighting"), "I", self._weighting_tip, window.levels.next_weighting),
            (self.tr("Calibrate …"), "Shift+I",
             self.tr("Say how loud the sound is: levels then read in dB SPL"), self._calibrate),
        )  # fmt: skip
        made = [add_action(window, self, group, *row) for row in rows]
        self._auto, _, self._reverse, self._weighting, _ = made
        for action in (self._auto, self._reverse):
            action.setCheckable(True)
        window.plot.nothing_selected.connect(self._on_nothing)
        window.auto_range.changed.connect(self._auto.setChecked)
        window.controls.cmap.chosen.connect(self._show)
        window.levels.changed.connect(self._show)
        self._show()

    @property
    def _weighting_tip(self) -> str:
        return self.tr("Weight levels as the ear does (IEC 61672): A, C, none")

    def _show(self) -> None:
        """The actions as things stand."""
        window = self._window
        self._auto.setChecked(window.auto_range.on)
        self._reverse.setChecked(window.controls.cmap.reversed)
        name = window.levels.weighting
        told = self.tr("none") if name == "none" else name
        self._weighting.setText(self.tr("Weighting: %1").replace("%1", told))
        reason = "" if window.feed is None else not_levels(window.feed.frontend)
        self._weighting.setEnabled(not reason)
        tip = self._weighting_tip
        self._weighting.setToolTip(f"{tip}. {self.tr('Not here:')} {reason}" if reason else tip)

    def _on_nothing(self) -> None:
        self._window.banner.refuse(
            self.tr("Nothing is selected: draw a box in the picture first, then Shift+A.")
        )

    def _calibrate(self) -> None:
        levels = self._window.levels
        known = levels.scale.full_scale_spl
        dialog = CalibrationDialog(levels.source, known, self._level_now, self._window)
        dialog.chosen.connect(levels.calibrate)
        dialog.open()

    def _level_now(self) -> tuple[float, str]:
        """Of the newest second, in dB re a full-scale sine, and why it does not count, or ""."""
        feed = self._window.feed
        if feed is None:
            return -math.inf, self.tr("there is no sound yet")
        columns = feed.columns
        stop = columns.written
        start = stop - max(1, round(feed.frontend.columns_per_s))
        if columns.any_flag(start, stop, GAP):
            return -math.inf, self.tr("sound was lost in it")
        if columns.any_flag(start, stop, CLIPPED):
            return -math.inf, self.tr("it clips: turn the gain down")
        _, mean_square = columns.level(start, stop)
        level = 10 * math.log10(mean_square / _SINE) if mean_square > 0 else -math.inf
        return level, ""
