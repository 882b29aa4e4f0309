"""A calendar published again: kept by its digest, put in force, journaled in every live project, resumed if cut off."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from axflow.definition.calendar import CalendarError
from axflow.engine import Engine, NotAuthorised
from axflow.engine.work import Work
from axflow.kernel.actor import Actor
from axflow.kernel.command import ChangeCalendar
from axflow.store.errors import UnknownDefinition
from axflow.testing import SettableClock, staff
from tests.engine.flow import definition

HOLIDAY = {"2026-03-12": "임시공휴일"}


WORKING = {"within: 10 days": "within: 10 working days"}
"""The bench has ten working days instead of ten days."""


def people(engine: Engine) -> dict[str, Actor]:
    """Publish the workflow and appoint its people."""
    engine.publish(definition(**WORKING))
    return staff(engine, {"clerk": ("clerk", "office"), "checker": ("checker", "shop"), "client": ("client", "acme")})


@pytest.fixture
def who(engine: Engine) -> dict[str, Actor]:
    return people(engine)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 3, 3, 1, tzinfo=UTC))


def started(engine: Engine, who: dict[str, Actor], title: str = "Lamp", **more: Any) -> str:
    """A project on the bench, with its ten working days running until 17 March."""
    id = engine.open("repair", firm="acme", title=title, actor=who["clerk"], **more).id
    engine.send(id, "start", actor=who["clerk"]).require()
    assert due(engine, id) == "2026-03-17T14:59:59.999999Z"
    return id


def due(engine: Engine, project: str) -> str | None:
    timer = engine.project(project).project.timers.get("deadline:bench_time")
    return None if timer is None else timer.due


def announced(engine: Engine, version: str = "2") -> Any:
    return engine.calendar("repair").changed(extra=HOLIDAY, version=version)


def test_a_holiday_announced_in_mid_run_moves_every_running_deadline(
    engine: Engine, who: dict[str, Actor], clock: SettableClock
) -> None:
    one, other = started(engine, who), started(engine, who)
    ended = engine.open("repair", firm="acme", actor=who["clerk"]).id
    engine.send(ended, "drop", actor=who["clerk"], reason="gone").require()
    before = engine.calendar("repair")
    clock.advance(days=2)
    (run,) = engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"], reason="decree 7")
    assert (run.definition, run.version, run.before, run.calendar) == ("repair", "1", before, announced(engine))
    assert (dict(run.added), dict(run.removed)) == (HOLIDAY, {})
    assert set(run.projects) == {one, other}, "a project that has come to its end has nothing to reckon"
    assert [(m.timer, m.before, m.after) for m in run.timers] == [
        ("deadline:bench_time", "2026-03-17T14:59:59.999999Z", "2026-03-18T14:59:59.999999Z")
    ] * 2
    assert due(engine, one) == "2026-03-18T14:59:59.999999Z"
    entry = engine.history(one)[-1].entry
    assert (entry.kind, entry.content["reason"]) == ("calendar", "decree 7")
    assert dict(entry.facts) == {"calendar.before": before.digest, "calendar.after": run.calendar.digest}
    assert entry.actor is not None and entry.actor["id"] == "clerk"
    (change,) = engine.calendar_changes("repair", "1")
    assert (change.number, change.calendar, change.published_by, change.reason) == (
        1, run.calendar.digest, "clerk", "decree 7"
    )  # fmt: skip
    assert engine.verify().good
    clock.advance(days=13)
    assert engine.tick() == 0
    clock.advance(days=1)
    assert engine.tick() == 2


def test_an_equal_calendar_changes_nothing(engine: Engine, who: dict[str, Actor]) -> None:
    one = started(engine, who)
    seq = engine.project(one).project.seq
    for calendar in (None, engine.calendar("repair"), engine.calendar("repair").changed(version="77")):
        (run,) = engine.publish_calendar("repair", calendar=calendar, actor=who["clerk"])
        assert (run.projects, run.timers, run.before) == ((), (), run.calendar)
    assert engine.project(one).project.seq == seq and engine.calendar_changes("repair", "1") == []


def test_a_dry_run_names_what_would_move_and_writes_nothing(engine: Engine, who: dict[str, Actor]) -> None:
    one = started(engine, who)
    seq = engine.project(one).project.seq
    (run,) = engine.preview_calendar("repair", "1", announced(engine), actor=who["clerk"])
    assert run.projects == (one,) and [m.after for m in run.timers] == ["2026-03-18T14:59:59.999999Z"]
    assert engine.project(one).project.seq == seq and engine.calendar_changes("repair", "1") == []
    assert engine.calendar("repair").digest == run.before.digest
    (done,) = engine.publish_calendar("repair", "1", announced(engine), actor=who["clerk"])
    assert (done.projects, done.timers) == (run.projects, run.timers)


def test_cut_off_half_way_it_goes_on_where_it_stopped(
    engine: Engine, who: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, clock: SettableClock
) -> None:
    projects = sorted(started(engine, who) for _ in range(4))
    ran, run = [], Work.run

    def dies(work: Work, id: str, command: Any) -> Any:
        if isinstance(command, ChangeCalendar) and len(ran) == 2:
            raise RuntimeError("the machine went down")
        ran.append(id)
        return run(work, id, command)

    monkeypatch.setattr(Work, "run", dies)
    with pytest.raises(RuntimeError):
        engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"])
    monkeypatch.setattr(Work, "run", run)
    moved = [due(engine, id) == "2026-03-18T14:59:59.999999Z" for id in projects]
    assert moved == [True, True, False, False]
    assert engine.verify().good
    # Until its entry each is decided by what its own journal names: a hold keeps eight days of ten in all of them.
    clock.advance(days=2)
    for id in (projects[0], projects[2]):
        engine.hold(id, "paused", actor=who["clerk"], reason="parts").require()
        assert engine.project(id).project.timers["deadline:bench_time"].allowance == {"working_days": 8}
        engine.release(id, "paused", actor=who["clerk"]).require()
    assert due(engine, projects[0]) == "2026-03-18T14:59:59.999999Z"
    assert due(engine, projects[2]) == "2026-03-17T14:59:59.999999Z"
    assert engine.calendar("repair") == announced(engine), "it is in force for what opens now"
    (rest,) = engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"])
    assert list(rest.projects) == projects[2:] and len(rest.timers) == 2
    assert len(engine.calendar_changes("repair", "1")) == 1
    assert {due(engine, id) for id in projects} == {"2026-03-18T14:59:59.999999Z"}
    assert engine.verify().good


def test_what_opens_after_it_is_reckoned_by_it_and_names_it(engine: Engine, who: dict[str, Actor]) -> None:
    engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"])
    id = engine.open("repair", firm="acme", actor=who["clerk"]).id
    engine.send(id, "start", actor=who["clerk"]).require()
    assert due(engine, id) == "2026-03-18T14:59:59.999999Z"
    opened = engine.history(id)[0].entry
    assert ("calendar", announced(engine).digest) in opened.effects


def test_every_version_has_a_calendar_of_its_own(engine: Engine, who: dict[str, Actor]) -> None:
    one = started(engine, who)
    engine.publish(definition("2", **WORKING, **{"within: 90 days": "within: 91 days"}))
    two = started(engine, who, version="2")
    (run,) = engine.publish_calendar("repair", "2", announced(engine), actor=who["clerk"])
    assert run.projects == (two,) and due(engine, one) == "2026-03-17T14:59:59.999999Z"
    assert engine.calendar("repair", "1") != engine.calendar("repair", "2") == announced(engine)
    assert engine.migrate(one, "2", actor=who["checker"], reason="r").outcome == "moved"
    assert due(engine, one) == "2026-03-18T14:59:59.999999Z", "a migration brings the version's calendar with it"
    assert engine.project(one).project.calendar == announced(engine).digest
    both = engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"])
    assert [(run.version, run.projects) for run in both] == [("1", ()), ("2", ())]
    assert engine.verify().good


def test_what_is_known_today_is_the_default(
    engine: Engine, who: dict[str, Actor], clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Holidays that have become known since, and years that lie further ahead."""
    one = started(engine, who)
    import axflow.definition.calendar as calendars

    published = calendars._published

    def with_news(country: str, years: list[int]) -> tuple[dict[str, str], list[str]]:
        names, free = published(country, years)
        return {**names, **HOLIDAY}, free

    monkeypatch.setattr(calendars, "_published", with_news)
    (run,) = engine.publish_calendar("repair", actor=who["clerk"])
    assert run.projects == (one,) and dict(run.added) == HOLIDAY and run.calendar.version == "2"
    clock.advance(days=330)
    (later,) = engine.publish_calendar("repair", actor=who["clerk"])
    assert later.calendar.version == "3" and later.calendar.last_day == date(2042, 12, 31)


