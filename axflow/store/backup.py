"""A copy of a SQLite database while others write it, by SQLite's online backup."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import URL

from axflow.store.errors import StoreError
from axflow.store.location import located
from axflow.store.sqlite import version_of
from axflow.store.sqlite_errors import BUSY_SECONDS, explained

_PAGES: Final = 2_000
"""Pages in a step, between which `progress` hears how far the copy is."""


class Backup(NamedTuple):
    """A backup that was made."""

    file: Path
    version: str
    """Version of its tables."""
    size: int
    """In bytes."""


def backup(
    database: str | Path | URL, file: str | Path, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Backup:
    """Copy a SQLite database, as it was at one moment, into one new file, while others read and write it.

    The copy is whole or not there: it is written beside `file`, checked page by page, put on the disk, and only then
    named. It needs no other file; tables of an older version are copied as they are.

    Parameters:
        database: a path or `sqlite:///file.db`.
        file: where the copy goes; there must be nothing yet.
        progress: hears pages done and pages in all.

    Raises `StoreError` where the database is not on SQLite or not axflow's, where `file` is there already, and where
    the copy could not be made.
    """
    place = located(database)
    if place.kind != "sqlite":
        raise StoreError(
            f"{place.shown} is on PostgreSQL, which has its own: pg_dump --format=custom --file={file} "
            "(docs/operations.md says the rest)"
        )
    source, target = place.file, Path(file)
    if source is None or not source.is_file():
        raise StoreError(f"there is no database {place.shown}")
    if target.exists():
        raise StoreError(f"{target} is there already; a backup overwrites nothing: name another file")
    part = target.with_name(f"{target.name}.part")
    try:
        version = _copy(source, part, progress)
        size = part.stat().st_size
        os.link(part, target)  # which fails, other than a rename, where somebody made `file` meanwhile
        _flush(target.parent)
    except sqlite3.Error as error:
        raise explained(error, str(target if "disk" in str(error) or "unable" in str(error) else source)) from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(target, version, size)


def _copy(source: Path, part: Path, progress: Callable[[int, int], None]) -> str:
    """Copy into a new file and check it; the version of its tables."""
    part.touch(exist_ok=False)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as reading,
        closing(sqlite3.connect(part, isolation_level=None)) as writing,
    ):
        reading.isolation_level = None
        # One moment for all steps: without it, each commit of a writer would make the copy begin again.
        reading.execute("BEGIN")
        version = version_of(reading)
        if version is None:
            raise StoreError(f"{source} has no axflow tables")
        reading.backup(writing, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total))
        reading.execute("ROLLBACK")
        writing.execute("PRAGMA journal_mode=DELETE").fetchall()  # so that the file is all there is
        found = [str(row[0]) for row in writing.execute("PRAGMA quick_check")]
        if found != ["ok"]:
            raise StoreError(f"{source} is damaged, so that its copy is not sound: {'; '.join(found[:3])}")
    with part.open("rb") as written:
        os.fsync(written.fileno())
    return version


def _flush(folder: Path) -> None:
    """Put a folder's names on the disk, where the system can do that."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
