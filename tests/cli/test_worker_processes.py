"""Workers side by side on one database, ended by signals and killed at any moment: each timer fires once."""

from __future__ import annotations

import json
import random
import re
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from axflow.engine import Engine
from axflow.interchange.signature import new_secret
from axflow.kernel.moment import utc_text
from tests.cli.workers import WorkerProcess, late_projects, until
from tests.interchange.receiver import Receiver, Request, status

SECRET = new_secret()


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = Engine(url)
    yield made
    made.close()


def anything_due(engine: Engine) -> bool:
    with engine.store.reading() as unit:
        return bool(unit.due(utc_text(engine.clock()), 1))


def timers(engine: Engine, project: str) -> Counter[str]:
    """Entries of timers, by the timer that caused them."""
    return Counter(str(item.entry.cause) for item in engine.history(project) if item.entry.kind == "timer")


def ended_all(workers: list[WorkerProcess]) -> list[int]:
    """End workers once all of them are at work; one that is still starting knows no signals yet."""
    until(lambda: all(worker.passes for worker in workers))
    return [worker.end() for worker in workers]


def expected(project: str) -> Counter[str]:
    """What `timers` must be in the end."""
    return Counter(["timer:deadline:bench_time" if int(project[1:]) % 3 else "timer:hold_review:paused"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(url: str, number: int) -> None:
    late_projects(url, 2)
    worker = WorkerProcess(url, "--interval", "60")
    until(lambda: bool(worker.passes))
    began = time.monotonic()
    assert worker.end(number) == 0
    assert time.monotonic() - began < 10
    assert "axflow: stopped\n" in worker.told
    assert worker.passes[0]["fired"] == 2


def test_the_step_in_hand_is_finished_first(url: str, engine: Engine) -> None:
    """A message that is being delivered when the signal comes is delivered, and acknowledged."""
    late_projects(url, 3)
    arrived = threading.Event()

    def slow(connection: socket.socket) -> None:
        arrived.set()
        time.sleep(1)
        status(204)(connection)

    with Receiver(slow) as receiver:
        worker = WorkerProcess(url, "--webhook", receiver.url, AXFLOW_WEBHOOK_SECRET=SECRET)
        until(arrived.is_set)
        assert worker.end() == 0
    (last,) = worker.passes
    assert last["delivery"]["delivered"] == len(receiver.requests) == 1
    delivered = told(receiver.requests[0])[2]
    left = engine.messages(limit=1_000)
    assert len(left) >= 3 and delivered not in [message.id for message in left]
    assert [message for message in left if message.leased_by is not None or message.attempts] == []


def test_errors_of_the_database_are_told_and_tried_again(url: str, engine: Engine) -> None:
    (late,) = late_projects(url, 1)

    database = create_engine(url)

    def rename(old: str, new: str) -> None:
        with database.begin() as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    rename("axflow_timers", "elsewhere")
    worker = WorkerProcess(url, "--interval", "0.1")
    until(lambda: len(worker.told) >= 2)
    assert worker.running and worker.passes == []
    rename("elsewhere", "axflow_timers")
    until(lambda: bool(worker.passes))
    assert worker.end() == 0
    assert worker.told.pop() == "axflow: stopped\n"
    for line in worker.told:
        assert re.fullmatch(r"axflow: .*(?:no such table|has not the tables).*; again in \d+\.\d s\n", line)
    assert timers(engine, late) == expected(late)
    database.dispose()


@pytest.mark.postgres
def test_lost_connections_are_replaced(postgres_url: str) -> None:
    """The server ends every connection, again and again: at most a pass is told as lost, and the next works."""
    late_projects(postgres_url, 2)
    worker = WorkerProcess(postgres_url, "--interval", "0.1")
    database = create_engine(postgres_url)
    for _ in range(5):
        seen = len(worker.passes)
        until(lambda seen=seen: len(worker.passes) > seen)  # type: ignore[misc]
        with database.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            )
    seen = len(worker.passes)
    until(lambda: len(worker.passes) > seen)
    assert worker.end() == 0
    assert worker.told.pop() == "axflow: stopped\n"
    assert [line for line in worker.told if not re.search(r"connection was lost.*; again in", line)] == []
    assert worker.passes[0]["fired"] == 2
    database.dispose()


@pytest.mark.slow
def test_workers_killed_at_any_moment_fire_each_timer_once(url: str, engine: Engine) -> None:
    chance = random.Random(7)
    late = late_projects(url, 240)
    workers: list[WorkerProcess] = []
    ended: list[WorkerProcess] = []

    def start() -> None:
        workers.append(WorkerProcess(url, "--interval", "0.1", "--limit", "3"))

    for _ in range(4):
        start()
    kills, quota = 0, chance.randint(1, 6)
    end = time.monotonic() + 240
    while anything_due(engine):
        assert time.monotonic() < end
        for worker in [w for w in workers if sum(p["fired"] for p in w.passes) >= quota]:
            if kills < 9:
                time.sleep(chance.random() / 100)
                worker.kill()
                workers.remove(worker)
                ended.append(worker)
                kills += 1
                start()
            quota = chance.randint(1, 20)
        time.sleep(0.002)
    assert ended_all(workers) == [0] * 4
    assert kills >= 6
    for id in late:
        assert timers(engine, id) == expected(id)
    report = engine.verify()
    assert report.good, report.breaks
    told = [line for worker in [*workers, *ended] for line in worker.told if "axflow: p" in line]
    assert told == []
    served = [sum(p["fired"] for p in worker.passes) for worker in [*workers, *ended]]
    assert sum(count > 0 for count in served) >= 4, served


@pytest.mark.slow
def test_workers_killed_while_they_deliver_lose_no_message(url: str, engine: Engine) -> None:
    """At least once, in order for each project: what was in a killed worker's hands comes again after its lease."""
    chance = random.Random(11)
    late_projects(url, 30)
    with Receiver(status(204)) as receiver:

        def start() -> WorkerProcess:
            return WorkerProcess(
                url, "--interval", "0.1", "--limit", "20", "--webhook", receiver.url, "--timeout", "0.5",
                AXFLOW_WEBHOOK_SECRET=SECRET,
            )  # fmt: skip

        workers = [start() for _ in range(3)]
        for mark in range(15, 60, 15):
            until(lambda mark=mark: len(receiver.requests) >= mark)  # type: ignore[misc]
            time.sleep(chance.random() / 100)
            workers.pop(0).kill()
            workers.append(start())
        until(lambda: not anything_due(engine) and not engine.messages(limit=1))
        assert ended_all(workers) == [0] * 3
        requests = list(receiver.requests)
    assert engine.dead_letters() == []
    first: dict[str, list[int]] = {}
    for request in requests:
        project, _, number = told(request)
        if number not in first.setdefault(project, []):
            first[project].append(number)
    assert first == {id: sorted(seen) for id, seen in first.items()}
    for id, seen in first.items():
        entries = [item.entry.seq for item in engine.history(id) if item.entry.outcome != "refused"]
        assert {told(request)[1] for request in requests if told(request)[0] == id} == set(entries)
        assert len(seen) >= len(entries)
    # Each kill left at most the one message that was just being posted to come again.
    assert len(requests) - sum(len(seen) for seen in first.values()) <= 3


def told(request: Request) -> tuple[str, int, int]:
    """Project, entry and number of the message in a request."""
    event = json.loads(request.body)
    return event["subject"], event["seq"], int(event["id"].partition("-")[2])
