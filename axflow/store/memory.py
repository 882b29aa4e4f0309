"""A store in memory: for tests, previews and simulation. It keeps every promise but the one to outlive the process."""

from __future__ import annotations

import os
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any, NoReturn

from axflow.journal.commitment import Payload
from axflow.journal.sealing import Sealed
from axflow.kernel.project import Project
from axflow.store.errors import ClaimTaken, Conflict, StoreError, UnknownProject
from axflow.store.memory_condition import MemoryCondition
from axflow.store.memory_outbox import MemoryOutbox
from axflow.store.rows import (
    CalendarChange,
    ProjectRow,
    Refusals,
    Signature,
    StoredChange,
    StoredDefinition,
    StoredEntry,
    StoredKey,
    StoredMessage,
    StoredProject,
)

_GONE: Any = object()


class MemoryStore:
    """Everything in dictionaries. Writers take turns; a transaction that fails is undone."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._state = State()
        self._secret = os.urandom(32)

    @property
    def secret(self) -> bytes:
        """32 bytes for keyed digests."""
        return self._secret

    @contextmanager
    def writing(self) -> Iterator[MemoryUnit]:
        """A transaction that writes."""
        with self._lock:
            unit = MemoryUnit(self._state)
            try:
                yield unit
            except BaseException:
                unit.undo()
                raise

    @contextmanager
    def reading(self) -> Iterator[MemoryUnit]:
        """A transaction that reads; what is written in it is undone."""
        with self._lock:
            unit = MemoryUnit(self._state)
            try:
                yield unit
            finally:
                unit.undo()

    def within(self, host: object) -> NoReturn:
        """Refused: there is no database to share."""
        raise StoreError(
            "an engine in memory has no database, so no transaction to share with a host's; leave out within=, or give "
            "the engine the host's database"
        )

    def close(self) -> None:
        """Nothing to let go of."""


class State:
    """The tables. Every change goes through a unit, which remembers how to undo it."""

    def __init__(self) -> None:
        self.projects: dict[str, StoredProject] = {}
        self.entries: dict[str, list[StoredEntry]] = {}
        self.payloads: dict[tuple[str, int], dict[str, Payload]] = {}
        self.timers: dict[str, str] = {}  # the earliest due, by project
        self.dues: list[tuple[str, str]] = []  # the same, in order
        self.claims: dict[str, tuple[str, str]] = {}
        self.keys: dict[tuple[str, str], StoredKey] = {}
        self.outbox: dict[int, StoredMessage] = {}
        self.posted = 0
        self.aliases: dict[tuple[str, str, str], None] = {}
        self.refusals: dict[tuple[str, str, str], Refusals] = {}
        self.meta: dict[str, bytes] = {}
        self.definitions: dict[tuple[str, str], StoredDefinition] = {}
        self.signatures: dict[tuple[str, str, str], Signature] = {}
        self.calendars: dict[str, str] = {}
        self.calendar_changes: dict[tuple[str, str], list[CalendarChange]] = {}
        self.directory: list[StoredChange] = []


class MemoryUnit(MemoryOutbox, MemoryCondition):
    """One transaction on a `MemoryStore`."""

    def __init__(self, state: State) -> None:
        self.settled = True
        self._state = state
        self._undo: list[tuple[Any, ...]] = []

    def undo(self) -> None:
        """Take back what this unit wrote, the last first."""
        for table, key, value in reversed(self._undo):
            if isinstance(table, list):
                del table[key:]
            elif value is _GONE:
                del table[key]
            else:
                table[key] = value
        if self._undo:
            self._state.dues = sorted((due, project) for project, due in self._state.timers.items())
        self._undo.clear()

    def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        self._undo.append((table, key, table.get(key, _GONE)))
        table[key] = value

    def _drop(self, table: dict[Any, Any], key: Any) -> bool:
        if key not in table:
            return False
        self._undo.append((table, key, table.pop(key)))
        return True

    def _push(self, table: list[Any], value: Any) -> None:
        self._undo.append((table, len(table), None))
        table.append(value)

    # Projects and their entries

    def lock(self, project: str, *, wait: bool = True) -> bytes | None:
        """The hash of the project's last entry: a writer is alone, so it holds every project."""
        return self.head(project)

    def head(self, project: str) -> bytes | None:
        """The hash of the project's last entry."""
        stored = self._state.projects.get(project)
        return None if stored is None else stored.head

    def project(self, project: str) -> StoredProject | None:
        """The project as its entries left it."""
        return self._state.projects.get(project)

    def save(self, project: Project, head: bytes, previous: Project | None) -> None:
        """Keep the project after its entries."""
        if previous is None and project.id in self._state.projects:
            raise Conflict(f"project {project.id!r} is there already; open it under another id")
        if previous is not None and project.id not in self._state.projects:
            raise UnknownProject(project.id)
        self._put(self._state.projects, project.id, StoredProject(project, head))
        if previous is None or project.timers is not previous.timers:
            self._save_timers(project)

    def _save_timers(self, project: Project) -> None:
        due, before = project.next_due, self._state.timers.get(project.id)
        if due == before:
            return
        if before is not None:
            dues = self._state.dues
            del dues[bisect_right(dues, (before, project.id)) - 1]
            self._drop(self._state.timers, project.id)
        if due is not None:
            self._put(self._state.timers, project.id, due)
            insort(self._state.dues, (due, project.id))

    def append(self, sealed: Sealed) -> None:
        """Keep a sealed entry and its payloads."""
        entries = self._state.entries.get(sealed.project)
        if entries is None:
            entries = []
            self._put(self._state.entries, sealed.project, entries)
        if sealed.seq != len(entries) + 1:
            raise Conflict(f"entry {sealed.project}/{sealed.seq} does not follow entry {len(entries)}; decide again")
        self._push(entries, StoredEntry(sealed.project, sealed.seq, sealed.hash, sealed.body))
        if sealed.payloads:
            kept = {payload.field: payload for payload in sealed.payloads}
            self._put(self._state.payloads, (sealed.project, sealed.seq), kept)

    def entries(self, project: str, after: int = 0, upto: int | None = None) -> Sequence[StoredEntry]:
        """Entries with numbers above `after` and up to `upto`."""
        return self._state.entries.get(project, [])[after:upto]

    def payloads(self, project: str, seq: int) -> Sequence[Payload]:
        """The content of one entry."""
        return [kept for _, kept in sorted(self._state.payloads.get((project, seq), {}).items())]

    def contents(self, project: str, after: int = 0, upto: int | None = None) -> Mapping[int, Sequence[Payload]]:
        """The content of entries with numbers above `after` and up to `upto`."""
        seqs = [entry.seq for entry in self.entries(project, after, upto)]
        return {seq: self.payloads(project, seq) for seq in seqs if (project, seq) in self._state.payloads}

    def redact(self, project: str, seq: int, field: str) -> bool:
        """Destroy value and salt of one content field."""
        kept = self._state.payloads.get((project, seq), {})
        if field not in kept or kept[field].value is None:
            return False
        self._put(kept, field, Payload(field, None, None))
        return True

    def due(self, now: str, limit: int) -> Sequence[str]:
        """Projects with a timer due by `now`, the earliest first."""
        dues = self._state.dues
        return [project for _, project in dues[: min(bisect_right(dues, (now, "\U0010ffff")), limit)]]

    def projects(self, filters: Mapping[str, str | bool | None], after: str | None, limit: int) -> Sequence[ProjectRow]:
        """Projects by id, from the one after `after`."""
        found: list[ProjectRow] = []
        for id in sorted(self._state.projects):
            if after is not None and id <= after:
                continue
            row = row_of(self._state.projects[id].project)
            if all(value is None or _matches(row, name, value) for name, value in filters.items()):
                found.append(row)
                if len(found) == limit:
                    break
        return found

    # What must be unique, and what must be heard

    def claim(self, digest: str, project: str, record: str) -> None:
        """Register a claim for a record."""
        held = self._state.claims.get(digest)
        if held is not None:
            if held == (project, record):
                return
            raise ClaimTaken(digest, held[1])
        self._put(self._state.claims, digest, (project, record))

    def claimed(self, digest: str) -> tuple[str, str] | None:
        """Project and record that hold the claim."""
        return self._state.claims.get(digest)

    def release(self, project: str, record: str) -> None:
        """End all claims of a record."""
        for digest in [digest for digest, held in self._state.claims.items() if held == (project, record)]:
            self._drop(self._state.claims, digest)

    def key(self, scope: str, key: str) -> StoredKey | None:
        """What the idempotency key is bound to."""
        return self._state.keys.get((scope, key))

    def bind(self, scope: str, key: str, bound: StoredKey) -> None:
        """Bind a key to its first outcome."""
        if (scope, key) in self._state.keys:
            raise Conflict(f"the key {key!r} is bound already; ask again")
        self._put(self._state.keys, (scope, key), bound)

    def alias(self, number: str, organisation: str, project: str) -> None:
        """Note an organisation's case number of a project."""
        self._put(self._state.aliases, (number, organisation, project), None)

    def by_alias(self, number: str, organisation: str | None = None) -> Sequence[str]:
        """Projects with this case number."""
        return sorted(
            {p for n, o, p in self._state.aliases if n == number and (organisation is None or o == organisation)}
        )

    def refusals(self, project: str, actor: str, codes: str) -> Refusals | None:
        """The counter of an actor's equal refusals."""
        return self._state.refusals.get((project, actor, codes))

    def count_refusals(self, project: str, actor: str, codes: str, counter: Refusals | None) -> None:
        """Set the counter, or drop it."""
        if counter is None:
            self._drop(self._state.refusals, (project, actor, codes))
        else:
            self._put(self._state.refusals, (project, actor, codes), counter)

    def uncounted(self, before: str, limit: int) -> Sequence[tuple[str, str, str, Refusals]]:
        """Counters begun by `before` with refusals that have no entry yet."""
        return [
            (*place, counter)
            for place, counter in sorted(self._state.refusals.items())
            if counter.uncounted and counter.since <= before
        ][:limit]

    # What everything rests on

    def meta(self, name: str) -> bytes | None:
        """A value of the store itself."""
        return self._state.meta.get(name)

    def keep_meta(self, name: str, value: bytes) -> bytes:
        """Set a value of the store itself unless there is one."""
        if name not in self._state.meta:
            self.set_meta(name, value)
        return self._state.meta[name]

    def set_meta(self, name: str, value: bytes) -> None:
        """Set a value of the store itself."""
        self._put(self._state.meta, name, value)

    def add_definition(self, row: StoredDefinition) -> None:
        """Publish a version."""
        if (row.id, row.version) in self._state.definitions:
            raise Conflict(f"version {row.version!r} of {row.id!r} is published already")
        if row.calendar not in self._state.calendars:
            raise StoreError(f"the calendar {row.calendar} of {row.id!r} is not kept; add the calendar first")
        self.settled = False
        self._put(self._state.definitions, (row.id, row.version), row)

    def definition(self, id: str, version: str) -> StoredDefinition | None:
        """A published version."""
        return self._state.definitions.get((id, version))

    def definition_by_rules(self, id: str, rules_digest: str) -> StoredDefinition | None:
        """The latest published version of `id` with these rules."""
        found = [row for row in self.definitions(id) if row.rules_digest == rules_digest]
        return found[-1] if found else None

    def definitions(self, id: str | None = None) -> Sequence[StoredDefinition]:
        """Published versions, in order."""
        rows = [row for row in self._state.definitions.values() if id is None or row.id == id]
        return sorted(rows, key=lambda row: (row.published_at, row.id, row.version))

    def sign(self, signature: Signature) -> None:
        """Keep an organisation's signature."""
        place = (signature.definition, signature.version, signature.organisation)
        if place[:2] not in self._state.definitions:
            raise StoreError(f"version {place[1]!r} of {place[0]!r} is not published, so nobody can sign it")
        if place in self._state.signatures:
            raise Conflict(f"{place[2]!r} has signed version {place[1]!r} of {place[0]!r} already")
        self._put(self._state.signatures, place, signature)

    def signatures(self, definition: str, version: str) -> Sequence[Signature]:
        """Signatures under a version."""
        rows = [row for place, row in self._state.signatures.items() if place[:2] == (definition, version)]
        return sorted(rows, key=lambda row: (row.signed_at, row.organisation))

    def add_calendar(self, digest: str, document: str) -> None:
        """Keep a calendar document."""
        if digest not in self._state.calendars:
            self._put(self._state.calendars, digest, document)

    def calendar(self, digest: str) -> str | None:
        """A calendar document."""
        return self._state.calendars.get(digest)

    def change_calendar(self, change: CalendarChange) -> None:
        """Put a kept calendar in force for a version."""
        place = (change.definition, change.version)
        if place not in self._state.definitions or change.calendar not in self._state.calendars:
            raise StoreError(f"{change.definition!r} {change.version!r} and its calendar must be kept first")
        changes = self._state.calendar_changes.get(place)
        if changes is None:
            changes = []
            self._put(self._state.calendar_changes, place, changes)
        if change.number != len(changes) + 1:
            raise Conflict(f"calendar change {change.number} of {change.definition!r} does not follow {len(changes)}")
        self._push(changes, change)

    def calendar_changes(self, definition: str, version: str) -> Sequence[CalendarChange]:
        """The calendars that came into force for a version after it was published, in order."""
        return list(self._state.calendar_changes.get((definition, version), ()))

    def last_change(self) -> int:
        """The number of the directory's last change."""
        return len(self._state.directory)

    def changes(self, after: int = 0) -> Sequence[StoredChange]:
        """Changes of the directory, in order."""
        return self._state.directory[after:]

    def add_changes(self, changes: Iterable[StoredChange]) -> None:
        """Append to the directory."""
        self.settled = False
        for change in changes:
            if change.number != len(self._state.directory) + 1:
                raise Conflict(f"change {change.number} of the directory does not follow {len(self._state.directory)}")
            self._push(self._state.directory, change)


def row_of(project: Project) -> ProjectRow:
    """The line of a project in a list."""
    return ProjectRow(
        project.id,
        project.definition,
        project.rules_digest,
        project.firm,
        project.stage,
        project.end,
        project.opened_at,
        project.recorded_at,
        project.seq,
    )


def _matches(row: ProjectRow, name: str, value: str | bool) -> bool:
    if name == "end" and isinstance(value, bool):
        return (row.end is not None) is value
    if name == "updated_since":
        return row.updated_at >= str(value)
    return bool(getattr(row, name) == value)
