"""The campaign on both databases, in a few processes side by side."""

from __future__ import annotations

import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import structlog
from sqlalchemy import make_url

from tests.faults.campaign import Cell, Counts, campaign, cells_of
from tests.faults.places import postgres_site, sqlite_site
from tests.postgres import Server

SHARDS: Final = 2
"""Processes that kill on each database."""


def campaigns(running: Server, count: int, seed: int) -> dict[str, Counts]:
    """All kills, in a few processes side by side: most of the time is waiting for disks."""
    cells = cells_of(count, seed)
    found = {"SQLite": Counts(), "PostgreSQL": Counts()}
    with ProcessPoolExecutor(SHARDS * len(found), mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = [
            (name, pool.submit(_part, url, cells[shard::SHARDS], seed + shard))
            for shard in range(SHARDS)
            for name, url in (("SQLite", None), ("PostgreSQL", running.url.render_as_string(hide_password=False)))
        ]
        for name, part in parts:
            found[name].add(part.result())
    return found


def _part(url: str | None, cells: list[Cell], seed: int) -> Counts:
    quiet()
    if url is None:
        return campaign(sqlite_site, cells, seed)
    running = Server(make_url(url))
    return campaign(lambda: postgres_site(running), cells, seed)


def quiet() -> None:
    """Announce nothing: there are some ten thousand entries."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
