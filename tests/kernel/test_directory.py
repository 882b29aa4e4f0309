"""The directory: authority on a day, names on a day, and nothing changed behind anyone's back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.kernel.directory import (
    Change,
    Delegation,
    Directory,
    DirectoryError,
    Grant,
    Organisation,
    Person,
    Reason,
    Record,
    Revocation,
)


def day(number: int) -> datetime:
    """Day `number` of the story: 0 is 1 January 2026."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


def directory(*records: tuple[int, Record]) -> Directory:
    return Directory.from_changes(Change(day(number), record) for number, record in records)


def codes(it: Directory, actor: str, at: int, organisation: str = "works", role: str = "officer") -> list[str]:
    """The codes of why not; an authority must never have one, and a lack of it never none."""
    reasons = it.reasons(actor, role, organisation, day(at))
    assert (it.authority(actor, role, organisation, day(at)) is None) == bool(reasons)
    return [reason.code for reason in reasons]


KIM = Grant("kim", "officer", "works", day(0), day(100))


# Grants


def test_a_grant_holds_from_its_first_instant_until_before_its_last() -> None:
    it = directory((0, KIM))
    found = it.authority("kim", "officer", "works", day(0))
    assert found is not None
    assert (found.record, found.grant, found.on_behalf_of, found.organisation) == (1, 1, None, "works")
    assert codes(it, "kim", 99) == []
    assert codes(it, "kim", 100) == ["expired"]
    assert codes(it, "kim", -1) == ["not_yet"]


def test_without_a_grant_there_is_none() -> None:
    it = directory((0, KIM))
    assert codes(it, "lee", 5) == ["no_grant"]
    assert codes(it, "kim", 5, role="auditor") == ["no_grant"]
    assert codes(it, "kim", 5, organisation="roads") == ["no_grant"]
    assert Directory().authority("kim", "officer", "works", day(1)) is None


def test_a_grant_recorded_after_the_act_does_not_cover_it() -> None:
    it = directory((20, KIM))
    assert codes(it, "kim", 10) == ["granted_after"]
    assert it.reasons("kim", "officer", "works", day(10))[0].when == day(20)
    assert codes(it, "kim", 20) == []


def test_a_revocation_ends_a_grant_but_takes_nothing_back() -> None:
    it = directory((0, KIM), (30, Revocation(1, day(20))))
    assert codes(it, "kim", 25) == []
    assert codes(it, "kim", 30) == ["expired"]
    ahead = directory((0, KIM), (30, Revocation(1, day(50))))
    assert codes(ahead, "kim", 49) == []
    assert codes(ahead, "kim", 50) == ["expired"]
    late = directory((0, KIM), (30, Revocation(1, day(500))))
    assert codes(late, "kim", 100) == ["expired"]


def test_an_earlier_grant_that_ended_does_not_hide_a_later_one() -> None:
    it = directory((0, KIM), (90, Grant("kim", "officer", "works", day(120))))
    assert codes(it, "kim", 110) == ["expired", "not_yet"]
    found = it.authority("kim", "officer", "works", day(120))
    assert found is not None
    assert found.record == 2


def test_who_left_has_no_authority_however_long_the_grant() -> None:
    it = directory((0, Person("kim")), (0, KIM), (50, Person("kim", departed_on=day(40))))
    assert codes(it, "kim", 39) == []
    assert codes(it, "kim", 40) == ["departed"]
    assert it.reasons("kim", "officer", "works", day(40))[0] == Reason("departed", 3, day(40))
    with pytest.raises(DirectoryError, match="comes under a new id"):
        it.with_changes(Change(day(60), Person("kim")))


def test_kinds_of_actors() -> None:
    it = directory((0, Person("kim")), (0, Person("reader", "ai")), (0, KIM))
    person = it.person("reader")
    assert person is not None
    assert person.kind == "ai"
    assert it.person("lee") is None


# Delegations


def lent(from_: int = 10, until: int | None = 20, giver: str = "kim", taker: str = "lee") -> Delegation:
    return Delegation(giver, taker, "officer", "works", day(from_), None if until is None else day(until))


def test_a_delegation_lends_what_its_giver_has() -> None:
    it = directory((0, KIM), (5, lent()))
    found = it.authority("lee", "officer", "works", day(15))
    assert found is not None
    assert (found.record, found.grant, found.on_behalf_of) == (2, 1, "kim")
    assert codes(it, "lee", 9) == ["not_yet"]
    assert codes(it, "lee", 20) == ["expired"]
    assert codes(it, "kim", 15) == []


