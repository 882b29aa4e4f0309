"""Calendars that come into force for a version after the one that it was published with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE_TRIGGERS = [
    "CREATE TRIGGER axflow_calendar_changes_no_update BEFORE UPDATE ON axflow_calendar_changes FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of calendar_changes are never changed'); END",  # noqa: E501
    "CREATE TRIGGER axflow_calendar_changes_no_delete BEFORE DELETE ON axflow_calendar_changes FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of calendar_changes are never deleted'); END",  # noqa: E501
]


def upgrade() -> None:
    """Create the table, and on SQLite the triggers that keep its rows as they are."""
    schema: str | None = context.config.attributes.get("schema")
    dot = f"{schema}." if schema else ""
    op.create_table(
        "axflow_calendar_changes",
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["calendar"], [f"{dot}axflow_calendars.digest"]),
        sa.ForeignKeyConstraint(
            ["definition", "version"], [f"{dot}axflow_definitions.id", f"{dot}axflow_definitions.version"]
        ),
        sa.PrimaryKeyConstraint("definition", "version", "number"),
        schema=schema,
    )
    if op.get_context().dialect.name == "sqlite":
        for trigger in _SQLITE_TRIGGERS:
            op.execute(trigger)
