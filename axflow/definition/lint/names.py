"""Names: everything that one part says of another must be there, and be of the right kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from axflow.definition.base import Text
from axflow.definition.consequence import Consequence
from axflow.definition.definition import Definition
from axflow.definition.field import FieldType
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.subject import Subject
from axflow.definition.paths import ANY, STAGE_LEVEL
from axflow.definition.problems import did_you_mean
from axflow.definition.transition import Join

KINDS: Final[dict[str, str]] = {
    "role": "역할",
    "organisation": "기관",
    "role or organisation": "역할 또는 기관",
    "evidence type": "증빙 유형",
    "guard": "조건",
    "stage": "단계",
    "end": "종료 상태",
    "stage or end": "단계 또는 종료 상태",
    "state": "상태",
    "track": "트랙",
    "transition": "전이",
    "transition or handoff": "전이 또는 인계",
    "event": "이벤트",
    "event or evidence type": "이벤트 또는 증빙 유형",
    "act": "행위",
    "parameter": "매개변수",
    "hold": "보류",
    "obligation": "의무",
    "clock": "시계",
    "round": "회차",
    "link": "연계",
    "classification": "분류",
    "attribute": "속성",
    "field": "필드",
    "value": "값",
    "event, field, value, reason code, flag or window": "이벤트, 필드, 값, 사유 코드, 표지 또는 회차 기간",
    "time zone": "시간대",
}
ANYBODY: Final = ("any", "firm")
BUILT_IN_CLOCKS: Final = ("government", "applicant")


def kind_text(kind: str) -> Text:
    """What a kind of thing is called."""
    return Text(en=kind, ko=KINDS[kind])


def unknown(path: str, kind: str, name: str, known: Iterable[str]) -> Finding:
    """The finding that `name` is no `kind`, with what was probably meant."""
    names = tuple(known)
    hint = did_you_mean(name, names) or f"this definition has no {kind} yet"
    ko = hint.replace("known here", "정의된 이름")
    if hint.startswith("did you mean "):
        ko = f"{hint.removeprefix('did you mean ').removesuffix('?')}을(를) 뜻했습니까?"
    hint_ko = ko if ko != hint else f"아직 정의된 것이 없습니다: {KINDS[kind]}"
    return finding("unknown-name", path, kind=kind_text(kind), name=name, hint=Text(en=hint, ko=hint_ko))


class _Names:
    def __init__(self, subject: Subject) -> None:
        d = subject.definition
        self.subject = subject
        self.d = d
        self.found: list[Finding] = []
        self.transitions = tuple(named.id for named in subject.named)
        events = [named.transition.event for named in subject.named if named.transition.event is not None]
        appeal_acts = [f"{name}.{act}" for name in d.appeals for act in ("file", "dismiss", "uphold")]
        self.events = tuple(dict.fromkeys((*events, *appeal_acts)))
        self.track_states = tuple(f"{name}.{state}" for name, track in d.tracks.items() for state in track.states)
        self.clocks = (*BUILT_IN_CLOCKS, *d.clocks)
        self.acts = tuple(dict.fromkeys((*self.events, *self.transitions, *d.evidence, *d.holds)))

    def check(self, path: str, kind: str, names: Iterable[str | None], known: Collection[str]) -> None:
        self.found += [unknown(path, kind, name, known) for name in names if name is not None and name not in known]

    def roles(self, path: str, *lists: Iterable[str]) -> None:
        for names in lists:
            self.check(path, "role", names, self.d.roles)

    def evidence(self, path: str, *lists: Iterable[str]) -> None:
        for names in lists:
            self.check(path, "evidence type", names, self.d.evidence)

    def count(self, path: str, value: str | None) -> None:
        if value is None or (value.isascii() and value.isdigit()):
            return
        name = value.removeprefix("params.")
        parameter = self.d.parameters.get(name)
        if not value.startswith("params.") or parameter is None:
            self.found.append(unknown(path, "parameter", value, [f"params.{known}" for known in self.d.parameters]))
        elif parameter.type != "integer":
            self.wrong(path, value, Text(en=f"a {parameter.type}", ko=parameter.type), Text(en="an integer", ko="정수"))

    def wrong(self, path: str, name: str, is_: Text, needed: Text) -> None:
        self.found.append(finding("wrong-type", path, name=name, found=is_, needed=needed))

    def join(self, path: str, join: Join | None) -> None:
        if join is not None:
            self.check(path, "track", join.of, self.d.tracks)
            self.count(path, join.at_least)

    def consequence(self, path: str, consequence: Consequence, states: Collection[str]) -> None:
        self.roles(path, consequence.escalate)
        self.check(path, "state", [consequence.to], states)
        self.check(path, "hold", [consequence.hold], self.d.holds)
        self.check(path, "obligation", [consequence.obligation], self.d.obligations)


def check_names(subject: Subject) -> Iterator[Finding]:
    """Every name that stands for another part."""
    names = _Names(subject)
    _people(names)
    _papers(names)
    _states(names)
    _moves(names)
    _times(names)
    _others(names)
    _words(names)
    yield from names.found


def _people(n: _Names) -> None:
    d = n.d
    for name, role in d.roles.items():
        n.check(f"roles.{name}", "organisation", role.of, (*d.organisations, *ANYBODY))
    for name, label in d.classifications.items():
        n.check(f"classifications.{name}", "role or organisation", label.audience, (*d.roles, *d.organisations))
    if d.effective is not None:
        n.check("effective", "organisation", d.effective.signed_by, d.organisations)
    a = d.administration
    n.roles("administration.open", a.open)
    n.roles("administration.calendar", a.calendar)
    n.roles("administration.force_redaction", a.force_redaction)
    for act in ("correct", "redact", "reassign", "link", "take_over", "migrate"):
        office = getattr(a, act)
        n.roles(f"administration.{act}", office.by, office.signatures)
    try:
        ZoneInfo(d.calendar.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        n.found.append(unknown("calendar.timezone", "time zone", d.calendar.timezone, ("Asia/Seoul", "UTC")))


def _papers(n: _Names) -> None:
    d = n.d
    n_fields(n, "attributes", d.attributes)
    for name, evidence in d.evidence.items():
        path = f"evidence.{name}"
        n.roles(path, evidence.from_, evidence.via, evidence.unlock, evidence.confirmed_by)
        n.evidence(path, evidence.dated_after, evidence.depends_on)
        n.check(path, "classification", [evidence.classification], d.classifications)
        n_fields(n, f"{path}.fields", evidence.fields)
        for equivalence in evidence.equivalent:
            n.check(path, "field", equivalence.fields, evidence.fields)
        if evidence.on_lost is not None:
            n.check(path, "hold", [evidence.on_lost.hold], d.holds)
            n.check(path, "obligation", [evidence.on_lost.obligation], d.obligations)
    for name, guard in d.guards.items():
        n.roles(f"guards.{name}", guard.resolved_by)
        if guard.waivable is not False:
            n.roles(f"guards.{name}.waivable", guard.waivable.by, guard.waivable.confirmed_by)


def n_fields(n: _Names, path: str, fields: Mapping[str, FieldType]) -> None:
    """The classifications that fields, and the columns of tables, name."""
    for key, field in fields.items():
        n.check(f"{path}.{key}", "classification", [field.classification], n.d.classifications)
        n_fields(n, f"{path}.{key}.fields", field.fields)


def _states(n: _Names) -> None:
    d = n.d
    owners = (*d.organisations, "firm")
    for name, stage in d.stages.items():
        n.check(f"stages.{name}", "organisation", [stage.owner], owners)
        n.check(f"stages.{name}", "organisation", stage.consulted, owners)
        n.evidence(f"stages.{name}", stage.accepts)
    for name, end in d.ends.items():
        n.evidence(f"ends.{name}", end.accepts)
    for name, track in d.tracks.items():
        n.check(f"tracks.{name}", "stage", track.in_, d.stages)
        n.check(f"tracks.{name}", "organisation", [track.owner, *track.consulted], owners)
        for state_id, state in track.states.items():
            n.check(f"tracks.{name}.states.{state_id}", "organisation", [state.owner], owners)
            n.evidence(f"tracks.{name}.states.{state_id}", state.accepts)
    for index, status in enumerate(d.statuses):
        n.check(f"statuses[{index}]", "guard", [status.guard], d.guards)
        n.check(f"statuses[{index}]", "transition", status.passed, n.transitions)


def _moves(n: _Names) -> None:
    d = n.d
    resting = (*d.stages, *d.ends)
    for named in n.subject.named:
        path, t = n.subject.paths[named.id], named.transition
        if named.source == "transition":
            if named.level == STAGE_LEVEL:
                n.check(path, "stage or end", t.from_, (*n.subject.states, ANY))
                n.check(path, "stage or end", [t.to], resting)
            n.roles(path, t.by, t.signatures)
            n.check(path, "guard", t.guards, d.guards)
            n.join(path, t.join)
            n.check(path, "act", t.not_same_actor_as, n.acts)
            n.count(path, t.at_most)
            n.check(path, "round", [t.during], d.rounds)
            n.check(path, "obligation", t.conditions, d.obligations)
            n.check(path, "transition", t.rests_on, n.transitions)
            n.check(path, "clock", [t.clock], n.clocks)
            if t.opens is not None:
                n.check(path, "link", [t.opens.link], d.links)
                n.evidence(path, t.opens.carry)
                if t.opens.definition in (None, d.id):
                    n.check(path, "stage", [t.opens.at], d.stages)
    for name, handoff in d.handoffs.items():
        path = f"handoffs.{name}"
        n.check(path, "stage", (*handoff.from_, handoff.to, handoff.returns.to), (*d.stages, ANY))
        n.roles(path, handoff.offered_by, handoff.accepted_by)
        n.check(path, "guard", handoff.guards, d.guards)
        n.join(path, handoff.join)
        n.check(path, "transition", handoff.rests_on, n.transitions)
        n.check(path, "clock", [handoff.clock], n.clocks)
        n.count(path, handoff.returns.at_most)
        n.consequence(path, handoff.if_late, resting)


def _times(n: _Names) -> None:
    d = n.d
    resting = (*d.stages, *d.ends)
    for name, deadline in d.deadlines.items():
        path = f"deadlines.{name}"
        n.check(path, "state", deadline.in_, (*n.subject.states, *n.track_states, ANY))
        n.check(path, "clock", [deadline.clock], n.clocks)
        n.check(path, "event or evidence type", deadline.until, (*n.events, *d.evidence))
        inner = {state.partition(".")[0] for state in deadline.in_ if state in n.track_states}
        reachable = [state for track in inner for state in d.tracks[track].states]
        reachable += [state for state in n.track_states if state.partition(".")[0] in inner]
        n.consequence(path, deadline.if_late, (*resting, *reachable))
        if deadline.extension is not None:
            n.roles(f"{path}.extension", deadline.extension.by)
        _start(n, path, deadline.starts)
    for name, obligation in d.obligations.items():
        path = f"obligations.{name}"
        n.check(path, "clock", [obligation.clock], n.clocks)
        n.evidence(path, obligation.met_by)
        n.roles(path, obligation.discharged_by)
        n.check(path, "event", obligation.blocks, (*n.events, *n.transitions))
        n.consequence(path, obligation.if_late, resting)
    for name, hold in d.holds.items():
        path = f"holds.{name}"
        n.check(path, "state", hold.in_, (*n.subject.states, *n.track_states, ANY))
        n.roles(path, hold.by, hold.released_by)
        if hold.blocks != "all":
            n.check(path, "event or evidence type", hold.blocks, (*n.events, *n.transitions, *d.evidence))
        n.check(path, "clock", hold.stops, n.clocks)
        n.evidence(path, hold.requires, hold.released_on)
        n.consequence(path, hold.if_review_late, resting)
        if hold.if_late is not None:
            n.consequence(path, hold.if_late, resting)
    for name, appeal in d.appeals.items():
        path = f"appeals.{name}"
        n.check(path, "transition", appeal.against, (*n.transitions, *n.events))
        n.roles(path, appeal.by, appeal.panel)
        n.check(path, "act", appeal.excluded, n.acts)
        n.check(path, "hold", [appeal.hold], d.holds)
        n.check(path, "clock", [appeal.clock], n.clocks)
        n.check(path, "stage", [appeal.upheld.to], d.stages)
        n.check(path, "obligation", [appeal.upheld.compensation], d.obligations)
        n.consequence(path, appeal.if_late, resting)
        _start(n, path, appeal.starts)


def _start(n: _Names, path: str, start: str) -> None:
    kind, _, name = start.partition(" ")
    if kind == "evidence":
        n.evidence(path, [name])
    elif kind == "event":
        n.check(path, "event", [name], (*n.events, *n.transitions))
    elif kind == "round":
        n.check(path, "round", [name], n.d.rounds)
    elif kind == "field":
        root, _, key = name.partition(".")
        fields = n.d.attributes if root == "project" else n.d.evidence[root].fields if root in n.d.evidence else None
        if fields is None:
            n.evidence(path, [root])
        elif key not in fields:
            n.check(path, "field", [key], fields)
        elif fields[key].type not in ("date", "month"):
            n.wrong(path, name, Text(en=f"a {fields[key].type}", ko=fields[key].type), Text(en="a date", ko="날짜"))


def _others(n: _Names) -> None:
    d = n.d
    for kind, parting in (("split", d.split), ("merge", d.merge)):
        if parting is not None:
            n.roles(kind, parting.by)
            n.check(kind, "stage", parting.in_, (*n.subject.stages, ANY))
            n.check(kind, "end", [parting.end], d.ends)
            n.check(kind, "link", [parting.link], d.links)
            n.evidence(kind, parting.carry)
    if d.variants is None:
        return
    attribute = d.attributes.get(d.variants.by)
    if attribute is None:
        n.check("variants.by", "attribute", [d.variants.by], d.attributes)
    elif attribute.type != "enum":
        needed = Text(en="an enum attribute", ko="enum 속성")
        n.wrong("variants.by", d.variants.by, Text(en=f"a {attribute.type}", ko=attribute.type), needed)
    else:
        n.check("variants.of", "value", d.variants.of, attribute.values)
    for name, variant in d.variants.of.items():
        path = f"variants.of.{name}"
        n.check(path, "transition or handoff", variant.guards, (*n.transitions, *d.handoffs))
        n.check(path, "guard", (guard for guards in variant.guards.values() for guard in guards), d.guards)
        n.check(path, "track", variant.without, d.tracks)


def _words(n: _Names) -> None:
    """Words are for what is declared nowhere of its own; a word for nothing is a word misspelt."""
    d = n.d
    known: list[str] = [*n.events, *_codes(n)]
    fields = [field for table in _tables(d) for field in table.values()]
    known += [value for field in fields for value in field.values]
    known += [name for table in _tables(d) for name in table]
    known += [window.id for round in d.rounds.values() for window in round.windows]
    for name in d.words:
        n.check(f"words.{name}", "event, field, value, reason code, flag or window", [name], known)


def _tables(d: Definition) -> list[Mapping[str, FieldType]]:
    """Fields by name: those of attributes and papers, and their columns."""
    found: list[Mapping[str, FieldType]] = [d.attributes, *(kind.fields for kind in d.evidence.values())]
    return [*found, *(field.fields for table in found for field in table.values() if field.fields)]


def _codes(n: _Names) -> Iterator[str]:
    d = n.d
    transitions = (named.transition for named in n.subject.named)
    for transition in transitions:
        if transition.flag is not None:
            yield transition.flag
        yield from transition.reason if not isinstance(transition.reason, str) else ()
    for handoff in d.handoffs.values():
        yield from handoff.returns.reasons
    for hold in d.holds.values():
        yield from hold.reason if not isinstance(hold.reason, str) else ()
    for appeal in d.appeals.values():
        yield from appeal.grounds
