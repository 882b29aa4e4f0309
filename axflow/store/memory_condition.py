"""How a store in memory stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from axflow.store.rows import Backlog, StoredEntry, TableSize

if TYPE_CHECKING:
    from axflow.store.memory import State


class MemoryCondition:
    """The part of a transaction that is about the store as a whole."""

    _state: State

    def backlog(self, now: str) -> Backlog:
        """What waits, timers that are due by `now` included."""
        state = self._state
        running = [kept.project for kept in state.projects.values() if not kept.project.recorded_history]
        timers = [timer for project in running for timer in project.timers.values()]
        due = [timer.due for timer in timers if timer.due is not None and not timer.elapsed and timer.due <= now]
        waiting = [message for message in state.outbox.values() if message.dead_at is None]
        first = min(waiting, key=lambda message: message.id, default=None)
        told = [] if first is None else state.entries[first.project][first.seq - 1 : first.seq]
        unplaced = [entry for entries in state.entries.values() for entry in entries if entry.leaf_index is None]
        return Backlog(
            len(due),
            min(due, default=None),
            len(waiting),
            _earliest(told),
            sum(m.dead_at is not None and m.dropped_at is None for m in state.outbox.values()),
            len(unplaced),
            _earliest(unplaced),
        )

    def settings(self) -> Mapping[str, str]:
        """Nothing: memory has none."""
        return {}

    def sizes(self) -> Sequence[TableSize]:
        """Nothing: memory has no tables."""
        return []


def _earliest(entries: Iterable[StoredEntry]) -> str | None:
    return min((str(json.loads(entry.body)["recorded_at"]) for entry in entries), default=None)
