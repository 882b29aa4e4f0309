"""A PostgreSQL that is as durable as in service, and what it is set to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url, text

from axflow.store.migrate import upgrade
from tests.postgres import NoServer, Server, server

DURABLE = """
fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 120
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 15min
"""
"""All durability on, as PostgreSQL has it by default. A checkpoint is no part of what is measured."""
_MUST_BE_ON = ("fsync", "synchronous_commit", "full_page_writes")
_SAID = (*_MUST_BE_ON, "shared_buffers", "max_wal_size")


class Durable:
    """A server whose commits are on disk when they are answered."""

    def __init__(self, running: Server) -> None:
        self._running = running
        with running.engine(running.url) as engine, engine.connect() as connection:
            self.version = str(connection.scalar(text("SHOW server_version"))).partition(" ")[0]
            self.settings = {name: str(connection.scalar(text(f"SHOW {name}"))) for name in _SAID}
        off = [name for name in _MUST_BE_ON if self.settings[name] != "on"]
        if off:
            raise NoServer(f"this PostgreSQL runs without {', '.join(off)}; measure on one that keeps what it commits")

    def described(self) -> str:
        """Version and settings in words."""
        return f"PostgreSQL {self.version}, " + ", ".join(f"{name}={value}" for name, value in self.settings.items())

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return _text(self._running.create())

    def ready(self) -> str:
        """The URL of a new database with axflow's tables."""
        url = self.empty()
        upgrade(url)
        return url

    def drop(self, url: str) -> None:
        """Drop a database that was made here."""
        self._running.drop(make_url(url))

    def copy(self, url: str) -> str:
        """The URL of a copy of a database, to which nobody may be connected."""
        return _text(self._running.create(make_url(url)))


@contextmanager
def durable_postgres() -> Iterator[Durable]:
    """The server that AXFLOW_TEST_POSTGRES names, or one that is started for this. Raises `NoServer`."""
    with server(DURABLE) as running:
        yield Durable(running)


def _text(url: URL) -> str:
    """As axflow and the driver itself take it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
