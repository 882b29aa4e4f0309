"""Migrations lead to the very tables that the code is written against, and touch nothing of a host's."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from axflow.store import migrate
from axflow.store.errors import StoreError
from axflow.store.location import store_at
from axflow.store.migrations.versions import v0001_first_tables, v0003_calendar_changes
from axflow.store.schema import SCHEMA_VERSION, VERSION_TABLE, Tables, include_object
from axflow.store.sqlite import SqliteStore
from axflow.store.triggers import postgres_triggers, sqlite_triggers
from axflow.testing.rows import entry_of, project_of, write


class Place(NamedTuple):
    """An empty database, and the schema to use in it."""

    url: str
    schema: str | None
    engine: sa.Engine

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    def name(self, table: str) -> str:
        """A table with its schema."""
        return f'"{self.schema}".{table}' if self.schema else table

    def run(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement))


POSTGRES = pytest.mark.postgres


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=POSTGRES),
        pytest.param("schema", marks=POSTGRES),
        pytest.param("Schema", marks=POSTGRES),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """SQLite; PostgreSQL; and a schema there, whose name may need quotes."""
    kind: str = request.param
    url = f"sqlite:///{tmp_path / 'a.db'}" if kind == "sqlite" else request.getfixturevalue("empty_postgres_url")
    schema = {"schema": "cases", "Schema": "Cases"}.get(kind)
    engine = sa.create_engine(url)
    yield Place(url, schema, engine)
    engine.dispose()


def file_shape(file: Path) -> list[tuple[str, str, str]]:
    """What a file holds, by kind, name and the statement that made it."""
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return sorted((kind, name, normal(sql)) for kind, name, sql in rows)


def normal(sql: str) -> str:
    """The words of a statement in one order: Alembic writes the parts of a table in another order than SQLAlchemy."""
    return " ".join(sorted(re.findall(r"[\w'.=]+", sql)))


def shape(place: Place) -> dict[str, list[Any]]:
    """What a database holds of ours: columns, indexes, constraints, triggers and functions."""
    if place.dialect == "sqlite":
        return {"everything": list(file_shape(Path(str(place.engine.url.database))))}
    where = f"'{place.schema}'" if place.schema else "current_schema()"
    space = f"'\"{place.schema}\"'::regnamespace" if place.schema else "current_schema()::regnamespace"
    asked = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name, is_identity"
        f" FROM information_schema.columns WHERE table_schema = {where}",
        "indexes": f"SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = {where}",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        f" WHERE connamespace = {space} AND contype <> 'n'",
        "triggers": "SELECT pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t"
        f" JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = {space} AND NOT t.tgisinternal",
        "functions": f"SELECT proname, prosrc FROM pg_proc WHERE pronamespace = {space}",
    }
    with place.engine.connect() as connection:
        return {what: sorted(map(str, connection.execute(sa.text(sql)))) for what, sql in asked.items()}


def test_all_migrations_lead_to_the_tables_of_the_code(place: Place) -> None:
    """A store opens there; the comparison finds nothing, by URL, by engine and by connection."""
    assert migrate.check(place.engine, schema=place.schema).found is None
    assert not migrate.check(place.engine, schema=place.schema).good
    assert migrate.upgrade(place.engine, schema=place.schema) == SCHEMA_VERSION
    good = migrate.Check(SCHEMA_VERSION, SCHEMA_VERSION, ())
    assert good.good
    assert migrate.check(place.engine, schema=place.schema) == good
    url = sa.make_url(place.url)
    assert migrate.check(url.update_query_dict({"schema": place.schema} if place.schema else {})) == good
    with place.engine.connect() as connection:
        assert migrate.check(connection, schema=place.schema) == good
    store = store_at(place.engine, place.schema)
    with store.writing() as unit:
        write(unit, project_of("p1"), entry_of("p1", 1))
        assert len(unit.entries("p1")) == 1
    store.close()


def test_the_tables_of_the_code_equal_the_result_of_all_migrations(
    place: Place, request: pytest.FixtureRequest
) -> None:
    """Down to triggers, constraints and the order of texts."""
    migrate.upgrade(place.engine, schema=place.schema)
    found = shape(place)
    if place.dialect == "sqlite":
        other = Path(str(place.engine.url.database)).with_name("b.db")
        SqliteStore(f"sqlite:///{other}").close()
        assert found["everything"] == file_shape(other)
        assert ("table", "axflow_entries") in [(kind, name) for kind, name, _ in found["everything"]]
        return
    tables = Tables(place.schema)
    with place.engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(sa.schema.DropTable(table))
        connection.execute(sa.text(f"DROP FUNCTION {place.name('axflow_refuse')}"))
        tables.metadata.create_all(connection)
        for statement in postgres_triggers(place.schema):
            connection.execute(sa.text(statement))
    assert shape(place) == found
    assert len(found["triggers"]) == len(postgres_triggers()) - 1


def test_migrations_keep_their_triggers_in_their_own_text() -> None:
    """What is released does not change when the code does; while they are equal, all are."""
    steps = (v0001_first_tables, v0003_calendar_changes)
    assert sqlite_triggers() == [text for step in steps for text in step._SQLITE_TRIGGERS]
    for schema, dot in (("cases", '"cases".'), (None, "")):
        kept = [text.format(dot=dot) for step in steps for text in step._POSTGRES_TRIGGERS]
        assert sorted(postgres_triggers(schema)) == sorted(kept)
        assert postgres_triggers(schema)[0] == kept[0], "the function that they call comes first"


@POSTGRES
def test_texts_on_postgresql_are_ordered_as_everywhere(postgres_url: str) -> None:
    """By code points, whatever the locale of the database."""
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
            )
        ).all()
    engine.dispose()
    assert found == []


def test_upgrading_twice_changes_nothing(place: Place) -> None:
    migrate.upgrade(place.engine, schema=place.schema)
    before = shape(place)
    migrate.upgrade(place.engine, schema=place.schema)
    assert shape(place) == before


def test_an_upgrade_on_a_connection_is_the_callers_to_commit(place: Place) -> None:
    if place.dialect == "sqlite":
        return  # its driver commits before DDL
    with place.engine.connect() as connection:
        migrate.upgrade(connection, schema=place.schema)
        assert migrate.check(connection, schema=place.schema).good
        connection.rollback()
    assert migrate.check(place.engine, schema=place.schema).found is None


def test_a_check_names_what_differs(place: Place) -> None:
    migrate.upgrade(place.engine, schema=place.schema)
    place.run(f"ALTER TABLE {place.name('axflow_projects')} ADD COLUMN mine TEXT")
    found = migrate.check(place.engine, schema=place.schema)
    assert not found.good
    assert len(found.differences) == 1
    assert "mine" in found.differences[0]


def test_a_check_names_triggers_that_are_gone_or_off(place: Place) -> None:
    """Without them the rest of the tables is as it should be, and nothing else would tell."""
    migrate.upgrade(place.engine, schema=place.schema)
    if place.dialect == "sqlite":
        place.run("DROP TRIGGER axflow_entries_no_update")
        place.run("DROP TRIGGER axflow_payloads_no_delete")
        place.run("CREATE TRIGGER axflow_payloads_no_delete BEFORE DELETE ON axflow_payloads BEGIN SELECT 1; END")
    else:
        place.run(f"DROP TRIGGER axflow_entries_no_update ON {place.name('axflow_entries')}")
        place.run(f"ALTER TABLE {place.name('axflow_payloads')} DISABLE TRIGGER axflow_payloads_no_delete")
    found = migrate.check(place.engine, schema=place.schema)
    assert [difference.split()[2] for difference in found.differences] == [
        "axflow_entries_no_update",
        "axflow_payloads_no_delete",
    ]


def test_the_tables_can_be_added_to_a_host_database(place: Place) -> None:
    """Beside the host's tables and its own Alembic version."""
    place.run("CREATE TABLE mine (x INTEGER)")
    place.run("CREATE TABLE alembic_version (version_num TEXT)")
    migrate.upgrade(place.engine, schema=place.schema)
    assert migrate.check(place.engine, schema=place.schema).good
    inspector = sa.inspect(place.engine)
    assert {"mine", "alembic_version"} <= set(inspector.get_table_names())
    assert VERSION_TABLE in inspector.get_table_names(schema=place.schema)


