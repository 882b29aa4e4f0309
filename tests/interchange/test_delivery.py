"""Delivery: each message arrives, in order for each project, through every trouble that a receiver can make."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Verifier

from axflow.engine import Engine, RetryPolicy
from axflow.interchange.delivery import Delivered, Delivery
from axflow.interchange.signature import Signer, new_secret
from axflow.interchange.webhook import Webhook
from axflow.kernel.decision import Message
from axflow.store.errors import StoreError
from axflow.testing import SettableClock
from axflow.testing.rows import entry_of, project_of, write
from tests.interchange.receiver import Receiver, Request, closing, reset, saying, silence, status

SECRET = new_secret()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, clock: SettableClock) -> Iterator[Engine]:
    made = Engine.memory(clock=clock) if request.param == "memory" else Engine(tmp_path / "a.db", clock=clock)
    yield made
    made.close()


def post(engine: Engine, projects: int, each: int) -> None:
    """Projects `a`, `b`, … with so many messages each, posted in turn."""
    with engine.store.writing() as unit:
        for number in range(projects):
            id = chr(97 + number)
            write(unit, project_of(id, each), *(entry_of(id, seq) for seq in range(1, each + 1)))
        for seq in range(1, each + 1):
            for number in range(projects):
                unit.post(chr(97 + number), Message("send", seq, (), {"name": "go", "outcome": "moved", "stage": "b"}))


def delivery(engine: Engine, receiver: Receiver, retry: RetryPolicy | None = None) -> Delivery:
    webhook = Webhook(receiver.url, Signer.parse(SECRET), timeout=0.5)
    return Delivery(engine, webhook, consumer="one", retry=retry or RetryPolicy())


def told(request: Request) -> tuple[str, int]:
    event = json.loads(request.body)
    return event["subject"], event["seq"]


def test_all_that_waits_is_delivered_in_order(engine: Engine) -> None:
    post(engine, projects=3, each=7)
    with Receiver(status(204)) as receiver:
        assert delivery(engine, receiver).run() == Delivered(delivered=21)
    seen: dict[str, list[int]] = defaultdict(list)
    for request in receiver.requests:
        seen[told(request)[0]].append(told(request)[1])
    assert seen == {name: list(range(1, 8)) for name in "abc"}
    assert engine.messages() == []


def test_a_limit_bounds_the_attempts(engine: Engine) -> None:
    post(engine, projects=4, each=3)
    with Receiver(status(204), status(500), status(204)) as receiver:
        assert delivery(engine, receiver).run(limit=5) == Delivered(delivered=4, put_off=1, why="status 500")
    assert len(receiver.requests) == 5


def test_what_fails_is_put_off_and_comes_again_as_the_same_message(engine: Engine, clock: SettableClock) -> None:
    post(engine, projects=1, each=2)
    with Receiver(status(500), status(204)) as receiver:
        carrying = delivery(engine, receiver)
        assert carrying.run() == Delivered(put_off=1, why="status 500")
        assert carrying.run() == Delivered()
        clock.advance(seconds=5)
        assert carrying.run() == Delivered(delivered=2)
    first, second, third = receiver.requests
    assert [told(request)[1] for request in receiver.requests] == [1, 1, 2]
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] != third.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5


def test_signatures_are_of_the_time_of_the_attempt(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "now.db")
    post(engine, projects=1, each=1)
    with Receiver(status(204)) as receiver:
        delivery(engine, receiver).run()
    (request,) = receiver.requests
    assert Verifier(SECRET).verify(request.body, request.headers)["subject"] == "a"
    engine.close()


def test_gone_is_a_dead_letter_at_once_and_the_next_goes_on(engine: Engine) -> None:
    post(engine, projects=1, each=2)
    with Receiver(status(410), status(204)) as receiver:
        assert delivery(engine, receiver).run() == Delivered(delivered=1, dead=1, why="status 410")
    (dead,) = engine.dead_letters()
    assert (dead.seq, dead.attempts, dead.failure) == (1, 1, "status 410")


def test_after_the_last_attempt_it_is_a_dead_letter(engine: Engine, clock: SettableClock) -> None:
    post(engine, projects=1, each=2)
    policy = RetryPolicy(attempts=3, first=timedelta(seconds=1))
    with Receiver(status(500), status(404), status(500), status(204)) as receiver:
        carrying = delivery(engine, receiver, policy)
        outcomes = []
        for _ in range(4):
            outcomes.append(carrying.run())
            clock.advance(minutes=1)
    assert outcomes == [
        Delivered(put_off=1, why="status 500"),
        Delivered(put_off=1, why="status 404"),
        Delivered(delivered=1, dead=1, why="status 500"),
        Delivered(),
    ]
    assert [told(request)[1] for request in receiver.requests] == [1, 1, 1, 2]


def test_whoever_asks_for_patience_gets_it(engine: Engine, clock: SettableClock) -> None:
    """The message comes again when the receiver said, and no other is tried in the meantime."""
    post(engine, projects=3, each=1)
    with Receiver(status(429, "Retry-After: 90"), status(204)) as receiver:
        carrying = delivery(engine, receiver)
        until = clock() + timedelta(seconds=90)
        assert carrying.run() == Delivered(put_off=1, why="status 429", resting_until=until)
        clock.advance(seconds=89)
        assert carrying.run() == Delivered(resting_until=until)
        assert len(receiver.requests) == 1
        assert [message.attempts for message in engine.messages()] == [1, 0, 0]
        clock.advance(seconds=1)
        assert carrying.run() == Delivered(delivered=3)


def test_a_receiver_that_is_down_costs_one_message_one_attempt_a_rest(engine: Engine, clock: SettableClock) -> None:
    post(engine, projects=3, each=1)
    with Receiver(closing) as receiver:
        pass
    carrying = delivery(engine, receiver)
    rests = []
    for _ in range(9):
        done = carrying.run()
        assert done.put_off == 1 and done.resting_until is not None
        assert done.why == f"http://localhost:{receiver.port}: the connection was refused"
        rests.append((done.resting_until - clock()).total_seconds())
        assert carrying.run() == Delivered(resting_until=done.resting_until)
        clock.set(done.resting_until)
        clock.advance(days=1)
    for rest, full in zip(rests, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True):
        assert full / 2 <= rest <= full
    assert sum(message.attempts for message in engine.messages()) == 9


def test_one_that_comes_back_is_no_longer_spared(engine: Engine, clock: SettableClock) -> None:
    post(engine, projects=1, each=3)
    with Receiver(closing, closing, closing, status(204), closing) as receiver:
        carrying = delivery(engine, receiver)
        for _ in range(4):
            last = carrying.run()
            clock.advance(days=1)
        assert (last.delivered, last.put_off) == (1, 1)
        assert last.resting_until is not None
        assert last.resting_until - (clock() - timedelta(days=1)) <= timedelta(seconds=1)


def test_who_is_told_to_stop_hands_back_what_it_holds(engine: Engine) -> None:
    post(engine, projects=5, each=1)
    with Receiver(status(204)) as receiver:
        done = delivery(engine, receiver).run(stop=lambda: len(receiver.requests) == 2)
    assert done == Delivered(delivered=2)
    assert [(m.project, m.attempts, m.leased_by) for m in engine.messages()] == [
        ("c", 0, None),
        ("d", 0, None),
        ("e", 0, None),
    ]


def test_no_attempt_begins_that_could_outlive_its_lease(engine: Engine, clock: SettableClock) -> None:
    """A slow receiver: what there is no time for within the lease is leased anew, and counts no attempt."""
    post(engine, projects=4, each=1)

    def slow(connection: socket.socket) -> None:
        clock.advance(seconds=5)
        status(204)(connection)

    with Receiver(slow) as receiver:
        assert delivery(engine, receiver).run() == Delivered(delivered=4)
    assert [told(request)[0] for request in receiver.requests] == ["a", "b", "c", "d"]


def test_a_message_without_its_entry_is_a_dead_letter(engine: Engine) -> None:
    with engine.store.writing() as unit:
        write(unit, project_of("a"), entry_of("a", 1))
        unit.post("a", Message("send", 2, (), {}))
    with Receiver(status(204)) as receiver:
        done = delivery(engine, receiver).run()
    assert done.dead == 1 and "which is not there" in (done.why or "")
    assert receiver.requests == []


def test_what_was_delivered_and_not_acknowledged_comes_again(tmp_path: Path, clock: SettableClock) -> None:
    """At least once: the store fails after the receiver took the message."""
    engine = Engine(tmp_path / "a.db", clock=clock)
    post(engine, projects=1, each=1)

    def taking(connection: socket.socket) -> None:
        rename("axflow_outbox", "elsewhere")
        status(204)(connection)

    def rename(old: str, new: str) -> None:
        with sqlite3.connect(tmp_path / "a.db") as database:
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")
        database.close()

    with Receiver(taking, status(204)) as receiver:
        with pytest.raises(StoreError):
            delivery(engine, receiver).run()
        rename("elsewhere", "axflow_outbox")
        clock.advance(minutes=2)
        assert delivery(engine, receiver).run() == Delivered(delivered=1)
    assert receiver.requests[0].headers["webhook-id"] == receiver.requests[1].headers["webhook-id"]
    engine.close()


def test_several_carry_at_once_through_every_trouble(tmp_path: Path) -> None:
    """Four threads, a receiver that fails in every way it can: each message is taken, in order for each project."""
    first = Engine(tmp_path / "a.db")
    post(first, projects=6, each=5)
    troubles = [status(500), closing, status(204), reset, saying(b"\x00"), silence, status(503), status(302)]
    quick = RetryPolicy(attempts=1_000, first=timedelta(milliseconds=20), longest=timedelta(milliseconds=20))

    def work(name: str) -> None:
        engine = Engine(tmp_path / "a.db")
        webhook = Webhook(receiver.url, Signer.parse(SECRET), timeout=0.5)
        end = time.monotonic() + 60
        while engine.messages(limit=1) and time.monotonic() < end:
            # Rests are up to a second and more: a new one each time has none.
            Delivery(engine, webhook, consumer=name, retry=quick).run(limit=3)
        engine.close()

    with Receiver(*troubles, status(204)) as receiver:
        threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert first.messages() == [] and first.dead_letters() == []
    taken: dict[str, list[int]] = defaultdict(list)
    for request in receiver.requests:
        project, seq = told(request)
        if seq not in taken[project]:
            taken[project].append(seq)
    assert taken == {name: [1, 2, 3, 4, 5] for name in "abcdef"}
    assert len(receiver.requests) == 30 + 7
    first.close()
