"""Several engines on one database at once: nothing is lost, nothing is decided on what is no longer so."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from axflow.engine import Engine, VersionReused
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock
from axflow.testing.writers_contract import together
from tests.engine.flow import definition, people

ROOT = Path(__file__).parents[2]
MANY = 4


@pytest.fixture
def engines(database_url: str, clock: SettableClock) -> Iterator[list[Engine]]:
    """Engines that share nothing but the database, as those of several processes do."""
    made = [Engine(database_url, clock=clock) for _ in range(MANY)]
    yield made
    for engine in made:
        engine.close()


@pytest.fixture
def who(engines: list[Engine]) -> dict[str, Actor]:
    return people(engines[0])


@pytest.fixture
def project(engines: list[Engine], who: dict[str, Actor]) -> str:
    return engines[0].open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id


def test_a_key_opens_one_project_whoever_asks(engines: list[Engine], who: dict[str, Actor]) -> None:
    """There is no row to hold before there is a project: the key itself decides."""
    for key in "abcde":
        told = together(
            *[
                lambda e=engine, k=key: e.open("repair", firm="acme", title="Lamp", actor=who["clerk"], key=k).id
                for engine in engines
            ]
        )
        assert len(set(told)) == 1
        assert isinstance(told[0], str)
    assert len(list(engines[0].projects())) == 5
    report = engines[0].verify()
    assert (report.good, report.entries) == (True, 5)


def test_of_several_who_saw_the_same_version_one_moves_it(
    engines: list[Engine], who: dict[str, Actor], project: str
) -> None:
    seen = engines[0].project(project).project.version
    told = together(
        *[lambda e=engine: e.send(project, "start", actor=who["clerk"], expected=seen).outcome for engine in engines]
    )
    assert Counter(map(str, told)) == {"moved": 1, "refused": MANY - 1}
    codes = [json.loads(entry.body)["blockers"] for entry in stored(engines[0], project)[2:]]
    assert codes == [["stale"]] * (MANY - 1)
    assert engines[1].verify().good


def stored(engine: Engine, project: str) -> list[object]:
    with engine.store.reading() as unit:
        return list(unit.entries(project))


def test_a_repeated_send_counts_once(engines: list[Engine], who: dict[str, Actor], project: str) -> None:
    told = together(
        *[lambda e=engine: e.send(project, "start", actor=who["clerk"], key="k").outcome for engine in engines]
    )
    assert Counter(map(str, told)) == {"moved": 1, "duplicate": MANY - 1}
    assert len(stored(engines[0], project)) == 2


def test_no_record_is_lost(engines: list[Engine], who: dict[str, Actor], project: str) -> None:
    """All at once, from engines that keep what they last saw, and from threads that share one."""
    engines[0].send(project, "start", actor=who["clerk"]).require()

    def add(number: int) -> list[str]:
        engine = engines[number % MANY]
        values = [{"serial": f"{number}-{turn}", "grade": turn} for turn in range(5)]
        return [engine.record(project, "report", one, actor=who["checker"]).outcome for one in values]

    told = together(*[lambda number=number: add(number) for number in range(2 * MANY)])
    assert told == [["recorded"] * 5] * (2 * MANY)
    report = engines[0].verify()
    assert (report.good, report.entries) == (True, 2 + 10 * MANY)


def test_what_must_be_unique_is_recorded_once(engines: list[Engine], who: dict[str, Actor]) -> None:
    """Across projects, each written by another engine: one has it, the others are told by which."""
    ids = [engines[0].open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id for _ in range(MANY)]
    told = together(
        *[
            lambda e=engine, p=project: e.record(p, "report", {"serial": "same", "grade": 3}, actor=who["checker"])
            for engine, project in zip(engines, ids, strict=True)
        ]
    )
    outcomes = Counter(decision.outcome for decision in told)  # type: ignore[union-attr]
    assert outcomes == {"recorded": 1, "refused": MANY - 1}
    codes = {blocker.code for decision in told for blocker in decision.blockers}  # type: ignore[union-attr]
    assert len(codes) == 1
    assert engines[0].verify().good


def test_batches_in_opposite_orders_do_not_wait_for_each_other(
    engines: list[Engine], who: dict[str, Actor], project: str, database_url: str
) -> None:
    """They take projects in one order, whatever the order in which they write them."""
    other = engines[0].open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    photo = {"actor": who["client"], "evidence": "photo"}

    def batch(engine: Engine, *ids: str) -> int:
        count = 0
        for _ in range(5):
            sends = [(id, commands.Record(values={}, **photo)) for id in ids]  # type: ignore[arg-type]
            count += len(engine.send_many(sends))
        return count

    told = together(*[
        lambda e=engine, ids=ids: batch(e, *ids)
        for engine, ids in zip(engines, [(project, other), (other, project)] * 2, strict=True)
    ])  # fmt: skip
    assert told == [10] * MANY
    assert engines[0].verify().good
    assert engines[0].verify().entries == 2 + 10 * MANY
    if database_url.startswith("postgresql"):
        for engine in engines:
            engine.close()  # a session tells the server's statistics when it ends
        counted = create_engine(database_url)
        with counted.connect() as connection:
            asked = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            assert connection.scalar(asked) == 0
        counted.dispose()


def test_the_directory_takes_changes_from_everybody(engines: list[Engine], who: dict[str, Actor]) -> None:
    before = len(engines[0].directory.current.changes)
    told = together(
        *[
            lambda e=engine, n=number: [e.directory.grant(f"p{n}", "clerk", "office") for _ in range(3)]
            for number, engine in enumerate(engines)
        ]
    )
    numbers = sorted(number for one in told for number in one)  # type: ignore[union-attr]
    assert numbers == list(range(before + 1, before + 1 + 3 * MANY))
    assert engines[0].verify().good


def test_a_version_is_published_once(engines: list[Engine], who: dict[str, Actor]) -> None:
    """The same by several is fine; of different ones under one version, one stands and the others are told."""
    second = definition("2")
    assert together(*[lambda e=engine: e.publish(second).digest for engine in engines]) == [second.digest] * MANY
    others = [definition("3", **{"en: Repair,": f"en: Repair {number},"}) for number in range(MANY)]
    told = together(*[lambda e=e, d=d: e.publish(d).digest for e, d in zip(engines, others, strict=True)])
    stands = [one for one in told if isinstance(one, str)]
    assert len(stands) == 1
    assert sum(isinstance(one, VersionReused) for one in told) == MANY - 1


@pytest.mark.postgres
def test_who_lost_the_role_while_waiting_is_not_authorised(postgres_url: str, clock: SettableClock) -> None:
    """What an act rests on is read once the project is held, not before."""
    engine, other = Engine(postgres_url, clock=clock), Engine(postgres_url, clock=clock)
    who = people(engine)
    project = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    grant = engine.directory.grant("new", "clerk", "office")
    with ThreadPoolExecutor(1) as pool:
        with engine.store.writing() as unit:
            unit.lock(project)
            waiting = pool.submit(other.send, project, "start", actor=Actor("new", "office"))
            threading.Event().wait(0.3)
            pool_of_its_own = Engine(postgres_url, clock=clock)
            pool_of_its_own.directory.revoke(grant)
            pool_of_its_own.close()
        decision = waiting.result()
    assert {blocker.code for blocker in decision.blockers} == {"not_authorised"}
    engine.close()
    other.close()


@pytest.mark.postgres
def test_a_process_that_dies_in_the_middle_leaves_nothing_and_holds_nothing(
    postgres_url: str, clock: SettableClock
) -> None:
    """Killed after its rows were sent and before the commit: the server gives its locks back."""
    engine = Engine(postgres_url, clock=clock)
    who = people(engine)
    project = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    script = (
        "import os, sys\n"
        "from axflow import Actor, Engine\n"
        "from axflow.store.sql import SqlUnit\n"
        "flush = SqlUnit.flush\n"
        "def die(self):\n"
        "    wrote = bool(self._entries)\n"
        "    flush(self)\n"
        "    if wrote: os._exit(9)\n"
        "SqlUnit.flush = die\n"
        "Engine(sys.argv[1]).send(sys.argv[2], 'start', actor=Actor('clerk', 'office'))\n"
    )
    died = subprocess.run([sys.executable, "-c", script, postgres_url, project], cwd=ROOT, check=False)
    assert died.returncode == 9
    assert engine.verify().entries == 1
    assert engine.send(project, "start", actor=who["clerk"]).outcome == "moved"
    assert engine.verify().good
    engine.close()
