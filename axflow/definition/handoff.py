"""Handoffs: a transition between owners that one side offers and the other accepts or returns."""

from __future__ import annotations

from pydantic import Field

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text
from axflow.definition.consequence import Consequence
from axflow.definition.duration import Duration
from axflow.definition.transition import Join


class Returns(Part):
    """Where a returned handoff goes, and the codes of which one must be given."""

    to: Id
    reasons: OneOrMore[Id]
    at_most: str | None = None


class Handoff(Part):
    """Compiles to a stage `<id>.offered` with events `<id>.offer`, `<id>.accept` and `<id>.return`."""

    title: Text | None = None
    from_: OneOrMore[Id] = Field(alias="from")
    to: Id
    offered_by: OneOrMore[Id]
    accepted_by: OneOrMore[Id]
    guards: OneOrMore[Id] = ()
    """Hold at the offer and again at the acceptance; they never hinder a return."""
    join: Join | None = None
    rests_on: OneOrMore[Ref] = ()
    within: Duration
    clock: Id = "government"
    if_late: Consequence
    returns: Returns
    independent: bool = True
    """Nobody accepts what they offered themselves."""
    automatic: bool = False
    """Offered by the workflow itself as soon as guards and join hold; `offered_by` may still offer it by hand."""
