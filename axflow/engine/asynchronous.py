"""`AsyncEngine`: the engine's methods, awaited. Each is the very method of `Engine`, called where drivers can wait."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar, cast

from axflow.engine.acting import Acting
from axflow.engine.calendars import Calendars
from axflow.engine.core import now
from axflow.engine.errors import EngineError
from axflow.engine.health import Watching
from axflow.engine.looking import Looking
from axflow.engine.messaging import Messaging
from axflow.engine.opening import Opening
from axflow.engine.options import AsyncHost
from axflow.engine.people import Register
from axflow.engine.publishing import Publishing
from axflow.engine.retention import Retention
from axflow.engine.ticking import Ticking
from axflow.store.calling import call, pause
from axflow.store.protocol import Store

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncEngine as SqlAsyncEngine

    from axflow.kernel.directory import Directory

P = ParamSpec("P")
R = TypeVar("R")
_SelfT = TypeVar("_SelfT")


class Inner(
    Publishing[AsyncHost],
    Calendars[AsyncHost],
    Opening[AsyncHost],
    Acting[AsyncHost],
    Ticking[AsyncHost],
    Messaging[AsyncHost],
    Retention[AsyncHost],
    Looking[AsyncHost],
    Watching[AsyncHost],
):
    """The engine that does what `AsyncEngine` awaits."""

    pause = staticmethod(pause)

    def close(self) -> None:
        """Let go of the store's connections."""
        self.store.close()


def _awaited(method: Callable[Concatenate[_SelfT, P], R], name: str, owner: str) -> Callable[..., Any]:
    @wraps(method)
    async def awaiting(self: Any, *args: P.args, **kwargs: P.kwargs) -> R:
        if kwargs.get("within") is not None:
            kwargs["within"] = _synchronous(kwargs["within"])
        return await call(method, self.inner, *args, **kwargs)

    awaiting.__qualname__ = f"{owner}.{name}"
    return awaiting


def awaited(
    method: Callable[Concatenate[Inner, P], R],
) -> Callable[Concatenate[AsyncEngine, P], Coroutine[Any, Any, R]]:
    """The method of `AsyncEngine` that awaits a method of `Engine`: same parameters, same result."""
    return _awaited(method, method.__name__, "AsyncEngine")


def registered(
    method: Callable[Concatenate[Register[AsyncHost], P], R],
) -> Callable[Concatenate[AsyncRegister, P], Coroutine[Any, Any, R]]:
    """The same for the directory."""
    return _awaited(method, method.__name__, "AsyncRegister")


class AsyncRegister:
    """The directory of an `AsyncEngine`: organisations, persons, grants and delegations, append-only."""

    def __init__(self, inner: Register[AsyncHost]) -> None:
        self.inner = inner

    organisation = registered(Register[AsyncHost].organisation)
    person = registered(Register[AsyncHost].person)
    grant = registered(Register[AsyncHost].grant)
    delegate = registered(Register[AsyncHost].delegate)
    revoke = registered(Register[AsyncHost].revoke)
    load = registered(Register[AsyncHost].load)
    read = registered(Register[AsyncHost].read)

    @property
    def current(self) -> Coroutine[Any, Any, Directory]:
        """The directory as it now is: `await engine.directory.current`."""
        return self.read()


