"""Sound files that lie: mutants of good ones, and WAV headers with any number anywhere."""

import io
import struct
from functools import cache
from random import Random

import numpy as np
import soundfile

from tests.fuzz.mutants import mutant

_KINDS = (
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "FLOAT"),
    ("WAV", "MS_ADPCM"),
    ("WAV", "ULAW"),
    ("FLAC", "PCM_16"),
    ("FLAC", "PCM_24"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
    ("AIFF", "PCM_16"),
    ("AU", "PCM_16"),
    ("CAF", "ALAC_16"),
    ("W64", "PCM_16"),
    ("RF64", "PCM_16"),
)
# The four that people have come as often as all others together.
_USUAL = ("WAV", "FLAC", "OGG", "MP3")
_SR = 16_000


@cache
def seeds() -> tuple[bytes, ...]:
    """A good file of each kind: a third of a second, of one channel and of two."""
    random = np.random.default_rng(5)
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(_SR // 3) / _SR)
    y = np.stack([tone, 0.05 * random.standard_normal(len(tone))], axis=1)
    found = []
    for form, subtype in _KINDS:
        for channels in (1, 2):
            file = io.BytesIO()
            soundfile.write(file, y[:, :channels], _SR, format=form, subtype=subtype)
            found += [file.getvalue()] * (2 if form in _USUAL else 1)
    return tuple(found)


def lying_sound(random: Random) -> bytes:
    """What might be a sound file, or might have been one."""
    return _wav(random) if random.random() < 0.3 else mutant(random, seeds())


def _wav(random: Random) -> bytes:
    """RIFF chunks in any order, with any size said of them, and any format."""
    chunks = [_format(random), (b"data", random.randbytes(random.choice((0, 1, 999, 20_000))))]
    for _ in range(random.randrange(3)):
        name = random.choice((b"fact", b"LIST", b"JUNK", b"PEAK", b"cue ", b"smpl", b"id3 "))
        chunks.append((name, random.randbytes(random.choice((0, 3, 4, 200)))))
    if random.random() < 0.2:
        random.shuffle(chunks)
    body = b"WAVE" + b"".join(
        name + struct.pack("<I", _said(random, len(data))) + data for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", _said(random, len(body))) + body


def _said(random: Random, size: int) -> int:
    odd = (0, 1, size - 1, size + 1, 2 * size, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0)
    return (random.choice(odd) if random.random() < 0.3 else size) % (1 << 32)


def _format(random: Random) -> tuple[bytes, bytes]:
    kind = random.choice(
        (1, 1, 1, 3, 3, 2, 6, 7, 17, 49, 80, 85, 0xFFFE, random.randrange(1 << 16))
    )
    channels = random.choice((1, 1, 2, 2, 0, 3, 64, 255, 1024, 65_535))
    sr = random.choice((48_000, 44_100, 8_000, 0, 1, 999, 10_000_000, 1 << 31, (1 << 32) - 1))
    bits = random.choice((16, 16, 8, 24, 32, 64, 4, 0, 1, 33, 65_535))
    align = random.choice((channels * bits // 8, 0, 1, 65_535)) % (1 << 16)
    fields = (kind, channels, sr, (sr * align) % (1 << 32), align, bits)
    more = random.randbytes(random.choice((0, 0, 2, 24)))
    return b"fmt ", struct.pack("<HHIIHH", *fields) + more
