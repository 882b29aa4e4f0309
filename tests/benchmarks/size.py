"""A send into a database that holds many entries, beside one into a database that holds few."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from axflow.engine.ids import new_id
from axflow.store.location import located, sql_engine
from tests.benchmarks.growing import grow
from tests.benchmarks.measure import Contender
from tests.benchmarks.sending import Sender

FEW = 10_000
"""Entries in the small database."""
SENT_TO = 200
"""Projects that are sent to, opened through the engine; their ids lie evenly among those of all projects."""
ENTRIES_EACH = 25
"""Entries of a copied project: it is opened, papers are recorded, and it goes to and fro."""
_PAPERS = 6
_SENDS = 400
_FIRST = datetime(2016, 1, 4, tzinfo=UTC)


class Grown(NamedTuple):
    """A database of a known size."""

    url: str
    sent_to: tuple[str, ...]
    entries: int
    bytes: int
    """On the disk, indexes included."""


def grown(url: str, entries: int) -> Grown:
    """Fill a database with `entries` entries: real projects to send to, and copies of another real one."""
    copied = (entries - SENT_TO * _PAPERS) // ENTRIES_EACH
    ids = [new_id(_FIRST + timedelta(minutes=number)) for number in range(SENT_TO + copied)]
    step = len(ids) // SENT_TO
    sent_to = tuple(ids[step // 2 :: step][:SENT_TO])
    rest = sorted({*ids} - {*sent_to})
    sender = Sender(url, sent_to)
    sender.prepare()
    sender.close()
    original = Sender(url, rest[:1])
    original.prepare()
    original.run(ENTRIES_EACH - _PAPERS)
    original.close()
    grow(url, rest[0], rest[1:])
    return Grown(url, sent_to, SENT_TO * _PAPERS + len(rest) * ENTRIES_EACH, bytes_of(url))


def bytes_of(url: str) -> int:
    """What a database takes on the disk."""
    engine = sql_engine(located(url))
    try:
        if engine.dialect.name == "sqlite":
            return Path(str(engine.url.database)).stat().st_size
        with engine.connect() as connection:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    finally:
        engine.dispose()


def contenders(few: Grown, many: Grown, anew: bool) -> list[Contender]:
    """Sends into both, the small one first, a fixed number in each sample: each sees as many WAL checkpoints."""
    made: list[Contender] = []
    for size in (few, many):
        sender = Sender(size.url, size.sent_to, anew=anew)
        made.append(Contender(f"at {size.entries:,} entries", sender.run, sender.close, exactly=_SENDS))
    return made


@contextmanager
def on_sqlite(folder: Path, many: int) -> Iterator[tuple[Grown, Grown]]:
    """A small and a large SQLite file. Raises `OSError` where the disk is too small."""
    enough_room(folder, many)
    files = [folder / f"entries-{entries}.db" for entries in (FEW, many)]
    try:
        few, large = (grown(f"sqlite:///{file}", n) for file, n in zip(files, (FEW, many), strict=True))
        yield few, large
    finally:
        for file in files:
            for part in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
                part.unlink(missing_ok=True)


@contextmanager
def on_postgres(create: Callable[[], str], drop: Callable[[str], None], many: int) -> Iterator[tuple[Grown, Grown]]:
    """A small and a large database, made by `create` with axflow's tables."""
    urls = [create(), create()]
    try:
        few, large = (grown(url, n) for url, n in zip(urls, (FEW, many), strict=True))
        yield few, large
    finally:
        for url in urls:
            drop(url)


def enough_room(folder: Path, entries: int) -> None:
    """Raises `OSError` where the disk has not twice the room that so many entries take."""
    needed, free = entries * 1_500 * 2, shutil.disk_usage(folder).free
    if needed > free:
        raise OSError(f"{entries:,} entries need {needed / 1e9:.0f} GB free under {folder}; there are {free / 1e9:.0f}")
