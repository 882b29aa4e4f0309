"""What guards read at one moment of one project: inner values by root name, worked out when a guard asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from axflow.definition.paths import stage_ids
from axflow.guards.encoding import encode
from axflow.guards.shortfall import Shortfall
from axflow.guards.types import timestamp
from axflow.guards.values import Collection, Inner, Unknown
from axflow.guards.verdict import Verdict
from axflow.kernel.actor import Actor
from axflow.kernel.facts import Facts, Snapshot
from axflow.kernel.program import Program
from axflow.kernel.project import EvidenceRecord, Project
from axflow.kernel.readings import EPOCH, Readings

_MICROSECOND = timedelta(microseconds=1)
_TIMESTAMP = timestamp()


class Environment:
    """The values that guards read. It never changes: another moment or state of the project is another environment."""

    __slots__ = ("_readings", "actor", "at", "at_text", "facts", "program", "project", "role", "values")

    def __init__(
        self,
        program: Program,
        project: Project,
        facts: Facts,
        at: datetime,
        at_text: str,
        actor: Actor | None = None,
        role: str | None = None,
    ) -> None:
        self.program = program
        self.project = project
        self.facts = facts
        self.at = at
        self.at_text = at_text
        self.actor = actor
        self.role = role
        self.values: dict[str, Inner] = {}
        self._readings: Readings | None = None

    @property
    def readings(self) -> Readings:
        """The project's evidence at this moment."""
        found = self._readings
        if found is None:
            found = self._readings = self.program.readings_of(self.project, self.facts, self.at, self.at_text)
        return found

    def verdict(self, guard: str) -> bool | Unknown:
        """TRUE, FALSE or why it is unknown."""
        readings = self._readings or self.readings
        known = readings.verdicts.get(guard)
        if known is not None:
            return known
        compiled = self.program.guards[guard].guard
        self.prepare(compiled.roots)
        verdict: bool | Unknown = compiled.evaluate(self.values)
        if guard in self.program.paper_guards:
            readings.verdicts[guard] = verdict
        return verdict

    def explain(self, guard: str) -> Verdict:
        """The verdict of each node of a guard, with what it read."""
        compiled = self.program.guards[guard].guard
        return compiled.explain(self.prepare(compiled.roots))

    def why(self, guard: str) -> tuple[Shortfall, ...]:
        """What keeps a guard from TRUE."""
        compiled = self.program.guards[guard].guard
        return compiled.why(self.prepare(compiled.roots))

    def prepare(self, roots: Iterable[str]) -> Mapping[str, Inner]:
        """The values with every one of `roots` in them."""
        values = self.values
        known = self.readings.roots
        for root in roots:
            if root in values:
                continue
            if root in known:
                values[root] = known[root]
            elif root in _BUILD:
                values[root] = _BUILD[root](self)
            else:
                values[root] = known[root] = self.readings.root(root)
        return values

    def current(self, evidence: str) -> list[EvidenceRecord]:
        """The records of a type that were neither superseded nor withdrawn, oldest first."""
        return self.readings.by_type.get(evidence, [])

    def standing(self, item: EvidenceRecord) -> Unknown | None:
        """Why a current record does not count at this moment; None where it does."""
        return self.readings.standing(item)

    def read_by(self, guards: tuple[str, ...]) -> list[EvidenceRecord]:
        """The current records of the evidence that guards read, each once."""
        by_type = self.readings.by_type
        return [item for evidence in self.program.evidence_of(guards) for item in by_type.get(evidence, ())]

    def rest_of(self, guards: tuple[str, ...]) -> tuple[str, ...]:
        """The ids of the records that guards rest on: those that they read and that count."""
        counting = self.readings.counting
        return tuple([item.id for evidence in self.program.evidence_of(guards) for item in counting(evidence)])

    def others_read_by(self, guard: str) -> list[Snapshot]:
        """The other projects that a guard reads."""
        names = self.program.others_read[guard]
        return [
            item for name in names for item in (self.facts.firm if name == "firm" else self.facts.linked.get(name, ()))
        ]

    def distinct_key(self, organisation: str, distinct: str) -> str:
        """What makes bodies of a quorum distinct at this moment."""
        return self.readings.distinct_key(organisation, distinct)

    def _params(self) -> Inner:
        return self.program.parameters

    def _project(self) -> Inner:
        found: dict[str, Inner] = {"id": self.project.id, "firm": self.project.firm}
        return found | self._attributes(self.facts.attributes)

    def _attributes(self, attributes: Mapping[str, Any]) -> dict[str, Inner]:
        types = self.program.attribute_types
        return {name: encode(types[name], value) for name, value in attributes.items() if name in types}

    def _firm(self) -> Inner:
        return {"projects": self._snapshots(self.facts.firm)}

    def _links(self) -> Inner:
        return {name: self._snapshots(self.facts.linked.get(name, ())) for name in self.program.definition.links}

    def _snapshots(self, snapshots: Iterable[Snapshot]) -> Collection:
        return Collection(tuple(self._snapshot(item) for item in snapshots), True)

    def _snapshot(self, item: Snapshot) -> dict[str, Inner]:
        inner: dict[str, Inner] = {
            "id": item.id,
            "definition": item.definition,
            "stage": item.stage,
            "end": item.end or "",
            "firm": item.firm,
            "opened_at": encode(_TIMESTAMP, item.opened_at),
        }
        if item.status is not None:
            inner["status"] = item.status
        if item.ended_at is not None:
            inner["ended_at"] = encode(_TIMESTAMP, item.ended_at)
        if item.definition == self.program.definition.id:
            inner |= self._attributes(item.attributes)
        return inner

    def _visits(self) -> Inner:
        return _nested((name, self.project.visits.get(name, 0)) for name in stage_ids(self.program.definition))

    def _times(self) -> Inner:
        return _nested((step.id, self._count(step.id)) for step in self.program.steps)

    def _passed(self) -> Inner:
        return _nested((step.id, self._count(step.id) > 0) for step in self.program.steps)

    def _count(self, step: str) -> int:
        fired = self.project.fired.get(step)
        return 0 if fired is None else fired.times

    def _holds(self) -> Inner:
        return {name: name in self.project.holds for name in self.program.definition.holds}

    def _obligations(self) -> Inner:
        return {name: name in self.project.obligations for name in self.program.definition.obligations}

    def _tracks(self) -> Inner:
        return {name: self.project.tracks.get(name, "") for name in self.program.definition.tracks}

    def _at(self) -> Inner:
        return (self.at - EPOCH) // _MICROSECOND

    def _today(self) -> Inner:
        return self.facts.calendar.day_of(self.at).toordinal() - EPOCH.toordinal()

    def _actor(self) -> Inner:
        actor = self.actor
        if actor is None:
            return Unknown("missing", "actor")
        found: dict[str, Inner] = {"id": actor.id, "organisation": actor.organisation, "kind": actor.kind}
        role = self.role or actor.role
        return found if role is None else found | {"role": role}

    def _guards(self) -> Inner:
        # Filled in the order of evaluation, so that a guard finds those that it names.
        found: dict[str, Inner] = {}
        self.values["guards"] = found
        for name in self.program.guards.order:
            if name in self.program.named_guards:
                found[name] = self.verdict(name)
        return found


def _nested(items: Iterable[tuple[str, Inner]]) -> dict[str, Inner]:
    """Values by id; an id with a dot becomes a record inside a record."""
    found: dict[str, Inner] = {}
    for name, value in items:
        first, dot, second = name.partition(".")
        if dot:
            found.setdefault(first, {})[second] = value
        else:
            found[first] = value
    return found


_BUILD: dict[str, Callable[[Environment], Inner]] = {
    "params": Environment._params,
    "project": Environment._project,
    "firm": Environment._firm,
    "links": Environment._links,
    "visits": Environment._visits,
    "times": Environment._times,
    "passed": Environment._passed,
    "holds": Environment._holds,
    "obligations": Environment._obligations,
    "tracks": Environment._tracks,
    "at": Environment._at,
    "today": Environment._today,
    "actor": Environment._actor,
    "guards": Environment._guards,
}
