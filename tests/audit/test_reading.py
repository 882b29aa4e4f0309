"""Reading a store: every database, only SELECT, nothing written, memory bounded by a page."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from axflow.audit import reading as reading_module
from axflow.audit.reading import AuditError, Selection, opened, reading
from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.store.errors import Conflict, StoreError, UnknownProject
from axflow.store.sqlite_reading import SqliteReader
from axflow.testing import SettableClock
from tests.engine.flow import people

CLERK = Actor("clerk", "office", "clerk")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, clock: SettableClock, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "memory":
        made = Engine.memory(clock=clock)
    elif request.param == "sqlite":
        made = Engine(tmp_path / "a.db", clock=clock)
    else:
        made = Engine(request.getfixturevalue("postgres_url"), clock=clock)
    yield made
    made.close()


def played(engine: Engine, clock: SettableClock) -> str:
    """A project with content, a refusal, a withdrawn role and a redaction."""
    who = people(engine)
    id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"], attributes={"colour": "red"}).id
    engine.record(id, "report", {"serial": "S-1", "grade": 2, "note": "careful"}, actor=who["checker"])
    clock.advance(days=1)
    engine.send(id, "start", actor=who["clerk"])
    engine.send(id, "finish", actor=who["clerk"])
    engine.redact(id, 2, ["values.note"], actor=who["clerk"], reason="asked for")
    engine.open("repair", firm="other", title="Chair", actor=who["clerk"])
    return id


def test_entries_come_with_content_and_the_project_around_them(engine: Engine, clock: SettableClock) -> None:
    id = played(engine, clock)
    with reading(engine.store) as found:
        steps = list(found.steps(id))
        assert [step.entry.seq for step in steps] == [1, 2, 3, 4, 5]
        assert [step.entry.outcome for step in steps] == ["moved", "recorded", "moved", "refused", "recorded"]
        assert steps[0].before is None
        assert all(a.after == b.before for a, b in pairwise(steps))
        assert steps[-1].after == found.stored(id).project == found.state(id)
        assert found.state(id, 2).stage == "desk"
        assert steps[1].recorded.fields["values.grade"] == 2
        assert steps[1].recorded.redacted == ("values.note",)
        (record,) = steps[-1].after.evidence.values()
        assert found.values(id, record) == {"serial": "S-1", "grade": 2}
        assert found.version_of(steps[-1].after).definition.id == "repair"
        assert found.calendar_of(steps[-1].after).timezone == "Asia/Seoul"


def test_a_selection_takes_what_it_names(engine: Engine, clock: SettableClock) -> None:
    id = played(engine, clock)
    with reading(engine.store) as found:
        everything = list(found.projects())
        other = next(one for one in everything if one != id)
        assert everything == sorted([id, other])
        assert list(found.projects(Selection(firm="acme"))) == [id]
        assert list(found.projects(Selection(stage="desk"))) == [other]
        assert list(found.projects(Selection(end=True))) == []
        assert list(found.projects(Selection(end=False))) == everything
        assert list(found.projects(Selection(projects=(other, id, other)))) == [other, id]
        assert list(found.projects(Selection(projects=(other, id), firm="acme"))) == [id]
        assert list(found.projects(Selection(until=found.stored(id).project.opened_at))) == [id]
        with pytest.raises(UnknownProject):
            list(found.projects(Selection(projects=("nothing",))))


def test_pages_join_without_a_seam(engine: Engine, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    id = played(engine, clock)
    with reading(engine.store) as found:
        whole = list(found.entries(id))
        everything = list(found.projects())
    monkeypatch.setattr(reading_module, "PAGE", 2)
    with reading(engine.store) as found:
        assert list(found.entries(id)) == whole
        assert list(found.entries(id, 1, 4)) == whole[1:4]
        assert list(found.projects()) == everything
        assert found.entry(id, 3) == whole[2]
        with pytest.raises(AuditError, match="no entry 9"):
            found.entry(id, 9)


def test_the_directory_is_the_one_known_at_the_time(engine: Engine, clock: SettableClock) -> None:
    played(engine, clock)
    before = clock()
    clock.advance(days=2)
    engine.directory.grant("late", "clerk", "office", at=before - timedelta(days=300))
    current = engine.directory.current
    with reading(engine.store) as found:
        at = reading_module.instant(before, "UTC")
        now = reading_module.instant(clock(), "UTC")
        assert found.directory == current == found.directory_at(now)
        assert len(found.directory_at(at).changes) == len(found.directory.changes) - 1
        assert found.directory_at("2000-01-01T00:00:00.000000Z").changes == ()


def _fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.iterdir())
    }


def test_opening_a_sqlite_file_writes_nothing(tmp_path: Path, clock: SettableClock) -> None:
    """Neither into the file nor beside it, whether or not the folder can be written."""
    engine = Engine(tmp_path / "a.db", clock=clock)
    id = played(engine, clock)
    engine.close()
    before = _fingerprint(tmp_path)
    assert list(before) == ["a.db"]
    (tmp_path / "a.db").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with opened(tmp_path / "a.db") as found:
            assert found.state(id).stage == "bench"
        with pytest.raises(StoreError, match="may only be read"), opened(tmp_path / "a.db") as found:
            found.unit.set_meta("x", b"1")
        assert _fingerprint(tmp_path) == before
    finally:
        tmp_path.chmod(0o755)


def test_a_database_in_use_is_read_with_what_was_committed_last(tmp_path: Path, clock: SettableClock) -> None:
    engine = Engine(tmp_path / "a.db", clock=clock)
    id = played(engine, clock)
    assert (tmp_path / "a.db-wal").stat().st_size > 0
    with opened(f"sqlite:///{tmp_path / 'a.db'}") as found:
        assert len(list(found.entries(id))) == 5
        engine.send(id, "drop", actor=CLERK, reason="no use")
        assert len(list(found.entries(id))) == 5, "one consistent state"
    with opened(tmp_path / "a.db") as found:
        assert len(list(found.entries(id))) == 6
    engine.close()


def test_a_file_that_is_written_while_it_is_read_is_noticed(tmp_path: Path, clock: SettableClock) -> None:
    engine = Engine(tmp_path / "a.db", clock=clock)
    id = played(engine, clock)
    engine.close()
    with pytest.raises(Conflict, match="while it was read"), opened(tmp_path / "a.db") as found:
        list(found.entries(id))
        again = Engine(tmp_path / "a.db", clock=clock)
        again.send(id, "drop", actor=CLERK, reason="no use")
        again.close()  # the last one brings its log into the file


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        SqliteReader(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("no database at all, but long enough to be looked at" * 20)
    with pytest.raises(StoreError, match="no sound SQLite database"):
        SqliteReader(tmp_path / "text.db")
    sqlite3.connect(tmp_path / "empty.db").execute("CREATE TABLE t (a)")
    with pytest.raises(StoreError, match="has no axflow tables"):
        SqliteReader(tmp_path / "empty.db")
    assert sorted(os.listdir(tmp_path)) == ["empty.db", "text.db"]


def test_a_reader_of_a_file_writes_nowhere(tmp_path: Path, clock: SettableClock) -> None:
    engine = Engine(tmp_path / "a.db", clock=clock)
    engine.close()
    reader = SqliteReader(tmp_path / "a.db")
    assert reader.secret == engine.store.secret
    with pytest.raises(StoreError, match="read only"):
        reader.writing()
    with pytest.raises(StoreError, match="read only"):
        reader.within(object())
    with reader.reading(), pytest.raises(StoreError, match="already"), reader.reading():
        pass


def test_a_damaged_entry_is_named(tmp_path: Path, clock: SettableClock) -> None:
    """What cannot be read as an entry is an error with its place, not a traceback of the reader's own."""
    engine = Engine(tmp_path / "a.db", clock=clock)
    id = played(engine, clock)
    engine.close()
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("DROP TRIGGER axflow_entries_no_update")
    connection.execute("UPDATE axflow_entries SET body = ? WHERE project = ? AND seq = 2", (b"{", id))
    connection.commit()
    connection.close()
    with opened(tmp_path / "a.db") as found, pytest.raises(AuditError, match=f"{id}, entry 2 cannot be read"):
        list(found.entries(id))


@pytest.mark.postgres
def test_select_is_all_that_reading_needs(postgres_url: str, clock: SettableClock) -> None:
    engine = Engine(postgres_url, clock=clock)
    id = played(engine, clock)
    engine.close()
    url = make_url(postgres_url)
    owner = create_engine(url.set(drivername="postgresql+psycopg"))
    role = f"auditor_{os.getpid()}"
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'x'"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    try:
        with opened(url.set(username=role, password="x")) as found:
            assert found.state(id).stage == "bench"
            assert found.directory.changes
        with pytest.raises(StoreError, match="read-only"), opened(url.set(username=role, password="x")) as found:
            found.unit.set_meta("x", b"1")
    finally:
        with owner.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
        owner.dispose()
