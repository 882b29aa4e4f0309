"""What all of the engine's methods rest on: the store, the clock, and one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from axflow.engine import notices, telemetry
from axflow.engine.catalogue import Catalogue, Published
from axflow.engine.gathering import WORKFLOW, Desk, Held
from axflow.engine.options import HostT, When
from axflow.engine.people import Register
from axflow.engine.transactions import Transactions
from axflow.engine.work import Work
from axflow.kernel import command as commands
from axflow.kernel.facts import Facts
from axflow.kernel.moment import Moment
from axflow.store.errors import UnknownProject
from axflow.store.protocol import Store, Unit

if TYPE_CHECKING:
    from sqlalchemy import Engine as SqlEngine

MOST_KNOWN = 20_000
"""Projects that are remembered between transactions."""
_T = TypeVar("_T")


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Core(Generic[HostT]):
    """An engine without methods of its own: see `Engine`. `HostT` is what it takes as `within`."""

    pause: Callable[[float], None] = staticmethod(time.sleep)
    """How it waits before it tries again."""

    def __init__(
        self,
        database: str | Path | Store | SqlEngine,
        *,
        clock: Callable[[], datetime] = now,
        authority: Literal["directory", "host"] = "directory",
        schema: str | None = None,
    ) -> None:
        self.store = _store_of(database, schema)
        self.clock = clock
        self.transactions = Transactions(self.store, self.pause)
        self.directory: Register[HostT] = Register(self.transactions, clock)
        self.catalogue = Catalogue(clock)
        self.desk = Desk(self.store, clock, authority, self.catalogue, self.directory, {})

    # How it is done

    def looked(self, unit: Unit, project: str) -> tuple[Held, Published, Facts]:
        """A project with its version and the facts to look at it by."""
        work = Work(self.desk, unit)
        held = work.get(project)
        published = work.published(held.project)
        return held, published, work.facts(published, held, commands.Tick(actor=WORKFLOW))

    def in_transaction(self, act: Callable[[Work], _T], kind: str = "", within: HostT | None = None) -> _T:
        """Do `act` in one transaction; what it wrote is announced, and remembered, once it is committed.

        Parameters:
            act: what to do; in a transaction of the engine's own it may be done again from the beginning.
            kind: the kind of command, to name an attempt on a project that there is not.
            within: the host's session or connection, if it is to be part of the host's transaction.
        """

        def run(unit: Unit) -> tuple[Work, _T]:
            work = Work(self.desk, unit)
            return work, act(work)

        try:
            with telemetry.act(kind) as done:
                work, result = self.transactions.write(run, within, self._kept)
                done += (work, result)
                return result
        except UnknownProject as error:
            notices.unknown_project(error.project, kind)
            raise

    def _kept(self, done: tuple[Work, _T]) -> None:
        work = done[0]
        known = self.desk.known
        if len(known) > MOST_KNOWN:
            known.clear()
        known.update(work.held)
        if work.written:
            notices.announce(work.written)
            telemetry.kept(work)

    def common(self, work: Work, project: str, options: Mapping[str, Any], *, reading: bool = False) -> dict[str, Any]:
        """A command's common parts out of its options, its time read in the zone of the project's definition."""
        common = {name: value for name, value in options.items() if name != "within"}
        when = common.get("occurred_at")
        if when is not None and not isinstance(when, Moment):
            held = work.get(project) if reading else work.take(project)
            common["occurred_at"] = self.moment(when, work.published(held.project).calendar.timezone)
        return common

    def moment(self, when: When | None, zone: str) -> Moment | None:
        """A time as the kernel takes it."""
        if when is None or isinstance(when, Moment):
            return when
        return Moment.of(when) if isinstance(when, datetime) else Moment.parse(when, zone)


def _store_of(database: str | Path | Store | SqlEngine, schema: str | None) -> Store:
    if hasattr(database, "writing"):
        return cast("Store", database)
    from axflow.store.location import store_at

    return store_at(database, schema)
