"""FrontEnd: the full, checked description of a log-mel transform.

Pure Python on purpose: the command line checks its parameters before anything heavy is loaded.
"""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from livemel.errors import ParameterError

MelScale = Literal["slaney", "htk"]
MelNorm = Literal["slaney"]
LogKind = Literal["db", "db-amplitude", "ln", "log10", "none"]
PadMode = Literal["constant", "reflect"]

WINDOWS = ("hann", "hamming", "blackman", "rectangular")
MEL_SCALES = ("slaney", "htk")
LOG_KINDS = ("db", "db-amplitude", "ln", "log10", "none")
PAD_MODES = ("constant", "reflect")

# One frame of 2^20 samples is 22 s at 48 kHz: past that it is a mistake, not a resolution.
_MAX_N_FFT = 1 << 20
# What float32, which columns are, holds at full precision: a floor below it would be 0.
_FLOAT32_MIN, _FLOAT32_MAX = 1.1754944e-38, 3.4028234e38


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEnd:
    """What is computed from samples, in librosa's words. Immutable; `replace` checks again.

    sr : int, Hz
    n_fft : int, samples; need not be a power of two
    win_length : int or None, samples; None is n_fft. A shorter window stands in the frame's middle
    hop_length : int, samples from one column to the next
    window : "hann", "hamming", "blackman" or "rectangular"
    periodic : bool; False gives the symmetric window
    center : bool; True puts column k's middle at sample k * hop_length, padding both ends
    pad_mode : "constant" (zeros) or "reflect"; used when center is True
    power : 1 (magnitude) or 2 (power)
    mel_scale : "slaney" (linear to 1 kHz, then logarithmic) or "htk" (2595 log10(1 + f/700))
    norm : "slaney" (each filter has unit area in Hz) or None (each filter peaks at 1)
    n_mels : int
    fmin, fmax : float, Hz; fmax None is sr / 2
    log : "db" (10 log10), "db-amplitude" (20 log10), "ln", "log10" or "none"
    floor : float; the smallest mel value that is told apart, applied before the logarithm
    ref : float; the mel value that reads 0

    Raises ParameterError, with the value in it, if a field is impossible.
    References: librosa.feature.melspectrogram and librosa.power_to_db; Slaney, Auditory Toolbox
    (1998); Young et al., The HTK Book (2006).
    """

    sr: int
    n_fft: int = 2048
    win_length: int | None = None
    hop_length: int = 512
    window: str = "hann"
    periodic: bool = True
    center: bool = False
    pad_mode: PadMode = "constant"
    power: float = 2.0
    mel_scale: MelScale = "slaney"
    norm: MelNorm | None = "slaney"
    n_mels: int = 128
    fmin: float = 0.0
    fmax: float | None = None
    log: LogKind = "db"
    floor: float = 1e-10
    ref: float = 1.0

    def __post_init__(self) -> None:
        self._make_whole("sr", 1, 10_000_000)
        self._make_whole("n_fft", 2, _MAX_N_FFT)
        if self.win_length is not None:
            self._make_whole("win_length", 1, _MAX_N_FFT)
            if self.win_length > self.n_fft:
                raise ParameterError(f"win_length={self.win_length} exceeds n_fft={self.n_fft}")
        self._make_whole("hop_length", 1, _MAX_N_FFT)
        self._make_whole("n_mels", 1, _MAX_N_FFT)
        if self.n_mels > self.n_fft:
            raise ParameterError(
                f"n_mels={self.n_mels} exceeds n_fft={self.n_fft}: "
                f"only {self.n_bins} FFT bins would feed them"
            )
        _one_of("window", self.window, WINDOWS)
        _yes_or_no("periodic", self.periodic)
        _yes_or_no("center", self.center)
        _one_of("pad_mode", self.pad_mode, PAD_MODES)
        _one_of("mel_scale", self.mel_scale, MEL_SCALES)
        _one_of("norm", self.norm, ("slaney", None))
        _one_of("log", self.log, LOG_KINDS)
        _check("power", self.power, lambda p: p in (1, 2), "is not 1 or 2")
        _check("fmin", self.fmin, lambda f: f >= 0, "must be 0 Hz or more")
        if self.fmax is not None:
            _check("fmax", self.fmax, lambda f: f > 0, "must be more than 0 Hz")
            if self.fmax > self.sr / 2:
                raise ParameterError(f"fmax={self.fmax:.10g} exceeds sr/2={self.sr / 2:.10g}")
        if self.fmin >= self.top_hz:
            raise ParameterError(f"fmin={self.fmin:.10g} is not below fmax={self.top_hz:.10g}")
        _check(
            "floor",
            self.floor,
            lambda x: _FLOAT32_MIN <= x <= _FLOAT32_MAX,
            f"is not between {_FLOAT32_MIN:.2g} and {_FLOAT32_MAX:.2g}",
        )
        _check("ref", self.ref, lambda x: x > 0, "must be more than 0")

    def _make_whole(self, name: str, least: int, most: int) -> None:
        """Check a whole number and keep it as Python's: numpy's small kinds overflow."""
        object.__setattr__(self, name, _whole(name, getattr(self, name), least, most))

    def replace(self, **changes: Any) -> Self:
        """A copy with other values, checked again. Raises ParameterError also for unknown names."""
        unknown = sorted(set(changes) - set(self.__dataclass_fields__))
        if unknown:
            raise ParameterError(f"a front-end has no field {unknown[0]!r}")
        return replace(self, **changes)

    @property
    def frame_length(self) -> int:
        """Samples the window spans: win_length, or n_fft where that is None."""
        return self.n_fft if self.win_length is None else self.win_length

    @property
    def top_hz(self) -> float:
        """The upper end of the highest filter in Hz: fmax, or sr / 2 where that is None."""
        return self.sr / 2 if self.fmax is None else float(self.fmax)

    @property
    def n_bins(self) -> int:
        """FFT bins from 0 Hz to sr / 2."""
        return self.n_fft // 2 + 1

    @property
    def columns_per_s(self) -> float:
        """Columns in a second of sound."""
        return self.sr / self.hop_length

    @property
    def first_centre(self) -> float:
        """The sample position that the first column's window is centred on."""
        return 0.0 if self.center else self.n_fft / 2

    @property
    def lookahead(self) -> int:
        """Samples past a column's centre that must be heard before it can be computed."""
        return self.n_fft // 2


def _whole(name: str, value: Any, least: int, most: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise ParameterError(f"{name}={value!r} is not a whole number") from None
    if isinstance(value, bool):
        raise ParameterError(f"{name}={value!r} is not a whole number")
    if not least <= number <= most:
        raise ParameterError(f"{name}={number} is not between {least} and {most}")
    return number


def _check(name: str, value: Any, holds: Callable[[float], bool], rule: str) -> None:
    if isinstance(value, (bool, str)):  # float() would take them
        raise ParameterError(f"{name}={value!r} is not a number")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ParameterError(f"{name}={value!r} is not a number") from None
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or not holds(number):
        raise ParameterError(f"{name}={number:.10g} {rule}")


def _one_of(name: str, value: object, choices: tuple[str | None, ...]) -> None:
    if not isinstance(value, str | None) or value not in choices:
        known = ", ".join(str(choice) for choice in choices)
        raise ParameterError(f"{name}={value!r} is not one of {known}")


def _yes_or_no(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise ParameterError(f"{name}={value!r} is not True or False")
