"""One capture process, as its parent sees it: begun, asked, ended."""

import json
import queue
import subprocess
import threading
from contextlib import suppress
from typing import IO, Any, Final

from livemel.sources.child import answers, child_command, child_environment
from livemel.sources.child_words import ChildWords, follow

# After SIGKILL. The kernel may hold a process in a driver: then it is collected later.
_COLLECTING_S: Final = 0.5


class CaptureProcess:
    """Runs from its making until `end`. It cannot outlive this process: its stdin ends with it."""

    def __init__(
        self, request: dict[str, Any], descriptors: tuple[int, ...], words: ChildWords
    ) -> None:
        """Raises OSError where no process can be made.

        descriptors : files that it is to inherit
        words : takes what it says on stderr
        """
        self.answered = False
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        process = self._process = subprocess.Popen(
            [*child_command("livemel.sources.capture"), json.dumps(request)],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=descriptors,
            start_new_session=True,  # Ctrl-C in the terminal is ours to answer
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._stdin = process.stdin
        listening = threading.Thread(
            target=_listen, args=(process.stdout, self._answers), daemon=True
        )
        listening.start()
        follow(words, process.stderr, process.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended: its exit code, minus the signal that killed it; None while it runs."""
        return self._process.poll()

    def answer(self, timeout_s: float) -> dict[str, Any] | None:
        """The one line it says, or None if it has not spoken in that time."""
        try:
            said = self._answers.get(timeout=timeout_s) if timeout_s else self._answers.get_nowait()
        except queue.Empty:
            return None
        self.answered = True
        return said or {"error": "the capture process ended without a word"}

    def kill(self) -> None:
        """Have it end at once, without waiting for that; `code` tells when it has. What it said,
        or did not, is no answer any more.
        """
        self.answered = True
        self._process.kill()

    def end(self, patience_s: float = 0.0) -> None:
        """By closing its stdin first, by SIGKILL after that."""
        self._stdin.close()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_COLLECTING_S)


def _listen(pipe: IO[bytes], heard: "queue.SimpleQueue[dict[str, Any] | None]") -> None:
    """Hand on the one line a capture process says; None where it says none.

    Runs on: a thread that ends with it.
    """
    with pipe:
        heard.put(next(answers(pipe), None))
        pipe.read()  # until the process is gone, so that it never writes into a closed pipe
