"""What the store keeps, row by row. Plain values; times are the kernel's UTC texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from axflow.kernel.project import Project


class StoredProject(NamedTuple):
    """A project and the hash of its last entry."""

    project: Project
    head: bytes


class StoredEntry(NamedTuple):
    """A sealed entry, as it was written."""

    project: str
    seq: int
    hash: bytes
    body: bytes
    """The canonical bytes, verbatim."""
    leaf_index: int | None = None
    """Its place in the log; None until the sequencer gives it one."""


class StoredKey(NamedTuple):
    """What an idempotency key is bound to."""

    fingerprint: str
    project: str
    seq: int
    outcome: str


class StoredDefinition(NamedTuple):
    """A published version of a definition."""

    id: str
    version: str
    digest: str
    rules_digest: str
    document: str
    """JSON text."""
    layout: str | None
    """Coordinates of its picture, JSON text."""
    calendar: str
    """Digest of the calendar document."""
    effective_from: str | None
    """Local day on which it comes into force, such as `2026-01-01`."""
    effective_until: str | None
    published_at: str
    published_by: str | None


class CalendarChange(NamedTuple):
    """A calendar that came into force for a version after the one that it was published with."""

    definition: str
    version: str
    number: int
    """1 for the version's first change, without gap."""
    calendar: str
    """Digest of the calendar document."""
    published_at: str
    published_by: str
    reason: str | None


class Signature(NamedTuple):
    """An organisation's signature under a version's digest."""

    definition: str
    version: str
    organisation: str
    digest: str
    actor: str
    signed_at: str


class StoredChange(NamedTuple):
    """One change of the directory, and the directory's digest after it."""

    number: int
    recorded_at: str
    change: str
    """JSON text."""
    digest: str


class StoredMessage(NamedTuple):
    """A message in the outbox, and how its delivery stands."""

    id: int
    project: str
    seq: int
    """The entry that it tells of."""
    kind: str
    to: tuple[str, ...]
    data: Mapping[str, Any]
    attempts: int = 0
    """How often it was leased."""
    not_before: str | None = None
    """It was put off until then."""
    leased_by: str | None = None
    leased_until: str | None = None
    """From then on it is leased to the next who asks."""
    failure: str | None = None
    """Why the last attempt failed."""
    dead_at: str | None = None
    """Since then it is a dead letter: no attempt is made any more."""
    dropped_at: str | None = None
    dropped_reason: str | None = None


class Refusals(NamedTuple):
    """How often an actor was refused the same on a project since the window began."""

    since: str
    total: int
    uncounted: int
    """Of these, the ones beyond the limit, which have no entry of their own yet."""


class ProjectRow(NamedTuple):
    """A line in a list of projects."""

    id: str
    definition: str
    rules_digest: str
    firm: str
    stage: str
    end: str | None
    opened_at: str
    updated_at: str
    seq: int


class Backlog(NamedTuple):
    """What waits in a store, and since when. Times are the kernel's UTC texts; None where nothing waits."""

    timers: int
    """Timers that are due and have not fired."""
    timers_since: str | None
    """When the first of them fell due."""
    messages: int
    """Messages neither acknowledged nor dead."""
    messages_since: str | None
    """When the entry was recorded that the first of them tells of."""
    dead_letters: int
    """Dead letters that nobody has decided about."""
    unplaced: int
    """Entries without a place in the log."""
    unplaced_since: str | None
    """When the first of them was recorded."""


class TableSize(NamedTuple):
    """What a table takes."""

    table: str
    rows: int
    size: int | None
    """Bytes with its indexes, as they are on the disk; None where the database cannot tell."""
