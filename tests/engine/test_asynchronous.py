"""AsyncEngine has the methods of Engine, awaited, and names what it lacks."""

from __future__ import annotations

import asyncio
import importlib.abc
import importlib.machinery
import inspect
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
import structlog
from freezegun import freeze_time
from sqlalchemy.ext.asyncio import create_async_engine

from axflow import Actor, AsyncEngine, Conflict, Engine
from axflow.engine import EngineError
from axflow.engine.asynchronous import AsyncRegister
from axflow.engine.people import Register
from axflow.kernel.decision import Refused
from axflow.store.asynchronous import AsyncStore
from axflow.store.errors import StoreError
from axflow.testing import SettableClock
from tests.engine.driven import Loop, driven
from tests.engine.flow import definition, people

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"serial": "S-1", "grade": 4}


def public(kind: type) -> dict[str, object]:
    names = (name for name in dir(kind) if not name.startswith("_"))
    return {name: getattr(kind, name) for name in names}


INTERNAL = {"in_transaction", "looked", "common", "moment", "pause", "seen"}
"""How an engine does it, for its own parts."""


@pytest.mark.parametrize(("sync", "asynchronous"), [(Engine, AsyncEngine), (Register, AsyncRegister)])
def test_every_method_is_there_with_the_same_parameters(sync: type, asynchronous: type) -> None:
    awaited = public(asynchronous)
    for name, method in public(sync).items():
        if name in INTERNAL or not inspect.isfunction(method):
            continue
        assert inspect.iscoroutinefunction(awaited.get(name)), name
        assert inspect.signature(awaited[name]) == inspect.signature(method), name  # type: ignore[arg-type]
        assert awaited[name].__doc__ == method.__doc__, name
        assert awaited[name].__qualname__ == f"{asynchronous.__name__}.{name}", name  # type: ignore[attr-defined]
    assert not {name for name in awaited if name not in public(sync)} - {"inner", "store", "clock"}


def test_types_are_complete(tmp_path: Path) -> None:
    """A host that checks its code strictly sees what each method takes and gives."""
    (tmp_path / "host.py").write_text(
        textwrap.dedent("""
            from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
            from sqlalchemy.orm import Session

            from axflow import Actor, AsyncEngine, Decision, Engine

            async def right(
                engine: AsyncEngine, sync: Engine, actor: Actor, session: AsyncSession, other: Session
            ) -> None:
                decision: Decision = await engine.send("p", "go", actor=actor, key="k", within=session)
                number: int = await engine.directory.grant("kim", "clerk", "office", within=session)
                changes = (await engine.directory.current).changes
                decision = sync.send("p", "go", actor=actor, within=other)
                print(decision.allowed, number, changes, await engine.tick(5))

            async def wrong(
                engine: AsyncEngine, sync: Engine, actor: Actor, session: AsyncSession, other: Session
            ) -> None:
                await engine.send("p", "go", actor=actor, kye="k")
                await engine.send("p", "go", actor=actor, key=7)
                await engine.send("p", "go", actor=actor, within=other)
                sync.send("p", "go", actor=actor, within=session)
                await engine.send("p", 3, actor=actor)
                text: str = await engine.send("p", "go", actor=actor)
                print(engine.send("p", "go", actor=actor).allowed)
        """),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(tmp_path / "host.py")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [line for line in done.stdout.splitlines() if "error:" in line]
    assert [int(line.split(":")[1]) for line in found] == [19, 20, 21, 22, 23, 24, 25], done.stdout


def test_tasks_of_one_loop_do_not_meet_half_way(tmp_path: Path) -> None:
    """Many tasks on the same project: each decides on what the one before it left, and nobody waits for himself."""

    async def run() -> None:
        async with AsyncEngine(tmp_path / "a.db", clock=SettableClock()) as engine:
            project = (await engine.open("repair", firm="acme", actor=who["clerk"])).id
            await asyncio.gather(
                *(
                    engine.record(project, "report", {**GOOD, "serial": f"{n}"}, actor=who["checker"])
                    for n in range(60)
                ),
                *(engine.directory.grant(f"g{n}", "clerk", "office") for n in range(10)),
                *(engine.project(project) for _ in range(20)),
                engine.tick(),
            )
            assert [item.entry.seq for item in await engine.history(project)] == list(range(1, 62))
            assert (await engine.verify()).good

    sync = Engine(tmp_path / "a.db", clock=SettableClock())
    who = people(sync)
    sync.close()
    asyncio.run(run())


def test_a_file_held_by_another_process_is_waited_for_without_holding_the_loop(tmp_path: Path) -> None:
    async def run() -> None:
        async with AsyncEngine(tmp_path / "a.db", clock=SettableClock()) as engine:
            await engine.publish(definition())
            other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(engine.directory.organisation("office", en="Office"))
            for _ in range(20):
                await asyncio.sleep(0.01)
            assert not waiting.done()
            assert len(await engine.definitions()) == 1
            other.execute("COMMIT")
            other.close()
            assert await waiting == 1

    asyncio.run(run())


def test_a_file_that_stays_held_is_a_conflict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("axflow.store.asynchronous.BUSY_SECONDS", 0.2)

    async def run() -> None:
        async with AsyncEngine(tmp_path / "a.db") as engine:
            other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Conflict, match="try the same again"):
                await engine.directory.organisation("office", en="Office")
            other.close()
            assert await engine.directory.organisation("office", en="Office") == 1

    asyncio.run(run())


