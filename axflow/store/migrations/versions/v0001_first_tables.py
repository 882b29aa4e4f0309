"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
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
_POSTGRES_TRIGGERS = [
    "CREATE FUNCTION {dot}axflow_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = 'axflow: ' || TG_ARGV[0]; END $$",  # noqa: E501
    "CREATE TRIGGER axflow_entries_no_update BEFORE UPDATE ON {dot}axflow_entries FOR EACH ROW WHEN (NOT (OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL AND OLD.id = NEW.id AND OLD.project = NEW.project AND OLD.seq = NEW.seq AND OLD.hash = NEW.hash AND OLD.body = NEW.body)) EXECUTE FUNCTION {dot}axflow_refuse('entries are never changed; only leaf_index goes from NULL to a value')",  # noqa: E501
    "CREATE TRIGGER axflow_entries_no_delete BEFORE DELETE ON {dot}axflow_entries FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('entries are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_payloads_no_update BEFORE UPDATE ON {dot}axflow_payloads FOR EACH ROW WHEN (NOT (NEW.value IS NULL AND NEW.salt IS NULL AND OLD.value IS NOT NULL AND OLD.project = NEW.project AND OLD.seq = NEW.seq AND OLD.field = NEW.field)) EXECUTE FUNCTION {dot}axflow_refuse('content is never changed; redaction sets value and salt to NULL and nothing else')",  # noqa: E501
    "CREATE TRIGGER axflow_payloads_no_delete BEFORE DELETE ON {dot}axflow_payloads FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('content is destroyed by redaction, which keeps the row')",  # noqa: E501
    "CREATE TRIGGER axflow_definitions_no_update BEFORE UPDATE ON {dot}axflow_definitions FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of definitions are never changed')",  # noqa: E501
    "CREATE TRIGGER axflow_definitions_no_delete BEFORE DELETE ON {dot}axflow_definitions FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of definitions are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_signatures_no_update BEFORE UPDATE ON {dot}axflow_signatures FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of signatures are never changed')",  # noqa: E501
    "CREATE TRIGGER axflow_signatures_no_delete BEFORE DELETE ON {dot}axflow_signatures FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of signatures are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_calendars_no_update BEFORE UPDATE ON {dot}axflow_calendars FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of calendars are never changed')",  # noqa: E501
    "CREATE TRIGGER axflow_calendars_no_delete BEFORE DELETE ON {dot}axflow_calendars FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of calendars are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_directory_no_update BEFORE UPDATE ON {dot}axflow_directory FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of directory are never changed')",  # noqa: E501
    "CREATE TRIGGER axflow_directory_no_delete BEFORE DELETE ON {dot}axflow_directory FOR EACH ROW EXECUTE FUNCTION {dot}axflow_refuse('rows of directory are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_entries_no_truncate BEFORE TRUNCATE ON {dot}axflow_entries FOR EACH STATEMENT EXECUTE FUNCTION {dot}axflow_refuse('entries are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_payloads_no_truncate BEFORE TRUNCATE ON {dot}axflow_payloads FOR EACH STATEMENT EXECUTE FUNCTION {dot}axflow_refuse('content is destroyed by redaction, which keeps the row')",  # noqa: E501
    "CREATE TRIGGER axflow_definitions_no_truncate BEFORE TRUNCATE ON {dot}axflow_definitions FOR EACH STATEMENT EXECUTE FUNCTION {dot}axflow_refuse('rows of definitions are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_signatures_no_truncate BEFORE TRUNCATE ON {dot}axflow_signatures FOR EACH STATEMENT EXECUTE FUNCTION {dot}axflow_refuse('rows of signatures are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_calendars_no_truncate BEFORE TRUNCATE ON {dot}axflow_calendars FOR EACH STATEMENT EXECUTE FUNCTION {dot}axflow_refuse('rows of calendars are never deleted')",  # noqa: E501
    "CREATE TRIGGER axflow_directory_no_truncate BEFORE TRUNCATE ON {dot}axflow_directory FOR EACH STATEMENT EXECUTE FUNCTION {dot}axflow_refuse('rows of directory are never deleted')",  # noqa: E501
]


