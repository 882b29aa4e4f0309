"""What the checks look at: the definition with its ways written out as edges and its guards compiled, once for all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from axflow.definition.consequence import Consequence
from axflow.definition.definition import Definition
from axflow.definition.guard_schema import check_guards
from axflow.definition.paths import ANY, STAGE_LEVEL, NamedTransition, named_transitions, offered, sources_of, stage_ids
from axflow.definition.transition import Join


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from one state to another."""

    source: str
    target: str
    path: str
    name: str
    named: NamedTransition | None = None
    """None where time brings it: a deadline, a hold or a handoff that runs out."""

    @property
    def instant(self) -> bool:
        """Whether the workflow takes it by itself, without time or anybody between."""
        return self.named is not None and self.named.transition.automatic

    @property
    def bounded(self) -> bool:
        """Whether it can be taken only so often."""
        if self.named is None:
            return False
        return self.named.transition.at_most is not None or self.named.source == "appeal"


@dataclass(frozen=True, slots=True)
class Timer:
    """A time limit and what follows, wherever it is declared."""

    path: str
    name: str
    consequence: Consequence
    states: tuple[str, ...]
    """Where it runs: stages, ends, `track.state`."""
    kind: str
    """`deadline`, `handoff`, `hold`, `review`, `obligation` or `appeal`."""


