"""PostgreSQL's errors, by SQLSTATE, in words that say what to do. Every driver hands the same five characters on."""

from __future__ import annotations

from typing import Final

from axflow.store.errors import Busy, Conflict, StoreError

_AGAIN: Final = {
    "40001": "somebody else changed the same rows after this transaction had begun to read",
    "40P01": "this transaction and another one waited for each other",
    "23505": "somebody else wrote at the same time",
}
"""Roll back and do the same again: it may well succeed."""

_WORDS: Final = {
    "25006": "only reading is possible here, so nothing was kept; connect to the primary server, with write access",
    "25P02": "an earlier statement of this transaction failed; roll it back and begin again",
    "28000": "this user may not connect; see pg_hba.conf on the server",
    "28P01": "user or password is wrong",
    "3D000": "there is no such database; create it first",
    "42501": "this user has not the right to do that; grant it",
    "53100": "the server's disk is full. Nothing was kept; make room on it and try again",
    "53200": "the server has no memory left; try again later",
    "53300": "the server takes no more connections; close some, raise max_connections, or put a pooler before it",
    "57014": "the statement was cancelled, or ran longer than statement_timeout allows; nothing was kept",
    "57P03": "the server is starting up or shutting down; try again in a moment",
}

_NO_TABLES: Final = frozenset({"42P01", "42703", "3F000"})
_LOST: Final = frozenset({"57P01", "57P02", "57P05", "25P03"})
"""The server ended the connection: shut down, crashed, or tired of waiting. Class 08 says the same."""
_REACHING: Final = (
    "connection failed",
    "connection is bad",
    "connection timeout",
    "failed to resolve",
    "multiple connection attempts",
)
"""How psycopg begins when it is still on its way to a server."""


def explained(error: Exception, place: str) -> StoreError:
    """The driver's error as `Conflict` or `StoreError`. Nothing of its transaction is kept."""
    state = sqlstate(error)
    text = " ".join(str(error).split())
    if "axflow: " in text:  # from a trigger
        return StoreError(_message(error).partition("axflow: ")[2])
    if state == "55P03":
        return Busy(f"{place}: another transaction held a lock for longer than lock_timeout allows ({_message(error)})")
    if state in _AGAIN:
        return Conflict(f"{place}: {_AGAIN[state]} ({_message(error)}); nothing was changed, try the same again")
    if state in _NO_TABLES:
        return StoreError(
            f"{place} has not the tables that this axflow needs ({_message(error)}); run `axflow db upgrade`"
        )
    if state in _WORDS:
        return StoreError(f"{place}: {_WORDS[state]} ({_message(error)})")
    if state is None and (isinstance(error, OSError) or _message(error).lower().startswith(_REACHING)):
        return StoreError(f"{place}: no connection could be made ({_message(error)})")
    if state in _LOST or (state or "").startswith("08") or (state is None and _of_connection(error)):
        return StoreError(
            f"{place}: the connection was lost ({_message(error)}). What was not committed is not kept; a call whose "
            "answer was lost is safe to repeat with the same key"
        )
    return StoreError(f"{place}: {_message(error)}")


def sqlstate(error: BaseException) -> str | None:
    """The five characters by which PostgreSQL names an error; None where it did not get to speak."""
    for name in ("sqlstate", "pgcode"):
        found = getattr(error, name, None)
        if isinstance(found, str):
            return found
    return None


def _of_connection(error: BaseException) -> bool:
    # Without a SQLSTATE it is the driver that speaks: the socket broke.
    return type(error).__name__ in ("OperationalError", "InterfaceError")


def _message(error: BaseException) -> str:
    """The first line: what follows it shows the statement and its place."""
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else type(error).__name__
    return text.partition("Error'>: ")[2] or text  # SQLAlchemy puts the class before what asyncpg says
