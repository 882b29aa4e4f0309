"""Golden vectors: the meaning of language version 1, frozen.

Each vector holds a guard, the facts by name, and the verdict, also of opcodes where they cover it. A vector
that fails is a change of meaning: recorded decisions would be judged anew. It needs a new language version,
never a new vector here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from axflow.guards import LANGUAGE_VERSION, Collection, OpcodeUnsupported, Span, Type, Unknown, compile_guard
from axflow.guards import types as t
from axflow.guards.opcodes import compile_opcodes

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))


def type_of(data: Any) -> Type:
    """A type out of its JSON form: ``["decimal", 2, 0, 100]``, ``["list", […], max_items, may_be_empty]``, ``{…}``."""
    if isinstance(data, dict):
        return t.record("r", {name: type_of(field) for name, field in data.items()})
    kind, *rest = data
    if kind == "list":
        return t.list_of(type_of(rest[0]), *rest[1:])
    made = {"boolean": t.boolean, "integer": t.integer, "decimal": t.decimal, "text": t.text, "money": t.money}
    made |= {"enum": lambda *values: t.enum(values), "date": t.date, "timestamp": t.timestamp, "duration": t.duration}
    built: Type = made[kind](*rest)
    return built


def value_of(data: Any) -> Any:
    """An inner value out of its JSON form; ``{"?": reason}``, ``{"span": [a, b]}``, ``{"list": […], "filed": …}``."""
    if isinstance(data, dict):
        if "?" in data:
            return Unknown(data["?"], data.get("ref", ""))
        if "span" in data:
            return Span(*data["span"])
        if "list" in data:
            return Collection(tuple(value_of(item) for item in data["list"]), data.get("filed", True))
        return {name: value_of(value) for name, value in data.items()}
    return data


SCHEMA = {name: type_of(data) for name, data in GOLDEN["schema"].items()}


@pytest.mark.parametrize("vector", GOLDEN["vectors"], ids=lambda vector: vector["guard"][:50])
def test_the_meaning_is_frozen(vector: dict[str, Any]) -> None:
    guard = compile_guard(vector["guard"], SCHEMA)
    env = {name: value_of(value) for name, value in (GOLDEN["facts"] | vector.get("facts", {})).items()}
    result = guard.evaluate(env)
    shown = f"UNKNOWN {result.reason} {result.ref}" if isinstance(result, Unknown) else str(result).upper()
    assert shown == vector["verdict"]
    assert guard.explain(env).result == result
    assert sorted(guard.reads) == vector["reads"]
    try:
        compiled = compile_opcodes(guard).evaluate(env)
    except OpcodeUnsupported:
        assert vector["opcodes"] is False
    else:
        assert vector["opcodes"] is True
        assert compiled is {"T": True, "F": False, "U": None}[shown[0]]


def test_the_vectors_are_of_this_version() -> None:
    assert GOLDEN["language"] == LANGUAGE_VERSION == 1
    verdicts = [vector["verdict"][0] for vector in GOLDEN["vectors"]]
    assert all(verdicts.count(sign) >= 15 for sign in "TFU")
