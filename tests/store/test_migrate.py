"""Migrations lead to the very tables that the code is written against, and touch nothing of a host's."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from axflow.kernel.decision import Message
from axflow.store import migrate
from axflow.store.errors import StoreError
from axflow.store.rows import StoredMessage
from axflow.store.schema import SCHEMA_VERSION, VERSION_TABLE, Tables, include_object
from axflow.store.sqlite import SqliteStore
from axflow.store.triggers import sqlite_triggers


def shape(file: Path) -> list[tuple[str, str, str]]:
    """What a file holds, by kind, name and the statement that made it."""
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return sorted((kind, name, normal(sql)) for kind, name, sql in rows)


def normal(sql: str) -> str:
    """The words of a statement in one order: Alembic writes the parts of a table in another order than SQLAlchemy."""
    return " ".join(sorted(re.findall(r"[\w'.=]+", sql)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def test_a_new_file_equals_the_result_of_all_migrations(file: Path, tmp_path: Path) -> None:
    assert migrate.upgrade(f"sqlite:///{file}") == SCHEMA_VERSION
    other = tmp_path / "b.db"
    SqliteStore(f"sqlite:///{other}").close()
    made = [(kind, name) for kind, name, _ in shape(other)]
    assert [(kind, name) for kind, name, _ in shape(file)] == made
    assert ("table", "axflow_entries") in made
    assert shape(file) == shape(other)


def test_the_migrated_tables_are_those_of_the_code(file: Path) -> None:
    migrate.upgrade(f"sqlite:///{file}")
    assert migrate.check(f"sqlite:///{file}") == migrate.Check(SCHEMA_VERSION, SCHEMA_VERSION, ())
    SqliteStore(f"sqlite:///{file}").close()


def test_the_triggers_are_those_of_the_code(file: Path) -> None:
    migrate.upgrade(f"sqlite:///{file}")
    found = [sql for kind, _, sql in shape(file) if kind == "trigger"]
    assert sorted(map(normal, sqlite_triggers())) == sorted(found)


def test_upgrading_twice_changes_nothing(file: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)
    before = shape(file)
    migrate.upgrade(engine)
    assert shape(file) == before
    engine.dispose()


def test_messages_that_wait_survive_the_upgrade_to_delivery(file: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection=connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO axflow_projects VALUES ('p', 'd', 'r', 'f', 's', NULL, 'o', 'u', 2, x'00', '{}')"
        )
        for seq in (1, 2):
            connection.exec_driver_sql(
                "INSERT INTO axflow_outbox (project, seq, kind, recipients, data) VALUES ('p', ?, 'send', ?, '{}')",
                (seq, '["역할"]'),
            )
        connection.exec_driver_sql("DELETE FROM axflow_outbox WHERE id = 2")
    with pytest.raises(StoreError, match=r"version 0001.*db upgrade"):
        SqliteStore(engine)
    assert migrate.upgrade(engine) == SCHEMA_VERSION
    assert migrate.check(engine).good
    engine.dispose()
    store = SqliteStore(f"sqlite:///{file}")
    with store.writing() as unit:
        assert unit.messages(0, 9) == [StoredMessage(1, "p", 1, "send", ("역할",), {})]
        unit.post("p", Message("send", 3, (), {}))
        assert [message.id for message in unit.messages(0, 9)] == [1, 3]
        (first,) = unit.lease("one", "2026-03-02T00:00:00.000000Z", "2026-03-02T00:01:00.000000Z", 9)
        assert (first.id, first.attempts) == (1, 1)
    store.close()


def test_a_check_names_what_differs(file: Path) -> None:
    assert migrate.check(f"sqlite:///{file}").found is None
    assert not migrate.check(f"sqlite:///{file}").good
    migrate.upgrade(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    connection.execute("ALTER TABLE axflow_projects ADD COLUMN mine TEXT")
    connection.close()
    found = migrate.check(f"sqlite:///{file}")
    assert not found.good
    assert "mine" in found.differences[0]


def test_the_tables_can_be_added_to_a_host_database(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE mine (x)")
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.close()
    migrate.upgrade(f"sqlite:///{file}")
    assert migrate.check(f"sqlite:///{file}").good
    names = {name for kind, name, _ in shape(file) if kind == "table"}
    assert {"mine", "alembic_version", VERSION_TABLE} <= names


def test_a_host_that_compares_its_models_does_not_see_ours() -> None:
    tables = Tables()
    assert not include_object(tables.entries, "axflow_entries", "table", True, None)
    assert not include_object(tables.projects.c.firm, "firm", "column", True, None)
    index = next(iter(tables.projects.indexes))
    assert not include_object(index, index.name, "index", True, None)
    mine = sa.Table("orders", sa.MetaData(), sa.Column("firm", sa.Text))
    assert include_object(mine, "orders", "table", True, None)
    assert include_object(mine.c.firm, "firm", "column", True, None)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_statements_can_be_written_out(dialect: str) -> None:
    text = migrate.sql(dialect, schema="flows" if dialect == "postgresql" else None)
    where = "flows." if dialect == "postgresql" else ""
    assert f"CREATE TABLE {where}axflow_entries" in text
    assert f"INSERT INTO {where}{VERSION_TABLE}" in text
    assert f"REFERENCES {where}axflow_projects (id)" in text
    assert ("CREATE TRIGGER" in text) is (dialect == "sqlite")


def test_the_written_statements_make_the_same_file(file: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(migrate.sql("sqlite"))
    connection.close()
    SqliteStore(f"sqlite:///{tmp_path / 'b.db'}").close()
    assert shape(file) == shape(tmp_path / "b.db")


def test_an_unknown_database_is_named() -> None:
    with pytest.raises(StoreError, match="sqlite or postgresql"):
        migrate.sql("oracle")
