"""Each module says what it is, is one idea long, and runs no text as code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, modules

LONGEST = 450
ALONE = {Path("axflow/journal/verify_bundle.py")}
"""Travels as one file to where axflow is not, so it holds all that verifying needs."""
_RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
_READS_CLOCK = {"now", "utcnow", "today"}
_UNSAFE_YAML = {"unsafe_load", "full_load", "load_all", "unsafe_load_all", "full_load_all"}


def _calls(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.lineno, node.func.id, False
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr, True


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path, tree in modules().items() if not (ast.get_docstring(tree) or "").strip()] == []


def test_no_module_is_two_ideas_long() -> None:
    lengths = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in set(modules()) - ALONE
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def _found(names: set[str], of_something: bool, room: str = "") -> list[str]:
    return [
        f"{path}:{line}: {name}()"
        for path, tree in modules().items()
        if room in ("", path.parts[1])
        for line, name, attribute in _calls(tree)
        if attribute == of_something and name in names
    ]


def test_no_text_is_run_as_code() -> None:
    assert _found(_RUNS_TEXT, of_something=False) + _found(_UNSAFE_YAML, of_something=True) == []


@pytest.mark.parametrize("room", ["guards", "kernel"])
def test_what_decides_asks_no_clock(room: str) -> None:
    assert _found(_READS_CLOCK, of_something=True, room=room) == []


def test_no_stub_is_left() -> None:
    """A body that only raises NotImplementedError, or a note to do it later, promises what is not there."""
    found: list[str] = []
    for path, tree in modules().items():
        for node in _functions(tree):
            raises = [n for n in node.body if isinstance(n, ast.Raise)]
            if any("NotImplementedError" in ast.dump(n) for n in raises):
                found.append(f"{path}:{node.lineno}: {node.name} raises NotImplementedError")
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
            if any(mark in line for mark in ("TODO", "FIXME", "XXX")):
                found.append(f"{path}:{number}: {line.strip()}")
    assert found == []


def test_the_trees_are_read() -> None:
    assert Path("axflow/__init__.py") in modules()
