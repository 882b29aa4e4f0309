"""A definition in words, to be read aloud: who, levers, papers, conditions, path, clocks, in that order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from axflow.definition.base import Language
from axflow.definition.columns import folded
from axflow.definition.definition import Definition
from axflow.definition.duration import Duration
from axflow.definition.evidence import EvidenceType
from axflow.definition.field import FieldType
from axflow.definition.parameter import Parameter
from axflow.definition.paths import ANY, STAGE_LEVEL, named_transitions, sources_of
from axflow.definition.sentences import move_words
from axflow.definition.words import Names, lowered, particle

NARROWEST: Final = 40
_DAYS: Final = re.compile(r"(\d+)d")
_COUNTS: Final = re.compile(r"\{have\}(?: of |/)\{need\}")
_ASKED: Final = re.compile(r">= params\.([a-z][a-z0-9_]*)")
_PATH: Final = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\}")
_TYPES: Final = {
    "boolean": ("yes or no", "예/아니오"),
    "integer": ("whole number", "정수"),
    "decimal": ("decimal number", "소수"),
    "ratio": ("share between 0 and 1", "0에서 1 사이 비율"),
    "text": ("text", "글"),
    "date": ("day", "날짜"),
    "month": ("month", "연월"),
    "enum": ("one of", "선택"),
    "money": ("amount in", "금액"),
    "duration": ("length of time", "기간"),
    "table": ("table", "표"),
}


def summary(definition: Definition, language: Language = "en", *, width: int = 100) -> str:
    """`definition` in words, folded to `width` columns of a terminal (Hangul takes two), with a final newline.

    Raises ValueError where `width` is below 40: sentences would fall apart.
    """
    if width < NARROWEST:
        raise ValueError(f"a width of {width} columns is too narrow for sentences; {NARROWEST} is the least")
    lines: list[str] = []
    for text in _Teller(definition, language).tell():
        lines.extend(folded(text, width))
    return "\n".join(lines) + "\n"


class _Teller:
    def __init__(self, definition: Definition, language: Language) -> None:
        self.definition = definition
        self.names = Names(definition, language)
        self.either = self.names.either
        self.named = named_transitions(definition)

    def tell(self) -> Iterator[str]:
        yield from self._opening()
        yield from self._section(("Who takes part", "참여 기관과 역할"), self._who())
        yield from self._section(("Levers", "정책 조정값"), map(self._lever, self.definition.parameters.items()))
        yield from self._section(("Papers", "제출 자료"), map(self._paper, self.definition.evidence.items()))
        yield from self._section(("Conditions", "조건"), self._conditions())
        yield from self._section(("The path", "진행 경로"), self._path())
        yield from self._section(("At any stage", "단계와 무관하게"), self._anywhere())
        yield from self._section(("Time limits", "기한"), self._limits())
        yield from self._section(("Holds", "보류"), self._holds())
        yield from self._section(("Obligations", "의무"), self._obligations())
        yield from self._section(("Appeals", "이의 신청"), self._appeals())
        yield from self._section(("Public words for how far a project is", "공개 상태 표현"), self._statuses())

    def _section(self, heading: tuple[str, str], lines: Iterable[str]) -> Iterator[str]:
        written = list(lines)
        if written:
            yield ""
            yield self.either(*heading)
            yield from written

    def _opening(self) -> Iterator[str]:
        model = self.definition
        yield model.title.in_(self.names.language)
        version = self.either(f"Version {model.version} of {model.id}.", f"{model.id} {model.version}판.")
        if model.effective is not None:
            since = model.effective.from_
            version += self.either(f" In force from {since}", f" 시행 {since}")
            if model.effective.until is not None:
                version += self.either(f" until {model.effective.until}", f"부터 {model.effective.until}까지")
            if model.effective.signed_by:
                signed = self.names.listed(map(self.names.organisation, model.effective.signed_by))
                version += self.either(f", once signed by {signed}", f", 서명 기관: {signed}")
            version += "."
        yield version
        if model.description is not None:
            yield model.description.in_(self.names.language)

    def _who(self) -> Iterator[str]:
        for organisation in (*self.definition.organisations, "any", "firm"):
            roles = [name for name, role in self.definition.roles.items() if organisation in role.of]
            owned = [name for name, stage in self.definition.stages.items() if stage.owner == organisation]
            if not roles and organisation not in self.definition.organisations:
                continue
            line = f"- {self.names.organisation(organisation)}"
            if owned:
                line += self.either(": accountable for ", ": 책임 단계 ") + self.names.states(owned)
            if roles:
                spoken = self.names.listed(lowered(self.names.role(role)) for role in roles)
                line += (
                    self.either(f"; acts as {spoken}", f"; 역할 {spoken}")
                    if owned
                    else self.either(f": acts as {spoken}", f": 역할 {spoken}")
                )
            yield line + "."

    def _lever(self, item: tuple[str, Parameter]) -> str:
        name, parameter = item
        line = f"- {self.names.parameter(name)}: {value_words(self.names, parameter.field, parameter.value)}"
        if parameter.min is not None and parameter.max is not None:
            low, high = grouped(parameter.min), grouped(parameter.max)
            line += self.either(f", between {low} and {high}", f", {low}에서 {high} 사이")
        if parameter.basis == "assumed":
            return line + self.either(" (assumed).", " (가정값).")
        return line + self.either(f" (source: {parameter.source}).", f" (출처: {parameter.source}).")

    def _paper(self, item: tuple[str, EvidenceType]) -> str:
        name, evidence = item
        parts = [self.either("from ", "발급 ") + self.names.roles(evidence.from_)]
        if evidence.channel == "issuer_direct":
            parts.append(self.either("filed by the issuer itself", "발급 기관이 직접 제출"))
        elif evidence.via:
            parts.append(self.either("may be handed in by ", "대리 제출 ") + self.names.roles(evidence.via))
        if evidence.collect is not None:
            each = {"organisation": ("organisation", "기관"), "actor": ("person", "사람")}.get(evidence.collect.one_per)
            if each is None:
                parts.append(self.either("any number", "여러 건"))
            else:
                parts.append(self.either(f"one for each {each[0]}", f"{each[1]}별 한 건"))
        if evidence.confirmed_by:
            parts.append(self.either("confirmed by ", "확인 ") + self.names.roles(evidence.confirmed_by))
        if evidence.locked:
            parts.append(self.either("fixed once recorded", "기록 후 변경 불가"))
        if evidence.dated_after:
            parts.append(self.either("dated after ", "선행 자료 ") + self.names.papers(evidence.dated_after))
        if evidence.valid_for is not None:
            valid = self.names.duration(evidence.valid_for)
            parts.append(self.either(f"valid for {valid}", f"유효기간 {valid}"))
        line = f"- {self.names.evidence(name)}: {', '.join(parts)}."
        if evidence.fields:
            fields = ", ".join(
                f"{lowered(self.names.field(i, f))} ({type_words(self.names, f)})" for i, f in evidence.fields.items()
            )
            line += self.either(f" It states {fields}.", f" 기재 사항: {fields}.")
        return line

    def _conditions(self) -> Iterator[str]:
        for name, guard in self.definition.guards.items():
            line = f"- {self.names.guard(name)}: "
            if guard.missing is not None:
                line += (
                    self.either("what may be missing: ", "미충족 시 안내: ")
                    + self._filled(guard.missing.in_(self.names.language), guard.expression)
                    + "; "
                )
            line += self.either("rule: ", "판정식: ") + guard.expression
            if guard.waivable:
                by, second = self.names.roles(guard.waivable.by), self.names.roles(guard.waivable.confirmed_by)
                time = self.names.duration(guard.waivable.for_)
                line += self.either(
                    f". May be waived for {time} by {by}, with {second}", f". 면제: {by}, 공동 확인 {second}, {time}"
                )
            yield line

    def _filled(self, words: str, rule: str) -> str:
        """Words for what is missing, as they read where no project is looked at.

        Parameters stand with their present values, values of papers by their names, and counts as what is needed.
        """
        for name, parameter in self.definition.parameters.items():
            value = grouped(parameter.value) if parameter.type in ("money", "integer") else parameter.value
            words = words.replace(f"{{params.{name}}}", value)
        asked = _ASKED.search(rule)
        counted = self.definition.parameters.get(asked[1]) if asked is not None else None
        needed = counted.value if counted is not None else self.either("as many as the rule asks", "판정식에서 정한 수")
        words = _COUNTS.sub(needed, words)
        return _PATH.sub(lambda path: self._value_of(path[1], path[2]), words)

    def _value_of(self, evidence: str, field: str) -> str:
        kind = self.definition.evidence.get(evidence)
        title = self.names.field(field, kind.fields.get(field) if kind is not None else None)
        paper = self.names.evidence(evidence)
        return self.either(f"{lowered(title)} of the {lowered(paper)}", f"{paper}의 {title}")

    def _path(self) -> Iterator[str]:
        for number, (stage_id, stage) in enumerate(self.definition.stages.items(), 1):
            owner = self.names.organisation(stage.owner)
            line = f"{number}. {self.names.state(stage_id)}. " + self.either(
                f"{owner} is accountable", f"책임 기관은 {owner}입니다"
            )
            if stage.consulted:
                consulted = self.names.listed(map(self.names.organisation, stage.consulted))
                line += self.either(f"; {consulted} consulted", f". 협의 기관: {consulted}")
            yield line + "."
            if stage.accepts:
                yield self.either("   Papers: ", "   제출 자료: ") + self.names.papers(stage.accepts) + "."
            yield from self._tracks(stage_id)
            yield from self._moves(STAGE_LEVEL, stage_id, "   ")
            for handoff_id, handoff in self.definition.handoffs.items():
                if stage_id in handoff.from_:
                    yield "   - " + self._handoff(handoff_id)
        for end_id, end in self.definition.ends.items():
            kind = {
                "success": ("a success", "성공"),
                "failure": ("a failure", "실패"),
                "neutral": ("neither success nor failure", "중립"),
            }[end.kind]
            yield self.either(
                f"End: {self.names.state(end_id)}, {kind[0]}.", f"종료: {self.names.state(end_id)}({kind[1]})."
            )

    def _tracks(self, stage_id: str) -> Iterator[str]:
        for track_id, track in self.definition.tracks.items():
            first = next((stage for stage in self.definition.stages if stage in track.in_), None)
            if stage_id != first:
                continue
            line = self.either("   Beside it runs ", "   병행 절차: ") + self.names.track(track_id)
            if track.owner is not None:
                line += self.either(" of ", ", 책임 기관 ") + self.names.organisation(track.owner)
            if len(track.in_) > 1:
                line += self.either(", up to ", ", 종료 시점 ") + self.names.state(track.in_[-1])
            yield line + "."
            for state_id, state in track.states.items():
                words = f"     {self.names.state(f'{track_id}.{state_id}')}"
                if state.done:
                    words += self.either(" (done)", "(완료)")
                if state.accepts:
                    words += self.either("; papers: ", "; 제출 자료: ") + self.names.papers(state.accepts)
                yield words + "."
                yield from self._moves(track_id, state_id, "       ")

    def _moves(self, level: str, state: str, lead: str) -> Iterator[str]:
        for named in self.named:
            if (
                named.level != level
                or named.source != "transition"
                or (level == STAGE_LEVEL and ANY in named.transition.from_)
            ):
                continue
            if state in sources_of(self.definition, named):
                yield f"{lead}- {move_words(self.names, named)}"

    def _handoff(self, name: str) -> str:
        handoff = self.definition.handoffs[name]
        giver, taker = self.names.roles(handoff.offered_by), self.names.roles(handoff.accepted_by)
        time = self.names.duration(handoff.within)
        title, late = self.names.handoff(name), self.names.consequence(handoff.if_late)
        if self.names.language == "en":
            line = f"{title}: {giver} offers, {taker} accepts or returns within {time}; otherwise {late}"
        else:
            offers, answers = particle(giver, "이", "가"), particle(taker, "이", "가")
            line = f"{title}: {offers} 제안하고 {answers} {time} 이내에 인수하거나 반려합니다. 초과 시 {late}"
        if handoff.guards:
            line += self.either("; condition: ", ". 조건: ") + self.names.guards(handoff.guards)
        return (
            line
            + self.either("; returned, it goes to ", ". 반려 시 이동: ")
            + self.names.state(handoff.returns.to)
            + "."
        )

    def _anywhere(self) -> Iterator[str]:
        for named in self.named:
            if named.level == STAGE_LEVEL and ANY in named.transition.from_:
                yield f"- {move_words(self.names, named)}"

    def _limits(self) -> Iterator[str]:
        for name, deadline in self.definition.deadlines.items():
            where, time = self.names.states(deadline.in_), self.names.duration(deadline.within)
            clock, late = self.names.clock(deadline.clock), self.names.consequence(deadline.if_late)
            yield self.either(
                f"- {self.names.deadline(name)}: {time} of {clock} in {where}; otherwise {late}.",
                f"- {self.names.deadline(name)}: {where}, {clock} 기준 {time}. 초과 시 {late}.",
            )

    def _holds(self) -> Iterator[str]:
        for name, hold in self.definition.holds.items():
            parts = (
                [self.either("placed by ", "설정 ") + self.names.roles(hold.by)]
                if hold.by
                else [self.either("raised by a rule", "규칙에 따라 설정")]
            )
            if hold.blocks == "all":
                parts.append(self.either("blocks every move", "모든 진행 차단"))
            else:
                parts.append(
                    self.either("blocks ", "차단 대상 ")
                    + self.names.listed(lowered(self.names.event(e)) for e in hold.blocks)
                )
            if hold.stops:
                parts.append(self.either("stops ", "정지 ") + self.names.listed(map(self.names.clock, hold.stops)))
            if hold.review_within is not None:
                time = self.names.duration(hold.review_within)
                parts.append(self.either(f"is reviewed within {time}", f"{time} 이내 재검토"))
            yield f"- {self.names.hold(name)}: {', '.join(parts)}."

    def _obligations(self) -> Iterator[str]:
        for name, obligation in self.definition.obligations.items():
            time, late = self.names.duration(obligation.within), self.names.consequence(obligation.if_late)
            yield self.either(
                f"- {self.names.obligation(name)}: due within {time}; otherwise {late}.",
                f"- {self.names.obligation(name)}: {time} 이내 이행. 초과 시 {late}.",
            )

    def _appeals(self) -> Iterator[str]:
        for name, appeal in self.definition.appeals.items():
            against = self.names.listed(lowered(self.names.event(ref)) for ref in appeal.against)
            by, panel = self.names.roles(appeal.by), self.names.roles(appeal.panel)
            window, within = self.names.duration(appeal.window), self.names.duration(appeal.within)
            title = self.names.appeal(name)
            if self.names.language == "en":
                yield f"- {title}: {by} may appeal against {against} within {window}; {panel} decides within {within}."
            else:
                files, decides = particle(by, "은", "는"), particle(panel, "이", "가")
                yield (
                    f"- {title}: {files} {window} 이내에 이의를 제기할 수 있으며 "
                    f"{decides} {within} 이내에 결정합니다. 대상: {against}."
                )

    def _statuses(self) -> Iterator[str]:
        for word in self.definition.statuses:
            grounds = [self.names.guard(word.guard)] if word.guard else []
            grounds += [self.names.event(name) for name in word.passed]
            rests = self.names.listed(map(lowered, grounds))
            yield f"- {word.title.in_(self.names.language)}: " + self.either(f"rests on {rests}.", f"근거 {rests}.")


def type_words(names: Names, field: FieldType) -> str:
    """What kind of value a field holds."""
    words = names.either(*_TYPES[field.type])
    if field.type == "enum":
        return f"{words} {', '.join(map(names.word, field.values))}"
    if field.type == "money":
        return names.either(f"{words} {field.currency}", f"{words}({field.currency})")
    return f"{words}, {field.unit}" if field.unit else words


def value_words(names: Names, field: FieldType, value: str) -> str:
    """A value as a reader writes it: with its unit or currency."""
    if field.type == "boolean":
        return names.either("yes", "예") if value == "true" else names.either("no", "아니오")
    if field.type == "duration" and (days := _DAYS.fullmatch(value)) is not None:
        return names.duration(Duration.parse(f"{days[1]} days"))
    if field.type == "enum":
        return names.word(value)
    unit = field.currency or field.unit
    shown = grouped(value) if field.type in ("money", "integer") else value
    return f"{shown} {unit}" if unit else shown


def grouped(number: str) -> str:
    """A whole number with its digits in threes from ten thousand on; anything else as it is."""
    digits = number.removeprefix("-")
    return f"{int(number):,}" if digits.isascii() and digits.isdigit() and len(digits) > 4 else number
