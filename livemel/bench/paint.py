"""A paint of the live image against one of pyqtgraph's ImageItem, on the screen there is; and a
paint of eight channels below each other against one of a single channel, on as many pixels.

Run as `python -m livemel.bench.paint`. Prints the rows as JSON.
"""

import time
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget

from livemel.bench.contestants import Contestant, ImageItem, Scrolling
from livemel.bench.rounds import ratios
from livemel.bench.rows import Row, say, to_json
from livemel.doctor.display import check_display
from livemel.errors import LivemelError

_SIZE = (1920, 1080)
_ROUNDS = 6
_PAINTS = 90  # a round of each: 1.5 s
_RATE_HZ = 60.0
# The first paints after a page was turned find cold caches; the window turns none.
_UNCOUNTED = 5
_LIMIT = 0.2  # a fifth
_LANES, _LANES_LIMIT = 8, 2.0

_EIGHT = (f"paint of {_LANES} channels ÷ of one", "one")

Milliseconds = list[float]


def paint_rows(rounds: int = _ROUNDS, paints: int = _PAINTS) -> list[Row]:
    """Back to back, and at the screen's rate. paints : counted in each round, for each of the two.

    The limit is the first one's. At 60 a second the memory that a paint moves has gone cold, which
    costs us, who do little else, far more than it costs ImageItem.
    """
    try:
        check_display()
    except LivemelError as error:
        return [Row("paint", "paint ÷ ImageItem's", "×", limit=_LIMIT, note=str(error))]
    application = QApplication.instance() or QApplication(["livemel"])
    assert isinstance(application, QApplication)
    # One window, two pages: what is hidden is not painted, and what is shown is shown whole.
    pages = QStackedWidget()
    pages.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    ours = Scrolling()
    pages.addWidget(ours.widget)
    pages.resize(*_SIZE)
    pages.show()
    settle(application)
    view = ours.view
    theirs = ImageItem(view)
    pages.addWidget(theirs.widget)
    both = (ours, theirs)
    dense = _in_turn(application, pages, both, rounds, paints, paced=False)
    paced = _in_turn(application, pages, both, rounds, paints, paced=True)
    several = Scrolling(_LANES)
    pages.addWidget(several.widget)
    lanes = _in_turn(application, pages, (several, ours), rounds, paints, paced=True)
    pages.close()
    where = f"{view.width}×{view.height} px on {application.platformName()}"
    return [
        _row(50, *dense, limit=_LIMIT, note=where),
        _row(50, *paced, limit=None, note="60 a second"),
        _row(99, *paced, limit=None, note="60 a second"),
        _row(50, *lanes, what=_EIGHT, limit=_LANES_LIMIT, note="60 a second"),
        _row(95, *lanes, what=_EIGHT, limit=None, note="60 a second"),
    ]


def _in_turn(
    application: QApplication,
    pages: QStackedWidget,
    contestants: Sequence[Contestant],
    rounds: int,
    paints: int,
    *,
    paced: bool,
) -> list[list[Milliseconds]]:
    """Each in each round, A B A B … Returns : for each its rounds, of `paints` durations each."""
    counted: list[list[Milliseconds]] = [[] for _ in contestants]
    for number in range(1, rounds + 1):
        say(f"  round {number} of {rounds}")
        for i, contestant in enumerate(contestants):
            pages.setCurrentWidget(contestant.widget)
            settle(application)
            durations: Milliseconds = []
            began_s = time.monotonic()
            turns = 0
            while len(durations) < _UNCOUNTED + paints:
                turns += 1
                if paced:
                    time.sleep(max(0.0, began_s + turns / _RATE_HZ - time.monotonic()))
                application.sync()  # the server is done with the last one, as at 60 a second
                spent_ms = contestant.paint(1 / _RATE_HZ)
                if spent_ms is not None:
                    durations.append(spent_ms)
            counted[i].append(durations[_UNCOUNTED:])
    return counted


def settle(application: QApplication) -> None:
    """Let the window system show what it was told to show."""
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        application.processEvents()
        time.sleep(0.01)


def _row(
    percentile: int,
    ours: list[Milliseconds],
    theirs: list[Milliseconds],
    *,
    what: tuple[str, str] = ("paint ÷ ImageItem's", "ImageItem"),
    limit: float | None,
    note: str,
) -> Row:
    """what : the ratio, and whose the second one's time is"""
    our_ms = [float(np.percentile(round_ms, percentile)) for round_ms in ours]
    their_ms = [float(np.percentile(round_ms, percentile)) for round_ms in theirs]
    figures = f"{np.median(our_ms):.2f} ms, {what[1]} {np.median(their_ms):.2f} ms"
    return Row.of_rounds(
        "paint",
        f"{what[0]}, p{percentile}",
        "×",
        ratios(our_ms, their_ms),
        limit=limit,
        note=f"{figures}; {note}" if note else figures,
    )


if __name__ == "__main__":
    print(to_json(paint_rows()))
