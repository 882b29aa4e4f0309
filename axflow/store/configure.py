"""Making a host's SQLite engine fit for transactions: Python's driver begins none by itself where one is needed."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, event

from axflow.store.errors import StoreError
from axflow.store.sqlite_errors import BUSY_SECONDS

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

_EngineT = TypeVar("_EngineT", "Engine", "AsyncEngine")


def configure_sqlite(engine: _EngineT, *, immediate: bool = False) -> _EngineT:
    """Let SQLAlchemy's transactions on a SQLite engine be real ones, durable and with foreign keys; gives it back.

    By default Python's driver begins a transaction only before it changes a row. A `SAVEPOINT` before that is then an
    outermost one, and releasing it commits. This begins a transaction when SQLAlchemy does, and sets write-ahead log,
    `synchronous=FULL`, foreign keys, and a wait of 10 seconds for other writers.

    Parameters:
        engine: of `create_engine` or `create_async_engine`; best before its first connection. Doing it again changes
            nothing.
        immediate: take the write lock when a transaction begins. A transaction that reads first and writes later then
            waits at its beginning instead of ending in `Conflict`, and readers wait for writers.

    Raises `StoreError` for another kind of database.
    """
    sync: Any = getattr(engine, "sync_engine", engine)
    if sync.dialect.name != "sqlite":
        raise StoreError(f"{sync.url.render_as_string()} is no SQLite database; only those need it")
    begin = _begin_immediate if immediate else _begin
    for name, listener in (("connect", connected), ("begin", begin)):
        if not event.contains(sync, name, listener):
            event.listen(sync, name, listener)
    return engine


def set_pragmas(cursor: Any) -> None:
    """Set what axflow relies on: durable commits, foreign keys, and waiting for other writers."""
    with suppress(sqlite3.OperationalError):  # a file that may only be read keeps its mode
        _run(cursor, "PRAGMA journal_mode=WAL")
    _run(cursor, "PRAGMA synchronous=FULL")
    _run(cursor, "PRAGMA foreign_keys=ON")
    _run(cursor, f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def in_transaction(connection: Connection) -> bool:
    """Whether the driver is in a transaction, whatever SQLAlchemy believes."""
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def connected(dbapi_connection: Any, record: object) -> None:
    if getattr(dbapi_connection, "autocommit", None) is True:
        raise StoreError(
            "with autocommit=True the driver commits each statement by itself; leave it out of connect_args"
        )
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    try:
        # With autocommit=False (Python 3.12) the driver is in a transaction from the start, where no pragma counts.
        begun = bool(getattr(getattr(dbapi_connection, "driver_connection", dbapi_connection), "in_transaction", False))
        if begun:
            cursor.execute("COMMIT")
        set_pragmas(cursor)
        if begun:
            cursor.execute("BEGIN")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    _begun(connection, "BEGIN")


def _begin_immediate(connection: Connection) -> None:
    _begun(connection, "BEGIN IMMEDIATE")


def _begun(connection: Connection, statement: str) -> None:
    # A commit that failed leaves SQLite's transaction open, and SQLAlchemy's Connection does not roll it back.
    if in_transaction(connection):
        connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql(statement)


def _run(cursor: Any, statement: str) -> None:
    cursor.execute(statement)
    cursor.fetchall()
