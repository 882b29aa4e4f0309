"""What a store promises. `axflow.testing.StoreContract` tests each promise, for these stores and for yours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from axflow.journal.commitment import Payload
from axflow.journal.sealing import Sealed
from axflow.kernel.decision import Message
from axflow.kernel.project import Project
from axflow.store.rows import (
    Backlog,
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
    TableSize,
)

if TYPE_CHECKING:
    from axflow.store.host import HostStore


class Unit(Protocol):
    """One transaction: it sees its own writes, and all of them are kept or none."""

    settled: bool
    """Whether the definitions and the directory that it sees are committed, so that they may be remembered: False once
    the transaction itself has added to them."""

    # Projects and their entries

    def lock(self, project: str, *, wait: bool = True) -> bytes | None:
        """Take the project for writing until the transaction ends; the hash of its last entry, as it then is.

        Whoever will write a project takes it before reading it: what is read afterwards is what was last committed.
        None where there is no such project. Where another transaction holds it, this waits, or with `wait=False` raises
        `Busy`, after which the transaction can go on with other projects. Where one writer has the whole store (SQLite,
        memory), holding it is holding every project, and this is `head`.
        """

    def head(self, project: str) -> bytes | None:
        """The hash of the project's last entry; None where there is no such project."""

    def project(self, project: str) -> StoredProject | None:
        """The project as its entries left it."""

    def save(self, project: Project, head: bytes, previous: Project | None) -> None:
        """Keep the project after its entries; `previous` is what was kept before, None for a new one."""

    def append(self, sealed: Sealed) -> None:
        """Keep a sealed entry and its payloads. Its number follows the project's last; `StoreError` if not."""

    def entries(self, project: str, after: int = 0, upto: int | None = None) -> Sequence[StoredEntry]:
        """Entries with numbers above `after` and up to `upto`, in order."""

    def payloads(self, project: str, seq: int) -> Sequence[Payload]:
        """The content of one entry, by field, redacted fields included."""

    def contents(self, project: str, after: int = 0, upto: int | None = None) -> Mapping[int, Sequence[Payload]]:
        """`payloads` of the entries that `entries` gives, by number; entries without content are left out."""

    def redact(self, project: str, seq: int, field: str) -> bool:
        """Destroy value and salt of one content field; False where there is nothing to destroy."""

    def due(self, now: str, limit: int) -> Sequence[str]:
        """Projects with a timer due by `now`, the earliest first."""

    def projects(self, filters: Mapping[str, str | bool | None], after: str | None, limit: int) -> Sequence[ProjectRow]:
        """Projects by id, from the one after `after`.

        Filters: `definition`, `rules_digest`, `firm`, `stage`, `end` (a name, True for ended, False for running),
        `updated_since`.
        """

    # What must be unique, and what must be heard

    def claim(self, digest: str, project: str, record: str) -> None:
        """Register a claim for a record; `ClaimTaken` where another record holds it."""

    def claimed(self, digest: str) -> tuple[str, str] | None:
        """Project and record that hold the claim."""

    def release(self, project: str, record: str) -> None:
        """End all claims of a record."""

    def key(self, scope: str, key: str) -> StoredKey | None:
        """What the idempotency key is bound to."""

    def bind(self, scope: str, key: str, bound: StoredKey) -> None:
        """Bind a key to its first outcome."""

    def post(self, project: str, message: Message) -> None:
        """Put a message into the outbox."""

    def messages(self, after: int, limit: int) -> Sequence[StoredMessage]:
        """Messages neither acknowledged nor dead, with numbers above `after`, in order."""

    def acknowledge(self, message: int) -> bool:
        """Take a message out of the outbox, dead or not; False where it is gone already."""

    def lease(self, consumer: str, now: str, until: str, limit: int) -> Sequence[StoredMessage]:
        """Lease messages to `consumer` until the time `until`, each counted as an attempt, the oldest first.

        Of each project only the first message that waits is given, and none while that one is leased or put off beyond
        `now`, or held by another transaction. A lease that ended by `now` counts no more.
        """

    def hand_back(
        self, leased: StoredMessage, attempts: int, not_before: str | None, failure: str | None, dead_at: str | None
    ) -> bool:
        """End a lease and set how the delivery stands; False where the message is no longer leased as `leased` says."""

    def dead_letters(self, after: int, limit: int, dropped: bool) -> Sequence[StoredMessage]:
        """Dead letters with numbers above `after`, in order: those that stand, or those that were dropped."""

    def revive(self, message: int, now: str) -> bool:
        """Let a message wait as if no attempt had been made; False where it is gone, dropped or leased at `now`."""

    def drop(self, message: int, now: str, reason: str) -> bool:
        """Give a message up, for a reason that is kept with it; False where it is gone, dropped or leased at `now`."""

    def alias(self, number: str, organisation: str, project: str) -> None:
        """Note an organisation's case number of a project; noting it again changes nothing."""

    def by_alias(self, number: str, organisation: str | None = None) -> Sequence[str]:
        """Projects with this case number."""

    def refusals(self, project: str, actor: str, codes: str) -> Refusals | None:
        """The counter of an actor's equal refusals."""

    def count_refusals(self, project: str, actor: str, codes: str, counter: Refusals | None) -> None:
        """Set the counter, or drop it."""

    def uncounted(self, before: str, limit: int) -> Sequence[tuple[str, str, str, Refusals]]:
        """Counters begun by `before` with refusals that have no entry yet: project, actor, codes and counter."""

    # What everything rests on: append-only

    def meta(self, name: str) -> bytes | None:
        """A value of the store itself."""

    def keep_meta(self, name: str, value: bytes) -> bytes:
        """Set a value of the store itself unless there is one; the value that stands, whoever set it."""

    def set_meta(self, name: str, value: bytes) -> None:
        """Set a value of the store itself."""

    def add_definition(self, row: StoredDefinition) -> None:
        """Publish a version; `StoreError` where that version is there already."""

    def definition(self, id: str, version: str) -> StoredDefinition | None:
        """A published version."""

    def definition_by_rules(self, id: str, rules_digest: str) -> StoredDefinition | None:
        """The latest published version of `id` with these rules."""

    def definitions(self, id: str | None = None) -> Sequence[StoredDefinition]:
        """Published versions in the order in which they were published."""

    def sign(self, signature: Signature) -> None:
        """Keep an organisation's signature; `StoreError` where it has signed already."""

    def signatures(self, definition: str, version: str) -> Sequence[Signature]:
        """Signatures under a version, in order."""

    def add_calendar(self, digest: str, document: str) -> None:
        """Keep a calendar document; keeping it again changes nothing."""

    def calendar(self, digest: str) -> str | None:
        """A calendar document, JSON text."""

    def change_calendar(self, change: CalendarChange) -> None:
        """Put a kept calendar in force for a version; `Conflict` where its number does not follow the last."""

    def calendar_changes(self, definition: str, version: str) -> Sequence[CalendarChange]:
        """The calendars that came into force for a version after it was published, in order."""

    def last_change(self) -> int:
        """The number of the directory's last change, 0 for an empty one."""

    def changes(self, after: int = 0) -> Sequence[StoredChange]:
        """Changes of the directory with numbers above `after`, in order."""

    def add_changes(self, changes: Iterable[StoredChange]) -> None:
        """Append to the directory; `Conflict` where a number is taken."""

    # The store as a whole

    def backlog(self, now: str) -> Backlog:
        """What waits: timers due by `now`, messages, dead letters, entries without a place in the log."""

    def settings(self) -> Mapping[str, str]:
        """`schema_version`, and the settings that durability rests on, by the database's own names."""

    def sizes(self) -> Sequence[TableSize]:
        """Rows and bytes of each table. Reads every table."""


class Store(Protocol):
    """Where an engine keeps everything."""

    @property
    def secret(self) -> bytes:
        """32 bytes for keyed digests of claims and fingerprints; made with the store and never changed."""

    def writing(self) -> AbstractContextManager[Unit]:
        """A transaction that writes: committed on leaving, rolled back by an exception."""

    def reading(self) -> AbstractContextManager[Unit]:
        """A transaction that reads one consistent state."""

    def within(self, host: Any) -> HostStore:
        """This store as a host's transaction sees and writes it.

        Parameters:
            host: a SQLAlchemy Session or Connection, or one of their asyncio twins.

        Raises `StoreError` where the store has no database to share, or the host's is another one.
        """

    def close(self) -> None:
        """Let go of connections."""
