"""What each operation of the language means on inner values, spans and unknowns.

`evaluator` and `explain` both call these functions, so that a verdict and its explanation can't differ.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from axflow.guards.arithmetic import remainder, truncated
from axflow.guards.nodes import Arith, Compare, Each, Fold, Has, Member, paths_of
from axflow.guards.types import MICROSECONDS_PER_DAY
from axflow.guards.values import Collection, Inner, Span, Unknown

Truth: TypeAlias = "bool | Unknown"
Two: TypeAlias = Callable[[Inner, Inner], Inner]

OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def conjunction(results: Sequence[Truth]) -> Truth:
    """Kleene's `and`: FALSE wins, then the first unknown."""
    unknown: Truth = True
    for result in results:
        if result is False:
            return False
        if result is not True and unknown is True:
            unknown = result
    return unknown


def disjunction(results: Sequence[Truth]) -> Truth:
    """Kleene's `or`: TRUE wins, then the first unknown."""
    unknown: Truth = False
    for result in results:
        if result is True:
            return True
        if result is not False and unknown is False:
            unknown = result
    return unknown


def negation(result: Truth) -> Truth:
    """Kleene's `not`."""
    if result is True:
        return False
    if result is False:
        return True
    return result


def bounds(value: int | Span) -> tuple[int, int, Unknown | None]:
    """First, last and cause of a number that may be a span."""
    if isinstance(value, Span):
        return value.first, value.last, value.cause
    return value, value, None


def spanned(first: int, last: int, cause: Unknown | None) -> int | Span:
    """A span, or the number it narrows down to."""
    return first if first == last else Span(first, last, cause)


def blame(ref: str, *causes: Unknown | None) -> Unknown:
    """The first cause there is, else mere imprecision of what was read."""
    return next((cause for cause in causes if cause is not None), Unknown("imprecise", ref))


def compare(op: str, a: Inner, b: Inner, ref: str) -> Truth:
    """A comparison of scaled values; UNKNOWN where a span straddles the other side."""
    if type(a) is Unknown:
        return a
    if type(b) is Unknown:
        return b
    if type(a) is not Span and type(b) is not Span:
        return OPERATORS[op](a, b)
    if op in (">", ">="):
        op, a, b = ("<" if op == ">" else "<="), b, a
    a_first, a_last, a_cause = bounds(a)
    b_first, b_last, b_cause = bounds(b)
    if op in ("==", "!="):
        if a_last < b_first or b_last < a_first:
            return op == "!="
        if a_first == a_last == b_first == b_last:
            return op == "=="
    elif op == "<":
        if a_last < b_first:
            return True
        if a_first >= b_last:
            return False
    else:
        if a_last <= b_first:
            return True
        if a_first > b_last:
            return False
    return blame(ref, a_cause, b_cause)


def scaled(value: Inner, scale: int) -> Inner:
    """A number or span in finer units."""
    if scale == 1 or type(value) is Unknown:
        return value
    if type(value) is Span:
        return Span(value.first * scale, value.last * scale, value.cause)
    return value * scale


def comparator(node: Compare) -> Two:
    """The comparison of a node, on unscaled sides."""
    op, left_scale, right_scale = node.op, node.left_scale, node.right_scale
    ref = "".join(paths_of(node)[:1])

    def apply(a: Inner, b: Inner) -> Truth:
        return compare(op, scaled(a, left_scale), scaled(b, right_scale), ref)

    return apply


def calculator(node: Arith) -> Two:
    """The arithmetic of a node; spans by interval arithmetic, which is wide but never wrong."""
    op, left_scale, right_scale = node.op, node.left_scale, node.right_scale
    ref = "".join(paths_of(node)[:1])
    exact = _EXACT[op]

    def apply(a: Inner, b: Inner) -> Inner:
        if type(a) is Unknown:
            return a
        if type(b) is Unknown:
            return b
        if op in ("date+", "date-") and any(edge % MICROSECONDS_PER_DAY for edge in bounds(b)[:2]):
            return Unknown("imprecise", ref)
        if type(a) is not Span and type(b) is not Span:
            return exact(a * left_scale, b * right_scale)
        a_first, a_last, a_cause = bounds(scaled(a, left_scale))
        b_first, b_last, b_cause = bounds(scaled(b, right_scale))
        if op == "%" and (a_first != a_last or b_first != b_last):
            return blame(ref, a_cause, b_cause)
        # Every operation left is monotone in each argument, so its extremes are at the corners.
        corners = [exact(x, y) for x in (a_first, a_last) for y in (b_first, b_last)]
        return spanned(min(corners), max(corners), a_cause if a_cause is not None else b_cause)

    return apply


