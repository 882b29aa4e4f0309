"""A harness for the kernel's tests: a definition written in the test, a clock to set, facts complete from the entries.

Every decision is checked on the way: the entries, taken through their sealed form, replay to the project; the project
survives its own snapshot; a refused command changes nothing but the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from axflow.definition.calendar import Calendar
from axflow.definition.definition import Definition
from axflow.definition.loading import loads
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.command import Command
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision
from axflow.kernel.directory import Change, Directory, Grant, Organisation
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import replay
from axflow.kernel.facts import Claim, Facts, Prior, Snapshot
from axflow.kernel.moment import Moment
from axflow.kernel.needs import needs
from axflow.kernel.project import Project

SEOUL = ZoneInfo("Asia/Seoul")
START = datetime(2026, 3, 2, 10, tzinfo=SEOUL)
LONG_AGO = datetime(2020, 1, 1, tzinfo=SEOUL)

HEADER = """
axflow: 1
id: t
version: "1"
title: Test
calendar: {country: KR, timezone: Asia/Seoul}
organisations: {alpha: Alpha, beta: Beta}
roles:
  clerk: {of: alpha}
  judge: {of: beta}
  chief: {of: beta}
  filer: {of: any}
  owner: {of: firm}
"""
HOMES = {"clerk": "alpha", "judge": "beta", "chief": "beta", "filer": "body", "owner": "firm"}


@cache
def define(text: str) -> Definition:
    """The definition of `text` under the common header; its own keys replace the header's."""
    own = {line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()}
    kept, keep = [], True
    for line in HEADER.splitlines():
        if line[:1].isalpha():
            keep = line.partition(":")[0] not in own
        if keep:
            kept.append(line)
    return loads("\n".join((*kept, text)))


@cache
def calendar() -> Calendar:
    """Korean days from 2025 to 2035."""
    return Calendar.materialise("KR", "Asia/Seoul", range(2025, 2036))


def who(name: str, **more: Any) -> Actor:
    """`role`, `role:person` or `role:person@organisation`; the person is called like the role by default."""
    name, _, organisation = name.partition("@")
    role, _, person = name.partition(":")
    return Actor(person or role, organisation or HOMES[role], role, **more)


def people(*names: str, bodies: tuple[Organisation, ...] = (), more: tuple[Any, ...] = ()) -> Directory:
    """A directory that grants these names their roles, with `bodies` as organisations and further records."""
    actors = [who(name) for name in names]
    known = {body.id for body in bodies}
    plain = tuple(Organisation(o) for o in dict.fromkeys(a.organisation for a in actors) if o not in known)
    grants = tuple(Grant(a.id, str(a.role), a.organisation, LONG_AGO) for a in actors)
    return Directory(tuple(Change(LONG_AGO, record) for record in (*bodies, *plain, *grants, *more)))


def moment(text: str) -> Moment:
    """A day, month or instant in Seoul."""
    return Moment.parse(text, "Asia/Seoul")


