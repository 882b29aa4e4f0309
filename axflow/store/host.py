"""A store in a host's transaction: it works in a savepoint on the host's own connection and never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NoReturn

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError, UnboundExecutionError
from sqlalchemy.orm import Session, scoped_session

from axflow.store.configure import in_transaction
from axflow.store.database import database_of
from axflow.store.errors import StoreError
from axflow.store.host_transaction import HostTransaction
from axflow.store.location import shown
from axflow.store.sql import SqlUnit

_SAME: Final = "axflow_secret"
"""Under this name a pooled connection remembers that it was found to lead to the engine's database."""


class HostStore:
    """What an engine keeps, seen and written in a host's transaction.

    Parameters:
        host: a Session or Connection of SQLAlchemy, or one of their asyncio twins (then inside `greenlet_spawn`).
        secret: the engine's own, which tells its database from another one.
        schema: the schema that holds the tables.

    Raises `StoreError` where the host has no transaction to take part in, or one on another database.
    """

    def __init__(self, host: Any, secret: bytes, schema: str | None = None) -> None:
        self._session, self._connection = _opened(host)
        self._secret = secret
        self._database = database_of(self._connection.dialect, schema)
        self._place = shown(self._connection.engine.url, schema)
        self._transaction = HostTransaction.of(self._connection)

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """A savepoint that writes: released on leaving, rolled back by an exception; the host's own work stays."""
        if self._session is not None and self._session.autoflush and not self._session._flushing:
            self._session.flush()
        with self._explaining():
            self._check()
            with self._savepoint() as unit:
                yield unit
                unit.flush()

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """What the host's transaction sees."""
        with self._explaining():
            self._check()
            yield self._unit()

    def once_committed(self, act: Callable[[], object]) -> None:
        """Do `act` when the host has committed what was last written here."""
        self._transaction.once_committed(act)

    @contextmanager
    def _savepoint(self) -> Iterator[SqlUnit]:
        savepoint = self._connection.begin_nested()
        try:
            unit = self._unit()
            yield unit
            self._transaction.settled = unit.settled
            savepoint.commit()
        except BaseException:
            # Where the database has ended the whole transaction by itself, there is nothing left to go back to.
            with suppress(SQLAlchemyError):
                savepoint.rollback()
            self._end_if_lost()
            raise

    def _unit(self) -> SqlUnit:
        return SqlUnit(self._connection.connection.cursor(), self._database, self._transaction.settled)

    def _check(self) -> None:
        connection = self._connection
        if not connection.in_transaction():
            connection.begin()
        if not self._driver_in_transaction():
            self._refuse()
        known = connection.info
        if known.get(_SAME) != self._secret:
            with self._savepoint() as unit:
                found = unit.meta("secret")
            if found is not None:  # None: the host began to read before there was one
                if found != self._secret:
                    raise StoreError(
                        f"within= leads to {self._place}, which is not this engine's database; use a session or "
                        "connection on the same one"
                    )
                known[_SAME] = found

    def _driver_in_transaction(self) -> bool:
        if self._database.kind == "sqlite":
            return in_transaction(self._connection)
        return not getattr(self._connection.connection.dbapi_connection, "autocommit", False)

    def _refuse(self) -> NoReturn:
        if self._database.kind == "sqlite":
            raise StoreError(
                f"{self._place}: the driver of this connection is in no transaction, so what axflow writes would be "
                "committed at once, and your rollback would not take it back. Call `axflow.configure_sqlite(engine)` "
                "right after `create_engine`"
            )
        raise StoreError(
            f"{self._place}: this connection is in autocommit mode, so it has no transaction to take part in; use one "
            'without isolation_level="AUTOCOMMIT", or leave out within='
        )

    def _end_if_lost(self) -> None:
        """End SQLAlchemy's transaction where SQLite has rolled back its own, as it may on a full disk.

        Else the host's next statement would run, and be committed, by itself.
        """
        transaction = self._connection.get_transaction()
        if self._database.kind == "sqlite" and transaction is not None and transaction.is_active:
            with suppress(SQLAlchemyError):
                if not self._driver_in_transaction():
                    transaction.rollback()

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except self._database.errors as error:
            raise self._database.explained(error, self._place) from error


def _opened(host: Any) -> tuple[Session | None, Connection]:
    """The session, where there is one, and the connection that its transaction runs on."""
    if isinstance(host, Connection):
        return None, host
    if isinstance(host, scoped_session):
        host = host()
    if isinstance(host, Session):
        try:
            return host, host.connection()
        except UnboundExecutionError as error:
            raise StoreError(
                "this session has several engines and none by default; give the connection of the one with axflow's "
                "tables: within=session.connection(bind_arguments={'mapper': …})"
            ) from error
    raise TypeError(
        f"within= takes a Session or Connection of SQLAlchemy, not a {type(host).__name__}; AsyncSession and "
        "AsyncConnection go to AsyncEngine"
    )
