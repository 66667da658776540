"""Where the program begins: `livemel`, `livemel-gui` and `python -m livemel`."""

import signal
import sys


def main() -> int:
    """Run the command line; returns the exit code.

    Until the window answers Ctrl-C itself, it ends the process at once: a KeyboardInterrupt in
    the midst of Qt's start would be a traceback, or lost.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from livemel.cli import main as run  # now that an impatient person is provided for

    return run()


if __name__ == "__main__":
    sys.exit(main())
