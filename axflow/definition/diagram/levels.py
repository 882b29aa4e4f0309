"""Which level of the picture each box stands on, and which runs of levels belong to one owner."""

from __future__ import annotations

from dataclasses import dataclass

from axflow.definition.diagram.content import Graph


@dataclass(frozen=True, slots=True)
class Section:
    """A run of levels, both included, that one organisation owns."""

    owner: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of each box, its place in the order of the path, and the sections from top to bottom."""

    of: dict[str, int]
    order: dict[str, int]
    sections: tuple[Section, ...]
    ends: frozenset[str] = frozenset()

    def is_end(self, node: str) -> bool:
        """Whether a project comes to rest there."""
        return node in self.ends


def levels_of(graph: Graph) -> Levels:
    """Levels by the longest way through the path, in the order in which the author wrote it.

    What leads to something written earlier is a way back and lifts nothing. A section starts below all levels of the
    one before, so that bands never overlap; an end stands below the last stage that leads to it.
    """
    path = [node for node in graph.nodes if node.kind not in ("success", "failure", "neutral")]
    ends = [node for node in graph.nodes if node.kind in ("success", "failure", "neutral")]
    order = {node.id: index for index, node in enumerate(path)}
    before: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for link in graph.links:
        before[link.target].append(link.source)
    last_source = {end.id: max((order[s] for s in before[end.id] if s in order), default=len(path) - 1) for end in ends}
    of: dict[str, int] = {}
    sections: list[Section] = []
    owner, first, deepest = None, 0, -1
    for index, node in enumerate(path):
        if owner is None or node.owner != owner:
            if owner is not None:
                sections.append(Section(owner, first, deepest))
            owner, first = node.owner, deepest + 1
        ahead = [of[source] + 1 for source in before[node.id] if source in of and order.get(source, index) < index]
        of[node.id] = max([first, *ahead])
        deepest = max(deepest, of[node.id])
        for end in ends:
            if last_source[end.id] == index:
                of[end.id] = max([first, *(of[s] + 1 for s in before[end.id] if s in of)])
                deepest = max(deepest, of[end.id])
    sections.append(Section(owner or "", first, deepest))
    return Levels(
        of,
        order | {end.id: len(path) + index for index, end in enumerate(ends)},
        tuple(sections),
        frozenset(of.keys() & last_source.keys()),
    )
