"""What nearly every act of an engine takes beside its own parts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeAlias, TypedDict, TypeVar

from axflow.kernel.moment import Moment

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session
    from sqlalchemy.orm import Session, scoped_session

When = Moment | datetime | str
"""A time: text is read in the zone of the project's definition."""

Host: TypeAlias = "Session | scoped_session[Session] | Connection"
"""Whose transaction `Engine` works in, given as `within`."""
AsyncHost: TypeAlias = "AsyncSession | async_scoped_session[AsyncSession] | AsyncConnection"
"""Whose transaction `AsyncEngine` works in, given as `within`."""

HostT = TypeVar("HostT")
"""`Host` or `AsyncHost`, as the engine takes it."""


class Options(TypedDict, Generic[HostT], total=False):
    """Options of an act on a project."""

    key: str | None
    """Idempotency key: a repeat under it changes nothing and gives the first outcome."""
    expected: int | None
    """The project version that the caller saw; refused as `stale` where it is another by now."""
    reason: str | None
    """Free text; it can be redacted."""
    code: str | None
    """One of the reason codes that the definition lists."""
    occurred_at: When | None
    """When it happened, if not now."""
    within: HostT | None
    """The host's session or connection, to work in its transaction instead of one of its own."""
