"""The directory as the engine keeps it: each change is appended with the time at which it was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Literal

from axflow.definition.canonical import canonical
from axflow.engine.directory_file import read_directory
from axflow.engine.options import HostT
from axflow.engine.transactions import Transactions
from axflow.kernel.directory import Change, Delegation, Directory, Grant, Organisation, Person, Record, Revocation
from axflow.kernel.moment import utc_text
from axflow.store.protocol import Unit
from axflow.store.rows import StoredChange


class Register(Generic[HostT]):
    """Organisations, persons, grants and delegations, append-only. Times are aware; default: the clock's now.

    With `within`, a Session or Connection of SQLAlchemy, a change is part of that host's transaction.
    """

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._clock = clock
        self._current = Directory()

    @property
    def current(self) -> Directory:
        """The directory as it now is, other processes' changes included."""
        return self.read()

    def read(self, *, within: HostT | None = None) -> Directory:
        """The directory as it now is; `within` a host's transaction, as that sees it."""
        return self._transactions.read(self.seen, within)

    def seen(self, unit: Unit) -> Directory:
        """The directory as a transaction sees it."""
        known = self._current
        if unit.last_change() != len(known.changes):
            rows = unit.changes()
            known = Directory([Change.from_json(json.loads(row.change)) for row in rows])
            if unit.settled:  # what a host's transaction has added itself may yet be rolled back
                self._current = known
        return known

    def organisation(
        self,
        id: str,
        *,
        en: str | None = None,
        ko: str | None = None,
        parent: str | None = None,
        successor: str | None = None,
        abolished_on: datetime | None = None,
        at: datetime | None = None,
        within: HostT | None = None,
    ) -> int:
        """Record an organisation, or a new name, parent or end of one, from `at`. The number of the change."""
        since = at or self._clock()
        words = {key: value for key, value in (("en", en), ("ko", ko)) if value}
        return self._add(
            Organisation(
                id,
                ((since, words),) if words else (),
                ((since, parent),) if parent is not None else (),
                successor,
                abolished_on,
            ),
            within,
        )

    def person(
        self,
        actor: str,
        *,
        kind: Literal["human", "service", "ai"] = "human",
        departed_on: datetime | None = None,
        within: HostT | None = None,
    ) -> int:
        """Record a person or service, or that it left. The number of the change."""
        return self._add(Person(actor, kind, departed_on), within)

    def grant(
        self,
        actor: str,
        role: str,
        organisation: str,
        *,
        at: datetime | None = None,
        until: datetime | None = None,
        within: HostT | None = None,
    ) -> int:
        """Give `actor` a role for an organisation. The number of the change, by which it can be revoked."""
        return self._add(Grant(actor, role, organisation, at or self._clock(), until), within)

    def delegate(
        self,
        from_actor: str,
        to_actor: str,
        role: str,
        organisation: str,
        *,
        at: datetime | None = None,
        until: datetime | None = None,
        within: HostT | None = None,
    ) -> int:
        """Let a deputy use a role. The number of the change."""
        return self._add(Delegation(from_actor, to_actor, role, organisation, at or self._clock(), until), within)

    def revoke(self, record: int, *, at: datetime | None = None, within: HostT | None = None) -> int:
        """End the grant or delegation recorded as change `record`. The number of the change."""
        return self._add(Revocation(record, at or self._clock()), within)

    def load(self, changes: str | Path | Iterable[Change | Mapping[str, Any]], *, within: HostT | None = None) -> int:
        """Append changes drawn up elsewhere: a YAML file, or changes in order. How many were new.

        They keep their own `recorded_at`, the date of the paper that made them known; it may not lie before the last
        change here nor after now. Changes that this directory begins with already are passed over, so that loading a
        file again adds its new lines only. Raises `DirectoryError` naming the change that does not fit.
        """
        listed: Iterable[Any] = read_directory(changes) if isinstance(changes, (str, Path)) else changes
        read_ = [item if isinstance(item, Change) else Change.from_json(item) for item in listed]

        def run(unit: Unit) -> int:
            known = self.seen(unit)
            count = len(known.changes)
            fresh = read_[count:] if tuple(read_[:count]) == known.changes and count else read_
            self._append(unit, known, fresh)
            return len(fresh)

        return self._transactions.write(run, within)

    def _add(self, record: Record, within: HostT | None) -> int:
        def run(unit: Unit) -> int:
            known = self.seen(unit)
            now = self._clock()
            if known.changes:
                now = max(now, known.changes[-1].recorded_at)
            return len(self._append(unit, known, [Change(now, record)]).changes)

        return self._transactions.write(run, within)

    def _append(self, unit: Unit, known: Directory, changes: list[Change]) -> Directory:
        if not changes:
            return known
        now = self._clock()
        for change in changes:
            if change.recorded_at > max(now, known.changes[-1].recorded_at if known.changes else now):
                raise ValueError(f"a change recorded at {change.recorded_at} lies in the future; it is {now} now")
        after = known.with_changes(*changes)
        first = len(known.changes) + 1
        rows = [
            StoredChange(first + place, utc_text(now), canonical(change.to_json()).decode(), after.digest)
            for place, change in enumerate(changes)
        ]
        unit.add_changes(rows)
        return after
