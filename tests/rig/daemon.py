"""Helper processes of the rig: started, watched and ended by whoever owns them.

Standard library only, because `with-virtual-desk` runs on the system's own Python.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

DEADLINE_S = 20.0  # A loaded two-core machine starts each of the helpers in under 2 s.
POLL_S = 0.02


class RigError(Exception):
    """A part of the rig is missing or did not start; the text is one line."""


def need(program: str, package: str) -> str:
    """Return the path of a program, or raise RigError naming the Debian package that has it."""
    path = shutil.which(program)
    if path is None:
        raise RigError(f"{program} is not installed: apt install {package} (`make test` does it)")
    return path


class Daemon:
    """A child process that cannot outlive its parent.

    command : argument list; the first one a program found by `need`
    env     : the whole environment of the child
    log     : file that takes its stderr; the last line becomes the text of a RigError
    orphan_signal : what the kernel sends the child when the parent dies, even by SIGKILL.
        The kernel counts the death of the *thread* that started the child, so start daemons
        on the main thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        orphan_signal: signal.Signals = signal.SIGTERM,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = Path(command[0]).name
        self._log = log
        setpriv = need("setpriv", "util-linux")
        with log.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal is for the command under test, and the
            # daemons have to outlive it. setpriv execs, so the pid is the daemon's own.
            self.process = subprocess.Popen(
                [setpriv, "--pdeathsig", orphan_signal.name.removeprefix("SIG"), *command],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=output,
                start_new_session=True,
                pass_fds=pass_fds,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_until(self, ready: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        """Return once ready() is true; raise RigError if the process ends or time runs out."""
        give_up = time.monotonic() + deadline_s
        while not ready():
            try:
                self.process.wait(POLL_S)
            except subprocess.TimeoutExpired:
                if time.monotonic() > give_up:
                    raise self.failure(f"was not ready within {deadline_s:g} s") from None
            else:
                raise self.failure(f"ended with code {self.process.returncode}")

    def failure(self, what: str) -> RigError:
        lines = self._log.read_text(errors="replace").strip().splitlines() or ["no output"]
        return RigError(f"{self.name} {what}: {lines[-1]}")

    def suspend(self) -> None:
        """Stop it in its tracks: it neither answers nor disconnects."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it, as a crash would; returns when it is gone."""
        self.process.kill()
        self.process.wait()

    def end(self, grace_s: float = 3.0) -> None:
        """Ask, then kill; returns when the process is gone. A second call does nothing."""
        if self.process.poll() is None:
            self.process.terminate()
            self.resume()  # A stopped process takes SIGTERM only once it is continued.
            try:
                self.process.wait(grace_s)
            except subprocess.TimeoutExpired:
                self.kill()


def go_first(pid: int) -> None:
    """Let a process run before all that only computes, as sound servers do, where we may."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            os.sched_setscheduler(int(task.name), os.SCHED_RR, os.sched_param(20))


def run_tool(command: Sequence[str], env: Mapping[str, str], timeout_s: float = DEADLINE_S) -> str:
    """Run a short command to its end and return its stdout; RigError carries its stderr."""
    try:
        done = subprocess.run(
            command,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired:
        raise RigError(f"{' '.join(command)}: no answer within {timeout_s:g} s") from None
    if done.returncode != 0:
        raise RigError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def clean_environment(*removed_prefixes: str) -> dict[str, str]:
    """A copy of this process's environment without the variables that start with a prefix."""
    return {k: v for k, v in os.environ.items() if not k.startswith(removed_prefixes)}
