"""WAV files that end before their header says: a recorder or a download that broke off."""

from pathlib import Path

# What programs write that do not know the length beforehand.
_UNKNOWN = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000)
_MOST_CHUNKS = 64


def promised_samples(path: Path) -> int | None:
    """How many samples of each channel a torn WAV file should have; None for any that is whole, or
    is no WAV. libsndfile takes what is there for all of it.

    Raises OSError.
    """
    length = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
            return None
        align = 0
        for _ in range(_MOST_CHUNKS):
            head = file.read(8)
            size = int.from_bytes(head[4:], "little")
            if len(head) < 8:
                return None
            if head[:4] == b"data":
                torn = size not in _UNKNOWN and file.tell() + size > length
                return size // align if torn and align else None
            if head[:4] == b"fmt ":
                align = int.from_bytes(file.read(14)[12:], "little")
                size -= 14
            file.seek(size + size % 2, 1)
    return None
