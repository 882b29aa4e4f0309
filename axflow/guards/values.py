"""The inner values that guards compute with.

Integers everywhere: a decimal is scaled by its places, a date is days since 1970-01-01, a timestamp and a duration
are microseconds. Text stays text, a record is a dictionary, a list is a `Collection`. The simulation uses the same
integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

#: Why a fact is unknown.
REASONS: Final = frozenset(
    {"missing", "expired", "withdrawn", "redacted", "unconfirmed", "outdated", "imprecise", "empty", "unstated"}
)

#: bool, int, str, dict, Span, Collection or Unknown: what a path of an environment may hold.
Inner: TypeAlias = Any
#: Root names and their inner values.
Env: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that can't be relied on; it makes a guard UNKNOWN, never FALSE.

    Parameters:
        reason: one of `REASONS`.
        ref: the path that was read, such as ``report.recall``.
        detail: what helps to resolve it (a record id, a date), never needed to judge.
    """

    reason: str
    ref: str = ""
    detail: Mapping[str, Any] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"`{self.reason}` is no reason for UNKNOWN; use one of {', '.join(sorted(REASONS))}")

    def __bool__(self) -> bool:
        # `if guard.evaluate(...)` would otherwise let an UNKNOWN pass.
        raise TypeError(f"UNKNOWN ({self.reason}: {self.ref}) is neither true nor false; compare with `is True`")

    def at(self, ref: str) -> Unknown:
        """The same ignorance about something inside the unknown thing."""
        return Unknown(self.reason, ref, self.detail)


@dataclass(frozen=True, slots=True)
class Span:
    """A value known only to lie between two bounds, both included.

    A date of month precision is the span of its days; the size of a list with uncertain members is a span too.

    Parameters:
        first, last: the bounds in inner units.
        cause: what would have to become known to narrow it.
    """

    first: int
    last: int
    cause: Unknown | None = None

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"a span can't end ({self.last}) before it begins ({self.first})")


@dataclass(frozen=True, slots=True)
class Collection:
    """The items of a list.

    Parameters:
        items: those that certainly belong to it.
        filed: whether anything was ever filed; False only when no record ever existed, not when all lapsed.
        maybe: those of which it is unknown whether they belong (a filter whose predicate is UNKNOWN).
        cause: the first reason for such doubt.
    """

    items: tuple[Inner, ...] = ()
    filed: bool = True
    maybe: tuple[Inner, ...] = ()
    cause: Unknown | None = None
