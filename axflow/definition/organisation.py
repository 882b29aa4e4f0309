"""Organisations and roles: which bodies take part, and which roles people hold in them (the directory says who)."""

from __future__ import annotations

from typing import Literal

from axflow.definition.base import Id, OneOrMore, Part, Text

ActorKind = Literal["human", "service", "ai"]


class Role(Part):
    """A role that a definition names. Which people hold it, and since when, stands in the directory."""

    of: OneOrMore[Id]
    """Organisation ids, or `any` (any organisation of the directory), or `firm` (the project's own firm)."""
    title: Text | None = None
    kinds: tuple[ActorKind, ...] = ("human", "service")
    """Who may act in this role. An AI acts only where the definition says so: its advice is not a decision."""


class Classification(Part):
    """A label on fields, and the roles or organisations that may see what carries it."""

    title: Text | None = None
    audience: OneOrMore[Id]
    """Roles or organisations."""
