"""What is said again and again is written down now and then."""

import threading
import time

_OFTEN = 5
_FORGOTTEN_S = 3600.0
_MOST = 256


class Repeats:
    """Counts texts. The first few are each written, then the 10th, the 100th, the 1000th …

    An error in each paint would otherwise push out of the log what it came from. What was not
    said for an hour is new again.
    """

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def count(self, text: str) -> int:
        """How often it has been said now, or 0 if that is not worth a line. Any thread."""
        key, now = hash(text), time.monotonic()
        with self._lock:
            count, last = self._counts.pop(key, (0, now))
            count = 1 if now - last > _FORGOTTEN_S else count + 1
            self._counts[key] = (count, now)
            if len(self._counts) > _MOST:
                del self._counts[next(iter(self._counts))]
        return count if count <= _OFTEN or str(count).strip("0") == "1" else 0
