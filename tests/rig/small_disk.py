"""A disk that is soon full, for a program that writes to it."""

import errno
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# $1: kilobytes, $2: the folder; then the program. Unmounting is for the way whose mount is not
# sure to go with its namespace.
_MOUNTED = (
    'kb=$1 disk=$2; shift 2; mount -t tmpfs -o "size=${kb}k" none "$disk" || exit 99;'
    '"$@"; code=$?; umount "$disk"; exit $code'
)

# What the recorder says of the two errors that a program may meet.
RECORDERS_WORDS = {errno.ENOSPC: "the disk is full", errno.EFBIG: "File too large"}


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """One way to let a program write so much and no more.

    prefix : starts what can mount a file system that nobody else sees; empty: it cannot be had,
             and the kernel refuses to let any one file grow beyond the size instead
    error  : number of the error that the program then meets
    """

    prefix: tuple[str, ...]
    error: int

    @classmethod
    def ways(cls) -> Iterator[Self]:
        """Those that are open to us here, the truest first; the last is open to everybody."""
        for prefix in _MOUNTING:
            way = cls(prefix, errno.ENOSPC)
            with tempfile.TemporaryDirectory(prefix="disk-") as folder:
                works = way.run(["true"], Path(folder), 64).returncode == 0
            if works:
                yield way
        yield cls((), errno.EFBIG)

    def run(
        self,
        command: Sequence[str],
        folder: Path,
        kb: int,
        env: Mapping[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run the command to its end with `folder` as the disk, and collect what it says.

        What it leaves on the disk goes with the disk: it has to copy it elsewhere itself.
        """
        if self.prefix:
            start = [*self.prefix, "sh", "-c", _MOUNTED, "sh", str(kb), str(folder)]
        else:
            start = ["prlimit", f"--fsize={kb * 1024}"]
        return subprocess.run(
            [*start, *command], env=env, capture_output=True, text=True, check=False
        )


_MOUNTING = (
    ("unshare", "--mount"),  # root
    ("unshare", "--user", "--map-root-user", "--mount"),  # others, where the kernel lets them
    ("unshare", "--mount", "--propagation", "unchanged"),  # root in a chroot, whose / is no mount
)
