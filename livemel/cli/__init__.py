"""The command line: argv → a command, and exit codes: 0 done, 2 a mistake said in one line, 1 an
error of the program's own, said in one line too.
"""

import os
import signal
import sys
from collections.abc import Sequence

from livemel.cli.commands import COMMANDS
from livemel.cli.run import open_window, parse_run
from livemel.cli.terminal import prepare_stdout
from livemel.errors import LivemelError

__all__ = ["main", "parse_run"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    prepare_stdout()
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = COMMANDS.get(arguments[0]) if arguments else None
    try:
        if command is None:
            return open_window(arguments)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = command(arguments[1:])
        if sys.stdout is not None:  # pythonw has none, nor has who closed it
            sys.stdout.flush()
        return code
    except LivemelError as error:
        print(f"livemel: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has heard enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        if command is None or error.filename is not None:
            return _internal(error)
        # It is stdout that cannot be written: on a full disk, for example.
        print(f"livemel: cannot write: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    except Exception as error:
        return _internal(error)


def _internal(error: Exception) -> int:
    from livemel.logs.run import say_internal_error  # which costs 60 ms with what it needs

    say_internal_error(error)
    return 1