def test_who_may_publish_a_calendar(engine: Engine, who: dict[str, Actor]) -> None:
    for actor in (who["client"], Actor("nobody", "office")):
        with pytest.raises(NotAuthorised, match=r"may not publish a calendar for 'repair'; it needs the role clerk"):
            engine.publish_calendar("repair", calendar=announced(engine), actor=actor)
        with pytest.raises(NotAuthorised):
            engine.preview_calendar("repair", calendar=announced(engine), actor=actor)
    assert engine.calendar_changes("repair", "1") == []
    engine.publish(definition("2", **WORKING, **{"administration:\n": "administration:\n  calendar: checker\n"}))
    with pytest.raises(NotAuthorised, match="needs the role checker"):
        engine.publish_calendar("repair", "2", announced(engine), actor=who["clerk"])
    assert engine.publish_calendar("repair", "2", announced(engine), actor=who["checker"])[0].timers == ()


def test_a_calendar_that_does_not_fit_is_refused_with_what_would(engine: Engine, who: dict[str, Actor]) -> None:
    known = engine.calendar("repair")
    for wrong, problem in (
        (replace(known, timezone="Asia/Tokyo"), "reckons by KR in Asia/Seoul"),
        (replace(known, last_day=date(2030, 12, 31)), "it must cover 2006-01-01 to 2041-12-31"),
        (replace(known, last_day=date(2026, 1, 31)), "publish a calendar that includes 2026"),
    ):
        with pytest.raises(CalendarError, match=problem):
            engine.publish_calendar("repair", calendar=wrong, actor=who["clerk"])
    with pytest.raises(UnknownDefinition):
        engine.publish_calendar("nothing", actor=who["clerk"])
    with pytest.raises(CalendarError, match="'2026-03-13' is no holiday here"):
        known.changed(remove=["2026-03-13"])
    with pytest.raises(CalendarError, match="covers 2006-01-01 to 2041-12-31"):
        known.changed(extra={"2050-01-01": "x"})


