"""`python -m tests.faults`: kill processes and servers, let sixteen write at once, and write down what was seen."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.benchmarks import machine
from tests.benchmarks.report import duration
from tests.faults.campaign import Counts
from tests.faults.page import killed, page
from tests.faults.parts import campaigns, quiet
from tests.faults.places import DURABLE, postgres_site, sqlite_site
from tests.faults.server_kills import ServerKills, server_kills
from tests.faults.writers import WORKS, Figures, together
from tests.postgres import Server, server

SAMPLE, FULL = 56, 500
SERVER_SAMPLE, SERVER_FULL = 4, 20
SEED = 20_261_124


def main(arguments: list[str] | None = None) -> int:
    """Run the sample, or all; 0 where everything held. The first promise that does not hold ends it with an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL} kills on each database instead of {SAMPLE}")
    parser.add_argument("--seed", type=int, default=SEED, help=f"what chance begins with (default {SEED})")
    parser.add_argument("--output", type=Path, help="the page to write")
    chosen = parser.parse_args(arguments)
    quiet()
    started = datetime.now(UTC)
    count, turns = (FULL, 20) if chosen.full else (SAMPLE, 4)
    kills: dict[str, Counts] = {}
    writers: list[Figures] = []
    servers: list[ServerKills] = []

    def seen(name: str, counts: Counts) -> None:
        kills[name] = counts
        print(killed(name, counts), flush=True)

    with server(DURABLE) as running:
        print(f"{count} kills on each database …", file=sys.stderr)
        for name, counts in campaigns(running, count, chosen.seed).items():
            seen(name, counts)
        print("the server itself …", file=sys.stderr)
        for what in ("a backend", "the server"):
            times = SERVER_FULL if chosen.full else SERVER_SAMPLE
            servers.append(server_kills(running, what, times, chosen.seed))
            print(servers[-1], flush=True)
        print("sixteen writers …", file=sys.stderr)
        for made in (sqlite_site, lambda: postgres_site(running)):
            with made() as site:
                for work in WORKS:
                    for processes in (False, True):
                        writers.append(together(site, work, processes, turns))
                        print(writers[-1], flush=True)
        facts = _facts(started, chosen.seed, running)
    if chosen.output is not None:
        chosen.output.write_text(page(facts, kills, servers, writers), encoding="utf-8")
    return 0


def _facts(started: datetime, seed: int, running: Server) -> list[str]:
    engine = create_engine(running.url)
    with engine.connect() as connection:
        postgres = connection.scalar(text("SHOW server_version"))
    engine.dispose()
    with tempfile.TemporaryDirectory(prefix="axflow-faults-") as folder:
        fsync = machine.fsync_seconds(Path(folder))
    python, sqlite, *_ = machine.versions()
    return [
        f"Date: {started:%Y-%m-%d %H:%M} UTC, seed {seed}",
        f"Machine: {machine.processor()}; one durable 4 KiB write takes {duration(fsync)}",
        f"Versions: {python}, {sqlite}, PostgreSQL {postgres}, psycopg {version('psycopg')}, "
        f"SQLAlchemy {version('sqlalchemy')}",
        "The seed chooses acts, points and places; how far a process is when a timer or the parent kills it is left to "
        "the machine.",
    ]


if __name__ == "__main__":
    sys.exit(main())
