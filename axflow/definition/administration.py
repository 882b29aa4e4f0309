"""Who may do what lies outside the path: open, correct, redact, reassign, link, take over, migrate, set calendars."""

from __future__ import annotations

from pydantic import Field

from axflow.definition.base import Id, OneOrMore, Part


class Office(Part):
    """Who may do an administrative act, and who must sign with them."""

    by: OneOrMore[Id] = ()
    signatures: tuple[Id, ...] = ()
    """Roles that must all sign, by different persons."""


class Administration(Part):
    """Acts outside the path. An act that is not listed falls to any role in the organisation that owns the stage."""

    open: OneOrMore[Id] = ()
    """Roles that may open a project; default: any role of the directory."""
    correct: Office = Field(default_factory=Office)
    redact: Office = Field(default_factory=Office)
    legal_hold: Office = Field(default_factory=Office)
    """Roles that may have all content kept for a matter; default: any role in an organisation that owns a stage."""
    reassign: Office = Field(default_factory=Office)
    link: Office = Field(default_factory=Office)
    take_over: Office = Field(default_factory=Office)
    migrate: Office = Field(default_factory=Office)
    calendar: OneOrMore[Id] = ()
    """Roles that may publish a new calendar; default: any role in an organisation that owns a stage."""
    force_redaction: OneOrMore[Id] = ()
    """Roles that may redact a value that a live guard still reads."""
