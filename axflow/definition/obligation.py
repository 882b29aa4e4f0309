"""Obligations: conditions attached to a conditional pass, with a due date."""

from __future__ import annotations

from pydantic import model_validator

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text
from axflow.definition.consequence import Consequence
from axflow.definition.duration import Duration


class Obligation(Part):
    """Something still owed after a move."""

    title: Text
    within: Duration
    clock: Id = "government"
    met_by: OneOrMore[Id] = ()
    """Evidence types whose recording meets it."""
    discharged_by: OneOrMore[Id] = ()
    """Roles that may declare it met, with a reason."""
    blocks: OneOrMore[Ref] = ()
    """Events that may not happen while it is open."""
    if_late: Consequence

    @model_validator(mode="after")
    def _can_be_met(self) -> Obligation:
        if not self.met_by and not self.discharged_by:
            raise ValueError("an obligation needs `met_by` (evidence) or `discharged_by` (roles): how is it met?")
        return self
