"""Databases to be killed in: a SQLite file, or one on a real PostgreSQL, each with the workflow and its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from axflow.engine import Engine
from axflow.store.migrate import upgrade
from axflow.testing import SettableClock
from tests.engine.flow import people

if TYPE_CHECKING:
    from tests.postgres import Server

DURABLE = """
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
max_connections = 120
deadlock_timeout = 100ms
shared_buffers = 32MB
"""
"""As PostgreSQL is delivered where it matters: an answered commit is on the disk."""


class Site:
    """A database, the clock that its engines ask, and a twin in memory that does what was committed and never dies."""

    def __init__(self, url: str, kind: str) -> None:
        self.url = url
        self.kind = kind
        self.clock = SettableClock()
        self.twin = Engine.memory(clock=self.clock)
        people(self.twin)
        with self.engine() as engine:
            people(engine)

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The database, opened anew."""
        engine = Engine(self.url, clock=self.clock)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def sqlite_site() -> Iterator[Site]:
    """A new file."""
    with TemporaryDirectory(prefix="axflow-faults-") as folder:
        site = Site(f"sqlite:///{Path(folder) / 'axflow.db'}", "SQLite")
        yield site
        site.twin.close()


@contextmanager
def postgres_site(server: Server) -> Iterator[Site]:
    """A new database on the server."""
    made = server.create()
    upgrade(made)
    try:
        site = Site(made.render_as_string(hide_password=False), "PostgreSQL")
        yield site
        site.twin.close()
    finally:
        server.drop(made)
