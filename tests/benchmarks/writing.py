"""Many writers on one PostgreSQL: through the engine, and by hand in SQL that writes the same rows."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from typing import Any, Literal, NamedTuple, Protocol

import psycopg

from axflow.engine import Engine
from axflow.kernel.command import Send
from tests.benchmarks.deciding import OFFICER
from tests.benchmarks.measure import Contender
from tests.benchmarks.postgres import Durable
from tests.benchmarks.sending import Sender

WRITERS = 16
OWN = 8
"""Projects of each writer, where each has projects of its own."""
SHARED = 4
"""Projects of all writers together, where they share them."""
EACH = 50
"""Sends of a writer in a sample."""

_LOCK = "SELECT head, seq FROM axflow_projects WHERE id = %s FOR NO KEY UPDATE"
_UPDATE = (
    "UPDATE axflow_projects SET definition = %s, rules_digest = %s, firm = %s, stage = %s, ended = %s, opened_at = %s,"
    " updated_at = %s, seq = %s, head = %s, snapshot = %s WHERE id = %s"
)
_ENTRY = "INSERT INTO axflow_entries (project, seq, hash, body) VALUES (%s, %s, %s, %s)"
_MESSAGE = "INSERT INTO axflow_outbox (project, seq, kind, recipients, data) VALUES (%s, %s, %s, %s, %s)"
WIDE = 100
"""Sends to each project before the rows are taken that the SQL by hand repeats: numbers then keep their width."""
_SIZES = "SELECT count(*), sum(pg_column_size(t.*)) FROM axflow_{} AS t"
_WRITTEN = ("projects", "entries", "payloads", "outbox")


class Row(NamedTuple):
    """What a send wrote for a project: the values that the SQL by hand writes again and again."""

    project: tuple[Any, ...]
    """From `definition` to `updated_at`."""
    hash: bytes
    snapshot: str
    body: bytes
    message: tuple[str, str, str]


def last_send(url: str, project: str) -> Row:
    """The rows of a project's last send."""
    with psycopg.connect(url) as connection:
        *whole, seq, head, snapshot = connection.execute(  # type: ignore[misc]
            "SELECT definition, rules_digest, firm, stage, ended, opened_at, updated_at, seq, head, snapshot"
            " FROM axflow_projects WHERE id = %s",
            (project,),
        ).fetchone()
        (body,) = connection.execute(  # type: ignore[misc]
            "SELECT body FROM axflow_entries WHERE project = %s AND seq = %s", (project, seq)
        ).fetchone()
        message = connection.execute(
            "SELECT kind, recipients, data FROM axflow_outbox WHERE project = %s AND seq = %s", (project, seq)
        ).fetchone()
    return Row(tuple(whole), bytes(head), snapshot, bytes(body), message)  # type: ignore[arg-type]


class Writer(Protocol):
    """One writer with a connection of its own."""

    def run(self, sends: int) -> None:
        """Send so many times, each in a transaction of its own."""

    def close(self) -> None:
        """End the connection."""


class ThroughEngine:
    """A writer that sends through axflow."""

    def __init__(self, url: str, projects: Sequence[str]) -> None:
        self._engine = Engine(url, authority="host")
        self._projects = projects
        self._sent = 0

    def run(self, sends: int) -> None:
        for _ in range(sends):
            project = self._projects[self._sent % len(self._projects)]
            self._sent += 1
            decision = self._engine.execute(project, Send(actor=OFFICER, event="stay"))
            if decision.outcome != "moved":
                raise AssertionError(f"a send was {decision.outcome}")

    def close(self) -> None:
        self._engine.close()


class ByHand:
    """A writer that sends nothing but the statements: it takes the project, and writes rows that were made before."""

    def __init__(self, url: str, projects: Sequence[str]) -> None:
        self._rows = [(id, last_send(url, id)) for id in projects]
        self._connection = psycopg.connect(url, autocommit=True)
        self._cursor = self._connection.cursor(binary=True)
        self._sent = 0

    def run(self, sends: int) -> None:
        execute, fetch = self._cursor.execute, self._cursor.fetchone
        for _ in range(sends):
            id, row = self._rows[self._sent % len(self._rows)]
            self._sent += 1
            execute("BEGIN")
            execute(_LOCK, (id,))
            _, seq = fetch()  # type: ignore[misc]
            seq += 1
            execute(_UPDATE, (*row.project, seq, row.hash, row.snapshot, id))
            execute(_ENTRY, (id, seq, row.hash, row.body))
            execute(_MESSAGE, (id, seq, *row.message))
            execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


