"""Types of arithmetic: numbers of any scale, durations, dates and timestamps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from axflow.guards import syntax as s
from axflow.guards.formats import show_duration
from axflow.guards.nodes import Arith, Const, Negative, Node
from axflow.guards.scales import align, common_kind, exact_inverse, product_bounds, prove
from axflow.guards.types import MAX_PLACES, MICROSECONDS_PER_DAY, Type, integer
from axflow.guards.types import duration as duration_type

if TYPE_CHECKING:
    from axflow.guards.checker import Checker


def check_negative(checker: Checker, tree: s.Unary, item: Node) -> Node:
    """``-x`` of a number or duration."""
    if not (item.type.is_numeric or item.type.kind == "duration"):
        checker.fail(item, f"`{item.text}` is {item.type.a()}, which has no negative.", "Use a number.", "type")
    made = _typed(item.type, -item.type.high, -item.type.low)
    if isinstance(item, Const):
        return Const(made, checker.text(tree), tree.start, -item.value)
    node = Negative(made, checker.text(tree), tree.start, item)
    prove(node, made.low, made.high, checker.fail)
    return node


def check_binary(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Node:
    """``+ - * / %``."""
    a, b = left.type, right.type
    if a.is_numeric and b.is_numeric:
        if tree.op in ("+", "-"):
            return _sum(checker, tree, left, right)
        if tree.op == "*":
            return _product(checker, tree, left, right)
        if tree.op == "/":
            return _quotient(checker, tree, left, right)
        return _remainder(checker, tree, left, right)
    if tree.op in ("+", "-"):
        return _time(checker, tree, left, right)
    if tree.op == "*" and {a.kind, b.kind} == {"duration", "integer"}:
        low, high = product_bounds(a, b)
        return _arith(checker, tree, "*", duration_type, low, high, left, right)
    return _refuse(checker, tree, left, right)


def _typed(type_: Type, low: int, high: int) -> Type:
    return Type(type_.kind, places=type_.places, unit=type_.unit, lo=_clamp(low), hi=_clamp(high))


def _clamp(bound: int) -> int:
    # A bound that does not fit is reported by `prove`, which sees the exact one; the type only has to be constructible.
    return max(-(2**63), min(bound, 2**63 - 1))


def _arith(
    checker: Checker,
    tree: s.Binary,
    op: str,
    like: object,
    low: int,
    high: int,
    left: Node,
    right: Node,
    scales: tuple[int, int] = (1, 1),
) -> Node:
    """An arithmetic node with proved bounds; constants are folded."""
    base = like if isinstance(like, Type) else duration_type()
    made = _typed(base, low, high)
    node = Arith(made, checker.text(tree), tree.start, op, left, right, *scales)
    prove(node, low, high, checker.fail)
    if isinstance(left, Const) and isinstance(right, Const) and low == high and op in ("+", "-", "*"):
        return Const(made, node.text, node.start, low)
    return node


def _sum(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Node:
    aligned = align(left, right, checker.fail)
    a = (left.type.low * aligned.left_scale, left.type.high * aligned.left_scale)
    b = (right.type.low * aligned.right_scale, right.type.high * aligned.right_scale)
    low, high = (a[0] + b[0], a[1] + b[1]) if tree.op == "+" else (a[0] - b[1], a[1] - b[0])
    like = Type(aligned.kind, places=aligned.places, unit=aligned.unit)
    return _arith(checker, tree, tree.op, like, low, high, left, right, (aligned.left_scale, aligned.right_scale))


def _product(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Node:
    a, b = left.type, right.type
    if a.unit is not None and b.unit is not None:
        checker.fail(right, f"{a.unit} times {b.unit} has no unit.", "Multiply by a plain number.", "unit_mismatch")
    places = a.places + b.places
    if places > MAX_PLACES:
        checker.fail(right, f"The product has {places} decimal places.", f"At most {MAX_PLACES}.", "may_overflow")
    low, high = product_bounds(a, b)
    like = Type(common_kind(a, b), places=places, unit=a.unit or b.unit)
    return _arith(checker, tree, "*", like, low, high, left, right)


def _quotient(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Node:
    a, b = left.type, right.type
    if not isinstance(right, Const):
        checker.fail(
            right,
            "Division is by a constant only.",
            f"Multiply the other side of the comparison by `{right.text}`.",
            "type",
        )
    if right.value == 0:
        checker.fail(right, "Division by zero.", "Divide by another number.", "division_by_zero")
    text, start = checker.text(tree), tree.start
    if a.kind == "integer" and b.kind == "integer":
        # CEL truncates integer division toward zero.
        corners = [truncated(x, right.value) for x in (a.low, a.high)] + ([0] if a.low <= 0 <= a.high else [])
        made = integer(_clamp(min(corners)), _clamp(max(corners)))
        if isinstance(left, Const):
            return Const(made, text, start, truncated(left.value, right.value))
        node = Arith(made, text, start, "/", left, right, 1, 1)
        prove(node, min(corners), max(corners), checker.fail)
        return node
    inverse = exact_inverse(right.value, b.places)
    if inverse is None or a.places + inverse[1] > MAX_PLACES:
        checker.fail(
            tree,
            f"Dividing by {right.text} is not exact in decimals.",
            f"Multiply the other side instead: `a >= b / {right.text}` is `a * {right.text} >= b`.",
            "inexact_division",
        )
    factor, extra = inverse
    constant = Const(Type("decimal", places=extra, lo=factor, hi=factor), right.text, right.start, factor)
    low, high = product_bounds(a, constant.type)
    return _arith(
        checker,
        tree,
        "*",
        Type(common_kind(a, constant.type), places=a.places + extra, unit=a.unit),
        low,
        high,
        left,
        constant,
    )


def _remainder(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Node:
    a, b = left.type, right.type
    if a.kind != "integer" or b.kind != "integer":
        checker.fail(tree, "`%` is for integers.", "Use whole numbers on both sides.", "type")
    if b.low <= 0 <= b.high:
        checker.fail(
            right,
            f"`{right.text}` may be zero.",
            "Use a constant, or declare bounds that exclude zero.",
            "division_by_zero",
        )
    largest = max(abs(b.low), abs(b.high)) - 1
    made = integer(-largest if a.low < 0 else 0, largest if a.high > 0 else 0)
    if isinstance(left, Const) and isinstance(right, Const):
        value = remainder(left.value, right.value)
        return Const(integer(value, value), checker.text(tree), tree.start, value)
    return Arith(made, checker.text(tree), tree.start, "%", left, right, 1, 1)


def truncated(a: int, b: int) -> int:
    """Integer division toward zero, as in CEL."""
    return -(-a // b) if (a < 0) != (b < 0) else a // b


def remainder(a: int, b: int) -> int:
    """Remainder with the sign of the dividend, as in CEL."""
    return a - b * truncated(a, b)


def _time(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Node:
    a, b, plus = left.type, right.type, tree.op == "+"
    kinds = (a.kind, b.kind)
    low, high = (a.low + b.low, a.high + b.high) if plus else (a.low - b.high, a.high - b.low)
    if kinds in (("duration", "duration"), ("timestamp", "duration")):
        return _arith(checker, tree, tree.op, a, low, high, left, right)
    if kinds == ("duration", "timestamp") and plus:
        return _arith(checker, tree, "+", b, low, high, left, right)
    if kinds == ("timestamp", "timestamp") and not plus:
        return _arith(checker, tree, "-", duration_type(), low, high, left, right)
    if kinds == ("date", "date") and not plus:
        day = MICROSECONDS_PER_DAY
        return _arith(checker, tree, "days", duration_type(), low * day, high * day, left, right)
    if kinds == ("date", "duration"):
        return _shifted(checker, tree, left, right)
    if kinds == ("duration", "date") and plus:
        return _shifted(checker, tree, right, left)
    return _refuse(checker, tree, left, right)


def _shifted(checker: Checker, tree: s.Binary, day: Node, length: Node) -> Node:
    if isinstance(length, Const) and length.value % MICROSECONDS_PER_DAY:
        checker.fail(
            length,
            f"{show_duration(length.value)} is not a whole number of days.",
            'A date moves by days: duration("30d").',
            "type",
        )
    low, high = length.type.low // MICROSECONDS_PER_DAY, -(-length.type.high // MICROSECONDS_PER_DAY)
    if tree.op == "-":
        low, high = -high, -low
    op = "date+" if tree.op == "+" else "date-"
    return _arith(checker, tree, op, day.type, day.type.low + low, day.type.high + high, day, length)


def _refuse(checker: Checker, tree: s.Binary, left: Node, right: Node) -> NoReturn:
    kinds = {left.type.kind, right.type.kind}
    hint = "Arithmetic is for numbers, durations, dates and timestamps."
    if kinds & {"date", "timestamp"} and "integer" in kinds:
        hint = 'Write days as duration("30d").'
    elif kinds == {"date", "timestamp"}:
        hint = "Use two dates or two timestamps."
    elif "text" in kinds:
        hint = "Texts are not joined in guards."
    elif "boolean" in kinds:
        hint = "To count conditions write `[a, b].filter(x, x).size()`."
    elif "list" in kinds:
        hint = "Lists are not joined in guards."
    checker.fail(
        tree,
        f"`{left.text}` is {left.type.a()} and `{right.text}` {right.type.a()}; `{tree.op}` does not apply.",
        hint,
        "type",
    )
