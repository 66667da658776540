"""Files whose decoders do not answer, as on a disk that sleeps."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from livemel.sources import nursery


@contextmanager
def stopped_nursery() -> Iterator[None]:
    """Files that are opened meanwhile wait for their decoders, until it is over or 8 s are."""
    while True:
        nursery.prepare()
        process = nursery._nursery._process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        if process.poll() is None:
            break
        nursery._nursery.close()  # it was about to end
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)
