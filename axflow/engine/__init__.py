"""The engine: the only place where kernel, journal, store and clock meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from axflow.engine.acting import Acting
from axflow.engine.calendars import CalendarRun, Calendars, TimerMove
from axflow.engine.core import now
from axflow.engine.errors import EngineError, NotAuthorised, NotPublishable, TickFailed, VersionReused
from axflow.engine.health import Health, Watching
from axflow.engine.importing import HistoryError
from axflow.engine.looking import Looking
from axflow.engine.messaging import Messaging
from axflow.engine.opening import Opening
from axflow.engine.options import Host, Options
from axflow.engine.publishing import Publishing
from axflow.engine.retention import Expired, Retained, Retention, Rule, Schedule, ScheduleError, read_schedule
from axflow.engine.retrying import RetryPolicy
from axflow.engine.ticking import Ticking
from axflow.engine.verification import Report
from axflow.engine.views import HistoryEntry, ProjectView

__all__ = [
    "CalendarRun",
    "Engine",
    "EngineError",
    "Expired",
    "Health",
    "HistoryEntry",
    "HistoryError",
    "NotAuthorised",
    "NotPublishable",
    "Options",
    "ProjectView",
    "Report",
    "Retained",
    "RetryPolicy",
    "Rule",
    "Schedule",
    "ScheduleError",
    "TickFailed",
    "TimerMove",
    "VersionReused",
    "read_schedule",
]


class Engine(
    Publishing[Host], Calendars[Host], Opening[Host], Acting[Host], Ticking[Host], Messaging[Host], Retention[Host],
    Looking[Host], Watching[Host],
):  # fmt: skip
    """Runs projects by published definitions and journals every attempt.

    Parameters:
        database: a path or `sqlite:///file.db`, `postgresql://user@host/name`, a SQLAlchemy engine for either, or a
            `Store`. A new SQLite file gets its tables by itself; on PostgreSQL `axflow db upgrade` makes them.
        clock: gives the time, aware; asked at each call.
        authority: `directory` (the default) checks role and organisation against the directory; `host` trusts the host,
            which vouches for the role and organisation that each actor names.
        schema: the schema that holds the tables, on PostgreSQL; default: the one in the URL, or the connection's own.

    Commands return a `Decision`; a refusal is a value, and journaled. `open` and `take_over` return the project, and
    raise `Refused` where there is none to journal a refusal in. All raise `UnknownProject`, `StoreError` where nothing
    could be kept, and `Conflict` where the same should be tried again.
    """

    @classmethod
    def memory(
        cls, *, clock: Callable[[], datetime] = now, authority: Literal["directory", "host"] = "directory"
    ) -> Engine:
        """An engine that keeps everything in memory: for tests and trials."""
        from axflow.store.memory import MemoryStore

        return cls(MemoryStore(), clock=clock, authority=authority)

    def close(self) -> None:
        """Let go of the store's connections."""
        self.store.close()
