"""A caller that is cancelled in the middle of a call leaves nothing half done, wherever it was."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from axflow import AsyncEngine, configure_sqlite
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock
from tests.engine.driven import Loop, driven
from tests.engine.flow import people
from tests.engine.hosts import Base, Order

DRIVERS = [
    "sqlite+aiosqlite",
    pytest.param("postgresql+asyncpg", marks=pytest.mark.postgres),
    pytest.param("postgresql+psycopg", marks=pytest.mark.postgres),
]
MOST_POINTS = 500
CLERK, CHECKER = Actor("clerk", "office"), Actor("checker", "shop")


@types.coroutine
def stepped(coroutine: Coroutine[Any, Any, Any], suspended: Callable[[], None]) -> Generator[Any, Any, Any]:
    """Run a coroutine and say each time that it waits for something."""
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            awaited = coroutine.send(value) if error is None else coroutine.throw(error)
        except StopIteration as stop:
            return stop.value
        suspended()
        value, error = None, None
        try:
            value = yield awaited
        except BaseException as raised:
            error = raised


async def cancelled_at(point: int, call: Coroutine[Any, Any, Any], *, again: bool = False) -> bool:
    """Cancel a call of the engine when it waits for the `point`-th time; whether it was.

    `again`: and every time that it waits after that, as somebody does who has no patience.
    """
    loop = asyncio.get_running_loop()
    waits = 0

    def suspended() -> None:
        nonlocal waits
        waits += 1
        if waits == point or (again and waits > point):
            caller.cancel()

    def factory(
        loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        if getattr(coroutine, "__name__", "") == "greenlet_spawn":
            coroutine = _as_coroutine(stepped(coroutine, suspended))
        return asyncio.Task(coroutine, loop=loop, **options)

    loop.set_task_factory(factory)
    try:
        caller = loop.create_task(call)
        with suppress(asyncio.CancelledError):
            await caller
    finally:
        loop.set_task_factory(None)
    assert caller.cancelled() == (waits >= point)
    return caller.cancelled()


async def _as_coroutine(awaitable: Any) -> Any:
    return await awaitable


@pytest.fixture(params=DRIVERS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    driver: str = request.param
    if driver.startswith("sqlite"):
        return f"{driver}:///{tmp_path / 'a.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return driver + found[found.index("://") :]


def database(url: str) -> Any:
    """One connection that is not given back is one too many: the next call would wait for it in vain."""
    if url.startswith("sqlite"):
        return url
    return create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=2)


def engine_on(url: str, loop: Loop) -> tuple[AsyncEngine, Any]:
    shared = database(url)
    engine = AsyncEngine(shared, clock=SettableClock())
    people(driven(engine, loop))
    return engine, shared


@pytest.mark.parametrize("again", [False, True], ids=["once", "again and again"])
def test_at_every_point_a_call_is_whole_or_not_there(url: str, loop: Loop, again: bool) -> None:
    """Record and send are two entries of one transaction: both or none, announced exactly where they are kept."""

    async def run() -> tuple[int, int]:
        whole, point, tried = 0, 1, 0
        while tried < MOST_POINTS:
            tried += 1
            project = (await engine.open("repair", firm="acme", actor=CLERK)).id
            evidence = {"report": {"serial": f"S-{tried}", "grade": 4}}
            with structlog.testing.capture_logs() as logs:
                call = engine.send(project, "start", actor=CLERK, evidence=evidence, key="k")
                stopped = await cancelled_at(point, call, again=again)
            history = await engine.history(project)
            assert [item.entry.seq for item in history] in ([1], [1, 2, 3]), point
            assert [log["seq"] for log in logs] == [item.entry.seq for item in history[1:]], point
            assert (await engine.verify(project)).good, point
            whole += stopped and len(history) == 3
            repeat = await engine.send(project, "start", actor=CLERK, evidence=evidence, key="k")
            assert repeat.outcome == ("duplicate" if len(history) == 3 else "moved"), point
            if stopped:
                point += 1
                continue
            assert len(history) == 3
            if whole:
                break
            point -= 10  # psycopg does not wait equally often each time, so the commit may have been stepped over
        assert (await engine.verify()).good
        return point, whole

    engine, shared = engine_on(url, loop)
    loop.run(engine.directory.grant("clerk", "checker", "shop"))
    points, whole = loop.run(run())
    assert points > 10
    assert whole > 0, "no commit was under way when the caller was cancelled"
    close(loop, engine, shared)


def test_at_every_point_a_call_in_the_hosts_transaction_is_undone_with_it(url: str, loop: Loop) -> None:
    async def run() -> int:
        async with sql.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        project = (await engine.open("repair", firm="acme", actor=CLERK)).id
        for point in range(1, MOST_POINTS):

            async def transaction() -> None:
                async with AsyncSession(sql) as session, session.begin():
                    session.add(Order(name="lamp"))
                    await engine.send(project, "start", actor=CLERK, within=session)

            with structlog.testing.capture_logs() as logs:
                stopped = await cancelled_at(point, transaction())
            kept = len(await engine.history(project)) - 1
            async with AsyncSession(sql) as session:
                assert len((await session.execute(Order.__table__.select())).all()) == kept
            assert (kept, len(logs)) == ((0, 0) if stopped else (1, 1)), point
            assert (await engine.verify()).good
            if not stopped:
                return point
        return MOST_POINTS

    engine, shared = engine_on(url, loop)
    sql = configure_sqlite(create_async_engine(url)) if isinstance(shared, str) else shared
    assert 5 < loop.run(run()) < MOST_POINTS
    close(loop, engine, sql)


def test_a_tick_that_is_cancelled_stops_between_projects(url: str, loop: Loop) -> None:
    """What was committed stays, and the next tick does the rest: each timer fires once."""

    async def run() -> None:
        projects = []
        for _ in range(3):
            projects.append((await engine.open("repair", firm="acme", actor=CLERK)).id)
            await engine.send(projects[-1], "start", actor=CLERK)
        clock.advance(days=30)
        point, before = 1, 0
        while await cancelled_at(point, engine.tick()):
            histories = [await engine.history(project) for project in projects]
            fired = sum(item.entry.kind == "timer" for history in histories for item in history)
            assert before <= fired <= 3
            point, before = point + 7, fired
        assert await engine.tick() == 0
        for project in projects:
            assert [item.entry.kind for item in await engine.history(project)] == ["open", "send", "timer"]
        assert (await engine.verify()).good

    engine, shared = engine_on(url, loop)
    clock = engine.clock
    assert isinstance(clock, SettableClock)
    loop.run(run())
    close(loop, engine, shared)


def test_timeouts_end_a_call_that_waits_for_another_writer(url: str, loop: Loop) -> None:
    async def run() -> None:
        project = (await engine.open("repair", firm="acme", actor=CLERK)).id
        async with AsyncSession(sql) as session:
            await engine.send(project, "start", actor=CLERK, within=session)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await engine.send(project, "start", actor=CLERK)
            await session.commit()
        assert [item.entry.outcome for item in await engine.history(project)] == ["moved", "moved"]
        assert (await engine.send(project, "start", actor=CLERK)).outcome == "refused"

    engine = AsyncEngine(url, clock=SettableClock())
    people(driven(engine, loop))
    sql = create_async_engine(url)
    if url.startswith("sqlite"):
        configure_sqlite(sql)
    loop.run(run())
    close(loop, engine, sql)


def close(loop: Loop, engine: AsyncEngine, sql: Any) -> None:
    loop.run(engine.close())
    if not isinstance(sql, str):
        loop.run(sql.dispose())
