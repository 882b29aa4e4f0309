"""A refusal that was rolled back with the host's transaction is journaled afterwards, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from axflow import Actor, Engine
from axflow.engine.refusals import MOST_REFUSALS
from axflow.kernel.decision import Decision, Refused
from axflow.testing import SettableClock, assert_blocked
from tests.engine.flow import people
from tests.engine.hosts import Host

POOR = {"serial": "S-1", "grade": 1}


@pytest.fixture(
    params=[
        ("Session", "sqlite"),
        pytest.param(("Connection", "postgresql+psycopg"), marks=pytest.mark.postgres),
        pytest.param(("AsyncSession", "postgresql+asyncpg"), marks=pytest.mark.postgres),
    ],
    ids="-".join,
)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    way, driver = request.param
    if driver == "sqlite":
        url = f"sqlite:///{tmp_path / 'host.db'}"
    else:
        found: str = request.getfixturevalue("postgres_url")
        url = driver + found[found.index("://") :]
    made = Host(way, url)
    yield made
    made.close()


@pytest.fixture
def clock(host: Host) -> SettableClock:
    return host.clock


@pytest.fixture
def engine(host: Host) -> Engine:
    return host.engine


@pytest.fixture
def refused(host: Host, engine: Engine, who: dict[str, Actor], project: str) -> Decision:
    """A refusal whose transaction the host has rolled back."""
    engine.send(project, "start", actor=who["clerk"]).require()
    engine.record(project, "report", POOR, actor=who["checker"]).require()
    with host.transaction() as mine:
        decision = engine.send(project, "finish", actor=who["checker"], reason="now", key="k", within=mine.within)
        mine.rollback()
    return assert_blocked(decision, "guard_false")


def test_it_is_journaled_as_the_next_entry(
    engine: Engine, who: dict[str, Actor], project: str, refused: Decision, clock: SettableClock
) -> None:
    clock.advance(hours=1)
    engine.hold(project, "paused", actor=who["clerk"], reason="x").require()
    clock.advance(hours=1)
    assert engine.record_refusal(refused) is True
    was, now = refused.entries[-1], engine.history(project, viewer=who["checker"])[-1].entry
    assert now.flags == ("recorded_later",)
    assert (now.seq, now.version, now.before, now.after) == (5, 4, *[{"stage": "bench"}] * 2)
    assert (was.recorded_at, now.recorded_at) == ("2026-03-02T00:00:00.000000Z", "2026-03-02T02:00:00.000000Z")
    for name in ("kind", "name", "outcome", "actor", "blockers", "verdicts", "facts", "occurred", "rules_digest"):
        assert getattr(now, name) == getattr(was, name), name
    assert now.content == was.content
    assert now.content["reason"] == "now"
    assert now.verdicts == (("good", "FALSE"),)
    assert now.facts == (("report#3", "3"),)
    assert engine.verify().good


def test_it_is_journaled_once(host: Host, engine: Engine, project: str, refused: Decision) -> None:
    assert engine.record_refusal(refused) is True
    assert engine.record_refusal(refused) is False
    assert host.again().record_refusal(refused) is False
    assert len(engine.history(project)) == 4


def test_what_the_host_committed_after_all_is_there_already(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with host.transaction() as mine:
        decision = engine.send(project, "finish", actor=who["checker"], within=mine.within)
        mine.commit()
    assert engine.record_refusal(decision) is False
    own = engine.send(project, "finish", actor=who["checker"])
    assert engine.record_refusal(own) is False
    assert len(engine.history(project)) == 3


def test_it_may_be_part_of_the_hosts_next_transaction(
    host: Host, engine: Engine, project: str, refused: Decision
) -> None:
    with host.transaction() as mine:
        assert engine.record_refusal(refused, within=mine.within) is True
        assert engine.record_refusal(refused, within=mine.within) is False
        mine.rollback()
        assert engine.record_refusal(refused, within=mine.within) is True
        mine.add("lamp")
        mine.commit()
    assert engine.record_refusal(refused) is False
    assert host.names() == ["lamp"]
    assert len(engine.history(project)) == 4


def test_its_key_stays_free(engine: Engine, who: dict[str, Actor], project: str, refused: Decision) -> None:
    engine.record_refusal(refused)
    engine.record(project, "report", {"serial": "S-2", "grade": 5}, actor=who["checker"]).require()
    assert engine.send(project, "finish", actor=who["checker"], reason="now", key="k").outcome == "moved"


def test_timers_that_are_due_fire_first(engine: Engine, project: str, refused: Decision, clock: SettableClock) -> None:
    clock.advance(days=30)
    engine.record_refusal(refused)
    assert [item.entry.kind for item in engine.history(project)][-2:] == ["timer", "send"]
    assert engine.verify().good


def test_facts_that_were_rolled_back_are_not_those_that_took_their_number(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    engine.send(project, "start", actor=who["clerk"]).require()
    with host.transaction() as mine:
        engine.record(
            project, "report", POOR, actor=who["checker"], issued_on="2026-02-01", within=mine.within
        ).require()
        decision = engine.send(project, "finish", actor=who["checker"], within=mine.within)
        mine.rollback()
    assert decision.entries[-1].facts == (("report#3", "3"),)
    engine.record(project, "report", POOR, actor=who["checker"], issued_on="2026-02-02").require()
    engine.record_refusal(decision)
    assert engine.history(project)[-1].entry.facts == ()
    assert engine.verify().good


def test_repeats_are_bounded_here_too(
    host: Host, engine: Engine, who: dict[str, Actor], project: str, clock: SettableClock
) -> None:
    written = []
    for _ in range(MOST_REFUSALS + 3):
        clock.advance(seconds=1)
        with host.transaction() as mine:
            decision = engine.send(project, "finish", actor=who["checker"], within=mine.within)
            mine.rollback()
        written.append(engine.record_refusal(decision))
        assert engine.record_refusal(decision) is False
    assert written == [True] * MOST_REFUSALS + [False] * 3
    assert len(engine.history(project)) == 1 + MOST_REFUSALS
    clock.advance(hours=2)
    engine.tick()
    assert engine.history(project)[-1].entry.public["refusals.count"] == 3
    assert engine.verify().good


def test_what_has_no_journal_is_logged(host: Host, engine: Engine, who: dict[str, Actor]) -> None:
    with structlog.testing.capture_logs() as logs:
        with host.transaction() as mine, pytest.raises(Refused) as caught:
            engine.open("repair", firm="acme", actor=Actor("stranger", "office"), within=mine.within)
        assert engine.record_refusal(caught.value.decision) is False
        with host.transaction() as mine:
            project = engine.open("repair", firm="acme", actor=who["clerk"], within=mine.within).id
            decision = engine.send(project, "finish", actor=who["checker"], within=mine.within)
            mine.rollback()
        assert engine.record_refusal(decision) is False
    assert [log["event"] for log in logs] == ["axflow.refused_opening", "axflow.unknown_project"]
    assert logs[0]["blockers"] == ["not_authorised"]
    assert not engine.projects()


def test_what_is_no_refusal_is_refused(engine: Engine, who: dict[str, Actor], project: str) -> None:
    with pytest.raises(ValueError, match="the outcome is moved"):
        engine.record_refusal(engine.send(project, "start", actor=who["clerk"]))


def test_the_refusal_of_a_merge_which_took_everything_back() -> None:
    engine = Engine.memory(clock=SettableClock())
    who = people(engine)
    first, second = (engine.open("repair", firm="acme", actor=who["clerk"]).id for _ in range(2))
    engine.send(second, "drop", actor=who["clerk"], reason="x").require()
    with pytest.raises(Refused) as caught:
        engine.merge([first, second], {"title": "Both"}, actor=who["clerk"], reason="one job")
    assert len(engine.history(second)) == 2
    assert engine.record_refusal(caught.value.decision) is True
    assert engine.history(second)[-1].entry.blockers == ("not_enabled",)
    assert len(engine.history(first)) == 1
    assert engine.verify().good