def test_the_default_clock_can_be_frozen_on_asyncio(tmp_path: Path) -> None:
    async def run() -> str:
        async with AsyncEngine(tmp_path / "a.db") as engine:
            with freeze_time("2026-05-05T03:00:00Z", real_asyncio=True):
                await engine.publish(definition())
                await engine.directory.grant("kim", "clerk", "office")
                return (await engine.open("repair", firm="acme", actor=Actor("kim", "office"))).opened_at

    assert asyncio.run(run()) == "2026-05-05T03:00:00.000000Z"


def test_what_was_bound_to_the_caller_is_seen_by_log_processors() -> None:
    """Context variables of the task that calls, such as a request's id."""

    async def run() -> None:
        engine = AsyncEngine.memory(clock=SettableClock())
        await engine.publish(definition())
        await engine.directory.grant("kim", "clerk", "office")
        structlog.contextvars.bind_contextvars(request="r-7")
        await engine.open("repair", firm="acme", actor=Actor("kim", "office"))

    seen: list[dict[str, object]] = []
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, lambda *a: seen.append(dict(a[2])) or _drop()]
    )
    try:
        asyncio.run(run())
    finally:
        structlog.reset_defaults()
    assert [event["request"] for event in seen] == ["r-7"]


def _drop() -> None:
    raise structlog.DropEvent


def test_errors_come_out_as_they_are(loop: Loop) -> None:
    engine = AsyncEngine.memory(clock=SettableClock())
    people(driven(engine, loop))
    with pytest.raises(Refused, match="may not do"):
        loop.run(engine.open("repair", firm="acme", actor=Actor("stranger", "office")))
    with pytest.raises(TypeError, match="unexpected keyword argument 'kye'"):
        loop.run(engine.open("repair", firm="acme", actor=Actor("clerk", "office"), kye=1))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("database", "driver"),
    [
        ("{}/a.db", "sqlite+aiosqlite"),
        ("sqlite:///{}/a.db", "sqlite+aiosqlite"),
        ("sqlite+pysqlite:///{}/a.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///{}/a.db", "sqlite+aiosqlite"),
        ("postgres://x@nowhere/y", "postgresql+psycopg"),
        ("postgresql://x@nowhere/y?schema=s", "postgresql+psycopg"),
        ("postgresql+psycopg://x@nowhere/y", "postgresql+psycopg"),
        ("postgresql+asyncpg://x@nowhere/y", "postgresql+asyncpg"),
    ],
)
def test_a_url_without_a_driver_that_awaits_gets_one(tmp_path: Path, database: str, driver: str) -> None:
    store = AsyncStore(database.format(tmp_path))
    assert f"{store.database.kind}+{store.database.driver}" == driver
    assert store.database.schema == ("s" if "schema" in database else None)


def test_a_driver_that_does_not_await_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"mysql is not supported"):
        AsyncEngine("mysql+aiomysql://x/y")
    with pytest.raises(StoreError, match=r"postgresql\+psycopg2 is no database that axflow knows"):
        AsyncEngine("postgresql+psycopg2://x/y")
    with pytest.raises(StoreError, match="name a file"):
        AsyncEngine("sqlite+aiosqlite://")
    with pytest.raises(StoreError, match="SQLite has no schemas"):
        AsyncEngine(tmp_path / "a.db", schema="s")


