"""A fresh interpreter: importing, and the first answer of the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.measure import Contender

_ROOT = Path(__file__).resolve().parents[2]


def interpreter(name: str, code: str, *arguments: str) -> Contender:
    """A new Python process that runs `code` with `arguments`, compiled bytecode being cached as in everyday use."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code, *arguments]

    def run(times: int) -> None:
        for _ in range(times):
            subprocess.run(command, cwd=_ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

    return Contender(name, run)


def nothing() -> Contender:
    return interpreter("python -c pass", "pass")


def core_libraries() -> Contender:
    return interpreter("import pydantic, transitions, structlog", "import pydantic, transitions, structlog")


def import_axflow() -> Contender:
    return interpreter("import axflow", "import axflow")


def axflow_help() -> Contender:
    return interpreter("axflow --help", "from axflow.cli import main; main()", "--help")


def typer_help() -> Contender:
    """A command line with one command and nothing behind it: what typer and rich cost alone."""
    code = (
        "import typer\napp = typer.Typer()\n"
        "@app.command()\ndef hello(name: str) -> None:\n    'Greets.'\n"
        "@app.command()\ndef bye(name: str) -> None:\n    'Leaves.'\napp()"
    )
    return interpreter("a typer command line of two commands, --help", code, "--help")
