"""A window over an engine that computes a signal known beforehand."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from livemel.app import App
from livemel.config import RunConfig
from livemel.sources.base import SourceFormat
from livemel.sources.opening import SourceRequest
from livemel.sources.paced import PacedSource
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

Samples = NDArray[np.float32]
OpenApp = Callable[..., App]
_HEAD_PACE = 50.0
HEARD_S = 60.0  # all that a test plays


class SignalReader:
    """An array as a source: shape (n, channels).

    head_s : so much of it has been heard when the test begins: it comes as fast as it is taken,
        and the rest in real time
    """

    def __init__(self, samples: Samples, sr: int = 48_000, head_s: float = 0.0) -> None:
        self._samples = samples
        self._at = 0
        self._head = round(head_s * sr)
        self._head_over_s = 0.0
        self._ended = threading.Event()
        self.format = SourceFormat(sr, samples.shape[1], "signal", samples.shape[1])

    def read(self, n: int) -> Samples:
        past = self._at + n - self._head
        if self._head > 0 and past > 0:
            self._head_over_s = self._head_over_s or time.monotonic()
            self._ended.wait(self._head_over_s + past / self.format.sr - time.monotonic())
        block = self._samples[self._at : self._at + n]
        self._at += len(block)
        return block

    def close(self) -> None:
        self._ended.set()


@pytest.fixture(autouse=True)
def nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite keeps the computer busy, and panels would wait; tests of that say so."""
    monkeypatch.setattr("livemel.ui.load._WORSE_SHARE", 2.0)


@pytest.fixture
def open_app(qtbot: QtBot) -> Iterator[OpenApp]:
    """Opens the app on an array of samples; closed and stopped afterwards.

    head_s : of a SignalReader
    """
    apps: list[App] = []

    def open_(
        samples: Samples, config: RunConfig | None = None, sr: int = 48_000, head_s: float = 0.0
    ) -> App:
        reader = SignalReader(np.atleast_2d(samples.T).T, sr, head_s)
        source = PacedSource(reader, pace=_HEAD_PACE if head_s else 1.0)
        source.start()
        app = App(config or RunConfig(source=SourceRequest(name="signal")), source)
        apps.append(app)
        app.open()
        qtbot.waitUntil(lambda: app.window.feed is not None)
        return app

    yield open_
    for app in apps:
        app.window.close()
        app.close()
        app.window.deleteLater()
