"""Entries, ways forward and refusals in words, for people at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from axflow.cli.language import language, translated
from axflow.cli.words import BREAKS, CODES, KINDS, OUTCOMES
from axflow.definition.base import Language, spoken
from axflow.definition.definition import Definition
from axflow.definition.field import FieldType
from axflow.definition.words import Names
from axflow.engine.views import ProjectView
from axflow.kernel.actor import Actor
from axflow.kernel.blocker import Blocker
from axflow.kernel.directory import Directory
from axflow.kernel.entry import Entry
from axflow.kernel.project import Project
from axflow.kernel.prospects import Prospect

NO_FIELDS: Final[Mapping[str, FieldType]] = {}
TIMELINE: Final = ("No.", "When", "What", "By", "Outcome")
WAYS: Final = ("Id", "Way forward", "Who", "What is missing")
FACTS: Final = ("Item", "Value")
RECORDS: Final = ("Record", "Evidence", "Issuer", "Values")
"""Headings of tables."""


class Teller:
    """Words about one definition's projects, organisations by the names that the directory has."""

    def __init__(self, definition: Definition, directory: Directory, language: Language, zone: tzinfo) -> None:
        self.names = Names(definition, language)
        self.definition, self.directory, self.language, self.zone = definition, directory, language, zone

    def outcome(self, outcome: str) -> str:
        """An outcome in one word."""
        return self._pick(OUTCOMES.get(outcome, (outcome, outcome)))

    def here(self, project: Project) -> str:
        """Where a project is: its stage, and the states of its tracks."""
        stage = self.names.state(project.stage)
        states = [self.names.state(f"{track}.{state}") for track, state in project.tracks.items()]
        return f"{stage} ({', '.join(states)})" if states else stage

    def moved(self, before: Project, after: Project) -> str:
        """What a move changed."""
        parts = []
        if before.stage != after.stage:
            parts.append(f"{self.names.state(before.stage)} → {self.names.state(after.stage)}")
        for track, state in after.tracks.items():
            earlier = before.tracks.get(track)
            if earlier is not None and earlier != state:
                parts.append(f"{self.names.state(f'{track}.{earlier}')} → {self.names.state(f'{track}.{state}')}")
        return "; ".join(parts) or self.here(after)

    def organisation(self, id: str) -> str:
        """An organisation's name: the definition's, else the directory's."""
        if id in self.definition.organisations:
            return self.names.organisation(id)
        return self.directory.name(id, datetime.now(self.zone), self.language)

    def actor(self, actor: Actor) -> str:
        """Who acts."""
        role = self.names.role(actor.role) if actor.role in self.definition.roles and actor.role else ""
        return f"{actor.id} ({', '.join(part for part in (role, self.organisation(actor.organisation)) if part)})"

    def attempt(self, at: datetime, actor: Actor, kind: str, name: str, reason: str | None) -> str:
        """Somebody's attempt."""
        said = f" — “{reason}”" if reason else ""
        return f"{at.astimezone(self.zone):%Y-%m-%d}  {self.actor(actor)}: {self.act(kind, name)}{said}"

    def opened(self, at: datetime, actor: Actor, project: Project, title: str) -> str:
        """That a project was opened."""
        day = f"{at.astimezone(self.zone):%Y-%m-%d}"
        words = ("opens project", "사업 개시:")
        return f"{day}  {self.actor(actor)}: {self._pick(words)} {project.id}, “{title}” → {self.here(project)}"

    def act(self, kind: str, name: str) -> str:
        """An act in words."""
        lead = self._pick(KINDS.get(kind, (f"{kind}: ", f"{kind}: ")))
        if kind in ("open", "take_over", "reassign", "refusals", "calendar"):
            return lead
        return lead + self.thing(name)

    def thing(self, name: str) -> str:
        """Event, evidence, deadline, obligation or transition by its title."""
        if name in self.definition.evidence:
            return self.names.evidence(name)
        if name in self.definition.deadlines:
            return self.names.deadline(name)
        if name in self.definition.obligations:
            return self.names.obligation(name)
        if name in self.definition.guards:
            return self.names.guard(name)
        if name in self.definition.handoffs:
            return self.names.handoff(name)
        if name in self.definition.holds:
            return self.names.hold(name)
        part, dot, _ = name.partition(".")
        if dot and part in self.definition.handoffs:
            return f"{self.names.handoff(part)}: {self.names.event(name)}"
        if dot and part in self.definition.appeals:
            return f"{self.names.appeal(part)}: {self.names.event(name)}"
        record, number, _ = name.partition("#")
        if number and record in self.definition.evidence:
            return f"{self.names.evidence(record)} ({name})"
        kind, colon, rest = name.partition(":")
        if colon:
            if kind == "handoff" and rest in self.definition.handoffs:
                return self.names.handoff(rest)
            return self.thing(rest)
        return self.names.event(name)

    def reason(
        self, blocker: Blocker, may_see: Callable[[str], bool], fields: Mapping[str, FieldType] = NO_FIELDS
    ) -> str:
        """A reason in words, with the titles of fields and codes beside their ids: people write the ids."""
        params: dict[str, Any] = {}
        for name, value in blocker.params.items():
            if name in ("problem", "why", "what") and isinstance(value, str):
                params[name] = translated(value)
            elif name == "act" and isinstance(value, str):
                params[name] = self._pick(KINDS.get(value, (value, value))).rstrip(": ")
            elif name == "field" and value in fields:
                params[name] = self._labelled(value, self.names.field(value, fields[value]))
            elif name == "fields":
                params[name] = [self._labelled(one, self.names.field(one, fields.get(one))) for one in value]
            elif name == "permitted":
                params[name] = [self._labelled(one, self.names.word(one)) for one in value]
            else:
                params[name] = value
        return blocker._replace(params=params).message(self.language, may_see)

    def _labelled(self, id: str, title: str) -> str:
        return id if title in (id, id.replace("_", " ")) else self._pick((f"{title} ({id})", f"{title}({id})"))

    def owner(self, blocker: Blocker, firm: str) -> str:
        """Who can bring about what is missing."""
        if not blocker.resolvers:
            return ""
        told = []
        for role in blocker.resolvers:
            declared = self.definition.roles.get(role)
            of = [self.organisation(firm if o == "firm" else o) for o in declared.of if o != "any"] if declared else []
            told.append(f"{self.names.role(role)} ({', '.join(of)})" if of else self.names.role(role))
        return f"{self._pick(('Who can change it: ', '해결할 수 있는 곳: '))}{self.names.listed(told)}"

    def prospect(self, prospect: Prospect, may_see: Callable[[str], bool] | None = None) -> tuple[str, str, str, str]:
        """A way forward as a row: its id, what, who, what is missing, as far as the viewer may see it."""
        see = may_see or (lambda path: True)
        title = self.thing(prospect.name)
        if prospect.kind == "record":
            title = self._pick(KINDS["record"]) + title
        elif prospect.kind == "timed" and title == spoken(prospect.name):
            title = self._pick(("when its time is up", "기간 경과 시"))
        if prospect.target is not None:
            title += f" → {self.names.place(prospect.level, prospect.target)}"
        if prospect.due is not None:
            title += f" ({self._pick(('until', '기한'))} {self.day(prospect.due)})"
        who = self.names.listed([self.names.role(role) for role in prospect.roles]) if prospect.roles else "–"
        missing = " / ".join(self.reason(blocker, see) for blocker in prospect.blockers)
        return prospect.name, title, who, missing or self._pick(("nothing", "없음"))

    def standing(self, project: Project) -> str:
        """Where a project is, since when, and which time limit ends next."""
        since = project.entered.get(project.stage, project.moved_at)
        told = self._pick(
            (
                f"{project.id}: {self.here(project)}, since {self.day(since)}",
                f"{project.id}: {self.here(project)}, {self.day(since)}부터",
            )
        )
        limits = list(self.limits(project))
        return told + (f"; {limits[0][0]}: {limits[0][1]}" if limits else "")

    def limits(self, project: Project) -> Iterator[tuple[str, str]]:
        """Time limits that run, the next one first, each with its last day."""
        running = [timer for timer in project.timers.values() if timer.due is not None]
        for timer in () if project.recorded_history else sorted(running, key=lambda timer: str(timer.due)):
            kind, _, name = timer.id.partition(":")
            if kind in ("deadline", "handoff", "obligation"):
                yield self._pick((f"Time limit, {self.thing(name)}", f"기한({self.thing(name)})")), self.day(timer.due)

    def facts(self, view: ProjectView) -> Iterator[tuple[str, str]]:
        """What stands about a project, as rows."""
        state, say = view.project, self._pick
        yield say(("Project", "사업")), f"{view.id} {view.title}".rstrip()
        yield say(("Workflow", "절차")), self.definition.title.in_(self.language)
        yield say(("Firm", "기업")), self.organisation(state.firm)
        yield say(("Stage", "단계")), self.names.state(state.stage)
        for name, at in state.tracks.items():
            yield self.names.track(name), self.names.state(f"{name}.{at}")
        if view.status is not None:
            word = next(status for status in self.definition.statuses if status.id == view.status)
            yield say(("Public status", "공개 상태")), word.title.in_(self.language)
        if state.handler is not None:
            yield say(("Handler", "담당자")), state.handler
        for name, hold in state.holds.items():
            since = self.day(hold.since)
            yield say(("Hold", "보류")), f"{self.names.hold(name)} ({say((f'since {since}', f'{since}부터'))})"
        for matter, kept in state.legal_holds.items():
            since = self.day(kept)
            yield say(("Legal hold", "법적 보존")), f"{matter} ({say((f'since {since}', f'{since}부터'))})"
        for name in state.obligations:
            yield say(("Obligation", "의무")), self.names.obligation(name)
        yield from self.limits(state)
        for name, value in view.attributes.items():
            field = self.definition.attributes.get(name)
            yield self.names.field(name, field), self.value(field, value)

    def records(self, view: ProjectView) -> Iterator[tuple[str, str, str, str]]:
        """What was recorded and counts, as rows: id, evidence, issuer, values that the viewer may see."""
        for id, values in view.values.items():
            record = view.project.evidence[id]
            fields = self.definition.evidence[record.type].fields
            said = ", ".join(
                f"{self.names.field(name, fields.get(name))}: {self.value(fields.get(name), value)}"
                for name, value in values.items()
            )
            hidden = self._pick(("(not shown to you)", "(열람 권한 없음)")) if fields and not values else ""
            yield id, self.names.evidence(record.type), self.organisation(record.issuer), said or hidden

    def value(self, field: FieldType | None, value: Any) -> str:
        """A value as people read it."""
        if isinstance(value, bool):
            return self._pick(("yes", "예") if value else ("no", "아니오"))
        if field is not None and field.type == "enum":
            return self.names.word(str(value))
        if field is not None and field.type == "money" and str(value).lstrip("-").isdigit():
            return f"{int(value):,} {field.currency}"
        if isinstance(value, list):
            columns = field.fields if field is not None else {}
            return " / ".join(self._cells(row, columns) if isinstance(row, Mapping) else str(row) for row in value)
        return str(value)

    def _cells(self, row: Mapping[str, Any], fields: Mapping[str, FieldType]) -> str:
        return ", ".join(
            f"{self.names.field(name, fields.get(name))} {self.value(fields.get(name), cell)}"
            for name, cell in row.items()
        )

    def day(self, instant: str | None) -> str:
        """The local day of an instant."""
        return f"{datetime.fromisoformat(str(instant)).astimezone(self.zone):%Y-%m-%d}"

    def entry(self, entry: Entry) -> str:
        """What an entry records."""
        if entry.kind == "timer" and entry.outcome == "recorded":
            return self.act(entry.kind, entry.name)
        return f"{self.act(entry.kind, entry.name)} → {self.outcome(entry.outcome)}"

    def effects(self, entry: Entry) -> str:
        """Whom an entry calls upon, where a time limit passed."""
        if entry.kind != "timer":
            return ""
        name = entry.name.partition(":")[2] or entry.name
        deadline, handoff = self.definition.deadlines.get(name), self.definition.handoffs.get(name)
        declared = deadline.if_late if deadline is not None else handoff.if_late if handoff is not None else None
        return self.names.consequence(declared) if declared is not None else ""

    def row(self, entry: Entry) -> tuple[str, str, str, str, str]:
        """An entry as a row of a timeline."""
        precision = str(entry.occurred.get("precision", "instant"))
        when = str(entry.occurred["text"])
        if precision not in ("day", "month", "year"):
            when = f"{datetime.fromisoformat(str(entry.occurred['end'])).astimezone(self.zone):%Y-%m-%d %H:%M}"
        actor = str(entry.actor["id"]) if entry.actor else self._pick(("the workflow", "시스템"))
        outcome = self.outcome("opened" if entry.kind in ("open", "take_over") else entry.outcome)
        if entry.blockers:
            against = self._pick(("against the rules", "규정과 다름")) if entry.outcome != "refused" else ""
            codes = ", ".join(self._pick(CODES.get(code, (code, code))) for code in dict.fromkeys(entry.blockers))
            outcome += f" ({against + ': ' if against else ''}{codes})"
        act = self.act(entry.kind, entry.name)
        if entry.code is not None:
            act += f" ({self.names.word(entry.code)})"
        elif entry.content.get("reason"):
            act += f" (“{entry.content['reason']}”)"
        return str(entry.seq), when, act, actor, outcome

    def _pick(self, pair: tuple[str, str]) -> str:
        return pair[1] if self.language == "ko" else pair[0]


def broken(project: str, seq: int, what: str) -> str:
    """Something that does not hold, in words."""
    korean = language() == "ko"
    words = BREAKS.get(what, (what, what))[korean]
    if not seq:
        return f"{project}: {words}."
    return f"사업 {project}의 {seq}번 기록: {words}." if korean else f"Entry {seq} of project {project}: {words}."
