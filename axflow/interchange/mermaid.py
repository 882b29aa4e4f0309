"""A definition as a Mermaid flowchart (mermaid.js.org/syntax/flowchart), for pages that draw Mermaid themselves."""

from __future__ import annotations

from collections.abc import Iterator

from axflow.definition.base import Language
from axflow.definition.definition import Definition
from axflow.definition.diagram.content import Aside, Content, Graph, Link, Node, Row, content_of
from axflow.definition.words import Names

_SHAPES = {
    "success": ("([", "])"),
    "failure": ("{{", "}}"),
    "neutral": ("[/", "/]"),
    "offered": ("[[", "]]"),
    "done": ("([", "])"),
    "state": ("(", ")"),
    "hold": ("[(", ")]"),
}
_SPECIAL = frozenset('#&"<>`;\\\n')
_ARROWS = {"move": "-->", "handoff": "==>", "return": "-.->", "late": "-.->"}


def mermaid(definition: Definition, language: Language = "en") -> str:
    """`definition` as Mermaid text: stages by owner, tracks inside their stage, handoffs with thick arrows.

    What can happen at any stage is drawn from one box; holds stand beside it without a line.
    """
    return "\n".join(_Writer(definition, language).lines()) + "\n"


class _Writer:
    def __init__(self, definition: Definition, language: Language) -> None:
        self.definition, self.language = definition, language
        self.content: Content = content_of(definition)
        self.names = Names(definition, language)
        self.ids: dict[str, str] = {}

    def lines(self) -> Iterator[str]:
        yield "---"
        yield f'title: "{_quoted(self.definition.title.in_(self.language))}"'
        yield "---"
        yield "flowchart TB"
        owners = dict.fromkeys(node.owner for node in self.content.path.nodes if node.owner)
        for owner in owners:
            yield f'  subgraph {self._id("owner " + owner)}["{_quoted(self.names.organisation(owner))}"]'
            for node in self.content.path.nodes:
                if node.owner == owner:
                    yield from self._box(node, "    ")
            yield "  end"
        for node in self.content.path.nodes:
            if not node.owner:
                yield from self._box(node, "  ")
        for link in self.content.path.links:
            yield self._line(link, "  ")
        for index, aside in enumerate(self.content.asides):
            yield from self._aside(index, aside)

    def _box(self, node: Node, indent: str) -> Iterator[str]:
        tracks = self.content.inside(node.id) if node.kind == "stage" else ()
        if not tracks:
            left, right = _SHAPES.get(node.kind, ("[", "]"))
            yield f'{indent}{self._id(node.id)}{left}"{self._words(node.rows)}"{right}'
            return
        yield f'{indent}subgraph {self._id(node.id)}["{self._words(node.rows)}"]'
        for track in tracks:
            yield f'{indent}  subgraph {self._id(track.id)}["{self._words(track.title)}"]'
            yield from self._graph(track.graph, indent + "    ")
            yield f"{indent}  end"
        yield f"{indent}end"

    def _graph(self, graph: Graph, indent: str) -> Iterator[str]:
        for node in graph.nodes:
            yield from self._box(node, indent)
        for link in graph.links:
            yield self._line(link, indent)
        if graph.notes:
            yield f'{indent}{self._id("note " + graph.nodes[0].id)}>"{self._words(graph.notes)}"]'

    def _line(self, link: Link, indent: str) -> str:
        words = self._words(link.rows)
        return f'{indent}{self._id(link.source)} {_ARROWS[link.kind]}|"{words}"| {self._id(link.target)}'

    def _aside(self, index: int, aside: Aside) -> Iterator[str]:
        source = Node(f"aside {index}", aside.source.kind, aside.source.rows)
        yield from self._box(source, "  ")
        if aside.target is not None:
            target = Node(f"aside {index} target", aside.target.kind, aside.target.rows)
            yield from self._box(target, "  ")
            yield self._line(Link(source.id, target.id, "move", aside.label), "  ")

    def _words(self, rows: tuple[Row, ...]) -> str:
        return "<br/>".join(_quoted(row.in_(self.language)) for row in rows if row.style != "gap")

    def _id(self, name: str) -> str:
        """Short ids of our own: Mermaid gives words like `end` a meaning."""
        return self.ids.setdefault(name, f"n{len(self.ids)}")


def _quoted(text: str) -> str:
    """Text inside quotation marks; Mermaid reads characters by number: `#34;` (its page on entity codes)."""
    return "".join(f"#{ord(char)};" if char in _SPECIAL else char for char in text)