class AsyncEngine:
    """`Engine` for asyncio: the same methods with the same parameters and results, awaited.

    Parameters:
        database: a path or `sqlite:///file.db` (aiosqlite), `postgresql+asyncpg://user@host/name`,
            `postgresql+psycopg://…`, an AsyncEngine of SQLAlchemy, or a `Store` that never waits, such as memory. A new
            SQLite file gets its tables by itself; on PostgreSQL `axflow db upgrade` makes them.
        clock, authority, schema: as for `Engine`.

    `within` takes an AsyncSession or AsyncConnection. Where a caller is cancelled in the middle, nothing is left half
    done: what was not committed yet is rolled back, a commit under way is waited for, and then the cancellation goes
    on.
    """

    def __init__(
        self,
        database: str | Path | URL | Store | SqlAsyncEngine,
        *,
        clock: Callable[[], datetime] = now,
        authority: Literal["directory", "host"] = "directory",
        schema: str | None = None,
    ) -> None:
        if find_spec("greenlet") is None:
            raise EngineError("AsyncEngine needs greenlet; run: pip install 'axflow[async]'")
        self.inner = Inner(_store_of(database, schema), clock=clock, authority=authority)
        self.directory = AsyncRegister(self.inner.directory)

    @classmethod
    def memory(
        cls, *, clock: Callable[[], datetime] = now, authority: Literal["directory", "host"] = "directory"
    ) -> AsyncEngine:
        """An engine that keeps everything in memory: for tests and trials."""
        from axflow.store.memory import MemoryStore

        return cls(MemoryStore(), clock=clock, authority=authority)

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self.inner.store

    @property
    def clock(self) -> Callable[[], datetime]:
        """What gives the time."""
        return self.inner.clock

    # Definitions

    publish = awaited(Inner.publish)
    sign = awaited(Inner.sign)
    definitions = awaited(Inner.definitions)
    definition = awaited(Inner.definition)
    calendar = awaited(Inner.calendar)
    calendar_changes = awaited(Inner.calendar_changes)
    publish_calendar = awaited(Inner.publish_calendar)
    preview_calendar = awaited(Inner.preview_calendar)

    # Beginning

    open = awaited(Inner.open)
    take_over = awaited(Inner.take_over)
    import_history = awaited(Inner.import_history)

    # Acting

    execute = awaited(Inner.execute)
    send_many = awaited(Inner.send_many)
    send = awaited(Inner.send)
    record = awaited(Inner.record)
    withdraw = awaited(Inner.withdraw)
    confirm = awaited(Inner.confirm)
    correct = awaited(Inner.correct)
    redact = awaited(Inner.redact)
    expired = awaited(Inner.expired)
    retain = awaited(Inner.retain)
    legal_hold = awaited(Inner.legal_hold)
    lift_legal_hold = awaited(Inner.lift_legal_hold)
    waive = awaited(Inner.waive)
    hold = awaited(Inner.hold)
    release = awaited(Inner.release)
    discharge = awaited(Inner.discharge)
    extend = awaited(Inner.extend)
    reassign = awaited(Inner.reassign)
    link = awaited(Inner.link)
    migrate = awaited(Inner.migrate)
    split = awaited(Inner.split)
    merge = awaited(Inner.merge)
    record_refusal = awaited(Inner.record_refusal)

    tick = awaited(Inner.tick)

    # Messages

    messages = awaited(Inner.messages)
    ack = awaited(Inner.ack)
    lease = awaited(Inner.lease)
    nack = awaited(Inner.nack)
    hand_back = awaited(Inner.hand_back)
    dead_letters = awaited(Inner.dead_letters)
    retry_message = awaited(Inner.retry_message)
    drop_message = awaited(Inner.drop_message)

    # Looking

    preview = awaited(Inner.preview)
    why = awaited(Inner.why)
    may_see = awaited(Inner.may_see)
    status = awaited(Inner.status)
    project = awaited(Inner.project)
    history = awaited(Inner.history)
    projects = awaited(Inner.projects)
    firm = awaited(Inner.firm)
    find = awaited(Inner.find)
    verify = awaited(Inner.verify)
    verify_since = awaited(Inner.verify_since)

    # The store as a whole

    health = awaited(Inner.health)
    sizes = awaited(Inner.sizes)

    close = awaited(Inner.close)

    async def __aenter__(self) -> AsyncEngine:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


def _store_of(database: str | Path | URL | Store | SqlAsyncEngine, schema: str | None) -> Store:
    if hasattr(database, "writing"):
        return cast("Store", database)
    from axflow.store.asynchronous import AsyncStore

    return AsyncStore(database, schema=schema)


def _synchronous(host: Any) -> Any:
    """What stands behind a host's session or connection; of a scoped session, the one of the task that calls."""
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session
    from sqlalchemy.orm import Session

    if isinstance(host, async_scoped_session):
        host = host()
    if isinstance(host, AsyncSession):
        return host.sync_session
    if isinstance(host, AsyncConnection):
        if host.sync_connection is None:
            raise TypeError("this AsyncConnection is not open; open it by `async with engine.connect() as connection`")
        return host.sync_connection
    if isinstance(host, (Session, Connection)):
        raise TypeError(f"a {type(host).__name__} of SQLAlchemy goes to Engine; AsyncEngine takes their asyncio twins")
    return host
