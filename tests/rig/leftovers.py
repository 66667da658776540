"""What a test run left behind: processes, and shared memory that nobody has open."""

import contextlib
import os
from pathlib import Path

# Every process started below the test run inherits it, so that a leftover is known even when
# its parent is gone and init has adopted it.
MARK = "LIVEMEL_TEST_RUN"
SHARED_MEMORY = Path("/dev/shm")
# multiprocessing's own helpers, which end with the interpreter.
INTERPRETERS_OWN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
# Shared by every JACK server of the machine and left by each; `jack_db-UID` likewise.
JACKS_OWN = ("jack-shm-registry", "jack_db-")
# The JACK servers that this process has started: what others' have there is theirs to remove.
our_jacks: set[str] = set()


def marked_processes(mark: str) -> dict[int, str]:
    """pid → command line of the living processes that carry LIVEMEL_TEST_RUN=mark, but for us."""
    found: dict[int, str] = {}
    wanted = f"{MARK}={mark}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted not in (entry / "environ").read_bytes().split(b"\0"):
                continue
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # Ended meanwhile, or another user's.
            continue
        # A zombie has no command line: it is dead, and its parent's to collect.
        pid = int(entry.name)
        if command and pid != os.getpid() and not any(own in command for own in INTERPRETERS_OWN):
            found[pid] = command.strip()
    return found


def shared_memory() -> set[str]:
    """Names in /dev/shm that belong to this user."""
    found = set()
    for path in SHARED_MEMORY.glob("*"):
        try:
            if path.lstat().st_uid == os.getuid() and not path.name.startswith(JACKS_OWN):
                found.add(path.name)
        except FileNotFoundError:
            continue
    return found


def is_other_jacks(name: str) -> bool:
    """Whether it is of a JACK server that somebody else started. A server's semaphores and sockets
    have its name in theirs, and nobody has them mapped; its memory has only a number.
    """
    if name.startswith("jack_"):
        return not any(server in name for server in our_jacks)
    return name.startswith("jack-") and (not our_jacks or a_jack_rig_lives())


def a_jack_rig_lives() -> bool:
    """Whether another test run has a JACK server: while it is killed nobody has its memory mapped.
    Each rig removes its own, or fails there.
    """
    for owner in Path("/tmp").glob("jack-*/owner"):
        with contextlib.suppress(OSError, ValueError):
            pid = int(owner.read_text())
            if pid != os.getpid() and Path(f"/proc/{pid}").exists():
                return True
    return False


def unused(names: set[str]) -> set[str]:
    """Those of the names that still exist and that no other process has mapped or open.

    Somebody else's test run on the same machine has its own mapped; what we ourselves still have
    mapped when the tests are over was left.
    """
    left = {name for name in names & shared_memory() if not is_other_jacks(name)}
    for entry in Path("/proc").glob("[0-9]*") if left else ():
        if entry.name == str(os.getpid()):
            continue
        try:
            maps = (entry / "maps").read_text()
            opened = [descriptor.readlink() for descriptor in (entry / "fd").glob("*")]
        except OSError:
            continue
        left = {name for name in left if f"{SHARED_MEMORY}/{name}" not in maps}
        left -= {target.name for target in opened if target.parent == SHARED_MEMORY}
    return left
