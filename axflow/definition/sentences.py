"""A transition as one sentence: where it leads, who moves it, under which conditions, with what left behind."""

from __future__ import annotations

from collections.abc import Iterator

from axflow.definition.paths import NamedTransition
from axflow.definition.transition import Join, Transition
from axflow.definition.words import Names, lowered, particle

FEW = 2
"""So many names are written out where room is short; the rest is counted."""


def move_words(names: Names, named: NamedTransition) -> str:
    """The sentence for a transition, with a full stop."""
    target = names.place(named.level, named.transition.to)
    start = names.either(
        f"{names.transition(named)}: to {target}", f"{names.transition(named)}: {particle(target, '으로', '로')} 이동"
    )
    return "".join((start, *(f", {part}" for part in _parts(names, named.transition)))) + "."


def _parts(names: Names, transition: Transition) -> Iterator[str]:
    either = names.either
    if transition.title is not None and transition.after is not None:
        yield either(f"after {names.duration(transition.after)}", f"{names.duration(transition.after)} 경과 시 자동")
    elif transition.title is not None and transition.automatic:
        yield either("by itself", "자동")
    if transition.by:
        yield either("by ", "행위자 ") + names.roles(transition.by)
    if transition.signatures:
        yield either("signed by ", "공동 서명 ") + names.roles(transition.signatures, last=("and", "및"))
    if transition.during is not None:
        named = names.definition.rounds.get(transition.during)
        yield either("during ", "기간 ") + lowered(names.text(named.title if named else None, transition.during))
    if transition.join is not None:
        yield join_words(names, transition.join)
    if transition.guards:
        yield either("if ", "조건 ") + names.guards(transition.guards)
    if transition.not_same_actor_as:
        acts = names.listed((lowered(names.event(act)) for act in transition.not_same_actor_as), last=("or", "또는"))
        yield either(f"not by anyone who took part in {acts}", f"{acts} 담당자 제외")
    if transition.rests_on:
        rests = names.listed(lowered(names.event(name)) for name in transition.rests_on)
        yield either(f"while {rests} still stands", f"{rests}의 근거 유지 시")
    if transition.at_most is not None:
        yield at_most_words(names, transition.at_most)
    if transition.reason == "required":
        yield either("with a reason", "사유 필수")
    elif transition.reason != "optional":
        codes = names.listed(map(names.word, transition.reason), last=("or", "또는"))
        yield either(f"with one of the reasons {codes}", f"사유 {codes} 중 하나")
    if transition.conditions:
        yield either("leaving open ", "미결 의무 ") + names.listed(map(names.obligation, transition.conditions))
    if transition.opens is not None:
        yield either("opening a linked project", "연계 사업 개시")


def join_words(names: Names, join: Join, most: int | None = None) -> str:
    """Which tracks must be done; `most` names are written out."""
    known = [names.track(name) for name in join.of]
    tracks = names.listed(known) if most is None else names.shortened(known, most)
    if join.at_least is None:
        if not tracks:
            return names.either("when every track is done", "모든 병행 절차 완료 시")
        return names.either(f"when done: {tracks}", f"완료 시: {tracks}")
    count = count_words(names, join.at_least)
    if not tracks:
        return names.either(f"when {count} tracks are done", f"병행 절차 {count}개 완료 시")
    return names.either(f"when {count} are done of: {tracks}", f"다음 중 {count}개 완료 시: {tracks}")


def count_words(names: Names, count: str) -> str:
    """A number, or the present value of the parameter that it names."""
    parameter = names.definition.parameters.get(count.removeprefix("params.")) if count.startswith("params.") else None
    return parameter.value if parameter is not None else count


def at_most_words(names: Names, count: str) -> str:
    """How often something may happen."""
    number = count_words(names, count)
    return names.either("at most once" if number == "1" else f"at most {number} times", f"최대 {number}회")