def test_a_host_that_compares_its_models_does_not_see_ours(place: Place) -> None:
    """Autogenerate with `include_object` proposes what the host changed, and nothing about our tables."""
    migrate.upgrade(place.engine, schema=place.schema)
    place.run("CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, firm TEXT)")
    host = sa.MetaData()
    sa.Table(
        "orders",
        host,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("firm", sa.Text),
        sa.Column("new", sa.Text),
    )
    with place.engine.connect() as connection:

        def proposed(**options: Any) -> list[str]:
            context = MigrationContext.configure(connection, opts={"include_schemas": bool(place.schema), **options})
            return [str(change) for change in compare_metadata(context, host)]

        (change,) = proposed(include_object=include_object)
        assert "add_column" in change
        assert "new" in change
        assert any("remove_table" in change and "axflow_entries" in change for change in proposed())


def test_what_belongs_to_a_table_goes_with_it() -> None:
    tables = Tables()
    assert not include_object(tables.entries, "axflow_entries", "table", True, None)
    assert not include_object(tables.projects.c.firm, "firm", "column", True, None)
    index = next(iter(tables.projects.indexes))
    assert not include_object(index, index.name, "index", True, None)
    mine = sa.Table("orders", sa.MetaData(), sa.Column("firm", sa.Text))
    assert include_object(mine, "orders", "table", True, None)
    assert include_object(mine.c.firm, "firm", "column", True, None)


