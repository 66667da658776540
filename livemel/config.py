"""What a run is told: source, front-end, span, size. Checked before anything is opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from livemel.dsp.checks import check, one_of, whole, yes_or_no
from livemel.dsp.frontend import REPRESENTATIONS, FrontEnd
from livemel.errors import ParameterError
from livemel.presets import Preset, find
from livemel.presets.preset import HIGHEST_SR
from livemel.soundfiles.writer import check_format
from livemel.sources.opening import SourceRequest

# What soxr resamples to in good time, and what a column still means something at.
_SR = (1_000, HIGHEST_SR)

# All but turbo are perceptually even. What is behind a name turns a map round.
COLOR_MAPS = (
    *("magma", "inferno", "plasma", "viridis", "cividis", "cbl", "fire", "kbc", "bmy", "kbgyw"),
    *("gray", "print", "turbo"),
)
REVERSED = "_r"
WEIGHTINGS = ("none", "A", "C")
# dB SPL of a full-scale sine.
SPL_OFFSET = (-100.0, 300.0)
THEMES = ("dark", "light", "system")
# A learned normal: seconds it is learned from, and how often it may be wrong, in an hour.
LEARN_S = (5, 10, 30, 60)
FALSE_ALARMS = {"hour": 1.0, "day": 1 / 24, "minute": 60.0}
# Open at once. Eight of three minutes of 16-bit stereo take 0.4 GB; the most is 1.1 GB.
MOST_FILES = 8
# Of a saved picture: how it may look, and in which files the window saves it.
LOOKS = ("dark", "light", "paper")
PICTURE_KINDS = ("png", "svg", "pdf")
INCH_MM = 25.4
# Seconds on the screen, and of the window width and height in logical pixels.
SPAN_S = (0.05, 86_400.0)
# The panels around the picture, and what the two of them that can be resized may be: px.
PANELS = ("slice", "waveform", "levels", "f0")
SLICE_WIDTH, WAVEFORM_HEIGHT = (120, 1000), (40, 400)
_WIDTH, _HEIGHT = (320, 16_384), (240, 16_384)
# Of a saved picture: what its text is set by, the least that leaves room beside the text, in mm,
# and what half a GB of memory holds.
DPI = (30, 1200)
_ROOM_MM = (64.0, 42.0)
_MOST_PIXELS = 1 << 27


@dataclass(frozen=True, slots=True)
class FrontEndChoice:
    """A named front-end and what is changed of it; the sample rate may be known later.

    name : a row of the table of front-ends, one that was saved, or a TOML file: read once, here
    sr : Hz, or None for the source's own rate
    changes : FrontEnd fields → values
    view : what its columns hold: "mel", "linear", "log", "mfcc" or "waveform"
    Raises ParameterError for values that are impossible at any sample rate.
    """

    name: str = "live"
    sr: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    view: str = "mel"
    _found: tuple[str, Preset] | None = field(default=None, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        one_of("view", self.view, REPRESENTATIONS)
        if self.sr is not None:
            whole("sr", self.sr, -(1 << 62), 1 << 62)
        if self.sr is not None and not _SR[0] <= self.sr <= _SR[1]:
            raise ParameterError(f"sr={self.sr} Hz is not between {_SR[0]} and {_SR[1]}")
        # A copy keeps what the name stood for, also when the file is gone by now.
        if self._found is None or self._found[0] != self.name:
            object.__setattr__(self, "_found", (self.name, find(self.name)))
        framed = self._framed(HIGHEST_SR)
        # At a lower rate the bins lie closer together: there may be some in a range that has none.
        if self.sr is not None or self.view not in ("linear", "log"):
            self._viewed(framed)

    @property
    def preset(self) -> Preset:
        """What the name stands for."""
        assert self._found is not None
        return self._found[1]

    def build(self, source_sr: int) -> FrontEnd:
        """The front-end for a source of that rate. Raises ParameterError if it is impossible."""
        return self._viewed(self._framed(source_sr))

    @property
    def title(self) -> str:
        """Its name, and whether something of it is changed."""
        return f"{self.preset.name}, changed" if self.changes else self.preset.name

    def _framed(self, source_sr: int) -> FrontEnd:
        """All but the view."""
        return self.preset.build(source_sr if self.sr is None else self.sr, self.changes)

    def _viewed(self, built: FrontEnd) -> FrontEnd:
        """As many coefficients as usual, unless there are not as many bands to make them of."""
        if self.view != "mfcc" or "n_mfcc" in self.changes:
            return built.replace(representation=self.view)
        return built.replace(representation="mfcc", n_mfcc=min(built.n_mfcc, built.n_mels))


@dataclass(frozen=True, slots=True)
class SavingChoice:
    """How pictures and sound are saved.

    kind : of the picture's file, "png", "svg" or "pdf"
    width, height : in unit, "mm" or "px"; dpi : which its text is set by, and its pixels
    look : "paper", or "screen": as the window has it
    seconds : of the newest sound, or None for as much as is on the screen
    packed : True for one zip, False for a folder
    sound : "wav" or "flac"
    Raises ParameterError, with the value in it, if a field is impossible.
    """

    kind: str = "png"
    width: float = 160.0
    height: float = 90.0
    unit: str = "mm"
    dpi: int = 300
    look: str = "paper"
    seconds: float | None = None
    packed: bool = False
    sound: str = "wav"

    def __post_init__(self) -> None:
        one_of("kind", self.kind, PICTURE_KINDS)
        one_of("unit", self.unit, ("mm", "px"))
        one_of("look", self.look, ("paper", "screen"))
        one_of("sound", self.sound, ("wav", "flac"))
        yes_or_no("packed", self.packed)
        for name in ("width", "height"):
            check(name, getattr(self, name), lambda x: 1 <= x <= 20_000, "is out of range")
        whole("dpi", self.dpi, *DPI)
        if self.seconds is not None:
            check("seconds", self.seconds, lambda s: SPAN_S[0] <= s <= SPAN_S[1], "is out of range")
        check_paper(self.size, self.dpi)

    @property
    def size(self) -> tuple[int, int]:
        """The picture's, in pixels."""
        factor = self.dpi / INCH_MM if self.unit == "mm" else 1
        return round(self.width * factor), round(self.height * factor)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What the flags alone ask for, where more than they is wanted: what was remembered may not
    open, and then does not count.
    """

    source: SourceRequest
    frontend: FrontEndChoice


@dataclass(frozen=True, slots=True)
class RunConfig:
    """One run of the window.

    history_s, span_s : seconds kept, seconds on the screen
    cmap : one of COLOR_MAPS, reversed where "_r" is behind it
    auto_range : whether the range of the colours follows the sound
    weighting : of the levels: "none", "A" or "C"
    spl_offset : dB SPL of a full-scale sine, of any source, or None
    calibrations : the same of single sources, by their names
    theme : "dark", "light" or "system"
    size : window width and height in logical pixels
    level_range : where the ends of the colour map begin, or None for the front-end's own range
    saving : how pictures and sound are saved
    panels : those that are shown, of PANELS
    slice_width, waveform_height : of these panels, in logical pixels
    diagnosis : whether faults are looked for; findings : whether they are listed beside the picture
    learn_s : seconds that a normal is learned from, of LEARN_S
    false_alarms : one in so long, of FALSE_ALARMS
    seconds : close after so many seconds of wall time, or None
    record : the sound file to record to from the beginning on, or None
    record_bits : a sample of recordings, as soundfiles.open_writer takes them
    play : whether files and scenes are heard as they scroll
    output_device : what is played on, by number or name; None is the default
    files : sound files to open beside the source, which is one too, as tabs
    side_by_side : show the first two of them side by side
    remember_files : keep the names of files that are opened, beside kept_in
    fallback : what to open where `source` and `frontend` do not, or None
    notice, note : what to say at the start: in the banner, in the status line; or ""
    kept_in : the file that what is chosen goes to, or None
    """

    source: SourceRequest = field(default_factory=SourceRequest)
    frontend: FrontEndChoice = field(default_factory=FrontEndChoice)
    history_s: float = 300.0
    span_s: float = 10.0
    cmap: str = "magma"
    auto_range: bool = False
    weighting: str = "none"
    spl_offset: float | None = None
    calibrations: Mapping[str, float] = field(default_factory=dict)
    theme: str = "dark"
    size: tuple[int, int] = (1280, 720)
    seconds: float | None = None
    screenshot: Path | None = None
    stats: Path | None = None
    record: Path | None = None
    record_bits: int | None = None
    play: bool = False
    output_device: str | None = None
    maximized: bool = False
    level_range: tuple[float, float] | None = None
    files: tuple[Path, ...] = ()
    side_by_side: bool = False
    remember_files: bool = False
    saving: SavingChoice = field(default_factory=SavingChoice)
    panels: tuple[str, ...] = ()
    slice_width: int = 200
    waveform_height: int = 72
    diagnosis: bool = True
    findings: bool = False
    learn_s: int = 10
    false_alarms: str = "hour"
    fallback: Fallback | None = None
    notice: str = ""
    note: str = ""
    kept_in: Path | None = None

    def __post_init__(self) -> None:
        _between("history", self.history_s, 1.0, 86_400.0)
        _between("span", self.span_s, *SPAN_S)
        if self.span_s > self.history_s:
            raise ParameterError(f"span={self.span_s:g} s exceeds history={self.history_s:g} s")
        if self.seconds is not None:
            _between("seconds", self.seconds, 0.001, 2_000_000.0)
        # The key records to WAV.
        check_format(self.record or Path("recording.wav"), self.record_bits)
        check_cmap(self.cmap)
        one_of("weighting", self.weighting, WEIGHTINGS)
        if self.spl_offset is not None:
            check_spl_offset(self.spl_offset)
        if self.theme not in THEMES:
            known = ", ".join(THEMES)
            raise ParameterError(f"unknown theme {self.theme!r}: there are {known}")
        check_size(self.size)
        check("learn_s", self.learn_s, LEARN_S.__contains__, f"is none of {LEARN_S}")
        one_of("false_alarms", self.false_alarms, tuple(FALSE_ALARMS))
        for panel in self.panels:
            one_of("panels", panel, PANELS)

    def fallen_back(self, reason: str) -> Self:
        """The run that the flags alone ask for, and a notice why."""
        assert self.fallback is not None
        notice = f"What was last used does not open: {reason}. This is without it."
        return replace(
            self,
            source=self.fallback.source,
            frontend=self.fallback.frontend,
            level_range=None,
            fallback=None,
            notice=" ".join(filter(None, (self.notice, notice))),
        )


def check_cmap(name: str) -> None:
    """Raises ParameterError unless there is that colour map."""
    if name.removesuffix(REVERSED) not in COLOR_MAPS:
        known = ", ".join(COLOR_MAPS)
        raise ParameterError(
            f"unknown colour map {name!r}: there are {known}, and each with {REVERSED} behind it"
        )


def check_spl_offset(db: float) -> None:
    """Raises ParameterError unless a full-scale sine can have that level."""
    low, high = SPL_OFFSET
    check("spl_offset", db, lambda db: low <= db <= high, f"is not between {low:g} and {high:g} dB")


def check_size(size: tuple[int, int]) -> None:
    """Raises ParameterError unless a window can have that size."""
    width, height = size
    if not (_WIDTH[0] <= width <= _WIDTH[1] and _HEIGHT[0] <= height <= _HEIGHT[1]):
        low, high = f"{_WIDTH[0]}x{_HEIGHT[0]}", f"{_WIDTH[1]}x{_HEIGHT[1]}"
        raise ParameterError(f"size={width}x{height} is not between {low} and {high}")


def check_paper(size: tuple[int, int], dpi: int) -> None:
    """Raises ParameterError unless a saved picture can have that size, in pixels, at that dpi."""
    whole("dpi", dpi, *DPI)
    width, height = size
    mm = tuple(INCH_MM * side / dpi for side in size)
    if mm[0] < _ROOM_MM[0] or mm[1] < _ROOM_MM[1]:
        raise ParameterError(
            f"size={width}x{height} at {dpi} dpi is {mm[0]:.0f} x {mm[1]:.0f} mm: "
            f"with its text a picture needs {_ROOM_MM[0]:g} x {_ROOM_MM[1]:g} mm"
        )
    check_size(size)
    if width * height > _MOST_PIXELS:
        raise ParameterError(f"size={width}x{height} is more than {_MOST_PIXELS:,} pixels")


def _between(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ParameterError(f"{name}={value:g} s is not between {least:g} and {most:g} s")
