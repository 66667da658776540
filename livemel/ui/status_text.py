"""What the status line tells of a run, in words. No Qt."""

from dataclasses import dataclass, replace

from livemel.ui.words import translate

# A value of so many digits leaves all usual ones the room that it has.
_USUAL, _USUAL_COLUMNS = 88.8, 888.0
_BETWEEN = "  ·  "


@dataclass(frozen=True, slots=True)
class Figures:
    """What the line tells. Rates are per second, durations in ms, lost in seconds.

    latency : from a column's last sample to its paint; None while no sound comes
    lookahead : from a column's middle to its last sample
    note : what there is to know; reason : its beginning, where that is why no sound comes, or why
        it comes otherwise than asked for
    busy : what is given up because the computer is busy; "" while nothing is
    """

    paints_per_s: float
    paint_p50: float
    paint_p99: float
    budget: float
    columns_per_s: float
    latency: float | None
    lost_s: float
    lost_samples: int
    lookahead: float = 0.0
    note: str = ""
    reason: str = ""
    busy: str = ""

    def at_widest(self) -> "Figures":
        """With as many digits as such figures usually have at most."""
        return replace(
            self,
            paints_per_s=max(self.paints_per_s, _USUAL),
            paint_p50=max(self.paint_p50, _USUAL),
            paint_p99=max(self.paint_p99, _USUAL),
            columns_per_s=max(self.columns_per_s, _USUAL_COLUMNS),
            latency=max(self.latency or 0.0, _USUAL),
        )


def run_text(f: Figures, *, in_full: bool) -> tuple[str, str]:
    """Rates, and latency, which follows them; not in full: without what changes least."""
    latency = "– ms" if f.latency is None else f"{f.latency:.0f} + {f.lookahead:.1f} ms"
    parts = [f"{f.paints_per_s:.0f}/s"]
    if in_full:
        paint = translate("StatusLine", "paint {:.1f} / {:.1f} of {:.1f} ms")
        columns = translate("StatusLine", "{:.0f} columns/s").format(f.columns_per_s)
        parts += [paint.format(f.paint_p50, f.paint_p99, f.budget), columns]
        if f.latency is not None:
            latency = translate("StatusLine", "{} look-ahead").format(latency)
    return _BETWEEN.join(parts) + _BETWEEN, latency


def lost_text(f: Figures) -> str:
    """How much sound was lost."""
    if f.lost_samples == 0:
        return translate("StatusLine", "0 lost")
    if f.lost_s < 0.1:
        ms = 1000 * f.lost_s
        length = f"{ms:.0f} ms" if ms >= 1 else f"{ms:.1g} ms"
    else:
        length = f"{f.lost_s:.1f} s"
    return translate("StatusLine", "{} lost ({})").format(_grouped(f.lost_samples), length)


def not_finite(samples: int) -> str:
    """What is said of samples that are no numbers; nothing where there are none."""
    if samples == 0:
        return ""
    if samples == 1:
        return translate("StatusLine", "1 sample is NaN or infinite")
    return translate("StatusLine", "{} samples are NaN or infinite").format(_grouped(samples))


def _grouped(samples: int) -> str:
    return f"{samples:,}".replace(",", "\u202f")
