"""What is shown of the Python API runs as it stands: docstrings, README, docs/examples."""

import doctest
import re
from importlib import import_module
from pathlib import Path

import livemel
import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
BLOCKS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(), re.S | re.M)
NEEDS_A_DEVICE = re.compile(r"open_source\(\s*(\)|[\"']mic|device)")
WHOLE_EXAMPLES = {path.read_text() for path in EXAMPLES}  # which run by themselves
RUNNABLE = [block for block in BLOCKS if not NEEDS_A_DEVICE.search(block)]
RUNNABLE = [block for block in RUNNABLE if block not in WHOLE_EXAMPLES]


def test_the_readme_has_python_that_needs_no_device() -> None:
    assert RUNNABLE


@pytest.mark.parametrize("block", RUNNABLE, ids=range(len(RUNNABLE)))
def test_python_in_the_readme_runs(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_python_in_the_readme_that_is_an_example_is_the_whole_example(block: str) -> None:
    """By its first line after the import."""
    whole = {path.read_text().split("\n\n")[1]: path.read_text() for path in EXAMPLES}
    for beginning, example in whole.items():
        assert beginning not in block or block == example


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(path.read_text(), path, "exec"), {"__name__": "example"})
    assert "(80, 3000) float32" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["livemel.live.source", "livemel.dsp.rolling", "livemel.diagnosis.diagnosis"]
)
def test_docstrings_show_what_happens(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name))
    assert tried > 0
    assert failed == 0


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    assert livemel.__all__ == sorted(livemel.__all__)
    for name in livemel.__all__:
        assert getattr(livemel, name).__doc__
        assert name in dir(livemel)
