"""Who may act for whom, and when: organisations, persons, grants and delegations as one immutable, append-only value.

A directory is the sequence of the changes recorded to it. Nothing in it is edited: a name, a parent or an end is a
further record with its own date, and the digest over all records identifies the snapshot that a decision was made with.

Two times matter. A record is *in force* from its `from_` (inclusive) to its `until` (exclusive), and it is *known* from
its `recorded_at`; an authority needs both, so that nobody is given a role after the act. All times are aware datetimes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar

from axflow.definition.canonical import digest_of
from axflow.kernel.directory_records import (
    Authority,
    Change,
    Delegation,
    DirectoryError,
    Grant,
    Organisation,
    Person,
    Reason,
    ReasonCode,
    Record,
    Revocation,
)

__all__ = [
    "Authority",
    "Change",
    "Delegation",
    "Directory",
    "DirectoryError",
    "Grant",
    "Organisation",
    "Person",
    "Reason",
    "ReasonCode",
    "Record",
    "Revocation",
]

_FOREVER: Final = datetime.max.replace(tzinfo=UTC)
_T = TypeVar("_T")


@dataclass(slots=True)
class _Holding:
    """A grant or delegation as `authority` needs it: `start` is when it was both in force and known."""

    record: Grant | Delegation
    number: int
    recorded_at: datetime
    organisation: str
    start: datetime
    end: datetime
    direct: Authority | None
    """The authority that a grant gives; None for a delegation, which must first be traced to its giver's grant."""


