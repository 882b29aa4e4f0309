"""Messages: leased by one consumer at a time, in order for each project, put off when they fail, dead in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from axflow.engine import Engine, RetryPolicy
from axflow.kernel.actor import Actor
from axflow.kernel.decision import Message
from axflow.kernel.moment import utc_parse, utc_text
from axflow.testing import SettableClock
from axflow.testing.rows import entry_of, project_of, write

TWO = RetryPolicy(attempts=2, first=timedelta(seconds=10))


@pytest.fixture
def messages(engine: Engine, who: dict[str, Actor], project: str) -> Iterator[list[int]]:
    """The numbers of two messages of one project, in order."""
    engine.send(project, "start", actor=who["clerk"])
    yield [message.id for message in engine.messages()]


def test_a_message_is_one_consumers_until_the_lease_ends(
    engine: Engine, messages: list[int], clock: SettableClock
) -> None:
    (leased,) = engine.lease("one", seconds=30)
    assert (leased.id, leased.attempts, leased.leased_by) == (messages[0], 1, "one")
    assert leased.leased_until == utc_text(clock() + timedelta(seconds=30))
    assert engine.lease("two") == []
    clock.advance(seconds=30)
    (again,) = engine.lease("two")
    assert (again.id, again.attempts) == (messages[0], 2)
    assert engine.ack(again.id) is True
    assert engine.ack(leased.id) is False
    assert [message.id for message in engine.lease("one")] == messages[1:]


def test_a_late_acknowledgement_counts(engine: Engine, messages: list[int], clock: SettableClock) -> None:
    """It was delivered, if late: nothing is gained by delivering it a third time."""
    (leased,) = engine.lease("one", seconds=30)
    clock.advance(seconds=31)
    engine.lease("two")
    assert engine.ack(leased.id) is True
    assert [message.id for message in engine.messages()] == messages[1:]


def test_a_failed_attempt_is_put_off_for_longer_and_longer(
    engine: Engine, messages: list[int], clock: SettableClock
) -> None:
    policy = RetryPolicy(attempts=30, first=timedelta(seconds=10), longest=timedelta(minutes=5))
    waits = []
    for _ in range(8):
        (leased,) = engine.lease("one", retry=policy)
        settled = engine.nack(leased, "connection refused", retry=policy)
        assert settled is not None and settled.not_before is not None and settled.dead_at is None
        assert engine.messages()[0] == settled
        wait = utc_parse(settled.not_before) - clock()
        waits.append(wait.total_seconds())
        clock.advance(seconds=wait.total_seconds() - 0.001)
        assert engine.lease("one", retry=policy) == []
        clock.advance(seconds=0.001)
    for wait, full in zip(waits, [10, 20, 40, 80, 160, 300, 300, 300], strict=True):
        assert full / 2 <= wait <= full


def test_waits_are_spread(engine: Engine) -> None:
    policy = RetryPolicy()
    assert policy.wait(1, 0.0) == timedelta(seconds=2.5)
    assert policy.wait(1, 1.0) == policy.wait(2, 0.0) == timedelta(seconds=5)
    assert policy.wait(10_000, 1.0) == timedelta(hours=6)
    whole = sum((policy.wait(attempt, 0.5) for attempt in range(1, policy.attempts)), timedelta())
    assert timedelta(days=1) < whole < timedelta(days=3)


def test_the_receiver_may_say_when_to_come_again(engine: Engine, messages: list[int], clock: SettableClock) -> None:
    (leased,) = engine.lease("one")
    settled = engine.nack(leased, "429", after=timedelta(minutes=7))
    assert settled is not None
    assert settled.not_before == utc_text(clock() + timedelta(minutes=7))


def test_after_the_last_attempt_it_is_a_dead_letter_and_the_next_goes_on(
    engine: Engine, messages: list[int], clock: SettableClock
) -> None:
    for attempt in (1, 2):
        (leased,) = engine.lease("one", retry=TWO)
        assert (leased.id, leased.attempts) == (messages[0], attempt)
        engine.nack(leased, f"status 500, time {attempt}", retry=TWO)
        clock.advance(seconds=20)
    (dead,) = engine.dead_letters()
    assert (dead.id, dead.attempts, dead.failure) == (messages[0], 2, "status 500, time 2")
    assert dead.dead_at is not None and dead.leased_by is None
    assert [message.id for message in engine.messages()] == messages[1:]
    assert [message.id for message in engine.lease("one")] == messages[1:]


def test_one_may_be_given_up_at_once(engine: Engine, messages: list[int]) -> None:
    (leased,) = engine.lease("one")
    settled = engine.nack(leased, "gone", dead=True)
    assert settled is not None and settled.dead_at is not None
    assert [message.id for message in engine.dead_letters()] == messages[:1]


def test_one_that_kills_its_consumers_becomes_a_dead_letter_too(
    engine: Engine, messages: list[int], clock: SettableClock
) -> None:
    for _ in range(2):
        assert [message.id for message in engine.lease("one", seconds=5, retry=TWO)] == messages[:1]
        clock.advance(seconds=5)
    assert [message.id for message in engine.lease("one", seconds=5, retry=TWO)] == messages[1:]
    (dead,) = engine.dead_letters()
    assert (dead.id, dead.attempts) == (messages[0], 2)
    assert "gone before it settled it" in (dead.failure or "")


def test_who_lost_the_lease_cannot_settle(engine: Engine, messages: list[int], clock: SettableClock) -> None:
    (leased,) = engine.lease("one", seconds=5)
    clock.advance(seconds=5)
    (current,) = engine.lease("two", seconds=5)
    assert engine.nack(leased, "too late", dead=True) is None
    assert engine.hand_back(leased) is False
    assert engine.messages()[0] == current


def test_what_is_handed_back_counts_no_attempt(engine: Engine, messages: list[int]) -> None:
    before = engine.messages()
    (leased,) = engine.lease("one")
    assert engine.hand_back(leased) is True
    assert engine.messages() == before


def test_a_dead_letter_can_be_tried_again(engine: Engine, messages: list[int]) -> None:
    (leased,) = engine.lease("one")
    engine.nack(leased, "gone", dead=True)
    assert engine.retry_message(leased.id) is True
    assert engine.dead_letters() == []
    (again,) = engine.lease("one")
    assert (again.id, again.attempts) == (messages[0], 1)
    assert engine.retry_message(again.id) is False


def test_a_dead_letter_can_be_dropped_with_a_reason(engine: Engine, messages: list[int], clock: SettableClock) -> None:
    (leased,) = engine.lease("one")
    assert engine.drop_message(leased.id, "not while it is leased") is False
    engine.nack(leased, "gone", dead=True)
    with pytest.raises(ValueError, match="say why"):
        engine.drop_message(leased.id, "  \n ")
    assert engine.drop_message(leased.id, "told\nby\x1b[31m letter") is True
    assert engine.drop_message(leased.id, "again") is False
    assert engine.retry_message(leased.id) is False
    assert engine.dead_letters() == []
    (dropped,) = engine.dead_letters(dropped=True)
    assert (dropped.id, dropped.dropped_at) == (messages[0], utc_text(clock()))
    assert dropped.dropped_reason == "told by [31m letter"


def test_a_failure_is_kept_in_one_short_line(engine: Engine, messages: list[int]) -> None:
    (leased,) = engine.lease("one")
    engine.nack(leased, "first\r\nsecond \x00" + "x" * 900)
    failure = engine.messages()[0].failure
    assert failure is not None and failure.startswith("first second xxx") and len(failure) == 500


@pytest.mark.parametrize(("consumer", "limit", "seconds"), [("", 1, 1), ("x" * 501, 1, 1), ("a", 0, 1), ("a", 1, 0)])
def test_a_lease_has_a_holder_and_an_end(engine: Engine, consumer: str, limit: int, seconds: float) -> None:
    with pytest.raises(ValueError, match=r"name the consumer|at least one message"):
        engine.lease(consumer, limit, seconds)


def test_a_dead_letter_is_announced_once_it_is_kept(engine: Engine, messages: list[int], clock: SettableClock) -> None:
    with capture_logs() as logs:
        (leased,) = engine.lease("one", seconds=5, retry=RetryPolicy(attempts=1))
        clock.advance(seconds=5)
        (second,) = engine.lease("one", seconds=5, retry=RetryPolicy(attempts=1))
        engine.nack(second, "status 410", dead=True)
        engine.nack(second, "status 410", dead=True)  # the lease has ended: nothing happens, nothing is said
    told = [(log["message"], log["failure"]) for log in logs if log["event"] == "axflow.dead_letter"]
    assert [id for id, _ in told] == messages
    assert told[1][1] == "status 410"
    assert leased.id == messages[0]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["lease", "lease", "lease", "ack", "ack", "nack", "die", "hand back", "wait", "post", "retry"]),
        st.integers(0, 5),
    ),
    min_size=10,
    max_size=120,
)


@given(STEPS)
def test_whatever_consumers_do_messages_come_in_order_and_none_is_lost(steps: list[tuple[str, int]]) -> None:
    """Any interleaving of consumers that lease, settle, die and come late; then one patient consumer takes the rest."""
    clock = SettableClock()
    engine = Engine.memory(clock=clock)
    posted: dict[str, int] = defaultdict(int)
    delivered: dict[str, list[int]] = defaultdict(list)
    held = []
    ended: set[tuple[str, int]] = set()

    def post(project: str) -> None:
        with engine.store.writing() as unit:
            if not posted[project]:
                write(unit, project_of(project), entry_of(project, 1))
            posted[project] += 1
            unit.post(project, Message("moved", posted[project], (), {}))

    for project in "aab":
        post(project)
    for act, number in steps:
        if act == "lease":
            leased = engine.lease(f"c{number}", 1 + number, 60, retry=TWO)
            holders = [h.id for h in held if h.leased_until > utc_text(clock())]
            assert not {m.id for m in leased} & set(holders), "two consumers hold one message"
            for message in leased:
                if message.seq not in delivered[message.project]:
                    delivered[message.project].append(message.seq)
            held += leased
        elif act == "post":
            post("abcdef"[number])
        elif act == "wait":
            clock.advance(seconds=(1, 10, 30, 60, 61, 600)[number])
        elif act == "retry":
            for dead in engine.dead_letters()[:1]:
                assert engine.retry_message(dead.id)
        elif held:
            message = held.pop(number % len(held))
            if act == "ack":
                engine.ack(message.id)
                ended.add((message.project, message.seq))
            elif act == "nack":
                engine.nack(message, "no", retry=TWO)
            elif act == "hand back":
                engine.hand_back(message)
    for _ in range(400):
        clock.advance(days=1)
        batch = engine.lease("patient")
        for message in batch:
            if message.seq not in delivered[message.project]:
                delivered[message.project].append(message.seq)
            engine.ack(message.id)
            ended.add((message.project, message.seq))
        if not batch:
            break
    assert engine.messages() == []
    dead = {(message.project, message.seq) for message in engine.dead_letters()}
    assert ended | dead == {(project, seq) for project, count in posted.items() for seq in range(1, count + 1)}
    for seqs in delivered.values():
        assert all(first < second for first, second in pairwise(seqs))
