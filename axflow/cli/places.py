"""Databases and files that a command names: found, or said not to be there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from axflow.cli import ERROR, USAGE

if TYPE_CHECKING:
    from axflow.engine import Engine


class CommandError(Exception):
    """What ends a command with a sentence instead of a result, and its exit code."""

    def __init__(self, message: str, code: int = ERROR) -> None:
        super().__init__(message)
        self.code = code


def existing(database: str) -> str:
    """The URL, if its SQLite file is there: reading a database must not make an empty one."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(database)
    except ArgumentError:
        raise CommandError(f"{database!r} is no database URL; write for example sqlite:///axflow.db", USAGE) from None
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise CommandError(f"there is no database {url.database}; `axflow demo` makes one")
    return database


def engine_of(database: str, *, authority: str = "directory") -> Engine:
    """The engine on a database that is there."""
    from axflow.engine import Engine

    return Engine(existing(database), authority="host" if authority == "host" else "directory")
