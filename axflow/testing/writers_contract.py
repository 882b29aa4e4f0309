"""What a store promises when several write at once. Part of `StoreContract`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import pytest

from axflow.journal.chain import verify_chain
from axflow.journal.sealing import seal
from axflow.store.errors import Busy, ClaimTaken, Conflict
from axflow.store.protocol import Store, Unit
from axflow.store.rows import StoredChange, StoredKey
from axflow.testing.rows import AT, entry_of, project_of, write

_T = TypeVar("_T")
WRITERS: Final = 4
_A_WHILE: Final = 0.2
"""Seconds in which a writer that need not wait would long have been through."""


def together(*acts: Callable[[], _T]) -> list[_T | Exception]:
    """Do all at the same time, each in a thread of its own; what each gave or raised, in order."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], _T]) -> _T | Exception:
        gate.wait()
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def add_one(unit: Unit) -> int:
    """Take project `p1` and add an entry to it."""
    unit.lock("p1")
    kept = unit.project("p1")
    assert kept is not None
    seq = kept.project.seq + 1
    write(unit, kept.project._replace(seq=seq), entry_of("p1", seq), previous=kept.project)
    return seq


class WritersContract:
    """No update is lost, nothing unique is given twice, and who waits sees what was committed."""

    def test_writers_take_turns(self, store: Store) -> None:
        """Threads that add to one project never write on the same state."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))

        def add() -> None:
            for _ in range(8):
                with store.writing() as unit:
                    add_one(unit)

        assert together(*[add] * WRITERS) == [None] * WRITERS
        with store.reading() as unit:
            entries = unit.entries("p1")
            assert [entry.seq for entry in entries] == list(range(1, WRITERS * 8 + 2))
            assert verify_chain(entry.body for entry in entries) is None

    def test_the_second_writer_waits_and_sees_what_the_first_wrote(self, store: Store) -> None:
        """Who takes a project holds it to the end of the transaction."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))
        through = threading.Event()

        def second() -> tuple[bytes | None, int]:
            with store.writing() as unit:
                head = unit.lock("p1")
                through.set()
                kept = unit.project("p1")
                assert kept is not None
                assert kept.head == head
                return head, kept.project.seq

        with ThreadPoolExecutor(1) as pool:
            with store.writing() as unit:
                add_one(unit)
                waiting = pool.submit(second)
                assert not through.wait(_A_WHILE)
                head = unit.lock("p1")
            assert waiting.result() == (head, 2)

    def test_who_will_not_wait_is_told_or_sees_what_the_first_wrote(self, store: Store) -> None:
        """`Busy`, or the first is through; never the state before it. The transaction goes on."""
        with store.writing() as unit:
            before = write(unit, project_of("p1"), entry_of("p1", 1))
            assert unit.lock("p1", wait=False) == before
            other = write(unit, project_of("p2"), entry_of("p2", 1))

        def second() -> bytes | None:
            with store.writing() as unit:
                try:
                    return unit.lock("p1", wait=False)
                except Busy as busy:
                    assert busy.project == "p1"
                    assert unit.lock("p2", wait=False) == other
                    return None

        with ThreadPoolExecutor(1) as pool:
            with store.writing() as unit:
                add_one(unit)
                after = unit.lock("p1")
                told = pool.submit(second)
                threading.Event().wait(_A_WHILE)
            assert told.result() in (None, after)

    def test_a_project_that_is_not_there_is_not_taken(self, store: Store) -> None:
        """None, whether the caller would wait or not."""
        with store.writing() as unit:
            assert unit.lock("p1") is None
            assert unit.lock("p1", wait=False) is None

    def test_a_reader_sees_one_state(self, store: Store) -> None:
        """What is committed meanwhile shows in the next transaction."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))
        done = threading.Event()

        def second() -> None:
            with store.writing() as unit:
                add_one(unit)
            done.set()

        with ThreadPoolExecutor(1) as pool:
            with store.reading() as unit:
                assert len(unit.entries("p1")) == 1
                written = pool.submit(second)
                done.wait(_A_WHILE)
                assert len(unit.entries("p1")) == 1
                kept = unit.project("p1")
                assert kept is not None
                assert kept.project.seq == 1
            written.result()
        with store.reading() as unit:
            assert len(unit.entries("p1")) == 2

    def test_one_of_several_gets_the_claim(self, store: Store) -> None:
        """The others are told by whom the value is held."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))

        def claim(record: str) -> str:
            with store.writing() as unit:
                unit.claim("x", "p1", record)
            return record

        told = together(*[lambda record=f"e{number}": claim(record) for number in range(WRITERS)])
        (winner,) = [one for one in told if isinstance(one, str)]
        losers = [one for one in told if isinstance(one, ClaimTaken)]
        assert [loser.holder for loser in losers] == [winner] * (WRITERS - 1)
        with store.reading() as unit:
            assert unit.claimed("x") == ("p1", winner)

    def test_a_claim_of_who_failed_is_free(self, store: Store) -> None:
        """The one that waited for it gets it."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))

        def claim() -> None:
            with store.writing() as unit:
                unit.claim("x", "p1", "second")

        with ThreadPoolExecutor(1) as pool:
            with pytest.raises(ZeroDivisionError), store.writing() as unit:
                unit.claim("x", "p1", "first")
                waiting = pool.submit(claim)
                threading.Event().wait(_A_WHILE)
                raise ZeroDivisionError
            waiting.result()
        with store.reading() as unit:
            assert unit.claimed("x") == ("p1", "second")

    def test_one_of_several_binds_the_key(self, store: Store) -> None:
        """The others are told to try again, and then find it bound."""

        def bind(outcome: str) -> str:
            with store.writing() as unit:
                unit.bind("definition:d", "k", StoredKey("f", "p1", 1, outcome))
            return outcome

        told = together(*[lambda outcome=f"o{number}": bind(outcome) for number in range(WRITERS)])
        (winner,) = [one for one in told if isinstance(one, str)]
        assert sum(isinstance(one, Conflict) for one in told) == WRITERS - 1
        with store.reading() as unit:
            assert unit.key("definition:d", "k") == StoredKey("f", "p1", 1, winner)

    def test_one_of_several_opens_the_project(self, store: Store) -> None:
        """An id names one project, and nothing of the others is left."""

        def open(number: int) -> int:
            with store.writing() as unit:
                write(unit, project_of("p1", firm=f"firm-{number}"), entry_of("p1", 1))
                unit.alias(f"{number}", "office", "p1")
            return number

        told = together(*[lambda number=number: open(number) for number in range(WRITERS)])
        (winner,) = [one for one in told if isinstance(one, int)]
        assert sum(isinstance(one, Conflict) for one in told) == WRITERS - 1
        with store.reading() as unit:
            kept = unit.project("p1")
            assert kept is not None
            assert kept.project.firm == f"firm-{winner}"
            assert len(unit.entries("p1")) == 1
            assert [list(unit.by_alias(f"{n}")) for n in range(WRITERS)] == [
                ["p1"] if n == winner else [] for n in range(WRITERS)
            ]

    def test_the_directory_grows_by_one_of_several(self, store: Store) -> None:
        """A number is given once; the others are told to try again."""

        def grow(digest: str) -> str:
            with store.writing() as unit:
                unit.add_changes([StoredChange(unit.last_change() + 1, AT, "{}", digest)])
            return digest

        told = together(*[lambda digest=f"d{number}": grow(digest) for number in range(WRITERS)])
        kept = {one for one in told if isinstance(one, str)}
        assert kept
        assert all(isinstance(one, (str, Conflict)) for one in told)
        with store.reading() as unit:
            changes = unit.changes()
            assert [change.number for change in changes] == list(range(1, len(kept) + 1))
            assert {change.digest for change in changes} == kept

    def test_a_failing_append_leaves_nothing(self, store: Store) -> None:
        """Nothing of its transaction stays, and the project is free for the next."""
        with store.writing() as unit:
            head = write(unit, project_of("p1"), entry_of("p1", 1))
        with pytest.raises(Conflict), store.writing() as unit:
            add_one(unit)
            unit.claim("x", "p1", "e1")
            unit.append(seal(entry_of("p1", 9), head))
        with store.writing() as unit:
            assert unit.lock("p1", wait=False) == head
            assert unit.claimed("x") is None
            assert len(unit.entries("p1")) == 1
            assert add_one(unit) == 2
