"""The computer: shared memory, processors, and what the system allows."""

import os
import shutil
import sys
from pathlib import Path

from livemel.buffers.memory import shared_block
from livemel.doctor.check import Check, State, size

_GROUP = "Computer"
# What the capture process shares with the window.
_BLOCK = 64 << 20
_PAGE = 4096
_SHARED = Path("/dev/shm")


def check_computer() -> list[Check]:
    """Takes 64 MB for a moment, of which two pages are touched."""
    return [_memory(), *_named_memory(), _processors(), *_real_time()]


def _memory() -> Check:
    try:
        block = shared_block(_BLOCK)
        try:
            for at in (0, _BLOCK - _PAGE):
                block.view[at] = 1
        finally:
            block.close()
    except (OSError, ValueError) as error:
        found = f"{_BLOCK >> 20} MiB cannot be had: {getattr(error, 'strerror', None) or error}"
        return Check(_GROUP, "shared memory", State.WRONG, found, "no device can be heard without")
    kind = "anonymous" if block.token.startswith("fd:") else "named"
    return Check(_GROUP, "shared memory", State.OK, f"{_BLOCK >> 20} MiB, {kind}")


def _named_memory() -> list[Check]:
    """What JACK keeps its buffers in; livemel itself only where there are no memory files."""
    if not _SHARED.is_dir():
        return []
    free = shutil.disk_usage(_SHARED).free
    if free >= _BLOCK and os.access(_SHARED, os.W_OK):
        return [Check(_GROUP, "/dev/shm", State.OK, f"{size(free)} free")]
    found = f"{size(free)} free" if free < _BLOCK else "may not be written by this user"
    return [Check(_GROUP, "/dev/shm", State.NOTE, found, "JACK may not work")]


def _processors() -> Check:
    there = os.cpu_count() or 1
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    found = f"{ours} of {there}{busy}" if ours != there else f"{there}{busy}"
    return Check(_GROUP, "processors", State.OK, found)


def _real_time() -> list[Check]:
    if sys.platform == "win32":
        return []
    import resource  # not on Windows

    if not hasattr(resource, "RLIMIT_RTPRIO"):
        return []
    priority, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
    if os.geteuid() == 0:
        found = "allowed: root"
    elif priority:
        found = f"allowed, up to priority {'any' if priority < 0 else priority}"
    else:
        found = "not allowed; only JACK asks for it"
    return [Check(_GROUP, "real time", State.OK, found)]
