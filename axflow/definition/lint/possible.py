"""What a guard can come to, from the bounds of what it reads: the verdicts that are possible at all.

The answer errs on one side only: a verdict that can occur is always among those given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from axflow.guards.nodes import (
    Arith,
    Compare,
    Const,
    Each,
    Fold,
    Has,
    Items,
    Logic,
    Member,
    Negative,
    Node,
    Not,
    Path,
    Size,
)

Verdict = bool | None
"""None is UNKNOWN."""
ANYTHING: frozenset[Verdict] = frozenset({True, False, None})
NEVER_KNOWN: frozenset[Verdict] = frozenset({None})


@dataclass(frozen=True, slots=True)
class Limits:
    """What is known of the facts before any is recorded."""

    gone: frozenset[str] = frozenset()
    """Evidence types that nobody can record: records are UNKNOWN, collections empty."""
    params: Mapping[str, int | bool | str] = field(default_factory=dict)
    """Parameters taken at their value; the others range over their bounds."""
    most: Mapping[str, int] = field(default_factory=dict)
    """Records of a collection that can count at once, where fewer than its type allows."""


class Range(NamedTuple):
    """The integers that a number can be; empty (`lo` above `hi`) where it is never known."""

    lo: int
    hi: int
    unknown: bool

    @property
    def never(self) -> bool:
        """Whether it can't be known."""
        return self.lo > self.hi


_NEVER = Range(1, 0, True)


def can_be_true(node: Node, limits: Limits) -> bool:
    """Whether the guard can be TRUE."""
    return True in verdicts(node, limits)


def verdicts(node: Node, limits: Limits) -> frozenset[Verdict]:
    """Every verdict that a boolean node can come to."""
    if isinstance(node, Const):
        return frozenset({bool(node.value)})
    if isinstance(node, Path):
        return _path_verdicts(node, limits)
    if isinstance(node, Not):
        return frozenset(None if v is None else not v for v in verdicts(node.item, limits))
    if isinstance(node, Logic):
        return _logic(node, limits)
    if isinstance(node, Compare):
        return _compare(node, limits)
    if isinstance(node, Each):
        return _each(node, limits)
    if isinstance(node, Has):
        return frozenset({False, None}) if node.item.root in limits.gone else ANYTHING
    if isinstance(node, Member):
        return NEVER_KNOWN if _lost(node.left, limits) else ANYTHING
    return ANYTHING


def _path_verdicts(node: Path, limits: Limits) -> frozenset[Verdict]:
    if _lost(node, limits):
        return NEVER_KNOWN
    value = _parameter(node, limits)
    if value is not None:
        return frozenset({bool(value)})
    return ANYTHING


def _parameter(node: Path, limits: Limits) -> int | bool | str | None:
    if node.variable < 0 and node.root == "params" and len(node.fields) == 1:
        return limits.params.get(node.fields[0])
    return None


def _lost(node: Node, limits: Limits) -> bool:
    """Whether a node reads a record that can't be there."""
    return isinstance(node, Path) and node.variable < 0 and bool(node.fields) and node.root in limits.gone


def _logic(node: Logic, limits: Limits) -> frozenset[Verdict]:
    found: frozenset[Verdict] | None = None
    for item in node.items:
        one = verdicts(item, limits)
        found = one if found is None else frozenset(_kleene(node.op, a, b) for a, b in product(found, one))
    assert found is not None
    if node.op == "&&" and True in found and _contradicts(node.items, limits):
        found -= {True}
    return found or NEVER_KNOWN


def _kleene(op: str, a: Verdict, b: Verdict) -> Verdict:
    decides = op == "||"
    if a is decides or b is decides:
        return decides
    return None if a is None or b is None else not decides


def _contradicts(items: tuple[Node, ...], limits: Limits) -> bool:
    """Whether conditions on one path exclude each other: `x > 5 && x < 3`, `a == "b" && a == "c"`, `p && !p`."""
    ranges: dict[str, tuple[int, int]] = {}
    words: dict[str, str] = {}
    truths: dict[str, bool] = {}
    for item in items:
        plain, wanted = (item.item, False) if isinstance(item, Not) else (item, True)
        if isinstance(plain, Path) and plain.type.kind == "boolean" and truths.setdefault(plain.ref, wanted) != wanted:
            return True
        if not (isinstance(item, Compare) and isinstance(item.left, Path) and item.left_scale == 1):
            continue
        ref, right = item.left.ref, item.right
        if isinstance(right, Const) and isinstance(right.value, str):
            if item.op == "==" and words.setdefault(ref, right.value) != right.value:
                return True
            continue
        limit = _number(right, limits) if item.left.type.kind not in ("text", "boolean") else None
        if limit is None or limit.lo != limit.hi or item.op == "!=":
            continue
        value = limit.lo * item.right_scale
        lo, hi = ranges.get(ref, (item.left.type.low, item.left.type.high))
        lo = max(lo, value + (item.op == ">")) if item.op in (">", ">=", "==") else lo
        hi = min(hi, value - (item.op == "<")) if item.op in ("<", "<=", "==") else hi
        if lo > hi:
            return True
        ranges[ref] = lo, hi
    return False


