"""What is no transaction to take part in is refused with what would be right; what is one in disguise is served."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from axflow import Actor, AsyncEngine, Engine, configure_sqlite
from axflow.store.errors import StoreError
from axflow.testing import SettableClock
from tests.engine.flow import people
from tests.engine.hosts import Base, Host, Order

STOCK = ["Session", "Connection", "AsyncSession", "AsyncConnection"]


def file_url(way: str, folder: Path) -> str:
    return f"sqlite{'+aiosqlite' if way.startswith('Async') else ''}:///{folder / 'host.db'}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "host.db"


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    made = Engine(file, clock=SettableClock())
    yield made
    made.close()


@pytest.mark.parametrize("way", STOCK)
def test_a_stock_engine_for_sqlite_is_refused_with_the_fix(way: str, tmp_path: Path) -> None:
    host = Host(way, file_url(way, tmp_path), stock=True)
    who = people(host.engine)
    project = host.engine.open("repair", firm="acme", actor=who["clerk"]).id
    with host.transaction() as mine:
        with pytest.raises(StoreError, match=r"axflow\.configure_sqlite\(engine\)"):
            host.engine.send(project, "start", actor=who["clerk"], within=mine.within)
        with pytest.raises(StoreError, match=r"axflow\.configure_sqlite\(engine\)"):
            host.engine.project(project, within=mine.within)
        mine.rollback()
    assert len(host.engine.history(project)) == 1
    configure_sqlite(host.sql)
    host.done(host.sql.dispose())
    with host.transaction() as mine:
        host.engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        mine.rollback()
    assert len(host.engine.history(project)) == 1
    host.close()


def test_why_it_is_refused(file: Path, engine: Engine) -> None:
    """What the refusal guards against: releasing a savepoint that was no inner one commits."""
    sql = create_engine(f"sqlite:///{file}")
    with sql.begin() as connection:
        connection.execute(text("CREATE TABLE host (x)"))
    with sql.connect() as connection:
        with connection.begin_nested():
            connection.execute(text("INSERT INTO host VALUES (1)"))
        connection.rollback()
    with sql.connect() as connection:
        assert connection.execute(text("SELECT x FROM host")).all() == [(1,)]
    sql.dispose()


def test_a_stock_engine_that_has_written_is_in_a_transaction(file: Path, engine: Engine, who: dict[str, Actor]) -> None:
    """Then the driver has begun one by itself, and both sides share it."""
    project = engine.open("repair", firm="acme", actor=who["clerk"]).id
    sql = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(sql)
    with Session(sql) as session:
        session.add(Order(name="lamp"))
        engine.send(project, "start", actor=who["clerk"], within=session).require()
        session.rollback()
        assert session.query(Order).count() == 0
    assert len(engine.history(project)) == 1
    sql.dispose()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="only on Python 3.12 and later the driver has autocommit=False")
@pytest.mark.parametrize("configured", [False, True])
def test_a_driver_that_begins_by_itself_is_served(
    file: Path, engine: Engine, who: dict[str, Actor], configured: bool
) -> None:
    project = engine.open("repair", firm="acme", actor=who["clerk"]).id
    sql = create_engine(f"sqlite:///{file}", connect_args={"autocommit": False})
    if configured:
        configure_sqlite(sql)
    with Session(sql) as session:
        engine.send(project, "start", actor=who["clerk"], within=session).require()
        session.rollback()
        assert engine.project(project, within=session).project.stage == "desk"
        engine.send(project, "start", actor=who["clerk"], within=session).require()
        session.commit()
    assert engine.project(project).project.stage == "bench"
    sql.dispose()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="only on Python 3.12 and later the driver has autocommit=True")
def test_a_driver_that_commits_each_statement_is_refused(file: Path, engine: Engine, who: dict[str, Actor]) -> None:
    sql = create_engine(f"sqlite:///{file}", connect_args={"autocommit": True})
    with Session(sql) as session, pytest.raises(StoreError, match="configure_sqlite"):
        engine.projects(within=session)
    sql.dispose()
    with Session(configure_sqlite(sql)) as session, pytest.raises(StoreError, match="autocommit=True"):
        engine.projects(within=session)
    sql.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("way", STOCK)
def test_autocommit_is_refused(way: str, postgres_url: str) -> None:
    url = postgres_url.replace("+psycopg", "+asyncpg") if way.startswith("Async") else postgres_url
    host = Host(way, url)
    who = people(host.engine)
    with (
        host.transaction(isolation_level="AUTOCOMMIT") as mine,
        pytest.raises(StoreError, match="AUTOCOMMIT"),
    ):
        host.engine.open("repair", firm="acme", actor=who["clerk"], within=mine.within)
    assert not host.engine.projects()
    host.close()


def test_another_database_is_refused(tmp_path: Path, engine: Engine, who: dict[str, Actor]) -> None:
    other = Engine(tmp_path / "other.db")
    sql = configure_sqlite(create_engine(f"sqlite:///{tmp_path / 'other.db'}"))
    with Session(sql) as session, pytest.raises(StoreError, match="not this engine's database"):
        engine.open("repair", firm="acme", actor=who["clerk"], within=session)
    assert not other.projects()
    other.close()
    sql.dispose()


def test_a_database_without_tables_says_so(tmp_path: Path, engine: Engine, who: dict[str, Actor]) -> None:
    sql = configure_sqlite(create_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    with Session(sql) as session, pytest.raises(StoreError, match="axflow db upgrade"):
        engine.projects(within=session)
    sql.dispose()


def test_an_unknown_kind_of_database_is_named(engine: Engine) -> None:
    with pytest.raises(StoreError, match="mysql"):
        configure_sqlite(create_engine("mysql+mysqldb://x", module=sqlite3))


def test_what_cannot_be_shared_is_named(file: Path, engine: Engine) -> None:
    memory = Engine.memory()
    sql = configure_sqlite(create_engine(f"sqlite:///{file}"))
    with Session(sql) as session:
        with pytest.raises(StoreError, match="in memory has no database"):
            memory.projects(within=session)
        with pytest.raises(TypeError, match="Session or Connection of SQLAlchemy, not a str"):
            engine.projects(within="session")  # type: ignore[arg-type]
    with Session(binds={Order: sql}) as session:
        with pytest.raises(StoreError, match="bind_arguments"):
            engine.projects(within=session)
        assert engine.projects(within=session.connection(bind_arguments={"mapper": Order})) == []
    asynchronous = create_async_engine(f"sqlite+aiosqlite:///{file}")
    with pytest.raises(TypeError, match="go to AsyncEngine"):
        engine.projects(within=AsyncSession(asynchronous))  # type: ignore[arg-type]
    sql.dispose()


def test_the_asyncio_twins_go_to_the_asyncio_engine(file: Path) -> None:
    async def run() -> None:
        sync = create_engine(f"sqlite:///{file}")
        sql = configure_sqlite(create_async_engine(f"sqlite+aiosqlite:///{file}"))
        async with AsyncEngine(file) as engine:
            with Session(sync) as session, pytest.raises(TypeError, match="a Session of SQLAlchemy goes to Engine"):
                await engine.projects(within=session)  # type: ignore[arg-type]
            with pytest.raises(TypeError, match="not open"):
                await engine.projects(within=sql.connect())
            with pytest.raises(TypeError, match="not a str"):
                await engine.projects(within="session")  # type: ignore[arg-type]
            async with sql.connect() as connection:
                assert isinstance(connection, AsyncConnection)
                assert await engine.projects(within=connection) == []
        await sql.dispose()

    asyncio.run(run())


def test_a_scoped_session_is_the_one_of_its_scope(file: Path, engine: Engine, who: dict[str, Actor]) -> None:
    sql = configure_sqlite(create_engine(f"sqlite:///{file}"))
    sessions = scoped_session(sessionmaker(sql))
    project = engine.open("repair", firm="acme", actor=who["clerk"], within=sessions)
    assert engine.project(project.id, within=sessions()).project == project
    assert not engine.projects()
    sessions.commit()
    sessions.remove()
    assert engine.projects()
    sql.dispose()


def test_an_asyncio_scoped_session_is_the_one_of_the_calling_task(
    file: Path, engine: Engine, who: dict[str, Actor]
) -> None:
    async def run() -> None:
        sql = configure_sqlite(create_async_engine(f"sqlite+aiosqlite:///{file}"))
        sessions = async_scoped_session(async_sessionmaker(sql), scopefunc=asyncio.current_task)
        async with AsyncEngine(file, clock=SettableClock()) as other:
            project = await other.open("repair", firm="acme", actor=who["clerk"], within=sessions)
            assert (await other.project(project.id, within=sessions())).project == project
            await sessions.commit()
            await sessions.remove()
            assert len(await other.projects()) == 1
        await sql.dispose()

    asyncio.run(run())


def test_a_synchronous_engine_works_in_run_sync(file: Path, engine: Engine, who: dict[str, Actor]) -> None:
    """The Session behind an AsyncSession, where SQLAlchemy lets synchronous code await."""

    async def run() -> None:
        sql = configure_sqlite(create_async_engine(f"sqlite+aiosqlite:///{file}"))
        async with AsyncSession(sql) as session:
            project = await session.run_sync(
                lambda sync: engine.open("repair", firm="acme", actor=who["clerk"], within=sync)
            )
            await session.commit()
        await sql.dispose()
        assert engine.project(project.id).project == project

    asyncio.run(run())


@pytest.mark.parametrize("moment", ["before_flush", "after_flush", "before_commit"])
def test_an_act_may_follow_from_what_a_session_is_about_to_do(
    file: Path, engine: Engine, who: dict[str, Actor], moment: str
) -> None:
    """A host that acts in SQLAlchemy's own hooks, in the middle of a flush too."""
    project = engine.open("repair", firm="acme", actor=who["clerk"]).id
    sql = configure_sqlite(create_engine(f"sqlite:///{file}"))
    Base.metadata.create_all(sql)
    with Session(sql) as session:
        sent = iter([True])

        def act(*_: Any) -> None:
            if next(sent, False):
                engine.send(project, "start", actor=who["clerk"], within=session).require()

        event.listen(session, moment, act)
        session.add(Order(name="lamp"))
        session.commit()
        assert session.query(Order).count() == 1
    assert engine.project(project).project.stage == "bench"
    sql.dispose()


