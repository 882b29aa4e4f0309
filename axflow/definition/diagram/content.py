"""What a picture of a definition shows, before anything has a place: boxes, lines between them, and their words.

Ends other than successes are drawn once beside each stage that leads to them, and what can happen at any stage is
listed once below the picture: lines across the whole page would hide the path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from axflow.definition.base import Language
from axflow.definition.deadline import Deadline
from axflow.definition.definition import Definition
from axflow.definition.duration import Duration
from axflow.definition.hold import Hold
from axflow.definition.paths import ANY, STAGE_LEVEL, NamedTransition, named_transitions, offered, sources_of, stage_ids
from axflow.definition.sentences import FEW, at_most_words, join_words
from axflow.definition.stage import EndKind
from axflow.definition.track import Track
from axflow.definition.transition import Transition
from axflow.definition.words import Names, lowered

Style = Literal["title", "state", "event", "auto", "who", "guard", "limit", "note", "gap"]
NodeKind = Literal["stage", "offered", "success", "failure", "neutral", "state", "done", "hold", "anywhere"]
LinkKind = Literal["move", "handoff", "return", "late"]
Detail = Literal["brief", "full"]
"""`brief` shows the path, its conditions and its tracks; `full` adds who acts, who is heard, papers and time limits."""
MANY: Final = 4
"""From more stages than these, a transition to an end is listed below the picture instead of drawn."""


@dataclass(frozen=True, slots=True)
class Row:
    """One run of words in both languages, not yet broken into lines."""

    en: str
    ko: str
    style: Style

    def in_(self, language: Language) -> str:
        """The words in `language`."""
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True, slots=True)
class Node:
    """A box. `owner` is an organisation id, or empty where nobody owns it (ends)."""

    id: str
    kind: NodeKind
    rows: tuple[Row, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A line with a label. `id` is made of the ids of its ends."""

    source: str
    target: str
    kind: LinkKind
    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        """The name of the line."""
        return f"{self.source}>{self.target}" + ("" if self.kind in ("move", "handoff") else f":{self.kind}")


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes in the order of the path, and the lines between them; `notes` says what is true of all its boxes."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    notes: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """What is listed below the picture: from where, by what, to where. A hold has no target."""

    source: Node
    label: tuple[Row, ...]
    target: Node | None


@dataclass(frozen=True, slots=True)
class TrackBox:
    """A track inside a stage: drawn in the first stage that it spans, named in the others."""

    track: str
    stage: str
    title: tuple[Row, ...]
    graph: Graph

    @property
    def id(self) -> str:
        """The name of the box."""
        return f"{self.track}@{self.stage}"


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a picture of a definition shows."""

    path: Graph
    tracks: tuple[TrackBox, ...]
    asides: tuple[Aside, ...]

    def inside(self, stage: str) -> tuple[TrackBox, ...]:
        """The tracks of a stage."""
        return tuple(box for box in self.tracks if box.stage == stage)


def content_of(definition: Definition, detail: Detail = "brief") -> Content:
    """What the picture of `definition` shows.

    Raises ValueError where a transition names a state that is not there: the linter says more about it.
    """
    content = _Reader(definition, detail == "full").read()
    for graph in (content.path, *(track.graph for track in content.tracks)):
        known = {node.id for node in graph.nodes}
        for link in graph.links:
            for state in (link.source, link.target):
                if state not in known:
                    raise ValueError(
                        f"a transition of {definition.id} names {state!r}, which is no state; lint it first"
                    )
    return content


