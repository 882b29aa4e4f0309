"""Time passing: timers that are due fire, and refusals that were only counted get their entry."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from axflow.engine import refusals
from axflow.engine.core import Core
from axflow.engine.errors import TickFailed
from axflow.engine.gathering import WORKFLOW
from axflow.engine.options import HostT
from axflow.engine.work import Work
from axflow.kernel import command as commands
from axflow.kernel.decision import Decision
from axflow.kernel.evolve import evolve
from axflow.kernel.moment import utc_text
from axflow.store.errors import Busy, StoreError
from axflow.store.protocol import Unit


class Ticking(Core[HostT]):
    """The engine's method that lets time pass."""

    def tick(self, limit: int = 100, *, stop: Callable[[], bool] | None = None) -> int:
        """Fire timers that are due, of `limit` projects at most. How many projects moved or changed by it.

        Any number of processes may tick at once: each project is a transaction of its own, and one that another
        transaction holds is left to it. A project whose timers cannot be fired stops no other: `TickFailed` names it
        once the others are done, and its timers stay due. Where the store no longer answers, that is raised at once.

        Parameters:
            limit: how many projects at most.
            stop: asked before each project; once it gives True, the rest is left for the next tick.
        """
        run = _Run(stop or (lambda: False))
        now = self.clock()
        fired = 0
        while fired < limit and not run.stop():
            found = self.transactions.read(partial(_due, at=utc_text(now), limit=limit + len(run.tried)))
            due = [id for id in found if id not in run.tried]
            if not due:
                break
            fired += self._each(run, due, self._fire, limit - fired)
        counted = self.transactions.read(lambda unit: unit.uncounted(utc_text(now - refusals.WINDOW), limit))
        self._each(run, dict.fromkeys(row[0] for row in counted), partial(self._count, now=now), limit)
        if run.failures:
            raise TickFailed(fired, run.failures)
        return fired

    def _each(self, run: _Run, projects: Iterable[str], act: Callable[[Work, str], bool], limit: int) -> int:
        """Do `act` on each project in a transaction of its own, until `limit` of them changed; how many changed."""
        waiting = deque(projects)
        changed = 0
        while waiting and changed < limit and not run.stop():
            project = waiting.popleft()
            run.tried.add(project)
            try:
                if self.in_transaction(partial(self._alone, project, act), "tick"):
                    changed += 1
                    continue
            except Exception as error:
                run.failures[project] = error
                if isinstance(error, StoreError):
                    self._ask_store()
            # Others are at the same projects: go on elsewhere, instead of walking behind them.
            waiting.rotate(-random.randrange(len(waiting) or 1))
        return changed

    def _alone(self, project: str, act: Callable[[Work, str], bool], work: Work) -> bool:
        try:
            work.take(project, wait=False)
        except Busy:
            return False  # it is left to whoever has it
        return act(work, project)

    def _fire(self, work: Work, project: str) -> bool:
        return bool(work.run(project, commands.Tick(actor=WORKFLOW)).entries)

    def _count(self, work: Work, project: str, now: datetime) -> bool:
        before = len(work.written)
        for id, actor, codes, counter in work.unit.uncounted(utc_text(now - refusals.WINDOW), 1_000):
            if id != project:
                continue
            seen = work.get(id).project
            entry = refusals.summary(seen, actor, codes, counter, utc_text(now))
            work.note(id, Decision("recorded", evolve(seen, entry), entries=(entry,), seq=entry.seq))
            work.unit.count_refusals(id, actor, codes, None)
        return len(work.written) > before

    def _ask_store(self) -> None:
        """Raise where it is the store that fails, and no project."""
        self.transactions.read(lambda unit: unit.last_change())


def _due(unit: Unit, at: str, limit: int) -> Sequence[str]:
    return unit.due(at, limit)


class _Run:
    """What one tick has tried, and what went wrong."""

    def __init__(self, stop: Callable[[], bool]) -> None:
        self.stop = stop
        self.tried: set[str] = set()
        self.failures: dict[str, Exception] = {}
