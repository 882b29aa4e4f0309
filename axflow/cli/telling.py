"""Entries, ways forward and refusals in words, for people at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from axflow.definition.base import Language
from axflow.definition.definition import Definition
from axflow.definition.words import Names
from axflow.kernel.actor import Actor
from axflow.kernel.blocker import Blocker
from axflow.kernel.directory import Directory
from axflow.kernel.entry import Entry
from axflow.kernel.project import Project
from axflow.kernel.prospects import Prospect

_OUTCOMES = {
    "moved": ("moved", "이동"),
    "recorded": ("recorded", "등록"),
    "refused": ("refused", "거부"),
    "duplicate": ("done before", "이미 처리됨"),
}
_KINDS = {
    "open": ("open", "사업 개시"),
    "take_over": ("taken over", "진행 중 사업 등록"),
    "send": ("", ""),
    "record": ("record: ", "등록: "),
    "timer": ("time limit: ", "기한 도래: "),
    "automatic": ("by itself: ", "자동 진행: "),
    "calendar": ("new calendar", "새 달력 적용"),
    "discharge": ("obligation met: ", "의무 이행 확인: "),
}
_CODES = {
    "guard_false": ("a condition does not hold", "조건 미충족"),
    "guard_unknown": ("a condition lacks its papers", "조건 확인 자료 없음"),
    "join_incomplete": ("tracks not done", "병행 절차 미완료"),
    "not_authorised": ("no authority on record", "권한 근거 없음"),
    "not_enabled": ("not possible there", "해당 단계에서 불가"),
    "stale": ("seen in an older version", "이전 버전 기준"),
    "support_lost": ("what it rested on is gone", "근거 상실"),
}
_BREAKS = {
    "hash": ("its bytes do not hash to what was stored with it", "저장된 해시와 내용이 다릅니다"),
    "chain": ("it does not chain to the entry before", "앞선 기록과 이어지지 않습니다"),
    "head": ("the last entry is not the one that the project names", "사업이 가리키는 마지막 기록과 다릅니다"),
    "replay": ("replaying the entries gives another project", "재생한 결과가 저장된 사업 상태와 다릅니다"),
    "content": ("its content does not open its commitments", "내용이 약정값과 맞지 않습니다"),
    "redaction": ("content is gone, or there, against its entries", "내용의 삭제 여부가 기록과 다릅니다"),
    "malformed": ("it cannot be read", "읽을 수 없습니다"),
}


class Teller:
    """Words about one definition's projects, organisations by the names that the directory has."""

    def __init__(
        self,
        definition: Definition,
        directory: Directory,
        language: Language,
        zone: tzinfo,
        spoken: Mapping[str, str] | None = None,
    ) -> None:
        self.spoken = spoken or {}
        self.names = Names(definition, language)
        self.definition, self.directory, self.language, self.zone = definition, directory, language, zone

    def outcome(self, outcome: str) -> str:
        """An outcome in one word."""
        return self._pick(_OUTCOMES.get(outcome, (outcome, outcome)))

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
        words = ("opens project", "사업을 개시합니다:")
        return f"{day}  {self.actor(actor)}: {self._pick(words)} {project.id}, “{title}” → {self.here(project)}"

    def act(self, kind: str, name: str) -> str:
        """An act in words."""
        lead = self._pick(_KINDS.get(kind, (f"{kind}: ", f"{kind}: ")))
        if kind in ("open", "take_over", "calendar"):
            return lead
        return lead + self.thing(name)

    def thing(self, name: str) -> str:
        """Event, evidence, deadline, obligation or transition by its title."""
        if name in self.spoken:
            return self.spoken[name]
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
        handoff, dot, _ = name.partition(".")
        if dot and handoff in self.definition.handoffs:
            return f"{self.names.handoff(handoff)}: {self.names.event(name)}"
        kind, colon, rest = name.partition(":")
        if colon:
            if kind == "handoff" and rest in self.definition.handoffs:
                return self.names.handoff(rest)
            return self.thing(rest)
        return self.names.event(name)

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

    def prospect(self, prospect: Prospect, may_see: Callable[[str], bool] | None = None) -> tuple[str, str, str]:
        """A way forward as a row: what, who, what is missing, as far as the viewer may see it."""
        see = may_see or (lambda path: True)
        title = self.thing(prospect.name)
        who = self.names.listed([self.names.role(role) for role in prospect.roles]) if prospect.roles else "–"
        missing = " / ".join(blocker.message(self.language, see) for blocker in prospect.blockers)
        return title, who, missing or self._pick(("nothing", "없음"))

    def entry(self, entry: Entry) -> str:
        """What an entry records."""
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
        outcome = self.outcome(entry.outcome)
        if entry.blockers:
            against = self._pick(("against the rules", "규정과 다름")) if entry.outcome != "refused" else ""
            codes = ", ".join(self._pick(_CODES.get(code, (code, code))) for code in dict.fromkeys(entry.blockers))
            outcome += f" ({against + ': ' if against else ''}{codes})"
        return str(entry.seq), when, self.act(entry.kind, entry.name), actor, outcome

    def broken(self, project: str, seq: int, what: str) -> str:
        """Something that does not hold."""
        words = self._pick(_BREAKS.get(what, (what, what)))
        if self.language == "ko":
            return f"사업 {project}의 {seq}번 기록: {words}."
        return f"Entry {seq} of project {project}: {words}."

    def _pick(self, pair: tuple[str, str]) -> str:
        return pair[1] if self.language == "ko" else pair[0]
