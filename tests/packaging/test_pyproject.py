"""pyproject.toml: each dependency has a lower bound and a reason beside it, and `all` means all."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import axflow

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(TEXT)["project"]
FEATURES = {"postgres", "async", "simulate", "cluster", "web", "xlsx", "otel"}


def _requirements() -> list[str]:
    extras = [r for name, listed in PROJECT["optional-dependencies"].items() if name != "all" for r in listed]
    return [*PROJECT["dependencies"], *extras]


def test_every_dependency_has_a_lower_bound_and_a_reason() -> None:
    for requirement in _requirements():
        assert ">=" in requirement, requirement
        written = re.search(rf'^\s+"{re.escape(requirement)}",\s+# (.+)$', TEXT, re.MULTILINE)
        assert written is not None, f"{requirement}: no reason stands beside it"


def test_the_machine_is_kept_below_the_release_that_may_change_its_internals() -> None:
    assert "transitions>=0.9.3,<0.10" in PROJECT["dependencies"]


def test_all_is_every_feature() -> None:
    assert set(PROJECT["optional-dependencies"]) == FEATURES | {"all", "test", "benchmarks"}
    named = re.fullmatch(r"axflow\[(.*)\]", PROJECT["optional-dependencies"]["all"][0])
    assert named is not None
    assert set(named.group(1).split(",")) == FEATURES


def test_one_version_everywhere() -> None:
    assert axflow.__version__ == PROJECT["version"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b", changes, re.MULTILINE)