def test_an_engine_of_sqlalchemy_will_do(tmp_path: Path, loop: Loop) -> None:
    """Of one for SQLite only the file is used: the host may keep its own settings."""
    sql = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    engine = driven(AsyncEngine(sql, clock=SettableClock()), loop)
    who = people(engine)
    assert engine.open("repair", firm="acme", actor=who["clerk"]).stage == "desk"
    engine.close()
    loop.run(sql.dispose())


@pytest.mark.postgres
@pytest.mark.parametrize("level", ["SERIALIZABLE", "AUTOCOMMIT"])
def test_the_hosts_pool_is_shared_and_left_as_it_was(postgres_url: str, loop: Loop, level: str) -> None:
    for driver in ("asyncpg", "psycopg"):
        url = postgres_url.replace("+psycopg", f"+{driver}")
        sql = create_async_engine(url, isolation_level=level, pool_size=1, max_overflow=0)
        engine = driven(AsyncEngine(sql, clock=SettableClock()), loop)
        who = people(engine)
        project = engine.open("repair", firm="acme", actor=who["clerk"])
        assert engine.send(project.id, "start", actor=who["clerk"]).allowed
        engine.close()

        async def found() -> tuple[bool, str]:
            async with sql.connect() as connection:  # noqa: B023
                raw = (await connection.get_raw_connection()).dbapi_connection
                assert raw is not None
                return raw.autocommit, await connection.get_isolation_level()

        autocommit, isolation = loop.run(found())
        assert autocommit is (level == "AUTOCOMMIT")
        assert isolation == level or autocommit
        loop.run(sql.dispose())


@pytest.mark.postgres
@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_a_connection_that_died_in_the_pool_is_replaced_unseen(postgres_url: str, loop: Loop, driver: str) -> None:
    from sqlalchemy import create_engine, text

    engine = driven(AsyncEngine(postgres_url.replace("+psycopg", f"+{driver}"), clock=SettableClock()), loop)
    who = people(engine)
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    admin.dispose()
    assert engine.open("repair", firm="acme", actor=who["clerk"]).stage == "desk"
    engine.close()


@pytest.mark.postgres
@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_tables_that_are_not_there_are_named_when_they_are_first_used(
    empty_postgres_url: str, loop: Loop, driver: str
) -> None:
    engine = driven(AsyncEngine(empty_postgres_url.replace("+psycopg", f"+{driver}")), loop)
    with pytest.raises(StoreError, match="run `axflow db upgrade`"):
        engine.projects()
    engine.close()


def test_a_server_that_cannot_be_reached_is_named(loop: Loop) -> None:
    for driver in ("asyncpg", "psycopg"):
        engine = driven(AsyncEngine(f"postgresql+{driver}://me:secret@127.0.0.1:1/x"), loop)
        with pytest.raises(StoreError, match=r"could (not )?be made") as raised:
            engine.projects()
        assert "secret" not in str(raised.value)
        engine.close()


class Missing(importlib.abc.MetaPathFinder):
    """As if a package were not installed."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


@pytest.mark.parametrize(
    ("package", "database", "command"),
    [
        ("aiosqlite", "sqlite:///{}/a.db", "pip install 'axflow[async]'"),
        ("asyncpg", "postgresql+asyncpg://x/y", "pip install asyncpg"),
        ("psycopg", "postgresql://x/y", "pip install 'axflow[postgres]'"),
    ],
)
def test_a_missing_driver_is_named_with_the_command_that_installs_it(
    package: str, database: str, command: str, tmp_path: Path
) -> None:
    """In a process of its own, where nothing has imported it yet."""
    script = (
        "import sys\n"
        "from tests.engine.test_asynchronous import Missing\n"
        f"sys.meta_path.insert(0, Missing({package!r}))\n"
        f"for name in [n for n in sys.modules if n.partition('.')[0] == {package!r}]: del sys.modules[name]\n"
        "from axflow import AsyncEngine\n"
        f"try: AsyncEngine({database.format(tmp_path)!r})\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert command in done.stdout
    assert done.stdout.startswith("StoreError")


def test_missing_greenlet_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("axflow.engine.asynchronous.find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"pip install 'axflow\[async\]'"):
        AsyncEngine.memory()
