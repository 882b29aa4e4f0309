"""A SQLite file that is only looked at: opening it writes nothing, into it or beside it.

A file in write-ahead mode is awkward to read: SQLite makes its `-wal` and `-shm` files even for a reader, which changes
a folder that is evidence and fails in one that may not be written. Where there is no such log, everything is in the
file itself. It is then opened as `immutable`, and looked at again afterwards: whoever wrote it in the meantime is
noticed, and what was read is refused. Where a log stands beside it, somebody has the file open; their log is read too.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from axflow.store.database import database_of
from axflow.store.errors import Conflict, StoreError
from axflow.store.schema import SCHEMA_VERSION, unfit
from axflow.store.sql import SqlUnit
from axflow.store.sqlite import version_of
from axflow.store.sqlite_errors import BUSY_SECONDS, explained


class SqliteReader:
    """A store in one SQLite file that can only be read.

    Parameters:
        file: the database. It and its folder may be read-only.

    Each reading transaction has a connection of its own. Raises `StoreError` where there is no such file or its tables
    are not those that this axflow needs, and `Conflict` where a file without a log was written while it was read.
    """

    def __init__(self, file: str | Path) -> None:
        self.place = str(file)
        self._file = Path(file)
        self._database = database_of(sqlite_dialect())
        self._local = threading.local()
        if not self._file.is_file():
            raise StoreError(f"there is no database {self.place}")
        with self._connected() as connection:
            found = version_of(connection)
        if found != SCHEMA_VERSION:
            raise unfit(self.place, found)

    @property
    def secret(self) -> bytes:
        """32 bytes for keyed digests. Raises `StoreError` where none was ever made."""
        with self.reading() as unit:
            found = unit.meta("secret")
        if found is None:
            raise StoreError(f"{self.place} has no secret for keyed digests; open it once with the right to write it")
        return found

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """A transaction that reads one consistent state, beside writers."""
        if getattr(self._local, "busy", False):
            raise StoreError("this thread is in a transaction of this store already; end that one first")
        self._local.busy = True
        try:
            with self._connected() as connection:
                cursor = connection.cursor()
                cursor.execute("BEGIN")
                yield SqlUnit(cursor, self._database)
                cursor.execute("ROLLBACK")
        finally:
            self._local.busy = False

    def writing(self) -> NoReturn:
        """Refused."""
        raise StoreError(f"{self.place} was opened to be read only, so nothing can be written")

    def within(self, host: object) -> NoReturn:
        """Refused: it takes part in nobody's transaction."""
        raise StoreError(f"{self.place} was opened to be read only; a host's transaction needs the store itself")

    def close(self) -> None:
        """Nothing to let go of: connections end with their transactions."""

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        frozen = not self._has_log()
        before = self._state()
        # Slashes are the URI's own; what else could be read as part of one is escaped by as_uri.
        uri = f"{self._file.absolute().as_uri()}?mode=ro{'&immutable=1' if frozen else ''}"
        try:
            connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA query_only=ON").fetchall()
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.close()
        except sqlite3.Error as error:
            if frozen and self._state() != before:
                raise self._written() from error
            raise explained(error, self.place) from error
        if frozen and self._state() != before:
            raise self._written()

    def _written(self) -> Conflict:
        return Conflict(f"{self.place} was written while it was read; try the same again, it will wait for the writer")

    def _has_log(self) -> bool:
        log = Path(f"{self.place}-wal")
        return log.is_file() and log.stat().st_size > 0

    def _state(self) -> tuple[int, int, int]:
        """What changes when the file is written or replaced."""
        found = self._file.stat()
        return found.st_size, found.st_mtime_ns, found.st_ino
