"""Sixteen writers at once, in threads and in processes, on one project and on many: what each was told, counted."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, NamedTuple

from axflow.engine import Engine
from axflow.kernel import command as commands
from axflow.store.errors import Conflict
from axflow.testing import SettableClock
from tests.faults.campaign import WARM
from tests.faults.places import Site
from tests.faults.state import must, sound
from tests.faults.steps import CHECKER, CLERK

WRITERS: Final = 16
MANY: Final = 16
_LONGEST: Final = 300.0


class Figures(NamedTuple):
    """What writers did together. Every attempt is one of: committed, told `stale`, or told `Conflict`."""

    database: str
    work: str
    by: str
    attempts: int
    committed: int
    stale: int
    conflicts: int
    retried: int
    """Transactions that were done again inside of a call, since another writer came first or waited for this one."""
    seconds: float


class Share(NamedTuple):
    """One writer's part."""

    url: str
    now: datetime
    projects: list[str]
    number: int
    turns: int


def each_moves_on(share: Share) -> Counter[str]:
    """Read the version, record on it; who is told `stale` reads again, until the turn is done."""
    told: Counter[str] = Counter()
    with _Counted(share, told) as engine:
        for turn in range(share.turns):
            project = share.projects[(share.number + turn) % len(share.projects)]
            end = time.monotonic() + _LONGEST
            while time.monotonic() < end:
                seen = engine.engine.project(project).project.version
                values = {"serial": f"{project}-{share.number}-{turn}", "grade": 3}
                told["attempts"] += 1
                decision = engine.engine.record(project, "report", values, actor=CHECKER, expected=seen)
                if decision.outcome == "recorded":
                    told["committed"] += 1
                    break
                must({blocker.code for blocker in decision.blockers} == {"stale"}, f"{decision.reasons()}")
                told["stale"] += 1
    return told


def each_adds(share: Share) -> Counter[str]:
    """Record without having looked: nobody is refused."""
    told: Counter[str] = Counter()
    with _Counted(share, told) as engine:
        for turn in range(share.turns):
            project = share.projects[(share.number + turn) % len(share.projects)]
            values = {"serial": f"{project}-{share.number}-{turn}", "grade": 3}
            told["attempts"] += 1
            told["committed"] += engine.engine.record(project, "report", values, actor=CHECKER).outcome == "recorded"
    return told


def each_sends_many(share: Share) -> Counter[str]:
    """Batches over the same projects in opposite orders: whoever took them in the order given would wait for ever."""
    told: Counter[str] = Counter()
    order = share.projects if share.number % 2 else share.projects[::-1]
    with _Counted(share, told) as engine:
        for turn in range(share.turns):
            batch = [
                (
                    project,
                    commands.Record(
                        actor=CHECKER,
                        evidence="report",
                        values={"serial": f"{project}-{share.number}-{turn}", "grade": 3},
                    ),
                )
                for project in order
            ]
            told["attempts"] += len(batch)
            told["committed"] += sum(d.outcome == "recorded" for d in engine.engine.send_many(batch))
    return told


def each_locks(share: Share) -> Counter[str]:
    """Transactions of their own that take two projects in opposite orders, one after the other: real deadlocks.

    The engine takes projects in one order; a migration or a host's transaction may not. Whoever loses is done again.
    """
    told: Counter[str] = Counter()
    order = share.projects if share.number % 2 else share.projects[::-1]
    with _Counted(share, told) as engine:
        for turn in range(share.turns):

            def act(work: Any, turn: int = turn) -> int:
                done = 0
                for project in order:
                    values = {"serial": f"{project}-{share.number}-{turn}", "grade": 3}
                    made = commands.Record(actor=CHECKER, evidence="report", values=values)
                    done += work.run(project, made).outcome == "recorded"
                    work.unit.flush()
                return done

            told["attempts"] += len(order)
            try:
                told["committed"] += engine.engine.in_transaction(act)
            except Conflict:
                told["conflicts"] += len(order)
    return told


WORKS: Final[dict[str, tuple[Callable[[Share], Counter[str]], int]]] = {
    "one project, each on the version that it saw": (each_moves_on, 1),
    "one project, each without looking": (each_adds, 1),
    "different projects, each on the version that it saw": (each_moves_on, MANY),
    "`send_many` on the same projects in opposite orders": (each_sends_many, 4),
    "transactions that take two projects in opposite orders": (each_locks, 2),
}
"""What the writers do, and on how many projects."""


def together(site: Site, work: str, processes: bool, turns: int) -> Figures:
    """Let all writers do `turns` turns. Raises `Broken` where an update is lost or told wrongly."""
    act, count = WORKS[work]
    mark = f"w{len(work)}{'p' if processes else 't'}{site.clock.now:%H%M%S}"
    ids = [f"{mark}-{number}" for number in range(count)]
    with site.engine() as engine:
        for id in ids:
            engine.open("repair", firm="acme", title="Lamp", actor=CLERK, id=id)
    shares = [Share(site.url, site.clock.now, ids, number, turns) for number in range(WRITERS)]
    began = time.perf_counter()
    told: Counter[str] = Counter()
    if processes:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([WARM])
        with ProcessPoolExecutor(WRITERS, mp_context=context) as pool:
            for one in pool.map(act, shares):
                told += one
    else:
        with ThreadPoolExecutor(WRITERS) as threads:
            for one in threads.map(act, shares):
                told += one
    seconds = time.perf_counter() - began
    with site.engine() as engine:
        sound(engine, site.url)
        kept = sum(
            item.entry.outcome == "recorded" for id in ids for item in engine.history(id) if item.entry.kind == "record"
        )
        refused = sum(item.entry.outcome == "refused" for id in ids for item in engine.history(id))
    must(kept == told["committed"], f"{told['committed']} were told that theirs is kept; there are {kept}")
    must(refused <= told["stale"], f"{refused} refusals are kept, {told['stale']} were told")
    must(
        told["attempts"] == told["committed"] + told["stale"] + told["conflicts"],
        f"an attempt was told nothing: {dict(told)}",
    )
    site.clock.advance(hours=2)
    names = ("attempts", "committed", "stale", "conflicts", "retried")
    by = "processes" if processes else "threads"
    return Figures(site.kind, work, by, *(told[name] for name in names), seconds)


class _Counted:
    """An engine of the writer's own, whose repeated transactions are counted."""

    def __init__(self, share: Share, told: Counter[str]) -> None:
        self.engine = Engine(share.url, clock=SettableClock(share.now))
        self._told = told
        self._begun = 0

    def __enter__(self) -> _Counted:
        store, told, mine = self.engine.store, self._told, threading.get_ident()
        writing, in_transaction = store.writing, self.engine.in_transaction

        def counted() -> Any:
            assert threading.get_ident() == mine
            told["begun"] += 1
            return writing()

        def once(*arguments: Any) -> Any:
            before = told["begun"]
            try:
                return in_transaction(*arguments)
            finally:
                told["retried"] += told["begun"] - before - 1

        store.writing = counted  # type: ignore[method-assign]
        self.engine.in_transaction = once  # type: ignore[method-assign]
        return self

    def __exit__(self, *error: object) -> None:
        self.engine.close()
