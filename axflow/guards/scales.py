"""Scale and bounds of arithmetic, computed once at check time so that evaluation is plain integers."""

from __future__ import annotations

from typing import NamedTuple, NoReturn, Protocol

from axflow.guards.nodes import Const, Node
from axflow.guards.types import INT64_MAX, INT64_MIN, MAX_PLACES, Kind, Type


class Fail(Protocol):
    """Raises a `GuardError` at a node."""

    def __call__(self, node: Node, message: str, hint: str, code: str) -> NoReturn: ...


class Aligned(NamedTuple):
    """Two numbers brought to one scale."""

    left_scale: int
    right_scale: int
    places: int
    unit: str | None
    kind: Kind


def fits(*bounds: int) -> bool:
    """Whether all bounds are signed 64-bit integers."""
    return all(INT64_MIN <= bound <= INT64_MAX for bound in bounds)


def common_kind(left: Type, right: Type) -> Kind:
    """The kind of a result: money over decimal over integer."""
    for kind in ("money", "decimal"):
        if kind in (left.kind, right.kind):
            return kind
    return "integer"


def common_unit(left: Node, right: Node, fail: Fail) -> str | None:
    """The unit both sides share; a bare constant takes the unit of the other side."""
    a, b = left.type, right.type
    if a.unit == b.unit:
        return a.unit
    if a.unit is None and isinstance(left, Const):
        return b.unit
    if b.unit is None and isinstance(right, Const):
        return a.unit
    named = [f"`{n.text}` is in {n.type.unit or 'no unit'}" for n in (left, right)]
    return fail(right, f"Units differ: {named[0]}, {named[1]}.", "Compare and add values of one unit.", "unit_mismatch")


def align(left: Node, right: Node, fail: Fail) -> Aligned:
    """The factors that bring two numbers to one scale, proved not to overflow."""
    a, b = left.type, right.type
    unit = common_unit(left, right, fail)
    places = max(a.places, b.places)
    left_scale, right_scale = 10 ** (places - a.places), 10 ** (places - b.places)
    for node, scale in ((left, left_scale), (right, right_scale)):
        prove(node, node.type.low * scale, node.type.high * scale, fail)
    return Aligned(left_scale, right_scale, places, unit, common_kind(a, b))


def prove(node: Node, low: int, high: int, fail: Fail) -> None:
    """Fail with ``may_overflow`` unless every value between the bounds fits 64 bits."""
    if not fits(low, high):
        fail(
            node,
            f"`{node.text}` may leave 64-bit integers: its scaled value can reach {max(abs(low), abs(high)):.3g}.",
            "Declare smaller bounds (min, max, max_items) or fewer decimal places for what it reads.",
            "may_overflow",
        )


def product_bounds(a: Type, b: Type, left_scale: int = 1, right_scale: int = 1) -> tuple[int, int]:
    """Bounds of a product, from the corners."""
    corners = [x * left_scale * y * right_scale for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(corners), max(corners)


def exact_inverse(value: int, places: int) -> tuple[int, int] | None:
    """A factor and its places that equal dividing by ``value / 10**places``, or None when no decimal does.

    Dividing by 4 is multiplying by 25 with two more places; dividing by 3 has no such form.
    """
    for extra in range(MAX_PLACES + 1):
        factor, rest = divmod(10 ** (extra + places), value)
        if rest == 0:
            return factor, extra
    return None
