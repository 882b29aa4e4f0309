"""What the linter finds: a code, where it stands, what is wrong and what would be right, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from axflow.definition.base import Text
from axflow.definition.lint.codes import CODES

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. A definition with an `error` is not published; a `warning` is for the author to weigh."""

    code: str
    severity: Severity
    path: str
    """Where in the definition: `guards.passed`, `transitions[2]`."""
    message: Text
    hint: Text

    def __str__(self) -> str:
        return f"{self.path}: {self.severity} {self.code}: {self.message.en} — {self.hint.en}"


def finding(code: str, path: str, **words: object) -> Finding:
    """The finding of `code` at `path`, with `words` put into its sentences; a `Text` among them in each language."""
    known = CODES[code]
    en = {key: value.en if isinstance(value, Text) else str(value) for key, value in words.items()}
    ko = {key: value.in_("ko") if isinstance(value, Text) else str(value) for key, value in words.items()}
    return Finding(
        code=code,
        severity=known.severity,
        path=path,
        message=Text(en=known.en.format_map(en)[:2000], ko=known.ko.format_map(ko)[:2000]),
        hint=Text(en=known.hint_en.format_map(en)[:2000], ko=known.hint_ko.format_map(ko)[:2000]),
    )
