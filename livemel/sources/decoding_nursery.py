"""What runs in the nursery: it forks a decoder process for each sound file, 2 ms instead of 20.

It never looks into a file itself, and so outlives them all. Imports no numpy. It ends when its
parent does, and sees to it that the decoder processes do, even one that hangs.
"""

import contextlib
import os
import select
import signal
import socket
import sys

from livemel.sources.decoding import failure, load_library, serve

# It waits so long for another file once all are closed.
_LINGER_MS = 1500


class _Nursery:
    """Files come on a socket. For each of the processes it keeps a second link, on which it tells
    of which signal the process died, one byte; and which its parent closes with the file.
    """

    def __init__(self, control: socket.socket, library: str) -> None:
        self._control, self._library = control, library
        self._notices: dict[int, socket.socket] = {}  # by process, of all that have not ended
        self._wanted: dict[int, int] = {}  # processes whose files are open, by their notices
        with contextlib.suppress(OSError):  # each process will say so
            load_library(library)
        self._stirred, self._stirring = os.pipe()
        for end in (self._stirred, self._stirring):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._stirring, warn_on_full_buffer=False)

    def run(self) -> None:
        """Runs in: the nursery, until nobody can ask any more, or has a file open for a while."""
        asked = self._control.fileno()
        can_ask = True
        while can_ask or self._wanted:
            ready = self._wait(*([asked] if can_ask else ()), self._stirred, *self._wanted)
            if not ready and not self._notices:
                break
            for number in ready.intersection(self._wanted):
                # Nobody reads from it any more. Most notice that themselves.
                os.kill(self._wanted.pop(number), signal.SIGKILL)
            if self._stirred in ready:
                self._bury()
            if asked in ready:
                can_ask = self._take_in()

    def _wait(self, *numbers: int) -> set[int]:
        """The descriptors of these on which there is something, an end too; none after a while."""
        waiting = select.poll()
        for number in numbers:
            waiting.register(number, select.POLLIN)
        return {number for number, _ in waiting.poll(None if self._notices else _LINGER_MS)}

    def _take_in(self) -> bool:
        """The next file. False if nobody can ask any more."""
        word, descriptors, _, _ = socket.recv_fds(self._control, 1, 3)
        if len(descriptors) == 3:
            self._bear(*descriptors)
        return bool(word)

    def _bear(self, file: int, link_number: int, notice_number: int) -> None:
        link, notice = (socket.socket(fileno=number) for number in (link_number, notice_number))
        try:
            process = os.fork()
        except OSError as error:
            link.sendall(failure(error))
            process = -1
        if process == 0:
            self._forget()
            notice.close()
            try:
                serve(link, self._library, file)
            finally:
                os._exit(0)
        if process > 0:
            self._notices[process] = notice
            self._wanted[notice_number] = process
        link.close()
        os.close(file)

    def _forget(self) -> None:
        """What is the nursery's. Runs in: a new decoder process."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in (self._stirred, self._stirring):
            os.close(end)
        for link in (self._control, *self._notices.values()):
            link.close()

    def _bury(self) -> None:
        """Take note of those that have ended."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._stirred, 64):
                pass
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                process, status = found
                notice = self._notices.pop(process)
                self._wanted.pop(notice.fileno(), None)
                if os.WIFSIGNALED(status):
                    with contextlib.suppress(OSError):
                        notice.send(bytes([os.WTERMSIG(status)]), socket.MSG_DONTWAIT)
                notice.close()


def main() -> None:
    """Runs in: the nursery. argv : libsndfile's path"""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    _Nursery(socket.socket(fileno=0), sys.argv[1]).run()


if __name__ == "__main__":
    main()
