"""Blocks of memory, and a ring between two real processes."""

import os
import signal
import subprocess
import sys
from multiprocessing import shared_memory
from pathlib import Path

import numpy as np
import pytest
from livemel.buffers.memory import (
    Block,
    MemoryFile,
    NamedBlock,
    attach_block,
    private_block,
    shared_block,
)
from livemel.buffers.samples import Gap, SampleRing
from livemel.buffers.writer import GapCause, ring_bytes

CAPACITY, CHANNELS = 5000, 2
PERIOD = 1 << 18  # the content counts up to here and begins again: far longer than the ring
GAP_EVERY, GAP_LENGTH = 10_000, 77

# Writes a running number for ever faster than it can be read, with a gap at known places.
WRITER = f"""
import sys
from array import array
from livemel.buffers.memory import attach_block
from livemel.buffers.writer import GapCause, SampleWriter

token, total = sys.argv[1], int(sys.argv[2])
block = attach_block(token)
writer = SampleWriter(block.view, {CAPACITY}, {CHANNELS})
counts = range({PERIOD} + {GAP_EVERY})
numbers = array("i", (i % {PERIOD} for i in counts for _ in range({CHANNELS})))
content = memoryview(numbers)
size = 1
while writer.written < total:
    at = writer.written
    size = size * 31 % 1999 + 1
    n = min(size, {GAP_EVERY} - at % {GAP_EVERY})
    begin = at % {PERIOD} * {CHANNELS}
    writer.write(content[begin : begin + n * {CHANNELS}], at)
    if writer.written % {GAP_EVERY} == 0:
        writer.mark_gap({GAP_LENGTH}, GapCause.OVERFLOW)
    if at % 7 == 0:
        for _ in range(size):  # so that the reader is sometimes the faster one
            pass
writer.end()
assert "numpy" not in sys.modules
writer.release()
content.release()
block.close()
"""


def run_writer(block: Block, total: int) -> subprocess.Popen[bytes]:
    descriptors = (block.descriptor,) if isinstance(block, MemoryFile) else ()
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, block.token, str(total)], pass_fds=descriptors
    )


def read_to_the_end(ring: SampleRing) -> tuple[int, int]:
    """Samples read, and gaps of the writer's; every one is checked."""
    read = gaps = position = 0
    while not (ring.ended and ring.available == 0):
        part = ring.read(None if read % 3 else 333)
        if part is None:
            continue
        if isinstance(part, Gap):
            assert part.position == position
            if part.cause is GapCause.LATE_READER:
                position += part.length
            else:
                assert part.length % GAP_LENGTH == 0
                assert position == (gaps + part.length // GAP_LENGTH) * GAP_EVERY
                gaps += part.length // GAP_LENGTH
            continue
        wanted = (np.arange(position, position + len(part)) % PERIOD).astype(np.int32)
        np.testing.assert_array_equal(part.view(np.int32), np.stack([wanted] * CHANNELS, axis=1))
        position += len(part)
        read += len(part)
    while isinstance(last := ring.read(), Gap):
        gaps += last.length // GAP_LENGTH
    assert last is None
    assert read + ring.lost == ring.written == position
    return read, gaps


def test_another_process_writes_faster_than_this_one_reads_and_nothing_is_torn() -> None:
    total = 20_000_000
    ring = SampleRing.shared(CAPACITY, CHANNELS)
    with run_writer(ring.block, total) as child:
        while ring.written <= 2 * CAPACITY:  # be late once for certain
            assert child.poll() is None
        read, gaps = read_to_the_end(ring)
    assert child.returncode == 0
    assert ring.written >= total
    assert gaps == ring.written // GAP_EVERY
    assert read >= CAPACITY
    assert ring.lost >= CAPACITY
    ring.close()


def test_a_writer_that_is_killed_leaves_the_ring_readable_and_nothing_behind() -> None:
    before = set(Path("/proc/self/fd").iterdir())
    ring = SampleRing.shared(CAPACITY, CHANNELS)
    with run_writer(ring.block, 10**12) as child:
        while ring.written <= 2 * CAPACITY:
            assert child.poll() is None
        child.send_signal(signal.SIGKILL)
    written = ring.written
    while isinstance(ring.read(), Gap):
        pass
    assert ring.available < CAPACITY
    assert not ring.ended
    assert ring.written == written
    ring.close()
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_the_capture_process_needs_no_numpy() -> None:
    program = "import sys, livemel.sources.capture; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_anonymous_block_has_no_name_and_closes_its_descriptor() -> None:
    block = shared_block(100_000)
    assert isinstance(block, MemoryFile)
    assert block.token == f"fd:{block.descriptor}:100000"
    assert str(Path(f"/proc/self/fd/{block.descriptor}").readlink()).startswith("/memfd:")
    assert not os.get_inheritable(block.descriptor)  # only who is handed it has it
    block.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(block.descriptor)


def test_closing_a_block_twice_closes_nobody_elses_descriptor() -> None:
    block = shared_block(64)
    assert isinstance(block, MemoryFile)
    number = block.descriptor
    block.close()
    with Path(os.devnull).open() as other:
        os.dup2(other.fileno(), number)
        block.close()
        os.close(number)  # it was open


def test_named_memory_can_be_closed_twice() -> None:
    block = NamedBlock(shared_memory.SharedMemory(create=True, size=64), owner=True)
    block.close()
    block.close()


def test_a_block_that_cannot_be_made_leaves_no_descriptor() -> None:
    before = set(Path("/proc/self/fd").iterdir())
    with pytest.raises(OSError, match="Cannot allocate memory"):
        shared_block(1 << 60)
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_attaching_gives_the_same_memory() -> None:
    block = shared_block(64)
    assert bytes(block.view) == bytes(64)
    assert isinstance(block, MemoryFile)
    other = attach_block(f"fd:{os.dup(block.descriptor)}:64")
    other.view[3] = 7
    assert block.view[3] == 7
    other.close()
    block.close()


def test_named_memory_outlives_the_process_that_attached_and_goes_with_its_owner() -> None:
    """Systems without anonymous memory files use this kind."""
    size = ring_bytes(CAPACITY, CHANNELS)
    block = NamedBlock(shared_memory.SharedMemory(create=True, size=size), owner=True)
    path = Path("/dev/shm") / block.token.removeprefix("name:")
    ring = SampleRing(block, CAPACITY, CHANNELS)
    with run_writer(block, 100_000) as child:
        pass
    assert child.returncode == 0
    assert ring.ended
    assert path.exists()
    read_to_the_end(ring)
    ring.close()
    assert not path.exists()


def test_private_memory_is_zeros_and_cannot_be_handed_on() -> None:
    block = private_block(1000)
    assert (bytes(block.view), block.token) == (bytes(1000), "")
    block.close()
    with pytest.raises(ValueError, match="released"):
        bytes(block.view)
