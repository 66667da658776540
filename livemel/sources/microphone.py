"""The microphone, as the parent of the capture process sees it."""

import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from livemel.buffers.memory import Block, MemoryFile, shared_block
from livemel.buffers.samples import SampleRing
from livemel.buffers.writer import GapCause, ring_capacity
from livemel.errors import NoDeviceError, SourceError
from livemel.sources import capture
from livemel.sources.base import DeliveryStats, SourceFormat, SourceState, SourceStatus
from livemel.sources.capture_process import CaptureProcess
from livemel.sources.child_words import LOG, ChildWords
from livemel.sources.choosing import who_hangs
from livemel.sources.lifecycle import Action, CaptureEvent, CaptureState, Lifecycle
from livemel.sources.watchdog import Watchdog
from livemel.timing import memory_mb

# Ten seconds of 16 channels at 96 kHz; pages never written to cost nothing.
_SHARED_BYTES = 64 << 20
# Asked to end, a capture process takes leave of PortAudio for so long; one that hangs cannot.
_LEAVE_S = 0.9
_LEAVE_HANGING_S = 0.2
_LAST_WORDS_S = 0.1

_PUBLIC = {
    CaptureState.STARTING: SourceState.OPENING,
    CaptureState.RUNNING: SourceState.RUNNING,
    CaptureState.STALLED: SourceState.STALLED,
    CaptureState.LOST: SourceState.LOST,
    CaptureState.RECOVERING: SourceState.RECOVERING,
    CaptureState.STOPPED: SourceState.ENDED,
}


