"""A store on which everything is tried and nothing is kept: `--dry-run` for what is more than one act on a project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from axflow.engine import Engine
    from axflow.store.protocol import Store, Unit


class _Undo(Exception):
    """Takes a transaction back that went well."""


class Rehearsal:
    """The store given, but each transaction that writes is taken back at its end."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """A transaction that writes, and leaves nothing."""
        try:
            with self._store.writing() as unit:
                yield unit
                raise _Undo
        except _Undo:
            pass


@contextmanager
def trying(engine: Engine, dry_run: bool) -> Iterator[Engine]:
    """The engine, or for a dry run one on the same store that keeps nothing."""
    yield type(engine)(Rehearsal(engine.store), clock=engine.clock) if dry_run else engine
