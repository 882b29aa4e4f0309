"""Links between projects, and what a split or merge needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from axflow.definition.base import Id, OneOrMore, Part, Text


class Link(Part):
    """A kind of relation to another project. Guards read the linked projects as `links.<id>`."""

    title: Text
    definition: Id | None = None
    """Default: the same definition."""
    at_most: Annotated[int, Field(ge=1, le=100)] = 20


class Parting(Part):
    """Who may split a project into several or merge several into one, where, and how the old ones end."""

    by: OneOrMore[Id]
    in_: OneOrMore[Id] = Field(alias="in")
    end: Id
    """The neutral end that the replaced projects come to."""
    link: Id
    carry: OneOrMore[Id] = ()
    """Evidence types that count in the new projects by reference; default: none."""
