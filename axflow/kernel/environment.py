"""What guards read at one moment of one project: inner values by root name, worked out when a guard asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from axflow.definition.paths import stage_ids
from axflow.guards.encoding import encode
from axflow.guards.types import Type, timestamp
from axflow.guards.types import date as date_type
from axflow.guards.values import Collection, Inner, Unknown
from axflow.kernel.actor import Actor
from axflow.kernel.facts import Facts, Snapshot
from axflow.kernel.program import Program
from axflow.kernel.project import EvidenceRecord, Project

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_REMEMBERED = 2048
"""Records kept in read form, over all projects of a definition."""
_MICROSECOND = timedelta(microseconds=1)
_DATE = date_type()
_TIMESTAMP = timestamp()


class Environment:
    """The values that guards read. It never changes: another moment or state of the project is another environment."""

    __slots__ = ("_current", "actor", "at", "at_text", "facts", "program", "project", "role", "values")

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
        self._current: dict[str, list[EvidenceRecord]] | None = None

    def verdict(self, guard: str) -> bool | Unknown:
        """TRUE, FALSE or why it is unknown."""
        compiled = self.program.guards[guard].guard
        self.prepare(compiled.roots)
        verdict: bool | Unknown = compiled.evaluate(self.values)
        return verdict

    def prepare(self, roots: Iterable[str]) -> Mapping[str, Inner]:
        """The values with every one of `roots` in them."""
        values = self.values
        for root in roots:
            if root not in values:
                values[root] = _BUILD[root](self) if root in _BUILD else self._evidence(root)
        return values

    def current(self, evidence: str) -> list[EvidenceRecord]:
        """The records of a type that were neither superseded nor withdrawn, oldest first."""
        if self._current is None:
            self._current = {}
            for item in self.project.evidence.values():
                if item.status == "current":
                    self._current.setdefault(item.type, []).append(item)
        return self._current.get(evidence, [])

    def standing(self, item: EvidenceRecord) -> Unknown | None:
        """Why a current record does not count at this moment; None where it does."""
        kind = self.program.definition.evidence[item.type]
        if item.valid_until is not None and item.valid_until <= self.at_text:
            return Unknown("expired", item.type, {"record": item.id, "since": item.valid_until})
        if kind.confirmed_by and not item.confirmed:
            return Unknown("unconfirmed", item.type, {"record": item.id})
        for other in kind.depends_on:
            newer = self.current(other)
            if newer and newer[-1].seq > item.seq:
                return Unknown("outdated", item.type, {"record": item.id, "since": newer[-1].received_on, "by": other})
        for trait in kind.matches:
            if getattr(item, trait) != self.facts.attributes.get(trait):
                return Unknown("outdated", item.type, {"record": item.id, "by": trait})
        return None

    def read_by(self, guard: str) -> list[EvidenceRecord]:
        """The current records of the evidence that a guard reads."""
        return [item for evidence in self.program.evidence_read[guard] for item in self.current(evidence)]

    def others_read_by(self, guard: str) -> list[Snapshot]:
        """The other projects that a guard reads."""
        names = self.program.others_read[guard]
        return [
            item for name in names for item in (self.facts.firm if name == "firm" else self.facts.linked.get(name, ()))
        ]

    def _evidence(self, name: str) -> Inner:
        kind = self.program.definition.evidence[name]
        records = self.current(name)
        if kind.collect is not None:
            return self._collection(name, records, distinct=kind.collect.distinct)
        if not records:
            ever = any(item.type == name for item in self.project.evidence.values())
            withdrawn = ever and any(
                item.type == name and item.status == "withdrawn" for item in self.project.evidence.values()
            )
            return Unknown("withdrawn" if withdrawn else "missing", name)
        item = records[-1]
        doubt = self.standing(item)
        return self.inner(item) if doubt is None else doubt

    def _collection(self, name: str, records: list[EvidenceRecord], distinct: str | None) -> Collection:
        counted: dict[str, EvidenceRecord] = {}
        for item in records:
            if self.standing(item) is not None:
                continue
            key = item.id if distinct is None else self.distinct_key(item.issuer, distinct)
            counted[key] = item
        filed = bool(records) or any(item.type == name for item in self.project.evidence.values())
        return Collection(tuple(self.inner(item) for item in counted.values()), filed)

    def distinct_key(self, organisation: str, distinct: str) -> str:
        """What makes bodies of a quorum distinct at this moment."""
        directory = self.facts.directory
        if directory is None:
            return organisation
        if distinct == "parent":
            return directory.distinct_key(organisation, self.at)
        return directory.ultimate_successor(organisation, self.at)

    def inner(self, item: EvidenceRecord) -> dict[str, Inner]:
        """A record as guards see it. Records never change, so each is read once for the values that it has."""
        values = self.facts.values.get(item.id, {})
        parent = self.distinct_key(item.issuer, "parent")
        known = self.program.read_before.get(item)
        if known is not None and known[0] == values and known[1] == parent:
            return known[2]
        inner = self._read(item, values, parent)
        if len(self.program.read_before) >= MOST_REMEMBERED:
            self.program.read_before.clear()
        self.program.read_before[item] = (values, parent, inner)
        return inner

    def _read(self, item: EvidenceRecord, values: Mapping[str, Any], parent: str) -> dict[str, Inner]:
        types: Mapping[str, Type] = self.program.evidence_types[item.type].fields or {}
        inner: dict[str, Inner] = {
            "id": item.id,
            "issuer": item.issuer,
            "parent": parent,
            "actor": item.actor,
            "channel": item.channel,
            "issued_on": encode(_DATE, item.issued_on),
            "received_on": encode(_DATE, item.received_on),
        }
        if item.valid_until is not None:
            inner["valid_until"] = self._day(item.valid_until)
        if item.product_version is not None:
            inner["product_version"] = item.product_version
        if item.intended_use is not None:
            inner["intended_use"] = item.intended_use
        for field in self.program.definition.evidence[item.type].fields:
            if field in item.redacted:
                inner[field] = Unknown("redacted", f"{item.type}.{field}", {"record": item.id})
            elif field in values:
                inner[field] = encode(types[field], values[field])
        return inner

    def _day(self, text: str) -> int:
        day = self.facts.calendar.day_of(datetime.fromisoformat(text))
        return day.toordinal() - EPOCH.toordinal()

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
