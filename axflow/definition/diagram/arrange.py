"""Placing boxes on levels and leading lines around them: a protocol, and graphlay behind it.

The engine is young, so it stands behind a protocol that says only what the pictures need; the coordinates are stored
with a published version, so a later engine changes no picture that somebody has already quoted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Item:
    """A box to place: its size in pixels and its level, 0 at the top. Gaps between levels are the engine's business."""

    id: str
    width: int
    height: int
    level: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line to lead from one item to another on a lower level."""

    source: str
    target: str
    weight: int = 1
    """How much a straight line is worth: the main path weighs more than a way back."""
    centred: tuple[bool, bool] = (False, False)
    """Whether it must leave its source, and reach its target, in the middle of the side: labels are crossed there."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where everything went: the top left corner of each item, the corners of each line, and the size of it all."""

    corners: dict[str, Point]
    lines: tuple[tuple[Point, ...], ...]
    """In the order in which they were given; each from its source to its target, border to border."""
    width: int
    height: int


class Arranger(Protocol):
    """What lays a graph out. Equal input gives equal output, on every machine."""

    name: str
    """Name and version: stored with the coordinates."""

    def arrange(self, items: tuple[Item, ...], lines: tuple[Line, ...]) -> Arrangement:
        """Place items on their levels, top to bottom, so that none overlap and no line crosses a box."""
        ...


class Graphlay:
    """The layered layout of the `graphlay` package, with levels that we fix."""

    def __init__(self, *, node_gap: int = 30, level_gap: int = 24) -> None:
        """`node_gap` and `level_gap` are the least distances in pixels beside and between boxes."""
        import graphlay

        self._graphlay = graphlay
        self.name = f"graphlay {graphlay.__version__}"
        self._options = {
            "direction": "topbottom",
            "spacing": {"layer_gap": float(level_gap), "node_gap": float(node_gap), "dummy_gap": 22.0, "stub": 10.0},
            "routing": {"style": "orthogonal", "port_sides": "facing_only", "merge_edges": "none"},
        }

    def arrange(self, items: tuple[Item, ...], lines: tuple[Line, ...]) -> Arrangement:
        """See `Arranger.arrange`."""
        graph = self._graphlay.Graph()
        for item in items:
            graph.node(
                item.id, width=float(item.width), height=float(item.height), rank={"fixed": item.level},
                port_sides="facing_only",
            )  # fmt: skip
        for line in lines:
            ports = {
                end: {"offset": {"side": side, "t": 0.0}}
                for end, side, wanted in zip(
                    ("source_port", "target_port"), ("bottom", "top"), line.centred, strict=True
                )
                if wanted
            }
            graph.edge(line.source, line.target, weight=float(line.weight), **ports)
        found = self._graphlay.layout(graph, options=self._options)
        low, high = found.bounds["min"], found.bounds["max"]
        # Whole pixels: canonical JSON has no fractions. Equal fractions round to equal pixels, so lines stay straight.
        left, top = round(low["x"]), round(low["y"])
        corners = {
            item.id: (
                round(node["center"]["x"] - item.width / 2) - left,
                round(node["center"]["y"] - item.height / 2) - top,
            )
            for item, node in zip(items, found.nodes, strict=True)
        }
        routes = tuple(
            squared(tuple((round(point["x"]) - left, round(point["y"]) - top) for point in edge["points"]))
            for edge in found.edges
        )
        return Arrangement(corners, routes, round(high["x"]) - left, round(high["y"]) - top)


def squared(points: tuple[Point, ...], jog: int = 3) -> tuple[Point, ...]:
    """A line with right angles only: steps of up to `jog` pixels, which only look like noise, are taken out.

    The first point stays; the last keeps its height, so that the line still ends on the border of its box.
    """
    line = [points[0]]
    for x, y in points[1:]:
        before_x, before_y = line[-1]
        if abs(x - before_x) <= jog:
            x = before_x
        elif abs(y - before_y) <= jog:
            y = before_y
        else:
            line.append((before_x, y))
        if len(line) > 1 and (line[-2][0] == line[-1][0] == x or line[-2][1] == line[-1][1] == y):
            line.pop()
        if line[-1] != (x, y) or len(line) == 1:
            line.append((x, y))
    return tuple(line)
