"""Triggers that keep what is immutable so, also against whoever writes to the database by hand.

They are a guard rail, no proof: who may drop a trigger may rewrite a row. That this is seen is what the hash chain and
signed checkpoints are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from axflow.store.schema import PREFIX

REFUSE: Final = f"{PREFIX}refuse"
"""The function that PostgreSQL's triggers call; SQLite's raise by themselves."""


class Rule(NamedTuple):
    """What may not be done to the rows of a table."""

    table: str
    act: str
    """`update`, `delete` or `truncate`."""
    unless: str | None
    """The one change that is allowed, as SQL over OLD and NEW."""
    message: str

    @property
    def name(self) -> str:
        """The trigger's name."""
        return f"{PREFIX}{self.table}_no_{self.act}"


_ENTRIES: Final = (
    "OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL AND OLD.id = NEW.id"
    " AND OLD.project = NEW.project AND OLD.seq = NEW.seq AND OLD.hash = NEW.hash AND OLD.body = NEW.body"
)
_PAYLOADS: Final = (
    "NEW.value IS NULL AND NEW.salt IS NULL AND OLD.value IS NOT NULL AND OLD.project = NEW.project"
    " AND OLD.seq = NEW.seq AND OLD.field = NEW.field"
)
_IMMUTABLE: Final = ("definitions", "signatures", "calendars", "directory", "calendar_changes")

_ROWS: Final = (
    Rule("entries", "update", _ENTRIES, "entries are never changed; only leaf_index goes from NULL to a value"),
    Rule("entries", "delete", None, "entries are never deleted"),
    Rule(
        "payloads",
        "update",
        _PAYLOADS,
        "content is never changed; redaction sets value and salt to NULL and nothing else",
    ),
    Rule("payloads", "delete", None, "content is destroyed by redaction, which keeps the row"),
    *(
        Rule(table, act, None, f"rows of {table} are never {act}d".replace("updated", "changed"))
        for table in _IMMUTABLE
        for act in ("update", "delete")
    ),
)
_EMPTYING: Final = tuple(rule._replace(act="truncate") for rule in _ROWS if rule.act == "delete")
"""SQLite has no TRUNCATE."""


def sqlite_triggers() -> list[str]:
    """The `CREATE TRIGGER` statements for SQLite, in order."""
    return [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.act.upper()} ON {PREFIX}{rule.table} FOR EACH ROW "
        f"{f'WHEN NOT ({rule.unless}) ' if rule.unless else ''}"
        f"BEGIN SELECT RAISE(ABORT, 'axflow: {rule.message}'); END"
        for rule in _ROWS
    ]


def postgres_triggers(schema: str | None = None) -> list[str]:
    """The statements for PostgreSQL, in order: the function that refuses, then the triggers that call it.

    Parameters:
        schema: the schema that holds the tables; None: the first of the connection's search path.
    """
    dot = f'"{schema}".' if schema else ""
    function = (
        f"CREATE FUNCTION {dot}{REFUSE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = 'axflow: ' || TG_ARGV[0]; END $$"
    )
    return [
        function,
        *(
            f"CREATE TRIGGER {rule.name} BEFORE {rule.act.upper()} ON {dot}{PREFIX}{rule.table} "
            f"FOR EACH {'STATEMENT' if rule.act == 'truncate' else 'ROW'} "
            f"{f'WHEN (NOT ({rule.unless})) ' if rule.unless else ''}"
            f"EXECUTE FUNCTION {dot}{REFUSE}('{rule.message}')"
            for rule in (*_ROWS, *_EMPTYING)
        ),
    ]


def missing_triggers(connection: Connection, schema: str | None = None) -> Sequence[str]:
    """Triggers that a database should have and has not, or has switched off or replaced, by name."""
    if connection.dialect.name == "sqlite":
        found = set(connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")))
        return [rule.name for rule, sql in zip(_ROWS, sqlite_triggers(), strict=True) if sql not in found]
    # tgenabled: O fires in ordinary sessions, A always; D is off, R only where changes are replayed.
    asked = text(
        "SELECT c.relname, t.tgname FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE c.relnamespace = COALESCE(to_regnamespace(:schema), current_schema()::regnamespace)"
        " AND t.tgenabled IN ('O', 'A') AND p.proname = :refuse"
    )
    found = set(connection.execute(asked, {"schema": f'"{schema}"' if schema else None, "refuse": REFUSE}))
    rules = (*_ROWS, *_EMPTYING)
    missing = [rule.name for rule in rules if (PREFIX + rule.table, rule.name) not in found]
    # A partition can be written by its own name. It gets its parent's triggers for rows, not those for TRUNCATE.
    for parent, partition in partitions(connection, schema):
        missing += [
            f"{rule.name} on {partition}"
            for rule in rules
            if parent == PREFIX + rule.table and (partition, rule.name) not in found
        ]
    return missing


def partitions(connection: Connection, schema: str | None = None) -> Sequence[tuple[str, str]]:
    """Partitions that whoever runs the database made of axflow's tables on PostgreSQL: the table, the partition."""
    if connection.dialect.name != "postgresql":
        return []
    asked = text(
        "SELECT p.relname, c.relname FROM pg_inherits i"
        " JOIN pg_class p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE p.relkind = 'p' AND c.relispartition AND starts_with(p.relname::text, :prefix)"
        " AND p.relnamespace = COALESCE(to_regnamespace(:schema), current_schema()::regnamespace)"
        " ORDER BY c.relname"
    )
    found = connection.execute(asked, {"schema": f'"{schema}"' if schema else None, "prefix": PREFIX})
    return [(str(parent), str(partition)) for parent, partition in found]