class Play:
    """One project of one definition."""

    def __init__(
        self,
        definition: Definition | str,
        *,
        directory: Directory | None = None,
        now: datetime = START,
        project: str = "p1",
        claims: dict[Claim, str] | None = None,
    ) -> None:
        self.definition = define(definition) if isinstance(definition, str) else definition
        self.versions = {self.definition.rules_digest: self.definition}
        """Every version that the project was bound to."""
        self.directory = directory
        self.now = now
        self.id = project
        self.claims = {} if claims is None else claims
        self.linked: dict[str, tuple[Snapshot, ...]] = {}
        self.firm: tuple[Snapshot, ...] = ()
        self.signed: frozenset[str] | None = None
        self.keys: dict[str, tuple[Command, int, str]] = {}
        self.entries: list[Entry] = []
        self.reread: list[Entry] = []
        self.redacted: set[tuple[int, str]] = set()
        self.calendars = {calendar().digest: calendar()}
        self.following: Calendar | None = None
        self.project: Project | None = None

    @property
    def state(self) -> Project:
        assert self.project is not None
        return self.project

    # What happened

    def content(self) -> dict[tuple[int, str], Any]:
        """What every entry says beside its structure, redacted parts left out."""
        return {
            (entry.seq, path): value
            for entry in self.entries
            if entry.outcome != "refused"
            for path, value in {**entry.public, **entry.content}.items()
            if (entry.seq, path) not in self.redacted
        }

    def values(self) -> dict[str, dict[str, Any]]:
        """Recorded values by record."""
        made = {entry.seq: [e[1] for e in entry.effects if e[0] == "evidence"] for entry in self.entries}
        found: dict[str, dict[str, Any]] = {}
        for (seq, path), value in self.content().items():
            kind, _, rest = path.partition(".")
            if kind == "values":
                for record in made[seq]:
                    found.setdefault(record, {})[rest] = value
            elif kind == "carried":
                record, _, field = rest.rpartition(".")
                found.setdefault(record, {})[field] = value
        return found

    def attributes(self) -> dict[str, Any]:
        """The project's attributes."""
        return {path[11:]: v for (_, path), v in self.content().items() if path.startswith("attributes.")}

    def facts(self, command: Command) -> Facts:
        """Everything that the decision on `command` may rest on."""
        prior = None
        if command.key is not None and command.key in self.keys:
            known, seq, outcome = self.keys[command.key]
            prior = Prior(known == command, seq, outcome)
        asked = [claim for claim, _ in needs(self.definition, self.project, command).claims]
        return Facts(
            now=self.now,
            calendar=self.reckoned_by(command),
            directory=self.directory,
            values=self.values(),
            attributes=command.attributes if isinstance(command, commands.Open) else self.attributes(),
            claims={claim: self.claims[claim] for claim in asked if claim in self.claims},
            linked=self.linked,
            firm=self.firm,
            prior=prior,
            signed=self.signed,
            redactable=self.redactable(command.seq) if isinstance(command, commands.Redact) else None,
            document=self.document(command),
            following=self.following if isinstance(command, (commands.ChangeCalendar, commands.Migrate)) else None,
        )

    def document(self, command: Command) -> dict[str, Any]:
        """What is kept of the file of the record that a correction names."""
        item = self.state.evidence.get(command.record or "") if isinstance(command, commands.Correct) else None
        kept = self.content().items() if item is not None else ()
        return {path[9:]: v for (seq, path), v in kept if item and seq == item.seq and path.startswith("document.")}

    def reckoned_by(self, command: Command) -> Calendar:
        """The calendar that the journal names; for what opens, the one in force."""
        if isinstance(command, commands.Open) or self.project is None:
            return self.following or calendar()
        return calendar() if self.project.calendar is None else self.calendars[self.project.calendar]

    def in_force(self, changed: Calendar) -> Play:
        """Put another calendar in force: the project comes under it by an entry only."""
        self.calendars[changed.digest] = self.following = changed
        return self

    def redactable(self, seq: int) -> frozenset[str]:
        """The content fields of an entry that were not redacted."""
        kept = [path for entry in self.entries if entry.seq == seq for path in entry.content]
        return frozenset(path for path in kept if (seq, path) not in self.redacted)

    # What people do

    def ask(self, command: Command) -> Decision:
        """What would follow from `command`; nothing is kept."""
        return decide(self.definition, self.project, command, self.facts(command))

    def do(self, command: Command) -> Decision:
        """Decide, check and keep what follows."""
        before = self.project
        decision = self.ask(command)
        self.keep(decision, before)
        if command.key is not None and command.key not in self.keys:
            self.keys[command.key] = (command, decision.seq, decision.outcome)
        if isinstance(command, commands.Migrate) and decision.outcome == "moved":
            self.definition = command.target
            self.versions[command.target.rules_digest] = command.target
        return decision

    def keep(self, decision: Decision, before: Project | None) -> None:
        self.entries += decision.entries
        self.reread += sealed(decision.entries)
        if decision.outcome != "duplicate" and decision.project is not None:
            self.project = decision.project
        if self.project is not None:
            assert replay(self.entries) == self.project
            assert replay(self.reread) == self.project
            assert Project.from_json(self.project.to_json()) == self.project
        if decision.outcome == "refused" and before is not None:
            untouched = replay(self.entries[:-1])
            assert decision.project is not None and decision.entries[-1].effects == ()
            assert decision.project._replace(seq=untouched.seq, recorded_at=untouched.recorded_at) == untouched
        for record in decision.released_claims:
            for claim in [c for c, holder in self.claims.items() if holder == f"{self.id}/{record}"]:
                del self.claims[claim]
        for claim, record in decision.claims:
            self.claims[claim] = f"{self.id}/{record}"
        for redaction in decision.redactions:
            self.redacted |= {(redaction.seq, field) for field in redaction.fields}

    def open(self, by: str = "owner", **more: Any) -> Play:
        """Open the project; it must succeed."""
        self.do(commands.Open(project=self.id, firm="firm", actor=who(by), **more)).require()
        return self

    def send(self, event: str, by: str | Actor = "clerk", **more: Any) -> Decision:
        return self.do(commands.Send(event=event, actor=_actor(by), **more))

    def record(self, evidence: str, by: str | Actor = "clerk", values: Mapping[str, Any] = {}, **more: Any) -> Decision:
        return self.do(commands.Record(evidence=evidence, values=values, actor=_actor(by), **more))

    def withdraw(self, record: str, by: str | Actor = "clerk", reason: str | None = "wrong") -> Decision:
        return self.do(commands.Withdraw(record=record, actor=_actor(by), reason=reason))

    def hold(self, name: str, by: str | Actor = "clerk", reason: str | None = "why", **more: Any) -> Decision:
        return self.do(commands.PlaceHold(hold=name, actor=_actor(by), reason=reason, **more))

    def release(self, name: str, by: str | Actor = "clerk", **more: Any) -> Decision:
        return self.do(commands.ReleaseHold(hold=name, actor=_actor(by), **more))

    def waive(self, guard: str, by: str | Actor, reason: str | None = "why") -> Decision:
        return self.do(commands.Waive(guard=guard, actor=_actor(by), reason=reason))

    def recalendar(self, changed: Calendar, by: str | Actor = "clerk", **more: Any) -> Decision:
        """Put a calendar in force and come under it."""
        self.in_force(changed)
        return self.do(commands.ChangeCalendar(calendar=changed.digest, actor=_actor(by), **more))

    def tick(self) -> Decision:
        return self.do(commands.Tick(actor=Actor("scheduler", "host", kind="service")))

    def wait(self, days: float) -> Play:
        """Let days pass, without anybody looking."""
        self.now += timedelta(days=days)
        return self

    def last(self, kind: str | None = None) -> Entry:
        """The latest entry, of `kind` if given."""
        found: Entry = next(e for e in reversed(self.entries) if kind is None or e.kind == kind)
        return found


def sealed(entries: Iterable[Entry]) -> list[Entry]:
    """The entries as they come back from their sealed bytes: JSON of what stands in clear."""
    return [Entry.from_structure(json.loads(json.dumps(entry.structure())), entry.content) for entry in entries]


def codes(decision: Decision) -> list[str]:
    """The codes of a refusal, in order, each once."""
    return list(dict.fromkeys(blocker.code for blocker in decision.blockers))


def due(play: Play, timer: str) -> str | None:
    """When a timer is due, local day."""
    text = play.state.timers[timer].due
    return None if text is None else datetime.fromisoformat(text).astimezone(SEOUL).isoformat(timespec="minutes")[:16]


def _actor(by: str | Actor) -> Actor:
    return who(by) if isinstance(by, str) else by
