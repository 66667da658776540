"""A block of memory that two processes can share and that cannot be left behind.

On Linux it is an anonymous memory file: it has no name, so nothing stays when both processes are
gone, however they went (kill -9 too). Elsewhere it is named shared memory, which the creator
unlinks.
"""

import mmap
import os
from multiprocessing import shared_memory
from typing import Protocol, Self


class Block(Protocol):
    """Memory with a view on it. `token` tells another process how to attach; "" if private."""

    view: memoryview
    token: str

    def close(self) -> None:
        """Let go of the memory. Views on it must be released before. Safe to call twice."""


class PrivateBlock:
    """Memory of this process alone."""

    token = ""

    def __init__(self, size: int) -> None:
        self.view = memoryview(bytearray(size))

    def close(self) -> None:
        self.view.release()


class MemoryFile:
    """Anonymous shared memory, passed on as an open file descriptor (Linux)."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.descriptor = descriptor
        self._map = mmap.mmap(descriptor, size)
        self.view = memoryview(self._map)
        self.token = f"fd:{descriptor}:{size}"

    @classmethod
    def create(cls, size: int) -> Self:
        created = os.memfd_create("livemel", os.MFD_CLOEXEC)
        # Never 0 to 2, free where the program was started without them: a child's stdin and the
        # like would take that number's place.
        import fcntl  # there is none where there are no memory files either

        try:
            descriptor = fcntl.fcntl(created, fcntl.F_DUPFD_CLOEXEC, 3)
        finally:
            os.close(created)
        try:
            os.ftruncate(descriptor, size)
            return cls(descriptor, size)
        except BaseException:
            os.close(descriptor)
            raise

    def close(self) -> None:
        self.view.release()
        self._map.close()
        # Its number may be somebody else's by the second time.
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


class NamedBlock:
    """Named shared memory, for systems without anonymous memory files."""

    def __init__(self, memory: shared_memory.SharedMemory, *, owner: bool) -> None:
        self._memory = memory
        self._owner = owner
        self.view = memoryview(memory.buf or b"")
        self.token = f"name:{memory.name}"

    def close(self) -> None:
        self.view.release()
        self._memory.close()
        if self._owner:
            self._owner = False
            self._memory.unlink()


def private_block(size: int) -> Block:
    """Memory of this process alone, size bytes, zeros."""
    return PrivateBlock(size)


def shared_block(size: int) -> Block:
    """Memory to share with a child process, size bytes, zeros. Raises OSError."""
    if hasattr(os, "memfd_create"):
        return MemoryFile.create(size)
    return NamedBlock(shared_memory.SharedMemory(create=True, size=size), owner=True)


def attach_block(token: str) -> Block:
    """The block with that token. Runs in: the child process that was handed it."""
    kind, _, rest = token.partition(":")
    if kind == "fd":
        descriptor, _, size = rest.partition(":")
        return MemoryFile(int(descriptor), int(size))
    memory = shared_memory.SharedMemory(rest)
    _forget_in_tracker(memory)
    return NamedBlock(memory, owner=False)


def _forget_in_tracker(memory: shared_memory.SharedMemory) -> None:
    """WORKAROUND: until Python 3.13 attaching registers the block as if it were ours.

    The tracker of this process would unlink it on exit, under the owner's feet.
    https://github.com/python/cpython/issues/82300
    """
    from multiprocessing import resource_tracker  # only where it is needed: it costs a process

    resource_tracker.unregister(f"/{memory.name.lstrip('/')}", "shared_memory")
