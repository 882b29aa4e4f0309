"""The case in hand: one command on one project, while it is being decided. Lives for one call of `decide`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from axflow.definition.definition import Definition
from axflow.kernel.actor import Actor
from axflow.kernel.blocker import Blocker
from axflow.kernel.decision import Decision, GuardVerdict, Message, Opening, Outcome, Redaction
from axflow.kernel.directory import Authority
from axflow.kernel.entry import Effect, Entry, instant
from axflow.kernel.environment import Environment
from axflow.kernel.evolve import fold
from axflow.kernel.facts import Claim, Facts
from axflow.kernel.moment import Moment, utc_parse, utc_text
from axflow.kernel.program import Program
from axflow.kernel.project import Project

MOST_MICROSTEPS = 100
"""Automatic moves after one command at most; a definition that needs more runs in a circle."""


class Unbounded(Exception):
    """Automatic moves do not come to rest."""


class Case:
    """What is known and what was found out while one command is decided."""

    __slots__ = (
        "_environment", "actor", "aliases", "at", "at_text", "authority", "bound", "claims", "definition", "enforce",
        "entries", "facts", "flags", "messages", "now", "now_text", "occurred", "openings", "program", "project",
        "redactions", "released_claims", "role", "verdicts",
    )  # fmt: skip

    def __init__(self, program: Program, project: Project, facts: Facts, now: datetime, now_text: str) -> None:
        self.program = program
        self.definition: Definition = program.definition
        self.project = project
        self.facts = facts
        self.bound = facts.calendar.digest
        """The calendar that the project was bound to when this was asked."""
        self.now = now
        self.now_text = now_text
        self.at = now
        self.at_text = now_text
        self.occurred: Mapping[str, Any] = instant(now_text)
        self.actor: Actor | None = None
        self.role: str | None = None
        self.authority: Authority | None = None
        self.enforce = True
        self.entries: list[Entry] = []
        self.messages: list[Message] = []
        self.claims: list[tuple[Claim, str]] = []
        self.released_claims: list[str] = []
        self.openings: list[Opening] = []
        self.redactions: list[Redaction] = []
        self.aliases: list[tuple[str, str]] = []
        self.flags: list[str] = []
        self.verdicts: list[GuardVerdict] = []
        self._environment: Environment | None = None

    @property
    def environment(self) -> Environment:
        """What guards read now."""
        if self._environment is None:
            self._environment = self.imagine(self.project)
        return self._environment

    def imagine(self, project: Project) -> Environment:
        """What guards would read if the project were `project`."""
        return Environment(self.program, project, self.facts, self.at, self.at_text, self.actor, self.role)

    def learn(
        self, values: Mapping[str, Mapping[str, Any]] | None = None, attributes: Mapping[str, Any] | None = None
    ) -> None:
        """Take what this command records into the facts: guards judged after it read it."""
        self.facts = self.facts._replace(
            values={**self.facts.values, **(values or {})},
            attributes={**self.facts.attributes, **(attributes or {})},
        )
        self._environment = None

    def forget(self) -> None:
        """Drop what was read: the project, the moment or the actor is another."""
        self._environment = None

    def at_time(self, at: datetime, at_text: str) -> None:
        """Judge at this instant."""
        self.at = at
        self.at_text = at_text
        self.occurred = instant(at_text)
        self._environment = None

    def at_moment(self, moment: Moment) -> None:
        """Judge at the end of what a source says about when; it is kept as precisely as it was said."""
        self.at = moment.end
        self.at_text = utc_text(moment.end)
        self.occurred = moment.to_json()
        self._environment = None

    def told(self, moment: Moment) -> None:
        """Keep when something is said to have happened, which is judged now: no later than now, however vague."""
        self.occurred = {**moment.to_json(), "end": min(utc_text(moment.end), self.now_text)}

    def since(self, moment: Moment) -> None:
        """Reckon from when something is said to have happened, no later than now."""
        self.told(moment)
        self.at_text = str(self.occurred["end"])
        self.at = utc_parse(self.at_text)
        self._environment = None

    def acting(self, actor: Actor | None, role: str | None = None, authority: Authority | None = None) -> None:
        """Who acts from here on; None: the workflow itself."""
        self.actor = actor
        self.role = role
        self.authority = authority
        self._environment = None

    def folded(self, effects: Iterable[Effect]) -> Project:
        """The project as it would be after `effects`, to look at before they are written."""
        return fold(self.project, effects, self.project.seq + 1, self.project.version + 1, self.now_text, None)

    @contextmanager
    def imagining(self, effects: Iterable[Effect]) -> Iterator[None]:
        """Work out further effects of the same entry as if `effects` had been written already."""
        before = self.project
        self.project = self.folded(effects)._replace(seq=before.seq, version=before.version)
        self._environment = None
        try:
            yield
        finally:
            self.project = before
            self._environment = None

    def write(
        self,
        kind: str,
        name: str,
        outcome: str,
        effects: Iterable[Effect] = (),
        *,
        cause: str | None = None,
        transition: str | None = None,
        code: str | None = None,
        facts: tuple[tuple[str, str], ...] = (),
        verdicts: tuple[tuple[str, str], ...] = (),
        waivers: tuple[str, ...] = (),
        blockers: tuple[Blocker, ...] = (),
        flags: tuple[str, ...] = (),
        public: Mapping[str, Any] | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Write one entry and let the project evolve by it."""
        before = self.project
        effects = tuple(effects)
        refused = outcome == "refused"
        version = before.version if refused else before.version + 1
        seq = before.seq + 1
        after = fold(before, effects, seq, version, self.now_text, self.occurred["end"] if outcome == "moved" else None)
        kept: Mapping[str, Any] = content or {}
        if blockers:
            kept = {**kept, **{f"blocker.{number}": blocker.kept() for number, blocker in enumerate(blockers)}}
        configuration = after.configuration
        entry = Entry(
            before.id, seq, kind, name, outcome, before.configuration, configuration, version,
            self.definition.rules_digest, self.now_text, self.occurred, self._who(), cause, transition, code, facts,
            verdicts, waivers, tuple([blocker.code for blocker in blockers]), (*flags, *self.flags), effects,
            public or {}, kept,
        )  # fmt: skip
        self.project = after
        self._environment = None
        self.entries.append(entry)
        if not refused:
            self.messages.append(Message(kind, seq, (), {"name": name, "outcome": outcome, **configuration}))
        return entry

    def tell(self, kind: str, to: Iterable[str], data: Mapping[str, Any]) -> None:
        """Let somebody know, with the entry that is written last."""
        self.messages.append(Message(kind, self.project.seq, tuple(to), data))

    def decision(self, outcome: Outcome, seq: int, blockers: tuple[Blocker, ...] = ()) -> Decision:
        """What was found out, as the decision."""
        return Decision(
            outcome, self.project if self.project.seq else None, blockers, tuple(self.verdicts), tuple(self.entries),
            tuple(self.messages), tuple(self.claims), tuple(self.released_claims), tuple(self.openings),
            tuple(self.redactions), tuple(self.aliases), seq, tuple(self.flags),
        )  # fmt: skip

    def _who(self) -> Mapping[str, Any] | None:
        actor = self.actor
        if actor is None:
            return None
        who: dict[str, Any] = {"id": actor.id, "kind": actor.kind, "organisation": actor.organisation}
        role = self.role or actor.role
        if role is not None:
            who["role"] = role
        authority = self.authority
        behalf = actor.on_behalf_of if authority is None else authority.on_behalf_of
        if behalf is not None:
            who["on_behalf_of"] = behalf
        if authority is not None:
            who["grant"] = authority.record
        if actor.authenticated is not None:
            who["authenticated"] = actor.authenticated
        return who
