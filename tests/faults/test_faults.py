"""The fixed sample of the fault campaign, through the code that the full run goes through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
import structlog

from axflow.engine import Engine
from axflow.testing import SettableClock
from tests.engine.flow import people
from tests.faults.__main__ import SEED
from tests.faults.campaign import Counts, Kill, campaign, cells_of
from tests.faults.death import AFTER, BEFORE, BETWEEN, DURING, INSIDE, POINTS, UNTOLD
from tests.faults.page import killed
from tests.faults.places import Site, postgres_site, sqlite_site
from tests.faults.state import Broken, same_as
from tests.faults.steps import ACTS, do, prepare
from tests.faults.writers import WORKS, WRITERS, together
from tests.postgres import Server

SAMPLE = len(ACTS) * len(POINTS)
"""One kill of each act at each point, on each database."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def make(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[Site]]:
    if request.param == "sqlite":
        return sqlite_site
    server: Server = request.getfixturevalue("postgres")
    return lambda: postgres_site(server)


@pytest.fixture(autouse=True)
def _no_logging_left() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.slow
def test_killed_at_every_point_of_every_act(make: Callable[[], AbstractContextManager[Site]]) -> None:
    """The campaign itself raises where a promise does not hold."""
    counts = campaign(make, cells_of(SAMPLE, SEED), SEED)
    assert Counter((kill.act, kill.point) for kill in counts.kills) == {
        (act, point): 1 for act in ACTS for point in POINTS
    }
    outcomes = {(kill.point, kill.outcome) for kill in counts.kills}
    assert {(point, "not committed") for point in (INSIDE, BETWEEN, BEFORE)} <= outcomes
    assert {(point, "committed") for point in (AFTER, UNTOLD)} <= outcomes
    assert counts.acknowledged >= len(ACTS) * 6
    assert counts.timers > 0


@pytest.mark.slow
@pytest.mark.parametrize("processes", [False, True], ids=["threads", "processes"])
def test_sixteen_writers(make: Callable[[], AbstractContextManager[Site]], processes: bool) -> None:
    with make() as site:
        for work, (_, projects) in list(WORKS.items())[: 1 if processes else None]:
            figures = together(site, work, processes, turns=1)
            assert figures.conflicts == 0, figures
            each = projects if "orders" in work else 1
            assert figures.committed == WRITERS * each, figures


def test_what_is_lost_is_seen() -> None:
    """The comparison with the twin can fail: a step more, or one less, on either side."""
    clock = SettableClock()
    one, other = Engine.memory(clock=clock), Engine.memory(clock=clock)
    for engine in (one, other):
        people(engine)
        before = clock.now
        steps = prepare(engine, clock, "send", "k")
        clock.set(before)
    clock.advance(hours=1)
    same_as(one, other)
    do(one, steps[0])
    with pytest.raises(Broken, match="project of k-0"):
        same_as(one, other)
    do(other, steps[0])
    same_as(one, other)
    do(other, steps[1])
    with pytest.raises(Broken, match="project of k-1"):
        same_as(one, other)
    for engine in (one, other):
        engine.close()


def test_the_table_counts_what_was_seen() -> None:
    counts = Counts([Kill("send", DURING, "committed"), Kill("send", DURING, "not committed")], acknowledged=4)
    told = killed("SQLite", counts)
    assert "| during COMMIT | 1 / 1 | 0 / 0 | 0 / 0 | 0 / 0 | 1 / 1 |" in told
    assert "4 steps were acknowledged" in told
