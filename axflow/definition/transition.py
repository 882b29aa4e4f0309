"""Transitions: source, cause, who, under which guards, to where, and what it leaves behind."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text
from axflow.definition.duration import Duration

Reason = Literal["required", "optional"] | tuple[Id, ...]


class Join(Part):
    """Tracks that must be done before a stage may be left. With `at_least` below all of them the rest is abandoned."""

    of: OneOrMore[Id] = ()
    """Track ids; empty: every track that runs."""
    at_least: str | None = None
    """How many (a number or `params.x`); default: all."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if value == "all":
            return {}
        if isinstance(value, (list, tuple)):
            return {"of": value}
        return value

    @field_validator("at_least", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Opens(Part):
    """A linked project that a transition opens: feedback goes forward in a new project, never silently back."""

    link: Id
    definition: Id | None = None
    """Default: the same definition."""
    at: Id | None = None
    """The stage that it starts in; default: the first."""
    carry: OneOrMore[Id] = ()
    """Evidence types that count in the new project by reference."""


class Transition(Part):
    """One way forward. Exactly one cause: an event that somebody sends, `automatic`, or `after` a time."""

    id: Ref | None = None
    title: Text | None = None
    event: Ref | None = None
    automatic: bool = False
    after: Duration | None = None
    clock: Id | None = None
    """Whose time `after` counts on; default: time that no hold stops."""
    from_: OneOrMore[Ref] = Field(alias="from")
    """Stages (or states, in a track); `any`: every stage that is no end."""
    to: Ref
    by: OneOrMore[Id] = ()
    guards: OneOrMore[Id] = ()
    join: Join | None = None
    reason: Reason = "optional"
    """`required`, or the list of codes of which one must be given."""
    not_same_actor_as: OneOrMore[Ref] = ()
    """Acts (events, evidence types) whose actors may not do this as well, in person or on behalf of each other."""
    signatures: tuple[Id, ...] = ()
    """Roles that must all sign, by different persons; the last signature moves the project."""
    at_most: str | None = None
    """How often this may happen in one project (a number or `params.x`): rework and retests are bounded."""
    during: Id | None = None
    """A round that must be open."""
    conditions: OneOrMore[Id] = ()
    """Obligations that the move leaves open: a pass under conditions."""
    rests_on: OneOrMore[Ref] = ()
    """Transitions whose support must still stand; blocked with `support_lost` when their evidence was withdrawn."""
    flag: Id | None = None
    """A word that stays on the entry, such as an emergency procedure; inspectors filter by it."""
    opens: Opens | None = None

    @field_validator("at_most", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _one_cause(self) -> Transition:
        causes = [self.event is not None, self.automatic, self.after is not None]
        if sum(causes) != 1:
            raise ValueError("a transition has exactly one cause: `event: name`, `automatic: true` or `after: 30 days`")
        if self.event is None and (self.by or self.signatures or self.not_same_actor_as or self.during):
            raise ValueError(
                "`by`, `signatures`, `not_same_actor_as` and `during` need an event: nobody sends this one"
            )
        if self.event is not None and not (self.by or self.signatures):
            raise ValueError(f"event {self.event!r} needs `by`: the roles that may send it")
        return self
