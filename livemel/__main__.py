"""`python -m livemel`."""

import sys

from livemel.cli import main

if __name__ == "__main__":
    sys.exit(main())
