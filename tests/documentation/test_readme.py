"""The README's Python runs as it stands and prints what it says."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_runs_and_prints_what_the_readme_says(tmp_path: Path) -> None:
    program, printed = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL).groups()  # type: ignore[union-attr]
    done = _python("-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said, heard = printed.splitlines(), done.stdout.splitlines()
    assert said[0] == heard[0]
    assert [ast.literal_eval(line) for line in said[1:]] == [ast.literal_eval(line) for line in heard[1:]]


def test_every_page_and_picture_that_the_readme_names_is_there() -> None:
    named = re.findall(r"\]\((docs/[^)]+)\)", TEXT) + re.findall(r'src="([^"]+)"', TEXT)
    assert len(named) >= 6
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_command_that_the_readme_names_exists() -> None:
    named = sorted(set(re.findall(r"^axflow ((?:project|workflow|db) [a-z]+|[a-z]+)", TEXT, re.MULTILINE)))
    assert named
    for command in named:
        done = _python("-c", "import sys; from axflow.cli import main; sys.exit(main())", *command.split(), "--help")
        assert done.returncode == 0, f"axflow {command}: {done.stderr}"


def _python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", *arguments],
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