_EXACT: Final[dict[str, Callable[[int, int], int]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": truncated,
    "%": remainder,
    "date+": lambda day, length: day + length // MICROSECONDS_PER_DAY,
    "date-": lambda day, length: day - length // MICROSECONDS_PER_DAY,
    "days": lambda a, b: (a - b) * MICROSECONDS_PER_DAY,
}


def negative(value: Inner) -> Inner:
    """Arithmetic negation."""
    if type(value) is Unknown:
        return value
    if type(value) is Span:
        return Span(-value.last, -value.first, value.cause)
    return -value


def presence(node: Has) -> Callable[[Inner], Truth]:
    """`has`: whether a fact was stated; one that exists but can't be relied on stays UNKNOWN."""

    def apply(value: Inner) -> Truth:
        if type(value) is Unknown:
            return False if value.reason in ("missing", "unstated") else value
        return True

    return apply


def members(value: Inner, what: str) -> Collection:
    """The collection, or an error that names the environment's mistake."""
    if type(value) is not Collection:
        raise TypeError(f"`{what}` must be a Collection in the environment, not {type(value).__name__}")
    return value


def size(value: Inner, what: str) -> Inner:
    """The number of items: a span when it is uncertain which belong."""
    if type(value) is Unknown:
        return value
    collection = members(value, what)
    sure = len(collection.items)
    if collection.maybe:
        return Span(sure, sure + len(collection.maybe), collection.cause)
    return sure


_FOLDS: Final[dict[str, Callable[[Any], Any]]] = {"sum": sum, "min": min, "max": max}


def folder(node: Fold) -> Callable[[Inner], Inner]:
    """`sum`, `min` or `max`; the minimum of nothing is UNKNOWN, the sum of nothing is 0."""
    op, what = node.op, node.item.text
    ref = "".join(paths_of(node)[:1])
    fold = _FOLDS[op]

    def apply(value: Inner) -> Inner:
        if type(value) is Unknown:
            return value
        collection = members(value, what)
        if collection.maybe:
            return blame(ref, collection.cause)
        for item in collection.items:
            if type(item) is Unknown:
                return item
        if op != "sum" and not collection.items:
            return Unknown("empty", ref)
        edges = [bounds(item) for item in collection.items]
        cause = next((edge[2] for edge in edges if edge[2] is not None), None)
        return spanned(fold(edge[0] for edge in edges), fold(edge[1] for edge in edges), cause)

    return apply


def finder(node: Member) -> Two:
    """`x in list`, the same as `list.exists(y, y == x)`."""
    left_scale, items_scale = node.left_scale, node.items_scale
    what, may_be_empty = node.items.text, node.items.type.may_be_empty
    ref = "".join(paths_of(node)[:1])
    empty = Unknown("empty", "".join(paths_of(node.items)[:1]))

    def apply(x: Inner, value: Inner) -> Truth:
        if type(value) is Unknown:
            return value
        collection = members(value, what)
        x = scaled(x, left_scale)
        return exists(collection, lambda item: compare("==", x, scaled(item, items_scale), ref), may_be_empty, empty)

    return apply


def exists(collection: Collection, test: Callable[[Inner], Truth], may_be_empty: bool, empty: Unknown) -> Truth:
    """Whether some item passes; over a list into which nothing was ever filed this is UNKNOWN."""
    unknown: Unknown | None = None
    for item in collection.items:
        result = test(item)
        if result is True:
            return True
        if result is not False and unknown is None:
            unknown = result
    for item in collection.maybe:
        result = test(item)
        if result is not False and unknown is None:
            unknown = blame(empty.ref, collection.cause) if result is True else result
    if unknown is not None:
        return unknown
    return False if collection.filed or may_be_empty else empty


Apply: TypeAlias = Callable[[Inner, Callable[[Inner], Inner]], Inner]


def each(node: Each) -> Apply:
    """`exists`, `all`, `filter` or `map` as a function of list and body; items come in order, doubtful ones last."""
    what, may_be_empty = node.items.text, node.items.type.may_be_empty
    empty = Unknown("empty", "".join(paths_of(node.items)[:1]))

    def judge_exists(value: Inner, body: Callable[[Inner], Inner]) -> Inner:
        if type(value) is Unknown:
            return value
        return exists(members(value, what), body, may_be_empty, empty)

    def judge_all(value: Inner, body: Callable[[Inner], Inner]) -> Inner:
        if type(value) is Unknown:
            return value
        return negation(exists(members(value, what), lambda item: negation(body(item)), may_be_empty, empty))

    def keep(value: Inner, body: Callable[[Inner], Inner]) -> Inner:
        if type(value) is Unknown:
            return value
        collection = members(value, what)
        sure: list[Inner] = []
        maybe: list[Inner] = []
        cause = collection.cause
        for item in collection.items:
            result = body(item)
            if result is True:
                sure.append(item)
            elif result is not False:
                maybe.append(item)
                cause = result if cause is None else cause
        for item in collection.maybe:
            result = body(item)
            if result is not False:
                maybe.append(item)
        return Collection(tuple(sure), collection.filed, tuple(maybe), cause if maybe else None)

    def change(value: Inner, body: Callable[[Inner], Inner]) -> Inner:
        if type(value) is Unknown:
            return value
        collection = members(value, what)
        items = tuple([body(item) for item in collection.items])
        return Collection(items, collection.filed, tuple([body(item) for item in collection.maybe]), collection.cause)

    made: dict[str, Apply] = {"exists": judge_exists, "all": judge_all, "filter": keep, "map": change}
    return made[node.op]


def listed(values: Sequence[Inner], scales: Sequence[int]) -> Collection:
    """A list written out."""
    return Collection(tuple([scaled(value, scale) for value, scale in zip(values, scales, strict=True)]))
