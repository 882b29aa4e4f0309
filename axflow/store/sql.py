"""One transaction in SQL, on the cursor of whatever connection is given: the store's own, or later a host's.

Writes are gathered and sent together, before a read that could miss them and at the end: a batch of sends then costs
one `executemany` a table, and each project's row and timers are written once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from axflow.journal.commitment import Payload
from axflow.journal.sealing import Sealed
from axflow.kernel.decision import Message
from axflow.kernel.project import Project
from axflow.store.database import Database
from axflow.store.errors import Busy, ClaimTaken, Conflict, StoreError, UnknownProject
from axflow.store.rows import (
    CalendarChange,
    ProjectRow,
    Refusals,
    Signature,
    StoredChange,
    StoredDefinition,
    StoredEntry,
    StoredKey,
    StoredProject,
)
from axflow.store.sql_condition import SqlCondition
from axflow.store.sql_outbox import SqlOutbox
from axflow.store.statements import Statement

_LARGEST = 2**31 - 1  # an INTEGER on PostgreSQL, as `seq` is
_MOST_TRIES = 5
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""`json.dumps` makes such an encoder at each call that does not leave everything as it is."""


class Cursor(Protocol):
    """What is asked of a driver's cursor (PEP 249)."""

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any:
        """Run a statement."""

    def executemany(self, sql: str, parameters: Any, /) -> Any:
        """Run a statement for each set of parameters."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> Any:
        """All rows."""


class SqlUnit(SqlOutbox, SqlCondition):
    """One transaction on a database. Whoever made it begins and ends it, and calls `flush` before committing.

    Parameters:
        cursor: the driver's own cursor, in a transaction that has begun.
        database: what `database_of` knows of it.
        settled: False where the transaction has added to definitions or directory before.

    The driver's errors pass through: a failed statement ends a transaction on PostgreSQL, so nothing here goes on after
    one. Whoever ends the transaction turns them into words with `database.explained`.
    """

    def __init__(self, cursor: Cursor, database: Database, settled: bool = True) -> None:
        self.settled = settled
        self._cursor = cursor
        self._sql = database.statements
        self._database = database
        self._last: dict[str, int] = {}
        self._projects: dict[str, tuple[Project, bytes, bool, bool]] = {}
        self._entries: list[tuple[Any, ...]] = []
        self._payloads: list[tuple[Any, ...]] = []
        self._keys: dict[tuple[str, str], StoredKey] = {}
        self._messages: list[tuple[Any, ...]] = []

    def flush(self) -> None:
        """Send what was gathered."""
        for id, (project, head, new, timers) in self._projects.items():
            row = _row(project, head)
            statement, values = (
                (self._sql.insert_project, (id, *row)) if new else (self._sql.update_project, (*row, id))
            )
            self._run(statement, values)
            if timers:
                self._save_timers(project, new)
        self._projects.clear()
        for statement, rows in (
            (self._sql.insert_entry, self._entries),
            (self._sql.insert_payload, self._payloads),
            (self._sql.insert_message, self._messages),
        ):
            if rows:
                self._run_many(statement, rows)
                rows.clear()
        if self._keys:
            rows = [(*place, *bound) for place, bound in self._keys.items()]
            self._keys.clear()
            self._run_many(self._sql.insert_key, rows)

    def _run(self, statement: Statement, parameters: tuple[Any, ...]) -> None:
        self._cursor.execute(statement.text, parameters)

    def _run_many(self, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
        if len(rows) == 1:
            self._cursor.execute(statement.text, rows[0])
        else:
            self._cursor.executemany(statement.text, rows)

    def _one(self, statement: Statement, *parameters: Any) -> Any:
        self._cursor.execute(statement.text, parameters)
        return self._cursor.fetchone()

    def _all(self, statement: Statement, *parameters: Any) -> Any:
        self._cursor.execute(statement.text, parameters)
        return self._cursor.fetchall()

    def _seen(self, statement: Statement, *parameters: Any) -> Any:
        """All rows, after what was gathered is sent."""
        self.flush()
        return self._all(statement, *parameters)

    # Projects and their entries

    def lock(self, project: str, *, wait: bool = True) -> bytes | None:
        """Take the project for writing until the transaction ends, and return the hash of its last entry."""
        if (kept := self._projects.get(project)) is not None:
            return kept[1]
        if _impossible(project):
            return None
        row = self._one(self._sql.lock if wait else self._sql.lock_if_free, project)
        if row is None:
            if not wait and self._one(self._sql.head, project) is not None:
                raise Busy(f"another transaction is writing project {project!r}; come back to it", project)
            return None
        self._last[project] = row[1]
        return bytes(row[0])

    def head(self, project: str) -> bytes | None:
        """The hash of the project's last entry."""
        if (kept := self._projects.get(project)) is not None:
            return kept[1]
        row = None if _impossible(project) else self._one(self._sql.head, project)
        if row is None:
            return None
        self._last[project] = row[1]
        return bytes(row[0])

    def project(self, project: str) -> StoredProject | None:
        """The project as its entries left it."""
        if (kept := self._projects.get(project)) is not None:
            return StoredProject(kept[0], kept[1])
        row = None if _impossible(project) else self._one(self._sql.project, project)
        if row is None:
            return None
        found = Project.from_json(row[0])
        self._last[project] = found.seq
        return StoredProject(found, _bytes(row[1]))

    def save(self, project: Project, head: bytes, previous: Project | None) -> None:
        """Keep the project after its entries."""
        timers = previous is None or project.timers is not previous.timers
        kept = self._projects.get(project.id)
        if kept is not None:
            if previous is None:
                raise Conflict(f"project {project.id!r} is there already; open it under another id")
            self._projects[project.id] = (project, head, kept[2], kept[3] or timers)
            return
        if previous is None:
            if self._one(self._sql.head, project.id) is not None:
                raise Conflict(f"project {project.id!r} is there already; open it under another id")
        elif project.id not in self._last and self.head(project.id) is None:
            raise UnknownProject(project.id)
        self._projects[project.id] = (project, head, previous is None, timers)

    def _save_timers(self, project: Project, new: bool) -> None:
        if not new:
            self._cursor.execute(self._sql.drop_timers.text, (project.id,))
        if project.recorded_history:
            return
        rows = [(project.id, t.id, t.due) for t in project.timers.values() if t.due is not None and not t.elapsed]
        if rows:
            self._run_many(self._sql.insert_timer, rows)

    def append(self, sealed: Sealed) -> None:
        """Keep a sealed entry and its payloads."""
        last = self._last.get(sealed.project)
        if last is None:
            row = self._one(self._sql.head, sealed.project)
            last = 0 if row is None else row[1]
        if sealed.seq != last + 1:
            raise Conflict(f"entry {sealed.project}/{sealed.seq} does not follow entry {last}; decide again")
        self._last[sealed.project] = sealed.seq
        self._entries.append((sealed.project, sealed.seq, sealed.hash, sealed.body))
        for payload in sealed.payloads:
            self._payloads.append((sealed.project, sealed.seq, *payload))

    def entries(self, project: str, after: int = 0, upto: int | None = None) -> Sequence[StoredEntry]:
        """Entries with numbers above `after` and up to `upto`."""
        rows = self._seen(self._sql.entries, project, after, _LARGEST if upto is None else upto)
        return [StoredEntry(id, seq, _bytes(digest), _bytes(body), leaf) for id, seq, digest, body, leaf in rows]

    def payloads(self, project: str, seq: int) -> Sequence[Payload]:
        """The content of one entry."""
        rows = self._seen(self._sql.payloads, project, seq)
        return [Payload(field, _read(value), None if salt is None else _bytes(salt)) for field, value, salt in rows]

    def contents(self, project: str, after: int = 0, upto: int | None = None) -> Mapping[int, Sequence[Payload]]:
        """The content of entries with numbers above `after` and up to `upto`."""
        found: dict[int, list[Payload]] = {}
        for seq, field, value, salt in self._seen(
            self._sql.contents, project, after, _LARGEST if upto is None else upto
        ):
            payload = Payload(field, _read(value), None if salt is None else bytes(salt))
            found.setdefault(seq, []).append(payload)
        return found

    def redact(self, project: str, seq: int, field: str) -> bool:
        """Destroy value and salt of one content field."""
        self.flush()
        self._run(self._sql.redact, (project, seq, field))
        return self._cursor.rowcount == 1

    def due(self, now: str, limit: int) -> Sequence[str]:
        """Projects with a timer due by `now`, the earliest first."""
        return [row[0] for row in self._seen(self._sql.due, now, limit)]

    def projects(self, filters: Mapping[str, str | bool | None], after: str | None, limit: int) -> Sequence[ProjectRow]:
        """Projects by id, from the one after `after`."""
        given = {name: value for name, value in filters.items() if value is not None}
        if any(isinstance(value, str) and _impossible(value) for value in (*given.values(), after)):
            return []
        statement = self._sql.projects(given)
        values = {**given, "k0": after or "", "k1": limit}
        return [ProjectRow(*row) for row in self._seen(statement, *(values[name] for name in statement.order))]

    # What must be unique, and what must be heard

    def claim(self, digest: str, project: str, record: str) -> None:
        """Register a claim for a record."""
        self.flush()
        for _ in range(_MOST_TRIES):
            self._run(self._sql.insert_claim, (digest, project, record))
            if self._cursor.rowcount == 1:
                return
            held = self.claimed(digest)
            if held == (project, record):
                return
            if held is not None:
                raise ClaimTaken(digest, held[1])
            # Its holder let go between the two statements.
        raise Conflict("others take and release the claimed value without pause; try the same again")

    def claimed(self, digest: str) -> tuple[str, str] | None:
        """Project and record that hold the claim."""
        self.flush()
        row = self._one(self._sql.claim, digest)
        return None if row is None else (row[0], row[1])

    def release(self, project: str, record: str) -> None:
        """End all claims of a record."""
        self._run(self._sql.release, (project, record))

    def key(self, scope: str, key: str) -> StoredKey | None:
        """What the idempotency key is bound to."""
        if (bound := self._keys.get((scope, key))) is not None:
            return bound
        row = self._one(self._sql.key, scope, key)
        return None if row is None else StoredKey(*row)

    def bind(self, scope: str, key: str, bound: StoredKey) -> None:
        """Bind a key to its first outcome."""
        if (scope, key) in self._keys:
            raise Conflict(f"the key {key!r} is bound already; ask again")
        self._keys[scope, key] = bound

    def post(self, project: str, message: Message) -> None:
        """Put a message into the outbox."""
        self._messages.append((project, message.seq, message.kind, _text(list(message.to)), _text(dict(message.data))))

    def alias(self, number: str, organisation: str, project: str) -> None:
        """Note an organisation's case number of a project."""
        self.flush()
        self._run(self._sql.insert_alias, (number, organisation, project))

    def by_alias(self, number: str, organisation: str | None = None) -> Sequence[str]:
        """Projects with this case number."""
        rows = [] if _impossible(number) else self._seen(self._sql.alias, number)
        return list(dict.fromkeys(id for holder, id in rows if organisation is None or holder == organisation))

    def refusals(self, project: str, actor: str, codes: str) -> Refusals | None:
        """The counter of an actor's equal refusals."""
        row = self._one(self._sql.refusals, project, actor, codes)
        return None if row is None else Refusals(*row)

    def count_refusals(self, project: str, actor: str, codes: str, counter: Refusals | None) -> None:
        """Set the counter, or drop it."""
        self.flush()
        self._run(self._sql.drop_refusals, (project, actor, codes))
        if counter is not None:
            self._run(self._sql.insert_refusals, (project, actor, codes, *counter))

    def uncounted(self, before: str, limit: int) -> Sequence[tuple[str, str, str, Refusals]]:
        """Counters begun by `before` with refusals that have no entry yet."""
        rows = self._all(self._sql.uncounted, before, limit)
        return [(project, actor, codes, Refusals(*rest)) for project, actor, codes, *rest in rows]

    # What everything rests on

    def meta(self, name: str) -> bytes | None:
        """A value of the store itself."""
        row = self._one(self._sql.meta, name)
        return None if row is None else bytes(row[0])

    def keep_meta(self, name: str, value: bytes) -> bytes:
        """Set a value of the store itself unless there is one."""
        self._run(self._sql.keep_meta, (name, value))
        kept = self.meta(name)
        return value if kept is None else kept

    def set_meta(self, name: str, value: bytes) -> None:
        """Set a value of the store itself."""
        self._run(self._sql.set_meta, (name, value))

    def add_definition(self, row: StoredDefinition) -> None:
        """Publish a version."""
        if self.definition(row.id, row.version) is not None:
            raise Conflict(f"version {row.version!r} of {row.id!r} is published already")
        if self.calendar(row.calendar) is None:
            raise StoreError(f"the calendar {row.calendar} of {row.id!r} is not kept; add the calendar first")
        self.settled = False
        self._run(self._sql.insert_definition, tuple(row))

    def definition(self, id: str, version: str) -> StoredDefinition | None:
        """A published version."""
        row = self._one(self._sql.definition, id, version)
        return None if row is None else StoredDefinition(*row)

    def definition_by_rules(self, id: str, rules_digest: str) -> StoredDefinition | None:
        """The latest published version of `id` with these rules."""
        row = self._one(self._sql.definition_by_rules, rules_digest, id, 1)
        return None if row is None else StoredDefinition(*row)

    def definitions(self, id: str | None = None) -> Sequence[StoredDefinition]:
        """Published versions, in order."""
        rows = [StoredDefinition(*row) for row in self._all(self._sql.definitions)]
        return [row for row in rows if id is None or row.id == id]

    def sign(self, signature: Signature) -> None:
        """Keep an organisation's signature."""
        place = (signature.definition, signature.version)
        if self.definition(*place) is None:
            raise StoreError(f"version {place[1]!r} of {place[0]!r} is not published, so nobody can sign it")
        if any(kept.organisation == signature.organisation for kept in self.signatures(*place)):
            raise Conflict(f"{signature.organisation!r} has signed version {place[1]!r} of {place[0]!r} already")
        self._run(self._sql.insert_signature, tuple(signature))

    def signatures(self, definition: str, version: str) -> Sequence[Signature]:
        """Signatures under a version."""
        return [Signature(*row) for row in self._all(self._sql.signatures, definition, version)]

    def add_calendar(self, digest: str, document: str) -> None:
        """Keep a calendar document."""
        self._run(self._sql.insert_calendar, (digest, document))

    def calendar(self, digest: str) -> str | None:
        """A calendar document."""
        row = self._one(self._sql.calendar, digest)
        return None if row is None else str(row[0])

    def change_calendar(self, change: CalendarChange) -> None:
        """Put a kept calendar in force for a version."""
        if self.definition(change.definition, change.version) is None or self.calendar(change.calendar) is None:
            raise StoreError(f"{change.definition!r} {change.version!r} and its calendar must be kept first")
        before = self.calendar_changes(change.definition, change.version)
        if change.number != len(before) + 1:
            raise Conflict(f"calendar change {change.number} of {change.definition!r} does not follow {len(before)}")
        self._run(self._sql.insert_calendar_change, tuple(change))

    def calendar_changes(self, definition: str, version: str) -> Sequence[CalendarChange]:
        """The calendars that came into force for a version after it was published, in order."""
        return [CalendarChange(*row) for row in self._all(self._sql.calendar_changes, definition, version)]

    def last_change(self) -> int:
        """The number of the directory's last change."""
        return int(self._one(self._sql.last_change)[0] or 0)

    def changes(self, after: int = 0) -> Sequence[StoredChange]:
        """Changes of the directory, in order."""
        return [StoredChange(*row) for row in self._all(self._sql.changes, after)]

    def add_changes(self, changes: Iterable[StoredChange]) -> None:
        """Append to the directory."""
        self.settled = False
        number = self.last_change()
        for change in changes:
            number += 1
            if change.number != number:
                raise Conflict(f"change {change.number} of the directory does not follow {number - 1}")
            self._run(self._sql.insert_change, tuple(change))


def _row(project: Project, head: bytes) -> tuple[Any, ...]:
    return (
        project.definition,
        project.rules_digest,
        project.firm,
        project.stage,
        project.end,
        project.opened_at,
        project.recorded_at,
        project.seq,
        head,
        project.to_json(),
    )


def _impossible(text: str) -> bool:
    """Whether no row can hold this text: PostgreSQL keeps no NUL, and no database half a character."""
    return "\0" in text or not (text.isascii() or text.encode(errors="replace").decode() == text)


def _read(value: Any) -> str | None:
    """Text of a column that somebody else may have written bytes into: SQLite keeps what it is given."""
    return bytes(value).decode(errors="replace") if isinstance(value, (bytes, memoryview)) else value


def _text(value: Any) -> str:
    return _encode(value)


def _bytes(value: Any) -> bytes:
    """What a column of bytes holds. SQLite keeps text there too, once somebody has put it in by hand."""
    return value.encode() if isinstance(value, str) else bytes(value)
