"""What is to be known of a recording and its files."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livemel.engine.engine import gap_row


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How a recording goes: replaced as a whole.

    path : of the newest file; seconds : recorded, in all files
    free_bytes : on its disk; left_s : seconds that these are enough for, None before it is known
    """

    path: Path
    seconds: float = 0.0
    free_bytes: int = 0
    left_s: float | None = None


@dataclass(slots=True)
class RecordedFile:
    """A file, and the notes beside it: NAME.wav.json, only where there is something to note.

    samples : recorded
    gaps : what is missing, there as zeros: [first sample, length, cause] each
    sources : where another source begins: (first sample, name) each
    """

    path: Path
    sr: int
    channels: int
    samples: int = 0
    gaps: list[list[Any]] = field(default_factory=list)
    sources: list[tuple[int, str]] = field(default_factory=list)
    _unsaved: bool = False

    def add_gap(self, start: int, length: int, cause: str) -> None:
        """Note that `length` samples from `start` on are missing."""
        last = self.gaps[-1] if self.gaps else None
        if last is not None and last[0] + last[1] == start and last[2] == cause:
            last[1] += length
        else:
            self.gaps.append([start, length, cause])
        self._unsaved = True

    def add_source(self, start: int, name: str) -> None:
        """Note who is heard from sample `start` on."""
        self.sources.append((start, name))
        self._unsaved = len(self.sources) > 1

    @property
    def notes_path(self) -> Path:
        """Where the notes are, if there are any."""
        return self.path.with_name(f"{self.path.name}.json")

    def gap_rows(self) -> list[dict[str, Any]]:
        """start_s, length_s and cause of each, as the statistics list gaps."""
        return [gap_row(at / self.sr, length / self.sr, cause) for at, length, cause in self.gaps]

    def row(self) -> dict[str, Any]:
        """As the statistics tell it."""
        return {
            "file": str(self.path),
            "seconds": round(self.samples / self.sr, 6),
            "samples": self.samples,
            "gaps": self.gap_rows(),
        }

    def save_notes(self) -> None:
        """Write the notes if something has come. Raises OSError."""
        if not self._unsaved:
            return
        self._unsaved = False
        sources = [{"start_s": round(at / self.sr, 6), "name": name} for at, name in self.sources]
        notes = {
            "file": self.path.name,
            "sr": self.sr,
            "channels": self.channels,
            "sources": sources,
            "gaps": self.gap_rows(),
        }
        text = json.dumps(notes, indent=2, ensure_ascii=False) + "\n"
        # In one step: on a full disk the notes before stay.
        part = self.notes_path.with_suffix(".part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(self.notes_path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def clock(seconds: float) -> str:
    """0:07, 12:34, 1:02:03."""
    whole = int(seconds)
    minutes, hours = whole // 60 % 60, whole // 3600
    if hours:
        return f"{hours}:{minutes:02d}:{whole % 60:02d}"
    return f"{minutes}:{whole % 60:02d}"
