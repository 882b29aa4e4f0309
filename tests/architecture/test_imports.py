"""What may import what, beyond the order of the rooms that lint-imports holds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT, imported, modules

HEAVY = {
    "sqlalchemy",
    "alembic",
    "numpy",
    "numba",
    "scipy",
    "lifelines",
    "fastapi",
    "starlette",
    "uvicorn",
    "jinja2",
    "typer",
    "click",
    "rich",
    "cryptography",
    "holidays",
    "graphlay",
    "psycopg",
    "aiosqlite",
    "openpyxl",
    "dask",
}
NEVER = {"pm4py", "pymerkle", "pickle", "marshal", "shelve", "dill", "cloudpickle"}
IMPURE = {
    "time",
    "random",
    "secrets",
    "os",
    "socket",
    "ssl",
    "sqlite3",
    "urllib",
    "http",
    "subprocess",
    "threading",
    "asyncio",
    "pathlib",
    "shutil",
    "tempfile",
    "sqlalchemy",
    "alembic",
    "holidays",
    "structlog",
    "uuid",
}


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def _imports_in(room: str, refused: set[str]) -> list[str]:
    return [
        f"{path}: {name}"
        for path, tree in modules().items()
        if room in ("", path.parts[1])
        for name in sorted(imported(tree))
        if name.partition(".")[0] in refused
    ]


def test_import_axflow_is_light() -> None:
    assert "axflow" in _loaded_by("import axflow")
    assert _loaded_by("import axflow") & HEAVY == set()


def test_nothing_imports_what_is_refused() -> None:
    assert _imports_in("", NEVER) == []


def test_guards_stand_on_the_standard_library_alone() -> None:
    foreign = [
        f"{path}: {name}"
        for path, tree in modules().items()
        if path.parts[1] == "guards"
        for name in sorted(imported(tree))
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("axflow.guards")
    ]
    assert foreign == []


@pytest.mark.parametrize("room", ["guards", "kernel"])
def test_what_decides_reads_no_clock_disk_network_or_chance(room: str) -> None:
    assert _imports_in(room, IMPURE) == []
