"""The parsed form of a guard, before types are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

LiteralKind = OneOf["integer", "decimal", "text", "boolean"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; decimals are scaled by ``10 ** places``."""

    start: int
    end: int
    kind: LiteralKind
    value: int | str | bool
    places: int = 0
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Name:
    """A root or a variable of a macro."""

    start: int
    end: int
    name: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a record."""

    start: int
    end: int
    target: Syntax
    field: str
    depth: int


@dataclass(frozen=True, slots=True)
class Invoke:
    """A call, with the thing before the dot when it is written as a method; `name_at` is where the name stands."""

    start: int
    end: int
    name: str
    name_at: int
    target: Syntax | None
    arguments: tuple[Syntax, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``!`` or ``-``."""

    start: int
    end: int
    op: str
    operand: Syntax
    depth: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison or ``in``."""

    start: int
    end: int
    op: str
    left: Syntax
    right: Syntax
    depth: int


@dataclass(frozen=True, slots=True)
class Chain:
    """``a && b && c`` or ``a || b || c``, flat so that a long list of conditions is not deep."""

    start: int
    end: int
    op: str
    items: tuple[Syntax, ...]
    depth: int
    bracketed: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b, c]``."""

    start: int
    end: int
    items: tuple[Syntax, ...]
    depth: int


Syntax: TypeAlias = Literal | Name | Member | Invoke | Unary | Binary | Chain | Listing
