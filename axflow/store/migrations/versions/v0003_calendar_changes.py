"""Calendars that come into force for a version after the one that it was published with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SQLITE_TRIGGERS = [
    "CREATE TRIGGER axflow_calendar_changes_no_update BEFORE UPDATE ON axflow_calendar_changes FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of calendar_changes are never changed'); END",  # noqa: E501
    "CREATE TRIGGER axflow_calendar_changes_no_delete BEFORE DELETE ON axflow_calendar_changes FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of calendar_changes are never deleted'); END",  # noqa: E501
]
_POSTGRES_TRIGGERS = [
    "CREATE TRIGGER axflow_calendar_changes_no_update BEFORE UPDATE ON {dot}axflow_calendar_changes FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of calendar_changes are never changed')",  # noqa: E501
    "CREATE TRIGGER axflow_calendar_changes_no_delete BEFORE DELETE ON {dot}axflow_calendar_changes FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of calendar_changes are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_calendar_changes_no_truncate BEFORE TRUNCATE ON {dot}axflow_calendar_changes FOR EACH STATEMENT EXECUTE FUNCTION {dot}axflow_refuse('rows of calendar_changes are never deleted')",  # noqa: E501
]


def upgrade() -> None:
    """Create the table, and the triggers that keep its rows as they are."""
    schema: str | None = context.config.attributes.get("schema")
    dot = f"{schema}." if schema else ""
    op.create_table(
        "axflow_calendar_changes",
        sa.Column("definition", _TEXT, nullable=False),
        sa.Column("version", _TEXT, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calendar", _TEXT, nullable=False),
        sa.Column("published_at", _TEXT, nullable=False),
        sa.Column("published_by", _TEXT, nullable=False),
        sa.Column("reason", _TEXT, nullable=True),
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
    else:
        for trigger in _POSTGRES_TRIGGERS:
            op.execute(trigger.format(dot=f'"{schema}".' if schema else ""))
