"""Decisions: what `decide` says. A refusal is a value; `require` raises for those who want that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Protocol

from axflow.definition.base import Language
from axflow.guards.verdict import Verdict
from axflow.kernel.blocker import Blocker
from axflow.kernel.command import Carried
from axflow.kernel.entry import Entry
from axflow.kernel.facts import Claim
from axflow.kernel.project import Project

Outcome = Literal["moved", "recorded", "refused", "duplicate"]


class Message(NamedTuple):
    """Something that others should hear of: an outbox row, structure only."""

    kind: str
    seq: int
    to: tuple[str, ...]
    """Roles or organisations."""
    data: Mapping[str, Any]


class Opening(NamedTuple):
    """A linked project that the engine opens in the same transaction."""

    link: str
    definition: str
    stage: str | None
    carried: tuple[Carried, ...]
    project: str | None = None
    title: str = ""
    firm: str | None = None
    attributes: Mapping[str, Any] = {}
    tracks: Mapping[str, str] | None = None


class Redaction(NamedTuple):
    """Content that the store destroys."""

    seq: int
    fields: tuple[str, ...]

    def named(self) -> tuple[tuple[str, str], ...]:
        """How its entry names in clear what it destroys, among the facts of the entry."""
        return (f"entry:{self.seq}", str(self.seq)), *((f"field:{field}", "1") for field in self.fields)

    @classmethod
    def of(cls, entry: Entry) -> Redaction | None:
        """What an entry says that it destroyed; None for one that destroyed nothing."""
        if entry.kind != "redact" or entry.outcome != "recorded":
            return None
        seqs = [int(number) for name, number in entry.facts if name.startswith("entry:")]
        fields = tuple(name.removeprefix("field:") for name, _ in entry.facts if name.startswith("field:"))
        return cls(seqs[0], fields) if seqs else None


class Explainer(Protocol):
    """What can say how a guard came to its verdict."""

    def explain(self, guard: str) -> Verdict:
        """The verdict of each node, with what it read."""


class GuardVerdict:
    """One guard's verdict; the tree is worked out when somebody looks at it (guards are pure, so it is the same)."""

    __slots__ = ("_explainer", "guard", "value", "waived")

    def __init__(self, guard: str, value: str, explainer: Explainer, waived: bool = False) -> None:
        self.guard = guard
        self.value = value
        self.waived = waived
        self._explainer = explainer

    @property
    def tree(self) -> Verdict:
        """The verdict of each node, with what it read."""
        return self._explainer.explain(self.guard)

    def __repr__(self) -> str:
        return f"GuardVerdict({self.guard}: {self.value}{', waived' if self.waived else ''})"


class Refused(Exception):
    """Raised by `Decision.require()` when a command was refused."""

    def __init__(self, decision: Decision) -> None:
        super().__init__("; ".join(blocker.message() for blocker in decision.blockers))
        self.decision = decision


class Decision(NamedTuple):
    """What follows from a command: outcome, reasons, entries to store, the project after them."""

    outcome: Outcome
    project: Project | None
    """The project afterwards; None where none was opened."""
    blockers: tuple[Blocker, ...] = ()
    verdicts: tuple[GuardVerdict, ...] = ()
    entries: tuple[Entry, ...] = ()
    messages: tuple[Message, ...] = ()
    claims: tuple[tuple[Claim, str], ...] = ()
    """Claims to register, each with the evidence id that makes it."""
    released_claims: tuple[str, ...] = ()
    """Evidence ids whose claims end."""
    openings: tuple[Opening, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    """Organisation and case number to register."""
    seq: int = 0
    """The entry that tells the outcome of the command itself."""
    flags: tuple[str, ...] = ()
    counted: Entry | None = None
    """The refusal that was only counted, being one of too many equal ones, and so stands not among `entries`."""

    first: Outcome | None = None
    """Of a `duplicate`: the outcome that its key is bound to."""

    @property
    def allowed(self) -> bool:
        """True unless the command was refused, or repeats one that was."""
        return "refused" not in (self.outcome, self.first)

    def require(self) -> Decision:
        """This decision. Raises `Refused`, with every reason, where the command was refused or repeats one that was."""
        if not self.allowed:
            raise Refused(self)
        return self

    def reasons(self, language: Language = "en") -> list[str]:
        """Why it was refused, in words; empty where it was not."""
        return [blocker.message(language) for blocker in self.blockers]
