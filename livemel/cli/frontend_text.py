"""The table of front-ends in words."""

from collections.abc import Sequence

from livemel.dsp.facts import facts
from livemel.dsp.row import KINDS, FrontEndRow
from livemel.errors import one_line
from livemel.presets import Unreadable


def overview(rows: Sequence[FrontEndRow], unreadable: Sequence[Unreadable] = ()) -> str:
    """A line each, in groups."""
    lines: list[str] = []
    for kind, title in KINDS.items():
        group = [_line(row) for row in rows if row.kind == kind]
        if kind == "saved":
            group += [f"  {file.name:23s} {file.reason}" for file in unreadable]
        if group:
            lines += [*([""] if lines else []), title, *group]
    return "\n".join(lines)


def one_frontend(row: FrontEndRow) -> str:
    """All that is known of one."""
    known = facts(row, row.build(row.shown_sr))
    return "\n".join(
        [f"{row.name}: {one_line(row.title)}", *(f"  {name:14s} {text}" for name, text in known)]
    )


def _line(row: FrontEndRow) -> str:
    fe = row.build(row.shown_sr)
    sr = "device" if row.own_sr is None else f"{row.own_sr} Hz"
    frame = f"{fe.n_fft}/{fe.frame_length}/{fe.hop_length}"
    return f"  {row.name:23s} {sr:>8s}  {frame:>15s}  {fe.n_mels:4d} bands  {one_line(row.title)}"
