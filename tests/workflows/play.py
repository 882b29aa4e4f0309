"""A stage to play workflows on: projects in memory, people from the shipped directory, a clock to set.

Every command goes through `decide` with complete facts, and every decision is checked on the way: its entries replayed
give its project, and a refusal changes nothing but the journal.
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

from ruamel.yaml import YAML

from axflow.definition.calendar import Calendar
from axflow.definition.definition import Definition
from axflow.definition.loading import load
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.command import Command, Document
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision
from axflow.kernel.directory import Directory, Grant
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import replay
from axflow.kernel.facts import Claim, Facts, Prior, Snapshot
from axflow.kernel.moment import Moment
from axflow.kernel.project import Project

WORKFLOWS = Path(__file__).parents[2] / "workflows"
SEOUL = ZoneInfo("Asia/Seoul")


@cache
def definition_of(workflow: str) -> Definition:
    """The shipped definition."""
    return load(WORKFLOWS / workflow / "definition.yaml")


@cache
def directory_of(workflow: str) -> Directory:
    """The shipped directory."""
    text = (WORKFLOWS / workflow / "directory.yaml").read_text("utf-8")
    return Directory.from_json(YAML(typ="safe", pure=True).load(text))


@cache
def calendar_of() -> Calendar:
    """Korean days from 2020 to 2036."""
    return Calendar.materialise("KR", "Asia/Seoul", range(2020, 2037))


class World:
    """All projects of one workflow, and what they must share: claims, keys, the directory and the clock."""

    def __init__(
        self, workflow: str, papers: Mapping[str, Mapping[str, Any]], version: str | None = None, use: str | None = None
    ):
        self.definition = definition_of(workflow)
        self.directory = directory_of(workflow)
        self.papers, self.version, self.use = papers, version, use
        self.now = datetime(2026, 3, 5, 9, tzinfo=SEOUL)
        self.projects: dict[str, Play] = {}
        self.claims: dict[Claim, str] = {}
        self.keys: dict[str, tuple[str, int, str]] = {}
        self.count = 0

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
        play = Play(self, f"p{len(self.projects) + 1}", firm)
        actor = self.who(by or f"applicant@{firm}")
        play.do(commands.Open(project=play.id, firm=firm, attributes=attributes, actor=actor, **more)).require()
        return play


class Play:
    """One project."""

    def __init__(self, world: World, project: str, firm: str) -> None:
        self.world, self.id, self.firm = world, project, firm
        self.project: Project | None = None
        self.entries: list[Entry] = []

    # What it is

    @property
    def state(self) -> Project:
        assert self.project is not None
        return self.project

    @property
    def stage(self) -> str:
        return self.state.stage

    def track(self, name: str) -> str:
        return self.state.tracks[name]

    def current(self, evidence: str) -> list[str]:
        """Ids of the records of a type that stand."""
        return [r.id for r in self.state.evidence.values() if r.type == evidence and r.status == "current"]

    @property
    def attributes(self) -> dict[str, Any]:
        return {
            key[11:]: value
            for entry in self.entries
            if entry.outcome != "refused"
            for key, value in {**entry.public, **entry.content}.items()
            if key.startswith("attributes.")
        }

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

    def snapshot(self) -> Snapshot:
        ended = next((e.recorded_at for e in self.entries if e.after.get("stage") == self.state.end), None)
        state = self.state
        return Snapshot(
            self.id,
            state.definition,
            state.stage,
            state.end,
            state.opened_at,
            ended,
            attributes=self.attributes,
            version=state.version,
        )

    # What people do

    def do(self, command: Command) -> Decision:
        """Decide a command with everything that there is to know, and keep what follows."""
        world, before = self.world, self.project
        prior = None
        content = repr(command)
        if command.key is not None and command.key in world.keys:
            known, seq, outcome = world.keys[command.key]
            prior = Prior(known == content, seq, outcome)
        others = [play for play in world.projects.values() if play is not self]
        links = {} if before is None else before.links
        facts = Facts(
            now=world.now,
            calendar=calendar_of(),
            directory=world.directory,
            values=self.values(),
            attributes=command.attributes if isinstance(command, commands.Open) else self.attributes,
            claims=dict(world.claims),
            linked={
                name: tuple(world.projects[i].snapshot() for i in ids if i in world.projects)
                for name, ids in links.items()
            },
            firm=tuple(play.snapshot() for play in others if play.firm == self.firm),
            prior=prior,
        )
        decision = decide(world.definition, before, command, facts)
        self._keep(decision, before)
        if command.key is not None and prior is None:
            world.keys[command.key] = (content, decision.seq, decision.outcome)
        for opening in decision.openings:
            child = Play(world, f"p{len(world.projects) + 1}", opening.firm or self.firm)
            child.do(
                commands.Open(
                    project=child.id,
                    firm=child.firm,
                    attributes=opening.attributes or self.attributes,
                    stage=opening.stage,
                    link=(opening.link, self.id),
                    carried=opening.carried,
                    actor=command.actor,
                    cause=f"project:{self.id}",
                )
            ).require()
        return decision

    def _keep(self, decision: Decision, before: Project | None) -> None:
        self.entries += decision.entries
        if decision.project is not None:
            assert replay(self.entries) == decision.project
            self.project = decision.project
            self.world.projects[self.id] = self
        if decision.outcome == "refused" and before is not None and len(decision.entries) == 1:
            assert decision.project is not None
            same = decision.project._replace(seq=before.seq, recorded_at=before.recorded_at)
            assert same == before, "a refused command changed the project"
        for record in decision.released_claims:
            for claim in [c for c, holder in self.world.claims.items() if holder == f"{self.id}/{record}"]:
                del self.world.claims[claim]
        for claim, record in decision.claims:
            self.world.claims[claim] = f"{self.id}/{record}"

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
        return self.do(commands.Tick(actor=Actor("scheduler", "host", kind="service")))

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
