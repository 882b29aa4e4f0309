"""docs/commands.md is run: each command in order, in one folder, says what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from axflow.engine.directory_file import read_directory
from tests.cli.conftest import ROOT, axflow

PAGE = (ROOT / "docs" / "commands.md").read_text("utf-8")


def session() -> list[tuple[str, int, list[str]]]:
    """Each command, its exit code, and the lines that it says."""
    found: list[tuple[str, int, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            code = int(lines.pop().removeprefix("→ ")) if lines and lines[-1].startswith("→ ") else 0
            found.append((command, code, lines))
    return found


def as_pattern(lines: list[str]) -> str:
    """What is said, where `…` stands for anything, on a line of its own for any lines, and spaces for columns."""
    pattern = ""
    for line in lines:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*"
        else:
            words = [re.escape(word).replace("…", ".*") for word in line.split()]
            pattern += r"\s*" + r"\s+".join(words) + r"\s*\n"
    return pattern


def test_the_page_says_what_the_commands_say(tmp_path: Path) -> None:
    told = session()
    assert len(told) == 18
    for command, code, lines in told:
        done = axflow(*shlex.split(command)[1:], cwd=tmp_path)
        assert done.returncode == code, (command, done.stderr)
        said = re.sub(r"-{3,}", "---", done.stdout + done.stderr)
        wanted = [re.sub(r"-{3,}", "---", line) for line in lines]
        assert re.fullmatch(as_pattern(wanted), said), f"{command}\n{said}"


def test_the_directory_of_the_page_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml\n(axflow_directory.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "d.yaml").write_text(block, "utf-8")
    assert len(read_directory(tmp_path / "d.yaml")) == 9


def test_every_exit_code_is_on_the_page() -> None:
    from axflow.cli import running

    codes = {value for name, value in vars(running).items() if name.isupper() and isinstance(value, int)}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)} == codes


def test_every_command_of_a_project_is_on_the_page() -> None:
    from axflow.cli.project import app

    names = {str(command.name) for command in app.registered_commands}
    table = PAGE[PAGE.index("| command |") : PAGE.index("All of them are acts")]
    assert set(re.findall(r"`([a-z-]+)`", table)) >= names
