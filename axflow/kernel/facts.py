"""Facts: everything outside the project that a decision may rest on, frozen and complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from axflow.definition.calendar import Calendar
from axflow.kernel.directory import Directory


class Snapshot(NamedTuple):
    """What a decision may know of another project."""

    id: str
    definition: str
    stage: str
    end: str | None
    opened_at: str
    ended_at: str | None
    status: str | None = None
    """The strongest status word that its evidence supports, empty where it supports none; None: nobody asked."""
    attributes: Mapping[str, Any] = {}
    version: int = 0
    firm: str = ""


class Prior(NamedTuple):
    """The outcome that an idempotency key is bound to."""

    same: bool
    """Whether the repeat asks for the same."""
    seq: int
    outcome: str


class Claim(NamedTuple):
    """A value that only one record of all projects may carry."""

    scope: str
    """Definition id, evidence type and field."""
    value: str


class Facts(NamedTuple):
    """The facts of one decision.

    Parameters:
        now: what the clock says, aware.
        calendar: the calendar document that the project is bound to; for one that opens, the one now in force.
        directory: organisations and grants; None where the host vouches for role and organisation.
        values: recorded values by evidence id and field; what was redacted is not there.
        attributes: the project's attributes.
        claims: of the claims that the command makes, those held by another record, with that record.
        linked: linked projects by link id.
        firm: the firm's other projects, predecessors' included.
        prior: the outcome bound to the command's key, if there is one.
        signed: organisations that signed the definition's version; None where that was settled before.
        following: the calendar that the command binds the project to: the one now in force for the version that it
            migrates to, or a republished one; None for any other command.
        document: what is kept of the file (`sha256`, `size`, …) that came with the record that a correction names.
        other: the project that a link names, where there is one.
        redactable: content fields of the entry that a redaction names, as far as they are there; None for any other
            command.
    """

    now: datetime
    calendar: Calendar
    directory: Directory | None = None
    values: Mapping[str, Mapping[str, Any]] = {}
    attributes: Mapping[str, Any] = {}
    claims: Mapping[Claim, str] = {}
    linked: Mapping[str, tuple[Snapshot, ...]] = {}
    firm: tuple[Snapshot, ...] = ()
    prior: Prior | None = None
    signed: frozenset[str] | None = None
    redactable: frozenset[str] | None = None
    following: Calendar | None = None
    document: Mapping[str, Any] = {}
    other: Snapshot | None = None
