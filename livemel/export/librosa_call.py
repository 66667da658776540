"""The lines of Python by which librosa computes a front-end's columns, where it can."""

from livemel.channel import Channel, Difference
from livemel.dsp.frontend import FrontEnd

_WINDOWS = {"hann": "hann", "hamming": "hamming", "blackman": "blackman", "rectangular": "boxcar"}


def librosa_lines(
    frontend: FrontEnd, sound: str, sr: int, channel: Channel
) -> tuple[str, ...] | None:
    """A whole program that leaves the columns, shape (n_rows, k), in `columns`.

    sound : the file's name; sr : its rate; channel : of it
    None where librosa has no such front-end.
    """
    fe = frontend
    if not (_frames_alike(fe) and _values_alike(fe)):
        return None
    return (
        "import librosa",
        "import numpy as np",
        *(() if fe.periodic else ("import scipy.signal",)),
        "import soundfile",
        "",
        f'y, _ = soundfile.read("{sound}", dtype="float32", always_2d=True)',
        *_samples(fe, sr, channel),
        *_rows(fe),
    )


def _frames_alike(fe: FrontEnd) -> bool:
    """Whether librosa cuts and weighs frames so."""
    whole = not fe.window_first or fe.frame_length == fe.n_fft
    over_signal = not fe.preemphasis or fe.preemphasis_over != "frame"
    return (
        whole and over_signal and not fe.frame_extra and not fe.remove_dc and fe.window in _WINDOWS
    )


def _values_alike(fe: FrontEnd) -> bool:
    """Whether what becomes of a frame can be said in a few lines."""
    if fe.representation == "linear":
        return True
    if fe.representation not in ("mel", "mfcc"):
        return False
    bank = fe.filter_sr is None and (
        (fe.mel_scale in ("slaney", "htk") and fe.filter_shape == "hz") or _even(fe)
    )
    return bank and fe.normalise in ("none", "fixed", "exact")


def _even(fe: FrontEnd) -> bool:
    """Triangles evenly spaced in Hz, each one high: librosa has none, numpy draws them."""
    return fe.mel_scale == "linear" and fe.norm is None and fe.filter_shape != "left-width"


def _samples(fe: FrontEnd, sr: int, channel: Channel) -> list[str]:
    """What is done to the samples."""
    lines = [_one(channel)]
    if sr != fe.sr:
        lines.append(
            f'y = librosa.resample(y, orig_sr={sr}, target_sr={fe.sr}, res_type="soxr_hq")'
        )
    if fe.scale != 1:
        lines.append(f"y = y * np.float32({fe.scale!r})")
    if fe.preemphasis:
        first = "y[:1], " if fe.preemphasis_over == "signal" else ""
        rest = f"y[1:] - np.float32({fe.preemphasis!r}) * y[:-1]"
        lines.append(f"y = np.concatenate([{first}{rest}])")
    if any(fe.padding) and not _centred(fe):
        mode = fe.pad_mode if fe.center else "constant"
        lines.append(f'y = np.pad(y, {fe.padding}, mode="{mode}")')
    return lines


def _one(channel: Channel) -> str:
    if channel is None:
        return "y = y.mean(axis=1, dtype=np.float32)"
    if isinstance(channel, Difference):
        return f"y = (y[:, {channel.left - 1}] - y[:, {channel.right - 1}]) / 2"
    return f"y = y[:, {channel - 1}]"


def _centred(fe: FrontEnd) -> bool:
    """Whether librosa pads so by itself. Its mirror is a sample beside, where hops fit in."""
    return fe.center and fe.pad_mode == "constant" and fe.padding[0] == fe.n_fft // 2


