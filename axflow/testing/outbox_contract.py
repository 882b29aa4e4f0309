"""The outbox's part of the store's contract: order, leases, dead letters."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest

from axflow.kernel.decision import Message
from axflow.kernel.moment import utc_parse, utc_text
from axflow.store.protocol import Store
from axflow.store.rows import StoredMessage
from axflow.testing.rows import AT, entry_of, project_of, write


def at(seconds: int) -> str:
    """The time `seconds` after `AT`."""
    return utc_text(utc_parse(AT) + timedelta(seconds=seconds))


def post(store: Store, *projects: str) -> None:
    """Open these projects, and post a message of each, in the order given; a name that comes again posts again."""
    with store.writing() as unit:
        for place, id in enumerate(projects):
            if id not in projects[:place]:
                write(unit, project_of(id), entry_of(id, 1))
            unit.post(id, Message("moved", place + 1, ("role",), {"stage": "b"}))


def lease(store: Store, consumer: str, now: int, until: int, limit: int = 9) -> Sequence[StoredMessage]:
    """Lease in a transaction of its own; times in seconds after `AT`."""
    with store.writing() as unit:
        return unit.lease(consumer, at(now), at(until), limit)


def seqs(messages: Sequence[StoredMessage]) -> list[int]:
    """The entries that messages tell of; `post` numbers them in order."""
    return [message.seq for message in messages]


class OutboxContract:
    """What every outbox keeps to. `StoreContract` is this and more."""

    def test_messages_wait_in_order_until_they_are_acknowledged(self, store: Store) -> None:
        """At least once: what is not acknowledged comes again; numbers are not used twice."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))
            for number in (1, 2, 3):
                unit.post("p1", Message("moved", number, ("role", "역할"), {"to": "b"}))
        with store.writing() as unit:
            found = unit.messages(0, 2)
            assert [(m.seq, m.to, m.data, m.kind, m.project) for m in found] == [
                (number, ("role", "역할"), {"to": "b"}, "moved", "p1") for number in (1, 2)
            ]
            assert unit.acknowledge(found[0].id) is True
            assert unit.acknowledge(found[0].id) is False
            last = unit.messages(found[1].id, 9)[0].id
            assert unit.acknowledge(last) is True
            unit.post("p1", Message("moved", 4, (), {}))
        with store.reading() as unit:
            assert seqs(unit.messages(0, 9)) == [2, 4]
            assert unit.messages(0, 9)[1].id > last

    def test_a_new_message_has_no_attempt_behind_it(self, store: Store) -> None:
        """Not leased, not put off, not dead."""
        post(store, "p1")
        with store.reading() as unit:
            (message,) = unit.messages(0, 9)
        assert message == StoredMessage(message.id, "p1", 1, "moved", ("role",), {"stage": "b"})

    def test_only_the_first_message_of_each_project_is_leased(self, store: Store) -> None:
        """The oldest first, up to the limit; the next of a project follows once the first is acknowledged."""
        post(store, "a", "b", "a", "c", "b")
        assert seqs(lease(store, "one", 0, 60, limit=2)) == [1, 2]
        assert seqs(lease(store, "two", 0, 60)) == [4]
        assert lease(store, "two", 0, 60) == []
        with store.writing() as unit:
            assert unit.acknowledge(unit.messages(0, 1)[0].id)
        (third,) = lease(store, "two", 1, 60)
        assert (third.seq, third.attempts, third.leased_by, third.leased_until) == (3, 1, "two", at(60))
        with store.reading() as unit:
            assert unit.messages(third.id - 1, 1) == [third]

    def test_a_lease_that_ran_out_is_given_again(self, store: Store) -> None:
        """At its end, not before; the attempt counts; whoever held it can no longer hand it back."""
        post(store, "a")
        (first,) = lease(store, "one", 0, 60)
        assert lease(store, "two", 59, 90) == []
        (second,) = lease(store, "two", 60, 120)
        assert (second.id, second.attempts, second.leased_by) == (first.id, 2, "two")
        with store.writing() as unit:
            assert unit.hand_back(first, 0, None, None, None) is False
            assert unit.hand_back(second, 2, None, None, None) is True
            assert unit.hand_back(second, 2, None, None, None) is False

    def test_one_consumer_cannot_confuse_two_leases_of_its_own(self, store: Store) -> None:
        """A consumer that was taken for dead, and leased anew under the same name, holds the later lease only."""
        post(store, "a")
        (first,) = lease(store, "one", 0, 60)
        (second,) = lease(store, "one", 60, 120)
        with store.writing() as unit:
            assert unit.hand_back(first, 1, None, "late", None) is False
            assert unit.messages(0, 1) == [second]

    def test_a_message_that_was_put_off_holds_its_project_back(self, store: Store) -> None:
        """Order is kept: the next message of the project waits behind it; other projects do not."""
        post(store, "a", "a", "b")
        first, other = lease(store, "one", 0, 60)
        with store.writing() as unit:
            assert unit.hand_back(first, 1, at(300), "connection refused", None)
            assert unit.acknowledge(other.id)
        assert lease(store, "one", 299, 360) == []
        with store.reading() as unit:
            kept = unit.messages(0, 1)[0]
        assert kept == first._replace(
            leased_by=None, leased_until=None, not_before=at(300), failure="connection refused"
        )
        (again,) = lease(store, "two", 300, 360)
        assert (again.id, again.attempts, again.failure) == (first.id, 2, "connection refused")

    def test_a_dead_letter_is_kept_and_lets_the_next_message_go_on(self, store: Store) -> None:
        """It is listed apart, in order, and leased no more."""
        post(store, "a", "a")
        (first,) = lease(store, "one", 0, 60)
        with store.writing() as unit:
            assert unit.hand_back(first, 1, None, "gone", at(1))
        (second,) = lease(store, "one", 1, 60)
        assert second.seq == 2
        with store.writing() as unit:
            assert unit.hand_back(second, 1, None, "gone too", at(2))
            assert unit.messages(0, 9) == []
            dead = unit.dead_letters(0, 9, False)
            assert [(m.seq, m.failure, m.dead_at) for m in dead] == [(1, "gone", at(1)), (2, "gone too", at(2))]
            assert unit.dead_letters(first.id, 9, False) == dead[1:]
            assert unit.dead_letters(0, 1, False) == dead[:1]
            assert unit.dead_letters(0, 9, True) == []
        assert lease(store, "one", 9_999, 10_060) == []

    def test_a_dead_letter_that_is_revived_comes_before_what_still_waits(self, store: Store) -> None:
        """It starts anew, and its last failure can still be read."""
        post(store, "a", "a")
        (first,) = lease(store, "one", 0, 60)
        with store.writing() as unit:
            unit.hand_back(first, 1, at(500), "gone", at(1))
            assert unit.revive(first.id, at(2)) is True
            assert unit.dead_letters(0, 9, False) == []
        (again,) = lease(store, "one", 2, 60)
        assert (again.id, again.attempts, again.failure, again.dead_at) == (first.id, 1, "gone", None)

    def test_what_is_put_off_can_be_revived_and_what_is_leased_cannot(self, store: Store) -> None:
        """Whoever holds a lease is left alone until it runs out."""
        post(store, "a")
        (first,) = lease(store, "one", 0, 60)
        with store.writing() as unit:
            assert unit.revive(first.id, at(59)) is False
            assert unit.drop(first.id, at(59), "no use") is False
            assert unit.revive(first.id, at(60)) is True
            assert unit.revive(first.id + 1, at(60)) is False
            assert unit.messages(0, 1)[0].attempts == 0
        (again,) = lease(store, "one", 60, 120)
        with store.writing() as unit:
            unit.hand_back(again, 1, at(999), "busy", None)
            assert unit.revive(again.id, at(61)) is True
        assert seqs(lease(store, "one", 61, 120)) == [1]

    @pytest.mark.parametrize("dead", [True, False])
    def test_what_is_dropped_is_kept_with_the_reason(self, store: Store, dead: bool) -> None:
        """It is neither leased nor listed with what stands, and not dropped or revived again."""
        post(store, "a", "a")
        (first,) = lease(store, "one", 0, 60)
        with store.writing() as unit:
            unit.hand_back(first, 1, at(500), "gone", at(1) if dead else None)
            assert unit.drop(first.id, at(3), "the receiver was told by letter") is True
            assert unit.drop(first.id, at(4), "twice") is False
            assert unit.revive(first.id, at(4)) is False
            assert unit.dead_letters(0, 9, False) == []
            (kept,) = unit.dead_letters(0, 9, True)
            assert (kept.dead_at, kept.dropped_at) == (at(1) if dead else at(3), at(3))
            assert (kept.failure, kept.dropped_reason) == ("gone", "the receiver was told by letter")
            assert seqs(unit.messages(0, 9)) == [2]
        assert seqs(lease(store, "one", 4, 60)) == [2]
        with store.writing() as unit:
            assert unit.acknowledge(first.id) is True
            assert unit.dead_letters(0, 9, True) == []

    def test_a_lease_that_is_taken_back_counts_nothing(self, store: Store) -> None:
        """Leases, acknowledgements and dead letters are part of their transaction."""
        post(store, "a", "b")
        with store.reading() as unit:
            before = unit.messages(0, 9)
        with pytest.raises(ZeroDivisionError), store.writing() as unit:
            first, second = unit.lease("one", at(0), at(60), 9)
            unit.hand_back(first, 1, None, "gone", at(1))
            unit.drop(first.id, at(1), "no use")
            unit.acknowledge(second.id)
            raise ZeroDivisionError
        with store.reading() as unit:
            assert unit.messages(0, 9) == before

    def test_what_was_posted_in_a_transaction_can_be_leased_in_it(self, store: Store) -> None:
        """A unit sees its own writes."""
        with store.writing() as unit:
            write(unit, project_of("a"), entry_of("a", 1))
            unit.post("a", Message("moved", 1, (), {}))
            assert seqs(unit.lease("one", at(0), at(60), 9)) == [1]

    def test_consumers_at_once_share_the_messages(self, store: Store) -> None:
        """Each message is given once, and the next of its project only after it is acknowledged."""
        names = [f"p{number}" for number in range(7)]
        post(store, *(name for _ in range(8) for name in names))
        told: list[tuple[str, str, int]] = []

        def consume(consumer: str) -> None:
            while True:
                leased = lease(store, consumer, 0, 60, limit=3)
                told.extend(("leased", message.project, message.id) for message in leased)
                for message in leased:
                    told.append(("acknowledged", message.project, message.id))
                    with store.writing() as unit:
                        assert unit.acknowledge(message.id)
                with store.reading() as unit:
                    if not unit.messages(0, 1):
                        return

        threads = [threading.Thread(target=consume, args=(f"c{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for name in names:
            acts = [(act, id) for act, project, id in told if project == name]
            ids = sorted({id for _, id in acts})
            assert acts == [(act, id) for id in ids for act in ("leased", "acknowledged")]
            assert len(ids) == 8
