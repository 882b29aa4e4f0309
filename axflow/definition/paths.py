"""Every way from one state to another, with an id of its own: declared transitions, compiled handoffs, upheld appeals.

Kernel, linter, diagrams and guards speak of transitions by these ids, so they are made in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from axflow.definition.appeal import Appeal
from axflow.definition.definition import Definition
from axflow.definition.handoff import Handoff
from axflow.definition.transition import Transition

STAGE_LEVEL: Final = "stage"
ANY: Final = "any"
Source = Literal["transition", "handoff", "appeal"]


@dataclass(frozen=True, slots=True)
class NamedTransition:
    """A transition and the id that it is known by everywhere."""

    id: str
    level: str
    """`stage`, or the id of the track that it moves."""
    transition: Transition
    source: Source
    declaration: int
    """Position in the order of declaration: tracks first, then transitions, handoffs and appeals between stages."""
    origin: str = ""
    """The id of the handoff or appeal that it was compiled from."""

    @property
    def automatic(self) -> bool:
        """Whether nobody sends it: it follows from the state of the project, or from time."""
        return self.transition.event is None


def offered(handoff: str) -> str:
    """The stage in which a handoff waits for its receiver."""
    return f"{handoff}.offered"


def stage_ids(definition: Definition) -> tuple[str, ...]:
    """Every stage, the compiled `<handoff>.offered` ones included, ends not; the initial stage first."""
    return (*definition.stages, *(offered(name) for name in definition.handoffs))


def sources_of(definition: Definition, named: NamedTransition) -> tuple[str, ...]:
    """The states that a transition leaves, with `any` written out; each once, in the order of declaration."""
    names = named.transition.from_
    if ANY not in names:
        return tuple(dict.fromkeys(names))
    if named.level == STAGE_LEVEL:
        return stage_ids(definition)
    return tuple(definition.tracks[named.level].states)


def named_transitions(definition: Definition) -> tuple[NamedTransition, ...]:
    """All transitions of `definition` with their ids, in the order of declaration.

    An id is the declared one, else the event, else `<from>_to_<to>`. Where that is taken already, `_in_<track>`, then
    `_from_<state>`, then a number is put behind it; an earlier declaration keeps the plain name, stages before tracks.
    """
    drafts = list(_drafts(definition))
    taken = {base for _, _, _, base, fixed, _ in drafts if fixed}
    names: dict[int, str] = {}
    by_claim = sorted(range(len(drafts)), key=lambda index: drafts[index][0] != STAGE_LEVEL)
    for index in by_claim:
        level, transition, _, base, fixed, _ = drafts[index]
        names[index] = base if fixed else _free(base, level, transition, taken)
        taken.add(names[index])
    return tuple(
        NamedTransition(names[index], level, transition, source, index, origin)
        for index, (level, transition, source, _, _, origin) in enumerate(drafts)
    )


_Draft = tuple[str, Transition, Source, str, bool, str]


def _drafts(definition: Definition) -> Iterator[_Draft]:
    for track_id, track in definition.tracks.items():
        for transition in track.transitions:
            yield (track_id, transition, "transition", *_base(transition), "")
    for transition in definition.transitions:
        yield (STAGE_LEVEL, transition, "transition", *_base(transition), "")
    for handoff_id, handoff in definition.handoffs.items():
        for name, transition in _compiled_handoff(handoff_id, handoff):
            yield STAGE_LEVEL, transition, "handoff", name, True, handoff_id
    for appeal_id, appeal in definition.appeals.items():
        for transition in _compiled_appeal(definition, appeal_id, appeal):
            yield STAGE_LEVEL, transition, "appeal", f"{appeal_id}.uphold", False, appeal_id


def _base(transition: Transition) -> tuple[str, bool]:
    if transition.id is not None:
        return transition.id, True
    if transition.event is not None:
        return transition.event, False
    plain = "_".join(name.replace(".", "_") for name in (transition.from_[0], "to", transition.to))
    return plain, False


def _free(base: str, level: str, transition: Transition, taken: set[str]) -> str:
    source = transition.from_[0].replace(".", "_")
    candidates = [base]
    if level != STAGE_LEVEL:
        candidates.append(f"{base}_in_{level}")
    candidates.append(f"{base}_from_{source}")
    for candidate in candidates:
        if candidate not in taken:
            return candidate
    number = 2
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def _compiled_handoff(name: str, handoff: Handoff) -> Iterator[tuple[str, Transition]]:
    waiting = offered(name)
    offer: dict[str, Any] = {
        "from": handoff.from_,
        "to": waiting,
        "guards": handoff.guards,
        "join": handoff.join,
        "rests_on": handoff.rests_on,
    }
    yield f"{name}.offer", _transition(**offer, event=f"{name}.offer", by=handoff.offered_by)
    if handoff.automatic:
        yield f"{name}.auto_offer", _transition(**offer, automatic=True)
    yield (
        f"{name}.accept",
        _transition(
            event=f"{name}.accept",
            to=handoff.to,
            by=handoff.accepted_by,
            guards=handoff.guards,
            rests_on=handoff.rests_on,
            not_same_actor_as=(f"{name}.offer",) if handoff.independent else (),
            **{"from": (waiting,)},
        ),
    )
    yield (
        f"{name}.return",
        _transition(
            event=f"{name}.return",
            to=handoff.returns.to,
            by=handoff.accepted_by,
            reason=handoff.returns.reasons,
            at_most=handoff.returns.at_most,
            **{"from": (waiting,)},
        ),
    )


def _compiled_appeal(definition: Definition, name: str, appeal: Appeal) -> Iterator[Transition]:
    """The moves of an upheld appeal. Filing and dismissing move nothing: they raise and release the appeal's hold."""
    seen: set[tuple[str, str]] = set()
    for decision in _decisions(definition, appeal.against):
        back = (appeal.upheld.to,) if appeal.upheld.to is not None else decision.from_
        for target in stage_ids(definition) if ANY in back else back:
            if (decision.to, target) in seen:
                continue
            seen.add((decision.to, target))
            yield _transition(
                event=f"{name}.uphold",
                to=target,
                by=appeal.panel,
                not_same_actor_as=tuple(dict.fromkeys((*appeal.against, *appeal.excluded))),
                **{"from": (decision.to,)},
            )


def _decisions(definition: Definition, names: Iterable[str]) -> Iterator[Transition]:
    compiled = {
        name: transition
        for handoff_id, handoff in definition.handoffs.items()
        for name, transition in _compiled_handoff(handoff_id, handoff)
    }
    for name in names:
        if name in compiled:
            yield compiled[name]
        yield from (t for t in definition.transitions if name in (t.id, t.event) or _base(t)[0] == name)


def _transition(**content: Any) -> Transition:
    return Transition.model_validate(content)
