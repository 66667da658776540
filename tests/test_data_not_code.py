"""Whatever is read from a file is data: nothing in it can be made to run."""

import ast
import pickle
from pathlib import Path

import livemel
import numpy as np
import pytest
from livemel.cli import main

_SOURCES = sorted(Path(livemel.__file__).parent.rglob("*.py"))
_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "yaml", "code"}
_CALLS = {"eval", "exec", "compile", "__import__"}


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def called(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def loads_without_saying_no(call: ast.Call) -> bool:
    """np.load and its kin, unless allow_pickle=False is written there."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    said = {keyword.arg: keyword.value for keyword in call.keywords}
    no = said.get("allow_pickle")
    is_numpys = name in ("load", "read_array") and "np" in ast.unparse(call.func)
    return is_numpys and not (isinstance(no, ast.Constant) and no.value is False)


def test_no_module_can_run_what_it_reads() -> None:
    assert len(_SOURCES) > 300
    for path in _SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not imported(tree) & _MODULES, path
        for call in called(tree):
            where = f"{path}, line {call.lineno}"
            assert not (isinstance(call.func, ast.Name) and call.func.id in _CALLS), where
            assert not loads_without_saying_no(call), where


class _Touches:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self._path), "w")


@pytest.mark.parametrize("name", ["header", "median", "spread"])
def test_what_is_pickled_in_a_normal_never_runs(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    touched, file = tmp_path / "touched", tmp_path / "normal.npz"
    payload = _Touches(touched)
    pickle.loads(pickle.dumps(payload)).close()
    assert touched.exists()  # it would
    touched.unlink()
    names = ("header", "median", "spread", "middle", "below", "above")
    arrays = {each: np.ones(3, np.float32) for each in names}
    np.savez(file, **(arrays | {name: np.array(payload, dtype=object)}))
    assert main(["check", str(tmp_path / "any.wav"), "--normal", str(file)]) == 2
    assert "is no normal" in capsys.readouterr().err
    assert not touched.exists()


def test_a_pickle_is_none_of_our_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    touched, file = tmp_path / "touched", tmp_path / "file"
    file.write_bytes(pickle.dumps(_Touches(touched)))
    for arguments in (
        ["check", str(file)],
        ["check", "any.wav", "--normal", str(file)],
        ["export", "--recipe", str(file), "any.wav", "out.npy"],
        ["export", "--scaler", str(file), "any.wav", "out.npy"],
        ["frontends", str(file)],
    ):
        assert main(arguments) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not touched.exists()
