"""What can be wrong, in words for a person. Every message is one line that carries the value."""


class LivemelError(Exception):
    """A mistake or a fault that a person can act on: one line, exit code 2, no traceback."""


class ParameterError(LivemelError, ValueError):
    """A parameter has an impossible value."""


class SourceError(LivemelError):
    """A source of sound cannot be opened, or what it delivers is not sound."""


class OutputError(LivemelError):
    """A result cannot be written."""


class NoDeviceError(SourceError):
    """This computer has nothing to record with: no PortAudio, or no input device."""


class DisplayError(LivemelError):
    """There is no screen to open a window on."""
