"""How everything in this room reads a store: projects, entries with their content, the project after each entry, and
what decisions rested on (definitions, calendars, the directory as it was known at a time).

    with opened("sqlite:///axflow.db") as reading:
        for id in reading.projects(Selection(firm="Firm Co.")):
            for step in reading.steps(id):
                ...

Nothing is written: SELECT on the tables is enough, and a SQLite file may stand in a folder that can't be written. All
that one `Reading` gives is one consistent state. Entries come page by page, so that memory is bounded by what the
caller keeps.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from axflow.definition.calendar import Calendar
from axflow.engine.catalogue import Catalogue, Published
from axflow.engine.core import now
from axflow.journal.commitment import Payload, content_of
from axflow.kernel.content import values_prefix
from axflow.kernel.directory import Change, Directory
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import evolve
from axflow.kernel.moment import Moment, as_utc, utc_text
from axflow.kernel.project import EvidenceRecord, Project
from axflow.store.errors import UnknownProject
from axflow.store.memory import row_of
from axflow.store.protocol import Unit
from axflow.store.rows import ProjectRow, StoredDefinition, StoredEntry, StoredProject

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import URL, Engine

PAGE: Final = 500
"""Projects, or entries of one project, that are held at a time."""
_MOST_DIRECTORIES: Final = 16


class Readable(Protocol):
    """What is asked of a store here. Every `Store` has it."""

    def reading(self) -> AbstractContextManager[Unit]:
        """A transaction that reads one consistent state."""

    def close(self) -> None:
        """Let go of connections."""


class AuditError(Exception):
    """What is stored cannot be read as a history; the message names the place."""


@dataclass(frozen=True)
class Selection:
    """Which projects. What is not given selects nothing away.

    Parameters:
        projects: by id.
        definition: bound to a version of this definition.
        rules_digest: bound to these rules now.
        firm: of this firm, by its id as recorded.
        stage: now in this stage.
        end: a name; or whether it has ended.
        since: with an entry recorded at this time (UTC text) or later.
        until: opened at this time (UTC text) or before.
    """

    projects: tuple[str, ...] = ()
    definition: str | None = None
    rules_digest: str | None = None
    firm: str | None = None
    stage: str | None = None
    end: str | bool | None = None
    since: str | None = None
    until: str | None = None

    def filters(self) -> dict[str, str | bool | None]:
        """As a store takes them."""
        return {
            "definition": self.definition, "rules_digest": self.rules_digest, "firm": self.firm, "stage": self.stage,
            "end": self.end, "updated_since": self.since,
        }  # fmt: skip

    def takes(self, row: ProjectRow) -> bool:
        """Whether a row that the store's filters let through belongs to it."""
        return self.until is None or row.opened_at <= self.until


class Recorded(NamedTuple):
    """An entry with its content, as it is stored."""

    entry: Entry
    """`content` without what was redacted."""
    hash: bytes
    body: bytes
    """The canonical bytes, verbatim."""
    payloads: Sequence[Payload]
    """Value and salt by field, redacted ones included."""
    leaf_index: int | None

    @property
    def redacted(self) -> tuple[str, ...]:
        """Content fields that were destroyed."""
        return tuple(payload.field for payload in self.payloads if payload.value is None)

    @property
    def fields(self) -> dict[str, Any]:
        """Content and what stands in clear, by field: `values.quantity`, `attributes.title`, `reason`."""
        return {**self.entry.public, **self.entry.content}


class Step(NamedTuple):
    """An entry between the project before it (None for the first) and after it."""

    recorded: Recorded
    before: Project | None
    after: Project

    @property
    def entry(self) -> Entry:
        """The entry, with its content."""
        return self.recorded.entry


