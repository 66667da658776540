"""What is known of a front-end, in words."""

from collections.abc import Sequence

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import empty_filters, one_bin_filters
from livemel.dsp.row import FrontEndRow


def facts(row: FrontEndRow, frontend: FrontEnd, *, changed: bool = False) -> list[tuple[str, str]]:
    """Names and values, in the order in which sound passes them.

    frontend : the row's at some rate, or that with changes (changed=True)
    """
    fe = frontend
    named = "changed from what was " if changed or row.kind == "saved" else ""
    return [
        ("rate", "the device's own" if row.own_sr is None else f"{fe.sr} Hz"),
        (
            "frame",
            f"n_fft {fe.n_fft}, win_length {fe.frame_length} ({_ms(fe.frame_length, fe.sr)}), "
            f"hop_length {fe.hop_length} ({_ms(fe.hop_length, fe.sr)})",
        ),
        ("window", f"{fe.window}, {'periodic' if fe.periodic else 'symmetric'}; {_edges(fe)}"),
        ("pre-emphasis", _preemphasis(fe)),
        ("bands", f"{fe.n_mels}, {fe.mel_scale}, {fe.fmin:g} to {fe.top_hz:g} Hz"),
        ("logarithm", f"{fe.log}, floor {fe.floor:g} ({fe.floor_kind})"),
        ("look-ahead", _ms(fe.lookahead, fe.sr)),
        ("afterwards", row.policy),
        ("layout", f"{row.layout} {row.dtype}"),
        ("dead bands", _numbers(empty_filters(fe))),
        ("one-bin bands", str(len(one_bin_filters(fe)))),
        ("source", row.source),
        ("checked", named + (f"run against {row.checked}" if row.checked else "read, not run")),
    ]


def _edges(fe: FrontEnd) -> str:
    """How the signal's two ends are treated."""
    if fe.center:
        return "centred, zeros at the ends" if fe.pad_mode == "constant" else "centred, mirrored"
    return f"{fe.pad_left} zeros in front" if fe.pad_left else "not centred"


def _preemphasis(fe: FrontEnd) -> str:
    whole = fe.preemphasis_over != "frame"
    return (
        f"{fe.preemphasis:g}, over the {'signal' if whole else 'frame'}"
        if fe.preemphasis
        else "none"
    )


def _ms(samples: int, sr: int) -> str:
    return f"{1000 * samples / sr:.1f} ms"


def _numbers(bands: Sequence[int]) -> str:
    return ", ".join(map(str, bands)) if bands else "none"