def test_rows_of_a_session_without_autoflush_wait_for_its_own_flush(
    file: Path, engine: Engine, who: dict[str, Actor]
) -> None:
    sql = configure_sqlite(create_engine(f"sqlite:///{file}"))
    Base.metadata.create_all(sql)
    for autoflush in (True, False):
        with Session(sql, autoflush=autoflush) as session:
            session.add(Order(name="lamp"))
            engine.open("repair", firm="acme", actor=who["clerk"], within=session)
            assert bool(session.new) is not autoflush
    sql.dispose()


def test_a_session_joined_to_an_outer_transaction_announces_nothing_before_that_commits(
    file: Path, engine: Engine, who: dict[str, Actor]
) -> None:
    """How test suites keep their database clean: the session's commit only releases a savepoint."""
    sql = configure_sqlite(create_engine(f"sqlite:///{file}"))
    with structlog.testing.capture_logs() as logs, sql.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            engine.open("repair", firm="acme", actor=who["clerk"], within=session)
            session.commit()
            engine.open("repair", firm="acme", actor=who["clerk"], within=session)
            session.rollback()
        assert len(engine.projects(within=connection)) == 1
        outer.rollback()
    assert logs == []
    assert not engine.projects()
    sql.dispose()


def test_configuring_makes_commits_durable_and_may_be_repeated(file: Path) -> None:
    sql = create_engine(f"sqlite:///{file}")
    assert configure_sqlite(configure_sqlite(sql)) is sql
    with sql.begin() as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 10_000]
    sql.dispose()


