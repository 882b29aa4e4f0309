"""Somebody was faster: the host begins its transaction again, the engine does so by itself in its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from axflow import Actor, AsyncEngine, Conflict, Engine
from axflow.engine.again import MOST_TRIES
from axflow.kernel.command import Send
from axflow.store.sql import SqlUnit
from axflow.testing import SettableClock
from tests.engine.driven import Driven
from tests.engine.flow import people
from tests.engine.hosts import Host

GOOD = {"serial": "S-1", "grade": 4}
LEVELS = [
    pytest.param(("Session", "sqlite", None), id="sqlite"),
    pytest.param(("AsyncSession", "sqlite+aiosqlite", None), id="aiosqlite"),
    *(
        pytest.param((way, f"postgresql+{driver}", level), id=f"{driver}-{level}", marks=pytest.mark.postgres)
        for way, driver in (("Session", "psycopg"), ("AsyncSession", "asyncpg"), ("AsyncSession", "psycopg"))
        for level in ("REPEATABLE READ", "SERIALIZABLE")
    ),
]


@pytest.fixture(params=LEVELS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Host, dict[str, Any]]]:
    way, driver, level = request.param
    if "sqlite" in driver:
        url = f"{driver}:///{tmp_path / 'host.db'}"
    else:
        found: str = request.getfixturevalue("postgres_url")
        url = driver + found[found.index("://") :]
    made = Host(way, url)
    yield made, {} if level is None else {"isolation_level": level}
    made.close()


def test_who_read_before_somebody_else_wrote_begins_again(host: tuple[Host, dict[str, Any]]) -> None:
    """A busy snapshot on SQLite, a serialization failure on PostgreSQL."""
    made, options = host
    engine, who = made.engine, people(made.engine)
    project = engine.open("repair", firm="acme", actor=who["clerk"]).id
    with made.transaction(**options) as mine:
        assert mine.names() == []
        assert engine.project(project, within=mine.within).project.stage == "desk"
        engine.send(project, "start", actor=who["clerk"]).require()
        with pytest.raises(Conflict):
            engine.record(project, "report", GOOD, actor=who["checker"], within=mine.within)
        mine.rollback()
        mine.add("lamp")
        engine.record(project, "report", GOOD, actor=who["checker"], within=mine.within).require()
        mine.commit()
    assert made.names() == ["lamp"]
    assert [item.entry.outcome for item in engine.history(project)] == ["moved", "moved", "recorded"]
    assert engine.verify().good


@pytest.mark.postgres
def test_of_two_hosts_that_wait_for_each_other_one_is_told(postgres_url: str) -> None:
    engine = Engine(postgres_url, clock=SettableClock())
    who = people(engine)
    first, second = (engine.open("repair", firm="acme", actor=who["clerk"]).id for _ in range(2))
    sql = create_engine(postgres_url)
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def run(here: str, there: str) -> None:
        with Session(sql) as session:
            engine.send(here, "start", actor=who["clerk"], within=session).require()
            both.wait()
            try:
                engine.send(there, "start", actor=who["clerk"], within=session)
                session.commit()
                outcomes.append("committed")
            except Conflict:
                session.rollback()
                outcomes.append("conflict")

    threads = [threading.Thread(target=run, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["committed", "conflict"]
    assert [len(engine.history(project)) for project in (first, second)] == [2, 2]
    assert engine.verify().good
    engine.close()
    sql.dispose()


def failing(monkeypatch: pytest.MonkeyPatch, engine: Engine, times: int) -> list[int]:
    """Let the next transactions that write entries fail as if somebody had been faster; what was tried, counted."""
    tried: list[int] = []
    real: Callable[..., None] = SqlUnit.flush

    def flush(unit: SqlUnit) -> None:
        if unit._entries:
            tried.append(1)
            if len(tried) <= times:
                real(unit)
                raise Conflict("somebody was faster")
        real(unit)

    monkeypatch.setattr(SqlUnit, "flush", flush)
    return tried


@pytest.fixture(params=["sqlite", "aiosqlite", pytest.param("asyncpg", marks=pytest.mark.postgres)], name="kind")
def engine_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def engine(kind: str, request: pytest.FixtureRequest, clock: SettableClock) -> Iterator[Engine]:
    from tests.engine.conftest import url_for
    from tests.engine.driven import driven

    url = url_for(kind, request)
    made = Engine(url, clock=clock) if kind == "sqlite" else driven(
        AsyncEngine(url, clock=clock), request.getfixturevalue("loop")
    )  # fmt: skip
    yield made
    made.close()


def test_the_engine_tries_again_by_itself(
    engine: Engine, who: dict[str, Actor], project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = failing(monkeypatch, engine, 3)
    commands = ((project, Send(actor=who["clerk"], event=event, reason="x")) for event in ("start", "drop"))
    assert [decision.outcome for decision in engine.send_many(commands)] == ["moved", "moved"]
    assert len(tried) == 4
    assert [item.entry.name for item in engine.history(project)] == ["open", "start", "drop"]
    assert engine.verify().good


def test_it_gives_up_in_the_end_and_keeps_nothing(
    engine: Engine, who: dict[str, Actor], project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = failing(monkeypatch, engine, MOST_TRIES)
    with pytest.raises(Conflict, match="faster"):
        engine.send(project, "start", actor=who["clerk"])
    assert len(tried) == MOST_TRIES
    assert engine.project(project).project.stage == "desk"
    assert engine.send(project, "start", actor=who["clerk"]).seq == 2
    assert engine.verify().good


def test_what_was_decided_in_vain_is_not_remembered(
    engine: Engine, who: dict[str, Actor], project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second try decides on what is there by then, not on what the first one made."""
    tried = failing(monkeypatch, engine, 1)
    decision = engine.send(project, "start", actor=who["clerk"])
    assert (decision.outcome, decision.seq, len(tried)) == ("moved", 2, 2)
    assert engine.send(project, "start", actor=who["clerk"]).outcome == "refused"
    assert engine.verify().good


def test_two_who_open_under_one_key_open_one_project(kind: str, engine: Engine, who: dict[str, Actor]) -> None:
    opened = together(engine, lambda e: e.open("repair", firm="acme", actor=who["clerk"], key="k"), 6)
    assert len({project.id for project in opened}) == 1
    assert len(engine.projects()) == 1


def test_changes_of_the_directory_from_many_sides_all_stand(kind: str, engine: Engine, who: dict[str, Actor]) -> None:
    before = len(engine.directory.current.changes)
    numbers = together(engine, lambda e: e.directory.grant("lee", "clerk", "office"), 40)
    assert sorted(numbers) == list(range(before + 1, before + 41))
    assert len(engine.directory.current.changes) == before + 40
    assert engine.verify().good


def together(engine: Engine, act: Callable[[Any], Any], times: int) -> list[Any]:
    """Do the same from many sides at once: tasks of one loop, or threads."""
    if isinstance(engine, Driven):
        import asyncio

        async def all_of_them() -> list[Any]:
            return await asyncio.gather(*(act(engine.inner) for _ in range(times)))

        return engine.loop.run(all_of_them())
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(act(engine))) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return cast("list[Any]", found)
