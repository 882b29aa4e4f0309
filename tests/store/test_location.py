"""Where a database is: read from what people write, shown without what is secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from axflow.engine import Engine
from axflow.store.errors import StoreError
from axflow.store.location import located, store_at
from axflow.store.postgres import PostgresStore
from axflow.store.sqlite import SqliteStore


@pytest.mark.parametrize("written", ["a.db", "sqlite:///a.db", Path("a.db"), "sqlite+pysqlite:///a.db"])
def test_a_path_is_a_sqlite_file(written: str | Path) -> None:
    found = located(written)
    assert (found.kind, found.file, found.shown, found.schema) == ("sqlite", Path("a.db"), "a.db", None)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_url_means_psycopg(scheme: str) -> None:
    found = located(f"{scheme}://kim:geheim@db.example:5433/flows?schema=cases&sslmode=require")
    assert found.kind == "postgresql"
    assert found.url.drivername == "postgresql+psycopg"
    assert found.url.password == "geheim"
    assert dict(found.url.query) == {"sslmode": "require"}
    assert found.schema == "cases"
    assert found.file is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("postgresql://kim:geheim@db:5433/flows", "postgresql://kim@db:5433/flows"),
        ("postgresql://db/flows?password=geheim&sslpassword=geheim", "postgresql://db/flows"),
        (
            "postgresql://kim:geheim@/flows?host=sockets&schema=cases",
            "postgresql://kim@/flows?host=sockets&schema=cases",
        ),
        ("sqlite://", "sqlite://"),
    ],
)
def test_no_secret_is_shown(written: str, shown: str) -> None:
    assert located(written).shown == shown


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("mysql://kim:geheim@x/y", "mysql is not supported"),
        ("postgresql://kim:ge@heim:x@db:port/y", "%40"),
        ("://geheim", "no database URL"),
        ("postgresql://db/y?schema=a&schema=b", "name one"),
        ("nothing+at+all://geheim", "supported|no database URL"),
    ],
)
def test_what_is_no_database_is_said_without_its_password(written: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as raised:
        located(written)
    assert "geheim" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_store_is_opened_where_it_is(tmp_path: Path) -> None:
    store = store_at(tmp_path / "a.db")
    assert isinstance(store, SqliteStore)
    store.close()
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(StoreError, match="SQLite has no schemas"):
        store_at(engine, "cases")
    with pytest.raises(StoreError, match="no PostgreSQL database"):
        PostgresStore(str(tmp_path / "a.db"))
    with pytest.raises(StoreError, match="no SQLite database"):
        SqliteStore("postgresql+psycopg://db/flows")
    engine.dispose()


@pytest.mark.parametrize("name", ["", "a b", 'a"; DROP TABLE x', "1a", "ä", "a" * 64])
def test_a_schema_has_a_plain_name(name: str) -> None:
    with pytest.raises(StoreError, match="no name for a schema"):
        PostgresStore("postgresql://db/flows", schema=name)


def test_a_server_that_is_not_there_is_said_so_without_the_password() -> None:
    with pytest.raises(StoreError, match="no connection could be made") as raised:
        Engine("postgresql://kim:geheim@127.0.0.1:1/flows?connect_timeout=2")
    assert "geheim" not in str(raised.value)
    assert "postgresql://kim@127.0.0.1:1/flows" in str(raised.value)
