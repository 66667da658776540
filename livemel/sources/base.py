"""What the engine knows of a source."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from livemel.buffers.samples import SampleRing
from livemel.buffers.writer import GapCause


class SourceState(Enum):
    """Where a source stands."""

    OPENING = "opening"
    RUNNING = "running"
    STALLED = "stalled"  # it should deliver and does not; a gap is growing
    LOST = "lost"  # as much, and there is nothing that could deliver
    RECOVERING = "recovering"  # as much, and it is being opened again
    ENDED = "ended"  # nothing more will come, as meant
    FAILED = "failed"  # it could not be opened

    @property
    def is_silent(self) -> bool:
        """Whether sound should come and does not."""
        return self in (SourceState.STALLED, SourceState.LOST, SourceState.RECOVERING)


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """What a source turned out to deliver, known once it is open.

    sr : Hz
    channels : delivered
    name : for a person: the device's, the file's or the scene's
    max_channels : that the device has
    note : what differs from what was asked, or ""
    frames : samples of each channel, where a header claims to know beforehand, else 0
    bytes : of a file, else 0
    input_latency_s : from the converter to us, as PortAudio or the sound server says; None where
        there is no device
    device : its id and host API; None where there is none
    """

    sr: int
    channels: int
    name: str
    max_channels: int
    note: str = ""
    frames: int = 0
    bytes: int = 0
    input_latency_s: float | None = None
    device: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source's answer to the engine's look.

    reason : for a person, one line; "" while all is well
    hold : True while the engine must not read on, because it is not known yet how much is missing
    missing : samples found to be missing at the reader's position, said once
    cause : why sound is missing, while it is
    lost_since_ns : monotonic time of the last sample while sound is missing, else 0
    fault : True if it ended otherwise than meant
    jumped : True where some was found to be missing, even where it is too little to be said yet
    """

    state: SourceState
    reason: str = ""
    hold: bool = False
    missing: int = 0
    cause: GapCause = GapCause.STALL
    lost_since_ns: int = 0
    fault: bool = False
    jumped: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryStats:
    """What delivering cost.

    callback_ms : {"p50", "p99", "max"} of the time one block's delivery took
    cpu_s : processor time of the capture process, None where there is none
    rss_mb, private_mb : memory of the capture process
    """

    callback_ms: dict[str, float] = field(default_factory=dict)
    cpu_s: float | None = None
    rss_mb: float = 0.0
    private_mb: float = 0.0


class Source(Protocol):
    """A stream of sound. start() once, stop() once; nothing of it blocks for long."""

    @property
    def label(self) -> str:
        """What was asked for, for a person, before the source is open."""

    @property
    def ring(self) -> SampleRing:
        """Where the sound arrives; valid once wait_open has given a format."""

    def start(self) -> None:
        """Begin to open. Raises SourceError where that can be told at once."""

    def wait_open(self, timeout_s: float) -> SourceFormat | None:
        """The format, or None if it is still opening. Raises SourceError if opening failed.

        Once there is one it does not wait. Where a device was lost and is back, or another is heard
        in its place, all but rate and channels may be others then.
        """

    def poll(self, now_ns: int) -> SourceStatus:
        """How it goes. Runs on: the engine thread, every few ms."""

    def delivery(self) -> DeliveryStats:
        """What delivering has cost so far."""

    def stop(self) -> None:
        """End it and free what it holds, within a second. Safe to call twice."""
