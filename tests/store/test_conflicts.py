"""A lost race is told apart from other errors, whoever raises it: axflow, SQLAlchemy, a driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from axflow import Conflict, configure_sqlite, is_conflict
from axflow.store.errors import Busy, StoreError, UnknownProject


@pytest.fixture
def sql(database_url: str) -> Iterator[Engine]:
    """Two rows of a host, at an isolation where the second of two writers loses."""
    made = create_engine(database_url, isolation_level="SERIALIZABLE", poolclass=NullPool)
    if made.dialect.name == "sqlite":
        configure_sqlite(made)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE fees (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO fees VALUES (1, 10), (2, 20)"))
    yield made
    made.dispose()


def total(connection: Connection) -> int:
    return int(connection.execute(text("SELECT sum(amount) FROM fees")).scalar_one())


def test_a_statement_that_lost_a_race_is_one(sql: Engine) -> None:
    with sql.connect() as first, sql.connect() as second:
        total(first)
        second.execute(text("UPDATE fees SET amount = 11 WHERE id = 1"))
        second.commit()
        with pytest.raises(DBAPIError) as caught:
            first.execute(text("UPDATE fees SET amount = 12 WHERE id = 1"))
    assert is_conflict(caught.value)
    assert is_conflict(caught.value.orig)  # type: ignore[arg-type]


def test_what_stands_above_it_is_one(sql: Engine) -> None:
    """Django raises its own class from the driver's."""
    with sql.connect() as first, sql.connect() as second:
        total(first)
        second.execute(text("DELETE FROM fees WHERE id = 1"))
        second.commit()
        with pytest.raises(DBAPIError) as caught:
            first.execute(text("UPDATE fees SET amount = 12 WHERE id = 1"))
    wrapped = RuntimeError("somebody's own class")
    wrapped.__cause__ = caught.value
    assert is_conflict(wrapped)


@pytest.mark.postgres
def test_a_commit_that_lost_a_race_is_one(postgres_url: str) -> None:
    sql = create_engine(postgres_url, isolation_level="SERIALIZABLE", poolclass=NullPool)
    with sql.begin() as connection:
        connection.execute(text("CREATE TABLE fees (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO fees VALUES (1, 10), (2, 20)"))
    with sql.connect() as first, sql.connect() as second:
        assert total(first) == total(second) == 30
        first.execute(text("UPDATE fees SET amount = 0 WHERE id = 1"))
        second.execute(text("UPDATE fees SET amount = 0 WHERE id = 2"))
        first.commit()
        with pytest.raises(DBAPIError) as caught:
            second.commit()
    assert is_conflict(caught.value)


def test_a_value_taken_and_a_wrong_statement_are_none(sql: Engine) -> None:
    for statement in ("INSERT INTO fees VALUES (1, 5)", "SELECT nothing FROM fees"):
        with sql.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.execute(text(statement))
        assert not is_conflict(caught.value)


def test_a_file_that_another_writer_holds_is_one(tmp_path: Path) -> None:
    holder, other = (sqlite3.connect(tmp_path / "a.db", timeout=0, isolation_level=None) for _ in range(2))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        other.execute("BEGIN IMMEDIATE")
    assert is_conflict(caught.value)
    holder.close()
    other.close()


def test_axflow_names_its_own() -> None:
    assert is_conflict(Conflict("somebody else wrote"))
    assert is_conflict(Busy("held", "p-1"))
    assert not is_conflict(StoreError("the disk is full"))
    assert not is_conflict(UnknownProject("p-1"))
    assert not is_conflict(ValueError("no"))
