"""The examples of docs/lint.md: for each code one definition in which it is found, and one that is right."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from axflow.definition.definition import Definition
from axflow.definition.loading import from_data
from axflow.definition.source import read
from tests.definition.samples import ROOT

TEXT = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
_SECTION = re.compile(r"^### (?P<code>[a-z-]+)\n(?P<body>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```yaml (?P<kind>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """One code's section."""

    code: str
    warning: bool
    found: str
    right: str


def _examples() -> tuple[Example, ...]:
    made = []
    for section in _SECTION.finditer(TEXT):
        blocks = {block["kind"]: block["text"] for block in _BLOCK.finditer(section["body"])}
        warning = section["body"].startswith("*Warning.*")
        made.append(Example(section["code"], warning, blocks.get("found", ""), blocks.get("right", "")))
    return tuple(made)


EXAMPLES = _examples()
_BASE_BLOCK = next(block["text"] for block in _BLOCK.finditer(TEXT) if block["kind"] == "base")


def laid_over(text: str = "") -> Definition:
    """The base definition of the page with the keys of an example laid over it."""
    base: dict[str, Any] = read(_BASE_BLOCK, "base").data
    changes: dict[str, Any] = read(text, "example").data if text else {}
    for key, value in changes.items():
        base[key] = {**base[key], **value} if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return from_data(base, name="docs/lint.md")
