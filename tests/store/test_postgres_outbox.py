"""The outbox on PostgreSQL, where several write at once: numbers are no order of commits; nobody waits for a lease."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from axflow.kernel.decision import Message
from axflow.store.errors import Busy, StoreError
from axflow.store.postgres import PostgresStore
from axflow.testing.outbox_contract import at, post, seqs
from axflow.testing.rows import entry_of, project_of, write

pytestmark = pytest.mark.postgres


@pytest.fixture
def stores(postgres_url: str) -> Iterator[tuple[PostgresStore, PostgresStore]]:
    """Two stores on one database, as two processes have them."""
    one, two = PostgresStore(postgres_url), PostgresStore(postgres_url)
    yield one, two
    one.close()
    two.close()


def test_a_message_may_appear_below_a_number_that_was_read(stores: tuple[PostgresStore, PostgresStore]) -> None:
    """Why a pass begins at 0: whoever goes on from the last number read never sees the message that came late."""
    one, two = stores
    with one.writing() as early:
        write(early, project_of("a"), entry_of("a", 1))
        early.post("a", Message("moved", 1, (), {}))
        (own,) = early.messages(0, 9)  # it has its number now, and nobody else sees it
        with two.writing() as late:
            write(late, project_of("b"), entry_of("b", 1))
            late.post("b", Message("moved", 1, (), {}))
        with two.reading() as unit:
            (read,) = unit.messages(0, 9)
        assert read.id > own.id
    with two.reading() as unit:
        assert unit.messages(read.id, 9) == []
        assert [message.project for message in unit.messages(0, 9)] == ["a", "b"]


def test_within_a_project_numbers_are_the_order_of_commits(stores: tuple[PostgresStore, PostgresStore]) -> None:
    """Who writes a project holds it: a second writer gets its number after the first has committed, or not at all."""
    one, two = stores
    with one.writing() as unit:
        write(unit, project_of("a"), entry_of("a", 1))
    with one.writing() as first:
        first.lock("a")
        kept = first.project("a")
        assert kept is not None
        write(first, kept.project._replace(seq=2), entry_of("a", 2), previous=kept.project)
        first.post("a", Message("moved", 2, (), {}))
        (own,) = first.messages(0, 9)
        with pytest.raises(Busy), two.writing() as second:
            second.lock("a", wait=False)
    with two.writing() as second:
        second.lock("a", wait=False)
        second.post("a", Message("moved", 3, (), {}))
        assert [(m.seq, m.id > own.id) for m in second.messages(0, 9)] == [(2, False), (3, True)]


def test_who_leases_waits_for_nobody(stores: tuple[PostgresStore, PostgresStore]) -> None:
    """What another transaction is leasing is passed over, and not given twice once it is committed."""
    one, two = stores
    post(one, "a", "a", "b", "c")
    with one.writing() as first:
        assert seqs(first.lease("one", at(0), at(60), 2)) == [1, 3]
        with two.writing() as second:
            assert seqs(second.lease("two", at(0), at(60), 9)) == [4]
    with two.writing() as second:
        assert second.lease("two", at(1), at(60), 9) == []


def test_a_consumer_that_breaks_off_in_its_transaction_holds_nothing(
    stores: tuple[PostgresStore, PostgresStore],
) -> None:
    """The connection dies between leasing and committing: the message was never leased."""
    one, two = stores
    post(one, "a")
    with pytest.raises(StoreError, match="connection was lost"), one.writing() as dying:
        assert seqs(dying.lease("one", at(0), at(60), 9)) == [1]
        with two.writing() as second:
            assert second.lease("two", at(0), at(60), 9) == []
        with two.engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
                )
            )
    with two.writing() as second:
        (again,) = second.lease("two", at(0), at(60), 9)
        assert again.attempts == 1