class _Reader:
    def __init__(self, definition: Definition, full: bool) -> None:
        self.definition, self.full = definition, full
        self.named = named_transitions(definition)
        self.en, self.ko = Names(definition, "en"), Names(definition, "ko")

    def row(self, style: Style, words: Callable[[Names], str]) -> Row:
        return Row(words(self.en), words(self.ko), style)

    def read(self) -> Content:
        links: dict[tuple[str, str, LinkKind], list[Row]] = {}
        asides: list[Aside] = []
        for named in self.named:
            if named.level == STAGE_LEVEL and not named.id.endswith(".auto_offer"):
                self._stage_link(named, links, asides)
        for source, target, rows in self._late():
            self._add(links, source, self._end_beside(target, source), "late", rows)
        drawn = {target for _, target, _ in links}
        nodes = list(self._path())
        nodes += self._ends(drawn)
        asides += [Aside(self._hold(name, hold), (), None) for name, hold in self.definition.holds.items()]
        graph = Graph(tuple(nodes), tuple(Link(s, t, kind, tuple(rows)) for (s, t, kind), rows in links.items()))
        return Content(graph, tuple(self._tracks()), tuple(asides))

    def _stage_link(
        self, named: NamedTransition, links: dict[tuple[str, str, LinkKind], list[Row]], asides: list[Aside]
    ) -> None:
        transition, ends = named.transition, self.definition.ends
        sources = sources_of(self.definition, named)
        to_bad_end = transition.to in ends and ends[transition.to].kind != "success"
        from_end = any(source in ends for source in sources)
        rows = self._label(named)
        if ANY in transition.from_ or from_end or (to_bad_end and len(sources) > MANY):
            asides.append(Aside(self._anywhere(transition), rows, self._target(transition.to)))
            return
        kind: LinkKind = "move"
        if named.source == "handoff":
            kind = "return" if named.id.endswith(".return") else "handoff"
        for source in sources:
            self._add(links, source, self._end_beside(transition.to, source), kind, rows)

    def _end_beside(self, target: str, source: str) -> str:
        end = self.definition.ends.get(target)
        return target if end is None or end.kind == "success" else f"{target}@{source}"

    @staticmethod
    def _add(
        links: dict[tuple[str, str, LinkKind], list[Row]], source: str, target: str, kind: LinkKind, rows: Iterable[Row]
    ) -> None:
        found = links.setdefault((source, target, kind), [])
        if found:
            found.append(Row("", "", "gap"))
        found.extend(rows)

    def _late(self) -> Iterator[tuple[str, str, tuple[Row, ...]]]:
        """Moves that a deadline makes: between stages only, those inside a track stand in its box."""
        for name, deadline in self.definition.deadlines.items():
            target = deadline.if_late.to
            if target is None:
                continue
            for source in deadline.in_:
                if source in stage_ids(self.definition) and target in (*self.definition.stages, *self.definition.ends):
                    yield source, target, (self._limit(name, deadline, _after),)
        for name, handoff in self.definition.handoffs.items():
            consequence = handoff.if_late
            to = {"return": handoff.returns.to, "accept": handoff.to, "to": consequence.to}.get(consequence.kind)
            if to is not None:
                yield offered(name), to, (self._time("limit", handoff.within, _after),)

    def _limit(self, name: str, deadline: Deadline, words: Callable[[Names, str], str]) -> Row:
        return self.row("limit", lambda n: f"{n.deadline(name)}: {words(n, n.duration(deadline.within))}")

    def _time(self, style: Style, time: Duration, words: Callable[[Names, str], str]) -> Row:
        return self.row(style, lambda n: words(n, n.duration(time)))

    def _state_name(self, identifier: str) -> Row:
        return self.row("state", lambda n: n.state(identifier))

    def _of(self, organisation: str) -> Row:
        return self.row("who", lambda n: n.organisation(organisation))

    def _path(self) -> Iterator[Node]:
        """Stages in the order of declaration, each handoff behind the last stage that it leaves."""
        waiting: dict[str, list[str]] = {}
        order = list(self.definition.stages)
        for name, handoff in self.definition.handoffs.items():
            known = [stage for stage in handoff.from_ if stage in self.definition.stages]
            last = max(known, key=order.index) if known else order[-1]
            waiting.setdefault(last, []).append(name)
        for stage in order:
            yield self._stage(stage)
            for name in waiting.get(stage, ()):
                yield self._offered(name)

    def _stage(self, name: str) -> Node:
        stage = self.definition.stages[name]
        rows = [self.row("title", lambda n: n.state(name))]
        if stage.consulted and self.full:
            rows.append(
                self.row(
                    "note",
                    lambda n: n.either("with ", "협의: ") + n.shortened(map(n.organisation, stage.consulted), FEW),
                )
            )
        rows += self._papers(stage.accepts)
        rows += self._limits(name)
        running = [t for t, track in self.definition.tracks.items() if name in track.in_ and name != self._first(track)]
        if running:
            rows.append(
                self.row("note", lambda n: n.either("still running: ", "계속 진행: ") + n.listed(map(n.track, running)))
            )
        return Node(name, "stage", tuple(rows), stage.owner)

    def _papers(self, types: tuple[str, ...]) -> list[Row]:
        if not types or not self.full:
            return []
        return [
            self.row(
                "note",
                lambda n: n.either("files ", "제출: ") + n.shortened((lowered(n.evidence(t)) for t in types), FEW),
            )
        ]

    def _limits(self, state: str) -> list[Row]:
        if not self.full:
            return []
        return [
            self._limit(name, deadline, _within)
            for name, deadline in self.definition.deadlines.items()
            if state in deadline.in_
        ]

    def _offered(self, name: str) -> Node:
        handoff = self.definition.handoffs[name]
        sender = self.definition.stages.get(handoff.from_[0])
        rows: tuple[Row, ...] = (
            self.row("title", lambda n: n.handoff(name)),
            self.row("note", lambda n: _waits(n, n.receiver(handoff))),
            self._time("limit", handoff.within, _within),
        )
        if self.full:
            rows = (*rows, self.row("limit", lambda n: _else(n) + n.consequence(handoff.if_late)))
        return Node(offered(name), "offered", rows, sender.owner if sender is not None else "")

    def _end(self, name: str, identifier: str) -> Node:
        kind: EndKind = self.definition.ends[name].kind
        return Node(identifier, kind, (self.row("state", lambda n: n.state(name)), *self._limits(name)))

    def _ends(self, drawn: set[str]) -> Iterator[Node]:
        for name in self.definition.ends:
            if name in drawn:
                yield self._end(name, name)
        copies = sorted((t.partition("@") for t in drawn if "@" in t), key=lambda parts: (parts[0], parts[2]))
        for name, _, source in copies:
            yield self._end(name, f"{name}@{source}")

    def _target(self, name: str) -> Node:
        if name in self.definition.ends:
            return self._end(name, name)
        return Node(name, "anywhere", (self.row("state", lambda n: n.state(name)),))

    def _anywhere(self, transition: Transition) -> Node:
        named = transition.from_
        return Node(ANY, "anywhere", (self.row("state", lambda n: n.shortened(map(n.state, named), FEW)),))

    def _hold(self, name: str, hold: Hold) -> Node:
        rows = [self.row("state", lambda n: n.hold(name))]
        if hold.by and self.full:
            rows.append(
                self.row(
                    "who",
                    lambda n: (
                        n.either("placed by ", "설정: ")
                        + n.shortened((lowered(n.role(r)) for r in hold.by), FEW, ("or", "또는"))
                    ),
                )
            )
        if hold.stops:
            rows.append(self.row("limit", lambda n: n.either("stops ", "정지: ") + n.listed(map(n.clock, hold.stops))))
        if ANY not in hold.in_:
            rows.append(
                self.row("note", lambda n: n.either("in ", "적용: ") + n.shortened(map(n.state, hold.in_), FEW))
            )
        return Node(name, "hold", tuple(rows))

    def _label(self, named: NamedTransition) -> tuple[Row, ...]:
        transition = named.transition
        by_itself = transition.event is None
        rows = [self.row("auto" if by_itself else "event", lambda n: n.transition(named))]
        if transition.by and self.full:
            rows.append(
                self.row("who", lambda n: n.shortened((lowered(n.role(r)) for r in transition.by), FEW, ("or", "또는")))
            )
        if transition.signatures:
            signed = ("and", "및")
            rows.append(
                self.row(
                    "who", lambda n: n.either("signed by ", "서명: ") + n.roles(transition.signatures, last=signed)
                )
            )
        if transition.join is not None:
            join = transition.join
            rows.append(self.row("guard", lambda n: join_words(n, join, FEW)))
        if transition.guards:
            rows.append(
                self.row(
                    "guard",
                    lambda n: (
                        n.either("if ", "조건: ") + n.shortened((lowered(n.guard(g)) for g in transition.guards), FEW)
                    ),
                )
            )
        if transition.at_most is not None:
            rows.append(self.row("limit", lambda n: at_most_words(n, transition.at_most or "")))
        if transition.conditions and self.full:
            left = transition.conditions
            rows.append(
                self.row("limit", lambda n: n.either("leaves open: ", "조건부: ") + n.listed(map(n.obligation, left)))
            )
        if transition.opens is not None:
            rows.append(self.row("note", lambda n: n.either("opens a linked project", "연계 프로젝트 개설")))
        return tuple(rows)

    def _tracks(self) -> Iterator[TrackBox]:
        for name, track in self.definition.tracks.items():
            stage = self._first(track)
            if stage is None:
                continue
            title = [Row(self.en.track(name), self.ko.track(name), "state")]
            if track.owner is not None and track.owner != self.definition.stages[stage].owner:
                title.append(self._of(track.owner))
            yield TrackBox(name, stage, tuple(title), self._track_graph(name))

    def _first(self, track: Track) -> str | None:
        return next((stage for stage in self.definition.stages if stage in track.in_), None)

    def _track_graph(self, name: str) -> Graph:
        track = self.definition.tracks[name]
        nodes = []
        for state_id, state in track.states.items():
            full = f"{name}.{state_id}"
            rows = [self._state_name(full)]
            if state.owner is not None and state.owner != track.owner:
                rows.append(self._of(state.owner))
            rows += [*self._papers(state.accepts), *self._limits(full)]
            nodes.append(Node(full, "done" if state.done else "state", tuple(rows)))
        links: dict[tuple[str, str, LinkKind], list[Row]] = {}
        notes: list[Row] = []
        for named in self.named:
            if named.level != name:
                continue
            rows, target = list(self._label(named)), f"{name}.{named.transition.to}"
            if ANY in named.transition.from_:
                reach = (f"from any state to {self.en.state(target)}", f"모든 상태 → {self.ko.state(target)}")
                notes += [*rows, Row(*reach, "note")]
                continue
            for source in sources_of(self.definition, named):
                self._add(links, f"{name}.{source}", target, "move", rows)
        for deadline_id, deadline in self.definition.deadlines.items():
            target = f"{name}.{(deadline.if_late.to or '').rpartition('.')[2]}"
            if target.partition(".")[2] not in track.states:
                continue
            for source in deadline.in_:
                if source.startswith(f"{name}."):
                    self._add(links, source, target, "late", (self._limit(deadline_id, deadline, _after),))
        return Graph(tuple(nodes), tuple(Link(s, t, k, tuple(r)) for (s, t, k), r in links.items()), tuple(notes))


def _within(names: Names, time: str) -> str:
    return names.either(f"within {time}", f"{time} 이내")


def _after(names: Names, time: str) -> str:
    return names.either(f"after {time}", f"{time} 경과 시")


def _waits(names: Names, receiver: str) -> str:
    return names.either(f"offered, waits for {receiver}", f"제안됨 · {receiver} 인수 대기")


def _else(names: Names) -> str:
    return names.either("else ", "초과 시 ")
