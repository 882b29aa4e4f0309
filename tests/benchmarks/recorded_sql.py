"""The baseline for durable writes: the rows that axflow wrote, written again by plain sqlite3.

While axflow works on one copy of a database, a recording connection keeps every statement that writes, with its values.
The baseline then runs the same statements with the same values on another copy of the same file, so it writes the same
bytes as durably. What it leaves out is everything else: reading, deciding, hashing, canonical bytes. Row by row, it
sends each row by itself, as code must that decides between one row and the next.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.machines import durable_sqlite

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Statement(NamedTuple):
    """One write: its SQL and its values, or many rows of values."""

    sql: str
    values: Any
    many: bool


class Tape:
    """What was written, one list of statements a transaction."""

    def __init__(self) -> None:
        self.transactions: list[list[Statement]] = []
        self._open: list[Statement] = []

    def note(self, sql: str, values: Any, many: bool) -> None:
        word = sql.lstrip().partition(" ")[0].strip().upper()
        if word in _WRITES:
            kept = [tuple(row) if isinstance(row, Sequence) else dict(row) for row in values] if many else values
            self._open.append(Statement(sql, kept, many))
        elif word.startswith("COMMIT"):
            self.cut()

    def cut(self) -> None:
        """End a transaction; one that wrote nothing leaves no trace."""
        if self._open:
            self.transactions.append(self._open)
            self._open = []


class RecordingCursor(sqlite3.Cursor):
    """A cursor that notes each write on its connection's tape."""

    connection: RecordingConnection

    def execute(self, sql: str, parameters: Any = (), /) -> RecordingCursor:
        self.connection.tape.note(sql, parameters, many=False)
        super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> RecordingCursor:
        rows = list(parameters)
        self.connection.tape.note(sql, rows, many=True)
        super().executemany(sql, rows)
        return self


class RecordingConnection(sqlite3.Connection):
    """A connection whose cursors record; hand it to sqlite3 as `factory`."""

    tape = Tape()

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(RecordingCursor)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        return self.cursor().executemany(sql, parameters)

    def commit(self) -> None:
        super().commit()
        self.tape.cut()


def recording() -> tuple[type[RecordingConnection], Tape]:
    """A fresh tape and the connection class that fills it."""
    tape = Tape()
    return type("Recording", (RecordingConnection,), {"tape": tape}), tape


class Player:
    """Writes the tape's transactions, one after the other, into a copy of the database."""

    def __init__(self, path: Path, tape: Tape, row_by_row: bool = False) -> None:
        self._row_by_row = row_by_row
        self._connection = durable_sqlite(path)
        self._connection.execute("PRAGMA foreign_keys=ON")
        self._left = iter(tape.transactions)

    def run(self, transactions: int) -> None:
        execute, executemany = self._connection.execute, self._connection.executemany
        for _ in range(transactions):
            execute("BEGIN IMMEDIATE")
            for sql, values, many in next(self._left):
                if many and self._row_by_row:
                    for row in values:
                        execute(sql, row)
                else:
                    (executemany if many else execute)(sql, values)
            execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def sizes(path: Path) -> dict[str, tuple[int, int]]:
    """Rows and bytes of values by table, to show that two databases hold as much."""
    connection = sqlite3.connect(path)
    try:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found: dict[str, tuple[int, int]] = {}
        for name in sorted(n for n in names if not n.startswith("sqlite_")):
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
            length = " + ".join(f'coalesce(length(CAST("{c}" AS BLOB)), 0)' for c in columns)
            rows, total = connection.execute(f'SELECT count(*), coalesce(sum({length}), 0) FROM "{name}"').fetchone()
            found[name] = (rows, total)
        return found
    finally:
        connection.close()
