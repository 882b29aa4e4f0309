"""The store for `AsyncEngine`: SQLite by aiosqlite, PostgreSQL by asyncpg or psycopg, one code for the three.

It is used like any other store, but inside `calling.call`: where a driver awaits, the greenlet is set aside.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import uniform
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from axflow.store.calling import go_on, pause, uninterrupted
from axflow.store.configure import connected
from axflow.store.database import database_of, missing_driver
from axflow.store.errors import Busy, StoreError
from axflow.store.location import located, shown
from axflow.store.postgres import READING, WRITING, check_tables
from axflow.store.secret import secret_of
from axflow.store.sql import SqlUnit
from axflow.store.sqlite_errors import BUSY_SECONDS

if TYPE_CHECKING:
    from axflow.store.host import HostStore

_DRIVERS: Final = {"sqlite": ("aiosqlite",), "postgresql": ("asyncpg", "psycopg")}
_MOST_DEAD: Final = 1_000
"""More connections than any pool holds: each may have died while it lay there."""
_LEAST_BUSY: Final = 100
"""Milliseconds that a driver's thread waits for the file."""
_POLL: Final = (0.002, 0.02)
"""Seconds between two tries to get the file, drawn between these."""


class AsyncStore:
    """A store on an asynchronous driver.

    Parameters:
        database: a path, `sqlite:///file.db`, `postgresql+asyncpg://user@host/name`, `postgresql://…` (psycopg), or an
            AsyncEngine of SQLAlchemy. On PostgreSQL that engine's pool is used; for SQLite it names the file.
        schema: the schema that holds the tables, on PostgreSQL; default: the URL's `?schema=…`, or where the
            connection looks.

    A new SQLite file gets its tables at once; the tables on PostgreSQL are looked at when they are first used. A
    connection whose transaction was cancelled is thrown away, and the database rolls back. Raises `StoreError` where a
    driver is missing or the tables are not those that this axflow needs.
    """

    def __init__(self, database: str | Path | URL | AsyncEngine, *, schema: str | None = None) -> None:
        if isinstance(database, AsyncEngine):
            url, kind = database.url, database.dialect.name
        else:
            location = located(database)
            url, kind = _asynchronous(location.url, location.kind), location.kind
            schema = location.schema if schema is None else schema
        self.database = database_of(url.get_dialect()(), schema)
        if self.database.driver not in _DRIVERS[kind]:
            raise StoreError(
                f"{shown(url, schema)}: AsyncEngine works through {' or '.join(_DRIVERS[kind])}, "
                f"not {self.database.driver}"
            )
        self.place = shown(url, schema)
        self._secret: bytes | None = None
        self._owned = kind == "sqlite" or not isinstance(database, AsyncEngine)
        self._checked = kind == "sqlite"
        if kind == "sqlite":
            self._secret = _prepared(url)
            # One connection writes, and those who wait for it come in turn: in the file they would have to poll.
            writing = _sqlite_engine(url, pool_size=1, max_overflow=0)
            self._write, self._read = (writing, "BEGIN IMMEDIATE"), (_sqlite_engine(url), "BEGIN")
        else:
            engine = database if isinstance(database, AsyncEngine) else _engine(url)
            self._write, self._read = (engine, WRITING), (engine, READING)

    @property
    def secret(self) -> bytes:
        """32 bytes for keyed digests."""
        if self._secret is None:
            self._secret = secret_of(self)
        return self._secret

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """A transaction that writes: alone on SQLite, with row locks on PostgreSQL."""
        with self._transaction(*self._write) as cursor:
            unit = SqlUnit(cursor, self.database)
            yield unit
            unit.flush()

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """A transaction that reads one consistent state, beside writers."""
        with self._transaction(*self._read) as cursor:
            yield SqlUnit(cursor, self.database)

    def within(self, host: Any) -> HostStore:
        """This store in a host's transaction on the same database."""
        from axflow.store.host import HostStore

        return HostStore(host, self.secret, self.database.schema)

    def close(self) -> None:
        """Close the pool's connections, unless the pool is a host's."""
        if self._owned:
            for engine, _ in (self._write, self._read):
                engine.sync_engine.dispose()

    @contextmanager
    def _transaction(self, engine: AsyncEngine, begin: str) -> Iterator[_Line]:
        go_on()
        errors = self.database.errors
        reaching: tuple[type[Exception], ...] = (*errors, OSError)  # asyncpg hands errors of the network on as they are
        try:
            line = self._begun(engine.sync_engine, begin)
        except reaching as error:
            if isinstance(error, PoolTimeout) and self.database.kind == "sqlite":
                raise Busy(f"{self.place}: other tasks held the database for too long; try the same again") from error
            raise self.database.explained(error, self.place) from error
        try:
            if not self._checked:
                check_tables(line, self.database.schema, self.place)
                self._checked = True
            yield line
            if line.failed:  # PostgreSQL would answer ROLLBACK and raise nothing
                raise StoreError(
                    f"{self.place}: a statement of this transaction failed and was passed over, so nothing was kept"
                )
            with uninterrupted():
                line.execute("COMMIT")
                line.give_back()
        except BaseException as error:
            with uninterrupted():
                line.undo(cancelled=not isinstance(error, Exception))
            if isinstance(error, errors):
                raise self.database.explained(error, self.place) from error
            raise

    def _begun(self, pool: Engine, begin: str) -> _Line:
        """A connection in a transaction. BEGIN is the ping: where it finds the line dead, nothing is lost yet."""
        for _ in range(_MOST_DEAD):
            line = _Line(pool.raw_connection(), self.database.kind == "sqlite")
            try:
                line.begin(begin)
                return line
            except BaseException as error:
                dead = isinstance(error, self.database.errors) and line.dead(pool.dialect, error)
                with uninterrupted():
                    line.undo(cancelled=True)
                if not dead:
                    raise
        raise StoreError(f"{self.place}: {_MOST_DEAD} connections were found dead one after another")


