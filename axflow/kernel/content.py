"""Values as they are kept: read into one form, split into what stands in clear and what is content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axflow.definition.field import FieldType
from axflow.guards.encoding import decode, encode
from axflow.kernel.blocker import Blocker
from axflow.kernel.command import Document
from axflow.kernel.project import EvidenceRecord

DOCUMENT_FIELDS = ("name", "sha256", "size", "media_type")


def split_public(
    values: Mapping[str, Any], fields: Mapping[str, FieldType], under: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values that stand in clear, and those that are content, by path."""
    public = {f"{under}.{name}": value for name, value in values.items() if fields[name].public}
    content = {f"{under}.{name}": value for name, value in values.items() if not fields[name].public}
    return public, content


def values_prefix(record: EvidenceRecord) -> str:
    """How the content fields begin that hold a record's values: of one that counts by reference, with its own id."""
    carried = record.seq == 1 and record.id.startswith(f"{record.type}#1-")
    return f"carried.{record.id}." if carried else "values."


def document_content(document: Document | None) -> dict[str, Any]:
    """A file's name, size and digest as content: even a digest tells what a guessable file says."""
    if document is None:
        return {}
    return {
        f"document.{field}": getattr(document, field) for field in DOCUMENT_FIELDS if getattr(document, field) != ""
    }


def read_values(
    values: Mapping[str, Any], fields: Mapping[str, FieldType], of: Any
) -> tuple[dict[str, Any], list[Blocker]]:
    """The values in the one form in which they are kept, and what is wrong with them, field by field."""
    found: list[Blocker] = []
    read: dict[str, Any] = {}
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            found.append(Blocker("unknown_field", {"field": name, "of": of, "fields": tuple(fields)}))
            continue
        try:
            read[name] = _kept(field, name, value)
        except ValueError as error:
            found.append(Blocker("invalid_value", {"field": name, "problem": str(error)}))
    for name, field in fields.items():
        if name not in values and not field.optional:
            found.append(Blocker("missing_field", {"field": name}))
    return read, found


def _kept(field: FieldType, name: str, value: Any) -> Any:
    type_ = field.guard_type(name)
    kept = decode(type_, encode(type_, value, name))
    if field.type == "text" and len(kept) > field.max_length:
        raise ValueError(f"{len(kept)} characters; at most {field.max_length}")
    if field.type == "month" and len(kept) != 7:
        raise ValueError(f"{kept!r} is no month; write it as 2026-03")
    if field.type == "table":
        _check_rows(field, kept)
    return kept


def _check_rows(field: FieldType, rows: list[dict[str, Any]]) -> None:
    for place, row in enumerate(rows, 1):
        for name, column in field.fields.items():
            if name not in row and not column.optional:
                raise ValueError(f"row {place} has no {name!r}")
            if column.type == "text" and len(row.get(name, "")) > column.max_length:
                raise ValueError(f"row {place}, {name!r}: at most {column.max_length} characters")