class Subject:
    """A definition under the linter."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.named = named_transitions(definition)
        self.stages = stage_ids(definition)
        self.states = (*self.stages, *definition.ends)
        self.guards, self.guard_problems = check_guards(definition)

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """Where each named transition is declared."""
        counts: dict[str, int] = {}
        made: dict[str, str] = {}
        for named in self.named:
            if named.source == "handoff":
                made[named.id] = f"handoffs.{named.origin}"
            elif named.source == "appeal":
                made[named.id] = f"appeals.{named.origin}"
            else:
                index = counts.get(named.level, 0)
                counts[named.level] = index + 1
                prefix = "" if named.level == STAGE_LEVEL else f"tracks.{named.level}."
                made[named.id] = f"{prefix}transitions[{index}]"
        return made

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All ways between stages and to ends whose states exist; names that do not are another check's finding."""
        found = [
            Edge(source, named.transition.to, self.paths[named.id], named.id, named)
            for named in self.named
            if named.level == STAGE_LEVEL
            for source in sources_of(self.definition, named)
        ]
        for timer in self.timers:
            found += [Edge(source, target, timer.path, timer.name) for source, target in self._timed(timer)]
        for parting in (self.definition.split, self.definition.merge):
            if parting is not None:
                kind = "split" if parting is self.definition.split else "merge"
                found += [Edge(stage, parting.end, kind, kind) for stage in self._stages_of(parting.in_)]
        return tuple(edge for edge in found if edge.source in self.states and edge.target in self.states)

    def track_edges(self, track: str) -> tuple[Edge, ...]:
        """The ways inside a track."""
        states = self.definition.tracks[track].states
        found = [
            Edge(source, named.transition.to, self.paths[named.id], named.id, named)
            for named in self.named
            if named.level == track
            for source in sources_of(self.definition, named)
        ]
        for timer in self.timers:
            target = timer.consequence.to
            if target is not None:
                inside = [state.partition(".")[2] for state in timer.states if state.startswith(f"{track}.")]
                found += [Edge(source, target.removeprefix(f"{track}."), timer.path, timer.name) for source in inside]
        return tuple(edge for edge in found if edge.source in states and edge.target in states)

    @cached_property
    def timers(self) -> tuple[Timer, ...]:
        """Every time limit with a consequence."""
        d = self.definition
        made = [
            Timer(f"deadlines.{name}", name, deadline.if_late, self._states_of(deadline.in_), "deadline")
            for name, deadline in d.deadlines.items()
        ]
        made += [
            Timer(f"handoffs.{name}", name, handoff.if_late, (offered(name),), "handoff")
            for name, handoff in d.handoffs.items()
        ]
        for name, hold in d.holds.items():
            where = self._states_of(hold.in_)
            if hold.review_within is not None:
                made.append(Timer(f"holds.{name}", name, hold.if_review_late, where, "review"))
            if hold.if_late is not None:
                made.append(Timer(f"holds.{name}", name, hold.if_late, where, "hold"))
        made += [
            Timer(f"obligations.{name}", name, obligation.if_late, self.stages, "obligation")
            for name, obligation in d.obligations.items()
        ]
        made += [
            Timer(f"appeals.{name}", name, appeal.if_late, self.stages, "appeal") for name, appeal in d.appeals.items()
        ]
        return tuple(made)

    def _timed(self, timer: Timer) -> Iterable[tuple[str, str]]:
        handoff = self.definition.handoffs.get(timer.name) if timer.kind == "handoff" else None
        target = timer.consequence.to
        if handoff is not None and timer.consequence.kind == "accept":
            target = handoff.to
        if handoff is not None and timer.consequence.kind == "return":
            target = handoff.returns.to
        if target is None:
            return ()
        return [(state, target) for state in timer.states if state != target]

    def _states_of(self, names: Iterable[str]) -> tuple[str, ...]:
        names = tuple(names)
        return self.stages if ANY in names else names

    def _stages_of(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in self._states_of(names) if name in self.stages)

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Stages and ends that some project can come to."""
        return reach([self.definition.initial, *self._entrances()], self.edges)

    def _entrances(self) -> Iterable[str]:
        """Stages in which linked projects of this same definition start."""
        for named in self.named:
            opens = named.transition.opens
            if opens is not None and opens.at is not None and opens.definition in (None, self.definition.id):
                yield opens.at

    def before(self, state: str) -> frozenset[str]:
        """States from which `state` can be reached, itself included."""
        return reach([state], [Edge(e.target, e.source, e.path, e.name) for e in self.edges])

    def tracks_in(self, stage: str) -> tuple[str, ...]:
        """Tracks that run in a stage."""
        return tuple(name for name, track in self.definition.tracks.items() if stage in track.in_)

    def accepted_in(self, state: str) -> frozenset[str]:
        """Evidence types that may be recorded while a project is in `state`, in any of its tracks."""
        d = self.definition
        found: set[str] = set()
        if state in d.stages:
            found.update(d.stages[state].accepts)
        if state in d.ends:
            found.update(d.ends[state].accepts)
        for track in self.tracks_in(state):
            for inner in d.tracks[track].states.values():
                found.update(inner.accepts)
        return frozenset(found)

    def number(self, value: str | None) -> int | None:
        """A count written as a number or `params.x`; None where it is neither."""
        if value is None:
            return None
        if value.isascii() and value.isdigit():
            return int(value)
        parameter = self.definition.parameters.get(value.removeprefix("params."))
        return int(parameter.value) if parameter is not None and parameter.type == "integer" else None

    def vacant(self, role: str) -> bool:
        """Whether nobody can ever hold a role."""
        declared = self.definition.roles.get(role)
        return declared is not None and (not declared.kinds or not declared.of)

    def joins(self) -> Iterable[tuple[str, tuple[str, ...], Join]]:
        """Each join: where it is declared, the stages that it leaves, and itself."""
        for named in self.named:
            if named.transition.join is not None and not named.id.endswith(".auto_offer"):
                yield self.paths[named.id], sources_of(self.definition, named), named.transition.join


def reach(starts: Iterable[str], edges: Iterable[Edge]) -> frozenset[str]:
    """What can be reached from `starts` along `edges`."""
    onward: dict[str, list[str]] = {}
    for edge in edges:
        onward.setdefault(edge.source, []).append(edge.target)
    seen = set(starts)
    queue = deque(seen)
    while queue:
        for target in onward.get(queue.popleft(), ()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return frozenset(seen)


def circles(edges: Iterable[Edge]) -> tuple[frozenset[str], ...]:
    """The strongly connected groups of states with a circle inside, in the order of first appearance."""
    edges = tuple(edges)
    names = tuple(dict.fromkeys(name for edge in edges for name in (edge.source, edge.target)))
    forward = {name: reach([name], edges) for name in names}
    loops = {edge.source for edge in edges if edge.source == edge.target}
    groups: list[frozenset[str]] = []
    placed: set[str] = set()
    for name in names:
        if name in placed:
            continue
        group = frozenset(other for other in forward[name] if name in forward[other])
        placed |= group
        if len(group) > 1 or name in loops:
            groups.append(group)
    return tuple(groups)
