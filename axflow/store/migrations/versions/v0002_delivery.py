"""Delivery of messages: attempts, leases, dead letters. Messages that wait already have had no attempt yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns and the two indexes that find what waits and what is dead."""
    schema: str | None = context.config.attributes.get("schema")
    attempts = sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False)
    op.add_column("axflow_outbox", attempts, schema=schema)
    for name in ("not_before", "leased_by", "leased_until", "failure", "dead_at", "dropped_at", "dropped_reason"):
        op.add_column("axflow_outbox", sa.Column(name, _TEXT, nullable=True), schema=schema)
    for name, columns, where in (
        ("axflow_outbox_waiting", ["project", "id"], sa.text("dead_at IS NULL")),
        ("axflow_outbox_dead", ["id"], sa.text("dead_at IS NOT NULL")),
    ):
        op.create_index(
            name, "axflow_outbox", columns, unique=False, sqlite_where=where, postgresql_where=where, schema=schema
        )
