"""The linter: what can't work is found before it is published. Codes and examples stand in docs/lint.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from axflow.definition.definition import Definition
from axflow.definition.lint.codes import CODES
from axflow.definition.lint.evidence import check_counts, check_evidence, check_reach
from axflow.definition.lint.finding import Finding, Severity, finding
from axflow.definition.lint.guards import check_guards, check_scopes
from axflow.definition.lint.moves import check_circles, check_joins, check_overlaps
from axflow.definition.lint.names import check_names
from axflow.definition.lint.states import check_one_role, check_owners, check_parallel, check_states
from axflow.definition.lint.subject import Subject
from axflow.definition.lint.taken import check_taken, check_unused
from axflow.definition.lint.times import check_holds, check_timers
from axflow.definition.lint.words import check_words

__all__ = ["CODES", "Finding", "Published", "Severity", "lint"]

Published = Callable[[str, str], str | None]
"""Gives the digest under which a definition id and version were published, or None."""

_CHECKS: Final[tuple[Callable[[Subject], Iterator[Finding]], ...]] = (
    check_names,
    check_taken,
    check_states,
    check_owners,
    check_overlaps,
    check_circles,
    check_joins,
    check_evidence,
    check_reach,
    check_counts,
    check_guards,
    check_scopes,
    check_timers,
    check_holds,
    check_one_role,
    check_parallel,
    check_unused,
    check_words,
)


def lint(definition: Definition, published: Published | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with `definition`, errors first, else in the order of the checks.

    Parameters:
        definition: what would be published.
        published: looks up the digest of a version that was published before, for the check that none is reused.
    """
    subject = Subject(definition)
    found = [one for check in _CHECKS for one in check(subject)]
    if published is not None:
        before = published(definition.id, definition.version)
        if before is not None and before != definition.digest:
            found.append(finding("version-reused", "version", name=definition.id, version=definition.version))
    unique = tuple(dict.fromkeys(found))
    return tuple(sorted(unique, key=lambda one: one.severity != "error"))
