"""One project's history as checks look at it: its steps, what each move rested on, and the rules of the time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from axflow.audit.reading import Reading, Step
from axflow.definition.base import Text
from axflow.definition.definition import Definition
from axflow.engine.catalogue import Published
from axflow.kernel.content import values_prefix
from axflow.kernel.directory import Directory
from axflow.kernel.entry import Entry
from axflow.kernel.moment import Moment, utc_parse
from axflow.kernel.program import program_of
from axflow.kernel.project import EvidenceRecord, Project


class History:
    """A project's history, replayed.

    Parameters:
        reading: where it comes from.
        steps: all of them, in order; there is at least one.
    """

    def __init__(self, reading: Reading, steps: tuple[Step, ...]) -> None:
        self.reading = reading
        self.steps = steps
        self.id = steps[0].entry.project
        self.last: Project = steps[-1].after
        self.firm = self.last.firm

    @cached_property
    def definition(self) -> Definition:
        """The rules that the project is bound to in the end."""
        return self.reading.version_of(self.last).definition

    @cached_property
    def zone(self) -> ZoneInfo:
        """Where its days begin and end."""
        return ZoneInfo(self.definition.calendar.timezone)

    def rules(self, step: Step) -> Published:
        """The version in force for the project when a step was taken."""
        return self.reading.version(step.after.definition, step.entry.rules_digest)

    def directory(self, step: Step) -> Directory:
        """The directory as it was known when a step was recorded."""
        return self.reading.directory_at(step.entry.recorded_at)

    def moves(self) -> Iterator[Step]:
        """Steps that moved the project by a declared transition."""
        return (step for step in self.steps if step.entry.outcome == "moved" and step.entry.transition is not None)

    def taken(self, step: Step) -> Any:
        """The transition that a move took, as declared; None where the rules have none of that name any more."""
        known = program_of(self.rules(step).definition).by_id.get(step.entry.transition or "")
        return None if known is None else known.transition

    def rested(self, step: Step) -> tuple[EvidenceRecord, ...]:
        """The records that a move rested on: those that made its guards TRUE, else those that its guards read."""
        support = step.after.support.get(step.entry.transition or "")
        named = support.evidence if support is not None and support.seq == step.entry.seq else ()
        ids = dict.fromkeys((*named, *(name for name, _ in step.entry.facts)))
        return tuple(step.after.evidence[id] for id in ids if id in step.after.evidence)

    @cached_property
    def by_seq(self) -> dict[int, Step]:
        """Steps by the number of their entry."""
        return {step.entry.seq: step for step in self.steps}

    def values(self, record: EvidenceRecord) -> dict[str, Any]:
        """The values of a record, by field, without what was redacted."""
        prefix = values_prefix(record)
        fields = self.by_seq[record.seq].recorded.fields
        return {name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix)}

    def document(self, record: EvidenceRecord) -> str | None:
        """The SHA-256 of the file that came with a record; None where there is none or it was redacted."""
        found = self.by_seq[record.seq].entry.content.get("document.sha256")
        return None if found is None else str(found)

    def recorded(self) -> Iterator[tuple[Step, EvidenceRecord]]:
        """Each record with the step that made it, in order; what was carried here from another project included."""
        for step in self.steps:
            for effect in step.entry.effects:
                if effect[0] == "evidence" and effect[2] is not None:
                    yield step, step.after.evidence[str(effect[1])]

    def attributes(self, upto: Project | None = None) -> dict[str, Any]:
        """The project's attributes, as set by then."""
        found: dict[str, Any] = {}
        for name, seq in (upto or self.last).attributes.items():
            value = self.by_seq[seq].recorded.fields.get(f"attributes.{name}")
            if value is not None:
                found[name] = value
        return found

    def moment(self, day: str) -> Moment:
        """The interval that a date of a paper names."""
        return Moment.parse(day, self.zone)

    def title(self, name: str) -> Text:
        """What something is called."""
        return program_of(self.definition).title(name)

    def day(self, instant: str) -> str:
        """The local day of an instant."""
        return f"{utc_parse(instant).astimezone(self.zone):%Y-%m-%d}"


def happened(entry: Entry) -> str:
    """When an entry's act happened, UTC text: the end of what its source says."""
    return str(entry.occurred["end"])


def persons(entry: Entry) -> tuple[str, ...]:
    """Who acted, and for whom as a deputy."""
    if entry.actor is None:
        return ()
    return tuple(dict.fromkeys(str(entry.actor[key]) for key in ("id", "on_behalf_of") if entry.actor.get(key)))


def organisation(entry: Entry) -> tuple[str, ...]:
    """For which organisation somebody acted."""
    return () if entry.actor is None else (str(entry.actor["organisation"]),)
