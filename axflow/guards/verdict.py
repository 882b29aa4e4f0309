"""The explained result of a guard: each part with its text, its value and what it read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from axflow.guards.encoding import decode
from axflow.guards.nodes import Node
from axflow.guards.types import Type
from axflow.guards.values import Collection, Inner, Span, Unknown


def show(type_: Type, value: Inner) -> str:
    """A value for people: decimals with their point, dates as dates, lists by their number of items."""
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is Unknown:
        return value.reason
    if type(value) is Collection:
        sure = len(value.items)
        return f"{sure} items" if not value.maybe else f"{sure}..{sure + len(value.maybe)} items"
    if type_.kind == "record":
        return "record"
    try:
        return str(decode(type_, value))
    except ValueError:
        return f"{value.first}..{value.last}" if isinstance(value, Span) else str(value)


class Read(NamedTuple):
    """One fact that a node read.

    Attributes:
        path: dotted path.
        value: inner value or `Unknown`.
        type: how to read the value.
        via: all paths whose values show through it; a viewer must be allowed to see each.
    """

    path: str
    value: Inner
    type: Type
    via: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The value for people."""
        return show(self.type, self.value)


class Verdict(NamedTuple):
    """A node of the explanation.

    Attributes:
        node: the checked node that it explains.
        result: its inner value, True, False or `Unknown`.
        reads: the facts that it read itself (not those of its children).
        children: every part, also those that could not change the result.
        item: which item of a list this is about, counted from 0; None outside of macros.
        operands: the inner values of the two sides of a comparison, of `in` or of arithmetic.
    """

    node: Node
    result: Inner
    reads: tuple[Read, ...]
    children: tuple[Verdict, ...]
    item: int | None = None
    operands: tuple[Inner, ...] = ()

    @property
    def text(self) -> str:
        """The source of this part."""
        return self.node.text

    @property
    def offset(self) -> int:
        """Where the part starts in the source, in characters."""
        return self.node.start

    @property
    def value(self) -> str:
        """TRUE, FALSE or UNKNOWN, or the rendered value of a part that is no condition."""
        if self.result is True:
            return "TRUE"
        if self.result is False:
            return "FALSE"
        if type(self.result) is Unknown:
            return "UNKNOWN"
        return show(self.node.type, self.result)

    def walk(self) -> Iterator[Verdict]:
        """This verdict and all below it, in source order."""
        stack = [self]
        while stack:
            top = stack.pop()
            yield top
            stack.extend(reversed(top.children))

    def unknowns(self) -> tuple[Unknown, ...]:
        """Everything unknown that was met, also where it did not matter, each once."""
        found: dict[tuple[str, str], Unknown] = {}
        for verdict in self.walk():
            values = [verdict.result, *(read.value for read in verdict.reads)]
            for value in values:
                if type(value) is Unknown:
                    found.setdefault((value.reason, value.ref), value)
        return tuple(found.values())

    def as_data(self) -> dict[str, Any]:
        """JSON-like form; children and reads are left out where there are none."""
        data: dict[str, Any] = {"text": self.text, "value": self.value}
        if type(self.result) is Unknown:
            data["unknown"] = {"reason": self.result.reason, "ref": self.result.ref}
        if self.item is not None:
            data["item"] = self.item
        if self.reads:
            data["reads"] = [{"path": read.path, "value": _data(read.value, read.type)} for read in self.reads]
        if self.children:
            data["children"] = [child.as_data() for child in self.children]
        return data


def _data(value: Inner, type_: Type) -> Any:
    if type(value) is Unknown:
        return {"unknown": value.reason, "ref": value.ref}
    return show(type_, value)
