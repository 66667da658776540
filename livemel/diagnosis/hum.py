"""Mains hum: is it there, at which frequency, how loud, since when, and what makes it."""

from typing import Any

from livemel.diagnosis.block import Block, Grid
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.hum_episode import Episode
from livemel.diagnosis.hum_harmonics import odd_even_db
from livemel.diagnosis.hum_kind import advice, cause, kind_of, words
from livemel.diagnosis.hum_track import HumTrack
from livemel.diagnosis.mains import CLOCK_PPM
from livemel.diagnosis.report import Hum
from livemel.diagnosis.words import number

# Softer than this, or a smaller share of all there is, nobody hears it.
_FAINT_DBFS, _FAINT_SHARE = -80.0, 1e-6
# The same hum in another channel: no weaker than this.
_ALIKE_DB = 6.0


class HumDetector:
    """Looks every 2 s at 4 s of each channel whether there is a line that is narrow, above the
    floor beside it, steady in frequency and level, and at the multiples of one frequency that
    mains have. Only then it is measured, over up to 8 s.

    The frequency is the maximum likelihood of all harmonics together, each weighted by its noise;
    its standard error is 3 % above the Cramér-Rao bound (Hajj-Ahmad, Garg and Wu, 2013). It takes
    the sound card's clock as right. Measured figures are in docs/hum.md.
    """

    def __init__(self, sr: int, channels: int) -> None:
        grid = Grid.of(sr)
        self._tracks = tuple(HumTrack(grid, channel) for channel in range(channels))

    def push(self, block: Block) -> None:
        for track in self._tracks:
            track.push(block)

    def findings(self) -> list[Finding]:
        worst = self._worst
        if worst is None:
            return []
        everywhere = len(self._tracks) > 1 and all(
            any(_alike(worst[1], episode) for episode in track.told) for track in self._tracks
        )
        channel = None if len(self._tracks) == 1 or everywhere else worst[0]
        return [_finding(episode, channel) for episode in self._tracks[worst[0] - 1].told]

    def figures(self) -> dict[str, Any]:
        return {"hum": self.reading()}

    def reading(self) -> Hum:
        """The newest of the channel that hums loudest."""
        worst = self._worst
        if worst is None:
            return Hum()
        channel, episode = worst
        strongest = episode.strongest
        return Hum(
            True,
            episode.family.hz,
            episode.f0_hz,
            episode.f0_se_hz,
            strongest.dbfs,
            strongest.over_floor_db,
            kind_of(episode.harmonics),
            odd_even_db(episode.harmonics),
            episode.share,
            episode.modulation,
            channel,
            tuple(episode.drift),
            episode.harmonics,
        )

    @property
    def _worst(self) -> tuple[int, Episode] | None:
        """The channel, from 1, with the loudest hum, and its newest."""
        newest = [(i, t.told[-1]) for i, t in enumerate(self._tracks, 1) if t.told]
        return max(newest, key=lambda found: found[1].strongest.dbfs, default=None)


def _alike(a: Episode, b: Episode) -> bool:
    louder = a.strongest.dbfs - b.strongest.dbfs
    return a.family is b.family and abs(louder) < _ALIKE_DB


def _finding(episode: Episode, channel: int | None) -> Finding:
    strongest, kind = episode.strongest, kind_of(episode.harmonics)
    faint = strongest.dbfs < _FAINT_DBFS or episode.share < _FAINT_SHARE
    digits = 4 if episode.f0_se_hz < 0.001 else 3 if episode.f0_se_hz < 0.01 else 2
    error = max(episode.f0_se_hz, 10.0**-digits)
    level = f"{number(strongest.dbfs, 0)} dB FS, {strongest.over_floor_db:.0f} dB over the floor"
    return Finding(
        "hum",
        Severity.NOTE if faint else Severity.WARN,
        f"Hum: {episode.f0_hz:.{digits}f} ± {error:.{digits}f} Hz, {words(episode.harmonics)}, "
        f"{level}: {cause(kind, episode.family)}",
        episode.start_s,
        episode.end_s,
        advice(kind, episode.family),
        {
            "family_hz": episode.family.hz,
            "f0_hz": episode.f0_hz,
            "f0_se_hz": episode.f0_se_hz,
            "clock_ppm": CLOCK_PPM,
            "level_dbfs": strongest.dbfs,
            "over_floor_db": strongest.over_floor_db,
            "odd_even_db": odd_even_db(episode.harmonics),
            "share": episode.share,
            "modulation": episode.modulation,
            "harmonics": len(episode.harmonics),
            "kind": kind,
        },
        channel,
        tuple(harmonic.hz for harmonic in episode.harmonics),
    )
