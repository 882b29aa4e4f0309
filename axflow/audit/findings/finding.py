"""Findings: what an inspector should look at, with the entries it rests on, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple, get_args

from axflow.definition.base import Text
from axflow.definition.canonical import digest_of

Severity = Literal["high", "medium", "low"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""`high`: it does not hold, or was not allowed. `medium`: it needs an explanation. `low`: worth knowing."""


class Code(NamedTuple):
    """A kind of finding: how grave it is, and its sentence in English and Korean with `{words}` to fill in."""

    severity: Severity
    en: str
    ko: str


@dataclass(frozen=True)
class Finding:
    """One finding.

    Parameters:
        code: what kind it is.
        severity: how grave.
        message: the sentence.
        project: whose history; None where it is about the store or about several alike.
        entries: project and number of each entry that it points at, the decisive one first.
        firm: of the project.
        organisations: whose people acted in it, or who held the matter.
        at: when what it is about happened, UTC text; None where that has no time.
        definition: id of the project's definition.
        subject: what tells it from others of its code at the same entries, in no language.
    """

    code: str
    severity: Severity
    message: Text
    project: str | None = None
    entries: tuple[tuple[str, int], ...] = ()
    firm: str | None = None
    organisations: tuple[str, ...] = ()
    at: str | None = None
    definition: str | None = None
    subject: tuple[str, ...] = ()

    @cached_property
    def id(self) -> str:
        """The same for the same finding of a later run: what was decided about it is kept under this id."""
        told = [self.code, self.project, [list(entry) for entry in self.entries], list(self.subject)]
        return digest_of(told)[:16]


class Unchecked(NamedTuple):
    """What could not be checked: it is neither clean nor a finding."""

    codes: tuple[str, ...]
    why: Text
    project: str | None = None


def message(code: Code, words: dict[str, object]) -> Text:
    """The sentence of a code, with `words` put in; a `Text` among them in each language."""
    en = {key: value.en if isinstance(value, Text) else _said(value) for key, value in words.items()}
    ko = {key: value.in_("ko") if isinstance(value, Text) else _said(value) for key, value in words.items()}
    return Text(en=code.en.format_map(en)[:2000], ko=code.ko.format_map(ko)[:2000])


def _said(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value)) or "–"
    return str(value)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first, then by project and entry."""
    place = {severity: number for number, severity in enumerate(SEVERITIES)}
    return sorted(
        findings, key=lambda one: (place[one.severity], one.code, one.project or "", one.entries, one.subject)
    )
