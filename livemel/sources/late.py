"""A source that takes its time to open, for who cannot wait."""

import threading
from collections.abc import Callable

from livemel.buffers.samples import SampleRing
from livemel.errors import LivemelError, SourceError
from livemel.sources.base import DeliveryStats, Source, SourceFormat, SourceState, SourceStatus
from livemel.sources.paced import Lead


class LateSource:
    """Another source, which is opened on a thread of its own, from now on: a disk that sleeps, or
    is somewhere else, takes seconds over a file. Nothing of it waits for that.

    label : what was asked for, for a person
    open_ : opens the source, which is not started; called once, on that thread. What it raises,
        wait_open raises
    """

    def __init__(self, label: str, open_: Callable[[], Source]) -> None:
        self.label = label
        self._open = open_
        self._source: Source | None = None  # once it is open
        self._failure: LivemelError | None = None
        self._started = self._stopped = False
        self._lock = threading.Lock()
        self._settled = threading.Event()  # it is open, or will not be
        # Nobody waits for it at the end: what hangs ends with the process.
        threading.Thread(target=self._run, name="livemel-open", daemon=True).start()

    @property
    def lead(self) -> Lead | None:
        """Of a source that has one and is open."""
        lead: Lead | None = getattr(self._source, "lead", None)
        return lead

    @property
    def ring(self) -> SampleRing:
        assert self._source is not None, "wait_open has not given a format yet"
        return self._source.ring

    def start(self) -> None:
        """Deliver, as soon as it is open."""
        with self._lock:
            self._started = True
            source = self._source
        if source is not None:
            source.start()

    def wait_open(self, timeout_s: float) -> SourceFormat | None:
        """Runs on: any thread."""
        self._settled.wait(timeout_s)
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        return None if self._source is None else self._source.wait_open(0)

    def poll(self, now_ns: int) -> SourceStatus:
        source = self._source
        return SourceStatus(SourceState.OPENING) if source is None else source.poll(now_ns)

    def delivery(self) -> DeliveryStats:
        return DeliveryStats() if self._source is None else self._source.delivery()

    def stop(self) -> None:
        """One that is being opened is closed as soon as it is."""
        with self._lock:
            self._stopped = True
            source = self._source
        if source is not None:
            source.stop()

    def _run(self) -> None:
        """Runs on: the thread that opens it."""
        try:
            self._take(self._open())
        except LivemelError as error:
            self._failure = error
        except MemoryError:
            self._failure = SourceError(f"{self.label}: there is not enough memory for it")
        except Exception as error:
            self._failure = SourceError(f"internal error: {error!r}")
            raise
        finally:
            self._settled.set()

    def _take(self, source: Source) -> None:
        """It is open. Runs on: the thread that opens it."""
        try:
            with self._lock:
                if self._started and not self._stopped:
                    source.start()
                if not self._stopped:
                    self._source = source
                    return
        except BaseException:
            source.stop()
            raise
        source.stop()
