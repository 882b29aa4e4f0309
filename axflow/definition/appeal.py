"""Appeals: a window, permitted grounds, a panel without anybody of the first decision."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text
from axflow.definition.consequence import Consequence
from axflow.definition.duration import Duration


class Upheld(Part):
    """What an upheld appeal does: back to before the decision, or, when the project has moved on, compensation."""

    to: Id | None = None
    """The stage to go back to; default: the stage in which the decision was taken."""
    compensation: Id
    """The obligation raised instead when successors have moved on: nothing is rewound."""


class Appeal(Part):
    """Compiles to events `<id>.file`, `<id>.uphold` and `<id>.dismiss`, and raises its hold in between."""

    title: Text | None = None
    against: OneOrMore[Ref]
    """Transitions (by id) that may be appealed."""
    by: OneOrMore[Id]
    window: Duration
    starts: Annotated[str, StringConstraints(pattern=r"^(decision|evidence [a-z][a-z0-9_]{0,63})$")] = "decision"
    """`decision`, or `evidence x`: receipt of the notice, where that is another day."""
    grounds: OneOrMore[Id]
    panel: OneOrMore[Id]
    excluded: OneOrMore[Ref] = ()
    """Acts whose actors may not sit on the panel."""
    hold: Id
    within: Duration
    if_late: Consequence
    clock: Id = "government"
    upheld: Upheld
    at_most: Annotated[int, Field(ge=1, le=10)] = 1
