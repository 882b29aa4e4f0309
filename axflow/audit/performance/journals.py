"""From the journals of a store to cases: what each entry changed, read off the effects that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from axflow.audit.performance.case import (
    FIRM,
    NOBODY,
    STAGE,
    Act,
    Case,
    History,
    Limit,
    PlaceKind,
    Request,
    Stay,
    Turn,
)
from axflow.audit.performance.case import Reading as Level
from axflow.audit.reading import AuditError, Reading, Selection, Step
from axflow.definition.base import Language
from axflow.definition.definition import Definition
from axflow.definition.field import FieldType
from axflow.kernel.content import values_prefix
from axflow.kernel.entry import Effect
from axflow.kernel.moment import utc_parse
from axflow.kernel.program import Program, program_of
from axflow.kernel.project import EvidenceRecord, Project

LIMIT_KINDS: Final = frozenset(
    {"deadline", "handoff", "obligation", "hold_limit", "hold_total", "hold_review", "appeal"}
)
"""Timers that are time limits on somebody; the others let something lapse or happen."""
_LEVEL_SPAN: Final = 10
_ALL: Final = Selection()


def history_of(
    reading: Reading, definition: str, selection: Selection = _ALL, *, until: datetime,
    levels: Sequence[str] | None = None, language: Language = "en",
) -> History:  # fmt: skip
    """The projects of one workflow.

    Parameters:
        definition: the workflow's id.
        selection: which of its projects.
        until: the cut, aware. What is recorded as having happened later is left out.
        levels: `evidence.field` or the name of an attribute, integers; default: those that `levels_of` finds.
        language: of the title.

    Raises `UnknownDefinition` where nothing was published under that id, and `AuditError` where an entry does not
    replay or a level is none.
    """
    published = [row for row in reading.definitions if row.id == definition]
    names = {row.rules_digest: row.version for row in published}
    latest = reading.version_named(definition, published[-1].version if published else "")
    wanted = levels_of(latest.definition) if levels is None else tuple(levels)
    _known_levels(latest.definition, wanted)
    cases = []
    calendar = latest.calendar
    for id in reading.projects(_narrowed(selection, definition)):
        reader = _CaseReader(reading, names, wanted, until)
        for step in reading.steps(id):
            if utc_parse(step.entry.occurred["end"]) > until:
                break
            reader.read(step)
        if reader.opened is not None:
            cases.append(reader.case(id))
    return History(
        title=latest.definition.title.in_(language), source="journal", cases=tuple(cases), until=until,
        calendar=calendar, versions=tuple(row.version for row in published),
        clocks={limit.name: limit.clock for case in cases for limit in case.limits},
        timezone=latest.definition.calendar.timezone,
    )  # fmt: skip


def levels_of(definition: Definition) -> tuple[str, ...]:
    """Fields that look like levels: integers with a least and a greatest value that lie at most 10 apart."""
    found = [
        f"{name}.{field}"
        for name, kind in definition.evidence.items()
        for field, type in kind.fields.items()
        if _is_level(type)
    ]
    return (*(name for name, type in definition.attributes.items() if _is_level(type)), *found)


def _is_level(field: FieldType) -> bool:
    if field.type != "integer" or field.min is None or field.max is None:
        return False
    return 2 <= int(field.max) - int(field.min) <= _LEVEL_SPAN


def _known_levels(definition: Definition, levels: Iterable[str]) -> None:
    for level in levels:
        name, dot, column = level.partition(".")
        fields = definition.evidence[name].fields if dot and name in definition.evidence else {}
        field = fields.get(column) if dot else definition.attributes.get(name)
        if field is None or field.type != "integer":
            have = ", ".join(levels_of(definition)) or "none"
            raise AuditError(
                f"{level!r} is no level: write `evidence.field` or an attribute, a whole number; likely ones: {have}"
            )


def _narrowed(selection: Selection, definition: str) -> Selection:
    return Selection(**{**selection.__dict__, "definition": definition})


class _CaseReader:
    """Reads the steps of one project, in order."""

    def __init__(self, reading: Reading, names: dict[str, str], levels: Sequence[str], until: datetime) -> None:
        self.reading, self.names, self.levels, self.until = reading, names, levels, until
        self.opened: datetime | None = None
        self.firm = self.version = ""
        self.ended: datetime | None = None
        self.last: Project | None = None
        self.definition: Definition | None = None
        self.stays: list[Stay] = []
        self.open: dict[str, int] = {}
        """Level, and the place of its open stay in `stays`."""
        self.acts: list[Act] = []
        self.turns: dict[str, int] = {}
        self.all_turns: list[Turn] = []
        self.requests: list[Request] = []
        self.limits: list[Limit] = []
        self.running: dict[str, int] = {}
        self.readings: list[Level] = []

    def read(self, step: Step) -> None:
        entry = step.entry
        at = utc_parse(entry.occurred["end"])
        if entry.outcome == "refused" and step.before is None:
            return
        if self.opened is None:
            self.opened, self.version = at, self.names.get(entry.rules_digest, "")
        program = self._program(step.after)
        self.firm, self.last = step.after.firm, step.after
        self._act(step, program, at)
        if entry.outcome == "refused":
            return
        if entry.kind == "migrate":
            self._migrated(step, program, at)
        else:
            for effect in entry.effects:
                if effect[0] in ("stage", "end"):
                    self._enter(program, STAGE, effect[1], at, step)
                elif effect[0] == "track":
                    self._enter(program, effect[1], effect[2], at, step)
        for effect in entry.effects:
            self._overlay(effect, program, step, at)
        self._levels(step, at)

    def _program(self, project: Project) -> Program:
        definition = self.reading.version_of(project).definition
        self.definition = definition
        return program_of(definition)

    def _act(self, step: Step, program: Program, at: datetime) -> None:
        entry = step.entry
        actor = entry.actor
        if actor is None:
            return
        refused = entry.outcome == "refused"
        stage = step.before.stage if step.before is not None else step.after.stage
        self.acts.append(
            Act(entry.name, entry.kind, at, str(actor["organisation"]), str(actor["id"]), stage, entry.seq, refused)
        )
        if refused:
            return
        for level, place in self.open.items():
            stay = self.stays[place]
            if stay.first_act is None and (level == STAGE or _concerns(step, program, level, stay)):
                self.stays[place] = stay._replace(first_act=at)

    def _migrated(self, step: Step, program: Program, at: datetime) -> None:
        """A migration that leaves a place as it is begins no new stay."""
        before, after = step.before, step.after
        assert before is not None
        if before.stage != after.stage:
            self._enter(program, STAGE, after.stage, at, step)
        for track in {**before.tracks, **after.tracks}:
            if before.tracks.get(track) != after.tracks.get(track):
                self._enter(program, track, after.tracks.get(track), at, step)

    def _enter(self, program: Program, level: str, state: str | None, at: datetime, step: Step) -> None:
        place = None if state is None else state if level == STAGE else f"{level}.{state}"
        standing = self.open.pop(level, None)
        if standing is not None:
            by = step.entry.transition or step.entry.name
            self.stays[standing] = self.stays[standing]._replace(end=at, left_by=by, next=place)
        if level == STAGE:
            self.ended = None
        if place is None or state is None:
            return
        if level == STAGE and program.places[place].end:
            self.ended = at
            return
        kind, owner, holder = _who(program, level, state)
        self.open[level] = len(self.stays)
        self.stays.append(Stay(level, place, kind, owner, holder, at, None, step.entry.seq))

    def _overlay(self, effect: Effect, program: Program, step: Step, at: datetime) -> None:
        seq = step.entry.seq
        if effect[0] == "hold":
            self._hold(effect[1], effect[2], program.definition, at, seq)
        elif effect[0] == "timer":
            self._timer(effect[1], effect[2], step, at)
        elif effect[0] == "evidence" and effect[2] is not None and effect[2]["seq"] == seq:
            asked = {
                kind for hold in program.definition.holds.values() if _turn(hold) == FIRM for kind in hold.requires
            }
            if effect[2]["type"] in asked:
                self.requests.append(Request(effect[2]["type"], at, seq))

    def _hold(self, name: str, state: Any, definition: Definition, at: datetime, seq: int) -> None:
        if state is None:
            place = self.turns.pop(name, None)
            if place is not None:
                self.all_turns[place] = self.all_turns[place]._replace(end=at)
            return
        hold = definition.holds.get(name)
        holder = _turn(hold) if hold is not None else None
        self.turns[name] = len(self.all_turns)
        self.all_turns.append(Turn(name, holder, at, None, seq))
        if holder == FIRM and hold is not None and not hold.requires:
            self.requests.append(Request(name, at, seq))

    def _timer(self, id: str, value: Any, step: Step, at: datetime) -> None:
        kind, _, name = id.partition(":")
        if kind not in LIMIT_KINDS:
            return
        if value is None:
            place = self.running.pop(id, None)
            if place is not None:
                breached = any(effect[0] == "breach" for effect in step.entry.effects)
                breached = breached and step.entry.cause == f"timer:{id}"
                self.limits[place] = self.limits[place]._replace(end=at, breached=breached, seq=step.entry.seq)
        elif id not in self.running:
            self.running[id] = len(self.limits)
            clock = value.get("clock") or ""
            limit = Limit(name.partition("@")[0], kind, clock, at, None, False, step.after.stage, step.entry.seq)
            self.limits.append(limit)

    def _levels(self, step: Step, at: datetime) -> None:
        fields = step.recorded.fields
        for level in self.levels:
            name, dot, column = level.partition(".")
            if not dot:
                self._level(level, fields.get(f"attributes.{name}"), at, step.entry.seq)
                continue
            for effect in step.entry.effects:
                if effect[0] == "evidence" and effect[2] and effect[2]["type"] == name:
                    record: EvidenceRecord | None = step.after.evidence.get(effect[1])
                    if record is not None and record.seq == step.entry.seq:
                        self._level(level, fields.get(values_prefix(record) + column), at, step.entry.seq)

    def _level(self, level: str, value: Any, at: datetime, seq: int) -> None:
        if isinstance(value, int) and not isinstance(value, bool):
            self.readings.append(Level(level, value, at, seq))

    def case(self, id: str) -> Case:
        """The case as far as it was read."""
        assert self.opened is not None and self.last is not None and self.definition is not None
        end = self.last.end
        kind = self.definition.ends[end].kind if end is not None and end in self.definition.ends else None
        return Case(
            id, self.firm, self.version, self.opened, self.ended, end, kind, tuple(self.stays), tuple(self.acts),
            tuple(self.all_turns), tuple(self.requests), tuple(self.limits), tuple(self.readings),
        )  # fmt: skip


def _who(program: Program, level: str, state: str) -> tuple[PlaceKind, str, str]:
    """What kind of place it is, who is accountable, and whose turn it is."""
    if level != STAGE:
        place = program.track_places[level][state]
        return "state", place.owner, place.owner
    stage = program.places[state]
    if stage.handoff is None:
        return "stage", stage.owner, stage.owner
    receiving = program.places[program.definition.handoffs[stage.handoff].to]
    return "handoff", stage.owner, receiving.owner or stage.owner


def _turn(hold: Any) -> str | None:
    """Whose turn a hold makes it, by the clocks that it stops: where the government's stands, it is the firm's."""
    stops = set(hold.stops)
    if {"government", "applicant"} <= stops:
        return NOBODY
    return FIRM if "government" in stops else None


def _concerns(step: Step, program: Program, level: str, stay: Stay) -> bool:
    """Whether an act is about a track: a move of it, or a record that its state accepts."""
    entry = step.entry
    moved = program.by_id.get(entry.transition or "")
    if moved is not None:
        return moved.level == level
    state = stay.place.partition(".")[2]
    place = program.track_places.get(level, {}).get(state)
    return place is not None and entry.name.partition("#")[0] in place.accepts
