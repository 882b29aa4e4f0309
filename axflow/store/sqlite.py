"""The store on SQLite: write-ahead log, every commit on disk before it is answered, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from axflow.store.configure import set_pragmas
from axflow.store.database import database_of
from axflow.store.errors import StoreError
from axflow.store.schema import PREFIX, SCHEMA_VERSION, VERSION_TABLE, Tables, unfit
from axflow.store.secret import secret_of
from axflow.store.sql import SqlUnit
from axflow.store.sqlite_errors import BUSY_SECONDS, explained
from axflow.store.triggers import sqlite_triggers

if TYPE_CHECKING:
    from axflow.store.host import HostStore

CACHE_KIB: Final = 16_384
"""Pages that a connection keeps. SQLite's own 2 MB do not hold the paths through indexes of many million entries."""


class SqliteStore:
    """A store in one SQLite file.

    Parameters:
        database: a URL such as `sqlite:///axflow.db`, or a SQLAlchemy engine for such a file. A new or empty file gets
            the tables; an older one must be upgraded first (`axflow db upgrade`).

    Each thread has a connection of its own, kept until `close`. Raises `StoreError` where the file is no axflow
    database or cannot be opened.
    """

    def __init__(self, database: str | URL | Engine) -> None:
        self.engine = database if isinstance(database, Engine) else create_engine(database)
        url = self.engine.url
        if url.get_backend_name() != "sqlite":
            raise StoreError(f"{url.render_as_string()} is no SQLite database; write sqlite:///file.db")
        if url.database in (None, "", ":memory:"):
            raise StoreError("a SQLite database in memory is one per connection; name a file, or use Engine.memory()")
        self.place = str(url.database)
        self.database = database_of(sqlite_dialect())
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._secret: bytes | None = None
        self._prepare()

    @property
    def secret(self) -> bytes:
        """32 bytes for keyed digests."""
        if self._secret is None:
            self._secret = secret_of(self)
        return self._secret

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """A transaction that writes. It holds the file's write lock from its beginning, so it reads nothing stale."""
        with self._transaction("BEGIN IMMEDIATE") as unit:
            yield unit

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """A transaction that reads one consistent state, beside a writer."""
        with self._transaction("BEGIN") as unit:
            yield unit

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[SqlUnit]:
        connection = self._connection()
        if _in_transaction(connection):  # of an outer `with` in this thread
            raise StoreError("this thread is in a transaction of this store already; end that one first")
        try:
            cursor = connection.execute(begin)
            unit = SqlUnit(cursor, self.database)
            yield unit
            unit.flush()
            connection.execute("COMMIT")
        except BaseException as error:
            if _in_transaction(connection):
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise explained(error, self.place) from error
            raise

    def within(self, host: Any) -> HostStore:
        """This store in a host's transaction on the same file."""
        from axflow.store.host import HostStore

        return HostStore(host, self.secret)

    def close(self) -> None:
        """Close the connections of all threads. The store can't be used afterwards."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._connect()
            self._local.connection = found
        return found

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.place, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
            )
        except sqlite3.Error as error:
            raise explained(error, self.place) from error
        try:
            set_pragmas(connection.cursor())
            connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        except sqlite3.Error as error:
            connection.close()
            raise explained(error, self.place) from error
        with self._lock:
            self._connections.append(connection)
        return connection

    def _prepare(self) -> None:
        connection = self._connection()
        try:
            if version_of(connection) is None:
                connection.execute("BEGIN IMMEDIATE")
                if not _tables_of(connection):
                    create(connection)
                connection.execute("COMMIT")
            found = version_of(connection)
        except sqlite3.Error as error:
            self.close()
            raise explained(error, self.place) from error
        if found != SCHEMA_VERSION:
            self.close()
            raise unfit(self.place, found)
        _ = self.secret  # made now: later a host's transaction may hold the file


def create(connection: Any) -> None:
    """Create tables, triggers and version in a new file. Does the same as all migrations, without loading them."""
    dialect = sqlite_dialect()
    for table in Tables().metadata.sorted_tables:
        connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    for trigger in sqlite_triggers():
        connection.execute(trigger)
    connection.execute(
        f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
        f"CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(f"INSERT INTO {VERSION_TABLE} (version_num) VALUES (?)", (SCHEMA_VERSION,))


def version_of(connection: Any) -> str | None:
    """The version of the tables in a file; None where there are none."""
    if VERSION_TABLE not in _tables_of(connection):
        return None
    row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    return None if row is None else str(row[0])


def _in_transaction(connection: sqlite3.Connection) -> bool:
    return connection.in_transaction


def _tables_of(connection: Any) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    names = {str(row[0]) for row in rows}
    # A file with tables of others is no new file: nothing is created there behind its owner's back.
    return names if any(name.startswith(PREFIX) for name in names) else {n for n in names if n != "sqlite_sequence"}
