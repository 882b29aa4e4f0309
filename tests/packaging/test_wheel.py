"""The wheel and the sdist hold what they must, and work far from the checkout in an environment of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.packaging.test_readme import DEMO, ROOT

pytestmark = pytest.mark.slow

_OUTSIDE = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "AXFLOW_DB", "COVERAGE_PROCESS_START"}


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
    done = subprocess.run(
        command,
        cwd=cwd,
        # What is installed here runs once or twice: compiling all of it beforehand would take longer than the tests.
        env=environment | {"PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_COMPILE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def _script(environment: Path, name: str) -> str:
    return str(environment / ("Scripts" if os.name == "nt" else "bin") / name)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone of what is committed: what is only on this disk must not help."""
    folder = tmp_path_factory.mktemp("clone") / "axflow"
    _run("git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder), cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def built(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist of the clone, and the wheel built from that sdist, by suffix."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--outdir", str(out), str(clone), cwd=out)
    return {path.suffix: path for path in out.iterdir()}


@pytest.fixture(scope="module")
def installed(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment into which only the wheel went."""
    folder = tmp_path_factory.mktemp("installed") / "env"
    venv.create(folder, with_pip=True)
    _run(_script(folder, "python"), "-m", "pip", "install", "--quiet", str(built[".whl"]), cwd=folder)
    return folder


def test_the_wheel_holds_the_package_its_workflows_and_its_licence(built: dict[str, Path], clone: Path) -> None:
    with zipfile.ZipFile(built[".whl"]) as wheel:
        names = set(wheel.namelist())
        metadata = wheel.read("axflow-0.1.0.dist-info/METADATA").decode("utf-8")
    sources = {p.relative_to(clone).as_posix() for p in (clone / "axflow").rglob("*") if p.is_file()}
    shipped = {f"axflow/{p.relative_to(clone).as_posix()}" for p in (clone / "workflows").rglob("*") if p.is_file()}
    assert shipped
    assert sources | shipped <= names
    assert {name.split("/")[0] for name in names} == {"axflow", "axflow-0.1.0.dist-info"}
    assert "axflow/py.typed" in names
    assert "axflow-0.1.0.dist-info/licenses/LICENSE" in names
    assert "License-Expression: Apache-2.0" in metadata


def test_the_sdist_can_be_tested_by_who_packages_it(built: dict[str, Path]) -> None:
    with tarfile.open(built[".gz"]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    wanted = {
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
        ".ci/run",
        "axflow/__init__.py",
        "tests/conftest.py",
    }
    assert wanted <= names
    assert any(name.startswith("workflows/") for name in names)


def test_the_installed_package_is_found_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import axflow; print(axflow.__file__); print(axflow.__version__)"
    place, version = _run(_script(installed, "python"), "-c", code, cwd=tmp_path).stdout.splitlines()
    assert installed.resolve() in Path(place).resolve().parents
    assert version == "0.1.0"


def test_the_demo_runs_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert _run(_script(installed, "axflow"), "demo", cwd=tmp_path).stdout.strip()


def test_shipped_workflows_are_listed_away_from_the_checkout(installed: Path, tmp_path: Path, clone: Path) -> None:
    listed = _run(_script(installed, "axflow"), "workflow", "list", cwd=tmp_path).stdout
    shipped = [p.parent.name for p in (clone / "workflows").glob("*/definition.*")]
    assert shipped
    assert [name for name in shipped if name not in listed] == []


def test_the_demo_command_of_the_readme_works_in_a_fresh_clone(clone: Path) -> None:
    if os.name == "nt":
        pytest.skip("only on Python with a POSIX shell: README gives the Windows spelling apart")
    assert _run("bash", "-c", DEMO, cwd=clone).stdout.strip()
