"""A death by SIGKILL at a chosen point of a transaction, through the drivers' own hooks; axflow knows nothing of it."""

from __future__ import annotations

import os
import signal
import sqlite3
import statistics
import threading
import time
from collections.abc import Generator
from typing import Any, Final

import psycopg
from psycopg.waiting import Wait
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, make_url

INSIDE: Final = "inside a statement"
BETWEEN: Final = "between statements"
BEFORE: Final = "just before COMMIT"
DURING: Final = "during COMMIT"
AFTER: Final = "just after COMMIT"
UNTOLD: Final = "before the acknowledgement"
RANDOM: Final = "at a random time"
POINTS: Final = (INSIDE, BETWEEN, BEFORE, DURING, AFTER, UNTOLD, RANDOM)
_INSTRUCTIONS: Final = 25
"""Instructions of SQLite's machine between two calls of the progress handler."""


class Death:
    """When this process dies, and what it tells before, one letter a line: `b` for BEGIN, `c` for COMMIT asked, `d`
    for COMMIT answered. A letter is no acknowledgement: it tells where the process was when it died.

    Parameters:
        point: one of `POINTS`; at `RANDOM` it is the parent that kills.
        step: the first step in which to die; those before it are the measure of how long a transaction is.
        place: from 0 to 1, how far into the transaction, or into the COMMIT.
        out: file descriptor of the pipe to the parent.
    """

    def __init__(self, point: str, step: int, place: float, out: int) -> None:
        self._point = point
        self._step = step
        self._place = place
        self._out = out
        self._armed = False
        self._writing = False
        self._committing = False
        self._statements = self._insides = 0
        self._longest_statements = self._longest_insides = 1
        self._asked = 0.0
        self._commits: list[float] = []

    @property
    def watches_inside(self) -> bool:
        """Whether anybody asks to be called while SQLite works; it costs time."""
        return self._point == INSIDE

    def tell(self, line: str) -> None:
        """Write one line to the parent."""
        os.write(self._out, f"{line}\n".encode())

    def step_begins(self, number: int) -> None:
        """From the chosen step on, the next chance is taken."""
        self._armed = number >= self._step

    def step_ends(self) -> None:
        """The call returned and nobody was told yet."""
        self._at(UNTOLD)

    def statement(self, sql: str) -> None:
        """Before a statement is given to the driver."""
        if sql.startswith("BEGIN"):
            self._writing = "IMMEDIATE" in sql or "READ COMMITTED" in sql
            self._statements = self._insides = 0
            if self._writing:
                self.tell("b")
        elif self._writing and sql == "COMMIT":
            self._longest_statements = max(1, self._statements)
            self._longest_insides = max(1, self._insides)
            self._at(BEFORE)
            self._committing = True
            self._asked = time.perf_counter()
            self.tell("c")
        elif self._writing:
            self._statements += 1
            if self._statements == 1 + int(self._place * self._longest_statements):
                self._at(BETWEEN)

    def answered(self, sql: str) -> None:
        """After the driver gave a statement's result."""
        if self._committing and sql == "COMMIT":
            self._committing = self._writing = False
            self._commits.append(time.perf_counter() - self._asked)
            self.tell("d")
            self._at(AFTER)
            if self._armed and self._point == DURING:
                threading.Event().wait()  # too late; the kill that is under way comes before anything else is told

    def inside(self) -> int:
        """While a statement runs: SQLite is at work on it, or PostgreSQL has it and has not answered."""
        if self._writing and not self._committing:
            self._insides += 1
            if self._insides == 1 + int(self._place * self._longest_insides):
                self._at(INSIDE)
        return 0

    def committing(self) -> None:
        """PostgreSQL has the COMMIT and has not answered."""
        if self._committing and self._armed and self._point == DURING:
            time.sleep(self._place * self._usual())
            die()

    def commit_soon(self) -> None:
        """SQLite is about to commit, and calls nobody meanwhile: another thread kills."""
        if self._committing and self._armed and self._point == DURING:
            threading.Thread(target=self._later, args=(self._place * self._usual(),), daemon=True).start()

    def _later(self, seconds: float) -> None:
        time.sleep(seconds)
        die()

    def _usual(self) -> float:
        return statistics.median(self._commits) if self._commits else 0.0

    def _at(self, point: str) -> None:
        if self._armed and point == self._point:
            die()


def die() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def on_sqlite(death: Death) -> None:
    """Let every SQLite connection that this process opens from now on know of the death."""
    connect = sqlite3.connect

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = (), /) -> Any:
            death.statement(sql)
            death.commit_soon()
            super().execute(sql, parameters)
            death.answered(sql)
            return self

        def executemany(self, sql: str, parameters: Any, /) -> Any:
            death.statement(sql)
            super().executemany(sql, parameters)
            death.answered(sql)
            return self

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, parameters: Any = (), /) -> Any:
            return self.cursor().execute(sql, parameters)

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options, factory=Connection)
        if death.watches_inside:
            connection.set_progress_handler(death.inside, _INSTRUCTIONS)
        return connection

    sqlite3.connect = connected  # type: ignore[assignment]


def on_postgres(death: Death, url: str) -> SqlEngine:
    """An engine whose connections know of the death."""

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            death.statement(query)
            super().execute(query, params, **options)
            death.answered(query)
            return self

        def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
            death.statement(query)
            super().executemany(query, params_seq, **options)
            death.answered(query)

    class Connection(psycopg.Connection[Any]):
        def wait(self, gen: Any, *arguments: Any, **options: Any) -> Any:
            return super().wait(_watched(gen, death), *arguments, **options)

    place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return create_engine(url, creator=lambda: Connection.connect(place, cursor_factory=Cursor))


def _watched(gen: Any, death: Death) -> Generator[Any, Any, Any]:
    """The driver's own generator; where it wants to read only, the server has all that was sent."""
    try:
        wanted = next(gen)
        while True:
            if wanted == Wait.R:
                death.inside()
                death.committing()
            ready = yield wanted
            wanted = gen.send(ready)
    except StopIteration as ended:
        return ended.value
