"""Bringing a database's tables to the version that this axflow needs; nothing else changes the tables of a database."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, NamedTuple

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, Identity, inspect, text
from sqlalchemy.schema import CreateSchema

from axflow.store.database import database_of
from axflow.store.errors import StoreError
from axflow.store.location import located, shown, sql_engine
from axflow.store.schema import PREFIX, SCHEMA_VERSION, VERSION_TABLE, Tables, unfit
from axflow.store.triggers import missing_triggers, partitions

_TURN: Final = 0x6178666C6F77
"""Number of the advisory lock by which two upgrades of one PostgreSQL database take turns."""


class Check(NamedTuple):
    """What a database's tables are, beside what they should be."""

    found: str | None
    """Version found; None for a database without axflow's tables."""
    needed: str
    differences: tuple[str, ...]
    """Tables, columns, indexes and triggers that are not as they should be."""

    @property
    def good(self) -> bool:
        """Whether axflow can work with it."""
        return self.found == self.needed and not self.differences


def upgrade(
    database: str | URL | Engine | Connection, *, schema: str | None = None, version: str = SCHEMA_VERSION
) -> str:
    """Bring the tables to a version, in one transaction, and return that version.

    Parameters:
        database: path, URL or SQLAlchemy engine; or a connection, whose transaction is then yours to commit.
        schema: the schema that holds the tables, on PostgreSQL, made where it is not there; default: the one in the
            URL, or the connection's own.
        version: the version to stop at; default: the one that this axflow needs.

    Upgrades of one database take turns. Raises `StoreError` where nothing could be done.
    """
    with _connected(database, schema) as (connection, schema):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
            if schema is not None and not inspect(connection).has_schema(schema):
                connection.execute(CreateSchema(schema))
        try:
            command.upgrade(_config(connection=connection, schema=schema), version)
        except CommandError as error:  # a version that no migration here leads from, or to
            found = _compare(connection, schema).found
            place = shown(connection.engine.url, schema)
            if found is not None and found > SCHEMA_VERSION:
                raise unfit(place, found) from error
            raise StoreError(f"{place}: the tables cannot be brought from version {found} to {version}") from error
    return version


def check(database: str | URL | Engine | Connection, *, schema: str | None = None) -> Check:
    """Compare the tables with what they should be. Changes nothing. Parameters and errors as for `upgrade`."""
    with _connected(database, schema) as (connection, schema):
        return _compare(connection, schema)


def sql(dialect: str = "sqlite", *, schema: str | None = None, since: str | None = None) -> str:
    """The statements of all migrations, or of those after version `since`, as text for whoever runs them by hand.

    Parameters:
        dialect: `sqlite` or `postgresql`.
        schema: the schema that holds the tables, on PostgreSQL, made where it is not there.
        since: the version that the tables have.

    Raises `StoreError` for another database, and for a schema on SQLite.
    """
    if dialect not in ("sqlite", "postgresql"):
        raise StoreError(f"{dialect!r} is no database that axflow knows; write sqlite or postgresql")
    if dialect == "sqlite" and schema is not None:
        raise StoreError(f"SQLite has no schemas, so {schema!r} names none; leave it out")
    out = io.StringIO()
    config = _config(schema=schema, dialect=dialect, output=out)
    try:
        command.upgrade(config, f"{since}:head" if since else "head", sql=True)
    except CommandError as error:
        raise StoreError(f"there is no migration {since!r} to begin after ({error})") from error
    return out.getvalue()


@contextmanager
def _connected(
    database: str | URL | Engine | Connection, schema: str | None
) -> Iterator[tuple[Connection, str | None]]:
    """A connection in a transaction, and the schema; errors in words."""
    if isinstance(database, (Engine, Connection)):
        engine = database.engine
    else:
        location = located(database)
        schema = location.schema if schema is None else schema
        engine = sql_engine(location)
    known = database_of(engine.dialect, schema)
    try:
        with nullcontext(database) if isinstance(database, Connection) else engine.begin() as connection:
            yield connection, schema
    except known.errors as error:
        raise known.explained(error, shown(engine.url, schema)) from error
    finally:
        if not isinstance(database, (Engine, Connection)):
            engine.dispose()


def _compare(connection: Connection, schema: str | None) -> Check:
    parts = {partition for _, partition in partitions(connection, schema)}

    def ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
        return (table or "").startswith(PREFIX) and table != VERSION_TABLE and table not in parts

    context = MigrationContext.configure(
        connection,
        opts={
            "version_table": VERSION_TABLE,
            "version_table_schema": schema,
            "include_object": ours,
            "include_schemas": schema is not None,
        },
    )
    found = context.get_current_revision()
    if found is None:
        return Check(None, SCHEMA_VERSION, ())
    compared = compare_metadata(context, Tables(schema).metadata)
    if connection.dialect.name == "sqlite":
        compared = [difference for difference in compared if not _of_numbering(difference)]
    differences = [str(difference) for difference in compared]
    differences += [
        f"the trigger {name} is missing, switched off or changed" for name in missing_triggers(connection, schema)
    ]
    return Check(found, SCHEMA_VERSION, tuple(differences))


def _of_numbering(difference: Any) -> bool:
    """Whether it is only that SQLite, which numbers rows by itself, knows no identity: not every Alembic sees that."""
    changes = difference if isinstance(difference, list) else [difference]
    return all(change[0] == "modify_default" and isinstance(change[-1], Identity) for change in changes)


def _config(
    *,
    connection: Connection | None = None,
    schema: str | None = None,
    dialect: str | None = None,
    output: io.StringIO | None = None,
) -> Config:
    config = Config(output_buffer=output) if output is not None else Config()
    # A path with % in it would be read as an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    attributes: dict[str, Any] = {"schema": schema, "dialect": dialect}
    if connection is not None:
        attributes["connection"] = connection
    config.attributes.update(attributes)
    return config
