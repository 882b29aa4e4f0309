"""Retention: content of ended projects is destroyed by a schedule, as journaled acts, once it may be kept no longer.

A schedule is a file of an organisation's records office, not part of a definition: laws and their periods change
without the rules of a workflow changing, and one schedule covers all its versions. Each redaction names it by digest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from axflow.definition.base import Id, Part
from axflow.definition.canonical import digest_of
from axflow.definition.definition import Definition
from axflow.definition.duration import Duration
from axflow.definition.source import decode, read
from axflow.engine.catalogue import Published
from axflow.engine.core import Core
from axflow.engine.errors import EngineError
from axflow.engine.gathering import Held
from axflow.engine.options import HostT
from axflow.engine.views import evidence_of, path_of
from axflow.engine.work import Work
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.clocks import add_months
from axflow.kernel.decision import Decision
from axflow.kernel.entry import Entry
from axflow.kernel.prospects import label_of
from axflow.store.protocol import Unit

PAGE: Final = 200
CODE: Final = "retention"
"""The reason code of every redaction by schedule."""
KEPT: Final = frozenset({"redact", "legal_hold", "lift_legal_hold"})
"""Kinds of entries whose content stays: it says why other content is gone, or was kept."""


class ScheduleError(EngineError):
    """A retention schedule cannot be read; the message names the place and what would be right."""


class Rule(Part):
    """How long some content is kept after the end of its project."""

    evidence: Id | None = None
    """Only content of this type of evidence."""
    classification: Id | None = None
    """Only content with this label."""
    for_: Duration = Field(alias="for")


class Schedule(Part):
    """How long content is kept: the first rule that fits a field decides; what no rule fits is kept."""

    axflow_retention: Literal["1"] = "1"
    reason: str = Field(min_length=1, max_length=500)
    """By what law or decision; it stands with every redaction."""
    workflow: Id | None = None
    """Only projects of this workflow."""
    rules: tuple[Rule, ...] = Field(min_length=1)

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, in hexadecimal."""
        return digest_of(json.loads(self.model_dump_json(by_alias=True)))

    def period(self, definition: Definition, path: str | None) -> Duration | None:
        """How long content under `path` (`letter.quantity`, None for what is no value) is kept; None: for ever."""
        evidence = None if path is None else path.partition(".")[0]
        label = None if path is None else label_of(definition, path)
        for rule in self.rules:
            if rule.evidence in (None, evidence) and rule.classification in (None, label):
                return rule.for_
        return None


def read_schedule(source: str | Path | Mapping[str, Any]) -> Schedule:
    """Read a schedule from a YAML or JSON file, or take it as data. Raises `ScheduleError`."""
    data: Any = source
    if not isinstance(source, Mapping):
        path = Path(source)
        data = read(decode(path.read_bytes(), str(source)), str(source), _format(path)).data
    try:
        schedule = Schedule.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ScheduleError(f"{place}: {first['msg']}; a schedule has axflow_retention: 1, reason and rules") from None
    for number, rule in enumerate(schedule.rules, 1):
        if rule.for_.unit not in ("days", "weeks", "months", "years"):
            raise ScheduleError(f"rule {number} keeps for {rule.for_}; write days, weeks, months or years")
    return schedule


def _format(path: Path) -> Literal["json", "yaml"]:
    return "json" if path.suffix == ".json" else "yaml"


@dataclass(frozen=True, slots=True)
class Expired:
    """What is due to be destroyed of one project."""

    project: str
    ended_on: date
    held_for: tuple[str, ...]
    """Matters of legal holds: while there are any, nothing is destroyed."""
    fields: Mapping[int, tuple[str, ...]]
    """Content fields by entry."""


@dataclass(frozen=True, slots=True)
class Retained:
    """What a run did with one project: all of it, or nothing."""

    expired: Expired
    outcome: Literal["destroyed", "signed", "held", "refused"]
    """`signed`: the definition asks for further signatures; the same run by the next person goes on."""
    refusal: Decision | None = None