def _rows(fe: FrontEnd) -> list[str]:
    """From samples to columns."""
    window = f'"{_WINDOWS[fe.window]}"'
    if not fe.periodic:
        window = f"scipy.signal.get_window({window}, {fe.frame_length}, fftbins=False)"
    centred = f'center=True, pad_mode="{fe.pad_mode}"' if _centred(fe) else "center=False"
    frames = (
        f"n_fft={fe.n_fft}, hop_length={fe.hop_length}, win_length={fe.frame_length}, "
        f"window={window}, {centred}"
    )
    spectrum = f"librosa.stft(y, {frames})"
    if fe.representation == "linear":
        bins = fe.linear_bins
        return [
            f"power = np.abs({spectrum})[{bins.start}:{bins.stop}] ** 2",
            "columns = librosa.power_to_db(power, ref=1.0, amin=1e-10, top_db=None)",
        ]
    bank = (
        f"sr={fe.sr}, n_fft={fe.n_fft}, n_mels={fe.n_mels}, fmin={fe.fmin!r}, "
        f"fmax={fe.top_hz!r}, htk={fe.mel_scale == 'htk'}, norm={_quoted(fe.norm)}"
    )
    if not _even(fe) and not fe.magnitude_offset:
        rest = bank.replace(f"n_fft={fe.n_fft}, ", "")
        lines = [
            "mel = librosa.feature.melspectrogram(",
            f"    y=y, {frames},",
            f"    power={float(fe.power)}, {rest},",
            ")",
        ]
    else:
        power = f"np.abs({spectrum}.astype(np.complex128)) ** 2"
        root = f"np.sqrt({power} + {fe.magnitude_offset!r})"
        values = root if fe.power == 1 else power
        lines = [*_filters(fe, bank), f"mel = filters @ ({values})"]
    lines += _logarithm(fe)
    if fe.drop_last:
        lines.append("columns = columns[:, :-1]")
    lines += _afterwards(fe)
    if fe.representation == "mfcc":
        lines.append(f"columns = librosa.feature.mfcc(S=columns, n_mfcc={fe.n_mfcc})")
    return lines


def _filters(fe: FrontEnd, bank: str) -> list[str]:
    if not _even(fe):
        return [f"filters = librosa.filters.mel({bank})"]
    return [
        f"corners = np.linspace({fe.fmin!r}, {fe.top_hz!r}, {fe.n_mels + 2})",
        f"hz = librosa.fft_frequencies(sr={fe.sr}, n_fft={fe.n_fft})",
        "rows = [np.interp(hz, corners[i : i + 3], [0, 1, 0]) for i in range(len(corners) - 2)]",
        "filters = np.array(rows)",
    ]


def _logarithm(fe: FrontEnd) -> list[str]:
    """Floor, logarithm and reference."""
    if fe.log == "none":
        lines = ["columns = mel"]
    elif fe.log == "db" and fe.floor_kind == "clamp" and fe.ref >= fe.floor:
        # librosa clips by the loudest itself, where that is all there is to the statistic.
        top = repr(fe.statistic_range) if _clips(fe) else "None"
        call = f"librosa.power_to_db(mel, ref={fe.ref!r}, amin={fe.floor!r}, top_db={top})"
        lines = [f"columns = {call}"]
    else:
        floored = (
            f"mel + {fe.floor!r}" if fe.floor_kind == "add" else f"np.maximum(mel, {fe.floor!r})"
        )
        name = "np.log" if fe.log == "ln" else "np.log10"
        factor = {"db": "10 * ", "db-amplitude": "20 * "}.get(fe.log, "")
        off = "" if fe.ref == 1 else f" - {factor}{name}({fe.ref!r})"
        lines = [f"columns = {factor}{name}({floored}){off}"]
    if fe.log_min is not None or fe.log_max is not None:
        lines.append(f"columns = np.clip(columns, {fe.log_min!r}, {fe.log_max!r})")
    return lines


def _clips(fe: FrontEnd) -> bool:
    """Whether power_to_db's top_db is the whole statistic."""
    plain = fe.log_min is None and fe.log_max is None and not fe.drop_last
    return plain and fe.normalise == "exact" and fe.statistic == "max" and fe.log == "db"


def _afterwards(fe: FrontEnd) -> list[str]:
    """The statistic of the whole, and the constants."""
    lines = []
    if fe.normalise == "exact" and not (_clips(fe) and fe.ref >= fe.floor):
        eps = repr(fe.statistic_eps)
        by_band = "axis=1, keepdims=True"
        deviation = f"columns.std({by_band}, ddof=1)"
        centred = f"columns = (columns - columns.mean({by_band})) / "
        lines += {
            "max": [f"columns = np.maximum(columns, columns.max() - {fe.statistic_range!r})"],
            "mean-std": [f"{centred}({deviation} + {eps})"],
            "mean-var": [f"{centred}np.sqrt({deviation} ** 2 + {eps})"],
            "min-max": [
                "lowest, highest = columns.min(), columns.max()",
                f"columns = (columns - lowest) / (highest - lowest + {eps})",
            ],
            None: [],
        }[fe.statistic]
    if fe.normalise in ("fixed", "exact") and (fe.mean, fe.std) != (0, 1):
        lines.append(f"columns = (columns - {fe.mean!r}) / {fe.std!r}")
    return lines


def _quoted(text: str | None) -> str:
    return "None" if text is None else f'"{text}"'
