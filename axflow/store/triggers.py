"""Triggers that keep what is immutable so, also against whoever writes to the database by hand.

They are a guard rail, no proof: who may drop a trigger may rewrite a row. That this is seen is what the hash chain and
signed checkpoints are for.
"""

from __future__ import annotations

from axflow.store.schema import PREFIX

_IMMUTABLE = ("definitions", "signatures", "calendars", "directory", "calendar_changes")


def sqlite_triggers() -> list[str]:
    """The `CREATE TRIGGER` statements for SQLite, in order."""
    statements = [
        _sqlite(
            "entries",
            "update",
            "NOT (OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL AND OLD.id = NEW.id"
            " AND OLD.project = NEW.project AND OLD.seq = NEW.seq AND OLD.hash = NEW.hash AND OLD.body = NEW.body)",
            "entries are never changed; only leaf_index goes from NULL to a value",
        ),
        _sqlite("entries", "delete", None, "entries are never deleted"),
        _sqlite(
            "payloads",
            "update",
            "NOT (NEW.value IS NULL AND NEW.salt IS NULL AND OLD.value IS NOT NULL AND OLD.project = NEW.project"
            " AND OLD.seq = NEW.seq AND OLD.field = NEW.field)",
            "content is never changed; redaction sets value and salt to NULL and nothing else",
        ),
        _sqlite("payloads", "delete", None, "content is destroyed by redaction, which keeps the row"),
    ]
    for table in _IMMUTABLE:
        statements.append(_sqlite(table, "update", None, f"rows of {table} are never changed"))
        statements.append(_sqlite(table, "delete", None, f"rows of {table} are never deleted"))
    return statements


def _sqlite(table: str, act: str, when: str | None, message: str) -> str:
    condition = f"WHEN {when} " if when else ""
    return (
        f"CREATE TRIGGER {PREFIX}{table}_no_{act} BEFORE {act.upper()} ON {PREFIX}{table} "
        f"FOR EACH ROW {condition}BEGIN SELECT RAISE(ABORT, 'axflow: {message}'); END"
    )
