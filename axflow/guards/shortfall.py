"""What keeps a guard from TRUE, as data: only the parts that matter, negations followed through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from axflow.guards.nodes import Compare, Const, Each, Fold, Has, Logic, Member, Node, Not, Path, Size, paths_of, walk
from axflow.guards.types import Type, boolean
from axflow.guards.values import Inner, Unknown
from axflow.guards.verdict import Verdict, show

_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_FLIPPED: Final = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that keeps a guard from TRUE.

    Attributes:
        text: source of the part.
        reason: ``comparison``, ``count``, ``constant``, or the reason of an unknown (``missing``, ``expired``, …).
        paths: what would have to change or become known.
        have: the value there is, rendered; None when it is unknown.
        need: the value that would do, rendered; None when there is no single one.
        op: how `have` must relate to `need`: ``== != < <= > >= in``, ``not in``, or ``""``.
        have_paths, need_paths: whose values `have` and `need` show; a viewer must be allowed to see all of them.
        alternative: number of the branch of an ``||`` that this belongs to (one branch is enough), or None.
        unknowns: what is unknown, with reasons.
        item: which item of a list it is about, counted from 0, or None.
    """

    text: str
    reason: str
    paths: tuple[str, ...]
    have: str | None = None
    need: str | None = None
    op: str = ""
    have_paths: tuple[str, ...] = ()
    need_paths: tuple[str, ...] = ()
    alternative: int | None = None
    unknowns: tuple[Unknown, ...] = ()
    item: int | None = None


def shortfalls(verdict: Verdict) -> tuple[Shortfall, ...]:
    """All reasons why a verdict is not TRUE; empty when it is."""
    return tuple(_Finder().missing(verdict, True, verdict.text))


class _Finder:
    """Walks a verdict; numbers the branches of alternatives across the whole guard."""

    def __init__(self) -> None:
        self.branches = 0

    def missing(self, verdict: Verdict, wanted: bool, text: str) -> Iterator[Shortfall]:
        """What keeps `verdict` from being `wanted`; `text` is the source to show, with its negation."""
        if verdict.result is wanted:
            return
        node = verdict.node
        if isinstance(node, Not):
            yield from self.missing(verdict.children[0], not wanted, text)
        elif isinstance(node, Logic):
            together = (node.op == "&&") == wanted
            for child in verdict.children:
                if child.result is wanted:
                    continue
                shown = child.text if wanted else f"!({child.text})"
                found = self.missing(child, wanted, shown)
                yield from found if together else self.branch(found)
        elif isinstance(node, Each):
            yield _quantified(verdict, node, wanted, text)
        elif isinstance(node, Compare):
            yield _compared(verdict, node, wanted, text)
        else:
            yield _plain(verdict, node, wanted, text)

    def branch(self, found: Iterator[Shortfall]) -> Iterator[Shortfall]:
        """The same shortfalls, marked as one way out of several."""
        self.branches += 1
        number = self.branches
        for shortfall in found:
            yield replace(shortfall, alternative=number) if shortfall.alternative is None else shortfall


def _unknown(verdict: Verdict, text: str, **more: object) -> Shortfall:
    """A shortfall about what is not known."""
    unknowns = verdict.unknowns()
    assert type(verdict.result) is Unknown
    # The result's own unknown comes first: it is the one that decided.
    ordered = (
        verdict.result,
        *(u for u in unknowns if (u.reason, u.ref) != (verdict.result.reason, verdict.result.ref)),
    )
    paths = tuple(dict.fromkeys(u.ref for u in ordered if u.ref)) or paths_of(verdict.node)
    made = Shortfall(text, verdict.result.reason, paths, unknowns=ordered, item=verdict.item)
    return replace(made, **more)  # type: ignore[arg-type]