def test_a_delegation_ends_with_its_givers_grant_or_departure() -> None:
    it = directory((0, KIM), (5, lent(until=None)))
    assert codes(it, "lee", 99) == []
    assert codes(it, "lee", 100) == ["expired"]
    gone = it.with_changes(Change(day(50), Person("kim", departed_on=day(50))))
    assert codes(gone, "lee", 49) == []
    assert codes(gone, "lee", 50) == ["departed"]
    revoked = it.with_changes(Change(day(50), Revocation(2, day(60))))
    assert codes(revoked, "lee", 60) == ["expired"]


def test_nobody_delegates_to_themselves_or_without_a_grant() -> None:
    assert codes(directory((0, lent(taker="kim"))), "kim", 15) == ["self_delegation"]
    assert codes(directory((0, lent())), "lee", 15) == ["no_grant"]
    # What one holds by delegation is not there to be delegated on.
    chain = directory((0, KIM), (0, lent()), (0, lent(giver="lee", taker="park")))
    assert codes(chain, "park", 15) == ["no_grant"]


@pytest.mark.parametrize("ring", [["kim", "lee"], ["kim", "lee", "park"], ["kim", "lee", "park", "choi"]])
def test_a_ring_of_delegations_gives_nobody_anything(ring: list[str]) -> None:
    links = zip(ring, ring[1:] + ring[:1], strict=True)
    it = directory(*((0, lent(giver=giver, taker=taker)) for giver, taker in links))
    assert [codes(it, actor, 15) for actor in ring] == [["circular"]] * len(ring)
    # One who stands beside the ring is not in it.
    beside = it.with_changes(Change(day(1), lent(giver="kim", taker="outsider")))
    assert codes(beside, "outsider", 15) == ["no_grant"]


def test_a_ring_does_no_harm_to_one_who_holds_a_grant() -> None:
    it = directory((0, KIM), (0, lent()), (0, lent(giver="lee", taker="kim")))
    assert codes(it, "kim", 15) == []
    assert codes(it, "lee", 15) == []


def test_holders_are_listed_with_the_record_that_makes_them_so() -> None:
    it = directory((0, KIM), (0, lent()), (0, Grant("park", "officer", "roads", day(0))))
    assert [(found.actor, found.record) for found in it.holders("officer", "works", day(15))] == [
        ("kim", 1),
        ("lee", 2),
    ]
    assert [found.actor for found in it.holders("officer", "works", day(20))] == ["kim"]
    assert it.holders("nobody", "works", day(15)) == ()


# Organisations

WORKS = Organisation(
    "works",
    names=((day(0), {"en": "Works", "ko": "공사국"}), (day(50), {"en": "Public Works", "ko": "공공공사국"})),
    parent=((day(0), "city"),),
)


def test_names_are_those_valid_on_the_day() -> None:
    it = directory((0, WORKS), (60, Organisation("works", names=((day(70), {"en": "Building"}),))))
    assert it.name("works", day(49)) == "Works"
    assert it.name("works", day(50), "ko") == "공공공사국"
    assert it.name("works", day(70), "ko") == "Building"
    assert it.name("works", day(-5)) == "Works"
    assert it.name("roads", day(0)) == "roads"
    assert it.organisations() == ("works",)


def test_parents_change_with_time() -> None:
    moved = Organisation("works", parent=((day(30), "state"), (day(60), None)))
    it = directory((0, WORKS), (0, Organisation("roads", parent=((day(0), "city"),))), (20, moved))
    assert [it.ultimate_parent("works", day(at)) for at in (-1, 0, 30, 60)] == ["works", "city", "state", "works"]
    assert it.affiliated("works", "roads", day(10))
    assert it.affiliated("works", "city", day(10))
    assert not it.affiliated("works", "roads", day(30))
    assert it.affiliated("works", "works", day(60))


def merged(successor: str | None = "build") -> Directory:
    ended = Organisation("works", successor=successor, abolished_on=day(50))
    return directory((0, KIM), (0, Organisation("build", parent=((day(0), "state"),))), (0, WORKS), (40, ended))


