"""How the suite is shared out: all of it on several workers, a named part in one process, some tests alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

SETTINGS = """
[tool.pytest.ini_options]
testpaths = ["tests"]
markers = ["alone"]
addopts = ["-n", "auto", "-p", "no:cacheprovider"]
"""
COMMON = """
import os, pytest, time
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "none")
def stay(name, seconds):
    began = time.monotonic()
    time.sleep(seconds)
    print(f"told {name} {WORKER} {began} {time.monotonic()}")
"""
SOME = COMMON + "@pytest.mark.parametrize('n', range(8))\ndef test_some(n): stay('some', 0.1)\n"
ALONE = COMMON + "@pytest.mark.alone\ndef test_alone(): stay('alone', 0.3)\n"
WHOLE = COMMON + "@pytest.mark.parametrize('n', range(4))\ndef test_whole(n): stay('whole', 0.1)\n"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite of its own, under this one's conftest."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (folder / "tests" / "cli").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests" / "conftest.py")
    for name, text in {"test_a_some.py": SOME, "test_b_alone.py": ALONE, "cli/test_demo.py": WHOLE}.items():
        (folder / "tests" / name).write_text(text, "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> list[tuple[str, str, float, float]]:
    """Which test ran on which worker, from when to when."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rP", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(r"^told (\w+) (\w+) ([\d.]+) ([\d.]+)$", done.stdout, re.MULTILINE)
    return [(name, worker, float(began), float(ended)) for name, worker, began, ended in told]


@pytest.mark.skipif(sys.platform == "win32", reason="only on Python with fcntl is a test kept alone")
def test_workers_share_files_stay_whole_and_who_wants_to_be_alone_is(suite: Path) -> None:
    told = run(suite, "-n", "2")
    assert len(told) == 13
    assert len({worker for name, worker, *_ in told if name == "some"}) == 2
    assert len({worker for name, worker, *_ in told if name == "whole"}) == 1
    [(_, _, began, ended)] = [one for one in told if one[0] == "alone"]
    assert all(to <= began or since >= ended for name, _, since, to in told if name != "alone")


def test_what_is_named_runs_in_this_process(suite: Path) -> None:
    assert {worker for _, worker, *_ in run(suite, "tests/test_a_some.py")} == {"none"}
