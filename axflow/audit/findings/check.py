"""Checks: each looks at one project after the other, remembers what it must compare, and gives its findings.

A package adds checks of its own by an entry point in the group `axflow.findings` that names a subclass of `Check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points
from typing import ClassVar, Final, NamedTuple

from axflow.audit.findings.finding import Code, Finding, Unchecked, message
from axflow.audit.findings.history import History, happened, organisation
from axflow.audit.plan import Plan
from axflow.audit.reading import AuditError, Reading, Step

GROUP: Final = "axflow.findings"


class Context(NamedTuple):
    """What all checks of a run share."""

    reading: Reading
    plan: Plan
    now: str
    """As of when what is open is judged, UTC text."""


class Check:
    """One question put to every history. Subclasses name their `codes` and override what they need."""

    codes: ClassVar[Mapping[str, Code]] = {}
    replays: ClassVar[bool] = True
    """Whether it looks at replayed histories; False for one that looks at stored bytes, broken or not."""

    def __init__(self, context: Context) -> None:
        self.reading = context.reading
        self.plan = context.plan
        self.now = context.now

    def project(self, history: History) -> Iterable[Finding]:
        """What is found in one project. Called for each in order of id."""
        return ()

    def stored(self, project: str) -> Iterable[Finding]:
        """What is found in the stored bytes of one project, before it is replayed."""
        return ()

    def finish(self) -> Iterable[Finding]:
        """What is found by comparing projects, after the last one."""
        return ()

    def unchecked(self) -> Iterable[Unchecked]:
        """What could not be checked, and why."""
        return ()

    def at(self, history: History, step: Step, code: str, *others: int, **words: object) -> Finding:
        """A finding at a step; `others` are numbers of further entries that it points at."""
        return self.about(history, code, (step.entry.seq, *others), step, **words)

    def about(self, history: History, code: str, seqs: Iterable[int], step: Step, **words: object) -> Finding:
        """A finding that points at entries of one project."""
        known = self.codes[code]
        numbers = tuple(dict.fromkeys(seqs))
        acted = [org for seq in numbers if seq in history.by_seq for org in organisation(history.by_seq[seq].entry)]
        held = words.pop("organisations", ())
        assert isinstance(held, tuple)
        return Finding(
            code,
            known.severity,
            message(known, words),
            history.id,
            tuple((history.id, seq) for seq in numbers),
            history.firm,
            tuple(dict.fromkeys((*held, *acted))),
            happened(step.entry),
            history.last.definition,
            tuple(str(words[key]) for key in sorted(words) if isinstance(words[key], str)),
        )


def plugged_in() -> Iterator[type[Check]]:
    """Checks of other packages. Raises `AuditError` that names the one that cannot be used."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            found = point.load()
        except Exception as error:  # whatever a foreign module raises
            raise AuditError(f"the check {point.name!r} ({point.value}) cannot be loaded: {error}") from error
        if not (isinstance(found, type) and issubclass(found, Check)) or not found.codes:
            raise AuditError(f"the check {point.name!r} ({point.value}) is no subclass of Check with codes")
        yield found
