"""A backup is one moment of the database, whole, whoever writes meanwhile; and restored, it goes on from there."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from axflow.engine import Engine
from axflow.store import migrate
from axflow.store.backup import backup
from axflow.store.errors import StoreError
from axflow.store.schema import SCHEMA_VERSION
from axflow.testing import SettableClock
from tests.engine.flow import people
from tests.postgres import tools_for
from tests.store.test_upgrade import WRITTEN, insert

TEXTS = [f"Letter {number} " + "x" * 400 for number in range(40)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "axflow.db"


class Writer:
    """Somebody who keeps recording in one project until told to stop."""

    def __init__(self, url: str) -> None:
        self.engine = Engine(url, clock=SettableClock())
        self.who = people(self.engine)
        self.project = self.engine.open("repair", firm="acme", title="Lamp", actor=self.who["clerk"]).id
        self.written = 0
        self.begun = Event()
        self._stop = Event()
        self._thread = Thread(target=self._write)

    def _write(self) -> None:
        while not self._stop.is_set():
            self.record()
            if self.written >= 20:
                self.begun.set()

    def record(self) -> None:
        values = {"serial": f"S{self.written}", "grade": 4}
        reason = TEXTS[self.written % 40]
        self.engine.record(
            self.project, "report", values, actor=self.who["checker"], reason=reason, key=f"k{self.written}"
        ).require()
        self.written += 1

    def __enter__(self) -> Writer:
        self._thread.start()
        assert self.begun.wait(60)
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        self.engine.close()


def test_a_backup_is_one_moment_while_a_writer_writes(file: Path, tmp_path: Path) -> None:
    """Each copy verifies, holds all that was acknowledged before it, and is one file."""
    seen: list[int] = []
    with Writer(f"sqlite:///{file}") as writer:
        for number in range(5):
            before = writer.written
            made = backup(file, tmp_path / f"copy{number}.db")
            assert made.version == SCHEMA_VERSION
            assert made.size == made.file.stat().st_size
            after = writer.written
            with closing(Engine(f"sqlite:///{made.file}")) as copy:
                report = copy.verify()
                assert report.good
                assert before + 1 <= report.entries <= after + 2
                seen.append(report.entries)
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]
    assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name) == []


def test_the_writer_does_not_wait_for_the_copy(file: Path, tmp_path: Path) -> None:
    """Commits go on between the steps of a copy, and are not in it."""
    writer = Writer(f"sqlite:///{file}")
    for _ in range(60):
        writer.record()
    entries = writer.engine.verify().entries
    steps: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        if not steps:
            writer.record()
        steps.append((done, total))

    made = backup(file, tmp_path / "copy.db", progress=progress)
    assert steps[-1][0] == steps[-1][1]
    with closing(Engine(f"sqlite:///{made.file}")) as copy:
        assert copy.verify().entries == entries
    assert writer.engine.verify().entries == entries + 1
    writer.engine.close()


def test_a_plain_copy_of_the_file_lacks_what_the_log_holds(file: Path, tmp_path: Path) -> None:
    """Why a backup is no `cp`: what was committed last stands in the write-ahead log beside the file."""
    writer = Writer(f"sqlite:///{file}")
    for _ in range(5):
        writer.record()
    shutil.copy(file, tmp_path / "plain.db")
    made = backup(file, tmp_path / "copy.db")
    with closing(sqlite3.connect(made.file)) as copy:
        assert copy.execute("SELECT count(*) FROM axflow_entries").fetchone() == (6,)
    with closing(sqlite3.connect(tmp_path / "plain.db")) as plain:
        try:
            found = plain.execute("SELECT count(*) FROM axflow_entries").fetchone()[0]
        except sqlite3.DatabaseError:
            found = 0
    assert found < 6
    writer.engine.close()


def test_what_stands_is_not_overwritten_and_nothing_is_half_made(file: Path, tmp_path: Path) -> None:
    Writer(f"sqlite:///{file}").engine.close()
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(StoreError, match="overwrites nothing"):
        backup(file, target)
    assert target.read_text() == "mine"
    with pytest.raises(StoreError, match="there is no database"):
        backup(tmp_path / "nothing.db", tmp_path / "b.db")
    with pytest.raises(StoreError, match="cannot be written"):
        backup(file, tmp_path / "nowhere" / "b.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(StoreError, match="no axflow tables"):
        backup(tmp_path / "other.db", tmp_path / "b.db")
    with pytest.raises(StoreError, match="pg_dump"):
        backup("postgresql://kim:geheim@127.0.0.1:1/flows", tmp_path / "b.db")
    assert {path.name for path in tmp_path.iterdir()} == {"axflow.db", "copy.db", "other.db"}


def test_a_damaged_database_gives_no_backup(file: Path, tmp_path: Path) -> None:
    writer = Writer(f"sqlite:///{file}")
    for _ in range(60):
        writer.record()
    writer.engine.close()
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'axflow_entries'").fetchone()[0]
    with file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    with pytest.raises(StoreError, match=r"damaged|restore it from a backup"):
        backup(file, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


# On both databases: what a restored backup means


class Place:
    """A database that can be put away and brought back."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.kept = folder / "kept"

    def put_away(self) -> None:
        if self.url.startswith("sqlite"):
            backup(self.url, self.kept)
        else:
            postgres_tool("pg_dump", "--format=custom", f"--file={self.kept}", "--dbname=DATABASE", url=self.url)

    def bring_back(self) -> None:
        """As the page says: nobody is connected, and what was there is gone."""
        if self.url.startswith("sqlite"):
            file = Path(str(make_url(self.url).database))
            for rest in (f"{file}-wal", f"{file}-shm"):
                Path(rest).unlink(missing_ok=True)
            shutil.copy(self.kept, file)
        else:
            postgres_tool("pg_restore", "--clean", "--if-exists", "--exit-on-error", "--single-transaction",
                          "--dbname=DATABASE", str(self.kept), url=self.url)  # fmt: skip