class Retention(Core[HostT]):
    """The engine's methods about retention."""

    def expired(self, schedule: Schedule) -> tuple[Expired, ...]:
        """What is due to be destroyed by a schedule, project by project. Nothing is written."""
        return tuple(self._expired(schedule))

    def _expired(self, schedule: Schedule) -> Iterator[Expired]:
        after: str | None = None
        while True:
            listed, found = self.transactions.read(partial(self._page, schedule, after))
            yield from found
            if len(listed) < PAGE:
                return
            after = listed[-1]

    def retain(
        self, schedule: Schedule, *, actor: Actor, told: Callable[[Retained], object] = lambda done: None
    ) -> tuple[Retained, ...]:
        """Destroy what is due by a schedule, each project in a transaction of its own: wholly, or not at all.

        Where it is interrupted, the same call goes on with the projects that are left. Nothing of a project under a
        legal hold is destroyed. A project of which something may not be destroyed (`still_read`, `not_authorised`)
        keeps all; the refusal is journaled.

        Parameters:
            schedule: what `read_schedule` read.
            actor: who may redact by the definitions' `administration.redact`.
            told: called after each project.

        Returns:
            What was done with each project of which something was due.
        """
        done = []
        for expired in self._expired(schedule):
            made = Retained(expired, "held") if expired.held_for else self._destroy(schedule, expired.project, actor)
            if made is not None:
                done.append(made)
                told(made)
        return tuple(done)

    def _page(self, schedule: Schedule, after: str | None, unit: Unit) -> tuple[list[str], list[Expired]]:
        work = Work(self.desk, unit)
        rows = unit.projects({"end": True, "definition": schedule.workflow}, after, PAGE)
        found = [due for row in rows if (due := _due(work, schedule, row.id, self.clock())) is not None]
        return [row.id for row in rows], found

    def _destroy(self, schedule: Schedule, project: str, actor: Actor) -> Retained | None:
        reason = f"{schedule.reason} (schedule {schedule.digest[:16]})"

        def run(work: Work) -> Retained | None:
            work.take(project)
            due = _due(work, schedule, project, self.clock())  # as it is now: somebody may have come first
            if due is None or due.held_for:
                return None if due is None else Retained(due, "held")
            complete = True
            for seq, fields in due.fields.items():
                command = commands.Redact(actor=actor, seq=seq, fields=fields, reason=reason, code=CODE)
                decision = work.run(project, command)
                if not decision.allowed:
                    raise _Stopped(due, command, decision)
                complete = complete and bool(decision.redactions)
            return Retained(due, "destroyed" if complete else "signed")

        try:
            return self.in_transaction(run, "retention")
        except _Stopped as stopped:
            command = stopped.command
            self.in_transaction(lambda work: work.run(project, command), command.kind)
            return Retained(stopped.expired, "refused", stopped.decision)


class _Stopped(Exception):
    """A redaction was refused: the transaction is taken back."""

    def __init__(self, expired: Expired, command: commands.Redact, decision: Decision) -> None:
        super().__init__("refused")
        self.expired = expired
        self.command = command
        self.decision = decision


def _due(work: Work, schedule: Schedule, id: str, now: datetime) -> Expired | None:
    """What of a project is due to be destroyed; None where nothing is."""
    held = work.get(id)
    if held.project.end is None:
        return None
    published = work.published(held.project)
    ended, today = _days(work, published, held, now)
    fields: dict[int, tuple[str, ...]] = {}
    contents = work.unit.contents(id)
    for stored in work.unit.entries(id):
        entry = Entry.from_structure(json.loads(stored.body))
        if entry.kind in KEPT:
            continue
        evidence = evidence_of(entry)
        there = [payload.field for payload in contents.get(stored.seq, ()) if payload.value is not None]
        over = [
            field
            for field in there
            if (kept := schedule.period(published.definition, path_of(field, evidence))) is not None
            and _after(ended, kept) <= today
        ]
        if over:
            fields[stored.seq] = tuple(over)
    return Expired(id, ended, tuple(sorted(held.project.legal_holds)), fields) if fields else None


def _days(work: Work, published: Published, held: Held, now: datetime) -> tuple[date, date]:
    """The local days on which the project ended, and today."""
    calendar = work.desk.catalogue.calendar_of(work.unit, published, held.project)
    return calendar.day_of(datetime.fromisoformat(held.project.moved_at)), calendar.day_of(now)


def _after(day: date, period: Duration) -> date:
    """The first day on which what was kept for `period` after `day` is kept no longer."""
    try:
        if period.unit in ("months", "years"):
            return add_months(day, period.amount * (12 if period.unit == "years" else 1))
        return day + timedelta(days=period.amount * (7 if period.unit == "weeks" else 1))
    except OverflowError:
        return date.max
