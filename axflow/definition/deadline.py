"""Clocks and deadlines: whose time runs, how long, and what follows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text
from axflow.definition.consequence import Consequence
from axflow.definition.duration import Duration

Start = Annotated[
    str,
    StringConstraints(pattern=r"^(entry|(evidence|event|round|field) [a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})?)$"),
]


class Clock(Part):
    """Whose time runs."""

    title: Text


class Extension(Part):
    """Who may extend a deadline, by how much, and how often."""

    by: OneOrMore[Id]
    for_: Duration = Field(alias="for")
    at_most: Annotated[int, Field(ge=1, le=20)] = 1
    reason: bool = True


class Deadline(Part):
    """A limit on a clock, with a consequence."""

    title: Text | None = None
    in_: OneOrMore[Ref] = Field(alias="in")
    """Stages, ends or track states in which it runs; moving between them does not start it anew."""
    within: Duration
    clock: Id = "government"
    starts: Start = "entry"
    """`entry`, `evidence x` (its receipt), `event x`, `round x` (its closing day) or `field x.y` (a date field)."""
    until: OneOrMore[Ref] = ()
    """Evidence types or events that meet it before the stage is left."""
    if_late: Consequence
    extension: Extension | None = None