def postgres_tool(tool: str, *arguments: str, url: str) -> None:
    """Run a tool of PostgreSQL on a database."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    words = [word.replace("DATABASE", plain) for word in arguments]
    done = subprocess.run([tools_for(url) / tool, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Place:
    return Place(database_url, tmp_path)


def test_a_restored_backup_verifies_and_what_came_after_it_is_lost(place: Place) -> None:
    """Its journal holds together, so nothing in it shows that it is old: only what is remembered elsewhere does."""
    writer = Writer(place.url)
    for _ in range(3):
        writer.record()
    place.put_away()
    for _ in range(2):
        writer.record()
    lost = list(writer.engine.history(writer.project))[-1]
    number = max(message.id for message in writer.engine.messages(limit=1_000))
    writer.engine.close()

    place.bring_back()
    clock = SettableClock()
    clock.advance(hours=1)
    with closing(Engine(place.url, clock=clock)) as engine:
        report = engine.verify()
        assert (report.good, report.entries) == (True, 4)
        heads = [item.hash for item in engine.history(writer.project)]
        assert lost.hash not in heads
        # Its keys are lost with it: a repeat is a new act, under a number that was another entry's.
        repeat = engine.record(
            writer.project, "report", {"serial": "S3", "grade": 4}, actor=writer.who["checker"], key="k3"
        ).require()
        assert repeat.outcome == "recorded"
        engine.record(writer.project, "report", {"serial": "S4", "grade": 4}, actor=writer.who["checker"]).require()
        again = {item.entry.seq: item.hash for item in engine.history(writer.project)}
        assert lost.entry.seq in again
        assert again[lost.entry.seq] != lost.hash
        assert max(message.id for message in engine.messages(limit=1_000)) == number
        assert engine.verify().good


def test_an_older_backup_is_restored_and_then_upgraded(
    request: pytest.FixtureRequest, tmp_path: Path, older: tuple[str, str | None]
) -> None:
    """It comes back with the tables that it had; the upgrade after it makes them this version's, with all rows."""
    url, schema = older
    place = Place(url, tmp_path)
    place.put_away()
    migrate.upgrade(url, schema=schema)
    if schema is not None:
        with pytest.raises(AssertionError, match="depend"):
            place.bring_back()
        assert migrate.check(url, schema=schema).good, "nothing was changed"
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
        engine.dispose()
    place.bring_back()
    assert migrate.check(url, schema=schema).found == "0001"
    with pytest.raises(StoreError, match="axflow db upgrade"):
        Engine(url if schema is None else make_url(url).update_query_dict({"schema": schema}))  # type: ignore[arg-type]
    assert migrate.upgrade(url, schema=schema) == SCHEMA_VERSION
    assert migrate.check(url, schema=schema).good
    from axflow.store.location import store_at

    store = store_at(url, schema)
    with store.reading() as unit:
        assert [entry.seq for entry in unit.entries("p1")] == [1, 2]
        assert [message.seq for message in unit.messages(0, 9)] == [1, 2]
        assert unit.meta("secret") == b"s" * 32
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str | None]]:
    """A database as the first version wrote it, and its schema."""
    if request.param == "sqlite":
        url, schema = f"sqlite:///{tmp_path / 'old.db'}", None
    else:
        url, schema = request.getfixturevalue("empty_postgres_url"), "cases"
    engine = sa.create_engine(url)
    migrate.upgrade(engine, schema=schema, version="0001")
    insert(engine, WRITTEN["0001"], schema)
    engine.dispose()
    yield url, schema