@pytest.mark.parametrize("immediate", [False, True])
def test_the_write_lock_is_taken_at_the_beginning_if_asked_for(file: Path, engine: Engine, immediate: bool) -> None:
    sql = configure_sqlite(create_engine(f"sqlite:///{file}"), immediate=immediate)
    with sql.begin() as connection:
        connection.execute(text("SELECT 1"))
        other = sqlite3.connect(file, timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            locked = False
        except sqlite3.OperationalError:
            locked = True
        other.close()
    assert locked is immediate
    sql.dispose()


def test_where_sqlite_ended_the_transaction_by_itself_the_host_is_told(
    file: Path, engine: Engine, who: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it may on a full disk. What the host writes next must not be committed statement by statement."""
    from axflow.store.sql import SqlUnit

    sql = configure_sqlite(create_engine(f"sqlite:///{file}"))
    Base.metadata.create_all(sql)

    def lost(unit: SqlUnit) -> None:
        unit._cursor.execute("ROLLBACK")
        unit._cursor.execute("SELECT x FROM nowhere")

    with sql.connect() as connection, connection.begin() as transaction:
        connection.execute(text("INSERT INTO host_orders (name) VALUES ('before')"))
        monkeypatch.setattr(SqlUnit, "flush", lost)
        with pytest.raises(StoreError):
            engine.open("repair", firm="acme", actor=who["clerk"], within=connection)
        monkeypatch.undo()
        assert not transaction.is_active
    with sql.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM host_orders")).scalar() == 0
    sql.dispose()
