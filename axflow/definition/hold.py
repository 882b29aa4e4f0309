"""Holds: overlays that keep the configuration, block named things and may stop clocks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from axflow.definition.base import Id, OneOrMore, Part, Ref, Text
from axflow.definition.consequence import Consequence
from axflow.definition.duration import Duration
from axflow.definition.transition import Reason


def _all(value: Any) -> Any:
    return value if value == "all" else (value,) if isinstance(value, str) else value


class Hold(Part):
    """A hold: suspended, under appeal, awaiting the applicant."""

    title: Text | None = None
    in_: OneOrMore[Ref] = Field(alias="in")
    """Stages, ends, or `any`."""
    by: OneOrMore[Id] = ()
    """Roles that may place it; none: it is only raised by a rule (an appeal, a lost support, a deadline)."""
    released_by: OneOrMore[Id] = ()
    """Roles that may release it; default: those that may place it."""
    reason: Reason = "required"
    blocks: Annotated[Literal["all"] | tuple[Ref, ...], BeforeValidator(_all)] = "all"
    """`all` moves, or the events (and evidence types) that may not happen while it stands."""
    stops: OneOrMore[Id] = ()
    """Clocks that stand while it does."""
    requires: OneOrMore[Id] = ()
    """Evidence types (a request) that must be recorded before it may be placed: no pause without a request."""
    released_on: OneOrMore[Id] = ()
    """Evidence types whose recording releases it."""
    review_within: Duration | None = None
    if_review_late: Consequence = Field(default_factory=lambda: Consequence(word="escalate"))
    within: Duration | None = None
    """How long it may stand at most."""
    if_late: Consequence | None = None
    at_most: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How often it may be placed in one project: no endless pause."""
    total: Duration | None = None
    """How long it may stand in one project altogether."""
