"""A definition compiled for deciding: who moves what from where, and the machines that do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from axflow.definition.base import Text, spoken
from axflow.definition.definition import Definition
from axflow.definition.guard_schema import CompiledGuards, compile_guards, evidence_type
from axflow.definition.paths import STAGE_LEVEL, NamedTransition, named_transitions, offered, sources_of
from axflow.definition.transition import Transition
from axflow.guards.types import Type
from axflow.guards.values import Inner
from axflow.kernel.facts import Facts
from axflow.kernel.machine import StateMachine
from axflow.kernel.project import Project
from axflow.kernel.readings import Readings


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One transition, ready to be judged."""

    id: str
    level: str
    transition: Transition
    sources: tuple[str, ...]
    order: int
    guards: tuple[str, ...]
    variants: Mapping[str, tuple[str, ...]]
    """Guards that a class of projects needs in addition, by class."""
    handoff: str | None
    appeal: str | None
    senders: frozenset[str]
    by: tuple[str, ...]
    """The senders in one order."""

    @property
    def trigger(self) -> str:
        """The name under which the machine knows it: the event, or the step itself where nobody sends it."""
        return self.transition.event or f"step:{self.id}"


@dataclass(frozen=True, slots=True)
class Place:
    """A stage, offered handoff, end or track state."""

    id: str
    owner: str
    title: Text
    accepts: tuple[str, ...]
    end: bool = False
    done: bool = False
    handoff: str | None = None


MOST_REMEMBERED = 1_000
"""Projects of a definition whose readings are kept."""


