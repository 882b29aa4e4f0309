"""The static types of guards: what a path holds, its scale and its bounds.

Bounds are in scaled units (a ratio of 4 places between 0 and 1 has ``lo=0, hi=10_000``); the checker proves
from them that no intermediate value leaves a signed 64-bit integer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["boolean", "integer", "decimal", "text", "date", "timestamp", "duration", "money", "list", "record"]

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
#: Integers above this are not exact in JSON readers (RFC 8785, I-JSON); also the bound of undeclared numbers.
SAFE_INTEGER: Final = 2**53 - 1
MICROSECONDS_PER_DAY: Final = 86_400_000_000
#: 0001-01-01 and 9999-12-31 as days since 1970-01-01.
FIRST_DAY: Final = -719_162
LAST_DAY: Final = 2_932_896
#: Ten thousand years of 366 days, the longest duration that can be stated.
LONGEST: Final = 3_660_000 * MICROSECONDS_PER_DAY
#: What `size` assumes of a list that declares no `max_items`.
UNDECLARED_ITEMS: Final = 1_000_000
MAX_PLACES: Final = 18

NUMERIC: Final = frozenset({"integer", "decimal", "money"})
ORDERED: Final = NUMERIC | {"date", "timestamp", "duration"}


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value.

    Parameters:
        kind: what sort of value it is.
        places: decimal places of a decimal or money.
        unit: unit of a decimal, currency of money; values of different units don't mix.
        lo, hi: bounds in scaled units; ``None`` takes the widest bounds of the kind.
        values: the words of an enumeration (kind ``text``).
        element: what a list holds.
        fields: the fields of a record.
        name: the name of a record, for messages.
        max_items: how many items a list can hold; 0 when it was not declared.
        may_be_empty: whether "for all" may be judged over a list into which nothing was ever filed.
    """

    kind: Kind
    places: int = 0
    unit: str | None = None
    lo: int | None = None
    hi: int | None = None
    values: tuple[str, ...] = ()
    element: Type | None = None
    fields: Mapping[str, Type] | None = field(default=None, hash=False)
    name: str = ""
    max_items: int = 0
    may_be_empty: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.places <= MAX_PLACES:
            raise ValueError(f"places must be between 0 and {MAX_PLACES}, not {self.places}")
        if self.lo is not None and self.hi is not None and self.lo > self.hi:
            raise ValueError(f"the lower bound {self.lo} is above the upper bound {self.hi}")
        for bound in (self.lo, self.hi):
            if bound is not None and not INT64_MIN <= bound <= INT64_MAX:
                raise ValueError(f"the bound {bound} does not fit a signed 64-bit integer")
        if self.max_items < 0:
            raise ValueError(f"max_items must not be negative, not {self.max_items}")

    @property
    def low(self) -> int:
        """The effective lower bound in scaled units."""
        return self.lo if self.lo is not None else _WIDEST[self.kind][0]

    @property
    def high(self) -> int:
        """The effective upper bound in scaled units."""
        return self.hi if self.hi is not None else _WIDEST[self.kind][1]

    @property
    def capacity(self) -> int:
        """How many items a list can hold, as far as the overflow proof is concerned."""
        return self.max_items or UNDECLARED_ITEMS

    @property
    def is_numeric(self) -> bool:
        """Whether arithmetic applies."""
        return self.kind in NUMERIC

    def a(self) -> str:
        """The type in words, with its article."""
        words = self.words()
        if words.startswith("one of ") or self.kind == "money":
            return words
        return f"an {words}" if words[0] in "aeiou" else f"a {words}"

    def words(self) -> str:
        """The type in words, for messages."""
        if self.kind == "decimal":
            return f"decimal with {self.places} places" + (f" in {self.unit}" if self.unit else "")
        if self.kind == "money":
            return f"money in {self.unit}"
        if self.kind == "text" and self.values:
            return "one of " + ", ".join(self.values)
        if self.kind == "list" and self.element is not None:
            return f"list of {self.element.words()}"
        if self.kind == "record" and self.name:
            return f"record {self.name}"
        return self.kind


_SAFE = (-SAFE_INTEGER, SAFE_INTEGER)
_WIDEST: Final[dict[str, tuple[int, int]]] = {
    "boolean": (0, 1),
    "integer": _SAFE,
    "decimal": _SAFE,
    "money": _SAFE,
    "text": (0, 0),
    "date": (FIRST_DAY, LAST_DAY),
    "timestamp": (FIRST_DAY * MICROSECONDS_PER_DAY, (LAST_DAY + 1) * MICROSECONDS_PER_DAY - 1),
    "duration": (-LONGEST, LONGEST),
    "list": (0, 0),
    "record": (0, 0),
}


def boolean() -> Type:
    """True or false."""
    return Type("boolean")


def integer(lo: int | None = None, hi: int | None = None) -> Type:
    """A whole number; without bounds, one that is exact in JSON."""
    return Type("integer", lo=lo, hi=hi)


def decimal(places: int, lo: int | None = None, hi: int | None = None, unit: str | None = None) -> Type:
    """An exact decimal; ``lo`` and ``hi`` are in units of the last place."""
    return Type("decimal", places=places, lo=lo, hi=hi, unit=unit)


def text() -> Type:
    """Text, compared as NFC code points."""
    return Type("text")


def enum(values: tuple[str, ...] | list[str]) -> Type:
    """Text out of a closed list."""
    return Type("text", values=tuple(values))


def date() -> Type:
    """A calendar day; a month stands for the span of its days."""
    return Type("date")


def timestamp() -> Type:
    """A moment in UTC, in microseconds."""
    return Type("timestamp")


def duration(lo: int | None = None, hi: int | None = None) -> Type:
    """A length of time in microseconds."""
    return Type("duration", lo=lo, hi=hi)


def money(currency: str, places: int = 0, lo: int | None = None, hi: int | None = None) -> Type:
    """An amount of one currency; ``lo`` and ``hi`` are in units of the last place."""
    return Type("money", places=places, unit=currency, lo=lo, hi=hi)


def list_of(element: Type, max_items: int = 0, may_be_empty: bool = False) -> Type:
    """A list; ``max_items`` is what makes `sum` provably free of overflow."""
    return Type("list", element=element, max_items=max_items, may_be_empty=may_be_empty)


def record(name: str, fields: Mapping[str, Type]) -> Type:
    """A record with named fields."""
    return Type("record", name=name, fields=dict(fields))
