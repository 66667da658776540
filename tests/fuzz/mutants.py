"""Bytes that were once a good file."""

from collections.abc import Sequence
from random import Random

# Sizes and counts that programs stumble over, in as many bytes as headers give them.
_ODD = (0, 1, -1, 2, 255, 0x7F, 0x80, 0x7FFF, 0x8000, 0xFFFF, 1 << 24, (1 << 31) - 1, 1 << 31)
_ODD_64 = (*_ODD, (1 << 32) - 1, 1 << 32, (1 << 40), (1 << 63) - 1, 1 << 63)
_HEAD = 64  # where most of what a header says stands


def mutant(random: Random, seeds: Sequence[bytes], *, most_changes: int = 6) -> bytes:
    """One of the seeds, changed in some places: numbers, bits, pieces left out, doubled, joined."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, most_changes)):
        random.choice(_CHANGES)(random, data, seeds)
    return bytes(data)


def _place(random: Random, data: bytearray) -> int:
    """Somewhere, in every second case in the header."""
    return random.randrange(max(1, min(len(data), _HEAD) if random.random() < 0.5 else len(data)))


def _number(random: Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    size = random.choice((1, 2, 2, 4, 4, 4, 8))
    value = random.choice(_ODD_64) % (1 << 8 * size)
    at = _place(random, data)
    data[at : at + size] = value.to_bytes(size, random.choice(("little", "big")))


def _bits(random: Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    for _ in range(random.choice((1, 1, 8, 64))):
        if data:
            data[_place(random, data)] ^= 1 << random.randrange(8)


def _noise(random: Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    at, size = _place(random, data), random.randint(1, 64)
    data[at : at + size] = random.randbytes(size)


def _cut(random: Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    del data[_place(random, data) :]


def _leave_out(random: Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    at = _place(random, data)
    del data[at : at + random.randint(1, 256)]


def _double(random: Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    at, size = _place(random, data), random.randint(1, 1024)
    data[at:at] = data[at : at + size] * random.choice((1, 1, 2, 30))


def _join(random: Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    other = random.choice(seeds)
    data[_place(random, data) :] = other[random.randrange(max(1, len(other))) :]


_CHANGES = (_number, _number, _number, _bits, _noise, _cut, _leave_out, _double, _join)
