"""All detectors there are, and what they share."""

from livemel.diagnosis.band_limit import BandLimitDetector
from livemel.diagnosis.bits import BitDetector
from livemel.diagnosis.channels import DeadChannels
from livemel.diagnosis.clipping import ClippingDetector
from livemel.diagnosis.dc_offset import OffsetDetector
from livemel.diagnosis.detector import Detector
from livemel.diagnosis.discontinuity import DiscontinuityDetector
from livemel.diagnosis.dropout import DropoutDetector
from livemel.diagnosis.level import LevelDetector
from livemel.diagnosis.pairs import ChannelPairs
from livemel.diagnosis.resampled import ResampledDetector
from livemel.diagnosis.rumble import RumbleDetector
from livemel.diagnosis.spectra import Spectra
from livemel.diagnosis.tone import ToneDetector
from livemel.diagnosis.zeros import ZeroDetector


def detectors(sr: int, channels: int) -> tuple[Detector, ...]:
    """One of each, for a stream of its own."""
    spectra = Spectra(sr)
    alone: tuple[Detector, ...] = (
        LevelDetector(sr, channels),
        ZeroDetector(sr),
        OffsetDetector(sr, channels),
        BitDetector(channels),
        ClippingDetector(sr, channels),
        DropoutDetector(sr, channels),
        DiscontinuityDetector(sr, channels),
        ToneDetector(sr, channels, spectra),
        BandLimitDetector(sr, channels, spectra),
        ResampledDetector(sr, channels),
        RumbleDetector(sr, channels),
    )
    if channels == 1:
        return alone
    return (*alone, DeadChannels(sr, channels), ChannelPairs(sr, channels))
