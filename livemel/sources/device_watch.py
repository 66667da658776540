"""Keeps the list of devices true, without touching what is being heard."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from livemel.errors import LivemelError
from livemel.sources.choosing import server_state
from livemel.sources.devices import (
    DeviceList,
    PortAudioDevices,
    ask_portaudio,
    merged,
    without_portaudio,
)
from livemel.sources.hints import ServerEvents, machine_stamp
from livemel.sources.look_plan import LookPlan
from livemel.sources.pulse import PulseState

_FAILURES = (LivemelError, OSError, ValueError)
_TICK_S = 0.5  # between two looks at what is cheap to look at
_LONG_S = 0.5  # PortAudio takes a fifth of it, or hangs


class DeviceWatch:
    """Looks for devices on a thread of its own: when there is a hint, and now and then without one.

    `devices` and `looks` are replaced as a whole; poll them. Nothing here blocks the caller.

    ask, server, stamp, clock_s : where PortAudio's and the server's devices, the machine's stamp
        and the time come from
    """

    def __init__(
        self,
        ask: Callable[[], PortAudioDevices] = ask_portaudio,
        server: Callable[[], PulseState] = server_state,
        stamp: Callable[[], object] = machine_stamp,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.devices: DeviceList | None = None  # before the first look
        self.looks = 0  # how often the list was made anew
        self._ask, self._server, self._stamp, self._clock_s = ask, server, stamp, clock_s
        self._plan = LookPlan()
        self._portaudio = PortAudioDevices()
        self._asked = False
        self._asking_since_s: float | None = None  # while PortAudio is being asked
        self._failure: Exception | None = None  # why PortAudio has said nothing the last time
        self._lock = threading.Lock()  # of the plan
        self._stirred = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, unless it has begun."""
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._run, name="livemel-watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End it. What hangs is left to end by itself; it cannot outlive this process."""
        self._stopping = True
        self._stirred.set()
        if self._thread is not None:
            self._thread.join(0.2)

    def attend(self, attended: bool) -> None:
        """Somebody looks at the list, or no more."""
        with self._lock:
            self._plan.attended = attended
        if attended:
            self.start()
            self._stirred.set()

    def seek(self, seeks: bool) -> None:
        """What should be heard has gone, or is back."""
        if seeks != self._plan.seeks:
            with self._lock:
                self._plan.seeks = seeks
            self._stirred.set()

    @property
    def hears_server(self) -> bool:
        """Whether it will be known at once when the sound server has another source: it tells so by
        itself, and nothing hangs that this would wait for.
        """
        since_s, devices = self._asking_since_s, self.devices
        if since_s is not None and self._clock_s() - since_s > _LONG_S:
            return False
        return self._plan.hinted and devices is not None and not devices.trouble

    def refresh(self) -> None:
        """Look at everything soon: what is known may be of a moment when something hung."""
        with self._lock:
            self._plan.machine_changed(self._clock_s())
        self._stirred.set()

    def _run(self) -> None:
        """Runs on: the watch's thread."""
        events = ServerEvents(self._on_event)
        stamp: object = None  # so it is where the machine may not be looked at
        try:
            while not self._stopping:
                now_s, known, stamp = self._clock_s(), stamp, None
                with suppress(OSError):
                    stamp = self._stamp()
                changed = stamp != known
                with self._lock:
                    if changed:
                        self._plan.machine_changed(now_s)
                    self._plan.hinted = events.running
                begun = events.look(now_s, changed=changed)
                with self._lock:
                    if begun:
                        self._plan.server_asked(now_s)
                    whole, part = self._plan.take(now_s)
                    wait_s = min(_TICK_S, self._plan.next_s - now_s)
                if part:
                    self._look(whole=whole)
                elif wait_s > 0:
                    self._stirred.wait(wait_s)
                    self._stirred.clear()
        finally:
            events.stop()

    def _on_event(self, gone: bool) -> None:
        """Runs on: the thread that hears the server."""
        with self._lock:
            now_s = self._clock_s()
            (self._plan.machine_changed if gone else self._plan.server_changed)(now_s)
        self._stirred.set()

    def _look(self, *, whole: bool) -> None:
        """Ask, and replace the list. The server first: it answers soon, or PortAudio hangs too."""
        before = self.devices or DeviceList()
        try:
            state = self._server()
        except _FAILURES as error:
            self.devices = DeviceList(before.inputs, before.outputs, str(error))
        else:
            # Of PortAudio's devices those that lead to the server are gone with it.
            vanished = not state.sources and any(d.index is None for d in before.inputs)
            whole = whole or vanished
            if self._asked and not vanished:
                self.devices = self._list(state)
            if whole:
                self.devices = self._list(self._ask_portaudio(state))
        self.looks += 1
        if whole:
            with self._lock:
                self._plan.failing = self._failure is not None
                self._plan.looked(self._clock_s(), self._portaudio.cpu_s)

    def _ask_portaudio(self, state: PulseState) -> PulseState:
        """What it says, or why it says nothing: then what it said before is kept.

        Returns : what the server has, which has been asked again if that took long
        """
        self._asking_since_s = since_s = self._clock_s()
        try:
            self._portaudio, self._failure = self._ask(), None
        except _FAILURES as error:
            self._failure = error
        finally:
            self._asking_since_s = None
        self._asked = True
        if self._clock_s() - since_s > _LONG_S:
            with suppress(*_FAILURES):
                return self._server()
        return state

    def _list(self, state: PulseState) -> DeviceList:
        if self._failure is not None:
            return without_portaudio(self._portaudio, state, self._failure)
        return merged(self._portaudio, state)
