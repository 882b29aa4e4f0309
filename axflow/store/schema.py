"""The tables, once, for every database. Times are the kernel's UTC texts of one width; no table says what a rule means.

Entries keep the sealed bytes verbatim. Payloads keep what the entries only commit to, so that it can be destroyed. All
else is either immutable (definitions, calendars, directory changes) or can be rebuilt from the entries.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

from axflow.store.errors import StoreError

SCHEMA_VERSION: Final = "0003"
"""The migration that the tables below equal."""

VERSION_TABLE: Final = "axflow_version"
"""Alembic's own table under another name, so that a host's migrations and ours do not meet."""

PREFIX: Final = "axflow_"
"""Every table's name begins with this, since they may stand in a host's database."""


def unfit(place: str, found: str | None) -> StoreError:
    """That the tables at `place` have another version than this axflow needs, and which of the two is to follow."""
    if found is not None and found > SCHEMA_VERSION:
        return StoreError(f"{place} has the tables of version {found}, which a newer axflow made; upgrade this axflow")
    state = "has no axflow tables" if found is None else f"has the tables of version {found}"
    return StoreError(f"{place} {state}; this axflow needs version {SCHEMA_VERSION}: run `axflow db upgrade`")


DELIVERY: Final = (
    "attempts", "not_before", "leased_by", "leased_until", "failure", "dead_at", "dropped_at", "dropped_reason",
)  # fmt: skip
"""Columns of the outbox that say how a message's delivery stands; a new message has none of it."""

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text by code points: one order in every database, and no index that a new locale library puts out of order."""

_COUNT = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of its own INTEGER type, which has 64 bits anyway."""

_SCHEMA_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