def test_a_successor_takes_over_business_grants_and_identity() -> None:
    it = merged()
    assert it.ultimate_successor("works", day(49)) == "works"
    assert it.ultimate_successor("works", day(50)) == "build"
    assert it.distinct_key("works", day(49)) == "city"
    assert it.distinct_key("works", day(50)) == "state"
    assert codes(it, "kim", 49, "build") == ["no_grant"]
    found = it.authority("kim", "officer", "build", day(50))
    assert found is not None
    assert found.organisation == "works"
    assert codes(it, "kim", 50, "works") == []
    # Asked for the old name, those whom the successor appointed answer too; before the merger they don't.
    later = it.with_changes(Change(day(45), Grant("lee", "officer", "build", day(45))))
    assert codes(later, "lee", 50, "works") == []
    assert codes(later, "lee", 49, "works") == ["no_grant"]


def test_successors_of_successors() -> None:
    it = merged().with_changes(Change(day(60), Organisation("build", successor="make", abolished_on=day(70))))
    assert [it.ultimate_successor("works", day(at)) for at in (0, 60, 70)] == ["works", "build", "make"]
    assert codes(it, "kim", 70, "make") == []


def test_an_organisation_abolished_without_successor_has_no_officers() -> None:
    it = merged(successor=None)
    assert codes(it, "kim", 49) == []
    assert codes(it, "kim", 50) == ["organisation_abolished"]
    delegated = it.with_changes(Change(day(45), lent(45, None)))
    assert codes(delegated, "lee", 50) == ["organisation_abolished"]


def test_a_parent_that_ended_counts_as_its_successor() -> None:
    it = directory(
        (0, WORKS),
        (0, Organisation("roads", parent=((day(0), "state"),))),
        (5, Organisation("city", successor="state", abolished_on=day(10))),
    )
    assert not it.affiliated("works", "roads", day(9))
    assert it.affiliated("works", "roads", day(10))


def test_a_parent_merged_into_its_child_keeps_one_top_for_all() -> None:
    it = directory((0, WORKS), (5, Organisation("city", successor="works", abolished_on=day(10))))
    assert it.distinct_key("works", day(10)) == it.distinct_key("city", day(10)) == "works"


def test_rings_are_refused_when_recorded() -> None:
    it = directory((0, WORKS))
    with pytest.raises(DirectoryError, match="would stand above itself"):
        it.with_changes(Change(day(1), Organisation("city", parent=((day(80), "works"),))))
    apart = Organisation("works", parent=((day(80), None),))
    it.with_changes(Change(day(1), apart), Change(day(1), Organisation("city", parent=((day(80), "works"),))))
    with pytest.raises(DirectoryError, match="lead back to"):
        directory(
            (0, Organisation("a", successor="b", abolished_on=day(1))),
            (0, Organisation("b", successor="a", abolished_on=day(2))),
        )


# The value


def story() -> Directory:
    return merged().with_changes(
        Change(day(41), Person("bot", "service")),
        Change(day(42), lent(45, 60)),
        Change(day(43), Revocation(1, day(90))),
    )


def test_it_is_identified_by_its_changes_and_never_changed() -> None:
    it = story()
    before = it.digest
    more = it.with_changes(Change(day(50), Person("choi")))
    assert it.digest == before
    assert more.digest != before
    assert Directory.from_changes(it.changes) == it
    assert hash(Directory.from_changes(it.changes)) == hash(it)
    assert it != more
    assert it != "directory"
    assert before[:12] in repr(it)


def test_it_is_written_and_read_as_json() -> None:
    it = story()
    again = Directory.from_json(it.to_json())
    assert again == it
    assert again.digest == it.digest
    assert {change["kind"] for change in it.to_json()} == {
        "organisation",
        "person",
        "grant",
        "delegation",
        "revocation",
    }


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "recorded_at"),
        ({"recorded_at": "2026-01-01T00:00:00Z", "kind": "wish", "record": {}}, "one of organisation, person, grant"),
        (
            {"recorded_at": "soon", "kind": "person", "record": {"actor": "kim", "kind": "human", "departed_on": None}},
            "soon",
        ),
        ({"recorded_at": "2026-01-01T00:00:00Z", "kind": "person", "record": {"actor": "kim"}}, "departed_on|kind"),
    ],
)
def test_what_is_no_change_is_refused(data: dict[str, object], problem: str) -> None:
    with pytest.raises(DirectoryError, match=problem):
        Directory.from_json([data])


