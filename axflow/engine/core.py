"""What all of the engine's methods rest on: the store, the clock, and one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from axflow.engine import notices
from axflow.engine.again import again
from axflow.engine.catalogue import Catalogue, Published
from axflow.engine.people import Register
from axflow.engine.work import WORKFLOW, Desk, Held, Work
from axflow.kernel import command as commands
from axflow.kernel.facts import Facts
from axflow.kernel.moment import Moment
from axflow.store.errors import UnknownProject
from axflow.store.protocol import Store, Unit

if TYPE_CHECKING:
    from sqlalchemy import Engine as SqlEngine

When = Moment | datetime | str
MOST_KNOWN = 20_000
"""Projects that are remembered between transactions."""
_T = TypeVar("_T")


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Core:
    """An engine without methods of its own: see `Engine`."""

    def __init__(
        self,
        database: str | Path | Store | SqlEngine,
        *,
        clock: Callable[[], datetime] = now,
        authority: Literal["directory", "host"] = "directory",
        schema: str | None = None,
    ) -> None:
        self.store = _store_of(database, schema)
        self.directory = Register(self.store, clock)
        self.clock = clock
        self.catalogue = Catalogue(self.store, clock)
        self.desk = Desk(self.store, clock, authority, self.catalogue, self.directory, self.store.secret, {})

    # How it is done

    def looked(self, unit: Unit, project: str) -> tuple[Held, Published, Facts]:
        """A project with its version and the facts to look at it by."""
        work = Work(self.desk, unit)
        held = work.get(project)
        published = work.published(held.project)
        return held, published, work.facts(published, held, commands.Tick(actor=WORKFLOW))

    def in_transaction(self, act: Callable[[Work], _T], kind: str = "") -> _T:
        """Do `act` in one transaction; what it wrote is announced, and remembered, once it is committed.

        Where somebody else wrote at the same time, it is done again from the beginning, on what they wrote.
        """

        def done() -> tuple[Work, _T]:
            with self.store.writing() as unit:
                work = Work(self.desk, unit)
                return work, act(work)

        try:
            work, result = again(done)
        except UnknownProject as error:
            notices.unknown_project(error.project, kind)
            raise
        known = self.desk.known
        if len(known) > MOST_KNOWN:
            known.clear()
        known.update(work.held)
        if work.written:
            notices.announce(work.written)
        return result

    def common(self, project: str, options: dict[str, Any]) -> dict[str, Any]:
        """A command's common parts, its time read in the zone of the project's definition."""
        when = options.get("occurred_at")
        if when is None or isinstance(when, Moment):
            return options
        zone = "UTC"
        with self.store.reading() as unit, suppress(UnknownProject):
            work = Work(self.desk, unit)
            zone = work.published(work.get(project).project).calendar.timezone
        return {**options, "occurred_at": self.moment(when, zone)}

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
