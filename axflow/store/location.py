"""Where a database is, as people write it: a path, a URL, or the engine of a host; read once, shown without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from axflow.store.database import missing_driver
from axflow.store.errors import StoreError
from axflow.store.protocol import Store

_DEFAULT_DRIVERS: Final = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_SHOWN: Final = ("host", "port")
"""Parts of a URL's query that may be shown: a password can stand in others."""


class Location(NamedTuple):
    """A database by its URL. Get one by `located`; `shown` is for people, `url` holds the password."""

    kind: Literal["sqlite", "postgresql"]
    url: URL
    schema: str | None

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for others, and for one in memory."""
        named = self.kind == "sqlite" and self.url.database not in (None, "", ":memory:")
        return Path(str(self.url.database)) if named else None

    @property
    def shown(self) -> str:
        """What people know the database by: a path, or a URL without password and options."""
        return shown(self.url, self.schema)


def located(database: str | Path | URL) -> Location:
    """Read a path, `sqlite:///file.db` or `postgresql://user@host/name`, with `?schema=…` for a schema in it.

    A PostgreSQL URL without driver means psycopg. Raises `StoreError`, which repeats no password, for what is no URL
    and for other databases.
    """
    if isinstance(database, URL):
        url = database
    elif "://" not in str(database):
        return Location("sqlite", URL.create("sqlite", database=str(database)), None)
    else:
        try:
            url = make_url(str(database))
        except (ArgumentError, ValueError):
            scheme = str(database).partition("://")[0]
            raise StoreError(
                f"what begins with {scheme}:// is no database URL; write sqlite:///file.db or "
                "postgresql://user@host/name, and % and @ in a password as %25 and %40"
            ) from None
    url = url.set(drivername=_DEFAULT_DRIVERS.get(url.drivername, url.drivername))
    kind = url.get_backend_name()
    if kind == "sqlite":
        return Location("sqlite", url, None)
    if kind != "postgresql":
        raise StoreError(f"{kind} is not supported; write sqlite:///file.db or postgresql://user@host/name")
    schema = url.query.get("schema")
    if isinstance(schema, tuple):
        raise StoreError(f"{shown(url)} names several schemas; name one")
    return Location("postgresql", url.difference_update_query(["schema"]), schema)


def shown(url: URL, schema: str | None = None) -> str:
    """A URL as it may be shown: no password, no options that could hold one."""
    if url.get_backend_name() == "sqlite":
        return url.database or "sqlite://"
    query: dict[str, Any] = {name: value for name, value in url.query.items() if name in _SHOWN}
    if schema is not None:
        query["schema"] = schema
    plain = URL.create(url.get_backend_name(), url.username, None, url.host, url.port, url.database, query)
    return plain.render_as_string()


def sql_engine(location: Location, **options: Any) -> Engine:
    """A SQLAlchemy engine for a location. Raises `StoreError` that names the command where the driver is missing."""
    try:
        return create_engine(location.url, **options)
    except ImportError as error:
        raise missing_driver(location.url.get_driver_name()) from error


def store_at(database: str | Path | URL | Engine, schema: str | None = None) -> Store:
    """The store in a database.

    Parameters:
        database: a path, a URL, or a SQLAlchemy engine.
        schema: the schema that holds the tables, on PostgreSQL; default: the one in the URL, or the connection's own.

    Raises `StoreError` where it cannot be opened or its tables are not those that this axflow needs.
    """
    from axflow.store.postgres import PostgresStore
    from axflow.store.sqlite import SqliteStore

    if isinstance(database, Engine):
        kind = database.dialect.name
    else:
        location = located(database)
        kind, database = location.kind, location.url
        schema = location.schema if schema is None else schema
    if kind == "postgresql":
        return PostgresStore(database, schema=schema)
    if schema is not None:
        raise StoreError(f"SQLite has no schemas, so {schema!r} names none; leave it out")
    return SqliteStore(database)
