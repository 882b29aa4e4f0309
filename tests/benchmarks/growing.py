"""Databases with many entries, quickly: one real project copied under other ids, its chain sealed anew.

What the engine wrote for one project is read back once. Each copy has the same bytes but for the project's id and the
hash of the entry before, so that it verifies like any other project; rows go in by bulk, past the engine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Engine, Table, select

from axflow.journal.chain import NOTHING, entry_hash
from axflow.store.location import located, sql_engine
from axflow.store.schema import Tables

_BATCH = 4_000
"""Projects in each transaction: about 100 MB."""
_T = Tables()
_ENTRY = ("project", "seq", "hash", "body")


class Template(NamedTuple):
    """The rows of the project that is copied."""

    id: str
    project: dict[str, Any]
    entries: tuple[tuple[int, bytes], ...]
    payloads: tuple[tuple[Any, ...], ...]
    """Without the project."""


class Rows(NamedTuple):
    """The rows of some copies, by table."""

    projects: list[tuple[Any, ...]]
    entries: list[tuple[Any, ...]]
    payloads: list[tuple[Any, ...]]


def template(engine: Engine, project: str) -> Template:
    """Read a project as it is stored."""
    entries, payloads = _T.entries.c, _T.payloads.c
    with engine.connect() as connection:
        row = connection.execute(select(_T.projects).where(_T.projects.c.id == project)).one()
        kept = connection.execute(select(entries.seq, entries.body).where(entries.project == project))
        content = connection.execute(
            select(payloads.seq, payloads.field, payloads.value, payloads.salt).where(payloads.project == project)
        )
        return Template(
            project,
            dict(row._mapping),
            tuple(sorted((seq, bytes(body)) for seq, body in kept)),
            tuple(sorted((tuple(r) for r in content), key=lambda r: (r[0], r[1]))),
        )


def copies(of: Template, ids: Iterable[str]) -> Rows:
    """The rows of one copy for each id, which must be as long as the template's."""
    rows = Rows([], [], [])
    old = of.id.encode()
    for id in ids:
        new, before, head = id.encode(), NOTHING.hex().encode(), NOTHING
        for seq, body in of.entries:
            sealed = body.replace(old, new).replace(b'"prev":"' + before, b'"prev":"' + head.hex().encode())
            before, head = entry_hash(body).hex().encode(), entry_hash(sealed)
            rows.entries.append((id, seq, head, sealed))
        rows.payloads.extend((id, *payload) for payload in of.payloads)
        changed = {**of.project, "id": id, "head": head, "snapshot": of.project["snapshot"].replace(of.id, id)}
        rows.projects.append(tuple(changed.values()))
    return rows


def grow(url: str, of: str, ids: Sequence[str]) -> None:
    """Copy project `of` under each of `ids`, which must be in order, into the database that holds it."""
    engine = sql_engine(located(url))
    try:
        original = template(engine, of)
        fill = _filling_sqlite if engine.dialect.name == "sqlite" else _filling_postgres
        done, left = 0, iter(ids)
        add = fill(engine)
        next(add)
        while chosen := list(islice(left, _BATCH)):
            add.send(copies(original, chosen))
            done += len(chosen)
            if len(ids) > _BATCH:
                entries = done * len(original.entries)
                print(f"\r  {engine.dialect.name}: {entries:,} entries copied", end="", file=sys.stderr, flush=True)
        add.close()
        if len(ids) > _BATCH:
            print(file=sys.stderr)
    finally:
        engine.dispose()


def _filling_sqlite(engine: Engine) -> Iterator[Any]:
    """Takes rows. Nothing is durable until it is closed, and all of it is then."""
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    connection.isolation_level = None
    try:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        while True:
            rows = yield
            connection.execute("BEGIN IMMEDIATE")
            for table, names, values in _parts(rows):
                marks = ", ".join("?" * len(names))
                connection.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", values)
            connection.execute("COMMIT")
    finally:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        pooled.invalidate()
        # What was written without waiting goes to the disk now: later it would be measured with the sends.
        with open(str(engine.url.database), "rb+") as file:
            os.fsync(file.fileno())


def _filling_postgres(engine: Engine) -> Iterator[Any]:
    """Takes rows, and leaves the tables as autovacuum and a checkpoint would leave them."""
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    connection.autocommit = True
    try:
        connection.execute("SET session_replication_role = replica")  # foreign keys hold by construction
        while True:
            rows = yield
            with connection.transaction(), connection.cursor() as cursor:
                for table, names, values in _parts(rows):
                    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT binary)") as copy:
                        copy.set_types([_type(table, name) for name in names])
                        for value in values:
                            copy.write_row(value)
    finally:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        pooled.invalidate()


def _parts(rows: Rows) -> tuple[tuple[Table, tuple[str, ...], list[tuple[Any, ...]]], ...]:
    return (
        (_T.projects, tuple(_T.projects.c.keys()), rows.projects),
        (_T.entries, _ENTRY, rows.entries),
        (_T.payloads, tuple(_T.payloads.c.keys()), rows.payloads),
    )


def _type(table: Table, name: str) -> str:
    return {"TEXT": "text", "BLOB": "bytea", "INTEGER": "int4"}[str(table.c[name].type).partition(" ")[0]]
