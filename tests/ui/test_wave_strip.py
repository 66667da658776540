"""The strip of the waveform, as the picture it goes with jumps."""

from types import SimpleNamespace

import numpy as np
from livemel.buffers.history import SampleHistory
from livemel.ui.theme import DARK, LIGHT
from livemel.ui.wave_strip import WaveStrip
from pytestqt.qtbot import QtBot

SR = 48_000


def noisy_strip(qtbot: QtBot) -> tuple[WaveStrip, SampleHistory, SimpleNamespace]:
    """Of twenty seconds of noise, of which eight are shown."""
    history = SampleHistory(1, 30 * SR)
    noise = 0.1 * np.random.default_rng(0).standard_normal((20 * SR, 1))
    history.append(noise.astype(np.float32))
    feed = SimpleNamespace(channel=None, format=SimpleNamespace(sr=SR))
    view = SimpleNamespace(width=400)
    image = SimpleNamespace(feed=feed, view=view, visible_s=(0.0, 8.0))
    strip = WaveStrip(image, DARK)  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    strip.resize(400, 60)
    return strip, history, image


def test_after_a_jump_to_now_it_has_no_hole(qtbot: QtBot) -> None:
    strip, history, image = noisy_strip(qtbot)

    def is_whole() -> bool:
        strip.look()
        assert strip.pixels is not None
        return bool((strip.pixels.loudest > 0).all())

    strip.follow(history, False)
    qtbot.waitUntil(is_whole)
    before = strip.pixels
    image.visible_s = (6.0, 14.0)
    strip.follow(history, False)
    assert strip.pixels is before  # it has gone on, not begun anew
    qtbot.waitUntil(is_whole)
    strip.close_down()


def test_while_it_waits_it_shows_nothing_whatever_becomes_of_theme_and_size(qtbot: QtBot) -> None:
    strip, history, _ = noisy_strip(qtbot)
    strip.follow(history, False)
    strip.set_waiting(True)
    strip.set_theme(LIGHT)
    strip.resize(300, 70)
    assert strip.ring is None
    strip.set_waiting(False)
    strip.follow(history, False)
    assert strip.ring is not None
    strip.close_down()
