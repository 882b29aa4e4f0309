"""Words for people stand in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from axflow.definition.base import Part, Text
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.subject import Subject


def check_words(subject: Subject) -> Iterator[Finding]:
    """Titles and words without Korean."""
    for path, text in _texts(subject.definition, ""):
        if text.ko is None:
            shown = text.en if len(text.en) <= 60 else f"{text.en[:57]}…"
            yield finding("no-korean", path, words=shown)


def _texts(value: object, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, Part):
        for key, field in type(value).model_fields.items():
            yield from _texts(getattr(value, key), f"{path}.{field.alias or key}" if path else key)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}")
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{index}]")