class _Line:
    """A connection of the pool while it is in a transaction, and its cursor."""

    def __init__(self, pooled: Any, sqlite: bool) -> None:
        self.pooled = pooled
        self.failed = False
        """Whether a statement failed: on PostgreSQL nothing of the transaction can be kept then."""
        self._sqlite = sqlite
        self._before = False

    def begin(self, statement: str) -> None:
        """Begin a transaction."""
        if not self._sqlite:
            self._before = self.pooled.dbapi_connection.autocommit
            self.pooled.dbapi_connection.autocommit = True  # BEGIN and COMMIT are ours
        self._cursor: Any = self.pooled.cursor()
        self.fetchone = self._cursor.fetchone
        self.fetchall = self._cursor.fetchall
        until = asyncio.get_running_loop().time() + BUSY_SECONDS
        while True:
            try:
                self._cursor.execute(statement)
                return
            except sqlite3.OperationalError as error:
                # Whoever waits for the file in the driver's thread cannot be cancelled there, so the wait is here.
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or asyncio.get_running_loop().time() > until:
                    raise
            pause(uniform(*_POLL))

    def dead(self, dialect: Dialect, error: Any) -> bool:
        """Whether it was lost before anything was done, so that another one will do."""
        if type(error).__name__ == "InternalClientError":  # asyncpg, where the server's farewell crosses a statement
            return True
        return dialect.is_disconnect(error, self.pooled.dbapi_connection, None)

    def undo(self, *, cancelled: bool) -> None:
        """End a transaction that failed.

        A connection to PostgreSQL that was cancelled at work, or fails again, is thrown away: it may still be waiting
        for an answer. A file is not far away: there the pool rolls back after what was under way.
        """
        if not self._sqlite:
            with suppress(Exception):
                if not cancelled:
                    self._cursor.execute("ROLLBACK")
                    self.give_back()
                    return
            self.pooled.invalidate()
        else:
            self.give_back()

    def give_back(self) -> None:
        """Put the connection back as the pool keeps it."""
        try:
            if not self._sqlite:
                self.pooled.dbapi_connection.autocommit = self._before
            self.pooled.close()
        except Exception:  # of a line that broke after the transaction had ended
            self.pooled.invalidate()

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed."""
        return int(self._cursor.rowcount)

    def execute(self, sql: str, parameters: Any = None, /) -> None:
        """Run a statement."""
        try:
            self._cursor.execute(sql, parameters)
        except BaseException:
            self.failed = True
            raise

    def executemany(self, sql: str, parameters: Any, /) -> None:
        """Run a statement for each set of parameters."""
        try:
            self._cursor.executemany(sql, parameters)
        except BaseException:
            self.failed = True
            raise


def _asynchronous(url: URL, kind: str) -> URL:
    """The URL with a driver that awaits, where it names none that does."""
    return url.set(drivername="sqlite+aiosqlite") if url.drivername in ("sqlite", "sqlite+pysqlite") else url


def _engine(url: URL, **options: Any) -> AsyncEngine:
    driver = url.get_driver_name()
    try:
        return create_async_engine(url, **options)
    except ImportError as error:
        raise missing_driver(driver) from error


def _sqlite_engine(url: URL, **options: Any) -> AsyncEngine:
    engine = _engine(url, poolclass=AsyncAdaptedQueuePool, **options)
    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "connect", _impatient)
    return engine


def _impatient(dbapi_connection: Any, record: object) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_LEAST_BUSY}")
    cursor.close()


def _prepared(url: URL) -> bytes:
    """Give a new file its tables, look at those of an older one, and return the secret: at once, without awaiting."""
    from axflow.store.sqlite import SqliteStore

    store = SqliteStore(url.set(drivername="sqlite"))
    try:
        return store.secret
    finally:
        store.close()
