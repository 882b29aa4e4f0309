"""The store's contract as tests: subclass `StoreContract`, override the `store` fixture, and each promise is tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from axflow.journal.chain import NOTHING, verify_chain
from axflow.journal.commitment import content_of
from axflow.journal.sealing import seal
from axflow.kernel.decision import Message
from axflow.kernel.project import Timer
from axflow.store.errors import ClaimTaken, Conflict, StoreError, UnknownProject
from axflow.store.protocol import Store
from axflow.store.rows import CalendarChange, Refusals, Signature, StoredChange, StoredKey
from axflow.testing.outbox_contract import OutboxContract
from axflow.testing.rows import AT, definition_of, entry_of, project_of, timer_of, write
from axflow.testing.writers_contract import WritersContract


class StoreContract(WritersContract, OutboxContract):
    """What every store keeps to. Override `store` with a fixture that yields an empty one."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """The store under test, empty."""
        raise pytest.UsageError("override the fixture `store` with one that yields your store, empty")

    def test_a_project_comes_back_as_it_was_saved(self, store: Store) -> None:
        """Every field, nested ones too, and the hash of the last entry."""
        timers = {"deadline:x": timer_of("deadline:x", AT)}
        project = project_of("p1", tracks={"t": "s"}, timers=timers, links={"part": ("p2",)}, visits={"a": 2})
        with store.writing() as unit:
            head = write(unit, project, entry_of("p1", 1))
            assert unit.project("p1") == (project, head)
        with store.reading() as unit:
            assert unit.project("p1") == (project, head)
            assert unit.head("p1") == head
            assert unit.project("p2") is None
            assert unit.head("p2") is None

    def test_entries_come_back_byte_for_byte_in_order(self, store: Store) -> None:
        """What was sealed is what is read, and its chain holds."""
        with store.writing() as unit:
            head = write(unit, project_of("p1", 3), *(entry_of("p1", seq, name="가") for seq in (1, 2, 3)))
            assert [kept.seq for kept in unit.entries("p1")] == [1, 2, 3]
        with store.reading() as unit:
            kept = unit.entries("p1")
            assert verify_chain(entry.body for entry in kept) is None
            assert kept[-1].hash == head
            assert [entry.seq for entry in unit.entries("p1", after=1)] == [2, 3]
            assert [entry.seq for entry in unit.entries("p1", upto=2)] == [1, 2]
            assert list(unit.entries("p2")) == []

    def test_content_of_many_entries_is_read_at_once(self, store: Store) -> None:
        """By entry and field, and only of the entries that were asked for."""
        entries = [entry_of("p1", seq, content={"b": seq, "a": "글"} if seq != 2 else {}) for seq in (1, 2, 3, 4)]
        with store.writing() as unit:
            write(unit, project_of("p1", 4), *entries)
        with store.reading() as unit:
            assert list(unit.contents("p1")) == [1, 3, 4]
            assert unit.contents("p1", after=1, upto=3) == {3: unit.payloads("p1", 3)}
            assert [kept.field for kept in unit.contents("p1")[4]] == ["a", "b"]
            assert unit.contents("p2") == {}

    def test_an_entry_that_does_not_follow_is_refused(self, store: Store) -> None:
        """Numbers have no gap and none comes twice."""
        with store.writing() as unit:
            head = write(unit, project_of("p1"), entry_of("p1", 1))
        for seq in (1, 3):
            with pytest.raises(Conflict), store.writing() as unit:
                unit.append(seal(entry_of("p1", seq), head if seq > 1 else NOTHING))
        with store.reading() as unit:
            assert len(unit.entries("p1")) == 1

    def test_an_exception_takes_everything_back(self, store: Store) -> None:
        """Entries, content, project, timers, claims, keys, messages, aliases, counters: all or nothing."""
        due = {"t:1": timer_of("t:1", "2026-01-01T00:00:00.000000Z")}
        with store.writing() as unit:
            before = project_of("p0")
            write(unit, before, entry_of("p0", 1, content={"reason": "old"}))
            unit.claim("held", "p0", "e1")
        with pytest.raises(ZeroDivisionError), store.writing() as unit:
            write(unit, project_of("p1", timers=due), entry_of("p1", 1, content={"reason": "new"}))
            write(unit, before._replace(seq=2, timers=due), entry_of("p0", 2), previous=before)
            unit.claim("new", "p1", "e1")
            unit.release("p0", "e1")
            unit.redact("p0", 1, "reason")
            unit.bind("p0", "k", StoredKey("f", "p0", 2, "moved"))
            unit.post("p1", Message("moved", 1, ("role",), {}))
            unit.alias("7", "office", "p1")
            unit.count_refusals("p0", "kim", "on_hold", Refusals(AT, 3, 1))
            unit.add_calendar("c" * 64, "{}")
            unit.set_meta("x", b"1")
            assert unit.due(AT, 9)
            raise ZeroDivisionError
        with store.reading() as unit:
            assert unit.project("p1") is None
            kept = unit.project("p0")
            assert kept is not None
            assert kept.project == before
            assert [entry.seq for entry in unit.entries("p0")] == [1]
            assert list(unit.entries("p1")) == []
            assert content_of(unit.payloads("p0", 1)) == {"reason": "old"}
            assert unit.claimed("held") == ("p0", "e1")
            assert unit.claimed("new") is None
            assert unit.key("p0", "k") is None
            assert list(unit.messages(0, 9)) == []
            assert list(unit.by_alias("7")) == []
            assert unit.refusals("p0", "kim", "on_hold") is None
            assert list(unit.due(AT, 9)) == []
            assert unit.calendar("c" * 64) is None
            assert unit.meta("x") is None

    def test_content_is_kept_beside_and_destroyed_by_field(self, store: Store) -> None:
        """Redaction takes value and salt of one field, once; the entry's bytes stay."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1, content={"reason": "글", "values.n": 3}))
        with store.writing() as unit:
            body = unit.entries("p1")[0].body
            assert content_of(unit.payloads("p1", 1)) == {"reason": "글", "values.n": 3}
            assert unit.redact("p1", 1, "reason") is True
            assert unit.redact("p1", 1, "reason") is False
            assert unit.redact("p1", 1, "nothing") is False
            assert unit.redact("p1", 2, "reason") is False
        with store.reading() as unit:
            assert unit.contents("p1") == {1: unit.payloads("p1", 1)}
            fields = {kept.field: kept for kept in unit.payloads("p1", 1)}
            assert fields["reason"].value is None
            assert fields["reason"].salt is None
            assert content_of(fields.values()) == {"values.n": 3}
            assert unit.entries("p1")[0].body == body

    def test_a_project_is_opened_once_and_must_be_there_to_go_on(self, store: Store) -> None:
        """A second project of one id, and one that was never opened, are refused."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))
        with pytest.raises(Conflict), store.writing() as unit:
            unit.save(project_of("p1"), NOTHING, None)
        with pytest.raises(UnknownProject), store.writing() as unit:
            unit.save(project_of("p2"), NOTHING, project_of("p2"))

    def test_timers_are_found_when_they_are_due(self, store: Store) -> None:
        """Earliest first; elapsed and standing ones and those of recorded histories are not due."""

        def timer(name: str, due: str | None, elapsed: bool = False) -> dict[str, Timer]:
            return {name: timer_of(name, due, elapsed)}

        early, late = "2026-01-01T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z"
        with store.writing() as unit:
            second = project_of("a", timers={**timer("x", late), **timer("y", early, elapsed=True)})
            write(unit, second, entry_of("a", 1))
            write(unit, project_of("b", timers=timer("x", early)), entry_of("b", 1))
            write(unit, project_of("c", timers=timer("x", None)), entry_of("c", 1))
            write(unit, project_of("d", timers=timer("x", early), recorded_history=True), entry_of("d", 1))
            assert list(unit.due(AT, 9)) == ["b", "a"]
        with store.writing() as unit:
            assert list(unit.due(AT, 1)) == ["b"]
            assert list(unit.due(early, 9)) == ["b"]
            write(unit, second._replace(seq=2, timers={}), entry_of("a", 2), previous=second)
        with store.reading() as unit:
            assert list(unit.due(AT, 9)) == ["b"]

    def test_a_batch_keeps_the_last_of_each_project(self, store: Store) -> None:
        """Several saves of one project in one transaction end at the last."""
        with store.writing() as unit:
            first = project_of("p1")
            write(unit, first, entry_of("p1", 1))
            second = first._replace(seq=2, stage="c", timers={"x": timer_of("x", AT)})
            write(unit, second, entry_of("p1", 2), previous=first)
            third = second._replace(seq=3, stage="d")
            head = write(unit, third, entry_of("p1", 3), previous=second)
        with store.reading() as unit:
            assert unit.project("p1") == (third, head)
            assert list(unit.due(AT, 9)) == ["p1"]
            assert [entry.seq for entry in unit.entries("p1")] == [1, 2, 3]

    def test_projects_are_listed_in_pages(self, store: Store) -> None:
        """By id, after the last one seen, through each filter."""
        with store.writing() as unit:
            for number in range(5):
                end = "won" if number % 2 else None
                later = f"2026-04-0{number + 1}T00:00:00.000000Z"
                firm = "firm-2" if number == 4 else "firm-1"
                project = project_of(f"p{number}", end=end, stage=end or "b", firm=firm, recorded_at=later)
                write(unit, project, entry_of(f"p{number}", 1))
        with store.reading() as unit:
            assert [row.id for row in unit.projects({}, None, 2)] == ["p0", "p1"]
            assert [row.id for row in unit.projects({}, "p1", 9)] == ["p2", "p3", "p4"]
            for filters, found in (
                ({"end": True}, ["p1", "p3"]),
                ({"end": False}, ["p0", "p2", "p4"]),
                ({"end": "won"}, ["p1", "p3"]),
                ({"end": "lost"}, []),
                ({"firm": "firm-2"}, ["p4"]),
                ({"firm": "firm-1", "end": False}, ["p0", "p2"]),
                ({"stage": "b", "definition": "flow"}, ["p0", "p2", "p4"]),
                ({"definition": "other"}, []),
                ({"rules_digest": "0" * 64, "updated_since": "2026-04-04T00:00:00.000000Z"}, ["p3", "p4"]),
                ({"firm": None}, ["p0", "p1", "p2", "p3", "p4"]),
            ):
                assert [row.id for row in unit.projects(dict[str, Any](filters), None, 9)] == found, filters

    def test_a_claim_has_one_holder(self, store: Store) -> None:
        """Another record is told who holds it; the same one may say it again; released claims are free."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))
            write(unit, project_of("p2"), entry_of("p2", 1))
            unit.claim("x", "p1", "e1")
            unit.claim("x", "p1", "e1")
            with pytest.raises(ClaimTaken) as taken:
                unit.claim("x", "p2", "e9")
            assert taken.value.holder == "e1"
            assert unit.claimed("x") == ("p1", "e1")
            unit.release("p1", "e1")
            assert unit.claimed("x") is None
            unit.claim("x", "p2", "e9")
        with store.reading() as unit:
            assert unit.claimed("x") == ("p2", "e9")

    def test_a_key_is_bound_once_in_its_scope(self, store: Store) -> None:
        """The first outcome stays."""
        bound = StoredKey("f", "p1", 1, "moved")
        with store.writing() as unit:
            unit.bind("p1", "k", bound)
            assert unit.key("p1", "k") == bound
            with pytest.raises(Conflict):
                unit.bind("p1", "k", bound._replace(outcome="refused"))
        with pytest.raises(Conflict), store.writing() as unit:
            unit.bind("p1", "k", bound._replace(outcome="refused"))
        with store.reading() as unit:
            assert unit.key("p1", "k") == bound
            assert unit.key("p2", "k") is None

    def test_aliases_find_projects(self, store: Store) -> None:
        """By number alone or with the organisation that gave it."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))
            write(unit, project_of("p2"), entry_of("p2", 1))
            unit.alias("7", "a", "p1")
            unit.alias("7", "a", "p1")
            unit.alias("7", "b", "p2")
        with store.reading() as unit:
            assert list(unit.by_alias("7")) == ["p1", "p2"]
            assert list(unit.by_alias("7", "b")) == ["p2"]
            assert list(unit.by_alias("8")) == []

    def test_refusals_are_counted(self, store: Store) -> None:
        """A counter is set, read, listed while something is uncounted, and dropped."""
        with store.writing() as unit:
            write(unit, project_of("p1"), entry_of("p1", 1))
            unit.count_refusals("p1", "kim", "on_hold", Refusals(AT, 3, 0))
            assert list(unit.uncounted(AT, 9)) == []
            unit.count_refusals("p1", "kim", "on_hold", Refusals(AT, 4, 1))
        with store.writing() as unit:
            assert unit.refusals("p1", "kim", "on_hold") == Refusals(AT, 4, 1)
            assert list(unit.uncounted(AT, 9)) == [("p1", "kim", "on_hold", Refusals(AT, 4, 1))]
            assert list(unit.uncounted("2026-01-01", 9)) == []
            unit.count_refusals("p1", "kim", "on_hold", None)
            assert unit.refusals("p1", "kim", "on_hold") is None

    def test_definitions_and_signatures_are_added_and_stay(self, store: Store) -> None:
        """A version is published once; who signed it is kept in order."""
        second = definition_of("2", published_at="2026-03-03T00:00:00.000000Z")
        with store.writing() as unit:
            with pytest.raises(StoreError):
                unit.add_definition(definition_of())
            unit.add_calendar("c" * 64, '{"a":1}')
            unit.add_calendar("c" * 64, '{"a":1}')
            unit.add_definition(second)
            unit.add_definition(definition_of())
            with pytest.raises(Conflict):
                unit.add_definition(definition_of(digest="e" * 64))
        signature = Signature("flow", "1", "office", "d" * 64, "kim", AT)
        with store.writing() as unit:
            unit.sign(signature)
            with pytest.raises(Conflict):
                unit.sign(signature._replace(actor="lee"))
            with pytest.raises(StoreError):
                unit.sign(signature._replace(version="9"))
        with store.reading() as unit:
            assert unit.calendar("c" * 64) == '{"a":1}'
            assert unit.definition("flow", "1") == definition_of()
            assert unit.definition("flow", "3") is None
            assert list(unit.definitions()) == [definition_of(), second]
            assert list(unit.definitions("other")) == []
            assert unit.definition_by_rules("flow", "0" * 64) == second
            assert unit.definition_by_rules("other", "0" * 64) is None
            assert list(unit.signatures("flow", "1")) == [signature]
            assert list(unit.signatures("flow", "2")) == []

    def test_a_calendar_comes_into_force_after_the_one_published(self, store: Store) -> None:
        """Changes are numbered for each version, and undone with their transaction."""
        first = CalendarChange("flow", "1", 1, "e" * 64, AT, "kim", "a new holiday")
        with store.writing() as unit:
            for digest in ("c", "e"):
                unit.add_calendar(digest * 64, "{}")
            unit.add_definition(definition_of())
            assert list(unit.calendar_changes("flow", "1")) == []
            unit.change_calendar(first)
            unit.change_calendar(first._replace(number=2, calendar="c" * 64, reason=None))
        with pytest.raises(Conflict), store.writing() as unit:
            unit.change_calendar(first._replace(number=2))
        with pytest.raises(StoreError), store.writing() as unit:
            unit.change_calendar(first._replace(version="9"))
        with pytest.raises(StoreError), store.writing() as unit:
            unit.change_calendar(first._replace(number=3, calendar="f" * 64))
        with pytest.raises(RuntimeError), store.writing() as unit:
            unit.change_calendar(first._replace(number=3))
            raise RuntimeError
        with store.reading() as unit:
            assert [change.number for change in unit.calendar_changes("flow", "1")] == [1, 2]
            assert unit.calendar_changes("flow", "1")[0] == first
            assert list(unit.calendar_changes("flow", "2")) == []

    def test_the_directory_grows_at_its_end(self, store: Store) -> None:
        """Numbers without gap, in order."""
        changes = [StoredChange(number, AT, '{"kind":"grant"}', f"{number}") for number in (1, 2, 3)]
        with store.writing() as unit:
            assert unit.last_change() == 0
            unit.add_changes(changes[:2])
            unit.add_changes(changes[2:])
        with pytest.raises(Conflict), store.writing() as unit:
            unit.add_changes([changes[1]])
        with store.reading() as unit:
            assert unit.last_change() == 3
            assert list(unit.changes()) == changes
            assert list(unit.changes(after=2)) == changes[2:]

    def test_the_secret_stays(self, store: Store) -> None:
        """Keyed digests compare over time."""
        assert len(store.secret) == 32
        assert store.secret == store.secret
