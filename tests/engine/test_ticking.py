"""Time passes in any number of processes: each timer fires once, and one project's trouble is not another's."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import create_engine, text

from axflow.engine import Engine, TickFailed
from axflow.engine.refusals import MOST_REFUSALS
from axflow.kernel.actor import Actor
from axflow.store.errors import StoreError
from axflow.testing import SettableClock
from tests.engine.flow import people


@pytest.fixture
def late(engine: Engine, who: dict[str, Actor], clock: SettableClock) -> list[str]:
    """Five projects whose deadline has passed, in the order of their deadlines."""
    return late_projects(engine, who, clock, 5)


def late_projects(engine: Engine, who: dict[str, Actor], clock: SettableClock, count: int) -> list[str]:
    found = []
    for number in range(count):
        id = engine.open("repair", firm="acme", actor=who["clerk"], id=f"p{count - number:03}").id
        engine.send(id, "start", actor=who["clerk"])
        clock.advance(days=1)
        found.append(id)
    clock.advance(days=30)
    return found


def fired(engine: Engine, project: str) -> int:
    return sum(item.entry.kind == "timer" for item in engine.history(project))


def test_the_earliest_are_fired_first(engine: Engine, late: list[str]) -> None:
    assert engine.tick(limit=2) == 2
    assert [fired(engine, id) for id in late] == [1, 1, 0, 0, 0]
    assert engine.tick() == 3
    assert engine.tick() == 0
    assert [fired(engine, id) for id in late] == [1] * 5


def test_one_that_stops_asks_before_each_project(engine: Engine, late: list[str]) -> None:
    answers = iter([False, False, False, True])
    assert engine.tick(stop=lambda: next(answers, True)) == 2
    assert [fired(engine, id) for id in late] == [1, 1, 0, 0, 0]


def run(url: str, *statements: str) -> None:
    """Write to the database by hand, past the engine."""
    database = create_engine(url)
    with database.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.dispose()


def spoil(url: str, *projects: str) -> None:
    """Make projects unreadable."""
    run(url, *(f"UPDATE axflow_projects SET snapshot = '{{' WHERE id = '{id}'" for id in projects))


def test_one_projects_error_stops_no_other_and_is_reported(database_url: str, clock: SettableClock) -> None:
    first = Engine(database_url, clock=clock)
    late = late_projects(first, people(first), clock, 5)
    spoil(database_url, late[0], late[2])
    engine = Engine(database_url, clock=clock)
    words = f"timers of 2 projects could not be fired; of 3 others they were: {late[0]}: "
    with pytest.raises(TickFailed, match=words) as raised:
        engine.tick()
    assert (raised.value.fired, sorted(raised.value.failures)) == (3, sorted([late[0], late[2]]))
    assert [fired(first, id) for id in late] == [0, 1, 0, 1, 1]
    with pytest.raises(TickFailed) as raised:
        engine.tick(limit=1)
    assert raised.value.fired == 0
    first.close()
    engine.close()


def test_projects_that_fail_take_no_others_place(database_url: str, clock: SettableClock) -> None:
    """Two that cannot be fired are due first: a limit of two still serves two others."""
    first = Engine(database_url, clock=clock)
    late = late_projects(first, people(first), clock, 5)
    spoil(database_url, late[0], late[1])
    engine = Engine(database_url, clock=clock)
    with pytest.raises(TickFailed) as raised:
        engine.tick(limit=2)
    assert raised.value.fired == 2
    assert sum(fired(first, id) for id in late) == 2
    first.close()
    engine.close()


def test_where_the_store_fails_no_project_is_blamed(database_url: str, clock: SettableClock) -> None:
    engine = Engine(database_url, clock=clock)
    late_projects(engine, people(engine), clock, 3)
    asked = []

    def stop() -> bool:
        if len(asked) == 2:
            run(
                database_url,
                "ALTER TABLE axflow_projects RENAME TO elsewhere",
                "ALTER TABLE axflow_directory RENAME TO elsewhere_too",
            )
        asked.append(len(asked))
        return False

    with pytest.raises(StoreError, match="db upgrade"):
        engine.tick(stop=stop)
    assert len(asked) == 3
    engine.close()


def test_what_was_only_counted_is_summed_up_beside_one_that_fails(database_url: str, clock: SettableClock) -> None:
    first = Engine(database_url, clock=clock)
    who = people(first)
    late = late_projects(first, who, clock, 1)
    other = first.open("repair", firm="acme", actor=who["clerk"]).id
    for _ in range(MOST_REFUSALS + 3):
        first.send(other, "finish", actor=who["checker"])
    clock.advance(hours=2)
    spoil(database_url, *late)
    engine = Engine(database_url, clock=clock)
    with pytest.raises(TickFailed):
        engine.tick()
    assert engine.history(other)[-1].entry.public["refusals.count"] == 3
    first.close()
    engine.close()


def test_many_tick_at_once_and_each_timer_fires_once(database_url: str, clock: SettableClock) -> None:
    engine = Engine(database_url, clock=clock)
    late = late_projects(engine, people(engine), clock, 60)
    total: Counter[str] = Counter()

    def work(name: str) -> None:
        mine = Engine(database_url, clock=clock)
        while moved := mine.tick(limit=7):
            total[name] += moved
        mine.close()

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(total.values()) == 60
    assert [fired(engine, id) for id in late] == [1] * 60
    assert engine.verify().good
    engine.close()


@pytest.mark.postgres
def test_a_project_that_another_transaction_holds_is_passed_over(postgres_url: str, clock: SettableClock) -> None:
    """Nobody waits for it, and it is fired once it is free."""
    engine, other = Engine(postgres_url, clock=clock), Engine(postgres_url, clock=clock)
    late = late_projects(engine, people(engine), clock, 3)
    with other.store.writing() as unit:
        unit.lock(late[0])
        assert engine.tick() == 2
        assert [fired(engine, id) for id in late] == [0, 1, 1]
        assert engine.tick() == 0
    assert engine.tick() == 1
    assert [fired(engine, id) for id in late] == [1, 1, 1]
    engine.close()
    other.close()


def test_counted_refusals_of_several_projects_each_get_their_entry(
    engine: Engine, who: dict[str, Actor], clock: SettableClock
) -> None:
    opened = [engine.open("repair", firm="acme", actor=who["clerk"]).id for _ in range(2)]
    for number, id in enumerate(opened, 1):
        for _ in range(MOST_REFUSALS + number):
            engine.send(id, "finish", actor=who["checker"])
    clock.advance(hours=2)
    assert engine.tick() == 0
    assert [engine.history(id)[-1].entry.public["refusals.count"] for id in opened] == [1, 2]
