"""The stack machine that runs compiled guards: integers only, one loop, no calls, so that it can itself be compiled."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, auto
from typing import Final

from axflow.guards.layout import Memory
from axflow.guards.types import MICROSECONDS_PER_DAY

FALSE: Final = 0
TRUE: Final = 1
UNKNOWN: Final = 2


class Op(IntEnum):
    """Instructions; "top" and "below" are the last two cells of the stack."""

    CONST = auto()  # push the argument
    LOAD = auto()  # push the slot
    COLUMN = auto()  # push the cell of the column in the row of the running loop
    SCALE = auto()  # multiply the top by the argument
    ADD = auto()
    SUB = auto()
    MUL = auto()
    DIV = auto()  # divide the top by the argument, toward zero
    MOD = auto()
    NEG = auto()
    DATE_ADD = auto()  # days and microseconds
    DATE_SUB = auto()
    EQ = auto()
    NE = auto()
    LT = auto()
    LE = auto()
    NOT = auto()
    AND = auto()
    OR = auto()
    BEGIN = auto()  # start over the rows of the table
    NEXT = auto()  # next row, or jump to the argument after the last
    JUMP = auto()
    ANY = auto()  # stack: result so far, membership, condition
    EVERY = auto()
    COUNT = auto()  # stack: count so far, membership
    TOTAL = auto()  # stack: sum so far, membership, value
    LEAST = auto()
    MOST = auto()
    END_ANY = auto()  # the argument is the table
    END_EVERY = auto()
    END_NUMBER = auto()
    SETTLE = auto()  # the least or most of nothing is unknown


#: The third integer of a `LEAST` or `MOST` that has seen no value.
NOTHING_YET: Final = 2


def run(ops: Sequence[int], args: Sequence[int], may_be_empty: Sequence[int], memory: Memory, depth: int) -> int:
    """Evaluate.

    Parameters:
        ops, args: the program, instruction by instruction.
        may_be_empty: for each table, whether "for all" may be judged though nothing was ever filed.
        memory: the facts.
        depth: the deepest that the stack becomes.

    Returns:
        0 for FALSE, 1 for TRUE, 2 for UNKNOWN.
    """
    lo, hi, known = [0] * depth, [0] * depth, [0] * depth
    top, pc, row, count = -1, 0, -1, 0
    while pc < len(ops):
        op, arg = ops[pc], args[pc]
        pc += 1
        if op == Op.CONST:
            top += 1
            lo[top], hi[top], known[top] = arg, arg, 1
        elif op == Op.LOAD:
            top += 1
            lo[top], hi[top], known[top] = memory.lo[arg], memory.hi[arg], memory.known[arg]
        elif op == Op.COLUMN:
            top += 1
            at = memory.starts[arg] + row
            lo[top], hi[top], known[top] = memory.cell_lo[at], memory.cell_hi[at], memory.cell_known[at]
        elif op == Op.NOT:
            lo[top], hi[top] = 1 - hi[top], 1 - lo[top]
        elif op == Op.NEG:
            lo[top], hi[top] = -hi[top], -lo[top]
        elif op == Op.SCALE:
            # Scales are positive powers of ten, so the order of the bounds stays.
            lo[top], hi[top] = lo[top] * arg, hi[top] * arg
        elif op == Op.DIV:
            a, b = toward_zero(lo[top], arg), toward_zero(hi[top], arg)
            lo[top], hi[top] = min(a, b), max(a, b)
        elif op == Op.AND:
            top -= 1
            lo[top], hi[top] = min(lo[top], lo[top + 1]), min(hi[top], hi[top + 1])
        elif op == Op.OR:
            top -= 1
            lo[top], hi[top] = max(lo[top], lo[top + 1]), max(hi[top], hi[top + 1])
        elif Op.EQ <= op <= Op.LE:
            top -= 1
            if known[top] == 0 or known[top + 1] == 0:
                lo[top], hi[top] = 0, 1
            else:
                lo[top], hi[top] = compared(op, lo[top], hi[top], lo[top + 1], hi[top + 1])
            known[top] = 1
        elif Op.ADD <= op <= Op.DATE_SUB:
            top -= 1
            if known[top] == 0 or known[top + 1] == 0:
                known[top] = 0
            else:
                lo[top], hi[top], known[top] = computed(op, lo[top], hi[top], lo[top + 1], hi[top + 1])
        elif op == Op.BEGIN:
            row, count = -1, memory.counts[arg]
        elif op == Op.NEXT:
            row += 1
            if row >= count:
                pc = arg
        elif op == Op.JUMP:
            pc = arg
        elif op == Op.ANY:
            top -= 2
            lo[top] = max(lo[top], min(lo[top + 1], lo[top + 2]))
            hi[top] = max(hi[top], min(hi[top + 1], hi[top + 2]))
        elif op == Op.EVERY:
            top -= 2
            lo[top] = min(lo[top], max(1 - hi[top + 1], lo[top + 2]))
            hi[top] = min(hi[top], max(1 - lo[top + 1], hi[top + 2]))
        elif op == Op.COUNT:
            top -= 1
            lo[top], hi[top] = lo[top] + lo[top + 1], hi[top] + hi[top + 1]
        elif op == Op.TOTAL or op == Op.LEAST or op == Op.MOST:
            top -= 2
            if hi[top + 1] == 1 and known[top] != 0:
                if lo[top + 1] == 0 or known[top + 2] == 0:
                    known[top] = 0
                elif op == Op.TOTAL:
                    lo[top], hi[top] = lo[top] + lo[top + 2], hi[top] + hi[top + 2]
                elif known[top] == NOTHING_YET:
                    lo[top], hi[top], known[top] = lo[top + 2], hi[top + 2], 1
                elif op == Op.LEAST:
                    lo[top], hi[top] = min(lo[top], lo[top + 2]), min(hi[top], hi[top + 2])
                else:
                    lo[top], hi[top] = max(lo[top], lo[top + 2]), max(hi[top], hi[top + 2])
        elif op == Op.END_ANY or op == Op.END_EVERY:
            unfiled = memory.filed[arg] == 0 and may_be_empty[arg] == 0
            if memory.table_known[arg] == 0:
                lo[top], hi[top] = 0, 1
            elif op == Op.END_ANY and hi[top] == 0 and unfiled:
                hi[top] = 1
            elif op == Op.END_EVERY and lo[top] == 1 and unfiled:
                lo[top] = 0
        elif op == Op.END_NUMBER:
            if memory.table_known[arg] == 0:
                known[top] = 0
        elif known[top] == NOTHING_YET:  # SETTLE
            # The argument is 1 to begin with nothing, 0 to end.
            known[top] = 0
        elif arg == 1:
            known[top] = NOTHING_YET
    return lo[0] if lo[0] == hi[0] else UNKNOWN


def toward_zero(a: int, b: int) -> int:
    """Integer division toward zero."""
    return -(-a // b) if (a < 0) != (b < 0) else a // b


def compared(op: int, a_lo: int, a_hi: int, b_lo: int, b_hi: int) -> tuple[int, int]:
    """A comparison of two spans, as the span of a condition."""
    if op == Op.LT:
        return int(a_hi < b_lo), int(a_lo < b_hi)
    if op == Op.LE:
        return int(a_hi <= b_lo), int(a_lo <= b_hi)
    sure, possible = int(a_lo == a_hi == b_lo == b_hi), int(a_lo <= b_hi and b_lo <= a_hi)
    return (sure, possible) if op == Op.EQ else (1 - possible, 1 - sure)


def computed(op: int, a_lo: int, a_hi: int, b_lo: int, b_hi: int) -> tuple[int, int, int]:
    """Arithmetic on two spans, as a cell."""
    if op == Op.ADD:
        return a_lo + b_lo, a_hi + b_hi, 1
    if op == Op.SUB:
        return a_lo - b_hi, a_hi - b_lo, 1
    if op == Op.MUL:
        p, q, r, s = a_lo * b_lo, a_lo * b_hi, a_hi * b_lo, a_hi * b_hi
        return min(p, q, r, s), max(p, q, r, s), 1
    if op == Op.MOD:
        if a_lo != a_hi or b_lo != b_hi:
            return 0, 0, 0
        rest = a_lo - b_lo * toward_zero(a_lo, b_lo)
        return rest, rest, 1
    if b_lo % MICROSECONDS_PER_DAY or b_hi % MICROSECONDS_PER_DAY:
        return 0, 0, 0
    first, last = b_lo // MICROSECONDS_PER_DAY, b_hi // MICROSECONDS_PER_DAY
    if op == Op.DATE_ADD:
        return a_lo + first, a_hi + last, 1
    return a_lo - last, a_hi - first, 1
