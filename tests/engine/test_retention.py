"""Retention by schedule, and legal holds that stand above it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.engine import Engine, ScheduleError, read_schedule
from axflow.kernel.actor import Actor
from axflow.kernel.decision import Decision
from axflow.testing import SettableClock
from tests.engine.flow import people

ROOT = Path(__file__).resolve().parents[2]
SCHEDULE: dict[str, Any] = {
    "axflow_retention": "1",
    "reason": "Archives Act, article 7",
    "rules": [{"classification": "secret", "for": "30 days"}, {"evidence": "report", "for": "2 years"}],
}
EVERYTHING = {**SCHEDULE, "rules": [{"for": "1 year"}]}


def ended(engine: Engine, who: dict[str, Actor], serial: str = "S") -> str:
    """A project with a title, a reason, a report with a secret note, and an end."""
    id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
    engine.send(id, "start", actor=who["clerk"], reason="today").require()
    engine.record(id, "report", {"serial": serial, "grade": 4, "note": "of Kim"}, actor=who["checker"]).require()
    engine.send(id, "finish", actor=who["clerk"]).require()
    return id


class Interrupted(Exception):
    """Somebody stopped it."""


def codes(decision: Decision) -> list[str]:
    """Why it was refused."""
    return [blocker.code for blocker in decision.blockers]


def content(engine: Engine, project: str) -> set[str]:
    """The content fields that are there, by entry."""
    return {
        f"{item.entry.seq}.{field}"
        for item in engine.history(project)
        for field in (*item.entry.content, *item.hidden)
        if field not in item.redacted
    }


def test_each_field_is_destroyed_when_its_rule_says_so(
    engine: Engine, clock: SettableClock, who: dict[str, Actor]
) -> None:
    schedule = read_schedule(SCHEDULE)
    project = ended(engine, who)
    running = engine.open("repair", firm="acme", title="Other", actor=who["clerk"]).id
    clock.advance(days=29)
    assert engine.retain(schedule, actor=who["clerk"]) == ()
    clock.advance(days=1)
    (due,) = engine.expired(schedule)
    assert (due.project, dict(due.fields)) == (project, {3: ("values.note",)})
    (done,) = engine.retain(schedule, actor=who["clerk"])
    assert (done.outcome, done.expired) == ("destroyed", due)
    assert "3.values.note" not in content(engine, project)
    assert {"1.title", "2.reason", "3.values.serial"} <= content(engine, project)
    clock.advance(days=731)
    (done,) = engine.retain(schedule, actor=who["clerk"])
    assert set(done.expired.fields[3]) == {"values.serial", "values.grade"}
    assert {"1.title", "2.reason"} <= content(engine, project)
    assert engine.expired(schedule) == ()
    assert "1.title" in content(engine, running)
    last = engine.history(project)[-1].entry
    assert (last.kind, last.code) == ("redact", "retention")
    assert last.content["reason"] == f"Archives Act, article 7 (schedule {schedule.digest[:16]})"
    assert engine.verify().good


def test_a_second_run_destroys_nothing_and_not_the_words_of_the_first(
    engine: Engine, clock: SettableClock, who: dict[str, Actor]
) -> None:
    project = ended(engine, who)
    clock.advance(days=400)
    assert [done.outcome for done in engine.retain(read_schedule(EVERYTHING), actor=who["clerk"])] == ["destroyed"]
    left = content(engine, project)
    assert left
    assert all(field.endswith(".reason") for field in left)
    assert engine.retain(read_schedule(EVERYTHING), actor=who["clerk"]) == ()
    assert content(engine, project) == left


def test_what_is_kept_for_a_matter_is_destroyed_by_nobody(
    engine: Engine, clock: SettableClock, who: dict[str, Actor]
) -> None:
    project = ended(engine, who)
    engine.legal_hold(project, "court-7", actor=who["checker"], reason="claim of Kim").require()
    assert codes(engine.legal_hold(project, "court-7", actor=who["clerk"], reason="again")) == ["already_kept"]
    assert set(engine.project(project).project.legal_holds) == {"court-7"}
    clock.advance(days=1000)
    before = content(engine, project)
    (done,) = engine.retain(read_schedule(SCHEDULE), actor=who["clerk"])
    assert (done.outcome, done.expired.held_for) == ("held", ("court-7",))
    forced = engine.redact(project, 3, ["values.note"], actor=who["clerk"], reason="now", force=True)
    assert codes(forced) == ["legal_hold"]
    assert forced.reasons("ko") == ["court-7 관련 법적 보존 중이므로 내용을 삭제할 수 없습니다."]
    assert before <= content(engine, project)
    assert codes(engine.lift_legal_hold(project, "court-8", actor=who["clerk"], reason="over")) == ["not_kept"]
    engine.lift_legal_hold(project, "court-7", actor=who["clerk"], reason="over").require()
    (done,) = engine.retain(read_schedule(SCHEDULE), actor=who["clerk"])
    assert done.outcome == "destroyed"
    assert engine.verify().good


def test_a_legal_hold_needs_a_reason_a_name_and_somebody_who_may(engine: Engine, who: dict[str, Actor]) -> None:
    project = ended(engine, who)
    assert codes(engine.legal_hold(project, "a", actor=who["clerk"])) == ["reason_required"]
    assert codes(engine.legal_hold(project, "the case of Kim", actor=who["clerk"], reason="r")) == ["wrong_form"]
    assert codes(engine.legal_hold(project, "a", actor=who["client"], reason="r")) == ["not_authorised"]
    assert not engine.project(project).project.legal_holds


def test_a_project_of_which_something_may_not_go_keeps_all(
    engine: Engine, clock: SettableClock, who: dict[str, Actor]
) -> None:
    project = ended(engine, who)
    before = content(engine, project)
    clock.advance(days=1000)
    (done,) = engine.retain(read_schedule(EVERYTHING), actor=who["checker"])
    assert done.outcome == "refused"
    assert done.refusal is not None
    assert codes(done.refusal) == ["not_authorised"]
    assert before <= content(engine, project)
    assert engine.history(project)[-1].entry.outcome == "refused"


def test_an_interrupted_run_goes_on_with_what_is_left(
    engine: Engine, clock: SettableClock, who: dict[str, Actor]
) -> None:
    projects = {ended(engine, who, serial) for serial in "ABC"}
    clock.advance(days=1000)
    seen: list[str] = []

    def stop(done: Any) -> None:
        seen.append(done.expired.project)
        raise Interrupted

    with pytest.raises(Interrupted):
        engine.retain(read_schedule(EVERYTHING), actor=who["clerk"], told=stop)
    rest = engine.retain(read_schedule(EVERYTHING), actor=who["clerk"])
    assert {done.expired.project for done in rest} == projects - {*seen}
    assert engine.verify().good


_KILLED = """
import sys, time
from axflow.engine import Engine, read_schedule
from axflow.testing import SettableClock
from tests.engine.flow import people
from tests.engine.test_retention import EVERYTHING
clock = SettableClock()
clock.advance(days=1000)
engine = Engine(sys.argv[1], clock=clock)
def told(done):
    print(done.expired.project, flush=True)
    time.sleep(0.002)
