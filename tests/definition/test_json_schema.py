"""Editors accept what the loader accepts, and mark what it refuses."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from axflow.definition.json_schema import json_schema
from axflow.definition.loading import from_data
from axflow.definition.problems import DefinitionError
from axflow.definition.shipped import find, names
from tests.definition.samples import EXAMPLE, data, needs_example
from tests.definition.test_builder import YAML as LARGE

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def seen_by_an_editor(text: str) -> Any:
    """YAML 1.2 with its numbers and truth values; dates as the text that JSON has for them."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {plain(key): plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return value.isoformat() if isinstance(value, date) else value

    return plain(YAML(typ="safe", pure=True).load(text))


def complaints(value: Any) -> list[str]:
    return [f"{list(error.path)}: {error.message}" for error in VALIDATOR.iter_errors(value)]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", names())
def test_shipped_workflows_are_accepted(name: str) -> None:
    assert complaints(seen_by_an_editor(find(name).read_text(encoding="utf-8"))) == []


@needs_example
def test_the_example_is_accepted() -> None:
    assert complaints(seen_by_an_editor(EXAMPLE.read_text(encoding="utf-8"))) == []


def test_every_section_is_accepted_and_so_is_the_canonical_document() -> None:
    assert complaints(seen_by_an_editor(LARGE)) == []
    assert complaints(from_data(data()).document) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("stages", "first", "ownr"), "north"),
        (("stages", "First"), {"owner": "north"}),
        (("ends", "done"), "succes"),
        (("transitions", 0, "by"), {"a": "b"}),
        (("transitions", 0, "after"), "3 dayz"),
        (("transitions", 0, "to"), 5),
        (("calendar", "country"), "Korea"),
        (("axflow",), 2),
        (("title",), ""),
        (("deadlines",), {"limit": {"in": "first", "within": "3 days", "if_late": "shrug"}}),
        (("evidence",), {"paper": {"from": "officer", "fields": {"n": "numbr"}}}),
        (("unknown",), "x"),
        (("roles",), ["officer"]),
    ],
)
def test_what_the_loader_refuses_is_marked(path: tuple[Any, ...], value: Any) -> None:
    wrong = deepcopy(data())
    inner: Any = wrong
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert complaints(data()) == []
    assert complaints(wrong) != []
    with pytest.raises(DefinitionError):
        from_data(wrong)


def test_one_item_may_stand_for_its_list() -> None:
    assert complaints(data(evidence={"paper": {"from": "officer", "dated_after": ["a", "b"]}})) == []
    assert complaints(data(evidence={"paper": {"from": ["officer"], "dated_after": "a"}})) == []
    assert complaints(data(evidence={"paper": {"from": [["officer"]]}})) != []
