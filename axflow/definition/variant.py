"""Variants: guards and evidence that a class of projects needs in addition."""

from __future__ import annotations

from pydantic import Field

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text


class Variant(Part):
    """What a class adds. A variant never takes a guard away."""

    title: Text | None = None
    guards: dict[Ref, OneOrMore[Id]] = Field(default_factory=dict)
    """Transition or handoff id, and the guards that it needs besides its own."""
    without: OneOrMore[Id] = ()
    """Tracks that do not run for this class."""


class Variants(Part):
    """Variants by the value of one enum attribute."""

    by: Id
    of: dict[Id, Variant]
