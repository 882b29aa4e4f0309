"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SQLITE_TRIGGERS = [
    "CREATE TRIGGER axflow_entries_no_update BEFORE UPDATE ON axflow_entries FOR EACH ROW WHEN NOT (OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL AND OLD.id = NEW.id AND OLD.project = NEW.project AND OLD.seq = NEW.seq AND OLD.hash = NEW.hash AND OLD.body = NEW.body) BEGIN SELECT RAISE(ABORT, 'axflow: entries are never changed; only leaf_index goes from NULL to a value'); END",  # noqa: E501
    "CREATE TRIGGER axflow_entries_no_delete BEFORE DELETE ON axflow_entries FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: entries are never deleted'); END",  # noqa: E501
    "CREATE TRIGGER axflow_payloads_no_update BEFORE UPDATE ON axflow_payloads FOR EACH ROW WHEN NOT (NEW.value IS NULL AND NEW.salt IS NULL AND OLD.value IS NOT NULL AND OLD.project = NEW.project AND OLD.seq = NEW.seq AND OLD.field = NEW.field) BEGIN SELECT RAISE(ABORT, 'axflow: content is never changed; redaction sets value and salt to NULL and nothing else'); END",  # noqa: E501
    "CREATE TRIGGER axflow_payloads_no_delete BEFORE DELETE ON axflow_payloads FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: content is destroyed by redaction, which keeps the row'); END",  # noqa: E501
    "CREATE TRIGGER axflow_definitions_no_update BEFORE UPDATE ON axflow_definitions FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of definitions are never changed'); END",  # noqa: E501
    "CREATE TRIGGER axflow_definitions_no_delete BEFORE DELETE ON axflow_definitions FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of definitions are never deleted'); END",  # noqa: E501
    "CREATE TRIGGER axflow_signatures_no_update BEFORE UPDATE ON axflow_signatures FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of signatures are never changed'); END",  # noqa: E501
    "CREATE TRIGGER axflow_signatures_no_delete BEFORE DELETE ON axflow_signatures FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of signatures are never deleted'); END",  # noqa: E501
    "CREATE TRIGGER axflow_calendars_no_update BEFORE UPDATE ON axflow_calendars FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of calendars are never changed'); END",  # noqa: E501
    "CREATE TRIGGER axflow_calendars_no_delete BEFORE DELETE ON axflow_calendars FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of calendars are never deleted'); END",  # noqa: E501
    "CREATE TRIGGER axflow_directory_no_update BEFORE UPDATE ON axflow_directory FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of directory are never changed'); END",  # noqa: E501
    "CREATE TRIGGER axflow_directory_no_delete BEFORE DELETE ON axflow_directory FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'axflow: rows of directory are never deleted'); END",  # noqa: E501
]


def upgrade() -> None:
    """Create the tables, and on SQLite the triggers that keep what is immutable so."""
    schema: str | None = context.config.attributes.get("schema")
    dot = f"{schema}." if schema else ""
    op.create_table(
        "axflow_calendars",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        schema=schema,
    )
    op.create_table(
        "axflow_directory",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        schema=schema,
    )
    op.create_table(
        "axflow_keys",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        schema=schema,
    )
    op.create_table(
        "axflow_projects",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("rules_digest", sa.Text(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema=schema,
    )
    op.create_index("axflow_projects_firm", "axflow_projects", ["firm", "id"], unique=False, schema=schema)
    op.create_index(
        "axflow_projects_stage", "axflow_projects", ["definition", "stage", "id"], unique=False, schema=schema
    )
    op.create_table(
        "axflow_aliases",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("number", "organisation", "project"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_claims",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_index("axflow_claims_record", "axflow_claims", ["project", "record"], unique=False, schema=schema)
    op.create_table(
        "axflow_definitions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rules_digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Text(), nullable=True),
        sa.Column("effective_until", sa.Text(), nullable=True),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["calendar"], [f"{dot}axflow_calendars.digest"]),
        sa.PrimaryKeyConstraint("id", "version"),
        schema=schema,
    )
    op.create_index("axflow_definitions_rules", "axflow_definitions", ["rules_digest"], unique=False, schema=schema)
    op.create_table(
        "axflow_entries",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_index", _COUNT, nullable=True),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("project", "seq", name="axflow_entries_seq"),
        schema=schema,
    )
    op.create_index(
        "axflow_entries_leaf",
        "axflow_entries",
        ["leaf_index"],
        unique=True,
        sqlite_where=sa.text("leaf_index IS NOT NULL"),
        postgresql_where=sa.text("leaf_index IS NOT NULL"),
        schema=schema,
    )
    op.create_index(
        "axflow_entries_new",
        "axflow_entries",
        ["id"],
        unique=False,
        sqlite_where=sa.text("leaf_index IS NULL"),
        postgresql_where=sa.text("leaf_index IS NULL"),
        schema=schema,
    )
    op.create_table(
        "axflow_outbox",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        schema=schema,
    )
    op.create_table(
        "axflow_refusals",
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("uncounted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("project", "actor", "codes"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_timers",
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("project", "id"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_index("axflow_timers_due", "axflow_timers", ["due"], unique=False, schema=schema)
    op.create_table(
        "axflow_payloads",
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["project", "seq"], [f"{dot}axflow_entries.project", f"{dot}axflow_entries.seq"]),
        sa.PrimaryKeyConstraint("project", "seq", "field"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_signatures",
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition", "version"], [f"{dot}axflow_definitions.id", f"{dot}axflow_definitions.version"]
        ),
        sa.PrimaryKeyConstraint("definition", "version", "organisation"),
        schema=schema,
    )
    if op.get_context().dialect.name == "sqlite":
        for trigger in _SQLITE_TRIGGERS:
            op.execute(trigger)
