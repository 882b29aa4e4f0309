"""Values as people give them: `name=value` pairs or a file, in the types that the definition declares."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from axflow.definition.field import FieldType
    from axflow.kernel.command import Document

_TRUE = frozenset({"true", "yes", "예"})
_FALSE = frozenset({"false", "no", "아니오"})
_WHOLE = frozenset({"integer", "money"})


def pairs(given: Iterable[str] | None, option: str) -> dict[str, str]:
    """`name=value` pairs as text. `CommandError` for what is none, or names one twice."""
    found: dict[str, str] = {}
    for item in given or ():
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise CommandError("{option} '{item}' is no name=value", USAGE, option=option, item=item)
        if name in found:
            raise CommandError("{option} '{name}' is given twice", USAGE, option=option, name=name)
        found[name] = value
    return found


def values_of(
    given: Iterable[str] | None, file: str | None, fields: Mapping[str, FieldType], option: str = "value"
) -> dict[str, Any]:
    """Values from a file and from pairs, which win, in the types of their fields."""
    from_file = {} if file is None else _read(file)
    return {name: typed(value, fields.get(name), name) for name, value in {**from_file, **pairs(given, option)}.items()}


def typed(value: Any, field: FieldType | None, name: str = "") -> Any:
    """A value in the type of its field; text that is none of it stays text, which the engine refuses in its words."""
    if field is None:
        return value
    if field.type == "table":
        rows = _json(value, name) if isinstance(value, str) else value
        if not isinstance(rows, (list, tuple)):
            return rows
        return [
            {key: typed(cell, field.fields.get(key), key) for key, cell in row.items()}
            if isinstance(row, dict)
            else row
            for row in rows
        ]
    if not isinstance(value, str):
        return value
    if field.type == "boolean":
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else value
    if field.type in _WHOLE and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
        return int(value)
    return value


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_float=str)
    except ValueError as error:
        raise CommandError(
            '{name} is a table, and this is no JSON ({problem}); write {name}=\'[{{"column": "value"}}]\', '
            "or the values into a file for --values",
            USAGE,
            name=name,
            problem=error,
        ) from None


def _read(file: str) -> Mapping[str, Any]:
    from axflow.definition.source import decode, read

    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    data: Any = read(decode(raw, file), file, "json" if file.endswith(".json") else "yaml").data
    if not isinstance(data, Mapping):
        raise CommandError("{file} holds no values: write `name: value` on lines of its own", file=file)
    return {str(name): value for name, value in data.items()}


def document_of(path: str | None) -> Document | None:
    """A file as evidence comes with it: its digest, size and name."""
    if path is None:
        return None
    from hashlib import file_digest

    from axflow.kernel.command import Document

    with Path(path).open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Document(digest, Path(path).stat().st_size, Path(path).name)
