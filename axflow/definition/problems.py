"""What is wrong with the text of a definition: where it stands, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = str | int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` and `column` count from 1; 0 where there is no text to point into."""

    file: str
    line: int
    column: int
    path: str
    """Where in the definition: `guards.passed.when`, `transitions[2].by[0]`; empty for the whole."""
    message: str
    hint: str = ""
    """What would be right."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        where = f" {self.path}:" if self.path else ""
        return f"{place}:{where} {self.message}" + (f" — {self.hint}" if self.hint else "")


class DefinitionError(ValueError):
    """A definition that can't be read. `problems` holds everything found, in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def path_text(keys: Iterable[Key]) -> str:
    """A path as people write it: `transitions[2].by[0]`."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += f".{key}" if text else key
    return text


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """ "did you mean `x`?", or what is known where nothing is close, or an empty string where nothing is known."""
    names = list(dict.fromkeys(known))
    close = get_close_matches(name[:80], names, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    if not names:
        return ""
    shown = ", ".join(f"`{one}`" for one in names[:12])
    return f"known here: {shown}{', …' if len(names) > 12 else ''}"
