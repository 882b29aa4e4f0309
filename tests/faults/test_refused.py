"""Full disks, what may only be read, lost connections, clocks that go back: told clearly, and nothing is changed."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.store.errors import StoreError
from axflow.testing import SettableClock
from tests.engine.flow import people

OFFICER = Actor("clerk", "office")


def rows_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, byte by byte."""
    database = create_engine(url, poolclass=NullPool)
    with database.connect() as connection:
        where = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if connection.dialect.name == "sqlite"
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        names = sorted(connection.scalars(text(where)))
        found = {
            name: sorted((tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows), key=repr)
            for name in names
            for rows in [connection.execute(text(f"SELECT * FROM {name}")).all()]
        }
    database.dispose()
    return found


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = Engine(database_url, clock=SettableClock())
    people(made)
    made.open("repair", firm="acme", title="Lamp", actor=OFFICER, id="p1")
    yield made
    made.close()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: to it, the disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "axflow.db"


@pytest.fixture
def on_sqlite(file: Path) -> Iterator[Engine]:
    made = Engine(file, clock=SettableClock())
    people(made)
    made.open("repair", firm="acme", title="Lamp", actor=OFFICER, id="p1")
    yield made
    made.close()


@pytest.mark.parametrize("room", [0, 100, 4_200, 9_000])
def test_a_disk_that_is_full_keeps_nothing(on_sqlite: Engine, file: Path, room: int) -> None:
    """The write-ahead log cannot grow by more than `room` bytes: the commit is cut off at any place in it."""
    before = rows_of(f"sqlite:///{file}")
    log = file.with_name(file.name + "-wal")
    with (
        largest_file(log.stat().st_size + room),
        pytest.raises(StoreError, match=r"axflow\.db: .*make room on the disk and try again"),
    ):
        on_sqlite.send("p1", "start", actor=OFFICER)
    assert rows_of(f"sqlite:///{file}") == before
    assert on_sqlite.send("p1", "start", actor=OFFICER).outcome == "moved"
    assert on_sqlite.verify().good


