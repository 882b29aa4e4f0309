"""SQLite's errors in words that say what to do."""

from __future__ import annotations

from typing import Final

from axflow.store.errors import Busy, Conflict, StoreError

BUSY_SECONDS: Final = 10
"""How long a writer waits for its turn before it gives up with `Conflict`."""


def explained(error: Exception, place: str) -> StoreError:
    """The driver's error as `Conflict` or `StoreError`. Nothing of its transaction is kept."""
    text = str(error)
    if getattr(error, "sqlite_errorname", None) == "SQLITE_BUSY_SNAPSHOT":
        return Conflict(
            f"{place}: somebody else wrote after this transaction had begun to read; roll it back and do it again"
        )
    if "locked" in text or "busy" in text:
        return Busy(f"{place}: another writer held the database for {BUSY_SECONDS} s; try the same again")
    if "UNIQUE constraint" in text:
        return Conflict(f"somebody else wrote at the same time ({text}); nothing was changed, try the same again")
    if "disk is full" in text or "disk I/O" in text:
        return StoreError(f"{place}: {text}. Nothing was kept; make room on the disk and try again")
    if "readonly" in text:
        return StoreError(f"{place} may only be read, so nothing was kept; give this user the right to write it")
    if "unable to open" in text:
        return StoreError(f"{place} cannot be opened: its folder must exist and this user may write there")
    if "not a database" in text or "malformed" in text:
        return StoreError(f"{place} is no sound SQLite database ({text}); restore it from a backup")
    if "no such table" in text or "no such column" in text:
        return StoreError(f"{place} has not the tables that this axflow needs ({text}); run `axflow db upgrade`")
    if "axflow: " in text:
        return StoreError(text.partition("axflow: ")[2])
    return StoreError(f"{place}: {text}")