class Tables:
    """The tables in one database schema (None: the connection's default). `StoreError` for a name that is none."""

    def __init__(self, schema: str | None = None) -> None:
        if schema is not None and not _SCHEMA_NAME.fullmatch(schema):
            raise StoreError(f"{schema!r} is no name for a schema; write one of ASCII letters, digits and _")
        self.schema = schema
        self.metadata = MetaData(schema=schema)
        self.meta = self._table(
            "meta",
            Column("name", Text, nullable=False),
            Column("value", LargeBinary, nullable=False),
            PrimaryKeyConstraint("name"),
        )
        self.calendars = self._table(
            "calendars",
            Column("digest", Text, nullable=False),
            Column("document", Text, nullable=False),
            PrimaryKeyConstraint("digest"),
        )
        self.definitions = self._table(
            "definitions",
            Column("id", Text, nullable=False),
            Column("version", Text, nullable=False),
            Column("digest", Text, nullable=False),
            Column("rules_digest", Text, nullable=False),
            Column("document", Text, nullable=False),
            Column("layout", Text),
            Column("calendar", Text, nullable=False),
            Column("effective_from", Text),
            Column("effective_until", Text),
            Column("published_at", Text, nullable=False),
            Column("published_by", Text),
            PrimaryKeyConstraint("id", "version"),
            ForeignKeyConstraint(["calendar"], [self._in("calendars.digest")]),
            Index("axflow_definitions_rules", "rules_digest"),
        )
        self.calendar_changes = self._table(
            "calendar_changes",
            Column("definition", Text, nullable=False),
            Column("version", Text, nullable=False),
            Column("number", Integer, nullable=False, autoincrement=False),
            Column("calendar", Text, nullable=False),
            Column("published_at", Text, nullable=False),
            Column("published_by", Text, nullable=False),
            Column("reason", Text),
            PrimaryKeyConstraint("definition", "version", "number"),
            ForeignKeyConstraint(
                ["definition", "version"], [self._in("definitions.id"), self._in("definitions.version")]
            ),
            ForeignKeyConstraint(["calendar"], [self._in("calendars.digest")]),
        )
        self.signatures = self._table(
            "signatures",
            Column("definition", Text, nullable=False),
            Column("version", Text, nullable=False),
            Column("organisation", Text, nullable=False),
            Column("digest", Text, nullable=False),
            Column("actor", Text, nullable=False),
            Column("signed_at", Text, nullable=False),
            PrimaryKeyConstraint("definition", "version", "organisation"),
            ForeignKeyConstraint(
                ["definition", "version"], [self._in("definitions.id"), self._in("definitions.version")]
            ),
        )
        self.directory = self._table(
            "directory",
            Column("number", Integer, nullable=False, autoincrement=False),
            Column("recorded_at", Text, nullable=False),
            Column("change", Text, nullable=False),
            Column("digest", Text, nullable=False),  # of the directory after this change
            PrimaryKeyConstraint("number"),
        )
        self.projects = self._table(
            "projects",
            Column("id", Text, nullable=False),
            Column("definition", Text, nullable=False),
            Column("rules_digest", Text, nullable=False),
            Column("firm", Text, nullable=False),
            Column("stage", Text, nullable=False),
            Column("ended", Text),
            Column("opened_at", Text, nullable=False),
            Column("updated_at", Text, nullable=False),
            Column("seq", Integer, nullable=False),
            Column("head", LargeBinary, nullable=False),
            Column("snapshot", Text, nullable=False),
            PrimaryKeyConstraint("id"),
            Index("axflow_projects_stage", "definition", "stage", "id"),
            Index("axflow_projects_firm", "firm", "id"),
        )
        self.entries = self._table(
            "entries",
            Column("id", _COUNT, Identity(), nullable=False),
            Column("project", Text, nullable=False),
            Column("seq", Integer, nullable=False),
            Column("hash", LargeBinary, nullable=False),
            Column("body", LargeBinary, nullable=False),
            Column("leaf_index", _COUNT),
            PrimaryKeyConstraint("id"),
            UniqueConstraint("project", "seq", name="axflow_entries_seq"),
            ForeignKeyConstraint(["project"], [self._in("projects.id")]),
        )
        unsequenced = self.entries.c.leaf_index.is_(None)
        sequenced = self.entries.c.leaf_index.is_not(None)
        Index("axflow_entries_new", self.entries.c.id, sqlite_where=unsequenced, postgresql_where=unsequenced)
        Index(
            "axflow_entries_leaf",
            self.entries.c.leaf_index,
            unique=True,
            sqlite_where=sequenced,
            postgresql_where=sequenced,
        )
        self.payloads = self._table(
            "payloads",
            Column("project", Text, nullable=False),
            Column("seq", Integer, nullable=False),
            Column("field", Text, nullable=False),
            Column("value", Text),
            Column("salt", LargeBinary),
            PrimaryKeyConstraint("project", "seq", "field"),
            ForeignKeyConstraint(["project", "seq"], [self._in("entries.project"), self._in("entries.seq")]),
            sqlite_with_rowid=False,
        )
        self.timers = self._table(
            "timers",
            Column("project", Text, nullable=False),
            Column("id", Text, nullable=False),
            Column("due", Text, nullable=False),
            PrimaryKeyConstraint("project", "id"),
            ForeignKeyConstraint(["project"], [self._in("projects.id")]),
            Index("axflow_timers_due", "due"),
            sqlite_with_rowid=False,
        )
        self.claims = self._table(
            "claims",
            Column("digest", Text, nullable=False),
            Column("project", Text, nullable=False),
            Column("record", Text, nullable=False),
            PrimaryKeyConstraint("digest"),
            ForeignKeyConstraint(["project"], [self._in("projects.id")]),
            Index("axflow_claims_record", "project", "record"),
            sqlite_with_rowid=False,
        )
        self.keys = self._table(
            "keys",
            Column("scope", Text, nullable=False),
            Column("key", Text, nullable=False),
            Column("fingerprint", Text, nullable=False),
            Column("project", Text, nullable=False),
            Column("seq", Integer, nullable=False),
            Column("outcome", Text, nullable=False),
            PrimaryKeyConstraint("scope", "key"),
            sqlite_with_rowid=False,
        )
        self.outbox = self._table(
            "outbox",
            Column("id", _COUNT, Identity(), nullable=False),
            Column("project", Text, nullable=False),
            Column("seq", Integer, nullable=False),
            Column("kind", Text, nullable=False),
            Column("recipients", Text, nullable=False),
            Column("data", Text, nullable=False),
            Column("attempts", Integer, nullable=False, server_default=text("0")),
            Column("not_before", Text),
            Column("leased_by", Text),
            Column("leased_until", Text),
            Column("failure", Text),
            Column("dead_at", Text),
            Column("dropped_at", Text),
            Column("dropped_reason", Text),
            PrimaryKeyConstraint("id"),
            ForeignKeyConstraint(["project"], [self._in("projects.id")]),
            sqlite_autoincrement=True,  # an acknowledged message is deleted; its number must not come again
        )
        o = self.outbox.c
        waiting, dead = o.dead_at.is_(None), o.dead_at.is_not(None)
        Index("axflow_outbox_waiting", o.project, o.id, sqlite_where=waiting, postgresql_where=waiting)
        Index("axflow_outbox_dead", o.id, sqlite_where=dead, postgresql_where=dead)
        self.aliases = self._table(
            "aliases",
            Column("number", Text, nullable=False),
            Column("organisation", Text, nullable=False),
            Column("project", Text, nullable=False),
            PrimaryKeyConstraint("number", "organisation", "project"),
            ForeignKeyConstraint(["project"], [self._in("projects.id")]),
            sqlite_with_rowid=False,
        )
        self.refusals = self._table(
            "refusals",
            Column("project", Text, nullable=False),
            Column("actor", Text, nullable=False),
            Column("codes", Text, nullable=False),
            Column("since", Text, nullable=False),
            Column("total", Integer, nullable=False),
            Column("uncounted", Integer, nullable=False),
            PrimaryKeyConstraint("project", "actor", "codes"),
            ForeignKeyConstraint(["project"], [self._in("projects.id")]),
            sqlite_with_rowid=False,
        )

    def _table(self, name: str, *parts: SchemaItem, **options: bool) -> Table:
        options_: dict[str, Any] = dict(options)
        for part in parts:
            if isinstance(part, Column) and isinstance(part.type, Text):
                part.type = TEXT
        return Table(PREFIX + name, self.metadata, *parts, **options_)

    def _in(self, column: str) -> str:
        name = PREFIX + column
        return name if self.schema is None else f"{self.schema}.{name}"


def include_object(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """For a host's Alembic `env.py`: leaves axflow's tables and what belongs to them out of autogenerate.

    Pass it as `include_object`; combine it with your own by `and`.
    """
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
    return not (table or "").startswith(PREFIX)
