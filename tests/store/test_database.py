"""What differs between databases and drivers: the text of statements, and what errors mean."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy.dialects.mysql import dialect as mysql
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from axflow.store.database import DRIVERS, Database, database_of, missing_driver
from axflow.store.errors import Busy, Conflict, StoreError
from axflow.store.statements import Statement


def dialect(driver: str) -> Dialect:
    found: Any = make_url(f"{driver}://").get_dialect()
    made: Dialect = found()
    return made


def database(driver: str, schema: str | None = None) -> Database:
    return database_of(dialect(driver), schema)


def statements(of: Database) -> dict[str, Statement]:
    return {name: value for name, value in vars(of.statements).items() if isinstance(value, Statement)}


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_takes_the_same_parameters_in_the_same_order(driver: str) -> None:
    """The unit hands them over by position, whatever the driver."""
    found, standard = statements(database(driver)), statements(database(DRIVERS[0]))
    assert {name: s.order for name, s in found.items()} == {name: s.order for name, s in standard.items()}
    mark = {"psycopg": "%s", "asyncpg": "$"}.get(driver.partition("+")[2], "?")
    assert {name: s.text.count(mark) for name, s in found.items()} == {n: len(s.order) for n, s in found.items()}
    if mark == "$":
        for statement in found.values():
            places = [statement.text.index(f"${number}") for number in range(1, len(statement.order) + 1)]
            assert places == sorted(places)


@pytest.mark.parametrize("driver", ["postgresql+psycopg", "postgresql+asyncpg"])
def test_a_schema_stands_before_every_table(driver: str) -> None:
    for statement in statements(database(driver, "flows")).values():
        assert statement.text.count("axflow_") == statement.text.count("flows.axflow_") > 0


def test_rows_are_locked_only_where_there_are_row_locks() -> None:
    postgres, sqlite = database("postgresql+psycopg").statements, database("sqlite+pysqlite").statements
    assert postgres.lock.text.endswith("FOR NO KEY UPDATE")
    assert postgres.lock_if_free.text.endswith("FOR NO KEY UPDATE SKIP LOCKED")
    assert sqlite.lock.text == sqlite.lock_if_free.text == sqlite.head.text


def test_asking_again_gives_the_same_value() -> None:
    assert database("postgresql+psycopg", "a") is database("postgresql+psycopg", "a")
    assert database("postgresql+psycopg", "a") is not database("postgresql+psycopg", "b")


def test_what_is_unknown_is_named() -> None:
    with pytest.raises(StoreError, match=r"mysql.*postgresql\+psycopg"):
        database_of(mysql())
    with pytest.raises(StoreError, match="SQLite has no schemas"):
        database("sqlite+pysqlite", "flows")
    assert "axflow[postgres]" in str(missing_driver("psycopg"))
    assert "pip install pg8000" in str(missing_driver("pg8000"))


class Spoken(Exception):
    """A driver's error, as far as it is read."""

    def __init__(self, text: str, sqlstate: str | None = None, pgcode: str | None = None) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate
        self.pgcode = pgcode


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "23505"])
def test_what_may_succeed_when_done_again_is_a_conflict(state: str) -> None:
    postgres = database("postgresql+psycopg")
    assert isinstance(postgres.explained(Spoken("why\nDETAIL: secret", state), "db"), Conflict)
    found = postgres.explained(Spoken("why\nDETAIL: secret", pgcode=state), "db")
    assert isinstance(found, Conflict)
    assert "why" in str(found)
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("25006", "only reading"),
        ("25P02", "roll it back"),
        ("28P01", "password is wrong"),
        ("3D000", "no such database"),
        ("42501", "grant it"),
        ("42P01", "axflow db upgrade"),
        ("3F000", "axflow db upgrade"),
        ("53100", "disk is full"),
        ("53300", "no more connections"),
        ("57014", "statement_timeout"),
        ("57P01", "connection was lost"),
        ("08006", "connection was lost"),
        ("XX000", "db: strange"),
    ],
)
def test_what_will_not_is_an_error_that_says_what_to_do(state: str, words: str) -> None:
    found = database("postgresql+asyncpg").explained(Spoken("strange", state), "db")
    assert not isinstance(found, Conflict)
    assert words in str(found)
    assert "db: " in str(found) or "db has" in str(found)


def test_a_broken_socket_is_a_lost_connection() -> None:
    import psycopg

    postgres = database("postgresql+psycopg")
    assert "was lost" in str(postgres.explained(psycopg.OperationalError("server closed the connection"), "db"))
    assert "no connection could be made" in str(postgres.explained(ConnectionRefusedError("refused"), "db"))
    assert "was lost" not in str(postgres.explained(psycopg.ProgrammingError("no results"), "db"))


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_trigger_speaks_for_itself(driver: str) -> None:
    found = database(driver).explained(Spoken("axflow: entries are never deleted\nCONTEXT: PL/pgSQL", "23000"), "db")
    assert str(found).splitlines()[0] == "entries are never deleted"


@pytest.mark.parametrize("driver", DRIVERS)
def test_what_sqlalchemy_wrapped_is_unwrapped(driver: str) -> None:
    known = database(driver)
    error = known.errors[0]
    assert issubclass(error, Exception)
    wrapped = OperationalError("SELECT 1", None, Spoken("axflow: x", "23000"))
    assert isinstance(wrapped, known.errors)
    assert str(known.explained(wrapped, "db")) == "x"
    assert "no connection came free" in str(known.explained(PoolTimeout("QueuePool limit"), "db"))
    ours = Busy("held", "p1")
    assert known.explained(ours, "db") is ours


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("database is locked", Busy, "try the same again"),
        ("UNIQUE constraint failed: axflow_keys.scope", Conflict, "nothing was changed"),
        ("database or disk is full", StoreError, "make room"),
        ("attempt to write a readonly database", StoreError, "may only be read"),
        ("no such table: axflow_entries", StoreError, "axflow db upgrade"),
        ("FOREIGN KEY constraint failed", StoreError, "db: FOREIGN KEY"),
    ],
)
def test_sqlite_speaks_in_texts(text: str, kind: type[StoreError], words: str) -> None:
    found = database("sqlite+aiosqlite").explained(sqlite3.OperationalError(text), "db")
    assert type(found) is kind
    assert words in str(found)


def test_a_busy_snapshot_is_told_from_a_busy_database(tmp_path: Any) -> None:
    """Waiting does not help who has read already: the transaction must begin again."""
    first, second = (sqlite3.connect(tmp_path / "a.db", isolation_level=None) for _ in range(2))
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("CREATE TABLE t (x)")
    first.execute("BEGIN")
    first.execute("SELECT * FROM t").fetchall()
    second.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(sqlite3.OperationalError) as raised:
        first.execute("INSERT INTO t VALUES (2)")
    found = database("sqlite+pysqlite").explained(raised.value, "db")
    assert isinstance(found, Conflict)
    assert "had begun to read" in str(found)
    first.close()
    second.close()