def _compare(node: Compare, limits: Limits) -> frozenset[Verdict]:
    if _lost(node.left, limits) or _lost(node.right, limits):
        return NEVER_KNOWN
    if isinstance(node.left, Const) and isinstance(node.right, Const):
        return frozenset({_decide(node.op, node.left.value, node.right.value)}) if _plain(node) else ANYTHING
    if node.left.type.kind in ("text", "boolean", "record", "list"):
        return ANYTHING
    left, right = _number(node.left, limits), _number(node.right, limits)
    if left.never or right.never:
        return NEVER_KNOWN
    a = (left.lo * node.left_scale, left.hi * node.left_scale)
    b = (right.lo * node.right_scale, right.hi * node.right_scale)
    found: set[Verdict] = {None} if left.unknown or right.unknown else set()
    for verdict in (True, False):
        if _possible(node.op if verdict else _OPPOSITE[node.op], a, b):
            found.add(verdict)
    return frozenset(found)


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _plain(node: Compare) -> bool:
    return node.left_scale == node.right_scale == 1


def _decide(op: str, a: object, b: object) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return (a == b) if op == "==" else (a != b)
    assert isinstance(a, int)
    assert isinstance(b, int)
    return _possible(op, (a, a), (b, b))


def _possible(op: str, a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether some number of range `a` stands in relation `op` to some number of range `b`."""
    if op == "==":
        return a[0] <= b[1] and b[0] <= a[1]
    if op == "!=":
        return not (a[0] == a[1] == b[0] == b[1])
    if op == "<":
        return a[0] < b[1]
    if op == "<=":
        return a[0] <= b[1]
    return a[1] > b[0] if op == ">" else a[1] >= b[0]


def _number(node: Node, limits: Limits) -> Range:
    widest = Range(node.type.low, node.type.high, True)
    if isinstance(node, Const):
        return Range(node.value, node.value, False) if isinstance(node.value, int) else widest
    if isinstance(node, Path):
        if _lost(node, limits):
            return _NEVER
        value = _parameter(node, limits)
        if isinstance(value, int):
            return Range(value, value, False)
        return widest._replace(unknown=node.root != "params" or node.variable >= 0)
    if isinstance(node, Size):
        return _size(node.item, limits)
    if isinstance(node, Negative):
        inner = _number(node.item, limits)
        return inner if inner.never else Range(-inner.hi, -inner.lo, inner.unknown)
    if isinstance(node, Arith) and node.op in ("+", "-", "*"):
        return _arith(node, limits)
    if isinstance(node, Fold):
        size = _size(node.item, limits)
        if size.hi == 0:
            return Range(0, 0, size.unknown) if node.op == "sum" else _NEVER
    return widest


def _arith(node: Arith, limits: Limits) -> Range:
    left, right = _number(node.left, limits), _number(node.right, limits)
    if left.never or right.never:
        return _NEVER
    a = (left.lo * node.left_scale, left.hi * node.left_scale)
    b = (right.lo * node.right_scale, right.hi * node.right_scale)
    if node.op == "+":
        lo, hi = a[0] + b[0], a[1] + b[1]
    elif node.op == "-":
        lo, hi = a[0] - b[1], a[1] - b[0]
    else:
        corners = [x * y for x in a for y in b]
        lo, hi = min(corners), max(corners)
    return Range(lo, hi, left.unknown or right.unknown)


def _size(node: Node, limits: Limits) -> Range:
    """How many items a list can have."""
    if isinstance(node, Items):
        return Range(len(node.items), len(node.items), False)
    if isinstance(node, Each):
        inner = _size(node.items, limits)
        if node.op == "map":
            return inner
        possible = verdicts(node.body, limits)
        if possible == frozenset({True}):
            return inner
        met = _met(node, limits) if isinstance(node.items, Items) else inner.hi
        return Range(0, met if True in possible else 0, True)
    if isinstance(node, Path) and node.variable < 0 and not node.fields:
        if node.root in limits.gone:
            return Range(0, 0, False)
        return Range(0, min(limits.most.get(node.root, node.type.capacity), node.type.capacity), False)
    if _lost(node, limits):
        return _NEVER
    return Range(0, node.type.capacity, True)


def _met(node: Each, limits: Limits) -> int:
    """How many of the conditions written out in a list can be TRUE, where the filter asks for just that."""
    assert isinstance(node.items, Items)
    if isinstance(node.body, Path) and node.body.variable == node.variable and not node.body.fields:
        return sum(can_be_true(item, limits) for item in node.items.items)
    return len(node.items.items)


def _each(node: Each, limits: Limits) -> frozenset[Verdict]:
    size = _size(node.items, limits)
    if size.never:
        return NEVER_KNOWN
    if size.hi == 0 and not isinstance(node.items, Items):
        # Nothing can ever be filed: both are UNKNOWN, unless an empty collection is declared to be an answer.
        if not node.items.type.may_be_empty:
            return NEVER_KNOWN
        return frozenset({node.op == "all"})
    body = verdicts(node.body, limits)
    if node.op == "exists":
        return ANYTHING if True in body else frozenset({False, None})
    return ANYTHING
