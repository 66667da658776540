"""Programs whose home and run-time folder are another user's: what `su` without - leaves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Any user but the one who runs this.
_ANOTHER = 54321
# Root as others are: where it may not look, it cannot. Python may lie where only root may look.
_WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def shut_folder(path: Path) -> Path:
    """A new folder that only another user may enter. Skips where nobody can make one."""
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    path.mkdir()
    os.chown(path, _ANOTHER, _ANOTHER)
    path.chmod(0o700)
    return path


def run_shut_out(*arguments: str, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """This Python, with HOME and XDG_RUNTIME_DIR in a folder that it may not enter.

    more : other variables of its environment
    """
    env = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "PULSE"))}
    env |= {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    return subprocess.run(
        [*_WITHOUT_RIGHTS, sys.executable, *arguments],
        env=env | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
