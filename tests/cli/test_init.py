"""`axflow init`: what it writes can be checked, read, tested and run as its hints say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

BLOCKED = "axflow project send first hand_in"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_command_of_its_hints_works_in_order(run: Run, tmp_path: Path, language: str) -> None:
    done = run("init", "permits", "--lang", language)
    assert done.returncode == 0
    assert done.stdout.split() == [
        str(Path("permits") / name) for name in ("definition.yaml", "directory.yaml", "test_request.py", "START.md")
    ]
    assert "START.md" in done.stderr
    hints = (tmp_path / "permits" / "START.md").read_text("utf-8")
    commands = [line.strip() for line in hints.splitlines() if line.startswith("    axflow ")]
    assert len(commands) == 13
    blocked = 0
    for command in commands:
        arguments = shlex.split(command.partition(" > ")[0], comments=True)[1:]
        told = run(*arguments, "--lang", language)
        expected = 3 if command.startswith(BLOCKED) and not blocked else 0
        blocked += command.startswith(BLOCKED)
        assert told.returncode == expected, (command, told.stderr)
    assert "granted" in run("project", "list").stdout


def test_its_test_passes_and_fails_when_the_rule_is_loosened(run: Run, tmp_path: Path) -> None:
    assert run("init", "permits").returncode == 0
    assert _tested(tmp_path).returncode == 0
    definition = tmp_path / "permits" / "definition.yaml"
    definition.write_text(definition.read_text("utf-8").replace("value: 3", "value: 1"), "utf-8")
    done = _tested(tmp_path)
    assert done.returncode == 1
    assert re.search(r"1 failed, 2 passed", done.stdout)


def _tested(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "permits"],
        cwd=folder, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_what_it_writes_has_nothing_to_find_fault_with(run: Run) -> None:
    run("init")
    done = run("workflow", "check", "workflow")
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 errors, 0 warnings" in done.stderr
