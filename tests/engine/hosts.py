"""A host application: tables of its own, sessions and connections on them, and axflow on the same database."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, ForeignKey, create_engine, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from axflow import AsyncEngine, Engine, configure_sqlite
from axflow.testing import SettableClock
from tests.engine.driven import Driven, Loop, driven

WAYS = ["Session", "Connection", "AsyncSession", "AsyncConnection"]
DRIVERS = {
    "Session": ("sqlite", "postgresql+psycopg"),
    "Connection": ("sqlite", "postgresql+psycopg"),
    "AsyncSession": ("sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg"),
    "AsyncConnection": ("sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg"),
}


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "host_orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    after: Mapped[int | None] = mapped_column(ForeignKey("host_orders.id", deferrable=True, initially="DEFERRED"))
    """Checked when the transaction commits: what makes a commit fail."""


class HostTransaction:
    """What a host does in one transaction, by whichever session or connection it has."""

    def __init__(self, host: Host, within: Any) -> None:
        self.host = host
        self.within = within

    def add(self, name: str, after: int | None = None) -> None:
        """Write a row of the host's own: a session's waits to be flushed."""
        if isinstance(self.within, (Session, AsyncSession)):
            self.within.add(Order(name=name, after=after))
        else:
            self.host.done(self.within.execute(insert(Order).values(name=name, after=after)))

    def names(self) -> list[str]:
        return list(self.host.done(self.within.execute(select(Order.name).order_by(Order.id))).scalars())

    def commit(self) -> None:
        self.host.done(self.within.commit())

    def rollback(self) -> None:
        self.host.done(self.within.rollback())

    def savepoint(self) -> HostTransaction:
        made = HostTransaction(self.host, self.host.done(self.within.begin_nested()))
        return made

    def run(self, statement: Any) -> Any:
        return self.host.done(self.within.execute(statement))


class Host:
    """A host on a database with axflow's tables.

    Parameters:
        way: Session, Connection, AsyncSession or AsyncConnection.
        url: with its driver.
        stock: leave SQLAlchemy's engine as it comes.
        options: for SQLAlchemy's engine.
    """

    def __init__(self, way: str, url: str, *, stock: bool = False, **options: Any) -> None:
        self.way = way
        self.loop = Loop() if way.startswith("Async") else None
        self.clock = SettableClock()
        make: Any = create_async_engine if self.loop else create_engine
        self.sql = make(url, **options)
        if self.sql.dialect.name == "sqlite" and not stock:
            configure_sqlite(self.sql)
        self.engine: Engine
        if self.loop is None:
            self.engine = Engine(url, clock=self.clock)
            Base.metadata.create_all(self.sql)
        else:
            self.engine = driven(AsyncEngine(url, clock=self.clock), self.loop)
            self.loop.run(self._create())

    async def _create(self) -> None:
        async with self.sql.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    def done(self, value: Any) -> Any:
        """A value, awaited where it has to be."""
        return self.loop.run(value) if self.loop is not None and inspect.isawaitable(value) else value

    def open(self, **options: Any) -> HostTransaction:
        """A session or connection, not begun."""
        sql = self.sql.execution_options(**options) if options else self.sql
        within: Any
        if self.way == "Session":
            within = Session(sql)
        elif self.way == "AsyncSession":
            within = AsyncSession(sql)
        else:
            within = self.done(sql.connect().__aenter__() if self.loop else sql.connect())
        assert isinstance(within, (Session, Connection, AsyncSession, AsyncConnection))
        return HostTransaction(self, within)

    @contextmanager
    def transaction(self, **options: Any) -> Iterator[HostTransaction]:
        """One that is closed at the end, and so rolled back unless it was committed."""
        made = self.open(**options)
        try:
            yield made
        finally:
            self.done(made.within.close())

    def names(self) -> list[str]:
        """The host's rows as others see them."""
        with self.transaction() as other:
            return other.names()

    def close(self) -> None:
        self.engine.close()
        self.done(self.sql.dispose())
        if self.loop is not None:
            self.loop.close()

    def again(self) -> Engine:
        """A second engine of axflow on the same store."""
        if isinstance(self.engine, Driven):
            return driven(AsyncEngine(self.engine.store, clock=self.clock), self.engine.loop)
        return Engine(self.engine.store, clock=self.clock)
