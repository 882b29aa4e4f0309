"""The store for `AsyncEngine`: SQLite by aiosqlite, PostgreSQL by asyncpg or psycopg, one code for the three.

It is used like any other store, but inside `calling.call`: where a driver awaits, the greenlet is set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from axflow.store.calling import go_on, uninterrupted
from axflow.store.configure import connected
from axflow.store.database import database_of, missing_driver
from axflow.store.errors import StoreError
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
            # One connection writes, and those who wait for it come in turn: in the file they would have to poll.
            writing = _sqlite_engine(url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS)
            self._write, self._read = (writing, "BEGIN IMMEDIATE"), (_sqlite_engine(url), "BEGIN")
            self._secret = _prepared(url)
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
    def _transaction(self, engine: AsyncEngine, begin: str) -> Iterator[_Watched]:
        go_on()
        errors = self.database.errors
        try:
            pooled, cursor, before = self._begun(engine.sync_engine, begin)
        except errors as error:
            raise self.database.explained(error, self.place) from error
        try:
            if not self._checked:
                check_tables(cursor, self.database.schema, self.place)
                self._checked = True
            yield cursor
            with uninterrupted():
                if cursor.failed:  # PostgreSQL would answer ROLLBACK and raise nothing
                    raise StoreError(
                        f"{self.place}: a statement of this transaction failed and was passed over, so nothing was kept"
                    )
                cursor.execute("COMMIT")
                _give_back(pooled, before)
        except BaseException as error:
            with uninterrupted():
                _undo(pooled, cursor, before, error)
            if isinstance(error, errors):
                raise self.database.explained(error, self.place) from error
            raise

    def _begun(self, pool: Engine, begin: str) -> tuple[Any, _Watched, bool | None]:
        """A connection, its cursor in a transaction, and how the pool keeps it (None: as it is).

        BEGIN is the ping: where it finds the line dead, nothing is lost yet.
        """
        for _ in range(_MOST_DEAD):
            pooled: Any = pool.raw_connection()
            before = None
            try:
                if self.database.kind == "postgresql":
                    before = pooled.dbapi_connection.autocommit
                    pooled.dbapi_connection.autocommit = True  # BEGIN and COMMIT are ours
                cursor = _Watched(pooled.cursor())
                cursor.execute(begin)
                return pooled, cursor, before
            except BaseException as error:
                driver_error: Any = error
                dead = isinstance(error, self.database.errors) and pool.dialect.is_disconnect(
                    driver_error, pooled.dbapi_connection, None
                )
                with uninterrupted():
                    pooled.invalidate()
                if not dead:
                    raise
        raise StoreError(f"{self.place}: {_MOST_DEAD} connections were found dead one after another")


class _Watched:
    """A cursor that remembers whether a statement failed: on PostgreSQL nothing of its transaction can be kept then."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.failed = False
        self.fetchone = cursor.fetchone
        self.fetchall = cursor.fetchall

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


def _give_back(pooled: Any, before: bool | None) -> None:
    """Put a connection back as the pool keeps it."""
    try:
        if before is not None:
            pooled.dbapi_connection.autocommit = before
        pooled.close()
    except Exception:  # of a line that broke after the transaction had ended
        pooled.invalidate()


def _undo(pooled: Any, cursor: _Watched, before: bool | None, error: BaseException) -> None:
    """End a transaction that failed. A connection that was cancelled at work, or fails again, is thrown away."""
    if isinstance(error, Exception):
        with suppress(Exception):
            cursor.execute("ROLLBACK")
            _give_back(pooled, before)
            return
    pooled.invalidate()


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
    engine = _engine(url, **options)
    event.listen(engine.sync_engine, "connect", connected)
    return engine


def _prepared(url: URL) -> bytes:
    """Give a new file its tables, look at those of an older one, and return the secret: at once, without awaiting."""
    from axflow.store.sqlite import SqliteStore

    store = SqliteStore(url.set(drivername="sqlite"))
    try:
        return store.secret
    finally:
        store.close()
