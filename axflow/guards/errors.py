"""What can be wrong with a guard or with a value, always with what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class GuardError(ValueError):
    """A guard that can't be published.

    Attributes:
        message: what is wrong, naming the thing.
        hint: what would be right.
        line, column: 1-based place of the first offending character.
        offset, length: the same place as code points from the start of the source.
        code: stable identifier of the kind of error, such as ``syntax``, ``unknown_name``, ``type``, ``may_overflow``.
    """

    def __init__(self, message: str, *, hint: str, source: str, offset: int, length: int = 1, code: str) -> None:
        self.message = message
        self.hint = hint
        self.offset = offset
        self.length = max(length, 1)
        self.code = code
        before = source[:offset]
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1
        super().__init__(f"line {self.line}, column {self.column}: {message} {hint}".rstrip())


class ValueProblem(ValueError):
    """A value that its type refuses.

    Attributes:
        message: what is wrong with the value.
        hint: what would be right.
        path: where the value stands, ``""`` for the value itself.
        code: one of ``wrong_kind``, ``not_a_number``, ``not_finite``, ``too_precise``, ``out_of_bounds``,
            ``not_in_list``, ``not_a_date``, ``not_a_timestamp``, ``not_a_duration``, ``unknown_field``, ``too_many`` or
            ``wrong_currency``.
    """

    def __init__(self, message: str, *, hint: str, code: str, path: str = "") -> None:
        self.message = message
        self.hint = hint
        self.code = code
        self.path = path
        place = f"{path}: " if path else ""
        super().__init__(f"{place}{message} {hint}".rstrip())


class OpcodeUnsupported(ValueError):
    """A guard that is right but has no form in flat opcodes; ``reason`` says which part."""

    def __init__(self, reason: str, *, text: str) -> None:
        self.reason = reason
        self.text = text
        super().__init__(f"`{text}` can't be compiled to opcodes: {reason}")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of source, in code points."""

    start: int
    end: int


def nearest(name: str, known: Iterable[str]) -> str:
    """Words that name the closest known spelling, or list what is known."""
    names = sorted(known)
    close = get_close_matches(name[:64], names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    if not names:
        return "Nothing is defined here."
    shown = ", ".join(f"`{n}`" for n in names[:12])
    return f"Known here: {shown}{', …' if len(names) > 12 else ''}."
