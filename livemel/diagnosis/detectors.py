"""All detectors there are, and what they share."""

from livemel.diagnosis.band_limit import BandLimitDetector
from livemel.diagnosis.bits import BitDetector
from livemel.diagnosis.channels import DeadChannels
from livemel.diagnosis.clipping import ClippingDetector
from livemel.diagnosis.dc_offset import OffsetDetector
from livemel.diagnosis.detector import Detector
from livemel.diagnosis.discontinuity import DiscontinuityDetector
from livemel.diagnosis.dropout import DropoutDetector
from livemel.diagnosis.hum import HumDetector
from livemel.diagnosis.level import LevelDetector
from livemel.diagnosis.pairs import ChannelPairs
from livemel.diagnosis.resampled import ResampledDetector
from livemel.diagnosis.rumble import RumbleDetector
from livemel.diagnosis.spectra import Spectra
from livemel.diagnosis.tone import ToneDetector
from livemel.diagnosis.zeros import ZeroDetector


def detectors(sr: int, channels: int, names: tuple[int, ...] = ()) -> tuple[Detector, ...]:
    """One of each, for a stream of its own.

    names : by which those call channels that speak of several, where those are not 1, 2, 3 …
    """
    spectra, hum = Spectra(sr), HumDetector(sr, channels)
    alone: tuple[Detector, ...] = (
        LevelDetector(sr, channels),
        ZeroDetector(sr),
        OffsetDetector(sr, channels),
        BitDetector(channels, names),
        ClippingDetector(sr, channels),
        DropoutDetector(sr, channels),
        DiscontinuityDetector(sr, channels),
        hum,
        ToneDetector(sr, channels, spectra, hum.reading),
        BandLimitDetector(sr, channels, spectra),
        ResampledDetector(sr, channels),
        RumbleDetector(sr, channels),
    )
    if channels == 1:
        return alone
    return (*alone, DeadChannels(sr, channels, names), ChannelPairs(sr, channels, names))
