"""A stage to play workflows on: an engine in memory, people from the shipped directory, a clock to set.

A refused command must change nothing but the journal; after each test the journal of every project is verified, and its
replayed entries must give the project.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from axflow import Actor
from axflow.definition.definition import Definition
from axflow.definition.loading import load
from axflow.engine import Engine
from axflow.kernel import command as commands
from axflow.kernel.command import Command, Document
from axflow.kernel.decision import Decision
from axflow.kernel.directory import Change, Directory, Grant
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import replay
from axflow.kernel.moment import Moment
from axflow.kernel.project import Project

WORKFLOWS = Path(__file__).parents[2] / "workflows"
SEOUL = ZoneInfo("Asia/Seoul")
SCHEDULER = Actor("scheduler", "host", kind="service")


@cache
def definition_of(workflow: str) -> Definition:
    """The shipped definition."""
    return load(WORKFLOWS / workflow / "definition.yaml")


@cache
def directory_of(workflow: str) -> Directory:
    """The shipped directory."""
    engine = Engine.memory()
    engine.directory.load(WORKFLOWS / workflow / "directory.yaml")
    return engine.directory.current


@cache
def published(workflow: str, at: datetime) -> Engine:
    """The shipped workflow, published at a time and signed, with its directory."""
    engine = Engine.memory(clock=lambda: at)
    engine.directory.load(directory_of(workflow).changes)
    publish(engine, definition_of(workflow))
    return engine


def publish(engine: Engine, definition: Definition) -> None:
    """Publish a version, signed by all who must."""
    engine.publish(definition)
    directory = engine.directory.current
    for body in definition.effective.signed_by if definition.effective else ():
        signer = next(
            change.record
            for change in directory.changes
            if isinstance(change.record, Grant)
            and change.record.organisation == body
            and directory.authority(change.record.actor, change.record.role, body, engine.clock()) is not None
        )
        engine.sign(definition.id, definition.version, body, actor=Actor(signer.actor, body))


def copy_documents(source: Engine, target: Engine) -> None:
    """Give an empty engine what another one has published, signed and appointed: linting once is enough."""
    with source.store.reading() as one, target.store.writing() as other:
        other.add_changes(one.changes())
        for row in one.definitions():
            other.add_calendar(row.calendar, one.calendar(row.calendar) or "")
            other.add_definition(row)
            for signature in one.signatures(row.id, row.version):
                other.sign(signature)


WORLDS: list[World] = []
"""What was played on since it was last looked at."""


class World:
    """All projects of one workflow on one engine, the directory and the clock."""

    def __init__(
        self, workflow: str, papers: Mapping[str, Mapping[str, Any]], version: str | None = None, use: str | None = None
    ) -> None:
        self.definition = definition_of(workflow)
        self.papers, self.version, self.use = papers, version, use
        self.now = datetime(2026, 3, 5, 9, tzinfo=SEOUL)
        self.engine = Engine.memory(clock=lambda: self.now)
        copy_documents(published(workflow, self.now), self.engine)
        self.count = 0
        WORLDS.append(self)

    def publish(self, definition: Definition) -> None:
        """Publish another version, signed by all who must."""
        publish(self.engine, definition)

    @property
    def directory(self) -> Directory:
        """Who exists and may do what, as recorded so far."""
        return self.engine.directory.current

    def learn(self, *changes: Change) -> None:
        """Append to the directory."""
        self.engine.directory.load(changes)

    def who(self, name: str, **more: Any) -> Actor:
        """`role`, `role@organisation` or `role:person`, as somebody whom the directory grants it now."""
        role, at, organisation = name.partition("@")
        role, colon, person = role.partition(":")
        for change in self.directory.changes:
            grant = change.record
            if (
                isinstance(grant, Grant)
                and grant.role == role
                and (not at or grant.organisation == organisation)
                and (not colon or grant.actor == person)
                and self.directory.authority(grant.actor, role, grant.organisation, self.now) is not None
            ):
                return Actor(grant.actor, grant.organisation, role, **more)
        raise LookupError(f"the directory grants {name!r} to nobody on {self.now:%Y-%m-%d}")

    def days(self, number: int) -> None:
        """Let days pass."""
        self.now += timedelta(days=number)

    def until(self, day: str) -> None:
        """Wait for a day; time never goes back."""
        self.now = max(self.now, datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SEOUL))

    def open(self, firm: str, attributes: Mapping[str, Any], by: str | None = None, **more: Any) -> Play:
        """A new project."""
        actor = self.who(by or f"applicant@{firm}")
        opened = self.engine.open(self.definition.id, firm=firm, attributes=attributes, actor=actor, **more)
        return Play(self, opened.id, firm)


class Play:
    """One project."""

    def __init__(self, world: World, project: str, firm: str) -> None:
        self.world, self.id, self.firm = world, project, firm

    # What it is

    @property
    def state(self) -> Project:
        """The project as the store keeps it."""
        with self.world.engine.store.reading() as unit:
            found = unit.project(self.id)
        assert found is not None
        return found.project

    @property
    def entries(self) -> list[Entry]:
        """The journal, with all content."""
        return [shown.entry for shown in self.world.engine.history(self.id)]

    @property
    def stage(self) -> str:
        return self.state.stage

    def track(self, name: str) -> str:
        return self.state.tracks[name]

    def current(self, evidence: str) -> list[str]:
        """Ids of the records of a type that stand."""
        return [r.id for r in self.state.evidence.values() if r.type == evidence and r.status == "current"]

    def values(self) -> dict[str, dict[str, Any]]:
        """Recorded values by record."""
        found: dict[str, dict[str, Any]] = {}
        for entry in self.entries:
            if entry.outcome == "refused":
                continue
            for key, value in {**entry.public, **entry.content}.items():
                kind, _, rest = key.partition(".")
                if kind == "values":
                    for effect in entry.effects:
                        if effect[0] == "evidence":
                            found.setdefault(effect[1], {})[rest] = value
                elif kind == "carried":
                    record, _, field = rest.rpartition(".")
                    found.setdefault(record, {})[field] = value
        return found

    # What people do

    def do(self, command: Command) -> Decision:
        """Put a command to the project, and check what is kept."""
        before = self.state
        decision = self.world.engine.execute(self.id, command)
        after = self.state
        if decision.outcome == "refused" and len(decision.entries) == 1:
            assert after._replace(seq=before.seq, recorded_at=before.recorded_at) == before
        return decision

    def linked(self, link: str) -> list[Play]:
        """The firm's projects that point to this one."""
        others = [Play(self.world, row.id, self.firm) for row in self.world.engine.firm(self.firm) if row.id != self.id]
        return [other for other in others if self.id in other.state.links.get(link, ())]

    def check(self) -> None:
        """That the journal is whole and gives the project."""
        assert replay(self.entries) == self.state

    def try_record(self, evidence: str, by: str | Actor | None = None, **values: Any) -> Decision:
        """Hand in a paper: its default values with those given; `_name` sets what comes beside the values."""
        world = self.world
        world.count += 1
        kind = world.definition.evidence[evidence]
        beside = {key[1:]: value for key, value in values.items() if key.startswith("_")}
        given = {**world.papers[evidence], **{k: v for k, v in values.items() if not k.startswith("_")}}
        digest = sha256(f"{world.count}".encode()).hexdigest()
        filled = json.loads(json.dumps(given).replace("{n}", str(world.count)).replace("{digest}", digest))
        filled = {key: value for key, value in filled.items() if value is not None}
        if kind.document == "required":
            beside.setdefault("document", Document(digest, 1_000, f"{evidence}.pdf"))
        if "product_version" in kind.matches:
            beside.setdefault("product_version", world.version)
        if "intended_use" in kind.matches:
            beside.setdefault("intended_use", world.use)
        if "refers_to" in beside:
            filled = {}
        return self.do(
            commands.Record(evidence=evidence, values=filled, actor=self._actor(by or kind.from_[0]), **beside)
        )

    def record(self, evidence: str, by: str | Actor | None = None, **values: Any) -> Decision:
        """Hand in a paper that must be taken."""
        return self.try_record(evidence, by, **values).require()

    def try_send(self, event: str, by: str | Actor, **more: Any) -> Decision:
        """Send an event."""
        return self.do(commands.Send(event=event, actor=self._actor(by), **more))

    def send(self, event: str, by: str | Actor, **more: Any) -> Decision:
        """Send an event that must move the project, or give a signature."""
        return self.try_send(event, by, **more).require()

    def withdraw(self, record: str, by: str, reason: str = "issued in error") -> Decision:
        return self.do(commands.Withdraw(record=record, actor=self._actor(by), reason=reason)).require()

    def hold(self, name: str, by: str, **more: Any) -> Decision:
        return self.do(commands.PlaceHold(hold=name, actor=self._actor(by), **more))

    def release(self, name: str, by: str, **more: Any) -> Decision:
        return self.do(commands.ReleaseHold(hold=name, actor=self._actor(by), **more))

    def discharge(self, name: str, by: str, reason: str = "shown") -> Decision:
        return self.do(commands.Discharge(obligation=name, actor=self._actor(by), reason=reason)).require()

    def tick(self) -> Decision:
        """Nothing but the timers that are due."""
        return self.do(commands.Tick(actor=SCHEDULER))

    def _actor(self, by: str | Actor) -> Actor:
        if isinstance(by, Actor):
            return by
        if by == "applicant" or by == "builder":
            return self.world.who(f"{by}@{self.firm}")
        return self.world.who(by)


def codes(decision: Decision) -> list[str]:
    """The codes of a refusal, each once."""
    return list(dict.fromkeys(blocker.code for blocker in decision.blockers))


def missing(decision: Decision) -> list[str]:
    """The guards that stood against it."""
    return [blocker.guard for blocker in decision.blockers if blocker.guard is not None]


def moment(text: str) -> Moment:
    """A day, month or instant in Seoul."""
    return Moment.parse(text, "Asia/Seoul")
