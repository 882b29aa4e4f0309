"""How big the words in a box are: fonts by style, room by kind of box, and the lines that rows break into."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from axflow.definition.base import Language
from axflow.definition.diagram.content import Row
from axflow.definition.diagram.measure import height, width, wrap

SIZES: Final = {
    "title": 15, "state": 12.5, "event": 12, "auto": 12, "who": 11, "guard": 11, "limit": 11, "note": 11, "gap": 5,
}  # fmt: skip
"""Font size in pixels by style."""
BOLD: Final = frozenset({"title", "state", "event"})
ROOM: Final = {
    "stage": 220, "offered": 220, "success": 150, "failure": 150, "neutral": 150, "state": 150, "done": 150,
    "hold": 210, "anywhere": 150, "label": 184, "inner": 150, "track": 300, "band": 124, "heading": 560, "wide": 460,
}  # fmt: skip
"""How wide text may run, in pixels, by kind of box; `inner` is a label inside a track, `wide` a stage with tracks."""


@dataclass(frozen=True, slots=True)
class Set:
    """A line of text, set: what, in which style, and where its baseline lies below the top of the block, in pixels."""

    text: str
    style: str
    baseline: int


def set_rows(rows: Iterable[Row], language: Language, room: int) -> tuple[tuple[Set, ...], int, int]:
    """Rows broken into lines for `language`, with the width and height in pixels that they take."""
    lines: list[Set] = []
    top, widest = 0, 0.0
    for row in rows:
        size = SIZES[row.style]
        if row.style == "gap":
            top += round(size)
            continue
        bold = row.style in BOLD
        for text in wrap(row.in_(language), size, room, bold):
            lines.append(Set(text, row.style, top + round(size * 1.02)))
            widest = max(widest, width(text, size, bold))
            top += height(1, size)
    return tuple(lines), math.ceil(widest), top


def room_for(rows: Iterable[Row], room: int) -> tuple[int, int]:
    """The width and height that hold the rows in either language: one set of coordinates serves both."""
    rows = tuple(rows)
    sizes = [set_rows(rows, language, room)[1:] for language in ("en", "ko")]
    return max(w for w, _ in sizes), max(h for _, h in sizes)
