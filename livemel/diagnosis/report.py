"""All that is known of a sound so far."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeVar

from livemel.diagnosis.finding import Finding, Severity

Verdict = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Harmonic:
    """One harmonic of a hum; over_floor_db over the mean power that noise puts beside it."""

    n: int
    hz: float
    dbfs: float
    over_floor_db: float


@dataclass(frozen=True, slots=True)
class Hum:
    """What is to be said of hum: present or not, and if so what it is.

    family_hz : 50, 60, 400 or 16.7; None where there is none
    f0_hz, f0_se_hz : the mains frequency and its standard error, the sound card's clock taken as
        right (which may be 50 ppm off)
    level_dbfs, over_floor_db : of the strongest harmonic; 0 dB FS is a sine that just reaches full
        scale
    kind : ground-loop, rectifier or buzz; "" where there is none
    odd_even_db : power of the odd over the even harmonics; share : of the total power, 0 to 1
    modulation : depth of its amplitude modulation, 0 to 1
    drift : (second, Hz), the newest last
    """

    present: bool = False
    family_hz: float | None = None
    f0_hz: float | None = None
    f0_se_hz: float | None = None
    level_dbfs: float | None = None
    over_floor_db: float | None = None
    kind: str = ""
    odd_even_db: float | None = None
    share: float | None = None
    modulation: float | None = None
    channel: int | None = None
    drift: tuple[tuple[float, float], ...] = ()
    harmonics: tuple[Harmonic, ...] = ()


@dataclass(frozen=True, slots=True)
class Tone:
    """A steady tone: frequency and its standard error, level, since when, Hz a minute it moves."""

    hz: float
    se_hz: float
    dbfs: float
    over_floor_db: float
    start_s: float
    end_s: float
    drift_hz_per_min: float = 0.0
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Clipping:
    """Of all channels together. ceiling_dbfs : where the worst is cut off, None where nothing is"""

    events: int = 0
    samples: int = 0
    ceiling_dbfs: float | None = None


@dataclass(frozen=True, slots=True)
class Dropouts:
    """Of all channels together."""

    events: int = 0
    seconds: float = 0.0


Part = TypeVar("Part", Finding, Hum, Tone)


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a sound so far. Levels are in dB FS, None where nothing is known yet.

    seconds : of sound, missing sound included
    rms_dbfs : 10 log10 of the mean square, of the loudest channel
    dc_offset : in full scales, of the channel with the largest
    of_channels : which of the source's channels were looked at, where that is not all of them
    """

    sr: int
    channels: int
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    hum: Hum = field(default_factory=Hum)
    tones: tuple[Tone, ...] = ()
    clipping: Clipping = field(default_factory=Clipping)
    dropouts: Dropouts = field(default_factory=Dropouts)
    discontinuities: int = 0
    dc_offset: float = 0.0
    bandwidth_hz: float | None = None
    bits_used: int | None = None
    noise_floor_dbfs: float | None = None
    peak_dbfs: float | None = None
    rms_dbfs: float | None = None
    of_channels: tuple[int, ...] = ()

    def joined_by(self, more: Iterable[Finding]) -> "Report":
        """With these too; the gravest come first, and of those the earliest."""
        found = sorted((*self.findings, *more), key=lambda f: (-f.severity, f.start_s, f.code))
        return replace(self, findings=tuple(found))

    def with_channels(self, names: tuple[int, ...]) -> "Report":
        """Of these channels of a source: with their numbers in place of 1, 2, 3 …"""

        def named(part: Part) -> Part:
            number = part.channel
            return part if number is None else replace(part, channel=names[number - 1])

        return replace(
            self,
            findings=tuple(map(named, self.findings)),
            hum=named(self.hum),
            tones=tuple(map(named, self.tones)),
            of_channels=names,
        )

    @property
    def worst(self) -> Severity | None:
        """The severity of the gravest finding, or None."""
        return max((finding.severity for finding in self.findings), default=None)

    @property
    def verdict(self) -> Verdict:
        """ok where there is nothing but notes."""
        if self.worst is Severity.FAIL:
            return "fail"
        return "warn" if self.worst is Severity.WARN else "ok"

    def to_dict(self) -> Mapping[str, Any]:
        """Plain values, ready for JSON."""
        plain = {"verdict": self.verdict, **asdict(self)}
        if not self.of_channels:
            del plain["of_channels"]
        for finding in plain["findings"]:
            finding["severity"] = str(finding["severity"])
        return plain
