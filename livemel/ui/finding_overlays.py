"""Findings over the pictures of all lanes, each over its channel's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from livemel.ui.finding_overlay import FindingOverlay
from livemel.ui.finding_text import Now
from livemel.ui.lane_stack import LaneStack
from livemel.ui.lane_view import LaneView
from livemel.ui.marked_picture import MarkedPicture
from livemel.ui.spectrogram_view import SpectrogramView

if TYPE_CHECKING:
    from livemel.diagnosis.finding import Finding


class FindingOverlays(QObject):
    """One overlay for each picture. One channel alone has the findings of all channels over it; of
    several each has its own, and the topmost those that are of all channels together.
    """

    clicked = Signal(object)  # Finding

    def __init__(self, image: SpectrogramView, stack: LaneStack) -> None:
        super().__init__(image)
        self._image, self._stack = image, stack
        self._overlays: dict[MarkedPicture, FindingOverlay] = {}
        self._told: tuple[tuple[Finding, ...], Now, bool] = ((), Now(), False)
        stack.laid_out.connect(self._spread)
        self._overlay_of(image)

    @property
    def focused(self) -> FindingOverlay:
        """That of the picture that has the focus."""
        return self.of(self._image)

    def of(self, picture: MarkedPicture) -> FindingOverlay:
        """That of a picture that is shown."""
        return self._overlays[picture]

    def show_findings(self, findings: Sequence[Finding], now: Now, *, has_lines: bool) -> None:
        """Other ones: as FindingOverlay.show_findings."""
        self._told = tuple(findings), now, has_lines
        self._spread()

    def _spread(self) -> None:
        findings, now, has_lines = self._told
        pictures, shown = self._stack.pictures, self._stack.shown
        for picture, channel in zip(pictures, shown, strict=False):
            if not isinstance(picture, SpectrogramView | LaneView):
                continue
            own = findings
            if len(shown) > 1:
                is_top = picture is pictures[0]
                own = tuple(f for f in findings if _is_of(f, channel, is_top=is_top))
            self._overlay_of(picture).show_findings(own, now, has_lines=has_lines)

    def _overlay_of(self, picture: SpectrogramView | LaneView) -> FindingOverlay:
        if picture not in self._overlays:
            overlay = self._overlays[picture] = FindingOverlay(picture)
            overlay.clicked.connect(self.clicked)
            picture.overlays.insert(0, overlay)  # cursors lie over it
        return self._overlays[picture]


def _is_of(finding: Finding, channel: object, *, is_top: bool) -> bool:
    return is_top if finding.channel is None else finding.channel == channel