def test_the_written_statements_do_what_an_upgrade_does(place: Place) -> None:
    """Run as a script by hand, on an empty database."""
    script = migrate.sql(place.dialect, schema=place.schema)
    raw = place.engine.raw_connection()
    if place.dialect == "sqlite":
        raw.driver_connection.executescript(script)
    else:
        raw.driver_connection.autocommit = True
        raw.driver_connection.execute(script)  # without parameters, many statements go as one text, as psql sends them
        raw.driver_connection.autocommit = False
    raw.close()
    assert migrate.check(place.engine, schema=place.schema) == migrate.Check(SCHEMA_VERSION, SCHEMA_VERSION, ())
    by_hand = shape(place)
    if place.schema == "cases":
        place.run("DROP SCHEMA cases CASCADE")
        migrate.upgrade(place.engine, schema=place.schema)
        assert shape(place) == by_hand


def test_statements_since_a_version_leave_out_what_is_there() -> None:
    assert "CREATE TABLE axflow_entries" not in migrate.sql("sqlite", since="0001")
    with pytest.raises(StoreError, match="no migration 'x'"):
        migrate.sql("sqlite", since="x")


def test_what_cannot_be_migrated_is_named() -> None:
    with pytest.raises(StoreError, match="sqlite or postgresql"):
        migrate.sql("oracle")
    with pytest.raises(StoreError, match="SQLite has no schemas"):
        migrate.sql("sqlite", schema="cases")
    with pytest.raises(StoreError, match="SQLite has no schemas"):
        migrate.upgrade("a.db", schema="cases")
    with pytest.raises(StoreError, match="no connection could be made") as raised:
        migrate.upgrade("postgresql://kim:geheim@127.0.0.1:1/flows?connect_timeout=2")
    assert "geheim" not in str(raised.value)


@POSTGRES
def test_upgrades_of_one_database_take_turns(empty_postgres_url: str) -> None:
    """Several processes start at once after a deployment, and each upgrades first."""
    from axflow.testing.writers_contract import together

    told = together(*[lambda: migrate.upgrade(empty_postgres_url, schema="cases")] * 4)
    assert told == [SCHEMA_VERSION] * 4
    assert migrate.check(empty_postgres_url, schema="cases").good