def test_a_record_that_makes_no_sense_is_refused() -> None:
    wrongs: list[tuple[Callable[[], object], str]] = [
        (lambda: Grant("kim", "officer", "works", day(5), day(5)), "not after its beginning"),
        (lambda: Grant("", "officer", "works", day(5)), "needs its actor as text"),
        (lambda: Grant("kim", "", "works", day(5)), "needs its role as text"),
        (lambda: Grant("kim", "officer", "works", datetime(2026, 1, 1)), "from: .*no offset"),
        (lambda: Organisation("a", successor="b"), "no abolished_on"),
        (lambda: Organisation("a", successor="a", abolished_on=day(1)), "its own successor"),
        (lambda: Organisation("a", parent=((day(1), "a"),)), "its own parent"),
        (lambda: Organisation("a", names=((day(1), {"fr": "A"}),)), "words in en and ko"),
        (lambda: Person("kim", "robot"), "human, service, ai"),  # type: ignore[arg-type]
        (lambda: directory((0, KIM), (1, Revocation(2, day(5)))), "change 2 revokes record 2, which is no grant"),
        (lambda: directory((0, Person("kim")), (1, Revocation(1, day(5)))), "revokes record 1, which is no grant"),
        (lambda: directory((5, KIM), (4, Person("kim"))), "change 2 .* before the change ahead"),
    ]
    for wrong, problem in wrongs:
        with pytest.raises(DirectoryError, match=problem):
            wrong()


def test_reasons_read_as_sentences_in_both_languages() -> None:
    it = directory((0, KIM))
    (reason,) = it.reasons("kim", "officer", "works", day(100))
    assert reason.in_words("en") == "The role ended at 2026-04-11T00:00:00.000000Z."
    assert "2026-04-11" in reason.in_words("ko")
    assert Reason("no_grant").in_words("ko") == "이 역할을 부여한 기록이 없습니다."


# Properties

actors = st.sampled_from(["a", "b", "c"])
organisations = st.sampled_from(["x", "y", "z"])
days = st.integers(0, 20)


@st.composite
def records(draw: st.DrawFn) -> Record:
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return Person(draw(actors), departed_on=day(draw(days)))
    if kind == 1:
        gone, heir = draw(st.sampled_from([("x", "y"), ("y", "z"), ("x", None), ("z", None)]))
        return Organisation(gone, successor=heir, abolished_on=day(draw(days)))
    begins = draw(days)
    ends = day(begins + draw(st.integers(1, 10)))
    if kind < 6:
        return Grant(draw(actors), "r", draw(organisations), day(begins), ends)
    return Delegation(draw(actors), draw(actors), "r", draw(organisations), day(begins), ends)


stories = st.lists(st.tuples(days, records()), max_size=12).map(
    lambda told: directory(*sorted(told, key=lambda t: t[0]))
)


@settings(max_examples=200)
@given(stories, actors, organisations, days)
def test_authority_rests_on_a_grant_in_force_and_known_and_its_lack_has_a_reason(
    it: Directory, actor: str, organisation: str, at: int
) -> None:
    found = it.authority(actor, "r", organisation, day(at))
    assert bool(it.reasons(actor, "r", organisation, day(at))) == (found is None)
    assert (found in it.holders("r", organisation, day(at))) == (found is not None)
    if found is None:
        return
    grant, change = it.changes[found.grant - 1].record, it.changes[found.record - 1]
    assert isinstance(grant, Grant)
    assert change.recorded_at <= day(at)
    assert grant.from_ <= day(at)
    assert grant.until is not None
    assert day(at) < grant.until
    assert grant.actor == (found.on_behalf_of or actor) != (actor if found.on_behalf_of else None)
    assert it.ultimate_successor(grant.organisation, day(at)) == it.ultimate_successor(organisation, day(at))
    for one in {actor, grant.actor}:
        person = it.person(one)
        assert person is None or person.departed_on is None or day(at) < person.departed_on


@settings(max_examples=150)
@given(stories, actors, organisations, days)
def test_what_is_recorded_later_takes_no_authority_from_earlier_acts(
    it: Directory, actor: str, organisation: str, at: int
) -> None:
    grants = [n for n, change in enumerate(it.changes, 1) if isinstance(change.record, Grant | Delegation)]
    more = it.with_changes(*(Change(day(21), Revocation(number, day(0))) for number in grants))
    assert more.authority(actor, "r", organisation, day(at)) == it.authority(actor, "r", organisation, day(at))
    assert more.authority(actor, "r", organisation, day(40)) is None