def _plain(verdict: Verdict, node: Node, wanted: bool, text: str) -> Shortfall:
    """A boolean read, a constant, `has` or `in`."""
    paths = paths_of(node)
    if isinstance(node, Member):
        op = "in" if wanted else "not in"
        have = _shown(node.left.type, verdict.operands[0])
        need = node.items.text if all(isinstance(n, Const) for n in walk(node.items) if n is not node.items) else None
        sides = {"op": op, "need": need, "have_paths": paths_of(node.left), "need_paths": paths_of(node.items)}
        if type(verdict.result) is Unknown:
            return _unknown(verdict, text, **sides)
        return Shortfall(text, "comparison", paths_of(node.left) or paths, have=have, item=verdict.item, **sides)  # type: ignore[arg-type]
    if type(verdict.result) is Unknown:
        need = "true" if wanted else "false"
        return _unknown(verdict, text, need=need if isinstance(node, Path) else None, op="==", have_paths=paths)
    if isinstance(node, Const):
        return Shortfall(text, "constant", (), have=verdict.value.lower(), need=str(wanted).lower(), op="==")
    if isinstance(node, Has) and wanted:
        return Shortfall(text, "missing", paths, have_paths=paths, item=verdict.item)
    have, need = show(boolean(), verdict.result), show(boolean(), wanted)
    return Shortfall(text, "comparison", paths, have, need, "==", have_paths=paths, item=verdict.item)


def _quantified(verdict: Verdict, node: Each, wanted: bool, text: str) -> Shortfall:
    """`exists` and `all`: how many items pass, of how many needed."""
    judged = [child for child in verdict.children if child.item is not None]
    if type(verdict.result) is Unknown and (verdict.result.reason == "empty" or not judged):
        return _unknown(verdict, text)
    passed = sum(1 for child in judged if child.result is True)
    if node.op == "exists":
        need, op = (1, ">=") if wanted else (0, "==")
    else:
        need, op = (len(judged), "==") if wanted else (max(len(judged) - 1, 0), "<=")
    sides = {"have": str(passed), "need": str(need), "op": op, "have_paths": paths_of(node)}
    if type(verdict.result) is Unknown:
        return _unknown(verdict, text, **sides)
    return Shortfall(text, "count", paths_of(node), item=verdict.item, **sides)  # type: ignore[arg-type]


def _compared(verdict: Verdict, node: Compare, wanted: bool, text: str) -> Shortfall:
    """A comparison, told so that what there is stands left and what is needed right."""
    op = node.op if wanted else _OPPOSITE[node.op]
    left, right = verdict.operands
    have_node, need_node, have, need = node.left, node.right, left, right
    counted = any(isinstance(n, Size) for n in walk(node.left)) or any(isinstance(n, Size) for n in walk(node.right))
    flipped = isinstance(node.left, Const) or (
        _weight(node.right) > _weight(node.left) and not isinstance(node.right, Const)
    )
    if flipped:
        have_node, need_node, have, need, op = node.right, node.left, right, left, _FLIPPED[op]
    if counted and op in ("<", ">") and type(need) is int and need_node.type.kind == "integer":
        need, op = (need + 1, ">=") if op == ">" else (need - 1, "<=")
    sides = {
        "have": _shown(have_node.type, have),
        "need": _shown(need_node.type, need),
        "op": op,
        "have_paths": paths_of(have_node),
        "need_paths": paths_of(need_node),
    }
    if type(verdict.result) is Unknown:
        return _unknown(verdict, text, **sides)
    reason = "count" if counted else "comparison"
    return Shortfall(text, reason, paths_of(have_node) or paths_of(need_node), item=verdict.item, **sides)  # type: ignore[arg-type]


def _weight(node: Node) -> int:
    """How many counts and sums a side holds; the heavier side is what there is, the lighter what is needed."""
    return sum(1 for part in walk(node) if isinstance(part, (Size, Fold)))


def _shown(type_: Type, value: Inner) -> str | None:
    return None if type(value) is Unknown else show(type_, value)