def test_a_recorded_history_is_left_alone_and_taken_over_under_the_calendar_in_force(
    engine: Engine, who: dict[str, Actor]
) -> None:
    told = {
        "axflow_history": "1",
        "definition": "repair",
        "project": {"firm": "acme", "title": "Old lamp"},
        "acts": [
            {"kind": "open", "occurred_at": "2025-03-03", "actor": "clerk", "organisation": "office"},
            {"kind": "send", "name": "start", "occurred_at": "2025-04", "actor": "clerk", "organisation": "office"},
        ],
    }
    id = engine.import_history(told).id
    (run,) = engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"])
    assert run.projects == ()
    engine.take_over("repair", id=id, firm="acme", actor=who["checker"])
    assert due(engine, id) == "2026-03-18T14:59:59.999999Z"
    assert engine.verify().good


def test_a_calendar_that_was_never_in_force_or_was_changed_is_found(tmp_path: Path, clock: SettableClock) -> None:
    file = tmp_path / "a.db"
    engine = Engine(file, clock=clock)
    who = people(engine)
    started(engine, who)
    engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"])
    engine.close()

    def found(*statements: str) -> list[tuple[int, str]]:
        copy = tmp_path / "copy.db"
        copy.unlink(missing_ok=True)
        with sqlite3.connect(file) as source, sqlite3.connect(copy) as target:
            source.backup(target)
            for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                target.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                target.execute(statement)
        target.close()
        looked = Engine(copy, clock=clock)
        breaks = [(item.seq, item.what) for item in looked.verify().breaks]
        looked.close()
        return breaks

    assert found() == []
    assert found("DELETE FROM axflow_calendar_changes") == [(3, "calendar")]
    assert found("UPDATE axflow_calendar_changes SET number = 2") == [(0, "calendar")]
    changed = "UPDATE axflow_calendars SET document = replace(document, '26-03-12', '26-03-13')"
    assert found(changed) == [(0, "calendar"), (3, "calendar")]


def test_a_database_from_before_is_reckoned_by_the_calendar_published_with_the_version(
    engine: Engine, who: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Journals written before entries named their calendar go on as they are."""
    from axflow.kernel import administering

    opening = administering.opening_effects
    monkeypatch.setattr(
        "axflow.kernel.administering.opening_effects",
        lambda *given: [effect for effect in opening(*given) if effect[0] != "calendar"],
    )
    one = started(engine, who)
    assert engine.project(one).project.calendar is None
    (run,) = engine.publish_calendar("repair", calendar=announced(engine), actor=who["clerk"])
    assert run.projects == (one,) and due(engine, one) == "2026-03-18T14:59:59.999999Z"
    assert engine.verify().good


def test_staff_of_a_host_that_vouches_may_publish_too(clock: SettableClock) -> None:
    engine = Engine.memory(clock=clock, authority="host")
    engine.publish(definition(**WORKING))
    clerk = Actor("kim", "office", "clerk")
    engine.open("repair", firm="acme", actor=clerk)
    assert len(engine.publish_calendar("repair", calendar=announced(engine), actor=clerk)[0].projects) == 1
    with pytest.raises(NotAuthorised):
        engine.publish_calendar("repair", calendar=announced(engine), actor=Actor("kim", "acme", "client"))
