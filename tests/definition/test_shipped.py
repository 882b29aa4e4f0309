"""Shipped workflows are found by name, and are in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from axflow.definition.lint import lint
from axflow.definition.loading import load
from axflow.definition.shipped import find, folder, names
from tests.definition.samples import EXAMPLE, needs_example


def test_names_are_folders_with_a_definition() -> None:
    assert names()
    for name in names():
        assert find(name) == folder() / name / "definition.yaml"
        assert load(name).id == name


def test_a_path_is_a_file_or_a_folder_with_a_definition(tmp_path: Path) -> None:
    (tmp_path / "definition.yaml").write_text("axflow: 1\n", encoding="utf-8")
    assert find(tmp_path) == find(str(tmp_path / "definition.yaml")) == tmp_path / "definition.yaml"


def test_what_is_not_there_is_named_with_what_is_close() -> None:
    near = names()[0][:-1]
    with pytest.raises(FileNotFoundError, match=f"`{near}`; did you mean `{names()[0]}`"):
        find(near)


@pytest.mark.parametrize("name", names())
def test_shipped_workflows_have_no_finding(name: str) -> None:
    assert [str(one) for one in lint(load(name))] == []


@needs_example
def test_the_example_has_no_error_and_may_be_returned_without_end() -> None:
    found = lint(load(EXAMPLE))
    assert {(one.severity, one.code) for one in found} <= {("warning", "unbounded-return")}
