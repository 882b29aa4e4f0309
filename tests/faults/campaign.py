"""Kills, one after another, spread evenly over acts and points; after each, everything is looked at."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Final, NamedTuple

from axflow.engine import Engine
from axflow.engine.work import ticked
from tests.faults import victim
from tests.faults.death import AFTER, BEFORE, BETWEEN, DURING, INSIDE, POINTS, RANDOM, UNTOLD
from tests.faults.places import Site
from tests.faults.state import Broken, bound, fired, ids_of, must, same_as, sound
from tests.faults.steps import ACTS, Step, after_all_timers, do, prepare

KILLS_A_SITE: Final = 10
"""After so many kills a new database is begun: each is looked at as a whole after each kill."""
WARM: Final = "tests.faults.warm"
"""What the processes are forked from has loaded."""
_MOST_TRIES: Final = 12
_NEVER: Final = (INSIDE, BETWEEN, BEFORE)
_ALWAYS: Final = (AFTER, UNTOLD)


Cell = tuple[str, str]
"""An act and the point at which it is ended."""


class Kill(NamedTuple):
    """One kill: what was done, where it was ended, and what became of the transaction in hand."""

    act: str
    point: str
    outcome: str
    """`committed`, `not committed`, or `between transactions` where none was in hand."""


@dataclass
class Counts:
    """What a campaign has seen on one database."""

    kills: list[Kill] = field(default_factory=list)
    misses: int = 0
    """Processes that were killed elsewhere than was meant, and whose state was looked at all the same."""
    acknowledged: int = 0
    timers: int = 0
    seconds: float = 0.0

    def add(self, other: Counts) -> None:
        """Take in what a campaign beside this one has seen."""
        self.kills += other.kills
        self.misses += other.misses
        self.acknowledged += other.acknowledged
        self.timers += other.timers
        self.seconds = max(self.seconds, other.seconds)


class Told(NamedTuple):
    """What a process told before it died."""

    acknowledged: dict[int, list[str]]
    begun: int
    """Transactions that were begun since the last acknowledgement; `asked` and `answered`: their COMMITs."""
    asked: int
    answered: int
    finished: bool
    ready: bool


def cells_of(count: int, seed: int) -> list[Cell]:
    """Acts and points of `count` kills, as many of each as of any other, in an order by chance."""
    cells = list(islice(cycle([(act, point) for act in ACTS for point in POINTS]), count))
    random.Random(seed).shuffle(cells)
    return cells


def campaign(make: Callable[[], AbstractContextManager[Site]], cells: Sequence[Cell], seed: int) -> Counts:
    """Kill a process for each cell. Raises `Broken` where a promise does not hold, with the seed and the kill."""
    chance = random.Random(seed)
    counts, began = Counts(), time.monotonic()
    for first in range(0, len(cells), KILLS_A_SITE):
        with make() as site:
            for number, (act, point) in enumerate(cells[first : first + KILLS_A_SITE], first):
                try:
                    counts.kills.append(_until_it_is_there(site, act, point, number, chance, counts))
                except Exception as error:
                    raise Broken(f"{site.kind}, seed {seed}, kill {number}, {act} {point}: {error}") from error
    counts.seconds = time.monotonic() - began
    return counts


def _until_it_is_there(site: Site, act: str, point: str, number: int, chance: random.Random, counts: Counts) -> Kill:
    """A kill at the point; one that came too late is looked at as well, and does not count."""
    place = chance.random()
    step = chance.randrange(1, 3)  # the first step, never chosen, is the measure; a third tick is the last with work
    for again in range(_MOST_TRIES):
        told, outcome = _killed(site, act, point, f"k{number:04}.{again}", step, place, counts)
        if told.finished or not told.ready or (point == DURING and told.asked == told.answered):
            counts.misses += 1
            place *= 0.6
            continue
        if point in _NEVER or point in _ALWAYS:
            right = "committed" if point in _ALWAYS else "not committed"
            must(outcome == right, f"the transaction in hand is {outcome} instead of {right}")
        return Kill(act, point, outcome)
    raise Broken(f"{_MOST_TRIES} processes were through before they could be killed there")


def _killed(site: Site, act: str, point: str, mark: str, step: int, place: float, counts: Counts) -> tuple[Told, str]:
    before = site.clock.now
    with site.engine() as engine:
        steps = prepare(engine, site.clock, act, mark)
    site.clock.set(before)
    must(prepare(site.twin, site.clock, act, mark) == steps, "the same steps for the twin")
    told = _end_of(victim.Job(site.url, site.clock.now, steps, point, step, place), counts)
    with site.engine() as engine:
        sound(engine, site.url)
        outcome = _compared(engine, site, steps, told)
        same_as(engine, site.twin)
        _carried_on(engine, site, steps)
        counts.acknowledged += len(told.acknowledged)
        after_all_timers(site.clock)
        due = _moved(engine)
        counts.timers += due
        must(_moved(site.twin) == due, "as many timers fire as in the twin")
        same_as(engine, site.twin)
        sound(engine, site.url)
    return told, outcome


def _compared(engine: Engine, site: Site, steps: list[Step], told: Told) -> str:
    """Do in the twin what was committed; what became of the transaction in hand."""
    hand = len(told.acknowledged)
    if steps[0]["act"] == "tick":
        for number, outcomes in told.acknowledged.items():
            must(do(site.twin, steps[number]) == outcomes, f"tick {number} told of {outcomes} projects")
        projects = [id for id in ids_of(engine) if id.startswith(steps[0]["key"].partition("/")[0] + "-")]
        committed = fired(engine, projects) - fired(site.twin, projects)
        while fired(site.twin, projects) < fired(engine, projects):
            # Which of them came first is not told: the one that the database has.
            (id,) = [id for id in projects if fired(engine, [id]) and not fired(site.twin, [id])][:1]
            site.twin.in_transaction(lambda work, late=id: ticked(work, late))
    else:
        there = bound(engine, steps)
        for number, (step, keys) in enumerate(zip(steps, there, strict=True)):
            must(len(set(keys)) == 1, f"step {number} is there in part: {keys}")
            must(keys[0] or number not in told.acknowledged, f"step {number} was acknowledged and is lost")
            must(not keys[0] or number <= hand, f"step {number} is there and was never begun")
            if keys[0]:
                outcomes = do(site.twin, step)
                must(told.acknowledged.get(number, outcomes) == outcomes, f"step {number} was told as {outcomes}")
        committed = int(hand < len(steps) and there[hand][0])
    must(
        told.answered <= committed <= told.asked,
        f"{committed} transactions are there; {told.asked} were asked to commit and {told.answered} had the answer",
    )
    if told.begun == 0:
        return "between transactions"
    return "committed" if committed == told.begun else "not committed"


def _carried_on(engine: Engine, site: Site, steps: list[Step]) -> None:
    """Who had no answer asks again, with the same keys: what was there is a repeat, and the rest is done now."""
    for number, step in enumerate(steps):
        found, wanted = do(engine, step), do(site.twin, step)
        must(found == wanted, f"step {number} again: {found} instead of {wanted}")
    same_as(engine, site.twin)


def _moved(engine: Engine) -> int:
    total = 0
    while moved := engine.tick(limit=1_000):
        total += moved
    return total


_durations: dict[str, float] = {}
"""How long a process takes from its first step to its last, by act and database, as last seen."""


def _end_of(job: victim.Job, counts: Counts) -> Told:
    """Start the process, read what it tells until it is dead."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([WARM])
    reading, writing = context.Pipe(duplex=False)
    process = context.Process(target=victim.run, args=(job, writing), daemon=True)
    process.start()
    writing.close()
    assert process.pid is not None
    about = f"{job.url.partition(':')[0]} {job.steps[0]['act']}"
    acknowledged: dict[int, list[str]] = {}
    letters: Counter[str] = Counter()
    ready = finished = False
    began = time.perf_counter()
    lines = _lines(reading.fileno())
    for line in lines:
        letter, rest = line[0], line[1:]
        if letter == "x":
            process.join()
            raise Broken(f"the process failed by itself: {json.loads(rest)}")
        if letter == "a":
            number, outcomes = json.loads(rest)
            acknowledged[number] = outcomes
            letters.clear()
        elif letter == "r":
            ready, began = True, time.perf_counter()
            if job.point == RANDOM:
                time.sleep(job.place * _durations.get(about, 0.05))
                os.kill(process.pid, signal.SIGKILL)
        elif letter == "e":
            finished = True
            _durations[about] = time.perf_counter() - began
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        else:
            letters[letter] += 1
    reading.close()
    process.join()
    must(process.exitcode == -signal.SIGKILL, f"the process ended with {process.exitcode} instead of being killed")
    process.close()
    return Told(acknowledged, letters["b"], letters["c"], letters["d"], finished, ready)


def _lines(descriptor: int) -> Iterator[str]:
    """Whole lines until the other side is gone; a write of a line is one call, so none is half."""
    rest = b""
    while piece := os.read(descriptor, 65536):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode()
