"""The table of demo scenes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from livemel.sources.scenes.birds import birdsong
from livemel.sources.scenes.faults import clicks, clipping, dropouts, silence
from livemel.sources.scenes.machine import bearing
from livemel.sources.scenes.parts import Samples
from livemel.sources.scenes.speech import speechlike, vowels
from livemel.sources.scenes.tonal import chirp, hum50, hum60


@dataclass(frozen=True)
class SceneInfo:
    """One scene.

    segments : (sr in Hz, rng) -> endless float32 segments of 0.005 to 1.5 s, in [-1, 1]; the same
        rng state gives the same bits
    """

    name: str
    title: str
    description: str
    segments: Callable[[int, np.random.Generator], Iterator[Samples]]


def _table(*scenes: SceneInfo) -> Mapping[str, SceneInfo]:
    return MappingProxyType({scene.name: scene for scene in scenes})


SCENES: Mapping[str, SceneInfo] = _table(
    SceneInfo(
        "speechlike",
        "Two people talking",
        "Syllables with formants, hisses, bursts and pauses; a man and a woman, no language.",
        speechlike,
    ),
    SceneInfo(
        "vowels",
        "Sung vowels",
        "a, i and u on a moving melody: harmonics glide while formants stay, and the reverse.",
        vowels,
    ),
    SceneInfo(
        "birdsong",
        "A morning wood",
        "Eight birds, near and far, from the wood pigeon at 450 Hz to the wren at 7 kHz.",
        birdsong,
    ),
    SceneInfo(
        "chirp",
        "Sweeps",
        "From 50 Hz to 0.4 of the sampling rate: logarithmic, linear, crossing, and a siren.",
        chirp,
    ),
    SceneInfo(
        "hum60",
        "Mains hum, 60 Hz",
        "60 Hz ± 0.02 Hz with odd harmonics, a dimmed lamp now and then, steps in the room.",
        hum60,
    ),
    SceneInfo(
        "hum50",
        "Mains hum, 50 Hz",
        "50 Hz ± 0.02 Hz with odd harmonics, a dimmed lamp now and then, steps in the room.",
        hum50,
    ),
    SceneInfo(
        "bearing",
        "A cracked bearing",
        "A shaft that runs up and down, gears, and impacts 5.42 times a turn on an inner ring.",
        bearing,
    ),
    SceneInfo(
        "clicks",
        "Clicks",
        "One sample each, four a second to the sample; pairs 100 to 3 ms apart; a bouncing ball.",
        clicks,
    ),
    SceneInfo(
        "clipping",
        "Clipping",
        "A harp that grows until it clips at full scale, and sinks again.",
        clipping,
    ),
    SceneInfo(
        "dropouts",
        "Dropouts",
        "A harp with holes of exact zeros, 5 to 200 ms long.",
        dropouts,
    ),
    SceneInfo(
        "silence",
        "Silence",
        "The noise of a good converter, about -90 dBFS, never exact zeros for long.",
        silence,
    ),
)
DEFAULT_SCENE = "speechlike"
