"""What a guard may know of other projects: linked ones and those of the same firm."""

from __future__ import annotations

import pytest

from axflow.definition.loading import loads
from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock, assert_blocked, staff

TEXT = """
axflow: 1
id: trial
version: "1"
title: Trial
calendar: {country: KR, timezone: Asia/Seoul}
organisations: {office: Office}
roles: {clerk: {of: office}}
evidence:
  report: {from: clerk, fields: {good: boolean}, valid_for: 30 days}
guards:
  shown: {title: Shown, when: report.good}
  sister_shown:
    title: The sister project is at least shown
    when: 'links.sister.exists(p, p.status in ["shown", "checked"])'
  sister_of_firm: {title: It is of this firm, when: 'links.sister.all(p, p.firm == project.firm)'}
  firm_checked: {title: The firm has one checked, when: 'firm.projects.exists(p, p.status == "checked")'}
  sister_runs: {title: The sister project still runs, when: 'links.sister.exists(p, p.end == "")'}
stages:
  first: {owner: office, accepts: report}
  second: {owner: office, accepts: report}
ends: {done: success, late: failure}
statuses:
  - {id: shown, title: Shown, guard: shown}
  - {id: checked, title: Checked, passed: check}
links: {sister: {title: Sister}}
transitions:
  - {event: check, from: first, to: second, by: clerk, guards: shown}
  - {event: follow, from: first, to: second, by: clerk, guards: [sister_shown, sister_of_firm]}
  - {event: trust, from: first, to: second, by: clerk, guards: firm_checked}
  - {event: accompany, from: first, to: second, by: clerk, guards: sister_runs}
  - {event: finish, from: second, to: done, by: clerk}
deadlines: {stay: {in: first, within: 40 days, if_late: {to: late}}}
administration: {link: {by: clerk}}
"""


@pytest.fixture
def clerk(engine: Engine) -> Actor:
    engine.publish(loads(TEXT))
    return staff(engine, {"clerk": ("clerk", "office")})["clerk"]


def opened(engine: Engine, clerk: Actor, firm: str = "acme") -> str:
    return engine.open("trial", firm=firm, actor=clerk).id


def test_a_guard_reads_the_status_word_of_a_linked_project(engine: Engine, clerk: Actor, clock: SettableClock) -> None:
    one, sister = opened(engine, clerk), opened(engine, clerk)
    engine.link(one, "sister", sister, actor=clerk).require()
    assert_blocked(engine.send(one, "follow", actor=clerk), "guard_false")
    engine.record(sister, "report", {"good": False}, actor=clerk).require()
    assert_blocked(engine.send(one, "follow", actor=clerk), "guard_false")
    engine.record(sister, "report", {"good": True}, actor=clerk).require()
    assert engine.status(sister) == "shown"
    assert engine.preview(one, "follow", actor=clerk).allowed
    clock.advance(days=31)
    assert engine.status(sister) is None, "the report has expired, though nobody ticked"
    assert_blocked(engine.send(one, "follow", actor=clerk), "guard_false")
    engine.record(sister, "report", {"good": True}, actor=clerk).require()
    engine.send(sister, "check", actor=clerk).require()
    assert engine.send(one, "follow", actor=clerk).outcome == "moved"
    seen = engine.project(sister).project.version
    assert engine.history(one)[-1].entry.facts == ((f"project:{sister}", str(seen)),)
    assert engine.verify().good


def test_a_word_is_no_stronger_than_its_evidence_though_nobody_ticked(
    engine: Engine, clerk: Actor, clock: SettableClock
) -> None:
    one, sister = opened(engine, clerk), opened(engine, clerk)
    engine.link(one, "sister", sister, actor=clerk).require()
    engine.record(sister, "report", {"good": True}, actor=clerk).require()
    engine.send(sister, "check", actor=clerk).require()
    assert engine.status(sister) == "checked"
    clock.advance(days=31)
    assert engine.status(sister) is None
    assert engine.project(sister).status is None
    assert_blocked(engine.send(one, "follow", actor=clerk), "guard_false")
    assert engine.tick() == 1
    assert engine.status(sister) is None


def test_a_guard_reads_the_status_words_and_firms_of_other_projects(engine: Engine, clerk: Actor) -> None:
    one, sister, stranger = opened(engine, clerk), opened(engine, clerk), opened(engine, clerk, "other")
    for project in (sister, stranger):
        engine.record(project, "report", {"good": True}, actor=clerk).require()
    assert_blocked(engine.send(one, "trust", actor=clerk), "guard_false")
    engine.send(stranger, "check", actor=clerk).require()
    assert_blocked(engine.send(one, "trust", actor=clerk), "guard_false")
    engine.send(sister, "check", actor=clerk).require()
    assert engine.preview(one, "trust", actor=clerk).allowed
    engine.link(one, "sister", stranger, actor=clerk).require()
    assert_blocked(engine.send(one, "follow", actor=clerk), "guard_false")
    assert engine.history(one)[-1].entry.verdicts == (("sister_shown", "TRUE"), ("sister_of_firm", "FALSE"))


def test_a_link_leads_to_a_project_of_the_workflow_that_it_is_declared_for(engine: Engine, clerk: Actor) -> None:
    engine.publish(loads(TEXT.replace("id: trial", "id: other")))
    one, two = opened(engine, clerk), engine.open("other", firm="acme", actor=clerk).id
    decision = engine.link(one, "sister", two, actor=clerk)
    assert_blocked(decision, "unknown_name")
    assert "project of trial" in decision.reasons()[0]
    assert engine.project(one).project.links == {}


def test_projects_that_point_at_each_other_are_looked_at_in_bounded_time(
    engine: Engine, clerk: Actor, clock: SettableClock
) -> None:
    one, sister = opened(engine, clerk), opened(engine, clerk)
    engine.link(one, "sister", sister, actor=clerk).require()
    engine.link(sister, "sister", one, actor=clerk).require()
    engine.record(one, "report", {"good": True}, actor=clerk).require()
    assert engine.preview(sister, "follow", actor=clerk).allowed
    clock.advance(days=31)
    assert not engine.preview(sister, "follow", actor=clerk).allowed


def test_another_project_is_seen_as_it_is_now_whether_or_not_somebody_ticked(
    engine: Engine, clerk: Actor, clock: SettableClock
) -> None:
    sister = opened(engine, clerk)
    clock.advance(days=20)
    one = opened(engine, clerk)
    engine.link(one, "sister", sister, actor=clerk).require()
    assert engine.preview(one, "accompany", actor=clerk).allowed
    clock.advance(days=25)
    before = engine.preview(one, "accompany", actor=clerk)
    assert engine.project(sister).project.end is None
    assert engine.tick() == 1
    assert engine.project(sister).project.end == "late"
    after = engine.preview(one, "accompany", actor=clerk)
    assert [b.code for b in before.blockers] == [b.code for b in after.blockers] == ["guard_false"]
