"""Bringing a database's tables to the version that this axflow needs; nothing else changes the tables of a database."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine

from axflow.store.errors import StoreError
from axflow.store.schema import PREFIX, SCHEMA_VERSION, VERSION_TABLE, Tables


class Check(NamedTuple):
    """What a database's tables are, beside what they should be."""

    found: str | None
    """Version found; None for a database without axflow's tables."""
    needed: str
    differences: tuple[str, ...]
    """Tables, columns and indexes that are not as they should be."""

    @property
    def good(self) -> bool:
        """Whether axflow can work with it."""
        return self.found == self.needed and not self.differences


def upgrade(database: str | Engine, *, schema: str | None = None) -> str:
    """Bring the tables to the version needed, in one transaction, and return that version.

    Parameters:
        database: URL or SQLAlchemy engine.
        schema: database schema that holds the tables, where the database has schemas; default: the connection's own.
    """
    engine = create_engine(database) if isinstance(database, str) else database
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection=connection, schema=schema), "head")
    finally:
        if isinstance(database, str):
            engine.dispose()
    return SCHEMA_VERSION


def check(database: str | Engine, *, schema: str | None = None) -> Check:
    """Compare the tables with what they should be. Changes nothing."""
    engine = create_engine(database) if isinstance(database, str) else database
    try:
        with engine.connect() as connection:
            return _compare(connection, schema)
    finally:
        if isinstance(database, str):
            engine.dispose()


def sql(dialect: str = "sqlite", *, schema: str | None = None, since: str | None = None) -> str:
    """The statements of all migrations, or of those after version `since`, as text for whoever runs them by hand."""
    if dialect not in ("sqlite", "postgresql"):
        raise StoreError(f"{dialect!r} is no database that axflow knows; write sqlite or postgresql")
    out = io.StringIO()
    config = _config(schema=schema, dialect=dialect, output=out)
    command.upgrade(config, f"{since}:head" if since else "head", sql=True)
    return out.getvalue()


def _compare(connection: Connection, schema: str | None) -> Check:
    def ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
        return (table or "").startswith(PREFIX) and table != VERSION_TABLE

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
    differences = compare_metadata(context, Tables(schema).metadata)
    return Check(found, SCHEMA_VERSION, tuple(str(difference) for difference in differences))


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
