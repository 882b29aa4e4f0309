"""Commands: what somebody asks of a project. Plain values; whether they succeed is for `decide` to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from axflow.kernel.actor import Actor
from axflow.kernel.moment import Moment
from axflow.kernel.project import EvidenceRecord

if TYPE_CHECKING:
    from axflow.definition.definition import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What all commands share.

    Parameters:
        actor: who asks.
        key: idempotency key; binds the first outcome, refusals included.
        expected: the project version that the caller saw; another one is refused as `stale`.
        occurred_at: when it happened, where that is not now; recorded histories have it in their own precision.
        reason: free text (content: kept beside the journal, redactable).
        code: one of the reason codes that the definition lists.
        enforce: False records a history: what would have been refused becomes a deviation.
    """

    kind: ClassVar[str] = ""
    actor: Actor
    key: str | None = None
    expected: int | None = None
    occurred_at: Moment | None = None
    reason: str | None = None
    code: str | None = None
    enforce: bool = True
    published: Moment | None = None
    """When a recorded act was made public, where that is known."""
    source: str | None = None
    """Where a recorded act is known from."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that comes with evidence. Name and digest are content; the digest is committed to with a salt."""

    sha256: str
    size: int
    name: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """Evidence of another project that counts here by reference."""

    project: str
    record: EvidenceRecord
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Start a project."""

    kind: ClassVar[str] = "open"
    project: str
    firm: str
    title: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Case numbers by organisation."""
    stage: str | None = None
    """Where it starts, if not in the first stage: only for projects opened by a link, split or merge."""
    tracks: Mapping[str, str] | None = None
    link: tuple[str, str] | None = None
    """Link id and the other project."""
    carried: tuple[Carried, ...] = ()
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Open):
    """Admit a project that is already midway: asserts its configuration and no guard."""

    kind: ClassVar[str] = "take_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Command):
    """Send an event."""

    kind: ClassVar[str] = "send"
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Command):
    """Record evidence."""

    kind: ClassVar[str] = "record"
    evidence: str
    values: Mapping[str, Any] = field(default_factory=dict)
    issuer: str | None = None
    """Organisation that issued it; default: the actor's."""
    issued_on: str | None = None
    """Day (`2026-03-01`) or month (`2026-03`); default: today."""
    received_on: str | None = None
    """Default: today."""
    document: Document | None = None
    product_version: str | None = None
    intended_use: str | None = None
    refers_to: str | None = None
    """Id of evidence of another type that counts as this one by a declared equivalence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """Withdraw a record: it counts no more from now on."""

    kind: ClassVar[str] = "withdraw"
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command):
    """Confirm with the issuer that a record is genuine."""

    kind: ClassVar[str] = "confirm"
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Command):
    """Correct a record or attributes. Appends; the corrected entry stays."""

    kind: ClassVar[str] = "correct"
    record: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redact(Command):
    """Destroy content of an entry. Structure, commitments and proofs stay."""

    kind: ClassVar[str] = "redact"
    seq: int
    fields: tuple[str, ...]
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold(Command):
    """Keep all content of a project for a matter: while that stands, nothing of it is destroyed."""

    kind: ClassVar[str] = "legal_hold"
    matter: str
    """An id, such as `audit_2026_12`. It stands in clear; what it is about is for the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftLegalHold(Command):
    """End the keeping for a matter."""

    kind: ClassVar[str] = "lift_legal_hold"
    matter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive(Command):
    """Waive a guard, or agree to a waiver that another person proposed."""

    kind: ClassVar[str] = "waive"
    guard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold(Command):
    """Place a hold."""

    kind: ClassVar[str] = "hold"
    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHold(Command):
    """Release a hold, or renew it by `review`: the review is done and the hold stays."""

    kind: ClassVar[str] = "release"
    hold: str
    renew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge(Command):
    """Declare an obligation met."""

    kind: ClassVar[str] = "discharge"
    obligation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(Command):
    """Extend a deadline."""

    kind: ClassVar[str] = "extend"
    deadline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign(Command):
    """Name who handles the project now, or the firm that took it over."""

    kind: ClassVar[str] = "reassign"
    handler: str | None = None
    firm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTo(Command):
    """Link to another project, or note an organisation's own case number."""

    kind: ClassVar[str] = "link"
    link: str | None = None
    other: str | None = None
    alias: tuple[str, str] | None = None
    """Organisation and its case number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrate(Command):
    """Move to another version of the definition."""

    kind: ClassVar[str] = "migrate"
    target: Definition
    states: Mapping[str, str] = field(default_factory=dict)
    """Old stage or `track.state` to its new name, where the names differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCalendar(Command):
    """Reckon days by a republished calendar from now on."""

    kind: ClassVar[str] = "calendar"
    calendar: str
    """Digest of the calendar now in force for the project's version."""


@dataclass(frozen=True, slots=True)
class Part:
    """One project that a split or merge opens."""

    project: str
    title: str = ""
    firm: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace(Command):
    """End a project by a split into several, or by a merge into one."""

    kind: ClassVar[str] = "replace"
    by: str
    """`split` or `merge`."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Command):
    """Nothing but the timers that are due."""

    kind: ClassVar[str] = "tick"
