"""Readings: the evidence of one project as guards read it, kept while nothing changes that they rest on.

Guards are asked far more often than evidence changes: in `why`, at a refusal and again at the act, at each automatic
step, at an offer and at its acceptance. What they read of the records is therefore worked out once for the stretch of
time in which the same records stand, with the same values, under the same directory and calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from axflow.guards.encoding import encode
from axflow.guards.types import Type
from axflow.guards.types import date as date_type
from axflow.guards.values import Collection, Inner, Unknown
from axflow.kernel.facts import Facts
from axflow.kernel.project import EvidenceRecord

if TYPE_CHECKING:
    from axflow.kernel.program import Program

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DATE: Final = date_type()
_NO_VALUES: Final[Mapping[str, Any]] = {}
_NO_END: Final = "~"
"""Later than every time, as text."""


class Readings:
    """What guards read of a project's records at one moment, good until something that it rests on changes."""

    __slots__ = (
        "_counting", "_inner", "at", "at_text", "attributes", "by_type", "calendar", "directory",
        "evidence", "program", "roots", "until", "values", "verdicts",
    )  # fmt: skip

    def __init__(
        self, program: Program, evidence: Mapping[str, EvidenceRecord], facts: Facts, at: datetime, at_text: str
    ) -> None:
        self.program = program
        self.evidence = evidence
        self.values = facts.values
        self.attributes = facts.attributes
        self.directory = facts.directory
        self.calendar = facts.calendar
        self.at = at
        self.at_text = at_text
        self.roots: dict[str, Inner] = {}
        """Inner values by evidence type, as far as a guard asked for them."""
        self.verdicts: dict[str, bool | Unknown] = {}
        """Verdicts of guards that read nothing but evidence and parameters."""
        self.by_type: dict[str, list[EvidenceRecord]] = {}
        """Records that were neither superseded nor withdrawn, oldest first."""
        self.until = _NO_END
        self._counting: dict[str, tuple[EvidenceRecord, ...]] = {}
        self._inner: dict[str, tuple[EvidenceRecord, Mapping[str, Any], str, dict[str, Inner]]] = {}
        for item in evidence.values():
            if item.status != "current":
                continue
            if item.type in self.by_type:
                self.by_type[item.type].append(item)
            else:
                self.by_type[item.type] = [item]
            if item.valid_until is not None and at_text < item.valid_until < self.until:
                self.until = item.valid_until

    def serve(self, evidence: Mapping[str, EvidenceRecord], facts: Facts, at: datetime, at_text: str) -> bool:
        """Whether they are good for this evidence under these facts at this moment."""
        return (
            self.evidence is evidence
            and self.values is facts.values
            and self.attributes is facts.attributes
            and self.directory is facts.directory
            and self.calendar is facts.calendar
            and self.at_text <= at_text < self.until
            and (facts.directory is None or self.at >= facts.directory.settled_since)
        )

    def carry_over(self, before: Readings) -> None:
        """Take over what `before` made of records: each is read once for the values that it has."""
        if before.program is self.program:
            self._inner = before._inner

    def counting(self, evidence: str) -> tuple[EvidenceRecord, ...]:
        """Of the current records of a type, those that count at this moment."""
        found = self._counting.get(evidence)
        if found is None:
            current = self.by_type.get(evidence, ())
            found = self._counting[evidence] = tuple([item for item in current if self.standing(item) is None])
        return found

    def standing(self, item: EvidenceRecord) -> Unknown | None:
        """Why a current record does not count at this moment; None where it does."""
        if item.valid_until is not None and item.valid_until <= self.at_text:
            return Unknown("expired", item.type, {"record": item.id, "since": item.valid_until})
        if item.type in self.program.unconditional:
            return None
        kind = self.program.definition.evidence[item.type]
        if kind.confirmed_by and not item.confirmed:
            return Unknown("unconfirmed", item.type, {"record": item.id})
        for other in kind.depends_on:
            newer = self.by_type.get(other)
            if newer and newer[-1].seq > item.seq:
                return Unknown("outdated", item.type, {"record": item.id, "since": newer[-1].received_on, "by": other})
        for trait in kind.matches:
            if getattr(item, trait) != self.attributes.get(trait):
                return Unknown("outdated", item.type, {"record": item.id, "by": trait})
        return None

    def root(self, name: str) -> Inner:
        """What guards read under the name of an evidence type."""
        kind = self.program.definition.evidence[name]
        current = self.by_type.get(name)
        if kind.collect is not None:
            counting: Iterable[EvidenceRecord] = self.counting(name)
            if kind.collect.distinct is not None:
                distinct = kind.collect.distinct
                counting = {self.distinct_key(item.issuer, distinct): item for item in counting}.values()
            filed = current is not None or any(item.type == name for item in self.evidence.values())
            return Collection(tuple([self.inner(item) for item in counting]), filed)
        if current is None:
            ever = [item.status for item in self.evidence.values() if item.type == name]
            return Unknown("withdrawn" if "withdrawn" in ever else "missing", name)
        doubt = self.standing(current[-1])
        return self.inner(current[-1]) if doubt is None else doubt

    def distinct_key(self, organisation: str, distinct: str) -> str:
        """What makes bodies of a quorum distinct at this moment."""
        directory = self.directory
        if directory is None:
            return organisation
        if distinct == "parent":
            return directory.distinct_key(organisation, self.at)
        return directory.ultimate_successor(organisation, self.at)

    def inner(self, item: EvidenceRecord) -> dict[str, Inner]:
        """A record as guards see it."""
        values = self.values.get(item.id, _NO_VALUES)
        parent = self.distinct_key(item.issuer, "parent")
        known = self._inner.get(item.id)
        if known is not None and known[:3] == (item, values, parent):
            return known[3]
        inner = self._read(item, values, parent)
        self._inner[item.id] = (item, values, parent, inner)
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
            day = self.calendar.day_of(datetime.fromisoformat(item.valid_until))
            inner["valid_until"] = day.toordinal() - EPOCH.toordinal()
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
