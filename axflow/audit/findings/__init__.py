"""Findings: coded checks over project histories. Codes, with an example of each, stand in docs/findings.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from axflow.audit.findings.check import GROUP, Check, Context, plugged_in
from axflow.audit.findings.finding import SEVERITIES, Code, Finding, Severity, Unchecked, in_order
from axflow.audit.findings.history import History
from axflow.audit.findings.hosts import AccessCheck, ArticleCheck, RateCheck
from axflow.audit.findings.papers import ChangeCheck, ChannelCheck, DatesCheck, ReuseCheck
from axflow.audit.findings.persons import AttemptCheck, AuthorityCheck, DutiesCheck, TieCheck, WaiverCheck
from axflow.audit.findings.rules import DeviationCheck, IntegrityCheck, VersionCheck
from axflow.audit.findings.times import ClockCheck, HandoffCheck, PaceCheck, RecordingCheck
from axflow.audit.plan import Plan
from axflow.audit.reading import AuditError, Reading, Selection
from axflow.definition.base import Text

__all__ = [
    "CHECKS", "CODES", "GROUP", "SEVERITIES", "Check", "Code", "Context", "Finding", "History", "Report", "Scope",
    "Severity", "Unchecked", "findings",
]  # fmt: skip

CHECKS: Final[tuple[type[Check], ...]] = (
    DatesCheck, ChannelCheck, ReuseCheck, ChangeCheck, DutiesCheck, AuthorityCheck, TieCheck, WaiverCheck, AttemptCheck,
    PaceCheck, RecordingCheck, ClockCheck, HandoffCheck, DeviationCheck, VersionCheck, IntegrityCheck, ArticleCheck,
    RateCheck, AccessCheck,
)  # fmt: skip
CODES: Final[dict[str, Code]] = {code: known for check in CHECKS for code, known in check.codes.items()}


@dataclass(frozen=True)
class Scope:
    """Which findings are shown. What is compared between projects is compared in all that are selected.

    Parameters:
        organisation: whose people acted, or who held the matter.
        firm: of this firm.
        since: about what happened at this time (UTC text) or later.
        until: or at this time or before.
        codes: only these.
    """

    organisation: str | None = None
    firm: str | None = None
    since: str | None = None
    until: str | None = None
    codes: tuple[str, ...] = ()

    def takes(self, one: Finding) -> bool:
        """Whether a finding belongs to it. One without a time belongs to every period."""
        return (
            (self.organisation is None or self.organisation in one.organisations)
            and (self.firm is None or one.firm == self.firm)
            and (one.at is None or ((self.since or "") <= one.at <= (self.until or "~")))
            and (not self.codes or one.code in self.codes)
        )


class Report(NamedTuple):
    """What was found, and what could not be checked."""

    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    projects: int
    codes: dict[str, Code]
    """Every code that was looked for, those of other packages included; with a scope of codes, only those."""

    @property
    def clean(self) -> tuple[str, ...]:
        """Codes that were looked for and not found within the scope. What was not checked is not among them."""
        named = {one.code for one in self.findings} | {code for one in self.unchecked for code in one.codes}
        return tuple(code for code in self.codes if code not in named)


def findings(
    reading: Reading,
    plan: Plan,
    selection: Selection,
    *,
    now: str,
    scope: Scope = Scope(),
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Put every check to every selected history.

    Parameters:
        reading: the store.
        plan: limits, and what only the host knows.
        selection: which projects.
        now: as of when what is open is judged, UTC text.
        scope: which findings are shown.
        progress: hears how many projects are done.

    One history is held at a time. One that does not replay is a finding of its own, and all other checks say that they
    could not look at it. Raises `AuditError` for a check of another package that cannot be used.
    """
    context = Context(reading, plan, now)
    checks = [kind(context) for kind in (*CHECKS, *plugged_in())]
    codes = {
        code: known for check in checks for code, known in check.codes.items() if not scope.codes or code in scope.codes
    }
    found: list[Finding] = []
    unchecked: list[Unchecked] = []

    def keep(given: Iterable[Finding]) -> None:
        found.extend(one for one in given if scope.takes(one))

    done = 0
    for id in reading.projects(selection):
        for check in checks:
            keep(check.stored(id))
        try:
            history = History(reading, tuple(reading.steps(id)))
        except AuditError as error:
            skipped = tuple(code for check in checks if check.replays for code in check.codes)
            why = Text(en=f"{id} cannot be replayed: {error}", ko=f"{id}을(를) 재현할 수 없습니다: {error}")
            unchecked.append(Unchecked(skipped, why, id))
        else:
            for check in checks:
                keep(check.project(history))
        done += 1
        if progress is not None:
            progress(done)
    for check in checks:
        keep(check.finish())
        unchecked.extend(check.unchecked())
    shown = {one.id: one for one in found}
    limited = [one for one in unchecked if not scope.codes or set(scope.codes) & set(one.codes)]
    return Report(tuple(in_order(shown.values())), tuple(limited), done, codes)