engine.retain(read_schedule(EVERYTHING), actor=__import__("axflow").Actor("clerk", "office", "clerk"), told=told)
"""


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_killed_run_leaves_each_project_whole_or_untouched(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
    clock = SettableClock()
    engine = Engine(url, clock=clock)
    who = people(engine)
    projects = [ended(engine, who, str(number)) for number in range(12)]
    process = subprocess.Popen([sys.executable, "-c", _KILLED, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(3)]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    clock.advance(days=1000)
    states = [len({field for field in content(engine, id) if int(field.split(".")[0]) <= 4}) for id in projects]
    assert {*states} <= {0, max(states)}, "a project was left half-way"
    assert all(not {f for f in content(engine, id) if int(f.split(".")[0]) <= 4} for id in told)
    engine.retain(read_schedule(EVERYTHING), actor=who["clerk"])
    assert not engine.expired(read_schedule(EVERYTHING))
    assert engine.verify().good
    engine.close()


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.booleans(), st.booleans()), min_size=1, max_size=5),
    st.integers(1, 60),
)
def test_nothing_held_is_destroyed_and_everything_due_is(projects: list[tuple[int, bool, bool]], days: int) -> None:
    """Each project: the day on which it is opened and perhaps ended, whether it ended, whether it is kept."""
    clock = SettableClock()
    engine = Engine.memory(clock=clock)
    who = people(engine)
    schedule = read_schedule({**SCHEDULE, "rules": [{"classification": "secret", "for": f"{days} days"}]})
    made: dict[str, tuple[int, bool, bool]] = {}
    today = 0
    for number, (day, ends, kept) in enumerate(sorted(projects)):
        clock.advance(days=day - today)
        today = day
        id = engine.open("repair", firm="acme", title="Lamp", actor=who["clerk"]).id
        engine.send(id, "start", actor=who["clerk"]).require()
        values = {"serial": str(number), "grade": 4, "note": "of Kim"}
        engine.record(id, "report", values, actor=who["checker"]).require()
        if ends:
            engine.send(id, "finish", actor=who["clerk"]).require()
        if kept:
            engine.legal_hold(id, "m", actor=who["clerk"], reason="r").require()
        made[id] = (day, ends, kept)
    clock.advance(days=70 - today)
    engine.retain(schedule, actor=who["clerk"])
    for id, (day, ends, kept) in made.items():
        gone = "3.values.note" not in content(engine, id)
        assert gone == (ends and not kept and day + days <= 70)
    assert engine.verify().good


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "reason"),
        ({**SCHEDULE, "rules": []}, "rules"),
        ({**SCHEDULE, "rules": [{"for": "3 working days"}]}, "days, weeks, months or years"),
        ({**SCHEDULE, "rules": [{"for": "soon"}]}, "a duration is"),
        ({**SCHEDULE, "rules": [{"For": "3 days"}]}, "rules.0"),
        ({**SCHEDULE, "axflow_retention": "2"}, "axflow_retention"),
    ],
)
def test_a_schedule_that_cannot_be_read_says_what_would_be_right(data: dict[str, Any], said: str) -> None:
    with pytest.raises(ScheduleError, match=said):
        read_schedule(data)


def test_a_schedule_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(
        "axflow_retention: 1\nreason: Archives Act, article 7\n"
        "rules:\n  - {classification: secret, for: 30 days}\n  - {evidence: report, for: 2 years}\n",
        encoding="utf-8",
    )
    assert read_schedule(file) == read_schedule(SCHEDULE)