class Reading:
    """One consistent state of a store. Get one by `opened` or `reading`; it ends with that block."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self._catalogue = Catalogue(now)
        self._directories: dict[int, Directory] = {}

    # Projects and their entries

    def rows(self, selection: Selection = Selection()) -> Iterator[ProjectRow]:
        """The selected projects by id, as lists show them. Raises `UnknownProject` for an id that there is not."""
        if selection.projects:
            for id in dict.fromkeys(selection.projects):
                row = row_of(self.stored(id).project)
                if _matches(selection, row):
                    yield row
            return
        last: str | None = None
        while page := self.unit.projects(selection.filters(), last, PAGE):
            last = page[-1].id
            yield from (row for row in page if selection.takes(row))

    def projects(self, selection: Selection = Selection()) -> Iterator[str]:
        """Ids of the selected projects, in order."""
        return (row.id for row in self.rows(selection))

    def stored(self, project: str) -> StoredProject:
        """The project as the store keeps it beside its entries. Raises `UnknownProject`."""
        found = self.unit.project(project)
        if found is None:
            raise UnknownProject(project)
        return found

    def entries(self, project: str, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Entries with numbers above `after` and up to `upto`, in order, with their content.

        Raises `AuditError` where bytes are no entry; `axflow audit verify` says what is wrong with them.
        """
        while page := self.unit.entries(project, after, after + PAGE if upto is None else min(after + PAGE, upto)):
            contents = self.unit.contents(project, after, page[-1].seq)
            for stored in page:
                yield _recorded(stored, contents.get(stored.seq, ()))
            after = page[-1].seq

    def entry(self, project: str, seq: int) -> Recorded:
        """One entry. Raises `AuditError` where there is none."""
        for found in self.entries(project, seq - 1, seq):
            return found
        raise AuditError(f"project {project} has no entry {seq}")

    def steps(self, project: str, upto: int | None = None) -> Iterator[Step]:
        """The replay: each entry, the project before and after it. Raises `AuditError` where one does not follow."""
        state: Project | None = None
        for recorded in self.entries(project, 0, upto):
            before = state
            try:
                state = evolve(state, recorded.entry)
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                raise AuditError(f"{project}, entry {recorded.entry.seq} does not replay: {error}") from error
            yield Step(recorded, before, state)

    def state(self, project: str, upto: int | None = None) -> Project:
        """The project as its entries, up to number `upto`, left it: replayed, not as stored. Raises `AuditError`."""
        last: Project | None = None
        for step in self.steps(project, upto):
            last = step.after
        if last is None:
            raise AuditError(f"project {project} has no entries" + ("" if upto is None else f" up to {upto}"))
        return last

    def values(self, project: str, record: EvidenceRecord) -> dict[str, Any]:
        """The values of a record, without those that were redacted, by field."""
        prefix = values_prefix(record)
        fields = self.entry(project, record.seq).fields
        return {name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix)}

    # What decisions rested on

    @cached_property
    def definitions(self) -> tuple[StoredDefinition, ...]:
        """All published versions, in the order in which they were published."""
        return tuple(self.unit.definitions())

    def version(self, definition: str, rules_digest: str) -> Published:
        """The version with these rules, ready to decide by. Raises `UnknownDefinition`."""
        return self._catalogue.by_rules(self.unit, definition, rules_digest)

    def version_of(self, project: Project) -> Published:
        """The version that a project in this state is bound to. Raises `UnknownDefinition`."""
        return self.version(project.definition, project.rules_digest)

    def version_named(self, definition: str, version: str) -> Published:
        """A version by its name. Raises `UnknownDefinition`."""
        return self._catalogue.get(self.unit, definition, version)

    def calendar_of(self, project: Project) -> Calendar:
        """The calendar that a project in this state reckons its days by. Raises `UnknownDefinition`."""
        return self._catalogue.calendar_of(self.unit, self.version_of(project), project)

    @cached_property
    def changes(self) -> tuple[tuple[str, Change], ...]:
        """The directory's changes, each with the time at which this store took it in."""
        return tuple((row.recorded_at, Change.from_json(json.loads(row.change))) for row in self.unit.changes())

    @property
    def directory(self) -> Directory:
        """The directory as it is now known."""
        return self._first(len(self.changes))

    def directory_at(self, time: str) -> Directory:
        """The directory as this store knew it at `time` (UTC text): what a decision then could rest on."""
        return self._first(bisect_right(self.changes, time, key=lambda change: change[0]))

    def _first(self, count: int) -> Directory:
        found = self._directories.get(count)
        if found is None:
            if len(self._directories) >= _MOST_DIRECTORIES:
                self._directories.clear()
            found = self._directories[count] = Directory(change for _, change in self.changes[:count])
        return found


@contextmanager
def reading(store: Readable) -> Iterator[Reading]:
    """Read a store, such as `engine.store`, as one consistent state."""
    with store.reading() as unit:
        yield Reading(unit)


@contextmanager
def opened(database: str | Path | URL | Engine, schema: str | None = None) -> Iterator[Reading]:
    """Open a database to read it, and read it as one consistent state.

    Parameters:
        database: a path, `sqlite:///file.db`, `postgresql://user@host/name`, or a SQLAlchemy engine.
        schema: the schema that holds the tables, on PostgreSQL.

    A SQLite file is opened read-only. Raises `StoreError` where the database cannot be read.
    """
    store = readable(database, schema)
    try:
        with reading(store) as found:
            yield found
    finally:
        store.close()


def readable(database: str | Path | URL | Engine, schema: str | None = None) -> Readable:
    """The store in a database, to be read: parameters and errors as `opened`."""
    from sqlalchemy import Engine

    from axflow.store.location import located, store_at
    from axflow.store.sqlite_reading import SqliteReader

    location = located(database.url if isinstance(database, Engine) else database)
    if location.file is not None:
        return SqliteReader(location.file)
    return store_at(database, schema)


def instant(text: str | datetime, zone: str) -> str:
    """The last instant that a day, month or time covers, as UTC text. Raises `ValueError` for what is no time."""
    return utc_text(as_utc(text) if isinstance(text, datetime) else Moment.parse(text, zone).end)


def _recorded(stored: StoredEntry, payloads: Sequence[Payload]) -> Recorded:
    try:
        entry = Entry.from_structure(json.loads(stored.body), content_of(payloads))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise AuditError(f"{stored.project}, entry {stored.seq} cannot be read: {error}") from error
    return Recorded(entry, stored.hash, stored.body, payloads, stored.leaf_index)


def _matches(selection: Selection, row: ProjectRow) -> bool:
    given = selection.filters()
    end, since = selection.end, selection.since
    return (
        all(given[name] in (None, getattr(row, name)) for name in ("definition", "rules_digest", "firm", "stage"))
        and (end is None or end == (row.end is not None if isinstance(end, bool) else row.end))
        and (since is None or row.updated_at >= since)
        and selection.takes(row)
    )
