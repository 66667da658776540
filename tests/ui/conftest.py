"""A window over an engine that computes a signal known beforehand."""

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


class SignalReader:
    """An array as a source: shape (n, channels)."""

    def __init__(self, samples: Samples, sr: int = 48_000) -> None:
        self._samples = samples
        self._at = 0
        self.format = SourceFormat(sr, samples.shape[1], "signal", samples.shape[1])

    def read(self, n: int) -> Samples:
        block = self._samples[self._at : self._at + n]
        self._at += len(block)
        return block

    def close(self) -> None:
        pass


@pytest.fixture
def open_app(qtbot: QtBot) -> Iterator[OpenApp]:
    """Opens the app on an array of samples; closed and stopped afterwards."""
    apps: list[App] = []

    def open_(samples: Samples, config: RunConfig | None = None, sr: int = 48_000) -> App:
        source = PacedSource(SignalReader(np.atleast_2d(samples.T).T, sr))
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
