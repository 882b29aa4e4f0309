"""Every number of a definition file that somebody chose, with the mark that says where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MARK = re.compile(r"\[(?:A|K|S-\d\d)\]")
TIMES = re.compile(r"^\d+ (working days|days|weeks|months|years|hours)$")


class Number(NamedTuple):
    place: str
    value: str
    marks: tuple[str, ...]


def numbers(path: Path) -> list[Number]:
    """Parameters with their basis, and every length of time with the marks of the comment on its line."""
    text = path.read_text("utf-8")
    root = YAML(typ="safe", pure=True).compose(text)
    return list(_walk(root, "", text.splitlines()))


def _walk(node: Node, place: str, lines: list[str]) -> Iterator[Number]:
    if isinstance(node, MappingNode):
        if re.fullmatch(r"parameters\.\w+", place):
            fields = {key.value: value.value for key, value in node.value}
            mark = f"[{fields['source']}]" if fields["basis"] == "sourced" else "[A]"
            yield Number(place, fields["value"], (mark,))
            return
        for key, value in node.value:
            yield from _walk(value, f"{place}.{key.value}" if place else key.value, lines)
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, _named(item, place, index), lines)
    elif isinstance(node, ScalarNode) and TIMES.match(node.value):
        comment = lines[node.start_mark.line].partition(" # ")[2]
        yield Number(place, node.value, tuple(MARK.findall(comment)))


def _named(item: Node, place: str, index: int) -> str:
    if isinstance(item, MappingNode):
        for key, value in item.value:
            if key.value == "id":
                return f"{place}.{value.value}"
    return f"{place}.{index}"
