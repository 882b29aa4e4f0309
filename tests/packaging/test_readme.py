"""README's two commands are the ones that CI and the tests here run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/axflow demo"
TESTS = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[all,test]' && .venv/bin/python -m pytest"


def test_readme_holds_both_commands_on_one_line_each() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert DEMO in lines
    assert TESTS in lines


def test_ci_runs_the_command_of_the_readme() -> None:
    assigned = re.search(r'^tests="(.*)"$', (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert assigned is not None
    assert assigned.group(1) == TESTS
