"""The commands beside the window. Each loads what it needs when it is called."""

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from livemel.cli.arguments import Parser
from livemel.cli.terminal import put, say, tell
from livemel.errors import one_line

if TYPE_CHECKING:
    from livemel.sources.devices import SoundDevice


def list_devices(arguments: Sequence[str]) -> int:
    """`livemel devices`."""
    parser = Parser(prog="livemel devices", description="List the input devices.")
    parser.add_argument("--output", action="store_true", help="those that play instead")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    from livemel.sources.devices import input_devices, list_output_devices

    trouble = ""
    if options.output:
        devices = list_output_devices()
    else:
        found = input_devices()
        devices, trouble = list(found.inputs), found.trouble
    if trouble:
        say(trouble)
    if options.json:
        rows = [
            {
                "index": device.index,
                "id": device.id,
                "name": device.name,
                "host_api": device.host_api,
                "channels": device.channels,
                "default_sr": device.default_sr,
                "default": device.is_default,
                "plays": device.plays,
            }
            for device in devices
        ]
        put(json.dumps(rows, indent=2))
        return 0
    if not devices:
        tell(f"no {'output' if options.output else 'input'} devices")
    recording = [device for device in devices if not device.plays]
    playing = [device for device in devices if device.plays]
    for device in recording:
        tell(_device_line(device))
    if playing:
        tell("what the computer plays:")
    for device in playing:
        tell(_device_line(device))
    return 0


def _device_line(device: "SoundDevice") -> str:
    mark = "*" if device.is_default else " "
    number = "  –" if device.index is None else f"{device.index:3d}"
    known = "" if one_line(device.id) == device.name else f"  {device.id}"
    are = "1 channel" if device.channels == 1 else f"{device.channels} channels"
    return (
        f"{mark} {number}  {device.name}  ({device.host_api}, {are}, {device.default_sr} Hz){known}"
    )


def list_frontends(arguments: Sequence[str]) -> int:
    """`livemel frontends`."""
    parser = Parser(
        prog="livemel frontends", description="List the front-ends of models, and those saved."
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="all of one; also a TOML file")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    from livemel.cli.frontend_text import one_frontend, overview
    from livemel.dsp.models import ROWS
    from livemel.presets import Preset, find, saved

    if options.name is not None:
        row = find(options.name).row
        if options.json:
            put(json.dumps(row.describe(), indent=2))
        else:
            tell(*one_frontend(row).split("\n"))
        return 0
    own = saved()
    rows = [*ROWS, *(preset.row for preset in own if isinstance(preset, Preset))]
    unreadable = [file for file in own if not isinstance(file, Preset)]
    if options.json:
        errors = [{"name": f.name, "kind": "saved", "error": f.reason} for f in unreadable]
        put(json.dumps([*(row.describe() for row in rows), *errors], indent=2))
    else:
        tell(*overview(rows, unreadable).split("\n"))
    return 0


def measure(arguments: Sequence[str]) -> int:
    """`livemel bench`."""
    parser = Parser(prog="livemel bench", description="Measure this computer.")
    parser.add_argument(
        "only",
        nargs="*",
        metavar="NAME",
        help="transform, push, channels, export, check, paint, zoom, hum, faults or window (all)",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    from livemel.bench import run_benches

    with contextlib.suppress(BrokenPipeError):
        return run_benches(options.only, as_json=options.json)
    return 0


def export(arguments: Sequence[str]) -> int:
    """`livemel export`."""
    from livemel.cli.export import export

    return export(arguments)


def render(arguments: Sequence[str]) -> int:
    """`livemel render`."""
    from livemel.cli.render import render

    return render(arguments)


def check(arguments: Sequence[str]) -> int:
    """`livemel check`."""
    from livemel.cli.check import check

    return check(arguments)


def fit_scaler(arguments: Sequence[str]) -> int:
    """`livemel fit-scaler`."""
    from livemel.cli.export import fit_scaler

    return fit_scaler(arguments)


def learn_normal(arguments: Sequence[str]) -> int:
    """`livemel learn-normal`."""
    from livemel.cli.learn_normal import learn_normal

    return learn_normal(arguments)


def verify(arguments: Sequence[str]) -> int:
    """`livemel verify`."""
    from livemel.cli.verify import run

    return run(arguments)


def latency(arguments: Sequence[str]) -> int:
    """`livemel latency`."""
    from livemel.cli.latency import run

    return run(arguments)


def doctor(arguments: Sequence[str]) -> int:
    """`livemel doctor`."""
    from livemel.cli.doctor import doctor

    return doctor(arguments)


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = MappingProxyType(
    {
        "devices": list_devices,
        "doctor": doctor,
        "frontends": list_frontends,
        "export": export,
        "render": render,
        "check": check,
        "fit-scaler": fit_scaler,
        "learn-normal": learn_normal,
        "verify": verify,
        "latency": latency,
        "bench": measure,
    }
)
