"""Guards: readable, decidable both ways, with words, and asked only where they can be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from axflow.definition.guard import Guard
from axflow.definition.guard_schema import CompiledGuard
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.possible import Limits, verdicts
from axflow.definition.lint.subject import Subject
from axflow.definition.paths import STAGE_LEVEL, NamedTransition
from axflow.guards.errors import GuardError
from axflow.guards.nodes import Fold, Size, walk

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FILLED_IN = ("have", "need", "path", "text")


def check_guards(subject: Subject) -> Iterator[Finding]:
    """Each guard for itself."""
    for name, error in subject.guard_problems.items():
        path = f"guards.{name}"
        if isinstance(error, GuardError):
            yield finding("guard-invalid", path, why=_place(subject.definition.guards[name], error), hint=error.hint)
        else:
            yield finding("guard-circle", path, circle=str(error).partition(": ")[2].partition(";")[0])
    for name, guard in subject.guards.items():
        path = f"guards.{name}"
        possible = verdicts(guard.guard.node, Limits())
        if True not in possible:
            yield finding("guard-unsatisfiable", path, name=name)
        elif possible == {True}:
            yield finding("guard-constant", path, name=name)
        yield from _words(subject.definition.guards[name], guard)


def _place(declared: Guard, error: GuardError) -> str:
    where = f"line {error.line}, column {error.column} of " if "\n" in declared.expression else ""
    shown = declared.expression if len(declared.expression) <= 120 else declared.expression[:117] + "…"
    return f"{error.message} ({where}`{shown}`)"


def _words(declared: Guard, guard: CompiledGuard) -> Iterator[Finding]:
    path = f"guards.{guard.id}"
    if declared.missing is None:
        weighs = declared.at_least is not None or declared.score is not None
        if weighs or any(isinstance(node, (Size, Fold)) for node in walk(guard.guard.node)):
            yield finding("guard-without-words", path, name=guard.id)
        return
    for text in (declared.missing.en, declared.missing.ko or ""):
        for name in _PLACEHOLDER.findall(text):
            if name not in _FILLED_IN and name not in guard.reads:
                yield finding("words-unknown-path", path, name=name, guard=guard.id)


def check_scopes(subject: Subject) -> Iterator[Finding]:
    """Each guard where it is asked: nobody acts in an automatic transition, and a track can't read its neighbours."""
    silent = {f"{name}.accept" for name, h in subject.definition.handoffs.items() if h.if_late.kind == "accept"}
    for named in subject.named:
        for guard_id in _asked(subject, named):
            guard = subject.guards.get(guard_id)
            if guard is None:
                continue
            path = subject.paths[named.id]
            if guard.uses_at and named.transition.automatic:
                yield finding("elapsed-time-in-automatic", path, name=named.id, guard=guard_id)
            if guard.uses_actor and (named.automatic or named.id in silent):
                yield finding("actor-in-automatic", path, name=named.id, guard=guard_id)
            if guard.uses_tracks and named.level != STAGE_LEVEL:
                yield finding("tracks-in-track", path, name=named.id, guard=guard_id)
    for index, status in enumerate(subject.definition.statuses):
        guard = subject.guards.get(status.guard or "")
        if guard is not None and guard.uses_actor:
            yield finding("actor-in-automatic", f"statuses[{index}]", name=status.id, guard=guard.id)


def _asked(subject: Subject, named: NamedTransition) -> tuple[str, ...]:
    """The guards of a transition, those that variants add included."""
    added: list[str] = []
    if subject.definition.variants is not None:
        for variant in subject.definition.variants.of.values():
            for key in (named.id, named.origin):
                added += variant.guards.get(key, ())
    return tuple(dict.fromkeys((*named.transition.guards, *added)))
