"""States: each can be reached and left, somebody answers for it, and somebody can move a project on from it."""

from __future__ import annotations

from collections.abc import Iterator

from axflow.definition.base import Text
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.possible import Limits, can_be_true
from axflow.definition.lint.subject import Edge, Subject, reach
from axflow.definition.paths import STAGE_LEVEL, sources_of


def check_states(subject: Subject) -> Iterator[Finding]:
    """Reachability of every state, and a way on from it."""
    d = subject.definition
    for name in subject.states:
        if name not in subject.reachable:
            yield finding("unreachable", _path(subject, name), name=name)
    ending = reach(d.ends, [Edge(e.target, e.source, e.path, e.name) for e in subject.edges])
    for name in subject.stages:
        ways = [edge for edge in subject.edges if edge.source == name and edge.target != name]
        if name not in ending:
            yield finding("dead-end", _path(subject, name), name=name)
        elif not any(_passable(subject, edge) for edge in ways):
            yield finding("nobody-may-move", _path(subject, name), name=name, why=_why(subject, ways))
    for track_id, track in d.tracks.items():
        edges = subject.track_edges(track_id)
        seen = reach([track.initial], edges)
        read = any(f"tracks.{track_id}" in guard.reads for guard in subject.guards.values())
        for name, state in track.states.items():
            path = f"tracks.{track_id}.states.{name}"
            if name not in seen:
                yield finding("unreachable", path, name=f"{track_id}.{name}")
            elif not (state.done or read or any(e.source == name and e.target != name for e in edges)):
                yield finding("track-stuck", path, track=track_id, name=name)


def _path(subject: Subject, name: str) -> str:
    if name in subject.definition.stages:
        return f"stages.{name}"
    return f"ends.{name}" if name in subject.definition.ends else f"handoffs.{name.partition('.')[0]}"


def _passable(subject: Subject, edge: Edge) -> bool:
    """Whether the edge can ever be taken: by time always, by people if somebody can hold the role."""
    if edge.named is None:
        return True
    transition = edge.named.transition
    if subject.number(transition.at_most) == 0:
        return False
    if any(subject.vacant(role) for role in transition.signatures):
        return False
    if transition.by and all(subject.vacant(role) for role in transition.by):
        return False
    guards = [subject.guards[guard].guard.node for guard in transition.guards if guard in subject.guards]
    return all(can_be_true(node, Limits()) for node in guards)


def _why(subject: Subject, ways: list[Edge]) -> Text:
    names = ", ".join(f"`{edge.name}`" for edge in ways)
    return Text(
        en=f"{names} need a role that nobody can hold, a guard that is never TRUE, or `at_most: 0`",
        ko=f"{names}에는 아무도 맡을 수 없는 역할, 결코 참이 될 수 없는 조건 또는 `at_most: 0`이 걸려 있습니다.",
    )


def check_owners(subject: Subject) -> Iterator[Finding]:
    """An owner to whom no role belongs is accountable on paper only."""
    d = subject.definition
    serving = {organisation for role in d.roles.values() for organisation in role.of}
    if "any" in serving:
        return
    owned = [(f"stages.{name}", name, stage.owner) for name, stage in d.stages.items()]
    owned += [(f"tracks.{name}", name, track.owner) for name, track in d.tracks.items() if track.owner is not None]
    owned += [
        (f"tracks.{track_id}.states.{name}", name, state.owner)
        for track_id, track in d.tracks.items()
        for name, state in track.states.items()
        if state.owner is not None
    ]
    for path, name, owner in owned:
        if owner in d.organisations and owner not in serving:
            yield finding("no-owner", path, name=name, owner=owner)


def check_one_role(subject: Subject) -> Iterator[Finding]:
    """A state that one role alone can leave: whoever holds it can stop every project."""
    for name in subject.stages:
        edges = [edge for edge in subject.edges if edge.source == name and edge.target != name]
        roles: set[str] = set()
        for edge in edges:
            transition = edge.named.transition if edge.named is not None else None
            if transition is None or transition.event is None or transition.signatures:
                break
            roles.update(transition.by)
        else:
            if edges and len(roles) == 1:
                yield finding("one-role-leaves", _path(subject, name), name=name, role=next(iter(roles)))


def check_parallel(subject: Subject) -> Iterator[Finding]:
    """Tracks that wait for a stage on which they do not rest."""
    d = subject.definition
    for named in subject.named:
        transition = named.transition
        sources = sources_of(d, named)
        if named.level != STAGE_LEVEL or named.source != "transition" or len(sources) != 1 or transition.join is None:
            continue
        source, target = sources[0], transition.to
        if target not in d.stages or any(e.target == target and e.source != source for e in subject.edges):
            continue
        recorded = subject.accepted_in(source)
        for track_id in subject.tracks_in(target):
            if source in d.tracks[track_id].in_ or not subject.tracks_in(source):
                continue
            if not (_rests_on(subject, track_id) & recorded):
                yield finding("could-run-in-parallel", f"tracks.{track_id}", name=track_id, stage=source, later=target)


def _rests_on(subject: Subject, track_id: str) -> frozenset[str]:
    """Evidence that a track reads, or that its own evidence must follow."""
    d = subject.definition
    guards = [g for t in d.tracks[track_id].transitions for g in t.guards if g in subject.guards]
    needed = {name for guard in guards for name in subject.guards[guard].evidence}
    for state in d.tracks[track_id].states.values():
        for name in state.accepts:
            if name in d.evidence:
                needed.update((*d.evidence[name].dated_after, *d.evidence[name].depends_on))
    return frozenset(needed)
