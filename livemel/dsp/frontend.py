"""FrontEnd: the full, checked description of a transform from samples to columns.

Pure Python on purpose: the command line checks its parameters before anything heavy is loaded.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from livemel.dsp.bands import LogBands, linear_bins, log_bands
from livemel.dsp.checks import check, one_of, whole, yes_or_no
from livemel.dsp.scaler import Scaler
from livemel.errors import ParameterError

MelScale = Literal["slaney", "htk", "kaldi", "linear"]
MelNorm = Literal["slaney"]
LogKind = Literal["db", "db-amplitude", "ln", "log10", "none"]
PadMode = Literal["constant", "reflect"]

# What a column holds; the framing is the same for all of them.
REPRESENTATIONS = ("mel", "linear", "log", "mfcc", "waveform")
WINDOWS = ("hann", "hamming", "blackman", "povey", "rectangular")
MEL_SCALES = ("slaney", "htk", "kaldi", "linear")
FILTER_SHAPES = ("hz", "mel", "left-width")
PREEMPHASIS_OVER = ("frame", "signal", "signal-valid")
FLOOR_KINDS = ("clamp", "add")
STATISTICS = ("max", "mean-std", "mean-var", "min-max")
NORMALISE = ("none", "fixed", "running", "exact", "instance", "dataset")
LOG_KINDS = ("db", "db-amplitude", "ln", "log10", "none")
PAD_MODES = ("constant", "reflect")

# One frame of 2^20 samples is 22 s at 48 kHz: past that it is a mistake, not a resolution.
_MAX_N_FFT = 1 << 20
# What float32, which columns are, holds at full precision: a floor below it would be 0.
_FLOAT32_MIN, _FLOAT32_MAX = 1.1754944e-38, 3.4028234e38
# Far past the constants of any model; float32 holds what comes of scaling and dividing by them.
_LARGE, _SMALL = 1e9, 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEnd:
    """What is computed from samples, in librosa's words. Immutable; `replace` checks again.

    sr : int, Hz
    n_fft : int, samples; need not be a power of two
    win_length : int or None, samples; None is n_fft. A shorter window stands in the frame's middle
    hop_length : int, samples from one column to the next
    window : "hann", "hamming", "blackman", "povey" (symmetric Hann to the power 0.85) or
        "rectangular"
    periodic : bool; False gives the symmetric window
    window_first : bool; True takes frames of win_length samples and fills up to n_fft with zeros
        behind them, as Kaldi does; False centres the window in frames of n_fft, as librosa does
    frame_extra : samples that a frame must have beyond those, not used
    center : bool; True pads both ends
    pad_length : samples at each end; None is n_fft // 2: column k's middle is k * hop_length
    pad_mode : "constant" (zeros) or "reflect"; used when center is True
    pad_left : zeros before the first sample; used when center is False
    drop_last : bool; True leaves the last column out: there are len(y) // hop_length
    scale : factor on the samples (2**15 where a model wants 16-bit numbers)
    remove_dc : bool; True takes each frame's mean off it
    preemphasis : a in y[n] - a y[n - 1]; 0 is none
    preemphasis_over : "frame" (a frame's first sample precedes itself), "signal" (the signal's
        first sample stays) or "signal-valid" (the signal's first sample is left out)
    power : 1 (magnitude) or 2 (power)
    magnitude_offset : added to the power before its root, where power is 1
    mel_scale : "slaney" (linear to 1 kHz, then logarithmic), "htk" (2595 log10(1 + f/700)),
        "kaldi" (1127 ln(1 + f/700)) or "linear" (Hz)
    filter_shape : triangles straight over "hz" or over "mel"; "left-width": straight over Hz, and
        as wide on the right as on the left
    norm : "slaney" (each filter has unit area in Hz) or None (each filter peaks at 1)
    n_mels : int
    fmin, fmax : float, Hz; fmax None is sr / 2
    filter_sr : the rate that the filters are laid out for where the model is fed sound of another
        one: on the mel scale f then counts as f * filter_sr / sr. None is sr
    log : "db" (10 log10), "db-amplitude" (20 log10), "ln", "log10" or "none"
    floor : float; the smallest mel value that is told apart, applied before the logarithm
    floor_kind : "clamp" (the larger of the two) or "add" (their sum)
    ref : float; the mel value that reads 0
    log_min, log_max : the logarithm is held between them; None is no limit
    statistic : what the model normalises by: "max" (what is more than statistic_range below the
        maximum is raised to there), "mean-std" and "mean-var" (of each band, ddof 1), "min-max",
        or None
    statistic_range : for "max"
    statistic_eps : added to the deviation, the variance ("mean-var") or the range
    mean, std : constants: (x - mean) / std, after the statistic
    normalise : how far that is taken: "none" (the logarithm as it is), "fixed" (the constants
        alone), "running" (the statistic of what was heard so far), "exact" (of the whole),
        "instance" (of the trailing instance_s seconds) or "dataset" (the scaler, in place of
        statistic and constants)
    scaler : for "dataset": as many values as there are bands, or one
    representation : what a column holds:
        "mel": all of the above
        "linear": dB of the power of each FFT bin from fmin to fmax
        "log": dB of the strongest bin in each of 24 bands an octave (LogBands), or of the nearest
        "mfcc": the first n_mfcc cosine coefficients (DCT-II, orthonormal) of the mel column
        "waveform": the least and the greatest sample within half a hop of the column's middle
        (half a window, where hops are longer), as they came: no scale, DC removal, pre-emphasis
        dB are 10 log10 of the power, re 1, not below -100: power, log and normalise count for the
        mel column alone
    n_mfcc : int; used for "mfcc"

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
    window_first: bool = False
    frame_extra: int = 0
    center: bool = False
    pad_length: int | None = None
    pad_mode: PadMode = "constant"
    pad_left: int = 0
    drop_last: bool = False
    scale: float = 1.0
    remove_dc: bool = False
    preemphasis: float = 0.0
    preemphasis_over: str = "frame"
    power: float = 2.0
    magnitude_offset: float = 0.0
    mel_scale: MelScale = "slaney"
    filter_shape: str = "hz"
    norm: MelNorm | None = "slaney"
    n_mels: int = 128
    fmin: float = 0.0
    fmax: float | None = None
    filter_sr: int | None = None
    log: LogKind = "db"
    floor: float = 1e-10
    floor_kind: str = "clamp"
    ref: float = 1.0
    log_min: float | None = None
    log_max: float | None = None
    statistic: str | None = None
    statistic_range: float = 0.0
    statistic_eps: float = 0.0
    mean: float = 0.0
    std: float = 1.0
    normalise: str = "none"
    instance_s: float = 10.0
    scaler: Scaler | None = None
    representation: str = "mel"
    n_mfcc: int = 20

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
        one_of("window", self.window, WINDOWS)
        yes_or_no("periodic", self.periodic)
        yes_or_no("center", self.center)
        one_of("pad_mode", self.pad_mode, PAD_MODES)
        one_of("mel_scale", self.mel_scale, MEL_SCALES)
        one_of("norm", self.norm, ("slaney", None))
        one_of("log", self.log, LOG_KINDS)
        check("power", self.power, lambda p: p in (1, 2), "is not 1 or 2")
        check("fmin", self.fmin, lambda f: f >= 0, "must be 0 Hz or more")
        if self.fmax is not None:
            check("fmax", self.fmax, lambda f: f > 0, "must be more than 0 Hz")
            if self.fmax > self.sr / 2:
                raise ParameterError(f"fmax={self.fmax:.10g} exceeds sr/2={self.sr / 2:.10g}")
        if self.filter_sr is not None:
            self._make_whole("filter_sr", 1, 10_000_000)
        if self.fmin >= self.top_hz:
            raise ParameterError(f"fmin={self.fmin:.10g} is not below fmax={self.top_hz:.10g}")
        check(
            "floor",
            self.floor,
            lambda x: _FLOAT32_MIN <= x <= _FLOAT32_MAX,
            f"is not between {_FLOAT32_MIN:.2g} and {_FLOAT32_MAX:.2g}",
        )
        check("ref", self.ref, lambda x: x > 0, "must be more than 0")
        self._check_framing()
        self._check_afterwards()
        self._check_rows()

    def _check_framing(self) -> None:
        for name in ("frame_extra", "pad_left"):
            self._make_whole(name, 0, _MAX_N_FFT)
        if self.pad_length is not None:
            self._make_whole("pad_length", 0, _MAX_N_FFT)
        for name in ("window_first", "drop_last", "remove_dc"):
            yes_or_no(name, getattr(self, name))
        if self.drop_last and not (self.center and self.hop_length <= self.padding[1]):
            raise ParameterError(
                f"drop_last needs padding of a hop at the end: hop_length={self.hop_length}, "
                f"padding {self.padding[1]}"
            )
        one_of("filter_shape", self.filter_shape, FILTER_SHAPES)
        one_of("preemphasis_over", self.preemphasis_over, PREEMPHASIS_OVER)
        check("preemphasis", self.preemphasis, lambda a: 0 <= a <= 1, "is not between 0 and 1")
        self._check_between("scale", _SMALL, _LARGE)
        self._check_between("magnitude_offset", 0, _LARGE)

    def _check_afterwards(self) -> None:
        one_of("floor_kind", self.floor_kind, FLOOR_KINDS)
        one_of("statistic", self.statistic, (*STATISTICS, None))
        one_of("normalise", self.normalise, NORMALISE)
        for name in ("statistic_range", "statistic_eps"):
            self._check_between(name, 0, _LARGE)
        for name in ("std", "instance_s"):
            self._check_between(name, _SMALL, _LARGE)
        self._check_between("mean", -_LARGE, _LARGE)
        self._check_scaler()
        low, high = self.log_min, self.log_max
        for name, limit in (("log_min", low), ("log_max", high)):
            if limit is not None:
                self._check_between(name, -_LARGE, _LARGE)
        if low is not None and high is not None and low >= high:
            raise ParameterError(f"log_min={low:.10g} is not below log_max={high:.10g}")

    def _check_rows(self) -> None:
        one_of("representation", self.representation, REPRESENTATIONS)
        self._make_whole("n_mfcc", 1, _MAX_N_FFT)
        if self.representation == "mfcc" and self.n_mfcc > self.n_mels:
            raise ParameterError(f"n_mfcc={self.n_mfcc} exceeds n_mels={self.n_mels}")
        if self.representation == "linear" and not self.linear_bins:
            raise ParameterError(
                f"no FFT bin lies between fmin={self.fmin:.10g} and fmax={self.top_hz:.10g}: "
                f"they are {self.sr / self.n_fft:.10g} Hz apart"
            )
        if self.representation == "log" and self.log_bands.low_hz >= self.top_hz:
            raise ParameterError(
                f"the log view begins at {self.log_bands.low_hz:.10g} Hz, "
                f"which is not below fmax={self.top_hz:.10g}"
            )

    def _check_scaler(self) -> None:
        if self.scaler is not None and not isinstance(self.scaler, Scaler):
            raise ParameterError(f"scaler={self.scaler!r} is not a Scaler")
        if self.normalise != "dataset":
            return
        if self.scaler is None:
            raise ParameterError("normalise='dataset' needs a scaler: livemel fit-scaler makes one")
        width = len(self.scaler.shift)
        if self.scaler.per_bin and width != self.n_mels:
            raise ParameterError(f"the scaler has {width} bands, the columns have {self.n_mels}")

    def _check_between(self, name: str, least: float, most: float) -> None:
        rule = f"is not between {least:g} and {most:g}"
        check(name, getattr(self, name), lambda x: least <= x <= most, rule)

    def _make_whole(self, name: str, least: int, most: int) -> None:
        """Check a whole number and keep it as Python's: numpy's small kinds overflow."""
        object.__setattr__(self, name, whole(name, getattr(self, name), least, most))

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
    def stretch(self) -> float:
        """Hz of the sound to one Hz that the filters are laid out in."""
        return 1.0 if self.filter_sr is None else self.sr / self.filter_sr

    @property
    def n_bins(self) -> int:
        """FFT bins from 0 Hz to sr / 2."""
        return self.n_fft // 2 + 1

    @property
    def linear_bins(self) -> range:
        """The FFT bins from fmin to fmax: the rows of the linear view."""
        return linear_bins(self.sr, self.n_fft, self.fmin, self.top_hz)

    @property
    def log_bands(self) -> LogBands:
        """The rows of the logarithmic view."""
        return log_bands(self.sr, self.n_fft, self.fmin, self.top_hz)

    @property
    def n_rows(self) -> int:
        """Values in a column."""
        if self.representation == "linear":
            return len(self.linear_bins)
        if self.representation == "log":
            return self.log_bands.n
        return {"mel": self.n_mels, "mfcc": self.n_mfcc, "waveform": 2}[self.representation]

    @property
    def columns_per_s(self) -> float:
        """Columns in a second of sound."""
        return self.sr / self.hop_length

    @property
    def window_span(self) -> int:
        """Samples of the signal that a frame's transform sees."""
        return self.frame_length if self.window_first else self.n_fft

    @property
    def span(self) -> int:
        """Samples of the signal that must be there for a frame."""
        return self.window_span + self.frame_extra

    @property
    def padding(self) -> tuple[int, int]:
        """Samples put before the first and after the last one."""
        if not self.center:
            return self.pad_left, 0
        pad = self.n_fft // 2 if self.pad_length is None else self.pad_length
        return pad, pad

    @property
    def first_centre(self) -> float:
        """The sample position that the first column's window is centred on."""
        lost = 1 if self.preemphasis and self.preemphasis_over == "signal-valid" else 0
        return self.window_span / 2 - self.padding[0] + lost

    @property
    def lookahead(self) -> int:
        """Samples past a column's centre that must be heard before it can be computed."""
        return self.span - (self.window_span + 1) // 2
