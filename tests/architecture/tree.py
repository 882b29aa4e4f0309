"""The project's files, as the architecture tests read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "axflow"
_BUILT = {"__pycache__", ".venv", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "build", "dist"}


def text_of(path: Path) -> str | None:
    """The file's text, or None when it is binary."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def package_files() -> list[Path]:
    """Every file that the package ships from axflow/, built ones aside."""
    return sorted(p for p in PACKAGE.rglob("*") if p.is_file() and not _BUILT & set(p.parts))


@cache
def modules() -> dict[Path, ast.Module]:
    """Each Python module of the package with its syntax tree, by path from the root."""
    return {p.relative_to(ROOT): ast.parse(p.read_text(encoding="utf-8")) for p in package_files() if p.suffix == ".py"}


def tracked_files() -> list[Path]:
    """What git tracks; in an unpacked sdist, which has no git, every file that was not built there."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
        paths = [ROOT / name.decode("utf-8") for name in listed.split(b"\0") if name]
    else:
        paths = [p for p in ROOT.rglob("*") if not _BUILT & set(p.relative_to(ROOT).parts)]
    return sorted(p for p in paths if p.is_file())


def imported(tree: ast.Module) -> set[str]:
    """Dotted names of every module that this one imports anywhere, those behind TYPE_CHECKING and in functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names
