"""Where a compiled guard finds its facts: scalar slots, and one table of columns for each list that it reads.

Everything in a `Memory` is a list of integers, so that a compiled loop can work on it. A cell is three integers: the
lowest and highest value that it can have, and whether it is known. A condition has no third flag: FALSE is 0..0, TRUE
is 1..1 and UNKNOWN is 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from axflow.guards.evaluator import descend
from axflow.guards.semantics import members
from axflow.guards.types import Type
from axflow.guards.values import Collection, Env, Inner, Span, Unknown

#: What a cell holds: the value, or whether it was stated at all (for `has`).
Mode: TypeAlias = Literal["value", "has"]
Cell: TypeAlias = tuple[int, int, int]
UNKNOWN_CONDITION: Final[Cell] = (0, 1, 1)
UNKNOWN_NUMBER: Final[Cell] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Slot:
    """One scalar read from the environment."""

    root: str
    fields: tuple[str, ...]
    type: Type
    mode: Mode = "value"


@dataclass(frozen=True, slots=True)
class Column:
    """One value read from each item of a list; no fields for a list of plain values."""

    table: int
    fields: tuple[str, ...]
    type: Type
    mode: Mode = "value"


@dataclass(frozen=True, slots=True)
class Table:
    """One list of the environment."""

    root: str
    fields: tuple[str, ...]
    may_be_empty: bool


@dataclass(slots=True)
class Memory:
    """The facts of one evaluation, as integers."""

    lo: list[int] = field(default_factory=list)
    hi: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    #: For each table: number of items, whether it is known at all, whether anything was ever filed.
    counts: list[int] = field(default_factory=list)
    table_known: list[int] = field(default_factory=list)
    filed: list[int] = field(default_factory=list)
    #: For each column where its cells start; the cell of an item is at start + index.
    starts: list[int] = field(default_factory=list)
    cell_lo: list[int] = field(default_factory=list)
    cell_hi: list[int] = field(default_factory=list)
    cell_known: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a program reads; texts of the program itself have the ids 0, 1, 2 and so on."""

    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    columns: tuple[Column, ...]
    texts: tuple[str, ...]

    def load(self, env: Env) -> Memory:
        """The integers of an environment.

        Raises:
            TypeError: the environment holds something that is no inner value of its type.
        """
        texts = {text: number for number, text in enumerate(self.texts)}
        memory = Memory()
        for slot in self.slots:
            value = descend(env.get(slot.root, _NOTHING), slot.fields, slot.root)
            for target, number in zip((memory.lo, memory.hi, memory.known), cell(slot, value, texts), strict=True):
                target.append(number)
        items: list[tuple[Inner, ...]] = []
        for table in self.tables:
            value = descend(env.get(table.root, _NOTHING), table.fields, table.root)
            known = type(value) is not Unknown
            collection = members(value, table.root) if known else Collection((), filed=True)
            if collection.maybe:
                raise TypeError(f"`{table.root}`: a list of facts has no doubtful items")
            items.append(collection.items)
            memory.counts.append(len(collection.items))
            memory.table_known.append(int(known))
            memory.filed.append(int(collection.filed))
        for column in self.columns:
            memory.starts.append(len(memory.cell_lo))
            for item in items[column.table]:
                value = descend(item, column.fields, "item")
                lo, hi, known_cell = cell(column, value, texts)
                memory.cell_lo.append(lo)
                memory.cell_hi.append(hi)
                memory.cell_known.append(known_cell)
        return memory


_NOTHING = Unknown("missing")


def cell(read: Slot | Column, value: Inner, texts: dict[str, int]) -> Cell:
    """The three integers of a value; a text not seen before gets the next id."""
    unknown = type(value) is Unknown
    if read.mode == "has":
        if not unknown:
            return (1, 1, 1)
        return (0, 0, 1) if value.reason in ("missing", "unstated") else UNKNOWN_CONDITION
    if unknown:
        return UNKNOWN_CONDITION if read.type.kind == "boolean" else UNKNOWN_NUMBER
    if type(value) is Span:
        return (value.first, value.last, 1)
    if isinstance(value, str):
        number = texts.setdefault(value, len(texts))
        return (number, number, 1)
    if isinstance(value, (Mapping, Collection)):
        raise TypeError(f"{read.fields}: a {read.type.kind} was expected, not {type(value).__name__}")
    return (int(value), int(value), 1)
