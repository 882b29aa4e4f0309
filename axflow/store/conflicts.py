"""Telling a lost race from every other error, also where it was the host's own statement that lost it."""

from __future__ import annotations

import sqlite3
from typing import Final

from axflow.store.errors import Conflict
from axflow.store.postgres_errors import sqlstate

_STATES: Final = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, lock not given in time. A unique value taken is none: it may stay taken."""
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY: Final = 0xFF
"""SQLite's extended codes have the primary one in their lowest byte."""


def is_conflict(error: BaseException) -> bool:
    """Whether a host should roll back and do its whole transaction again, since somebody else wrote at the same time.

    True for `Conflict`, and for the same as the host's own statements or commit meet it: an error of SQLAlchemy, Django
    or a driver that stands for a busy SQLite file, or a serialization failure, deadlock or lock timeout on PostgreSQL.
    """
    seen: BaseException | None = error
    for _ in range(4):  # the driver's own stands under what SQLAlchemy, its asyncio adapters or Django raise
        if seen is None:
            return False
        if isinstance(seen, Conflict) or sqlstate(seen) in _STATES:
            return True
        if isinstance(seen, sqlite3.Error):
            return getattr(seen, "sqlite_errorcode", 0) & _PRIMARY in _BUSY
        original = getattr(seen, "orig", None)
        seen = original if isinstance(original, BaseException) else seen.__cause__
    return False
