"""The `eventsourcing` library appending one event to an aggregate kept in SQLite."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from tests.benchmarks.measure import Contender


class _Case(Aggregate):
    def __init__(self) -> None:
        self.stage = "a"

    @event("Moved")
    def move(self, stage: str, actor: str, reason: str) -> None:
        self.stage = stage


class _Cases(Application[UUID]):
    pass


def event_sourced(folder: Path) -> Contender:
    """Trigger one event on an aggregate held in memory and save it: its best case, since nothing is read back."""
    app = _Cases(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "eventsourcing.db"),
            "SQLITE_LOCK_TIMEOUT": "10",
        }
    )
    case = _Case()
    app.save(case)

    def run(times: int) -> None:
        for number in range(times):
            case.move(stage="ab"[number % 2], actor="officer-1", reason="the file is complete")
            app.save(case)

    return Contender("eventsourcing, one event saved", run, app.close)