_KINDS: dict[str, Callable[[str, Sequence[str]], Writer]] = {"engine": ThroughEngine, "hand": ByHand}


class Together:
    """Writers that start together and are waited for together, each in a process or a thread of its own.

    Parameters:
        kind: how they write, `engine` or `hand`.
        places: for each writer the projects that it writes, in its order.
        processes: False for threads of this process.
    """

    def __init__(self, kind: Literal["engine", "hand"], url: str, places: Sequence[Sequence[str]], processes: bool):
        spawned = multiprocessing.get_context("spawn")
        self._ends: list[Connection] = []
        self._workers: list[Any] = []
        make: Any = spawned.Process if processes else threading.Thread
        for projects in places:
            mine, theirs = spawned.Pipe()
            worker = make(target=_serve, args=(theirs, kind, url, tuple(projects)), daemon=True)
            worker.start()
            self._ends.append(mine)
            self._workers.append(worker)
        self._hear()

    def run(self, sends: int) -> None:
        """`sends` in all, as many by each writer. Raises what a writer raised."""
        for end in self._ends:
            end.send(sends // len(self._ends))
        self._hear()

    def close(self) -> None:
        """End the writers."""
        for end in self._ends:
            with suppress(OSError):  # of a writer that failed
                end.send(None)
        for worker in self._workers:
            worker.join()
        for end in self._ends:
            end.close()

    def _hear(self) -> None:
        answers = [end.recv() for end in self._ends]
        for answer in answers:
            if answer is not None:
                raise AssertionError(f"a writer failed: {answer}")


def _serve(end: Connection, kind: str, url: str, projects: tuple[str, ...]) -> None:
    """A writer's life: it is told how often to send, and answers None, or what went wrong."""
    try:
        with closing(_KINDS[kind](url, projects)) as writer:
            end.send(None)
            while (sends := end.recv()) is not None:
                writer.run(sends)
                end.send(None)
    except Exception as error:
        end.send(f"{type(error).__name__}: {error}")


def places(shared: bool, writers: int = WRITERS) -> list[list[str]]:
    """For each writer, the projects that it writes: its own, or all of the shared ones, each beginning at another."""
    if not shared:
        return [[f"p-{writer:02d}-{number:02d}" for number in range(OWN)] for writer in range(writers)]
    projects = [f"p-{number:02d}" for number in range(SHARED)]
    return [projects[writer % SHARED :] + projects[: writer % SHARED] for writer in range(writers)]


def writers(server: Durable, shared: bool) -> Iterator[Contender]:
    """The contenders, each on a database of its own that began as the others'."""
    who = places(shared)
    base = server.ready()
    prepared(base, sorted({id for projects in who for id in projects}), sends=WIDE)
    made: list[str] = []

    def contender(name: str, kind: Literal["engine", "hand"], processes: bool, last: bool = False) -> Contender:
        url = server.copy(base)
        made.append(url)
        together = Together(kind, url, who, processes)

        def close() -> None:
            together.close()
            if last:
                same_rows(made)
                for database in made:
                    server.drop(database)

        return Contender(name, together.run, close, exactly=WRITERS * EACH)

    yield contender(f"axflow, {WRITERS} processes", "engine", True)
    yield contender(f"axflow, {WRITERS} threads of one process", "engine", False)
    yield contender(f"SQL by hand, {WRITERS} threads of one process", "hand", False)
    yield contender(f"SQL by hand, {WRITERS} processes", "hand", True, last=True)
    server.drop(base)


def prepared(url: str, projects: Sequence[str], sends: int = 1) -> None:
    """Open the projects in a database, record their papers and send to each `sends` times."""
    sender = Sender(url, projects)
    sender.prepare()
    sender.close()
    with closing(ThroughEngine(url, projects)) as writer:
        writer.run(len(projects) * sends)


def same_rows(urls: Sequence[str]) -> None:
    """Raises where databases do not hold as many rows, or differ in bytes by more than the width of numbers."""
    found = [sizes(url) for url in urls]
    for table in _WRITTEN:
        rows = {size[table][0] for size in found}
        total = [size[table][1] for size in found]
        if len(rows) != 1 or max(total) > 1.01 * min(total):
            raise AssertionError(f"the databases hold other rows in {table}: {[size[table] for size in found]}")


def sizes(url: str) -> dict[str, tuple[int, int]]:
    """Rows and their bytes by table."""
    with psycopg.connect(url) as connection:
        found = {name: connection.execute(_SIZES.format(name)).fetchone() for name in _WRITTEN}  # type: ignore[arg-type]
    return {name: (int(row[0]), int(row[1] or 0)) for name, row in found.items() if row is not None}
