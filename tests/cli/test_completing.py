"""Shell completion: commands, and the names that a project and its workflow have."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def completed(run: Run, line: str) -> list[str]:
    """What bash offers for the last word of a line."""
    count = str(len(line.split(" ")) - 1)
    done = run(_AXFLOW_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=count)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("axflow pro", ["project"]),
        ("axflow project wi", ["withdraw"]),
        ("axflow workflow show bui", ["building_permit"]),
        ("axflow project why fi", ["first"]),
        ("axflow project send first gi", ["give_up"]),
        ("axflow project record first f", ["form"]),
        ("axflow project why --db none.db fi", []),
        ("axflow project send nobody x", []),
    ],
)
def test_names_are_completed(here: Run, line: str, expected: list[str]) -> None:
    assert completed(here, line) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_a_script(run: Run, shell: str) -> None:
    done = run("--show-completion", shell)
    assert done.returncode == 0
    assert "_AXFLOW_COMPLETE" in done.stdout
