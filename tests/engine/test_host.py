"""The host's transaction: what axflow writes in it is kept with the host's rows, or lost with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from axflow import Actor, Engine
from axflow.engine import NotAuthorised
from axflow.kernel.command import Send
from axflow.kernel.decision import Refused
from axflow.store.errors import StoreError, UnknownDefinition, UnknownProject
from axflow.store.sql import SqlUnit
from axflow.testing import SettableClock, assert_blocked
from tests.engine.flow import definition, people
from tests.engine.hosts import DRIVERS, WAYS, Host

GOOD = {"serial": "S-1", "grade": 4}
CASES = [
    pytest.param((way, driver), id=f"{way}-{driver}", marks=pytest.mark.postgres if "postgres" in driver else ())
    for way in WAYS
    for driver in DRIVERS[way]
]


def url_of(driver: str, request: pytest.FixtureRequest) -> str:
    if driver.startswith("sqlite"):
        folder: Path = request.getfixturevalue("tmp_path")
        return f"{driver}:///{folder / 'host.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return driver + found[found.index("://") :]


@pytest.fixture(params=CASES)
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    way, driver = request.param
    made = Host(way, url_of(driver, request))
    yield made
    made.close()


@pytest.fixture
def engine(host: Host) -> Engine:
    return host.engine


def outcomes(engine: Engine, project: str) -> list[str]:
    return [item.entry.outcome for item in engine.history(project)]


def test_what_the_host_commits_is_kept_on_both_sides(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with host.transaction() as mine:
        mine.add("lamp")
        assert engine.send(project, "start", actor=who["clerk"], within=mine.within).outcome == "moved"
        assert mine.names() == ["lamp"]
        assert host.names() == []
        assert engine.project(project).project.stage == "desk"
        mine.commit()
    assert host.names() == ["lamp"]
    assert engine.project(project).project.stage == "bench"
    assert host.again().project(project).project == engine.project(project).project
    assert engine.verify().good


def test_what_the_host_rolls_back_is_kept_on_neither_side(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with host.transaction() as mine:
        mine.add("lamp")
        engine.send(project, "start", actor=who["clerk"], within=mine.within, key="k").require()
        mine.rollback()
        assert engine.project(project, within=mine.within).project.stage == "desk"
    assert host.names() == []
    assert outcomes(engine, project) == ["moved"]
    again = engine.send(project, "start", actor=who["clerk"], key="k")
    assert (again.outcome, again.seq) == ("moved", 2)
    assert engine.verify().good


def test_what_is_closed_without_a_commit_is_lost(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with host.transaction() as mine:
        mine.add("lamp")
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
    assert host.names() == []
    assert outcomes(engine, project) == ["moved"]


def test_two_acts_in_one_transaction_see_each_other(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with host.transaction() as mine:
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        engine.record(project, "report", GOOD, actor=who["checker"], within=mine.within).require()
        assert [way.name for way in engine.why(project, within=mine.within) if way.ready] == ["finish", "drop"]
        assert engine.preview(project, "finish", actor=who["checker"], within=mine.within).allowed
        decision = engine.send(project, "finish", actor=who["checker"], within=mine.within)
        assert decision.project is not None
        assert decision.project.end == "done"
        assert len(engine.history(project, within=mine.within)) == 4
        assert engine.verify(within=mine.within).good
        assert len(engine.history(project)) == 1
        mine.commit()
    assert outcomes(engine, project) == ["moved", "moved", "recorded", "moved"]
    assert engine.verify().good


def test_a_savepoint_of_the_host_takes_back_what_was_done_in_it(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with structlog.testing.capture_logs() as logs, host.transaction() as mine:
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        inner = mine.savepoint()
        mine.add("lost")
        engine.record(project, "report", GOOD, actor=who["checker"], within=mine.within).require()
        deeper = mine.savepoint()
        engine.send(project, "finish", actor=who["checker"], within=mine.within).require()
        host.done(deeper.within.commit())
        host.done(inner.within.rollback())
        assert engine.project(project, within=mine.within).project.stage == "bench"
        mine.add("kept")
        engine.hold(project, "paused", actor=who["clerk"], reason="x", within=mine.within).require()
        assert logs == []
        mine.commit()
    assert [(log["event"], log["seq"], log["kind"]) for log in logs] == [
        ("axflow.entry", 2, "send"), ("axflow.entry", 3, "hold"),
    ]  # fmt: skip
    assert host.names() == ["kept"]
    assert outcomes(engine, project) == ["moved", "moved", "recorded"]
    assert engine.verify().good


def test_a_savepoint_from_before_the_first_act_takes_everything_back(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with structlog.testing.capture_logs() as logs, host.transaction() as mine:
        mine.add("kept")
        inner = mine.savepoint()
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        host.done(inner.within.rollback())
        mine.commit()
    assert logs == []
    assert host.names() == ["kept"]
    assert outcomes(engine, project) == ["moved"]


def test_entries_are_announced_once_the_host_has_committed(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with structlog.testing.capture_logs() as logs, host.transaction() as mine:
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        mine.rollback()
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        engine.record(project, "report", GOOD, actor=who["checker"], within=mine.within).require()
        assert logs == []
        mine.commit()
        assert [log["seq"] for log in logs] == [2, 3]
        engine.send(project, "finish", actor=who["checker"], within=mine.within).require()
        mine.commit()
        assert [log["seq"] for log in logs] == [2, 3, 4]
        mine.commit()
    assert len(logs) == 3


def test_a_commit_that_fails_announces_nothing(host: Host, engine: Engine, who: dict[str, Actor], project: str) -> None:
    with structlog.testing.capture_logs() as logs, host.transaction() as mine:
        mine.add("of nothing", after=99)
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
            mine.commit()
        mine.rollback()
        assert logs == []
        engine.record(project, "report", GOOD, actor=who["checker"], within=mine.within).require()
        mine.commit()
    assert [(log["seq"], log["kind"]) for log in logs] == [(2, "record")]
    assert engine.verify().good


def test_a_log_processor_that_fails_does_not_undo_a_commit(
    host: Host, engine: Engine, who: dict[str, Actor], project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError("in a processor")

    with host.transaction() as mine:
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        structlog.configure(processors=[broken])
        try:
            mine.commit()
        finally:
            structlog.reset_defaults()
    assert engine.project(project).project.stage == "bench"
    assert "in a processor" in capsys.readouterr().err


def test_a_refusal_lives_or_dies_with_the_transaction(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    with host.transaction() as mine:
        mine.add("lamp")
        assert_blocked(engine.send(project, "finish", actor=who["checker"], within=mine.within), "not_enabled")
        mine.rollback()
        assert outcomes(engine, project) == ["moved"]
        assert_blocked(engine.send(project, "finish", actor=who["checker"], within=mine.within), "not_enabled")
        mine.add("lamp")
        mine.commit()
    assert outcomes(engine, project) == ["moved", "refused"]
    assert host.names() == ["lamp"]


def test_an_error_leaves_the_hosts_transaction_usable(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    start = Send(actor=who["clerk"], event="start")
    with structlog.testing.capture_logs() as logs, host.transaction() as mine:
        mine.add("before")
        with pytest.raises(UnknownProject):
            engine.send_many([(project, start), ("nowhere", start)], within=mine.within)
        assert engine.project(project, within=mine.within).project.stage == "desk"
        mine.add("after")
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        mine.commit()
    assert host.names() == ["before", "after"]
    assert outcomes(engine, project) == ["moved", "moved"]
    assert [log["event"] for log in logs] == ["axflow.unknown_project", "axflow.entry"]


def test_an_error_of_the_database_leaves_the_hosts_transaction_usable(
    host: Host, engine: Engine, who: dict[str, Actor], project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(unit: SqlUnit) -> None:
        unit._cursor.execute("SELECT x FROM nowhere")

    with host.transaction() as mine:
        mine.add("before")
        monkeypatch.setattr(SqlUnit, "flush", wrong)
        with pytest.raises(StoreError, match="axflow db upgrade"):
            engine.send(project, "start", actor=who["clerk"], within=mine.within)
        monkeypatch.undo()
        mine.add("after")
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        mine.commit()
    assert host.names() == ["before", "after"]
    assert outcomes(engine, project) == ["moved", "moved"]


def test_a_second_engine_sees_what_the_host_wrote_and_not_what_it_rolled_back(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    other = host.again()
    with host.transaction() as mine:
        engine.send(project, "start", actor=who["clerk"], within=mine.within).require()
        assert other.record(project, "report", GOOD, actor=who["checker"], within=mine.within).outcome == "recorded"
        mine.rollback()
        assert_blocked(other.send(project, "finish", actor=who["checker"], within=mine.within), "not_enabled")
        mine.commit()
    assert engine.verify().good


def test_what_was_published_and_rolled_back_is_not_remembered(
    host: Host, engine: Engine, who: dict[str, Actor]
) -> None:
    strict = definition("2", **{"report.grade >= 3": "report.grade >= 5"})
    lax = definition("2", **{"report.grade >= 3": "report.grade >= 1"})
    with host.transaction() as mine:
        engine.publish(strict, within=mine.within)
        assert engine.definition("repair", "2", within=mine.within).digest == strict.digest
        opened = engine.open("repair", version="2", firm="acme", actor=who["clerk"], within=mine.within)
        engine.send(opened.id, "start", actor=who["clerk"], within=mine.within).require()
        mine.rollback()
    with pytest.raises(UnknownDefinition):
        engine.definition("repair", "2")
    engine.publish(lax)
    assert engine.definition("repair", "2").digest == lax.digest
    project = engine.open("repair", version="2", firm="acme", actor=who["clerk"])
    assert project.rules_digest == lax.rules_digest
    engine.send(project.id, "start", actor=who["clerk"]).require()
    engine.record(project.id, "report", {"serial": "1", "grade": 2}, actor=who["checker"]).require()
    assert engine.send(project.id, "finish", actor=who["checker"]).allowed
    assert engine.verify().good


def test_grants_that_were_rolled_back_are_not_remembered(
    host: Host, engine: Engine, who: dict[str, Actor], project: str
) -> None:
    before = len(engine.directory.current.changes)
    with host.transaction() as mine:
        engine.directory.grant("lee", "clerk", "office", within=mine.within)
        assert len(engine.directory.read(within=mine.within).changes) == before + 1
        assert engine.preview(project, "start", actor=Actor("lee", "office"), within=mine.within).allowed
        mine.rollback()
    host.again().directory.grant("ann", "checker", "shop")  # under the number that the other one had
    assert_blocked(engine.preview(project, "start", actor=Actor("lee", "office")), "not_authorised")
    with host.transaction() as mine:
        engine.directory.grant("lee", "clerk", "office", within=mine.within)
        mine.commit()
    assert engine.preview(project, "start", actor=Actor("lee", "office")).allowed


ACTS: dict[str, Callable[[Engine, dict[str, Actor], str, Any], object]] = {
    "execute": lambda e, who, p, w: e.execute(p, Send(actor=who["clerk"], event="start"), within=w),
    "send_many": lambda e, who, p, w: e.send_many([(p, Send(actor=who["clerk"], event="start"))] * 2, within=w),
    "send with evidence": lambda e, who, p, w: e.send(
        p, "start", actor=who["clerk"], evidence={"report": GOOD}, within=w
    ),
    "record": lambda e, who, p, w: e.record(
        p, "report", GOOD, actor=who["checker"], occurred_at="2026-03-02", within=w
    ),
    "hold": lambda e, who, p, w: e.hold(p, "paused", actor=who["clerk"], reason="x", within=w),
    "link": lambda e, who, p, w: e.link(p, alias=("office", "7"), actor=who["clerk"], within=w),
    "split": lambda e, who, p, w: e.split(
        p, [{"title": "a"}, {"title": "b"}], actor=who["clerk"], reason="x", within=w
    ),
    "merge": lambda e, who, p, w: e.merge([p], {"title": "a"}, actor=who["clerk"], reason="x", within=w),
    "correct": lambda e, who, p, w: e.correct(
        p, attributes={"colour": "red"}, actor=who["clerk"], reason="x", within=w
    ),
    "migrate": lambda e, who, p, w: e.migrate(p, "1", actor=who["clerk"], reason="x", within=w),
    "open": lambda e, who, p, w: e.open("repair", firm="acme", actor=who["clerk"], within=w),
    "take_over": lambda e, who, p, w: e.take_over(
        "repair", firm="acme", stage="bench", occurred_at="2026-03-02", actor=who["clerk"], within=w
    ),
    "import_history": lambda e, who, p, w: e.import_history(
        {
            "axflow_history": 1,
            "definition": "repair",
            "project": {"firm": "acme"},
            "acts": [{"kind": "open", "occurred_at": "2025-07", "actor": "clerk", "organisation": "office"}],
        },
        within=w,
    ),
    "publish": lambda e, who, p, w: e.publish(definition("9"), within=w),
    "ack": lambda e, who, p, w: e.ack(e.messages(within=w)[0].id, within=w),
    "organisation": lambda e, who, p, w: e.directory.organisation("new", en="New", within=w),
    "person": lambda e, who, p, w: e.directory.person("new", within=w),
    "delegate": lambda e, who, p, w: e.directory.delegate("clerk", "new", "clerk", "office", within=w),
    "revoke": lambda e, who, p, w: e.directory.revoke(len(e.directory.read(within=w).changes), within=w),
    "load": lambda e, who, p, w: e.directory.load([*e.directory.read(within=w).changes], within=w),
}


def contents(engine: Engine, within: Any = None) -> tuple[object, ...]:
    """What an engine holds, as far as anybody can see it."""
    rows = engine.projects(within=within)
    return (
        rows,
        [engine.history(row.id, within=within) for row in rows],
        engine.definitions(within=within),
        engine.messages(within=within),
        engine.find("7", within=within),
        len(engine.directory.read(within=within).changes),
    )


def test_every_act_is_part_of_the_transaction(host: Host, engine: Engine, who: dict[str, Actor], project: str) -> None:
    before = contents(engine)
    with host.transaction() as mine:
        for name, act in ACTS.items():
            act(engine, who, project, mine.within)
            assert (contents(engine, mine.within) == before) is (name == "load"), name
            mine.rollback()
    assert contents(engine) == before
    with host.transaction() as mine:
        for act in ACTS.values():
            inner = mine.savepoint()
            try:
                act(engine, who, project, mine.within)
            except Refused:  # a merge of what was split before
                host.done(inner.within.rollback())
            else:
                host.done(inner.within.commit())
        inside = contents(engine, mine.within)
        assert contents(engine) == before
        mine.commit()
    assert contents(engine) == inside
    assert engine.verify().good


def test_every_look_sees_the_transaction(host: Host, engine: Engine, who: dict[str, Actor]) -> None:
    with host.transaction() as mine:
        within = mine.within
        project = engine.open(
            "repair", firm="acme", title="Lamp", aliases={"shop": "7"}, actor=who["clerk"], within=within
        )
        assert engine.project(project.id, within=within).title == "Lamp"
        assert engine.status(project.id, within=within) is None
        assert engine.may_see(project.id, who["clerk"], within=within)("report.serial")
        assert [row.id for row in engine.projects(firm="acme", within=within)] == [project.id]
        assert [row.id for row in engine.firm("acme", within=within)] == [project.id]
        assert list(engine.find("7", within=within)) == [project.id]
        assert engine.verify(project.id, within=within).entries == 1
        assert list(engine.projects()) == []
        with pytest.raises(UnknownProject):
            engine.project(project.id)
        with pytest.raises(Refused):
            engine.open("repair", firm="acme", actor=Actor("stranger", "acme"), within=within)
        with pytest.raises(NotAuthorised):
            engine.sign("repair", "1", "office", actor=who["checker"], within=within)
        assert engine.sign("repair", "1", "office", actor=who["clerk"], within=within).organisation == "office"


def test_people_are_appointed_in_the_transaction(host: Host, engine: Engine) -> None:
    """An engine whose very first act is in a host's transaction."""
    with host.transaction() as mine:
        mine.add("lamp")
        engine.publish(definition(), within=mine.within)
        engine.directory.organisation("office", en="Office", within=mine.within)
        engine.directory.grant("kim", "clerk", "office", within=mine.within)
        project = engine.open("repair", firm="acme", actor=Actor("kim", "office"), within=mine.within)
        mine.commit()
    assert engine.project(project.id).project.stage == "desk"
    assert people(host.again())


@pytest.mark.postgres
def test_a_commit_in_two_phases_is_one(postgres_url: str, clock: SettableClock) -> None:
    """Announced when the second phase is through; dropped with what is rolled back after the first."""
    engine = Engine(postgres_url, clock=clock)
    who = people(engine)
    sql = create_engine(postgres_url)
    with structlog.testing.capture_logs() as logs, Session(sql, twophase=True) as session:
        project = engine.open("repair", firm="acme", actor=who["clerk"], within=session).id
        session.prepare()
        assert logs == []
        session.commit()
        assert [log["seq"] for log in logs] == [1]
        engine.send(project, "start", actor=who["clerk"], within=session).require()
        session.prepare()
        session.rollback()
        engine.record(project, "report", GOOD, actor=who["checker"], within=session).require()
        session.commit()
    assert [log["kind"] for log in logs] == ["open", "record"]
    assert outcomes(engine, project) == ["moved", "recorded"]
    engine.close()
    sql.dispose()