class Microphone:
    """An input device, recorded by a process of its own that can be lost and replaced.

    `Lifecycle` says what is to be done when; this does it.
    """

    def __init__(
        self, device: str | None, channel: int | Literal["all"] | None, sr: int | None
    ) -> None:
        """channel : the highest that is to be there; None is 1, "all" as many as there are

        Raises SourceError if there is no memory to share with a capture process.
        """
        self._request: dict[str, Any] = {
            "device": device,
            "channel": channel,
            "sr": sr or 0,
            "bytes": _SHARED_BYTES,
        }
        try:
            self._block: Block = shared_block(_SHARED_BYTES)
        except OSError as error:
            why = error.strerror or error
            raise SourceError(f"no memory to share with a capture process: {why}") from None
        self._lifecycle = Lifecycle()
        self._process: CaptureProcess | None = None
        self._words = ChildWords()
        self._opened_ns = 0
        self._opened: SourceFormat | None = None
        self._ring: SampleRing | None = None
        self._watchdog: Watchdog | None = None
        self._reason = ""  # why there is no process, or why there was none before this one
        self._cause: GapCause | None = None
        self._earlier_cpu_s = 0.0
        self._devices_changed = threading.Event()
        self._moving: tuple[str, str, str] | None = None  # the device to go on with
        self._gone = False  # it was not there when it was looked for the last time
        self.return_is_told = False  # look_again will come when it is back; for others to say
        self._native: list[int] | None = None  # Hz and channels of its own, as it was opened
        self._returned: tuple[int, int] | None = None
        # poll and wait_open run on one thread, start and stop on others.
        self._lock = threading.RLock()

    @property
    def label(self) -> str:
        return self._request["device"] or "Microphone"

    @property
    def ring(self) -> SampleRing:
        assert self._ring is not None, "wait_open has not given a format yet"
        return self._ring

    def start(self) -> None:
        """Start the capture process; it opens the device while the caller goes on."""
        with self._lock:
            self._spawn()
            if self._process is None:
                raise SourceError(self._reason)

    def wait_open(self, timeout_s: float) -> SourceFormat | None:
        if self._opened is not None:
            return self._opened
        process = self._process
        answer = process.answer(timeout_s) if process is not None else None
        with self._lock:
            if answer is not None and "error" in answer:
                self._happened(CaptureEvent.REFUSED, answer["error"])
                raise (NoDeviceError if answer.get("no_device") else SourceError)(answer["error"])
            if answer is not None:
                return self._begin(answer)
            if self._lifecycle.due(time.monotonic_ns()) is CaptureEvent.HUNG:
                reason = who_hangs()
                self._happened(CaptureEvent.HUNG, reason)
                kind = NoDeviceError if self._request["device"] is None else SourceError
                raise kind(reason)
        return None

    def poll(self, now_ns: int) -> SourceStatus:
        """Runs on: the engine thread. Replaces a capture process that died or hangs."""
        # Asked without the lock: who stops this does not wait for a server.
        hangs = who_hangs() if self._opens_in_vain(now_ns) else ""
        with self._lock:
            if self._opened is None or self._watchdog is None or self._ring is None:
                return SourceStatus(SourceState.OPENING)
            if self._moving is not None:
                self._move(self._opened)
            # First: what is reported is then among what has arrived.
            overflows = self._ring.published(capture.OVERFLOWS)
            count, written_at_ns = self._ring.arrival
            written = count + self._ring.marked_missing
            written_at_ns = written_at_ns or self._opened_ns
            interrupted = self._look_at_process()
            if interrupted:
                self._watchdog.interrupt(written, written_at_ns)
            status = self._watchdog.look(now_ns, written, written_at_ns, overflows)
            silent = status.state is SourceState.STALLED
            self._happened(CaptureEvent.SILENCE if silent else CaptureEvent.SOUND)
            if self._devices_changed.is_set():
                self._devices_changed.clear()
                self._happened(CaptureEvent.LOOK_AGAIN)
            self._lifecycle.will_be_told = self._gone and self.return_is_told
            due = self._lifecycle.due(now_ns)
            if due is not None:
                self._happened(due, hangs or self._why_silent if due is CaptureEvent.HUNG else "")
            if self._cause is not None:
                status = replace(status, cause=self._cause)
            if silent:
                # Whoever wrote the last samples is gone: they belong before the gap.
                hold = not interrupted
                state = _PUBLIC[self._lifecycle.state]
                return replace(status, state=state, reason=self._why_silent, hold=hold)
            if not status.hold:
                self._reason, self._cause = "", None
            return status

    def look_again(self) -> None:
        """Something about the devices has changed: try now instead of waiting for the back-off.

        Does nothing while sound comes. Runs on: any thread; taken up by the next poll.
        """
        self._devices_changed.set()

    @property
    def device(self) -> tuple[str, str] | None:
        """The id and host API of what is heard, once it is open. Runs on: any thread."""
        pinned = self._moving or self._request.get("pinned")
        return None if pinned is None else (pinned[0], pinned[1])

    @property
    def opened_as(self) -> tuple[int, int]:
        """Hz and channels of the device's own, as it was opened. Runs on: any thread."""
        opened, native = self._opened, self._native
        assert opened is not None, "it is not open yet"
        if native is None:
            return opened.sr, opened.channels
        return native[0], native[1] or opened.channels

    @property
    def returned_as(self) -> tuple[int, int] | None:
        """Hz and channels of the device's own, where it is back with others than it was opened
        with: a stream of its own would be truer. Runs on: any thread.
        """
        return None if self._moving is not None else self._returned

    def as_another(self, sr: int, channels: int) -> tuple[int, int] | None:
        """These, of the device's own, where it was opened with others. Runs on: any thread."""
        native = self._native
        if native is None or [sr, channels if native[1] else 0] == native:
            return None
        return sr, channels or self._request["channels"]

    def move_to(self, id_: str, host_api: str, name: str) -> None:
        """Go on with another device of the same rate and channels, in the same ring.

        The time between the two is a gap. Runs on: any thread; taken up by the next poll.
        """
        if self._opened is not None:
            self._moving = id_, host_api, name  # without the lock: a poll may wait for a process
            self._opened = replace(self._opened, name=name, device=(id_, host_api))
            self.look_again()

    def delivery(self) -> DeliveryStats:
        if self._ring is None:
            return DeliveryStats()
        callback_ms = {
            "p50": round(self._ring.published_float(capture.CALLBACK_P50_MS), 4),
            "p99": round(self._ring.published_float(capture.CALLBACK_P99_MS), 4),
            "max": round(self._ring.published_float(capture.CALLBACK_MAX_MS), 4),
        }
        cpu_s = self._earlier_cpu_s + self._ring.published_float(capture.CPU_S)
        process = self._process
        rss, private = memory_mb(process.pid) if process is not None else (0.0, 0.0)
        return DeliveryStats(callback_ms, cpu_s, rss, private)

    def stop(self) -> None:
        with self._lock:
            runs = self._lifecycle.state is CaptureState.RUNNING
            patience_s = _LEAVE_S if runs else _LEAVE_HANGING_S
            self._happened(CaptureEvent.STOP, patience_s=patience_s)
            if self._ring is not None:
                self._ring.close()
                self._ring = None
            elif self._opened is None:
                with suppress(ValueError):
                    self._block.close()

    @property
    def _why_silent(self) -> str:
        assert self._opened is not None
        return self._reason or f"{self._opened.name} delivers nothing"

    def _opens_in_vain(self, now_ns: int) -> bool:
        """Whether a process that replaces another has had its time to open the device."""
        life = self._lifecycle
        recovers = life.state is CaptureState.RECOVERING and not life.waits_for_sound
        return recovers and life.due(now_ns) is CaptureEvent.HUNG

    def _begin(self, answer: dict[str, Any]) -> SourceFormat:
        """The device is open, for the first time."""
        self._native = answer.pop("native")
        self._request |= {"pinned": answer.pop("pinned")}
        opened = self._opened = SourceFormat(**answer, device=self.device)
        self._opened_ns = time.monotonic_ns()
        sr, channels = opened.sr, opened.channels
        self._ring = SampleRing(self._block, ring_capacity(_SHARED_BYTES, sr, channels), channels)
        self._watchdog = Watchdog(sr)
        # What replaces this process must be the same device and deliver the same.
        self._request |= {"held_sr": sr, "channels": channels}
        self._happened(CaptureEvent.OPENED)
        return opened

    def _move(self, opened: SourceFormat) -> None:
        """What move_to asked for: the process that has the device before is killed."""
        assert self._moving is not None
        id_, host_api, name = self._moving
        self._request |= {"pinned": [id_, host_api, name]}
        self._native = self._returned = None
        self._moving = None
        self._opened = replace(opened, name=name, device=(id_, host_api))
        self._reason = f"changing to {name}"
        if self._process is not None:
            self._process.kill()

    def _look_at_process(self) -> bool:
        """What a process that replaces another says, and whether it lives. True if it is gone."""
        process = self._process
        if process is None:
            return False
        assert self._opened is not None
        gone = process.code is not None
        # What a process said before it ended may be under way still.
        answer = None if process.answered else process.answer(_LAST_WORDS_S if gone else 0)
        if answer is not None:
            native = answer.get("native")  # there is none where the device is gone
            self._native = self._native or native
            self._returned = self.as_another(*native) if native else None
            self._gone = answer.get("gone", False)
        if answer is not None and "error" in answer:
            self._happened(CaptureEvent.REFUSED, answer["error"])
        elif answer is not None:
            told = {key: answer[key] for key in ("note", "max_channels", "input_latency_s")}
            opened = replace(self._opened, **told)
            if opened != self._opened:  # else it stays the very same
                self._opened = opened
            self._happened(CaptureEvent.OPENED)
        elif gone:
            LOG.warning("capture %d: ended with code %s", process.pid, process.code)
            self._happened(CaptureEvent.DIED, self._reason or f"{self._opened.name} is gone")
        return self._process is None

    def _happened(self, event: CaptureEvent, reason: str = "", patience_s: float = 0.0) -> None:
        """Tell the lifecycle, and do what it says."""
        before = self._lifecycle.state
        action = self._lifecycle.on(event, time.monotonic_ns())
        state = self._lifecycle.state
        self._reason = reason or self._reason
        if event in (CaptureEvent.DIED, CaptureEvent.REFUSED):
            self._cause = GapCause.DISCONNECTED
        if state is not before:
            why = f": {self._reason}" if self._reason else ""
            LOG.info("%s: %s, was %s%s", self.label, state.value, before.value, why)
        if action is Action.KILL or event is CaptureEvent.DIED:
            self._end_process(patience_s)
        if action is Action.SPAWN:
            self._spawn()

    def _end_process(self, patience_s: float) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end(patience_s)

    def _spawn(self) -> None:
        if self._ring is not None:
            self._earlier_cpu_s += self._ring.published_float(capture.CPU_S)
            for slot in (capture.CPU_S, capture.OVERFLOWS):
                self._ring.clear_published(slot)
        descriptors = (self._block.descriptor,) if isinstance(self._block, MemoryFile) else ()
        try:
            self._process = CaptureProcess(
                self._request | {"token": self._block.token}, descriptors, self._words
            )
        except OSError as error:
            LOG.warning("%s: no capture process: %s", self.label, error.strerror)
            self._happened(CaptureEvent.REFUSED, f"no capture process: {error.strerror}")
        else:
            LOG.debug("%s: capture %d", self.label, self._process.pid)
            self._happened(CaptureEvent.SPAWNED)
