"""Where Alembic begins. `axflow.store.migrate` runs it with a connection, or without one to write SQL."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy.schema import CreateSchema

from axflow.store.schema import VERSION_TABLE, Tables


def run() -> None:
    """Run the migrations asked for, on the connection or as SQL text."""
    attributes: dict[Any, Any] = context.config.attributes
    schema: str | None = attributes.get("schema")
    connection = attributes.get("connection")
    common: dict[str, Any] = {
        "target_metadata": Tables(schema).metadata,
        "version_table": VERSION_TABLE,
        "version_table_schema": schema,
        "include_schemas": schema is not None,
    }
    if connection is None:
        context.configure(dialect_name=attributes["dialect"], literal_binds=True, **common)
    else:
        context.configure(connection=connection, **common)
    with context.begin_transaction():
        if connection is None and schema is not None:
            context.execute(CreateSchema(schema, if_not_exists=True))
        context.run_migrations()


run()
