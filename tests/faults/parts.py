"""The campaign on both databases, in a few processes side by side: most of the time is waiting for disks.

`python -m tests.faults.parts NUMBER OF COUNT SEED [URL]` is one of them; it writes what it has seen as JSON.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Final

import structlog
from sqlalchemy import make_url

from tests.faults.campaign import Counts, Kill, campaign, cells_of
from tests.faults.places import postgres_site, sqlite_site
from tests.faults.state import must
from tests.postgres import Server

SHARDS: Final = 4
"""Processes that kill on each database."""


def campaigns(running: Server, count: int, seed: int) -> dict[str, Counts]:
    """All kills on each database. Raises `Broken` where a part ends without having seen all of its kills."""
    found = {"SQLite": Counts(), "PostgreSQL": Counts()}
    places = {"SQLite": [], "PostgreSQL": [running.url.render_as_string(hide_password=False)]}
    parts = [
        (
            name,
            subprocess.Popen(
                [sys.executable, "-m", __name__, str(number), str(SHARDS), str(count), str(seed), *places[name]],
                stdout=subprocess.PIPE,
                encoding="utf-8",
            ),
        )
        for number in range(SHARDS)
        for name in found
    ]
    for name, part in parts:
        told, _ = part.communicate()
        must(part.returncode == 0, f"a part of the campaign on {name} ended with {part.returncode}")
        seen = json.loads(told)
        found[name].add(Counts(**{**seen, "kills": [Kill(*kill) for kill in seen["kills"]]}))
    return found


def quiet() -> None:
    """Announce nothing: there are some ten thousand entries."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def main(arguments: list[str]) -> None:
    """One part."""
    number, of, count, seed = map(int, arguments[:4])
    cells = cells_of(count, seed)[number::of]
    quiet()
    if len(arguments) == 4:
        counts = campaign(sqlite_site, cells, seed + number)
    else:
        running = Server(make_url(arguments[4]))
        counts = campaign(lambda: postgres_site(running), cells, seed + number)
    print(json.dumps(vars(counts)))


if __name__ == "__main__":
    main(sys.argv[1:])
