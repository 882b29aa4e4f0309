"""The checked form of a guard: every node has a type, scales are resolved, nothing can overflow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from axflow.guards.types import Type
from axflow.guards.values import Inner


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What all nodes have: type, source text and where it starts."""

    type: Type
    text: str
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class Const(Base):
    """A constant, in inner units."""

    value: Inner


@dataclass(frozen=True, slots=True, eq=False)
class Path(Base):
    """A read. ``variable`` is the index of a macro's variable, or -1 for a root of the environment.

    ``ref`` is the dotted path for messages; ``via`` are all paths whose values can show through this read.
    """

    root: str
    variable: int
    fields: tuple[str, ...]
    ref: str
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Logic(Base):
    """``&&`` or ``||`` over any number of conditions."""

    op: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Base):
    """Negation."""

    item: Node


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Base):
    """A comparison; the sides are multiplied by powers of ten so that their scales agree."""

    op: str
    left: Node
    right: Node
    left_scale: int
    right_scale: int


@dataclass(frozen=True, slots=True, eq=False)
class Arith(Base):
    """Arithmetic on integers: ``+ - * / %``; ``date+``, ``date-`` (days, microseconds); ``days`` (a difference)."""

    op: str
    left: Node
    right: Node
    left_scale: int
    right_scale: int


@dataclass(frozen=True, slots=True, eq=False)
class Negative(Base):
    """Arithmetic negation."""

    item: Node


@dataclass(frozen=True, slots=True, eq=False)
class Items(Base):
    """A list written out, each item multiplied by its scale."""

    items: tuple[Node, ...]
    scales: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Member(Base):
    """``x in list``."""

    left: Node
    items: Node
    left_scale: int
    items_scale: int


@dataclass(frozen=True, slots=True, eq=False)
class Size(Base):
    """The number of items."""

    item: Node


@dataclass(frozen=True, slots=True, eq=False)
class Fold(Base):
    """``sum``, ``min`` or ``max``."""

    op: str
    item: Node


@dataclass(frozen=True, slots=True, eq=False)
class Each(Base):
    """``exists``, ``all``, ``filter`` or ``map``; the body reads the item as variable number ``variable``."""

    op: str
    items: Node
    variable: int
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Has(Base):
    """Whether a fact was stated at all."""

    item: Path


Node: TypeAlias = Const | Path | Logic | Not | Compare | Arith | Negative | Items | Member | Size | Fold | Each | Has


def parts(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in source order."""
    if isinstance(node, (Const, Path)):
        return ()
    if isinstance(node, (Logic, Items)):
        return node.items
    if isinstance(node, (Compare, Arith)):
        return (node.left, node.right)
    if isinstance(node, Member):
        return (node.left, node.items)
    if isinstance(node, Each):
        return (node.items, node.body)
    return (node.item,)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, in source order."""
    stack: list[Node] = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(parts(top)))


def paths_of(node: Node) -> tuple[str, ...]:
    """All dotted paths that can show through the value of a node, each once, in source order."""
    return tuple(dict.fromkeys(ref for part in walk(node) if isinstance(part, Path) for ref in part.via))
