"""The table of front-ends in words."""

from collections.abc import Sequence

from livemel.dsp.mel import empty_filters, one_bin_filters
from livemel.dsp.row import DEFAULT_SR, FrontEndRow

_KINDS = {
    "livemel": "livemel's own",
    "library": "Libraries",
    "speech": "Speech models",
    "events": "Sound event and audio-text models",
    "synthesis": "Vocoders",
}


def overview(rows: Sequence[FrontEndRow]) -> str:
    """A line each, in groups."""
    lines: list[str] = []
    for kind, title in _KINDS.items():
        lines += ["", title] if lines else [title]
        for row in rows:
            if row.kind == kind:
                lines.append(_line(row))
    return "\n".join(lines)


def _line(row: FrontEndRow) -> str:
    fe = row.build(DEFAULT_SR)
    sr = "device" if row.own_sr is None else f"{row.own_sr} Hz"
    frame = f"{fe.n_fft}/{fe.frame_length}/{fe.hop_length}"
    return f"  {row.name:23s} {sr:>8s}  {frame:>15s}  {fe.n_mels:4d} bands  {row.title}"


def one_frontend(row: FrontEndRow) -> str:
    """All that is known of one."""
    fe = row.build(DEFAULT_SR)
    facts = [
        ("rate", "the device's own" if row.own_sr is None else f"{row.own_sr} Hz"),
        ("frame", f"n_fft {fe.n_fft}, win_length {fe.frame_length}, hop_length {fe.hop_length}"),
        ("window", f"{fe.window}, {'periodic' if fe.periodic else 'symmetric'}"),
        ("bands", f"{fe.n_mels}, {fe.mel_scale}, {fe.fmin:g} to {fe.top_hz:g} Hz"),
        ("logarithm", f"{fe.log}, floor {fe.floor:g} ({fe.floor_kind})"),
        ("look-ahead", f"{row.lookahead_ms:.1f} ms"),
        ("afterwards", row.policy),
        ("layout", f"{row.layout} {row.dtype}"),
        ("dead bands", _numbers(empty_filters(fe))),
        ("one-bin bands", str(len(one_bin_filters(fe)))),
        ("source", row.source),
        ("checked", f"run against {row.checked}" if row.checked else "read, not run"),
    ]
    return "\n".join(
        [f"{row.name}: {row.title}", *(f"  {name:14s} {text}" for name, text in facts)]
    )


def _numbers(bands: Sequence[int]) -> str:
    return ", ".join(map(str, bands)) if bands else "none"
