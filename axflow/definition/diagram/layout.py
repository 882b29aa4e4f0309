"""Where everything in the picture of a definition stands: plain numbers that are stored with a published version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from axflow.definition.base import spoken
from axflow.definition.definition import Definition
from axflow.definition.diagram.arrange import Arrangement, Arranger, Graphlay, Item, Line, Point
from axflow.definition.diagram.content import Aside, Content, Detail, Graph, Node, Row, TrackBox, content_of
from axflow.definition.diagram.levels import Levels, levels_of
from axflow.definition.diagram.shape import ROOM, room_for

FORMAT: Final = 1
MARGIN: Final = 24
GUTTER: Final = 156
"""Width of the column at the left that names the owners."""
PAD: Final = 12
ICON: Final = 24
"""Room for the mark of an end or of a finished state, left of its words."""
TRACK_GAP: Final = 14
WIDEST: Final = 1_240
"""Beyond this width in pixels the tracks of a stage, and what stands below the picture, go into a further row."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: top left corner and size in pixels."""

    id: str
    kind: str
    """The kind of node, or `track`, `label`, `band`, `heading`."""
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Route:
    """A line from a box to another, in two parts: up to its label, and on to its arrowhead."""

    id: str
    kind: str
    first: tuple[Point, ...]
    second: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The coordinates of a picture. `digest` names the definition, words included, that they were made for."""

    digest: str
    detail: Detail
    engine: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    format: int = FORMAT

    def to_data(self) -> dict[str, Any]:
        """As JSON data: integers and text only, so that it has a canonical form."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Layout:
        """Read back what `to_data` gave, through JSON or not. Raises ValueError for another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"layout format {data.get('format')!r} is not known here; this axflow reads {FORMAT}")
        return cls(
            data["digest"],
            data["detail"],
            data["engine"],
            data["width"],
            data["height"],
            tuple(Box(**box) for box in data["boxes"]),
            tuple(
                Route(route["id"], route["kind"], _points(route["first"]), _points(route["second"]))
                for route in data["routes"]
            ),
        )

    def box(self, identifier: str) -> Box:
        """The box of that name. Raises KeyError with the name."""
        found = next((box for box in self.boxes if box.id == identifier), None)
        if found is None:
            raise KeyError(identifier)
        return found


def _points(data: Any) -> tuple[Point, ...]:
    return tuple((point[0], point[1]) for point in data)


def layout(definition: Definition, *, detail: Detail = "brief", arranger: Arranger | None = None) -> Layout:
    """Place the picture of `definition`. One layout serves both languages: boxes have room for the longer words.

    `detail` is `brief` or `full`; `arranger` is the layout engine, default: graphlay. Equal definitions give equal
    coordinates.
    """
    engine = arranger or Graphlay()
    return _Draft(definition, content_of(definition, detail), detail, engine).finish()


@dataclass(frozen=True, slots=True)
class _Placed:
    """A part of the picture that is placed in itself and can be put anywhere."""

    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    routes: tuple[Route, ...] = ()

    def moved(self, dx: int, dy: int) -> _Placed:
        boxes = tuple(Box(b.id, b.kind, b.x + dx, b.y + dy, b.width, b.height) for b in self.boxes)
        routes = tuple(
            Route(
                r.id, r.kind, tuple((x + dx, y + dy) for x, y in r.first), tuple((x + dx, y + dy) for x, y in r.second)
            )
            for r in self.routes
        )
        return _Placed(self.width, self.height, boxes, routes)


@dataclass(slots=True)
class _Draft:
    definition: Definition
    content: Content
    detail: Detail
    engine: Arranger
    insides: dict[str, _Placed] = field(default_factory=dict)

    def finish(self) -> Layout:
        path = self.content.path
        sizes = {node.id: self._size(node) for node in path.nodes}
        levels = levels_of(path)
        placed = self._graph(path, levels, sizes, "label")
        head_width, head_height = room_for(heading_rows(self.definition), ROOM["heading"])
        top = MARGIN + head_height + 2 * PAD
        placed = placed.moved(MARGIN + GUTTER + PAD, top + PAD)
        placed, bands = self._bands(placed, levels, top)
        boxes, routes = (
            [Box("heading", "heading", MARGIN, MARGIN, head_width, head_height), *bands],
            list(placed.routes),
        )
        for box in placed.boxes:
            boxes.append(box)
            inside = self.insides.get(box.id)
            if inside is not None:
                inner = inside.moved(box.x, box.y)
                boxes += inner.boxes
                routes += inner.routes
        right = max(MARGIN + GUTTER + PAD + placed.width + PAD, MARGIN + GUTTER + 420, MARGIN + head_width)
        bottom = max(b.y + b.height for b in bands) + MARGIN
        asides = self._asides(right - MARGIN - GUTTER)
        if asides.boxes:
            below = asides.moved(MARGIN, bottom)
            boxes += below.boxes
            routes += below.routes
            right = max(right, MARGIN + asides.width)
            bottom += asides.height + MARGIN
        stretched = [Box(b.id, b.kind, b.x, b.y, right - b.x, b.height) if b.kind == "band" else b for b in boxes]
        return Layout(
            self.definition.digest,
            self.detail,
            self.engine.name,
            right + MARGIN,
            bottom,
            tuple(stretched),
            tuple(routes),
        )

    def _size(self, node: Node) -> tuple[int, int]:
        tracks = self.content.inside(node.id) if node.kind == "stage" else ()
        width, height = room_for(node.rows, ROOM["wide" if tracks else node.kind])
        if node.kind in ("success", "failure", "neutral", "done"):
            return width + ICON + 2 * PAD, height + PAD
        if not tracks:
            return max(width + 2 * PAD + (18 if node.kind == "offered" else 8), 150), height + 2 * PAD - 4
        inside = self._inside(tracks, top=height + PAD + 10)
        self.insides[node.id] = inside
        return max(width + 2 * PAD + 8, inside.width), inside.height

    def _inside(self, tracks: tuple[TrackBox, ...], top: int) -> _Placed:
        """Tracks below the words of their stage, in columns: beside a long one the short ones are stacked."""
        placed = [(box, self._track(box)) for box in tracks]
        columns = _columns([(part.width, part.height) for _, part in placed])
        tallest = max(sum(placed[i][1].height + TRACK_GAP for i in column) for column in columns)
        boxes: list[Box] = []
        routes: list[Route] = []
        x = PAD + 8
        for column in columns:
            y, wide = top, max(placed[i][1].width for i in column)
            for index in column:
                box, part = placed[index]
                high = top + tallest - TRACK_GAP - y if index == column[-1] else part.height
                put = part.moved(x + (wide - part.width) // 2, y)
                boxes += [Box(box.id, "track", x, y, wide, high), *put.boxes]
                routes += put.routes
                y += high + TRACK_GAP
            x += wide + TRACK_GAP
        return _Placed(x - TRACK_GAP + PAD, top + tallest - TRACK_GAP + PAD, tuple(boxes), tuple(routes))

    def _track(self, box: TrackBox) -> _Placed:
        width, height = room_for(box.title, ROOM["track"])
        sizes = {node.id: self._size(node) for node in box.graph.nodes}
        graph = self._graph(box.graph, levels_of(box.graph), sizes, "inner")
        note_width, note_height = room_for(box.graph.notes, ROOM["track"]) if box.graph.notes else (0, 0)
        inner = max(width, graph.width, note_width)
        put = graph.moved(PAD + (inner - graph.width) // 2, PAD + height + 8)
        bottom = PAD + height + 8 + graph.height + PAD
        boxes = put.boxes
        if box.graph.notes:
            boxes = (*boxes, Box(f"{box.id}:notes", "note", PAD, bottom - 2, inner, note_height))
            bottom += note_height + 6
        return _Placed(inner + 2 * PAD, bottom, boxes, put.routes)

    def _graph(self, graph: Graph, levels: Levels, sizes: Mapping[str, tuple[int, int]], room: str) -> _Placed:
        """Boxes and labels on their levels. A label is an item of its own, so nothing can run through it."""
        items = [Item(node.id, *sizes[node.id], 2 * levels.of[node.id]) for node in graph.nodes]
        lines: list[Line] = []
        back: list[bool] = []
        for link in graph.links:
            source, target = levels.of[link.source], levels.of[link.target]
            width, height = room_for(link.rows, ROOM[room])
            up = target < source
            label = f"label:{link.id}"
            items.append(Item(label, width + 8, height + 4, 2 * source + (-1 if up else 1)))
            ahead = levels.order[link.target] == levels.order[link.source] + 1
            straight = 20 if ahead else 2 if levels.is_end(link.target) else 1
            for start, end, reverse in (
                (link.source, label, up),
                (label, link.target, up or target == source),
            ):
                upper, lower = (end, start) if reverse else (start, end)
                centred = (upper == label, lower == label or levels.is_end(lower))
                lines.append(Line(upper, lower, 1 if reverse else straight, centred))
                back.append(reverse)
        found = self.engine.arrange(tuple(items), tuple(lines))
        boxes = [_box(node.id, node.kind, sizes[node.id], found) for node in graph.nodes]
        routes = []
        for index, link in enumerate(graph.links):
            words = items[len(graph.nodes) + index]
            boxes.append(_box(words.id, "label", (words.width, words.height), found))
            first, second = found.lines[2 * index], found.lines[2 * index + 1]
            routes.append(
                Route(
                    link.id,
                    link.kind,
                    first[::-1] if back[2 * index] else first,
                    second[::-1] if back[2 * index + 1] else second,
                )
            )
        return _Placed(found.width, found.height, tuple(boxes), tuple(routes))

    def _bands(self, placed: _Placed, levels: Levels, top: int) -> tuple[_Placed, list[Box]]:
        """A band for each run of stages with one owner; bands that are too low for the owner's name are stretched."""
        bands: list[Box] = []
        for index, section in enumerate(levels.sections):
            level_of = {
                f"label:{link.id}": self._label_level(link.source, link.target, levels)
                for link in self.content.path.links
            }
            inside = [
                b for b in placed.boxes if section.first <= level_of.get(b.id, levels.of.get(b.id, -1)) <= section.last
            ]
            bottom = max(b.y + b.height for b in inside)
            following = [b.y for b in placed.boxes if level_of.get(b.id, levels.of.get(b.id, -1)) > section.last]
            edge = (bottom + min(following)) // 2 if following else bottom + PAD
            needed = top + room_for(owner_rows(self.definition, section.owner), ROOM["band"])[1] + 2 * PAD
            if needed > edge:
                placed = _stretched(placed, edge, needed - edge)
                edge = needed
            bands.append(Box(f"band:{index}:{section.owner}", "band", MARGIN, top, 0, edge - top))
            top = edge
        return placed, bands

    @staticmethod
    def _label_level(source: str, target: str, levels: Levels) -> int:
        """Labels stand below the source, or above it on the way back."""
        return levels.of[source] - (1 if levels.of[target] < levels.of[source] else 0)

    def _asides(self, room: int) -> _Placed:
        """What can happen at any stage, left to right in rows."""
        boxes: list[Box] = []
        routes: list[Route] = []
        x, y, tallest, widest = PAD, PAD, 0, 0
        for index, aside in enumerate(self.content.asides):
            placed = self._aside(f"aside:{index}", aside)
            if x > PAD and x + placed.width > max(room, 700):
                x, y, tallest = PAD, y + tallest + PAD, 0
            put = placed.moved(x + GUTTER, y)
            boxes += put.boxes
            routes += put.routes
            x += placed.width + 2 * PAD
            tallest = max(tallest, placed.height)
            widest = max(widest, x)
        if not boxes:
            return _Placed(0, 0)
        height = y + tallest + PAD
        return _Placed(widest + GUTTER, height, (Box("asides", "band", 0, 0, 0, height), *boxes), tuple(routes))

    def _aside(self, name: str, aside: Aside) -> _Placed:
        source = self._size(aside.source)
        if aside.target is None:
            return _Placed(*source, (Box(name, aside.source.kind, 0, 0, *source),))
        label_width, label_height = room_for(aside.label, ROOM["label"])
        target = self._size(aside.target)
        height = max(source[1], label_height + 4, target[1])
        middle = height // 2
        at = source[0] + 16
        to = at + label_width + 8 + 26
        boxes = (
            Box(name, aside.source.kind, 0, middle - source[1] // 2, *source),
            Box(f"{name}:label", "label", at, middle - (label_height + 4) // 2, label_width + 8, label_height + 4),
            Box(f"{name}:target", aside.target.kind, to, middle - target[1] // 2, *target),
        )
        route = Route(name, "move", ((source[0], middle), (at, middle)), ((at + label_width + 8, middle), (to, middle)))
        return _Placed(to + target[0], height, boxes, (route,))


def _columns(sizes: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Indices in columns, in order, as low as the greatest width allows."""
    high = max(height for _, height in sizes)
    while True:
        columns: list[list[int]] = []
        room = -1
        for index, (_, height) in enumerate(sizes):
            if height > room:
                columns.append([])
                room = high
            columns[-1].append(index)
            room -= height + TRACK_GAP
        if len(columns) == 1 or sum(max(sizes[i][0] for i in column) + TRACK_GAP for column in columns) <= WIDEST:
            return columns
        high += 20


def heading_rows(definition: Definition) -> tuple[Row, ...]:
    """The words above the picture: title and version."""
    title, version = definition.title, definition.version
    return (
        Row(title.in_("en"), title.in_("ko"), "title"),
        Row(f"{definition.id}, version {version}", f"{definition.id}, {version}판", "note"),
    )


def owner_rows(definition: Definition, owner: str) -> tuple[Row, ...]:
    """The words in the gutter: who is accountable in a band."""
    words = definition.organisations.get(owner)
    if words is None:
        return (Row(spoken(owner), spoken(owner), "state"),)
    return (Row(words.in_("en"), words.in_("ko"), "state"),)


def _box(identifier: str, kind: str, size: tuple[int, int], found: Arrangement) -> Box:
    return Box(identifier, kind, *found.corners[identifier], *size)


def _stretched(placed: _Placed, below: int, by: int) -> _Placed:
    """Everything below a height moved down; lines that cross it grow."""

    def down(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple((x, y + by if y >= below else y) for x, y in points)

    boxes = tuple(Box(b.id, b.kind, b.x, b.y + by if b.y >= below else b.y, b.width, b.height) for b in placed.boxes)
    routes = tuple(Route(r.id, r.kind, down(r.first), down(r.second)) for r in placed.routes)
    return _Placed(placed.width, placed.height + by, boxes, routes)
