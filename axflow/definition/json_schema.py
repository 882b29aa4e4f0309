"""The JSON Schema of the definition language, for editors: completion, and red lines before anything is loaded.

It knows the shape and every shorthand. What one part says of another (names, bounds, guards) is the linter's to judge.
"""

from __future__ import annotations

from typing import Any, Final

from axflow.definition.base import ID_PATTERN
from axflow.definition.definition import LANGUAGE_VERSION, Definition

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_WORD: Final = {"type": "string", "minLength": 1}
_SHORTHANDS: Final[dict[str, dict[str, Any]]] = {
    "Text": {**_WORD, "description": "The same words in both languages."},
    "FieldType": {
        "type": "string",
        "pattern": r"^\s*(boolean|integer|decimal|ratio|text|date|month|enum|money|duration)\s*(\([^)]*\))?\s*$",
        "examples": ["integer", "ratio", "money(KRW)", "decimal(1, ms)", "enum(a, b)"],
    },
    "Consequence": {"enum": ["escalate", "accept", "return", "lapse"]},
    "End": {"enum": ["success", "failure", "neutral"]},
    "Join": {"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string", "pattern": ID_PATTERN}}]},
}
"""What may stand for a whole part, by the part's name in the schema."""

_NUMBERS: Final[dict[str, tuple[str, ...]]] = {
    "Definition": ("version",),
    "Parameter": ("value", "min", "max"),
    "FieldType": ("min", "max"),
    "Transition": ("at_most",),
    "Returns": ("at_most",),
    "Join": ("at_least",),
    "AtLeast": ("count",),
}
"""Text fields that are usually written as bare numbers."""


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of a definition as YAML or JSON, shorthands included."""
    schema = Definition.model_json_schema(by_alias=True, mode="validation")
    parts: dict[str, Any] = schema["$defs"]
    for name, keys in _NUMBERS.items():
        properties = (schema if name == "Definition" else parts[name])["properties"]
        for key in keys:
            kinds = ["number", "boolean"] if (name, key) == ("Parameter", "value") else ["number"]
            properties[key] = _also(properties[key], *({"type": kind} for kind in kinds))
    parts["Score"]["properties"]["of"]["additionalProperties"] = {"type": ["string", "number"]}
    states = parts["Track"]["properties"]["states"]
    parts["Track"]["properties"]["states"] = _also(states, {"type": "array", "items": {"type": "string"}})
    parts["Hold"]["properties"]["blocks"] = _also(parts["Hold"]["properties"]["blocks"], {"type": "string"})
    for name, shorthand in _SHORTHANDS.items():
        parts[name] = _also(parts[name], shorthand)
    schema["properties"]["axflow"] = {"enum": [LANGUAGE_VERSION, str(LANGUAGE_VERSION)], "title": "Language version"}
    _close(schema)
    return {"$schema": DIALECT, **schema, "title": "axflow definition"}


def _close(schema: Any) -> None:
    """Where keys must match a pattern, no others may stand: pydantic states the pattern, but leaves the rest open."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema.setdefault("additionalProperties", False)
        for inner in schema.values():
            _close(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _close(inner)


def _also(schema: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, *others]}
