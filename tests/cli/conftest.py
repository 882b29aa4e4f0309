"""Commands run as people run them, in a folder of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from axflow.cli.running import run as run_here

ROOT = Path(__file__).parents[2]
LOAN = Path(__file__).parent / "loan"
"""A workflow with everything that an officer may do at the command line."""
OF_THE_USER = (
    "AXFLOW_ACTOR", "AXFLOW_DB", "AXFLOW_LANG", "AXFLOW_ORGANISATION", "NO_COLOR", "COLUMNS", "LANG", "LC_",
)  # fmt: skip
"""What a user's own environment says to commands, and must not say to tests."""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def axflow(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `axflow` there: in a process of its own where environment variables are given, else in this one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_USER)}
    if not environment:
        out, err = StringIO(), StringIO()
        with chdir(cwd), redirect_stdout(out), redirect_stderr(err), patch.dict(os.environ, kept, clear=True):
            code = run_here(arguments)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
    encoding = environment.get("PYTHONIOENCODING", "utf-8").partition(":")[0]
    return subprocess.run(
        [sys.executable, "-m", "axflow", *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding=encoding,
        check=False,
    )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `axflow` in a folder of this test."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = axflow(*arguments, cwd=tmp_path, **environment)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the starter workflow published and one project `first` in it."""
    folder = tmp_path_factory.mktemp("started")
    for arguments in (
        ("init", "workflow"),
        ("workflow", "publish", "workflow", "--directory", "workflow/directory.yaml"),
        ("project", "open", "request", "--firm", "acme", "--id", "first", "--actor", "kim", "--organisation", "acme"),
    ):
        done = axflow(*arguments, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def here(started: Path, tmp_path: Path) -> Run:
    """Run `axflow` on a copy of the started database."""
    shutil.copytree(started, tmp_path / "copy")

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = axflow(*arguments, cwd=tmp_path / "copy", **environment)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the loan workflow published and signed, and a project `lamp` with a form."""
    folder = tmp_path_factory.mktemp("loan")
    shutil.copytree(LOAN, folder / "loan")
    for arguments in (
        ("workflow", "publish", "loan", "--directory", "loan/directory.yaml"),
        ("workflow", "sign", "loan", "--actor", "lee"),
        ("workflow", "sign", "loan", "--actor", "park"),
        ("project", "open", "loan", "--firm", "acme", "--id", "lamp", "--title", "A lamp", "--actor", "kim"),
        ("project", "record", "lamp", "form", "purpose=reading", "--actor", "kim"),
    ):
        done = axflow(*arguments, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def at(lent: Path, tmp_path: Path) -> Run:
    """Run `axflow` on a copy of that."""
    shutil.copytree(lent, tmp_path / "copy")

    def run(*arguments: str, **environment: str) -> Any:
        done = axflow(*arguments, cwd=tmp_path / "copy", **environment)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def shown(at: Run, project: str = "lamp") -> dict[str, Any]:
    return dict(json.loads(at("project", "show", project, "--json").stdout))


def entries(at: Run, project: str = "lamp") -> list[dict[str, Any]]:
    return list(json.loads(at("project", "history", project, "--json").stdout)["entries"])
