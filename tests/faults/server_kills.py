"""PostgreSQL itself is killed: the backend that serves a process, or the whole server, which is then started again."""

from __future__ import annotations

import os
import random
import signal
import statistics
import threading
import time
from contextlib import suppress
from typing import Final, NamedTuple

from sqlalchemy import text

from axflow.store.errors import StoreError
from tests.faults.places import Site, postgres_site
from tests.faults.state import must, same_as, sound
from tests.faults.steps import ACTS, after_all_timers, do, prepare
from tests.postgres import Server

_LONGEST: Final = 60.0


class ServerKills(NamedTuple):
    """What was killed how often, and what the process that was being served was told."""

    what: str
    kills: int
    steps: int
    lost: int
    """Calls that raised `StoreError`: a connection was lost, or none could be made. All were repeated."""
    unanswered: int
    """Steps that were committed although their call raised: the repeat found them there."""
    recovery: float
    """Seconds, median, from the kill until a call was answered again."""


def server_kills(server: Server, what: str, times: int, seed: int) -> ServerKills:
    """Kill `what`, "a backend" or "the server", so often while steps are done. Raises `Broken`."""
    chance = random.Random(seed)
    counts = {"steps": 0, "lost": 0, "unanswered": 0}
    recoveries: list[float] = []
    with postgres_site(server) as site:
        for number in range(times):
            act = ACTS[number % len(ACTS)]
            recoveries.append(_once(site, server, what, act, f"s{number:03}", chance.uniform(0.0, 0.04), counts))
    return ServerKills(
        what, times, counts["steps"], counts["lost"], counts["unanswered"], statistics.median(recoveries)
    )


def _once(site: Site, server: Server, what: str, act: str, mark: str, delay: float, counts: dict[str, int]) -> float:
    before = site.clock.now
    with site.engine() as engine:
        steps = prepare(engine, site.clock, act, mark)
    site.clock.set(before)
    prepare(site.twin, site.clock, act, mark)
    killed = threading.Event()
    times = {"killed": 0.0, "answered": 0.0}

    def kill() -> None:
        time.sleep(delay)
        times["killed"] = time.perf_counter()
        if what == "the server":
            os.kill(server.main_pid(), signal.SIGKILL)
            killed.set()
            server.start_again()
        else:
            os.kill(pid, signal.SIGKILL)
            killed.set()

    with site.engine() as engine:
        with engine.store.engine.connect() as connection:  # type: ignore[attr-defined]
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
        thread = threading.Thread(target=kill)
        thread.start()
        rounds = 0
        while not killed.is_set() or not times["answered"] or rounds == 0:
            for number, step in enumerate(steps):
                again = {**step, "key": f"{step['key']}/{rounds}"} if rounds else step
                raised = 0
                end = time.monotonic() + _LONGEST
                while True:
                    try:
                        outcomes = do(engine, again)
                        break
                    except StoreError as error:
                        must("connection" in str(error) or "starting up" in str(error), f"told as {error}")
                        must(time.monotonic() < end, f"the server does not come back: {error}")
                        raised += 1
                        time.sleep(0.05)
                if killed.is_set() and not times["answered"]:
                    times["answered"] = time.perf_counter()
                counts["steps"] += 1
                counts["lost"] += raised
                wanted = do(site.twin, again)
                if act == "tick" and raised:
                    continue  # what a lost tick had done before it was lost, the repeat does not count
                same = outcomes == wanted or (raised and set(outcomes) <= {"duplicate"})
                must(bool(same), f"step {number}: {outcomes} instead of {wanted}")
                counts["unanswered"] += bool(raised and outcomes != wanted)
            rounds += 1
        thread.join()
        with suppress(StoreError):
            engine.verify()  # connections that died in the pool are replaced
    with site.engine() as engine:
        if act == "tick":
            for one in (engine, site.twin):
                while one.tick(limit=1_000):
                    pass
        sound(engine, site.url)
        same_as(engine, site.twin)
        after_all_timers(site.clock)
        moved = [sum(iter(lambda one=one: one.tick(limit=1_000), 0)) for one in (engine, site.twin)]
        must(moved[0] == moved[1], f"{moved[0]} timers fired instead of {moved[1]}")
        sound(engine, site.url)
        same_as(engine, site.twin)
    return times["answered"] - times["killed"]
