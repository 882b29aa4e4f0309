"""Checked guards to flat opcodes over 64-bit integers, for loops that must touch no Python objects.

Conditions over scalars, lists of facts with `filter`, `map`, `exists`, `all`, `size`, `sum`, `min`, `max`, `in`, and
lists written out are covered. One list inside the condition on another is not: the machine has a single loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from axflow.guards.errors import OpcodeUnsupported
from axflow.guards.guard import Guard
from axflow.guards.layout import Column, Layout, Mode, Slot, Table
from axflow.guards.machine import FALSE, TRUE, Op, run
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
from axflow.guards.types import MICROSECONDS_PER_DAY, Type
from axflow.guards.values import Env


@dataclass(frozen=True, slots=True)
class Program:
    """A guard as integers.

    Attributes:
        code: instruction and argument, in order.
        layout: where its facts come from.
        depth: the deepest that its stack becomes.
    """

    code: tuple[tuple[int, int], ...]
    layout: Layout
    depth: int

    def evaluate(self, env: Env) -> bool | None:
        """True, False, or None for UNKNOWN, by the reference machine."""
        ops, args = [int(op) for op, _ in self.code], [arg for _, arg in self.code]
        empty = [int(table.may_be_empty) for table in self.layout.tables]
        result = run(ops, args, empty, self.layout.load(env), self.depth)
        return {FALSE: False, TRUE: True}.get(result)


def compile_opcodes(guard: Guard) -> Program:
    """The flat program of a guard.

    Raises:
        OpcodeUnsupported: the guard nests one list of facts in the condition on another.
    """
    assembler = _Assembler()
    assembler.emit(guard.node, {})
    layout = Layout(tuple(assembler.slots), tuple(assembler.tables), tuple(assembler.columns), tuple(assembler.texts))
    return Program(tuple(assembler.code), layout, assembler.deepest)


@dataclass(frozen=True, slots=True)
class Row:
    """A macro variable that stands for the running row of a table."""

    table: int


@dataclass(frozen=True, slots=True)
class Inline:
    """A macro variable that stands for an expression: an item of a list written out, or the result of `map`."""

    node: Node
    scale: int
    bound: Bound


Bound: TypeAlias = "dict[int, Row | Inline]"
_ARITH: Final = {"+": Op.ADD, "-": Op.SUB, "*": Op.MUL, "%": Op.MOD, "date+": Op.DATE_ADD, "date-": Op.DATE_SUB}
_COMPARE: Final = {"==": Op.EQ, "!=": Op.NE, "<": Op.LT, "<=": Op.LE}
_FOLD: Final = {"sum": Op.TOTAL, "min": Op.LEAST, "max": Op.MOST}
#: How many cells each instruction adds to the stack.
_GROWTH: Final = {
    Op.CONST: 1, Op.LOAD: 1, Op.COLUMN: 1,
    Op.ADD: -1, Op.SUB: -1, Op.MUL: -1, Op.MOD: -1, Op.DATE_ADD: -1, Op.DATE_SUB: -1,
    Op.EQ: -1, Op.NE: -1, Op.LT: -1, Op.LE: -1, Op.AND: -1, Op.OR: -1,
    Op.ANY: -2, Op.EVERY: -2, Op.COUNT: -1, Op.TOTAL: -2, Op.LEAST: -2, Op.MOST: -2,
}  # fmt: skip


class _Assembler:
    def __init__(self) -> None:
        self.code: list[tuple[int, int]] = []
        self.slots: list[Slot] = []
        self.tables: list[Table] = []
        self.columns: list[Column] = []
        self.texts: list[str] = []
        self.depth = 0
        self.deepest = 0
        self.looping = False

    def put(self, op: Op, arg: int = 0) -> None:
        self.code.append((int(op), arg))
        self.depth += _GROWTH.get(op, 0)
        self.deepest = max(self.deepest, self.depth)

    def emit(self, node: Node, bound: Bound) -> None:
        """Code that leaves the value of a node on the stack."""
        if isinstance(node, Const):
            self.put(Op.CONST, self.text(node.value) if isinstance(node.value, str) else int(node.value))
        elif isinstance(node, Path):
            self.path(node, "value", bound)
        elif isinstance(node, Has):
            self.path(node.item, "has", bound)
        elif isinstance(node, Logic):
            self.emit(node.items[0], bound)
            for item in node.items[1:]:
                self.emit(item, bound)
                self.put(Op.AND if node.op == "&&" else Op.OR)
        elif isinstance(node, Not):
            self.emit(node.item, bound)
            self.put(Op.NOT)
        elif isinstance(node, Negative):
            self.emit(node.item, bound)
            self.put(Op.NEG)
        elif isinstance(node, Compare):
            self.compare(node, bound)
        elif isinstance(node, Arith):
            self.arith(node, bound)
        elif isinstance(node, (Each, Member)):
            self.quantified(node, bound)
        elif isinstance(node, (Size, Fold)):
            self.folded(node, bound)
        else:
            raise OpcodeUnsupported("a list stands where a value is needed", text=node.text)

    def text(self, value: str) -> int:
        if value not in self.texts:
            self.texts.append(value)
        return self.texts.index(value)

    def scaled(self, node: Node, scale: int, bound: Bound) -> None:
        self.emit(node, bound)
        if scale != 1:
            self.put(Op.SCALE, scale)

    def path(self, node: Path, mode: Mode, bound: Bound) -> None:
        if node.variable < 0:
            slot = Slot(node.root, node.fields, node.type, mode)
            if slot not in self.slots:
                self.slots.append(slot)
            self.put(Op.LOAD, self.slots.index(slot))
            return
        variable = bound[node.variable]
        if isinstance(variable, Row):
            column = Column(variable.table, node.fields, node.type, mode)
            if column not in self.columns:
                self.columns.append(column)
            self.put(Op.COLUMN, self.columns.index(column))
            return
        self.scaled(variable.node, variable.scale, variable.bound)

    def compare(self, node: Compare, bound: Bound) -> None:
        sides = ((node.left, node.left_scale), (node.right, node.right_scale))
        op = node.op
        if op in (">", ">="):
            sides, op = (sides[1], sides[0]), "<" if op == ">" else "<="
        for side, scale in sides:
            self.scaled(side, scale, bound)
        self.put(_COMPARE[op])

    def arith(self, node: Arith, bound: Bound) -> None:
        self.scaled(node.left, node.left_scale, bound)
        if node.op == "/" and isinstance(node.right, Const):
            self.put(Op.DIV, node.right.value)
            return
        self.scaled(node.right, node.right_scale, bound)
        if node.op == "days":
            self.put(Op.SUB)
            self.put(Op.SCALE, MICROSECONDS_PER_DAY)
        else:
            self.put(_ARITH[node.op])

    def quantified(self, node: Each | Member, bound: Bound) -> None:
        if isinstance(node, Member):
            # `x in list` is `list.exists(y, y == x)`.
            def equal(item: Inline | Row, inner: Bound, type_: Type) -> None:
                self.scaled(node.left, node.left_scale, bound)
                self.item(item, type_)
                if node.items_scale != 1:
                    self.put(Op.SCALE, node.items_scale)
                self.put(Op.EQ)
                self.put(Op.ANY)

            self.put(Op.CONST, 0)
            self.over(node.items, bound, equal, Op.END_ANY)
            return
        if node.op not in ("exists", "all"):
            raise OpcodeUnsupported("a list stands where a value is needed", text=node.text)
        step, end = (Op.ANY, Op.END_ANY) if node.op == "exists" else (Op.EVERY, Op.END_EVERY)

        def judge(item: Inline | Row, inner: Bound, type_: Type) -> None:
            self.emit(node.body, {**inner, node.variable: item})
            self.put(step)

        self.put(Op.CONST, 0 if node.op == "exists" else 1)
        self.over(node.items, bound, judge, end)

    def folded(self, node: Size | Fold, bound: Bound) -> None:
        self.put(Op.CONST, 0)
        if isinstance(node, Size):
            self.over(node.item, bound, lambda item, inner, type_: self.put(Op.COUNT), Op.END_NUMBER)
            return
        if node.op != "sum":
            self.put(Op.SETTLE, 1)

        def gather(item: Inline | Row, inner: Bound, type_: Type) -> None:
            self.item(item, type_)
            self.put(_FOLD[node.op])

        self.over(node.item, bound, gather, Op.END_NUMBER)
        if node.op != "sum":
            self.put(Op.SETTLE, 0)

    def item(self, item: Inline | Row, type_: Type) -> None:
        """Push an item that is a plain value."""
        if isinstance(item, Inline):
            self.scaled(item.node, item.scale, item.bound)
            return
        column = Column(item.table, (), type_)
        if column not in self.columns:
            self.columns.append(column)
        self.put(Op.COLUMN, self.columns.index(column))

    def over(self, items: Node, bound: Bound, step: Callable[[Inline | Row, Bound, Type], None], end: Op) -> None:
        """For each item of a list push its membership and let `step` fold it into the accumulator below."""
        stages: list[Each] = []
        source = items
        while isinstance(source, Each):
            stages.insert(0, source)
            source = source.items
        assert items.type.element is not None
        element = items.type.element

        def row(item: Inline | Row) -> None:
            self.put(Op.CONST, 1)
            for stage in stages:
                inner = {**bound, stage.variable: item}
                if stage.op == "filter":
                    self.emit(stage.body, inner)
                    self.put(Op.AND)
                else:
                    item = Inline(stage.body, 1, inner)
            step(item, bound, element)

        if isinstance(source, Items):
            # A list written out is unrolled; all its items certainly belong to it.
            for node, scale in zip(source.items, source.scales, strict=True):
                row(Inline(node, scale, bound))
            return
        if not isinstance(source, Path) or source.variable >= 0:
            raise OpcodeUnsupported("it reads a list inside the items of another list", text=items.text)
        if self.looping:
            raise OpcodeUnsupported("it goes through one list for each item of another", text=items.text)
        table = Table(source.root, source.fields, source.type.may_be_empty)
        if table not in self.tables:
            self.tables.append(table)
        number = self.tables.index(table)
        self.put(Op.BEGIN, number)
        start = len(self.code)
        self.put(Op.NEXT)
        self.looping = True
        row(Row(number))
        self.looping = False
        self.put(Op.JUMP, start)
        self.code[start] = (int(Op.NEXT), len(self.code))
        self.put(end, number)
