"""Ways: one cause leads to one place, circles are bounded, joins can be complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from axflow.definition.base import Text
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.subject import Edge, Subject, circles, reach
from axflow.definition.paths import STAGE_LEVEL, NamedTransition, sources_of
from axflow.definition.transition import Join


def check_overlaps(subject: Subject) -> Iterator[Finding]:
    """Two ways out of one state for one cause, which nothing tells apart."""
    reported: set[tuple[str, str]] = set()
    leaving: dict[tuple[str, str], list[NamedTransition]] = {}
    for named in subject.named:
        if named.source != "appeal":
            for source in sources_of(subject.definition, named):
                leaving.setdefault((named.level, source), []).append(named)
    for (_, source), ways in leaving.items():
        for one, other in combinations(ways, 2):
            if (one.id, other.id) not in reported and _same_cause(one, other) and _overlap(subject, one, other):
                reported.add((one.id, other.id))
                yield finding(
                    "overlapping-transitions", subject.paths[other.id], one=one.id, other=other.id, name=source
                )
    yield from _across_levels(subject)


def _same_cause(one: NamedTransition, other: NamedTransition) -> bool:
    a, b = one.transition, other.transition
    if a.event is None or b.event is None:
        return a.automatic and b.automatic
    return a.event == b.event and bool({*a.by, *a.signatures} & {*b.by, *b.signatures})


def _overlap(subject: Subject, one: NamedTransition, other: NamedTransition) -> bool:
    first, second = _conditions(subject, one), _conditions(subject, other)
    if one.transition.event is None:
        # Automatic transitions are tried in the order of declaration: a later one may be the exception's "otherwise".
        return first <= second
    return first <= second or second <= first


def _conditions(subject: Subject, named: NamedTransition) -> frozenset[str]:
    guards = subject.definition.guards
    conditions = {guards[guard].expression if guard in guards else guard for guard in named.transition.guards}
    if named.transition.join is not None:
        conditions.add(f"join {named.transition.join}")
    if named.transition.during is not None:
        conditions.add(f"during {named.transition.during}")
    return frozenset(conditions)


def _across_levels(subject: Subject) -> Iterator[Finding]:
    """One event that would move a stage and a track, or two tracks, that run at the same time."""
    d = subject.definition
    events: dict[str, list[NamedTransition]] = {}
    for named in subject.named:
        if named.transition.event is not None:
            events.setdefault(named.transition.event, []).append(named)
    for ways in events.values():
        for one, other in combinations(ways, 2):
            if one.level == other.level:
                continue
            where = [
                set(sources_of(d, way)) if way.level == STAGE_LEVEL else set(d.tracks[way.level].in_)
                for way in (one, other)
            ]
            common = where[0] & where[1]
            if common:
                path, name = subject.paths[one.id], min(common, key=subject.states.index)
                yield finding("overlapping-transitions", path, one=other.id, other=one.id, name=name)


def check_circles(subject: Subject) -> Iterator[Finding]:
    """Circles that the workflow runs by itself, and rework without a bound."""
    yield from _level(subject.edges, subject.states)
    for track_id, track in subject.definition.tracks.items():
        yield from _level(subject.track_edges(track_id), tuple(track.states))


def _level(edges: Sequence[Edge], order: Sequence[str]) -> Iterator[Finding]:
    open_ended = [edge for edge in edges if not edge.bounded]
    instant = [edge for edge in open_ended if edge.instant]
    for group in circles(instant):
        inside = [edge for edge in instant if edge.source in group and edge.target in group]
        circle = " -> ".join((*sorted(group, key=order.index), min(group, key=order.index)))
        yield finding("automatic-cycle", inside[-1].path, circle=circle)
    returns = [edge for edge in open_ended if _is_return(edge)]
    # What only a time limit brings takes its time on every lap, and has no count to bound it by.
    yield from _rework(
        [edge for edge in open_ended if edge.named and not _is_return(edge) and not edge.instant], instant, order
    )
    seen: set[str] = set()
    for edge in returns:
        if edge.source in reach([edge.target], open_ended) and edge.path not in seen:
            seen.add(edge.path)
            yield finding("unbounded-return", edge.path, name=edge.path.partition(".")[2])


def _is_return(edge: Edge) -> bool:
    """Whether the edge gives a handoff back, by hand or by lapse of time."""
    return edge.path.startswith("handoffs.") and (edge.named is None or edge.name.endswith(".return"))


def _rework(moves: Sequence[Edge], instant: Sequence[Edge], order: Sequence[str]) -> Iterator[Finding]:
    every = [*moves, *instant]
    seen: set[str] = set()
    for group in circles(every):
        inside = [edge for edge in moves if edge.source in group and edge.target in group]
        back = [edge for edge in inside if order.index(edge.target) <= order.index(edge.source)] or inside
        for edge in back:
            if edge.name not in seen and edge.source in reach([edge.target], every):
                seen.add(edge.name)
                yield finding("unbounded-rework", edge.path, name=edge.name, source=edge.source, target=edge.target)


def check_joins(subject: Subject) -> Iterator[Finding]:
    """Joins of tracks that do not run there, are never done, or are fewer than asked for."""
    for path, sources, join in subject.joins():
        for source in sources:
            why = _incomplete(subject, source, join)
            if why is not None:
                yield finding("join-cannot-complete", path, why=why)
                break


def _incomplete(subject: Subject, source: str, join: Join) -> Text | None:
    running = subject.tracks_in(source)
    asked = [track for track in join.of if track in subject.definition.tracks] or list(running)
    absent = [track for track in asked if track not in running]
    if not running:
        return Text(en=f"no track runs in `{source}`", ko=f"`{source}`에서 진행되는 트랙이 없습니다.")
    needed = subject.number(join.at_least)
    able = [track for track in asked if track in running and _can_be_done(subject, track)]
    if needed is None and join.at_least is None:
        needed = len(asked)
    if needed is None or needed <= len(able):
        return None
    if absent:
        names = ", ".join(absent)
        return Text(en=f"`{names}` does not run in `{source}`", ko=f"`{names}`은(는) `{source}`에서 진행되지 않습니다.")
    stuck = [track for track in asked if track not in able]
    if stuck:
        names = ", ".join(stuck)
        return Text(
            en=f"`{names}` has no state `done` that it can reach",
            ko=f"`{names}`에 도달할 수 있는 완료 상태가 없습니다.",
        )
    return Text(
        en=f"{needed} of {len(able)} tracks are asked for", ko=f"트랙 {len(able)}개 중 {needed}개를 요구합니다."
    )


def _can_be_done(subject: Subject, track_id: str) -> bool:
    track = subject.definition.tracks[track_id]
    seen: Iterable[str] = reach([track.initial], subject.track_edges(track_id))
    return any(track.states[name].done for name in seen)
