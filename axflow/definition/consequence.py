"""What follows when something does not happen in time, or when the ground under a decision is lost."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from axflow.definition.base import Id, OneOrMore, Part, Ref


class Consequence(Part):
    """Exactly one of: `escalate`, `{to: state}`, `{hold: id}`, `{obligation: id}`, `accept`, `return`, `lapse`."""

    escalate: OneOrMore[Id] = ()
    """Roles that are told; empty with `escalate` as a word: the owner of the stage."""
    to: Ref | None = None
    """A stage, end, or state of the same track that the project moves to."""
    hold: Id | None = None
    obligation: Id | None = None
    word: str = ""
    """`escalate`, `accept` (silent acceptance of a handoff), `return` (a handoff goes back), `lapse` (a right ends)."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"word": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> Consequence:
        given = [bool(self.escalate), self.to is not None, self.hold is not None, self.obligation is not None]
        if self.word:
            if self.word not in ("escalate", "accept", "return", "lapse"):
                raise ValueError(
                    f"{self.word!r} is no consequence; write escalate, accept, return, lapse, "
                    "{to: state}, {hold: id} or {obligation: id}"
                )
            given.append(True)
        if sum(given) != 1:
            raise ValueError("a consequence is exactly one of escalate, to, hold, obligation, accept, return, lapse")
        return self

    @property
    def kind(self) -> str:
        """`escalate`, `to`, `hold`, `obligation`, `accept`, `return` or `lapse`."""
        if self.word:
            return self.word
        if self.escalate:
            return "escalate"
        return "to" if self.to is not None else "hold" if self.hold is not None else "obligation"


class OnLost(Part):
    """What is raised when evidence that a passed gate rested on is lost. Nothing is undone."""

    hold: Id | None = None
    obligation: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> OnLost:
        if (self.hold is None) == (self.obligation is None):
            raise ValueError("`on_lost` raises either a hold or an obligation")
        return self
