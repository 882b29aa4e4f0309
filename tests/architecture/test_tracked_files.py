"""Nothing that git tracks names the machine on which it was written, or where its packages came from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from urllib.parse import urlsplit

import pytest

from tests.architecture.tree import ROOT, text_of, tracked_files

# Spelled in parts, so that this file does not hold what it looks for.
_FOLDERS = "|".join(["tm" + "p", "wo" + "rk", "ro" + "ot", "ho" + "me/[a-z]", "opt/py" + "pi", "Us" + "ers/[A-Za-z]"])
_MACHINE_PATH = re.compile(rf"(?<![\w.\-)\]}}>*])/(?:{_FOLDERS})(?![\w-])")
_PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}


@cache
def registry_hosts() -> frozenset[str]:
    """Hosts from which this machine installs packages, public ones aside: asked for, since a list would name them."""
    told = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    words = re.findall(
        r"https?://[^\s'\"\\]+", told.stdout + " " + " ".join(v for k, v in os.environ.items() if "INDEX_URL" in k)
    )
    return frozenset(h for word in words if (h := urlsplit(word).hostname) and h not in _PUBLIC_HOSTS and "." in h)


def traces(text: str) -> list[str]:
    """What in a text leads to one machine."""
    return _MACHINE_PATH.findall(text) + [host for host in sorted(registry_hosts()) if host in text]


@pytest.mark.parametrize(
    "text", ["see /tm" + "p/x", "'/wo" + "rk/shared'", "(/ro" + "ot/.cache", "file:///tm" + "p", "/ho" + "me/a"]
)
def test_the_reader_finds_machine_paths(text: str) -> None:
    assert traces(text)


@pytest.mark.parametrize(
    "text", ["tmp_path / 'x'", "axflow/work" + "flows", "../shared/vectors", "a/work/b", "/workflows/ax"]
)
def test_the_reader_leaves_other_paths(text: str) -> None:
    assert traces(text) == []


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        for number, line in enumerate((text_of(path) or "").splitlines(), 1)
        if traces(line)
    ]
    assert found == []


def test_no_lock_file_is_tracked() -> None:
    """Lock files name a registry; bounds stand in pyproject.toml."""
    assert [p.name for p in tracked_files() if p.name in {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"}] == []
