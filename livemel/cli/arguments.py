"""argparse, with mistakes as livemel says them."""

import argparse
from typing import NoReturn

from livemel.errors import ParameterError


class Parser(argparse.ArgumentParser):
    """argparse that raises instead of printing its usage."""

    def error(self, message: str) -> NoReturn:
        raise ParameterError(f"{message} ({self.prog} --help lists the options)")
