"""What differs between databases and drivers, found once: the text of the statements, and what their errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from axflow.store import postgres_errors, sqlite_errors
from axflow.store.errors import StoreError
from axflow.store.schema import Tables
from axflow.store.statements import Statements

DRIVERS: Final = ("sqlite+pysqlite", "sqlite+aiosqlite", "postgresql+psycopg", "postgresql+asyncpg")
"""The drivers that the statements are written for, as URLs name them."""

INSTALL: Final = {
    "psycopg": "pip install 'axflow[postgres]'",
    "asyncpg": "pip install asyncpg",
    "aiosqlite": "pip install 'axflow[async]'",
}
"""The command that installs a driver."""


@dataclass(frozen=True, slots=True)
class Database:
    """A kind of database with its driver, and a schema in it. Get one by `database_of`."""

    kind: Literal["sqlite", "postgresql"]
    driver: str
    schema: str | None
    """The schema that holds the tables; None: where the connection looks by itself."""
    statements: Statements
    """With parameters by position, as the driver's own cursor takes them."""
    errors: tuple[type[Exception], ...]
    """What the driver's cursor and connection, and SQLAlchemy around them, raise when something goes wrong."""
    _explain: Callable[[Exception, str], StoreError]

    def explained(self, error: Exception, place: str) -> StoreError:
        """One of `errors` in words that say what to do.

        Parameters:
            error: as the driver raised it, or as SQLAlchemy wrapped it.
            place: what the reader knows the database by, without a password.

        Returns `Conflict` where the same should be tried again, `StoreError` for the rest. A `StoreError` comes back as
        it is.
        """
        if isinstance(error, StoreError):
            return error
        if isinstance(error, PoolTimeout):
            return StoreError(f"{place}: no connection came free in time ({error}); give the pool more, or try later")
        if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
            error = error.orig
        return self._explain(error, place)


def database_of(dialect: Dialect, schema: str | None = None) -> Database:
    """What belongs to a SQLAlchemy dialect, such as `engine.dialect`, with the tables in `schema`.

    Cached: asking again costs nothing. Raises `StoreError` for a database or driver that axflow does not know, and for
    a schema on SQLite, which has none.
    """
    return _database(dialect.name, dialect.driver, schema)


@cache
def _database(kind: str, driver: str, schema: str | None) -> Database:
    if f"{kind}+{driver}" not in DRIVERS:
        raise StoreError(f"{kind}+{driver} is no database that axflow knows; use one of {', '.join(DRIVERS)}")
    tables = Tables(schema)
    if kind == "sqlite":
        from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

        if schema is not None:
            raise StoreError(f"SQLite has no schemas, so {schema!r} names none; leave it out")
        known = Statements(tables, sqlite_dialect())
        errors: tuple[type[Exception], ...] = (sqlite3.Error, DBAPIError, PoolTimeout)
        return Database("sqlite", driver, None, known, errors, sqlite_errors.explained)
    known = Statements(tables, _postgres_dialect(driver))
    errors = (*_postgres_errors(driver), DBAPIError, PoolTimeout)
    return Database("postgresql", driver, schema, known, errors, postgres_errors.explained)


def _postgres_dialect(driver: str) -> Dialect:
    made: Any  # these classes have no annotations in SQLAlchemy
    if driver == "psycopg":
        from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg as made

        dialect: Dialect = made(paramstyle="format")  # by position; its default is by name
    else:
        from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg as made

        dialect = made()
    return dialect


def _postgres_errors(driver: str) -> tuple[type[Exception], ...]:
    try:
        if driver == "psycopg":
            import psycopg

            return (psycopg.Error,)
        import asyncpg
    except ImportError as error:
        raise missing_driver(driver) from error
    from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi

    # Its own errors come out while connecting, and where the line breaks in the middle of an answer.
    return (
        AsyncAdapt_asyncpg_dbapi.Error,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    )


def missing_driver(driver: str) -> StoreError:
    """That a driver is not installed, with the command that installs it."""
    return StoreError(f"the driver {driver!r} is not installed; run: {INSTALL.get(driver, f'pip install {driver}')}")