class Directory:
    """The immutable value; build it with `from_changes` or `with_changes`. Equal digests, equal directories."""

    __slots__ = (
        "_actors",
        "_digest",
        "_ended",
        "_holdings",
        "_names",
        "_parents",
        "_persons",
        "_settled",
        "_successors",
        "changes",
    )

    changes: tuple[Change, ...]
    """All changes in the order in which they were recorded; a change's number is its place here, from 1."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.changes = tuple(changes)
        self._digest: str | None = None
        self._names: dict[str, tuple[list[datetime], list[Mapping[str, str]]]] = {}
        self._parents: dict[str, tuple[list[datetime], list[str | None]]] = {}
        self._successors: dict[str, str] = {}
        self._ended: dict[str, datetime] = {}
        self._persons: dict[str, tuple[Person, int]] = {}
        self._holdings: dict[tuple[str, str], list[_Holding]] = {}
        self._actors: dict[str, list[str]] = {}
        self._read()

    @classmethod
    def from_changes(cls, changes: Iterable[Change]) -> Directory:
        """The directory after `changes`; `DirectoryError` names the change that does not fit, by number."""
        return cls(changes)

    def with_changes(self, *changes: Change) -> Directory:
        """A new directory with `changes` appended; this one stays as it is."""
        return Directory((*self.changes, *changes))

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of all changes, in hexadecimal."""
        if self._digest is None:
            self._digest = digest_of(self.to_json())
        return self._digest

    def to_json(self) -> list[dict[str, Any]]:
        """The changes as JSON, in order."""
        return [change.to_json() for change in self.changes]

    @classmethod
    def from_json(cls, data: Iterable[Mapping[str, Any]]) -> Directory:
        """Read what `to_json` wrote."""
        return cls(Change.from_json(item) for item in data)

    def __eq__(self, other: object) -> bool:
        return self.changes == other.changes if isinstance(other, Directory) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<Directory of {len(self.changes)} changes, {self.digest[:12]}>"

    # Organisations

    def organisations(self) -> tuple[str, ...]:
        """The ids of all organisations on record, in order of their first record."""
        return tuple(self._names)

    def name(self, organisation: str, at: datetime, language: Literal["en", "ko"] = "en") -> str:
        """The name valid at `at` (before its first name, that one); the id where no name is on record."""
        since, names = self._names.get(organisation, ((), ()))
        if not names:
            return organisation
        words = names[max(bisect_right(since, at) - 1, 0)]
        return words.get(language) or next(iter(words.values()))

    def parent(self, organisation: str, at: datetime) -> str | None:
        """The direct parent on record at `at`, or None."""
        since, parents = self._parents.get(organisation, ((), ()))
        place = bisect_right(since, at)
        return parents[place - 1] if place else None

    def ultimate_successor(self, organisation: str, at: datetime) -> str:
        """Who carries on the business of `organisation` at `at`: itself, or the end of its chain of successors."""
        ended = self._ended.get(organisation)
        while ended is not None and at >= ended and organisation in self._successors:
            organisation = self._successors[organisation]
            ended = self._ended.get(organisation)
        return organisation

    def ultimate_parent(self, organisation: str, at: datetime) -> str:
        """The top of the tree in which `organisation` stands at `at`; a parent that ended counts as its successor.

        A parent that merged into its own child makes a ring until the child's new parent is recorded; all in the ring
        then have the same top, its first id in the alphabet.
        """
        walked = [organisation]
        while (parent := self.parent(walked[-1], at)) is not None:
            parent = self.ultimate_successor(parent, at)
            if parent in walked:
                return min(walked[walked.index(parent) :])
            walked.append(parent)
        return walked[-1]

    def distinct_key(self, organisation: str, at: datetime) -> str:
        """What makes two members of a quorum distinct: the top of the tree of the ultimate successor."""
        return self.ultimate_parent(self.ultimate_successor(organisation, at), at)

    @property
    def settled_since(self) -> datetime:
        """From when on no succession and no parent changes: two moments after it see the same relations."""
        return self._settled

    def affiliated(self, a: str, b: str, at: datetime) -> bool:
        """Whether two organisations are one, by succession, or stand under one top organisation at `at`."""
        return a == b or self.distinct_key(a, at) == self.distinct_key(b, at)

    # Persons and authority

    def person(self, actor: str) -> Person | None:
        """What is on record about `actor`, latest first; None for one who is only named in grants."""
        known = self._persons.get(actor)
        return None if known is None else known[0]

    def authority(self, actor: str, role: str, organisation: str, at: datetime) -> Authority | None:
        """By which record `actor` holds `role` for `organisation` at `at`; None if by none (`reasons` says why).

        A grant for a predecessor holds for its successor from the day of succession, and the other way round: asked for
        an organisation that is gone, those of its successor answer.
        """
        holdings = self._holdings.get((actor, role))
        if holdings is None or self._left(actor, at) is not None:
            return None
        merged = bool(self._ended)
        if merged and self._abolished(organisation, at) is not None:
            return None
        for holding in holdings:
            if holding.start <= at < holding.end and (
                holding.organisation == organisation or (merged and self._same(holding.organisation, organisation, at))
            ):
                found = holding.direct or self._traced(holding, organisation, at)
                if found is not None:
                    return found
        return None

    def holders(self, role: str, organisation: str, at: datetime) -> tuple[Authority, ...]:
        """Everyone who holds `role` for `organisation` at `at`, in order of their first record."""
        found = (self.authority(actor, role, organisation, at) for actor in self._actors.get(role, ()))
        return tuple(authority for authority in found if authority is not None)

    def reasons(self, actor: str, role: str, organisation: str, at: datetime) -> tuple[Reason, ...]:
        """Why `authority` gives None, one reason for each record that comes close; empty if there is authority."""
        if self.authority(actor, role, organisation, at) is not None:
            return ()
        found: list[Reason] = []
        if (left := self._left(actor, at)) is not None:
            found.append(left)
        if (ended := self._abolished(organisation, at)) is not None:
            found.append(Reason("organisation_abolished", None, ended))
        for holding in self._holdings.get((actor, role), ()):
            if self._same(holding.organisation, organisation, at) and (why := self._why_not(holding, at)) is not None:
                found.append(why)
        return tuple(dict.fromkeys(found)) or (Reason("no_grant"),)

    def _left(self, actor: str, at: datetime) -> Reason | None:
        known = self._persons.get(actor)
        if known is None or known[0].departed_on is None or at < known[0].departed_on:
            return None
        return Reason("departed", known[1], known[0].departed_on)

    def _abolished(self, organisation: str, at: datetime) -> datetime | None:
        ended = self._ended.get(self.ultimate_successor(organisation, at))
        return ended if ended is not None and at >= ended else None

    def _same(self, a: str, b: str, at: datetime) -> bool:
        return a == b or self.ultimate_successor(a, at) == self.ultimate_successor(b, at)

    def _traced(self, holding: _Holding, organisation: str, at: datetime) -> Authority | None:
        """The authority that a delegation in force lends, if its giver holds a grant and is still there."""
        given = holding.record
        if isinstance(given, Grant) or given.from_actor == given.to_actor or self._left(given.from_actor, at):
            return None
        for own in self._holdings.get((given.from_actor, given.role), ()):
            if own.direct and own.start <= at < own.end and self._same(own.organisation, organisation, at):
                return Authority(
                    given.to_actor, given.role, given.organisation, holding.number, own.number, given.from_actor
                )
        return None

    def _why_not(self, holding: _Holding, at: datetime) -> Reason | None:
        given, number = holding.record, holding.number
        if isinstance(given, Delegation) and given.from_actor == given.to_actor:
            return Reason("self_delegation", number)
        if at < given.from_:
            return Reason("not_yet", number, given.from_)
        if at < holding.recorded_at:
            return Reason("granted_after", number, holding.recorded_at)
        if at >= holding.end:
            return Reason("expired", number, holding.end)
        if isinstance(given, Grant):
            return None
        return self._why_not_lent(given, number, at)

    def _why_not_lent(self, given: Delegation, number: int, at: datetime) -> Reason | None:
        if (left := self._left(given.from_actor, at)) is not None:
            return left
        if self._leads_back(given, at):
            return Reason("circular", number)
        for own in self._holdings.get((given.from_actor, given.role), ()):
            if own.direct and self._same(own.organisation, given.organisation, at):
                return self._why_not(own, at)
        return Reason("no_grant", number)

    def _leads_back(self, given: Delegation, at: datetime) -> bool:
        """Whether the givers of the giver, along delegations in force, come round to the one who was given it."""
        seen: set[str] = set()
        givers = [given.from_actor]
        while givers:
            giver = givers.pop()
            if giver == given.to_actor:
                return True
            if giver in seen:
                continue
            seen.add(giver)
            for other in self._holdings.get((giver, given.role), ()):
                if (
                    isinstance(other.record, Delegation)
                    and other.start <= at < other.end
                    and self._same(other.organisation, given.organisation, at)
                ):
                    givers.append(other.record.from_actor)
        return False

    # Reading the changes

    def _read(self) -> None:
        names: dict[str, dict[datetime, Mapping[str, str]]] = {}
        parents: dict[str, dict[datetime, str | None]] = {}
        numbered: dict[int, _Holding] = {}
        last: datetime | None = None
        for number, change in enumerate(self.changes, 1):
            record = change.record
            if last is not None and change.recorded_at < last:
                # A backdated record would be a role granted after the act that looks as if granted before.
                raise DirectoryError(
                    f"change {number} ({record.tag}) is recorded at {change.recorded_at}, before the change ahead of "
                    f"it at {last}: changes are appended in the order in which they become known"
                )
            last = change.recorded_at
            if isinstance(record, Organisation):
                names.setdefault(record.id, {}).update(record.names)
                parents.setdefault(record.id, {}).update(record.parent)
                if record.abolished_on is not None:
                    self._ended[record.id] = record.abolished_on
                if record.successor is not None:
                    self._successors[record.id] = record.successor
            elif isinstance(record, Person):
                self._read_person(record, number)
            elif isinstance(record, Revocation):
                _end(numbered.get(record.record), record, change.recorded_at, number)
            else:
                numbered[number] = self._read_holding(record, number, change.recorded_at)
        self._names = {id_: _series(since) for id_, since in names.items()}
        self._parents = {id_: _series(since) for id_, since in parents.items() if since}
        for holdings in self._holdings.values():
            holdings.sort(key=lambda holding: holding.direct is None)
        dated = [*self._ended.values(), *(since for links in parents.values() for since in links)]
        self._settled = max(dated, default=datetime.min.replace(tzinfo=UTC))
        self._check_rings(parents)

    def _read_person(self, record: Person, number: int) -> None:
        known = self._persons.get(record.actor)
        if known is not None and known[0].departed_on is not None and record.departed_on is None:
            raise DirectoryError(
                f"change {number}: {record.actor!r} left at {known[0].departed_on}; who returns comes under a new id, "
                "or the old grants would be in force again"
            )
        self._persons[record.actor] = (record, number)

    def _read_holding(self, record: Grant | Delegation, number: int, recorded_at: datetime) -> _Holding:
        if isinstance(record, Grant):
            actor = record.actor
            direct = Authority(actor, record.role, record.organisation, number, number)
        else:
            actor, direct = record.to_actor, None
        holding = _Holding(
            record,
            number,
            recorded_at,
            record.organisation,
            max(record.from_, recorded_at),
            record.until or _FOREVER,
            direct,
        )
        held = self._holdings.setdefault((actor, record.role), [])
        if not held:
            self._actors.setdefault(record.role, []).append(actor)
        held.append(holding)
        return holding

    def _check_rings(self, parents: Mapping[str, Mapping[datetime, str | None]]) -> None:
        for organisation in self._successors:
            walked, current = {organisation}, organisation
            while (after := self._successors.get(current)) is not None:
                if after in walked:
                    raise DirectoryError(f"the successors of organisation {organisation!r} lead back to {after!r}")
                walked.add(after)
                current = after
        # A ring of parents closes at the instant of its last link, so looking along each link as it begins suffices.
        for organisation, links in parents.items():
            for since, parent in links.items():
                above, passed = parent, {organisation}
                while above is not None:
                    if above in passed:
                        raise DirectoryError(
                            f"organisation {organisation!r} under {parent!r} from {since} would stand above itself"
                        )
                    passed.add(above)
                    above = self.parent(above, since)


def _series(since: Mapping[datetime, _T]) -> tuple[list[datetime], list[_T]]:
    order = sorted(since)
    return order, [since[at] for at in order]


def _end(holding: _Holding | None, record: Revocation, recorded_at: datetime, number: int) -> None:
    if holding is None:
        raise DirectoryError(
            f"change {number} revokes record {record.record}, which is no grant or delegation recorded before it"
        )
    holding.end = min(holding.end, max(record.at, recorded_at))
