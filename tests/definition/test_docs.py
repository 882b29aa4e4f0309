"""docs/definition.md: every example works, and every key of the language is explained."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from axflow.definition.base import Text
from axflow.definition.definition import Definition
from axflow.definition.lint import lint
from axflow.definition.loading import from_data
from axflow.definition.source import read
from tests.definition.samples import ROOT

PAGE = (ROOT / "docs" / "definition.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```yaml(?P<kind>[^\n]*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
BASE = next(block["text"] for block in _BLOCK.finditer(PAGE) if block["kind"].strip() == "base")
EXAMPLES = [block["text"] for block in _BLOCK.finditer(PAGE) if not block["kind"].strip()]


def laid_over(text: str) -> Definition:
    base: dict[str, Any] = read(BASE, "base").data
    for key, value in read(text, "example").data.items():
        base[key] = {**base[key], **value} if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return from_data(base, name="docs/definition.md")


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: re.match(r"\w+", text)[0])
def test_examples_load_and_have_no_error(text: str) -> None:
    assert [str(one) for one in lint(laid_over(text)) if one.severity == "error"] == []


def _models(annotation: Any, found: dict[str, type[BaseModel]]) -> None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation.__name__ in found or annotation is Text:
            return
        found[annotation.__name__] = annotation
        for field in annotation.model_fields.values():
            _models(field.annotation, found)
    for inner in get_args(annotation):
        _models(inner, found)


def test_every_key_of_the_language_is_explained() -> None:
    models: dict[str, type[BaseModel]] = {}
    _models(Definition, models)
    assert {"Transition", "FieldType", "Appeal", "Variant", "Office"} <= models.keys()
    internal = {"Consequence": {"word"}}
    words = set(
        re.findall(r"\b[a-z_]+\b", " ".join(re.findall(r"`[^`]+`|^```yaml.*?^```", PAGE, re.MULTILINE | re.DOTALL)))
    )
    missing = [
        f"{name}.{field.alias or key}"
        for name, model in models.items()
        for key, field in model.model_fields.items()
        if (field.alias or key) not in words and key not in internal.get(name, ())
    ]
    assert missing == []


def test_the_python_example_runs() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