@contextmanager
def refusing(url: str, state: str) -> Iterator[None]:
    """A server that answers each new message with a SQLSTATE, as it does where its disk is full."""
    database = create_engine(url, isolation_level="AUTOCOMMIT")
    with database.connect() as connection:
        body = f"BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'could not extend file'; END"
        connection.execute(text(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
        connection.execute(
            text("CREATE TRIGGER refuse BEFORE INSERT ON axflow_outbox FOR EACH ROW EXECUTE FUNCTION refuse()")
        )
        try:
            yield
        finally:
            connection.execute(text("DROP FUNCTION refuse CASCADE"))
    database.dispose()


@pytest.mark.postgres
def test_a_server_whose_disk_is_full_keeps_nothing(postgres_url: str) -> None:
    """Told by the last statement of the transaction, when all else is written."""
    engine = Engine(postgres_url, clock=SettableClock())
    people(engine)
    engine.open("repair", firm="acme", actor=OFFICER, id="p1")
    before = rows_of(postgres_url)
    name = make_url(postgres_url).database
    with (
        refusing(postgres_url, "53100"),
        pytest.raises(StoreError, match=rf"{name}.*: the server's disk is full.*make room on it and try again"),
    ):
        engine.send("p1", "start", actor=OFFICER)
    assert rows_of(postgres_url) == before
    assert engine.send("p1", "start", actor=OFFICER).outcome == "moved"
    assert engine.verify().good
    engine.close()


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """With the rights of a user who owns nothing: root writes whatever a file's mode says."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that everybody may enter, also those above it; pytest's own are for its user alone."""
    folder = Path("/var/tmp") / f"axflow-{os.getpid()}-{id(tmp_path)}"
    folder.mkdir(mode=0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_file_or_folder_that_may_only_be_read_is_named(open_folder: Path, what: str) -> None:
    file = open_folder / "axflow.db"
    engine = Engine(file, clock=SettableClock())
    people(engine)
    engine.open("repair", firm="acme", actor=OFFICER, id="p1")
    engine.close()
    with closing(sqlite3.connect(file)) as connection:
        # As where a file was handed over: without a write-ahead log that reading would have to begin.
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    before = rows_of(f"sqlite:///{file}")
    file.chmod(0o444 if what == "file" else 0o666)
    open_folder.chmod(0o777 if what == "file" else 0o555)
    with as_somebody_else():
        reader = Engine(file, clock=SettableClock())
        assert reader.project("p1").project.stage == "desk"
        with pytest.raises(StoreError, match=r"axflow\.db.*(may only be read|cannot be opened).*(may write|right)"):
            reader.send("p1", "start", actor=OFFICER)
        reader.close()
    assert rows_of(f"sqlite:///{file}") == before
    file.chmod(0o644)
    open_folder.chmod(0o755)
    engine = Engine(file, clock=SettableClock())
    assert engine.send("p1", "start", actor=OFFICER).outcome == "moved"
    engine.close()


@pytest.mark.postgres
def test_a_session_that_may_only_read_changes_nothing(postgres_url: str) -> None:
    engine = Engine(postgres_url, clock=SettableClock())
    people(engine)
    engine.open("repair", firm="acme", actor=OFFICER, id="p1")
    before = rows_of(postgres_url)
    options = make_url(postgres_url).update_query_dict({"options": "-cdefault_transaction_read_only=on"})
    standby = create_engine(options)
    reader = Engine(standby, clock=SettableClock())
    assert reader.project("p1").project.stage == "desk"
    with pytest.raises(StoreError, match=r"only reading is possible here.*connect to the primary"):
        reader.send("p1", "start", actor=OFFICER)
    reader.close()
    standby.dispose()
    assert rows_of(postgres_url) == before
    assert engine.send("p1", "start", actor=OFFICER).outcome == "moved"
    engine.close()


@pytest.mark.postgres
def test_a_connection_that_is_lost_in_a_send_changes_nothing(postgres_url: str) -> None:
    """The server ends it while the send waits for a project that somebody else holds."""
    engine, other = (Engine(postgres_url, clock=SettableClock()) for _ in range(2))
    people(engine)
    engine.open("repair", firm="acme", actor=OFFICER, id="p1")
    before = rows_of(postgres_url)
    told: list[Exception] = []

    def send() -> None:
        try:
            engine.send("p1", "start", actor=OFFICER, key="k")
        except Exception as error:
            told.append(error)

    database = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with other.store.writing() as unit, database.connect() as connection:
        unit.lock("p1")
        waiting = threading.Thread(target=send)
        waiting.start()
        blocked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while not (pids := connection.scalars(text(blocked)).all()):
            threading.Event().wait(0.01)
        for pid in pids:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        waiting.join()
    (error,) = told
    assert isinstance(error, StoreError)
    assert "the connection was lost" in str(error)
    assert "safe to repeat with the same key" in str(error)
    assert make_url(postgres_url).database in str(error)
    assert rows_of(postgres_url) == before
    assert engine.send("p1", "start", actor=OFFICER, key="k").outcome == "moved"
    assert engine.verify().good
    database.dispose()
    engine.close()
    other.close()


def test_a_clock_that_goes_back_leaves_time_where_it_was(engine: Engine, database_url: str) -> None:
    """The journal's time never goes back, the entry says that the clock did, and no deadline moves."""
    clock = engine.clock
    assert isinstance(clock, SettableClock)
    engine.send("p1", "start", actor=OFFICER)
    last = engine.history("p1")[-1].entry
    (due,) = [t.due for t in engine.project("p1").project.timers.values() if t.due]
    clock.now -= timedelta(days=400)
    engine.record("p1", "report", {"serial": "1", "grade": 4}, actor=Actor("checker", "shop"))
    entry = engine.history("p1")[-1].entry
    assert entry.recorded_at == last.recorded_at
    assert engine.tick() == 0
    assert [t.due for t in engine.project("p1").project.timers.values() if t.due] == [due]
    clock.now += timedelta(days=500)
    assert engine.tick() == 1
    assert engine.verify().good


def test_a_frozen_clock_that_goes_back_is_told_in_the_entry(database_url: str) -> None:
    """The engine's own clock, under freezegun."""
    with freeze_time("2026-03-02 09:00:00"):
        engine = Engine(database_url)
        people(engine)
        engine.open("repair", firm="acme", actor=OFFICER, id="p1")
    with freeze_time("2026-03-01 09:00:00"):
        assert engine.send("p1", "start", actor=OFFICER).outcome == "moved"
    first, second = (item.entry for item in engine.history("p1"))
    assert second.recorded_at == first.recorded_at
    assert "clock_went_back" in second.flags
    engine.close()
