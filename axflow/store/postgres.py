"""The store on PostgreSQL: many writers, each project's row locked by the one that writes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Engine

from axflow.store.database import database_of
from axflow.store.errors import StoreError
from axflow.store.location import located, shown, sql_engine
from axflow.store.schema import SCHEMA_VERSION, VERSION_TABLE, unfit
from axflow.store.secret import secret_of
from axflow.store.sql import Cursor, SqlUnit

if TYPE_CHECKING:
    from axflow.store.host import HostStore

WRITING: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_DRIVER: Final = "postgresql+psycopg"
_MOST_DEAD: Final = 1_000
"""More connections than any pool holds: each may have died while it lay there."""


class PostgresStore:
    """A store in a PostgreSQL database, whose tables `axflow db upgrade` has made.

    Parameters:
        database: a URL such as `postgresql://user@host/name` (psycopg), or a SQLAlchemy engine for it, whose pool and
            settings are then used; what isolation it has by default does not matter.
        schema: the schema that holds the tables; default: the URL's `?schema=…`, or where the connection looks.

    A transaction has a connection of its own while it lasts. A connection that died in the pool is replaced unseen; one
    that dies in a transaction ends it with `StoreError`, and the next works. Reading needs no more than SELECT on the
    tables. Raises `StoreError` where the server cannot be reached or has other tables.
    """

    def __init__(self, database: str | URL | Engine, *, schema: str | None = None) -> None:
        if isinstance(database, Engine):
            self.engine = database
        else:
            location = located(database)
            if location.kind != "postgresql":
                raise StoreError(f"{location.shown} is no PostgreSQL database; write postgresql://user@host/name")
            schema = location.schema if schema is None else schema
            if location.url.drivername != _DRIVER:  # said before it is asked whether that driver is installed
                raise StoreError(
                    f"{location.shown}: this engine works through {_DRIVER}, not {location.url.drivername}"
                )
            self.engine = sql_engine(location, connect_args={"fallback_application_name": "axflow"})
        self._owned = not isinstance(database, Engine)
        self.place = shown(self.engine.url, schema)
        dialect = self.engine.dialect
        if f"{dialect.name}+{dialect.driver}" != _DRIVER or dialect.is_async:
            given = f"{dialect.name}+{dialect.driver}{' in async form' if dialect.is_async else ''}"
            raise StoreError(f"{self.place}: this engine works through {_DRIVER}, not {given}")
        self.database = database_of(dialect, schema)
        self._local = threading.local()
        self._secret: bytes | None = None
        try:
            with self._transaction(READING) as cursor:
                check_tables(cursor, self.database.schema, self.place)
        except BaseException:
            self.close()
            raise

    @property
    def secret(self) -> bytes:
        """32 bytes for keyed digests."""
        if self._secret is None:
            self._secret = secret_of(self)
        return self._secret

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """A transaction that writes, READ COMMITTED: what is read after `lock` is what was last committed."""
        with self._transaction(WRITING) as cursor:
            unit = SqlUnit(cursor, self.database)
            yield unit
            unit.flush()

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """A transaction that reads one consistent state, beside writers."""
        with self._transaction(READING) as cursor:
            yield SqlUnit(cursor, self.database)

    def within(self, host: Any) -> HostStore:
        """This store in a host's transaction on the same database."""
        from axflow.store.host import HostStore

        return HostStore(host, self.secret, self.database.schema)

    def close(self) -> None:
        """Close the pool's connections, unless the pool is a host's."""
        if self._owned:
            self.engine.dispose()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Any]:
        if getattr(self._local, "busy", False):  # the inner one could wait for the outer one for ever
            raise StoreError("this thread is in a transaction of this store already; end that one first")
        errors = self.database.errors
        try:
            pooled, cursor, before = self._begun(begin)
        except errors as error:
            raise self.database.explained(error, self.place) from error
        self._local.busy = True
        try:
            yield cursor
            cursor.execute("COMMIT")
            if cursor.statusmessage != "COMMIT":  # PostgreSQL answers ROLLBACK and raises nothing
                raise StoreError(
                    f"{self.place}: a statement of this transaction failed and was passed over, so nothing was kept"
                )
        except BaseException as error:
            _roll_back(pooled, cursor)
            if isinstance(error, errors):
                raise self.database.explained(error, self.place) from error
            raise
        finally:
            self._local.busy = False
            _give_back(pooled, before)

    def _begun(self, begin: str) -> tuple[Any, Any, bool]:
        """A connection, its cursor in a transaction, and how the pool keeps it.

        BEGIN is the ping: where it finds the line dead, nothing is lost yet.
        """
        from psycopg.rows import tuple_row

        for _ in range(_MOST_DEAD):
            pooled: Any = self.engine.raw_connection()
            connection = pooled.driver_connection
            try:
                before = connection.autocommit
                connection.autocommit = True  # BEGIN and COMMIT are ours
                cursor = connection.cursor(binary=True, row_factory=tuple_row)
                cursor.execute(begin)
                return pooled, cursor, before
            except BaseException as error:
                dead = connection.closed and isinstance(error, self.database.errors)
                pooled.invalidate()
                if not dead:
                    raise
        raise StoreError(f"{self.place}: {_MOST_DEAD} connections were found dead one after another")


def check_tables(cursor: Cursor, schema: str | None, place: str) -> None:
    """Refuse tables of another version, and an encoding that cannot keep every text: nothing is created or changed.

    Parameters:
        cursor: in a transaction.
        schema: the schema that holds the tables; None: where the connection looks.
        place: what the reader knows the database by.
    """
    table = VERSION_TABLE if schema is None else f'"{schema}".{VERSION_TABLE}'
    quoted = table.replace("'", "''")
    found = None
    cursor.execute("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
    encoding = cursor.fetchone()[0]
    cursor.execute(f"SELECT to_regclass('{quoted}') IS NOT NULL")
    if cursor.fetchone()[0]:
        cursor.execute(f"SELECT version_num FROM {table}")
        row = cursor.fetchone()
        found = row[0] if row is not None else None
    if encoding != "UTF8":
        raise StoreError(f"{place} keeps text as {encoding}; axflow needs a database with encoding UTF8")
    if found != SCHEMA_VERSION:
        raise unfit(place, found)


def _roll_back(pooled: Any, cursor: Any) -> None:
    """End a transaction that failed; a connection that will not say that it has ended is thrown away."""
    from psycopg.pq import TransactionStatus

    connection = pooled.driver_connection
    with suppress(Exception):
        if connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            cursor.execute("ROLLBACK")
        if connection.info.transaction_status == TransactionStatus.IDLE:
            return
    pooled.invalidate()


def _give_back(pooled: Any, before: bool) -> None:
    """Put a connection back as the pool keeps it, unless it was thrown away."""
    connection = pooled.driver_connection
    if connection is not None:
        connection.autocommit = before
    pooled.close()
