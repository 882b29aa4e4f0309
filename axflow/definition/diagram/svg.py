"""The picture of a definition as SVG: no script, no outside resource, the same bytes for the same definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from axflow.definition.base import Language
from axflow.definition.definition import Definition
from axflow.definition.diagram.arrange import Point
from axflow.definition.diagram.content import Content, Detail, Node, Row, content_of
from axflow.definition.diagram.layout import GUTTER, ICON, PAD, Box, Layout, Route, heading_rows, layout, owner_rows
from axflow.definition.diagram.shape import ROOM, set_rows
from axflow.definition.diagram.style import owner_class, style_sheet
from axflow.definition.words import either

ENDS: Final = ("success", "failure", "neutral")
CORNER: Final = 7
"""Radius in pixels of the bends of a line."""


def draw(
    definition: Definition, stored: Layout | None = None, *, language: Language = "en", detail: Detail = "brief"
) -> str:
    """The picture of `definition` as an SVG document.

    `stored` are coordinates kept with the version; without them they are made anew, in `detail`. Raises ValueError when
    they belong to other content: boxes would not fit their words.
    """
    if stored is not None and stored.digest != definition.digest:
        raise ValueError(
            f"the stored layout belongs to content {stored.digest[:12]}…, not to {definition.id} {definition.version} "
            f"({definition.digest[:12]}…); lay this version out with layout(definition)"
        )
    return _Drawing(definition, stored or layout(definition, detail=detail), language).document()


class _Drawing:
    def __init__(self, definition: Definition, placed: Layout, language: Language) -> None:
        self.definition, self.layout, self.language = definition, placed, language
        self.content: Content = content_of(definition, placed.detail)
        self.owners = list(dict.fromkeys(stage.owner for stage in definition.stages.values()))
        self.boxes = {box.id: box for box in placed.boxes}
        self.out: list[str] = []

    def document(self) -> str:
        width, height = self.layout.width, self.layout.height
        title = escape(self.definition.title.in_(self.language))
        self.out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" xml:lang="{self.language}" class="axflow">',
            f"<title>{title}</title>",
            f"<desc>{escape(self._description())}</desc>",
            f"<style>{style_sheet(len(self.owners))}</style>",
            f'<rect class="paper" width="{width}" height="{height}"/>',
        ]
        self._block(heading_rows(self.definition), self.boxes["heading"], 0, 2, ROOM["heading"])
        self._bands()
        parts = [(node, self.boxes[node.id]) for node in self.content.path.nodes]
        for node, box in parts:
            self._node(node, box)
            self._inside(node)
        for index, aside in enumerate(self.content.asides):
            self._node(aside.source, self.boxes[f"aside:{index}"])
            if aside.target is not None:
                self._node(aside.target, self.boxes[f"aside:{index}:target"])
        for route in self.layout.routes:
            self._route(route)
        self._labels()
        self.out.append("</svg>\n")
        return "\n".join(self.out)

    def _description(self) -> str:
        stages = [node for node in self.content.path.nodes if node.kind == "stage"]
        names = " → ".join(node.rows[0].in_(self.language) for node in stages)
        owners = ", ".join(
            row.in_(self.language) for owner in self.owners for row in owner_rows(self.definition, owner)
        )
        return either(self.language, f"Stages: {names}. Accountable: {owners}.", f"단계: {names}. 책임 기관: {owners}.")

    def _bands(self) -> None:
        for box in self.layout.boxes:
            if box.kind != "band":
                continue
            if box.id == "asides":
                rows: tuple[Row, ...] = (Row("At any stage", "단계와 무관하게", "state"),)
                colour = "quiet"
            else:
                owner = box.id.split(":", 2)[2]
                rows, colour = owner_rows(self.definition, owner), self._colour(owner)
            self.out.append(
                f'<rect class="band {colour}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"/>'
                f'<rect class="gutter {colour}" x="{box.x}" y="{box.y}" width="{GUTTER - 10}" height="{box.height}"/>'
            )
            self._block(rows, box, PAD, PAD, ROOM["band"], f"owner {colour}")

    def _colour(self, owner: str) -> str:
        return owner_class(self.owners.index(owner)) if owner in self.owners else "quiet"

    def _node(self, node: Node, box: Box) -> None:
        colour = self._colour(node.owner)
        if node.kind in ENDS or node.kind == "done":
            self._marked(node, box)
        elif node.kind == "stage":
            room = ROOM["wide" if self.content.inside(node.id) else "stage"]
            self._rect(box, f"card {colour}", 8)
            self._bar(box, box.x + 6, colour)
            top = PAD - 2 if self.content.inside(node.id) else (box.height - self._height(node.rows, room)) // 2
            self._block(node.rows, box, PAD + 6, top, room)
        elif node.kind == "offered":
            handoff = self.definition.handoffs[node.id.partition(".")[0]]
            receiver = self.definition.stages.get(handoff.to)
            self._rect(box, "card offer", 8)
            self._bar(box, box.x + 6, colour)
            self._bar(box, box.x + box.width - 10, self._colour(receiver.owner if receiver else ""))
            top = (box.height - self._height(node.rows, ROOM["offered"])) // 2
            self._block(node.rows, box, PAD + 6, top, ROOM["offered"])
        else:
            self._rect(box, f"card {node.kind}", 10 if node.kind in ("state", "hold") else 4)
            self._block(
                node.rows, box, PAD, (box.height - self._height(node.rows, ROOM[node.kind])) // 2, ROOM[node.kind]
            )

    def _bar(self, box: Box, x: int, colour: str) -> None:
        """The mark of an owner: one on a stage, the sender's and the receiver's on a handoff."""
        self.out.append(
            f'<rect class="bar {colour}" x="{x}" y="{box.y + 8}" width="4" height="{box.height - 16}" rx="2"/>'
        )

    def _marked(self, node: Node, box: Box) -> None:
        """Ends and finished states: the shape says the kind as well as the colour does."""
        x, y, w, h = box.x, box.y, box.width, box.height
        if node.kind == "failure":
            cut = 8
            corners = (
                (x + cut, y), (x + w - cut, y), (x + w, y + cut), (x + w, y + h - cut),
                (x + w - cut, y + h), (x + cut, y + h), (x, y + h - cut), (x, y + cut),
            )  # fmt: skip
            points = " ".join(f"{px},{py}" for px, py in corners)
            self.out.append(f'<polygon class="end failure" points="{points}"/>')
        else:
            radius = h // 2 if node.kind != "neutral" else 2
            self._rect(box, f"end {node.kind}", min(radius, 16))
            if node.kind == "success":
                inner = Box("", "", x + 3, y + 3, w - 6, h - 6)
                self._rect(inner, "end success inner", min(radius, 16) - 3)
        middle, left = y + h // 2, x + PAD
        marks = {
            "failure": f"M{left} {middle - 5}l10 10m0 -10l-10 10",
            "neutral": f"M{left} {middle}h11",
        }
        check = f"M{left} {middle}l4 5l8 -10"
        self.out.append(f'<path class="mark {node.kind}" d="{marks.get(node.kind, check)}"/>')
        self._block(
            node.rows, box, PAD + ICON - 4, (h - self._height(node.rows, ROOM[node.kind])) // 2, ROOM[node.kind]
        )

    def _inside(self, stage: Node) -> None:
        for track in self.content.inside(stage.id):
            box = self.boxes[track.id]
            self._rect(box, "track", 8)
            self._block(track.title, box, PAD, PAD - 3, ROOM["track"])
            for node in track.graph.nodes:
                self._node(node, self.boxes[node.id])
            if track.graph.notes:
                self._block(track.graph.notes, self.boxes[f"{track.id}:notes"], 0, 0, ROOM["track"])

    def _labels(self) -> None:
        for link in self.content.path.links:
            self._centred(link.rows, self.boxes[f"label:{link.id}"], ROOM["label"])
        for track in self.content.tracks:
            for link in track.graph.links:
                self._centred(link.rows, self.boxes[f"label:{link.id}"], ROOM["inner"])
        for index, aside in enumerate(self.content.asides):
            if aside.target is not None:
                self._centred(aside.label, self.boxes[f"aside:{index}:label"], ROOM["label"])

    def _rect(self, box: Box, classes: str, radius: int) -> None:
        self.out.append(
            f'<rect class="{classes}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="{radius}"/>'
        )

    def _height(self, rows: Iterable[Row], room: int) -> int:
        return set_rows(rows, self.language, room)[2]

    def _block(self, rows: Iterable[Row], box: Box, dx: int, dy: int, room: int, classes: str = "") -> None:
        for line in set_rows(rows, self.language, room)[0]:
            self._text(line.text, f"{line.style} {classes}".strip(), box.x + dx, box.y + dy + line.baseline)

    def _centred(self, rows: Iterable[Row], box: Box, room: int) -> None:
        lines, _, high = set_rows(rows, self.language, room)
        for line in lines:
            y = box.y + (box.height - high) // 2 + line.baseline
            self._text(line.text, f"{line.style} label", box.x + box.width // 2, y)

    def _text(self, text: str, classes: str, x: int, y: int) -> None:
        self.out.append(f'<text class="{classes}" x="{x}" y="{y}">{escape(text)}</text>')

    def _route(self, route: Route) -> None:
        for points in (route.first, route.second):
            self.out.append(f'<path class="line {route.kind}" d="{_path(points)}"/>')
        if len(route.second) > 1:
            tip, before = route.second[-1], route.second[-2]
            dx, dy = _sign(tip[0] - before[0]), _sign(tip[1] - before[1])
            for back in (0, 6) if route.kind == "handoff" else (0,):
                self.out.append(f'<polygon class="head {route.kind}" points="{_head(tip, dx, dy, back)}"/>')


def _head(tip: Point, dx: int, dy: int, back: int) -> str:
    """An arrowhead 8 long and 8 wide, `back` pixels before the tip; a handoff has two of them."""
    x, y = tip[0] - dx * back, tip[1] - dy * back
    base = (x - 8 * dx, y - 8 * dy)
    corners = ((x, y), (base[0] + 4 * dy, base[1] + 4 * dx), (base[0] - 4 * dy, base[1] - 4 * dx))
    return " ".join(f"{px},{py}" for px, py in corners)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _path(points: tuple[Point, ...]) -> str:
    """A polyline with round bends."""
    if not points:
        return ""
    return "".join(_segments(points))


def _segments(points: tuple[Point, ...]) -> Iterator[str]:
    yield f"M{points[0][0]} {points[0][1]}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _length(before, corner) // 2, _length(corner, after) // 2)
        start = _towards(corner, before, radius)
        end = _towards(corner, after, radius)
        yield f"L{start[0]} {start[1]}Q{corner[0]} {corner[1]} {end[0]} {end[1]}"
    yield f"L{points[-1][0]} {points[-1][1]}"


def _length(a: Point, b: Point) -> int:
    return max(abs(a[0] - b[0]), abs(a[1] - b[1]))


def _towards(a: Point, b: Point, distance: int) -> Point:
    return a[0] + _sign(b[0] - a[0]) * distance, a[1] + _sign(b[1] - a[1]) * distance
