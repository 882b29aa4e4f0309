"""Types of comparisons, of `in` and of lists written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from axflow.guards import syntax as s
from axflow.guards.errors import nearest
from axflow.guards.nodes import Compare, Const, Items, Member, Node
from axflow.guards.scales import align, common_kind, common_unit, prove
from axflow.guards.types import Type, boolean, list_of

if TYPE_CHECKING:
    from axflow.guards.checker import Checker


def check_compare(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Compare:
    """``== != < <= > >=``."""
    scales = comparable(checker, left, right, tree)
    if tree.op not in ("==", "!=") and left.type.kind in ("boolean", "text"):
        kind = left.type.kind
        hint = (
            "Compare with `==` or `!=`." if kind == "boolean" else "Compare with `==`, `!=` or `in`; rank by a number."
        )
        checker.fail(tree, f"`{left.text}` is {left.type.a()}, which has no order.", hint, "type")
    return Compare(boolean(), checker.text(tree), tree.start, tree.op, left, right, *scales)


def check_member(checker: Checker, tree: s.Binary, left: Node, right: Node) -> Member:
    """``x in list``."""
    if right.type.kind != "list" or right.type.element is None:
        checker.fail(right, f"`in` needs a list, but `{right.text}` is {right.type.a()}.", 'Write ["a", "b"].', "type")
    if isinstance(right, Items):
        for item in right.items:
            comparable(checker, left, item, tree)
    # A list of constants adopts the unit of what is looked for; otherwise the element speaks for all items.
    bare = isinstance(right, Items) and all(isinstance(item, Const) for item in right.items)
    element = right.type.element
    if bare:
        probe: Node = Const(element, right.text, right.start, element.low)
    else:
        probe = Member(element, right.text, right.start, left, right, 1, 1)
    scales = comparable(checker, left, probe, tree, enums=not bare)
    return Member(boolean(), checker.text(tree), tree.start, left, right, *scales)


def unify_items(checker: Checker, tree: s.Listing, items: tuple[Node, ...]) -> Items:
    """A list written out: one kind, one scale."""
    if not items:
        checker.fail(tree, "An empty list has no type.", "Name at least one item.", "type")
    first = items[0]
    if first.type.kind in ("record", "list"):
        checker.fail(
            first,
            f"`{first.text}` is {first.type.a()}; a list is written of values.",
            "Name the field of each: `[a.score, b.score]`.",
            "type",
        )
    made, scales = first.type, tuple(1 for _ in items)
    if first.type.is_numeric and all(item.type.is_numeric for item in items):
        made, scales = _one_scale(checker, items)
    else:
        for item in items[1:]:
            comparable(checker, first, item, tree)
        values = tuple(dict.fromkeys(value for item in items for value in item.type.values))
        open_text = any(
            item.type.kind == "text" and not item.type.values and not isinstance(item, Const) for item in items
        )
        low, high = min(item.type.low for item in items), max(item.type.high for item in items)
        made = Type(first.type.kind, lo=low, hi=high, values=() if open_text else values)
    return Items(list_of(made, len(items)), checker.text(tree), tree.start, items, scales)


def _one_scale(checker: Checker, items: tuple[Node, ...]) -> tuple[Type, tuple[int, ...]]:
    places = max(item.type.places for item in items)
    witness = next((item for item in items if item.type.unit is not None), items[0])
    kind = items[0].type.kind
    lows, highs, scales = [], [], []
    for item in items:
        common_unit(witness, item, checker.fail)
        kind = common_kind(Type(kind), item.type)
        scale = 10 ** (places - item.type.places)
        prove(item, item.type.low * scale, item.type.high * scale, checker.fail)
        scales.append(scale)
        lows.append(item.type.low * scale)
        highs.append(item.type.high * scale)
    return Type(kind, places=places, unit=witness.type.unit, lo=min(lows), hi=max(highs)), tuple(scales)


def comparable(checker: Checker, left: Node, right: Node, tree: s.Syntax, enums: bool = True) -> tuple[int, int]:
    """The scales that make two values comparable, or a `GuardError` that says what would be."""
    a, b = left.type, right.type
    if a.is_numeric and b.is_numeric:
        aligned = align(left, right, checker.fail)
        return aligned.left_scale, aligned.right_scale
    if a.kind != b.kind or a.kind in ("record", "list"):
        _refuse(checker, left, right, tree)
    if a.kind == "text" and enums:
        _words(checker, left, right)
        _words(checker, right, left)
    return 1, 1


def _words(checker: Checker, node: Node, other: Node) -> None:
    """A text that an enumeration can never hold is a spelling mistake, not a condition."""
    if not node.type.values:
        return
    if isinstance(other, Const) and other.value not in node.type.values:
        hint = nearest(str(other.value), node.type.values)
        checker.fail(other, f"`{node.text}` is never {other.text[:60]}.", hint, "not_in_list")
    if other.type.values and not set(other.type.values) & set(node.type.values):
        checker.fail(
            other, f"`{node.text}` and `{other.text}` share no value.", "Compare values of one list.", "not_in_list"
        )


def _refuse(checker: Checker, left: Node, right: Node, tree: s.Syntax) -> NoReturn:
    kinds = {left.type.kind, right.type.kind}
    hint = "Both sides must be of one kind."
    if kinds == {"date", "timestamp"}:
        wanted = left.type.kind if isinstance(right, Const) else right.type.kind
        hint = f"Compare two {wanted}s: a day becomes a moment only in a time zone."
        fitting = sorted(name for name, type_ in checker.schema.items() if type_.kind == "date")
        if fitting:
            hint += f" Of type date here: {', '.join(f'`{name}`' for name in fitting)}."
    elif "duration" in kinds and kinds & {"integer", "decimal"}:
        hint = 'Write a length of time as duration("30d").'
    elif "text" in kinds and kinds & {"integer", "decimal", "money"}:
        hint = "Write the number without quotation marks."
    elif "text" in kinds and kinds & {"date", "timestamp"}:
        hint = 'Write date("2026-01-01") or timestamp("2026-01-01T00:00:00Z").'
    elif "list" in kinds:
        hint = "Lists are compared item by item: use `in`, exists, all or size()."
    elif "record" in kinds:
        hint = "Records are compared field by field: name the fields."
    elif "boolean" in kinds:
        hint = "A condition stands by itself: write `x`, `!x` or `x == true`."
    checker.fail(tree, f"`{left.text}` is {left.type.a()} and `{right.text}` {right.type.a()}.", hint, "type")
