"""The store on SQLite keeps the contract, and says clearly what went wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from axflow.journal.sealing import seal
from axflow.kernel.decision import Message
from axflow.store.errors import Conflict, StoreError
from axflow.store.sqlite import SqliteStore
from axflow.store.sqlite_errors import explained
from axflow.testing import StoreContract
from axflow.testing.rows import entry_of, project_of, write


class TestSqliteStore(StoreContract):
    """The contract, on a file."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteStore]:
        store = SqliteStore(f"sqlite:///{tmp_path / 'a.db'}")
        yield store
        store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "axflow.db"


def test_commits_are_durable_and_readers_do_not_wait(file: Path) -> None:
    store = SqliteStore(f"sqlite:///{file}")
    connection = store._connection()
    pragmas = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    other = SqliteStore(f"sqlite:///{file}")
    with store.writing() as writer:
        write(writer, project_of("p1"), entry_of("p1", 1))
        with other.reading() as reader:
            assert reader.project("p1") is None
    with other.reading() as reader:
        assert reader.project("p1") is not None
    store.close()
    other.close()


def test_what_is_kept_outlives_the_store(file: Path) -> None:
    store = SqliteStore(f"sqlite:///{file}")
    secret = store.secret
    with store.writing() as unit:
        write(unit, project_of("p1"), entry_of("p1", 1))
    store.close()
    again = SqliteStore(create_engine(f"sqlite:///{file}"))
    assert again.secret == secret
    with again.reading() as unit:
        assert unit.project("p1") is not None
    again.close()


def test_a_second_transaction_in_one_thread_is_refused(file: Path) -> None:
    store = SqliteStore(f"sqlite:///{file}")
    with store.writing(), pytest.raises(StoreError, match="in a transaction"), store.reading():
        pass
    store.close()


def test_a_project_of_another_writer_is_a_conflict(file: Path) -> None:
    """The unique numbers are the last guard: a unit that trusts what it read long ago cannot write over it."""
    store = SqliteStore(f"sqlite:///{file}")
    with store.writing() as unit:
        head = write(unit, project_of("p1"), entry_of("p1", 1))
    with pytest.raises(Conflict, match="nothing was changed"), store.writing() as unit:
        unit._last["p1"] = 0
        unit.append(seal(entry_of("p1", 1)))
    with store.reading() as unit:
        assert unit.head("p1") == head
    store.close()


def test_a_foreign_file_is_not_touched(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(StoreError, match="axflow db upgrade"):
        SqliteStore(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]
    connection.close()


def test_tables_of_another_version_are_not_touched(file: Path) -> None:
    SqliteStore(f"sqlite:///{file}").close()
    connection = sqlite3.connect(file)
    connection.execute("UPDATE axflow_version SET version_num = '0000'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="version 0000"):
        SqliteStore(f"sqlite:///{file}")


def test_what_is_no_database_is_said_so(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"This is a letter, not a database. " * 50)
    with pytest.raises(StoreError, match="no sound SQLite database"):
        SqliteStore(f"sqlite:///{file}")
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}")
    with pytest.raises(StoreError, match="in memory"):
        SqliteStore("sqlite://")


def test_a_full_disk_keeps_nothing(file: Path) -> None:
    store = SqliteStore(f"sqlite:///{file}")
    before = project_of("p1")
    with store.writing() as unit:
        write(unit, before, entry_of("p1", 1))
    pages = store._connection().execute("PRAGMA page_count").fetchone()[0]
    store._connection().execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError, match="make room"), store.writing() as unit:
        write(unit, before._replace(seq=2), entry_of("p1", 2, content={"reason": "x" * 100_000}), previous=before)
    with store.reading() as unit:
        assert len(unit.entries("p1")) == 1
        kept = unit.project("p1")
        assert kept is not None
        assert kept.project == before
    store.close()


def test_a_database_that_may_only_be_read_can_be_read(file: Path) -> None:
    store = SqliteStore(f"sqlite:///{file}")
    with store.writing() as unit:
        write(unit, project_of("p1"), entry_of("p1", 1))
    store._connection().execute("PRAGMA query_only = ON")
    with store.reading() as unit:
        assert unit.project("p1") is not None
    with pytest.raises(StoreError, match="may only be read"), store.writing() as unit:
        unit.post("p1", Message("moved", 1, (), {}))
    store.close()


def test_a_busy_database_is_a_conflict() -> None:
    assert isinstance(explained(sqlite3.OperationalError("database is locked"), "x"), Conflict)
    assert "strange" in str(explained(sqlite3.OperationalError("strange"), "x"))