def upgrade() -> None:
    """Create the tables, and the triggers that keep what is immutable so."""
    schema: str | None = context.config.attributes.get("schema")
    dot = f"{schema}." if schema else ""
    op.create_table(
        "axflow_calendars",
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        schema=schema,
    )
    op.create_table(
        "axflow_directory",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", _TEXT, nullable=False),
        sa.Column("change", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number"),
        schema=schema,
    )
    op.create_table(
        "axflow_keys",
        sa.Column("scope", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("fingerprint", _TEXT, nullable=False),
        sa.Column("project", _TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("outcome", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_meta",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        schema=schema,
    )
    op.create_table(
        "axflow_projects",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("definition", _TEXT, nullable=False),
        sa.Column("rules_digest", _TEXT, nullable=False),
        sa.Column("firm", _TEXT, nullable=False),
        sa.Column("stage", _TEXT, nullable=False),
        sa.Column("ended", _TEXT, nullable=True),
        sa.Column("opened_at", _TEXT, nullable=False),
        sa.Column("updated_at", _TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema=schema,
    )
    op.create_index("axflow_projects_firm", "axflow_projects", ["firm", "id"], unique=False, schema=schema)
    op.create_index(
        "axflow_projects_stage", "axflow_projects", ["definition", "stage", "id"], unique=False, schema=schema
    )
    op.create_table(
        "axflow_aliases",
        sa.Column("number", _TEXT, nullable=False),
        sa.Column("organisation", _TEXT, nullable=False),
        sa.Column("project", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("number", "organisation", "project"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_claims",
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("project", _TEXT, nullable=False),
        sa.Column("record", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_index("axflow_claims_record", "axflow_claims", ["project", "record"], unique=False, schema=schema)
    op.create_table(
        "axflow_definitions",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("version", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("rules_digest", _TEXT, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.Column("layout", _TEXT, nullable=True),
        sa.Column("calendar", _TEXT, nullable=False),
        sa.Column("effective_from", _TEXT, nullable=True),
        sa.Column("effective_until", _TEXT, nullable=True),
        sa.Column("published_at", _TEXT, nullable=False),
        sa.Column("published_by", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(["calendar"], [f"{dot}axflow_calendars.digest"]),
        sa.PrimaryKeyConstraint("id", "version"),
        schema=schema,
    )
    op.create_index("axflow_definitions_rules", "axflow_definitions", ["rules_digest"], unique=False, schema=schema)
    op.create_table(
        "axflow_entries",
        sa.Column("id", _COUNT, sa.Identity(), nullable=False),
        sa.Column("project", _TEXT, nullable=False),
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
        sa.Column("id", _COUNT, sa.Identity(), nullable=False),
        sa.Column("project", _TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("recipients", _TEXT, nullable=False),
        sa.Column("data", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        schema=schema,
    )
    op.create_table(
        "axflow_refusals",
        sa.Column("project", _TEXT, nullable=False),
        sa.Column("actor", _TEXT, nullable=False),
        sa.Column("codes", _TEXT, nullable=False),
        sa.Column("since", _TEXT, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("uncounted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("project", "actor", "codes"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_timers",
        sa.Column("project", _TEXT, nullable=False),
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("due", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["project"], [f"{dot}axflow_projects.id"]),
        sa.PrimaryKeyConstraint("project", "id"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_index("axflow_timers_due", "axflow_timers", ["due"], unique=False, schema=schema)
    op.create_table(
        "axflow_payloads",
        sa.Column("project", _TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("field", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["project", "seq"], [f"{dot}axflow_entries.project", f"{dot}axflow_entries.seq"]),
        sa.PrimaryKeyConstraint("project", "seq", "field"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    op.create_table(
        "axflow_signatures",
        sa.Column("definition", _TEXT, nullable=False),
        sa.Column("version", _TEXT, nullable=False),
        sa.Column("organisation", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("actor", _TEXT, nullable=False),
        sa.Column("signed_at", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["definition", "version"], [f"{dot}axflow_definitions.id", f"{dot}axflow_definitions.version"]
        ),
        sa.PrimaryKeyConstraint("definition", "version", "organisation"),
        schema=schema,
    )
    if op.get_context().dialect.name == "sqlite":
        for trigger in _SQLITE_TRIGGERS:
            op.execute(trigger)
    else:
        for trigger in _POSTGRES_TRIGGERS:
            op.execute(trigger.format(dot=f'"{schema}".' if schema else ""))
