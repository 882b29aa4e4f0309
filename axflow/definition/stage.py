"""Stages, the states of the top level, and ends, where a project comes to rest."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text

EndKind = Literal["success", "failure", "neutral"]


class Stage(Part):
    """A state of the top level; exactly one is active. Its owner is accountable, the consulted are heard."""

    owner: Id
    title: Text | None = None
    consulted: OneOrMore[Id] = ()
    accepts: OneOrMore[Id] = ()
    """Evidence types that may be recorded here."""


class End(Part):
    """Where a project comes to rest; it leaves only by a transition, appeal or linked project declared for it."""

    kind: EndKind
    title: Text | None = None
    accepts: OneOrMore[Id] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


class StatusWord(Part):
    """A public word for how far a project is, no stronger than its evidence. The list runs from weak to strong."""

    id: Id
    title: Text
    guard: Id | None = None
    """The word holds while this guard is TRUE and every weaker word holds too."""
    passed: OneOrMore[Ref] = ()
    """Transitions that must have happened, with their support still standing."""

    @model_validator(mode="after")
    def _rests_on_something(self) -> StatusWord:
        if self.guard is None and not self.passed:
            raise ValueError("a status word needs the `guard` or the `passed` transitions that it rests on")
        return self