@dataclass(eq=False)
class Program:
    """Everything about a definition that deciding needs, looked up instead of searched."""

    definition: Definition
    guards: CompiledGuards
    steps: tuple[Step, ...]
    by_id: Mapping[str, Step]
    by_event: Mapping[str, tuple[Step, ...]]
    by_state: Mapping[str, Mapping[str, tuple[Step, ...]]]
    """Level, then state, then the steps that nobody sends, in order of declaration."""
    places: Mapping[str, Place]
    track_places: Mapping[str, Mapping[str, Place]]
    machines: Mapping[str, StateMachine]
    tracks_of: Mapping[str, tuple[str, ...]]
    deadlines_in: Mapping[str, tuple[str, ...]]
    orders: Mapping[str, int]
    evidence_types: Mapping[str, Type]
    accepted_in: Mapping[str, tuple[str, ...]]
    """Evidence type and the places that accept it."""
    parameters: Mapping[str, Inner]
    attribute_types: Mapping[str, Type]
    readings: dict[str, Readings] = field(default_factory=dict)
    """What guards last read of a project's evidence."""
    named_guards: frozenset[str] = field(default_factory=frozenset)
    """Guards that other guards read."""

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """Evidence type and the guards that read it."""
        found: dict[str, list[str]] = {}
        for name, guard in self.guards.items():
            for evidence in guard.evidence:
                found.setdefault(evidence, []).append(name)
        return {evidence: tuple(names) for evidence, names in found.items()}

    def evidence_of(self, guards: tuple[str, ...]) -> tuple[str, ...]:
        """The evidence types that guards read, each once, in one order."""
        found = self._evidence_of.get(guards)
        if found is None:
            read = (evidence for name in guards for evidence in sorted(self.guards[name].evidence))
            found = self._evidence_of[guards] = tuple(dict.fromkeys(read))
        return found

    @cached_property
    def _evidence_of(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {}

    @cached_property
    def paper_guards(self) -> frozenset[str]:
        """Guards that read nothing but evidence and parameters: their verdict is as good as the readings are."""
        papers = {*self.definition.evidence, "params"}
        return frozenset(name for name, guard in self.guards.items() if guard.guard.roots <= papers)

    @cached_property
    def unconditional(self) -> frozenset[str]:
        """Evidence types whose records count as long as they are valid: nothing else is asked of them."""
        return frozenset(
            name
            for name, kind in self.definition.evidence.items()
            if not (kind.confirmed_by or kind.depends_on or kind.matches)
        )

    def readings_of(self, project: Project, facts: Facts, at: datetime, at_text: str) -> Readings:
        """What guards read of a project's evidence at this moment; worked out anew where the last does not serve."""
        last = self.readings.get(project.id)
        if last is not None and last.serve(project.evidence, facts, at, at_text):
            return last
        found = Readings(self, project.evidence, facts, at, at_text)
        if last is not None:
            found.carry_over(last)
        elif len(self.readings) >= MOST_REMEMBERED:
            self.readings.clear()
        self.readings[project.id] = found
        return found

    @cached_property
    def recollected(self) -> frozenset[str]:
        """Evidence types that are collected anew where a place is entered again."""
        return frozenset(name for name, kind in self.definition.evidence.items() if kind.recollect)

    @cached_property
    def others_read(self) -> Mapping[str, tuple[str, ...]]:
        """Guard and the links that it reads, with `firm` for the firm's other projects; nothing for most guards."""
        found = {}
        for name, guard in self.guards.items():
            links = [link for link in self.definition.links if f"links.{link}" in guard.reads]
            if links or "firm.projects" in guard.reads:
                found[name] = (*links, *(("firm",) if "firm.projects" in guard.reads else ()))
        return found

    @cached_property
    def timed_places(self) -> frozenset[str]:
        """Places where some time limit starts on entry."""
        found = {*self.deadlines_in, *(name for name, place in self.places.items() if place.handoff is not None)}
        for level, states in self.by_state.items():
            for state, steps in states.items():
                if any(step.transition.after is not None for step in steps):
                    found.add(state if level == STAGE_LEVEL else f"{level}.{state}")
        return frozenset(found)

    @cached_property
    def heeded_acts(self) -> frozenset[str]:
        """Events and evidence types that start or meet a deadline, or open the window of an appeal."""
        deadlines = self.definition.deadlines.values()
        found = {name for deadline in deadlines for name in deadline.until}
        found |= {deadline.starts.partition(" ")[2].partition(".")[0] for deadline in deadlines}
        return frozenset(found | {deadline.starts.partition(" ")[2] for deadline in deadlines})

    @cached_property
    def roots_read(self) -> frozenset[str]:
        """What guards read at all, by root name."""
        return frozenset(path.partition(".")[0] for guard in self.guards.values() for path in guard.reads)

    @cached_property
    def reads_statuses(self) -> bool:
        """Whether some guard reads the status word of another project."""
        paths = {path for guard in self.guards.values() for path in guard.reads}
        return "firm.projects.status" in paths or any(f"links.{name}.status" in paths for name in self.definition.links)

    def title(self, name: str) -> Text:
        """The title of anything that has an id; the id in words where it has none."""
        definition = self.definition
        if name in self.places:
            return self.places[name].title
        for table in (definition.evidence, definition.guards, definition.holds, definition.handoffs, definition.tracks,
                      definition.deadlines, definition.obligations, definition.appeals, definition.rounds,
                      definition.roles, definition.clocks, definition.attributes):  # fmt: skip
            part = table.get(name)
            title = getattr(part, "title", None)
            if isinstance(title, Text):
                return title
        if name in definition.words:
            return definition.words[name]
        step = self.by_id.get(name)
        if step is not None and step.transition.title is not None:
            return step.transition.title
        for candidate in self.by_event.get(name, ()):
            if candidate.transition.title is not None:
                return candidate.transition.title
        if step is not None and step.transition.event in definition.words:
            return definition.words[step.transition.event]
        first, dot, second = name.partition(".")
        if dot and first in self.track_places and second in self.track_places[first]:
            return self.track_places[first][second].title
        if dot and (first in definition.handoffs or first in definition.appeals):
            return _act_title(self.title(first), second)
        return definition.organisations.get(name) or Text(en=spoken(name))

    def titles(self, names: tuple[str, ...] | frozenset[str] | list[str]) -> tuple[Text, ...]:
        """The titles of several names."""
        return tuple(self.title(name) for name in names)


_ACTS = {
    "offer": ("offer", "인계 제안"),
    "accept": ("accept", "인수"),
    "return": ("return", "반려"),
    "offered": ("offered", "인계 대기"),
    "auto_offer": ("offer", "인계 제안"),
    "file": ("file", "제기"),
    "uphold": ("uphold", "인용"),
    "dismiss": ("dismiss", "기각"),
}


def _act_title(title: Text, act: str) -> Text:
    en, ko = _ACTS.get(act, (spoken(act).lower(), spoken(act)))
    return Text(en=f"{title.en}: {en}", ko=f"{title.in_('ko')}: {ko}")


_BY_IDENTITY: dict[int, tuple[Definition, Program]] = {}


def program_of(definition: Definition) -> Program:
    """The compiled form of `definition`, made once. Raises `GuardProblem` where a guard does not compile."""
    found = _BY_IDENTITY.get(id(definition))
    if found is not None and found[0] is definition:
        return found[1]
    program = _compile(definition)
    if len(_BY_IDENTITY) >= 256:
        # Definitions made in passing (tests, generated policies) would pile up otherwise.
        _BY_IDENTITY.clear()
    _BY_IDENTITY[id(definition)] = (definition, program)
    return program


def _compile(definition: Definition) -> Program:
    steps = tuple(_step(definition, named) for named in named_transitions(definition))
    by_event: dict[str, list[Step]] = {}
    by_state: dict[str, dict[str, list[Step]]] = {}
    for step in steps:
        if step.transition.event is not None:
            by_event.setdefault(step.transition.event, []).append(step)
        else:
            for source in step.sources:
                by_state.setdefault(step.level, {}).setdefault(source, []).append(step)
    places = _places(definition)
    track_places = _track_places(definition)
    levels = {STAGE_LEVEL: tuple(places), **{track: tuple(states) for track, states in track_places.items()}}
    guards = compile_guards(definition)
    return Program(
        definition=definition,
        guards=guards,
        steps=steps,
        by_id={step.id: step for step in steps},
        by_event={event: tuple(found) for event, found in by_event.items()},
        by_state={lvl: {s: tuple(found) for s, found in states.items()} for lvl, states in by_state.items()},
        places=places,
        track_places=track_places,
        machines={
            level: StateMachine.of(states, [s for s in steps if s.level == level]) for level, states in levels.items()
        },
        tracks_of=_tracks_of(definition),
        deadlines_in=_deadlines_in(definition, tuple(places)),
        orders=_orders(definition, steps),
        evidence_types={name: _one(evidence_type(name, kind)) for name, kind in definition.evidence.items()},
        accepted_in=_accepted_in(places, track_places),
        parameters={name: parameter.inner for name, parameter in definition.parameters.items()},
        attribute_types={name: kind.guard_type(f"project.{name}") for name, kind in definition.attributes.items()},
        named_guards=frozenset(other for guard in guards.values() for other in guard.depends),
    )


def _one(guard_type: Type) -> Type:
    return guard_type if guard_type.element is None else guard_type.element


def _step(definition: Definition, named: NamedTransition) -> Step:
    transition = named.transition
    variants: dict[str, tuple[str, ...]] = {}
    if definition.variants is not None:
        for value, variant in definition.variants.of.items():
            extra = variant.guards.get(named.id) or variant.guards.get(named.origin) or ()
            if named.origin and named.id.endswith(".return"):
                extra = ()
            if extra:
                variants[value] = tuple(extra)
    return Step(
        id=named.id,
        level=named.level,
        transition=transition,
        sources=sources_of(definition, named),
        order=named.declaration,
        guards=tuple(transition.guards),
        variants=variants,
        handoff=named.origin if named.source == "handoff" else None,
        appeal=named.origin if named.source == "appeal" else None,
        senders=frozenset((*transition.by, *transition.signatures)),
        by=tuple(sorted({*transition.by, *transition.signatures})),
    )


def _places(definition: Definition) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for name, stage in definition.stages.items():
        found[name] = Place(name, stage.owner, stage.title or Text(en=spoken(name)), tuple(stage.accepts))
    for name, handoff in definition.handoffs.items():
        sending = definition.stages.get(handoff.from_[0])
        title = handoff.title or Text(en=spoken(name))
        waiting = Text(en=f"{title.en} (offered)", ko=f"{title.in_('ko')} (인계 대기)")
        # Papers may lapse while the receiver looks at them, so what the sending stage accepts can still be filed.
        accepts = tuple(dict.fromkeys(a for s in handoff.from_ if s in found for a in found[s].accepts))
        owner = sending.owner if sending is not None else ""
        found[offered(name)] = Place(offered(name), owner, waiting, accepts, handoff=name)
    for name, end in definition.ends.items():
        found[name] = Place(name, "", end.title or Text(en=spoken(name)), tuple(end.accepts), end=True)
    return found


def _track_places(definition: Definition) -> dict[str, dict[str, Place]]:
    return {
        track_id: {
            name: Place(
                name,
                state.owner or track.owner or "",
                state.title or Text(en=spoken(name)),
                tuple(state.accepts),
                done=state.done,
            )
            for name, state in track.states.items()
        }
        for track_id, track in definition.tracks.items()
    }


def _tracks_of(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Stage and the tracks that run in it; an offered handoff between two stages of a span is inside the span."""
    found = {
        stage: tuple(name for name, track in definition.tracks.items() if stage in track.in_)
        for stage in definition.stages
    }
    for name, handoff in definition.handoffs.items():
        found[offered(name)] = tuple(
            track_id
            for track_id, track in definition.tracks.items()
            if handoff.to in track.in_ and any(source in track.in_ for source in handoff.from_)
        )
    return found


def _deadlines_in(definition: Definition, places: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, deadline in definition.deadlines.items():
        for place in deadline.in_:
            spots = [p for p in places if p not in definition.ends] if place == "any" else [place]
            for spot in spots:
                found.setdefault(spot, []).append(name)
    return {place: tuple(names) for place, names in found.items()}


def _orders(definition: Definition, steps: tuple[Step, ...]) -> dict[str, int]:
    """Place of declaration of each timer, for those that are due at one instant."""
    names = [f"validity:{name}" for name in definition.evidence]
    names += [f"deadline:{name}" for name in definition.deadlines]
    names += [f"handoff:{name}" for name in definition.handoffs]
    names += [f"after:{step.id}" for step in steps if step.transition.after is not None]
    names += [f"obligation:{name}" for name in definition.obligations]
    names += [f"{kind}:{name}" for name in definition.holds for kind in ("hold_limit", "hold_total", "hold_review")]
    names += [f"{kind}:{name}" for name in definition.appeals for kind in ("appeal", "appeal_window")]
    names += [f"waiver:{name}" for name in definition.guards]
    return {name: place for place, name in enumerate(names)}


def _accepted_in(
    places: Mapping[str, Place], track_places: Mapping[str, Mapping[str, Place]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, place in places.items():
        for evidence in place.accepts:
            found.setdefault(evidence, []).append(name)
    for track, states in track_places.items():
        for name, place in states.items():
            for evidence in place.accepts:
                found.setdefault(evidence, []).append(f"{track}.{name}")
    return {evidence: tuple(names) for evidence, names in found.items()}
