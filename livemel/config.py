"""What a run is told: source, front-end, span, size. Checked before anything is opened."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import frontend
from livemel.errors import ParameterError
from livemel.soundfiles.writer import check_format
from livemel.sources.opening import SourceRequest

# Where the rate is not known yet, parameters are checked at the highest one devices have.
_HIGHEST_SR = 384_000
# What soxr resamples to in good time, and what a column still means something at.
_SR = (1_000, _HIGHEST_SR)

# Of the mel filters, while they are made: 128 MB in float64.
_MOST_WEIGHTS = 1 << 24

COLOR_MAPS = ("magma", "inferno", "plasma", "viridis", "cividis", "turbo", "gray")
THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True)
class FrontEndChoice:
    """A named front-end and what is changed of it; the sample rate may be known later.

    name : a row of the table of front-ends
    sr : Hz, or None for the source's own rate
    changes : FrontEnd fields → values
    Raises ParameterError for values that are impossible at any sample rate.
    """

    name: str = "live"
    sr: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.build(_HIGHEST_SR if self.sr is None else self.sr)

    def build(self, source_sr: int) -> FrontEnd:
        """The front-end for a source of that rate. Raises ParameterError if it is impossible."""
        built = frontend(self.name, sr=source_sr if self.sr is None else self.sr)
        built = built.replace(**{"hop_length": 1, **self.changes})
        if "hop_length" not in self.changes:
            # The named hop, unless the window was made so short that sound would be skipped.
            hop = frontend(self.name, sr=built.sr).hop_length
            built = built.replace(hop_length=min(hop, max(1, built.frame_length // 2)))
        if built.n_bins * built.n_mels > _MOST_WEIGHTS:
            raise ParameterError(
                f"n_mels={built.n_mels} over n_fft={built.n_fft} makes more filter weights "
                f"than {_MOST_WEIGHTS:,}"
            )
        if built.hop_length > built.frame_length:
            raise ParameterError(
                f"hop_length={built.hop_length} exceeds the window of {built.frame_length} "
                "samples: sound between the columns would be skipped"
            )
        return built


@dataclass(frozen=True, slots=True)
class RunConfig:
    """One run of the window.

    history_s, span_s : seconds kept, seconds on the screen
    size : window width and height in logical pixels
    seconds : close after so many seconds of wall time, or None
    record : the sound file to record to from the beginning on, or None
    record_bits : a sample of recordings, as soundfiles.open_writer takes them
    """

    source: SourceRequest = field(default_factory=SourceRequest)
    frontend: FrontEndChoice = field(default_factory=FrontEndChoice)
    history_s: float = 300.0
    span_s: float = 10.0
    cmap: str = "magma"
    theme: str = "dark"
    size: tuple[int, int] = (1280, 720)
    seconds: float | None = None
    screenshot: Path | None = None
    stats: Path | None = None
    record: Path | None = None
    record_bits: int | None = None

    def __post_init__(self) -> None:
        if self.frontend.sr is not None and not _SR[0] <= self.frontend.sr <= _SR[1]:
            raise ParameterError(f"sr={self.frontend.sr} Hz is not between {_SR[0]} and {_SR[1]}")
        _between("history", self.history_s, 1.0, 86_400.0)
        _between("span", self.span_s, 0.05, 86_400.0)
        if self.span_s > self.history_s:
            raise ParameterError(f"span={self.span_s:g} s exceeds history={self.history_s:g} s")
        if self.seconds is not None:
            _between("seconds", self.seconds, 0.001, 2_000_000.0)
        # The key records to WAV.
        check_format(self.record or Path("recording.wav"), self.record_bits)
        if self.cmap not in COLOR_MAPS:
            known = ", ".join(COLOR_MAPS)
            raise ParameterError(f"unknown colour map {self.cmap!r}: there are {known}")
        if self.theme not in THEMES:
            known = ", ".join(THEMES)
            raise ParameterError(f"unknown theme {self.theme!r}: there are {known}")
        width, height = self.size
        if not (320 <= width <= 16_384 and 240 <= height <= 16_384):
            raise ParameterError(f"size={width}x{height} is not between 320x240 and 16384x16384")


def _between(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ParameterError(f"{name}={value:g} s is not between {least:g} and {most:g} s")
