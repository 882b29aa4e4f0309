"""A republished calendar: what runs is due anew, what stands keeps its remainder, what happened stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from axflow.definition.calendar import Calendar, CalendarError
from axflow.kernel import command as commands
from axflow.kernel.clocks import due as due_at
from axflow.kernel.decide import decide
from axflow.kernel.evolve import replay
from axflow.kernel.limits import allowance_of
from axflow.kernel.project import Project
from tests.kernel.play import SEOUL, START, Play, calendar, codes, due, people, sealed, who

# 2 March 2026 is a day off. Ten working days after it end on Monday the 16th.
RULES = """
evidence:
  paper: {from: clerk, fields: {good: boolean}, valid_for: 14 days}
guards:
  good: {title: Good, when: paper.good, waivable: {by: judge, confirmed_by: chief, for: 10 working days}}
stages:
  one: {owner: alpha, accepts: paper}
  two: {owner: beta}
ends: {done: success, late: failure}
obligations: {owed: {title: Owed, within: 10 working days, discharged_by: judge, if_late: escalate}}
holds: {shut: {in: any, by: clerk, reason: optional, blocks: [end], stops: [applicant], within: 10 working days,
               if_late: escalate}}
deadlines:
  office: {in: one, within: 10 working days, if_late: escalate,
           extension: {by: chief, for: 5 working days, reason: false}}
  theirs: {in: one, within: 10 working days, clock: applicant, if_late: {to: late}}
  days: {in: one, within: 8 days, if_late: escalate}
  hours: {in: one, within: 300 hours, if_late: escalate}
transitions:
  - {id: by_time, after: 10 working days, from: one, to: two}
  - {event: end, from: [one, two], to: done, by: judge, guards: good, conditions: owed}
administration: {migrate: {by: judge}, take_over: {by: judge}}
"""
TUESDAY = {"2026-03-10": "임시공휴일"}


def announced() -> Calendar:
    """The calendar with a holiday that was announced late."""
    return calendar().changed(extra=TUESDAY, version="2")


def test_a_holiday_announced_in_mid_run_moves_a_running_limit_by_a_day() -> None:
    play = Play(RULES).open()
    assert due(play, "deadline:office") == "2026-03-16T23:59"
    assert due(play, "deadline:days") == "2026-03-10T23:59"
    hours = due(play, "deadline:hours")
    play.wait(3).recalendar(announced()).require()
    assert due(play, "deadline:office") == due(play, "after:by_time") == "2026-03-17T23:59"
    assert due(play, "deadline:days") == "2026-03-11T23:59", "its last day is a day off now"
    assert due(play, "deadline:hours") == hours


def test_the_entry_names_both_calendars_and_the_limits_that_move() -> None:
    play = Play(RULES).open()
    before = play.state
    play.recalendar(announced(), reason="decree 1").require()
    entry = play.last()
    assert (entry.kind, entry.outcome, entry.content) == ("calendar", "recorded", {"reason": "decree 1"})
    assert entry.facts == (("calendar.before", calendar().digest), ("calendar.after", announced().digest))
    assert [effect[1] for effect in entry.effects if effect[0] == "timer"] == [
        "after:by_time", "deadline:office", "deadline:theirs", "deadline:days"
    ]  # fmt: skip
    assert play.state.calendar == announced().digest and before.calendar == calendar().digest
    assert play.state.version == before.version + 1
    assert play.entries[0].effects[2] == ("calendar", calendar().digest), "an opening names the calendar as well"


def test_a_clock_that_stands_keeps_its_remainder_and_runs_on_by_the_new_calendar() -> None:
    play = Play(RULES).open()
    play.wait(2).hold("shut").require()
    standing = play.state.timers["deadline:theirs"]
    assert standing.due is None and standing.allowance == {"working_days": 8}
    play.wait(1).recalendar(announced()).require()
    assert play.state.timers["deadline:theirs"] == standing
    play.wait(1).release("shut").require()
    # From Friday the 6th eight working days: 9, 11, 12, 13, 16, 17, 18, 19; by the old calendar the 18th.
    assert due(play, "deadline:theirs") == "2026-03-19T23:59"


def test_a_clock_that_runs_again_is_reckoned_from_when_it_did() -> None:
    play = Play(RULES).open()
    play.wait(2).hold("shut").require()
    play.wait(2).release("shut").require()
    assert due(play, "deadline:theirs") == "2026-03-18T23:59"
    play.recalendar(announced()).require()
    assert due(play, "deadline:theirs") == "2026-03-19T23:59"


def test_limits_of_holds_obligations_and_waivers_move_too() -> None:
    play = Play(RULES).open()
    play.waive("good", "judge").require()
    play.waive("good", "chief").require()
    play.hold("shut").require()
    for timer in ("hold_limit:shut", "waiver:good"):
        assert due(play, timer) == "2026-03-16T23:59"
    play.recalendar(announced()).require()
    assert due(play, "hold_limit:shut") == due(play, "waiver:good") == "2026-03-17T23:59"
    assert play.state.waivers["good"].until == play.state.timers["waiver:good"].due
    play.release("shut").require()
    play.now = datetime(2026, 3, 17, 20, tzinfo=SEOUL)
    play.send("end", "judge").require()
    assert due(play, "obligation:owed") == "2026-03-31T23:59"
    assert play.last("send").waivers == ("good",), "the waiver lasts as long as its moved end says"


def test_how_long_evidence_is_valid_was_recorded_with_it_and_does_not_move() -> None:
    play = Play(RULES).open()
    play.record("paper", values={"good": True}).require()
    before = play.state.timers["validity:paper#2"]
    play.recalendar(calendar().changed(extra={before.due[:10] if before.due else "": "x"}, version="4")).require()
    assert play.state.timers["validity:paper#2"] == before
    assert play.state.evidence["paper#2"].valid_until == before.due


def test_an_extension_in_working_days_goes_on_counting_working_days() -> None:
    play = Play(RULES).open()
    play.wait(1).do(commands.Extend(deadline="office", actor=who("chief"))).require()
    assert due(play, "deadline:office") == "2026-03-23T23:59"
    assert play.state.timers["deadline:office"].allowance == {"working_days": 14}
    play.recalendar(announced()).require()
    assert due(play, "deadline:office") == "2026-03-24T23:59"


def test_a_limit_that_is_over_by_the_new_calendar_is_kept_at_the_next_tick_as_of_its_new_due_time() -> None:
    saturdays = replace(calendar(), weekend=("sunday",), version="3")
    play = Play(RULES).open()
    play.now = datetime(2026, 3, 16, 12, tzinfo=SEOUL)
    play.recalendar(saturdays).require()
    assert due(play, "deadline:theirs") == "2026-03-13T23:59" and play.state.stage == "one"
    assert play.state.next_due is not None and play.state.next_due < play.state.recorded_at
    fired = play.wait(1).tick()
    assert play.state.end == "late"
    entry = next(e for e in fired.entries if e.cause == "timer:deadline:theirs")
    assert str(entry.occurred["end"]).startswith("2026-03-13T14:59:59") and entry.recorded_at.startswith("2026-03-17")


def test_what_has_fired_is_not_undone() -> None:
    play = Play(RULES).open()
    play.now = datetime(2026, 3, 17, 12, tzinfo=SEOUL)
    play.tick()
    before = play.state
    assert before.stage == "late" or before.breaches, "limits fired"
    play.recalendar(announced()).require()
    after = play.state
    assert (after.stage, after.breaches, after.visits) == (before.stage, before.breaches, before.visits)
    assert set(after.timers) == set(before.timers)


def test_a_timed_step_whose_time_is_up_stays_due() -> None:
    text = RULES.replace(
        "after: 10 working days, from: one, to: two", "after: 2 days, from: one, to: two, guards: good"
    )
    play = Play(text).open().wait(3)
    play.tick()
    assert play.state.timers["after:by_time"].elapsed
    play.recalendar(announced()).require()
    assert play.state.timers["after:by_time"].elapsed
    play.record("paper", values={"good": True}).require()
    assert play.state.stage == "two"


def test_who_may_and_what_stands_against_it() -> None:
    play = Play(RULES).open()
    assert codes(play.recalendar(calendar())) == ["same_calendar"]
    assert codes(play.recalendar(announced(), "owner")) == ["not_authorised"]
    other = commands.ChangeCalendar(calendar="0" * 64, actor=who("clerk"))
    assert codes(play.do(other)) == ["unknown_name"]
    assert play.recalendar(announced(), "judge").outcome == "recorded"
    assert codes(play.recalendar(announced(), "judge")) == ["same_calendar"]
    named = Play(RULES.replace("administration: {", "administration: {calendar: chief, ")).open()
    assert codes(named.recalendar(announced(), "clerk")) == ["not_authorised"]
    assert named.recalendar(announced(), "chief").allowed
    granted = Play(RULES, directory=people("owner", "judge")).open()
    assert codes(granted.recalendar(announced(), "clerk")) == ["not_authorised"]
    assert granted.recalendar(announced(), "judge").allowed


def test_a_project_is_decided_by_the_calendar_that_its_journal_names() -> None:
    play = Play(RULES).open()
    command = commands.Send(event="end", actor=who("judge"))
    facts = play.facts(command)._replace(calendar=announced())
    with pytest.raises(ValueError, match=r"'p1' is reckoned by calendar \w{12}…, not by \w{12}…"):
        decide(play.definition, play.state, command, facts)
    play.in_force(announced()).wait(1).hold("shut").require()
    assert due(play, "hold_limit:shut") == "2026-03-17T23:59", "without an entry it keeps the old calendar"
    assert Play(RULES).in_force(announced()).open().state.calendar == announced().digest


def test_an_older_snapshot_names_no_calendar_and_is_reckoned_by_the_one_published() -> None:
    play = Play(RULES).open()
    raw = json.loads(play.state.to_json())
    since = Project._fields.index("calendar")
    assert Project.from_json(json.dumps(raw[:since])) == play.state._replace(calendar=None)
    play.entries[0] = play.entries[0]._replace(
        effects=tuple(effect for effect in play.entries[0].effects if effect[0] != "calendar")
    )
    play.project = replay(play.entries)
    assert play.state.calendar is None
    play.wait(1).recalendar(announced()).require()
    assert play.last().facts[0] == ("calendar.before", calendar().digest)
    assert due(play, "deadline:office") == "2026-03-17T23:59"


def test_a_migration_brings_the_project_under_the_calendar_of_its_new_version() -> None:
    play = Play(RULES).open()
    play.in_force(announced())
    target = Play(RULES.replace("within: 8 days", "within: 9 days")).definition
    play.do(commands.Migrate(target=target, actor=who("judge"))).require()
    assert play.state.calendar == announced().digest and ("calendar.after", announced().digest) in play.last().facts
    assert due(play, "deadline:office") == "2026-03-17T23:59"
    play.wait(1).hold("shut").require()
    assert due(play, "hold_limit:shut") == "2026-03-18T23:59"


def test_a_take_over_brings_a_history_under_the_calendar_in_force() -> None:
    play = Play(RULES)
    play.do(commands.Open(project="p1", firm="firm", actor=who("owner"), enforce=False)).require()
    old = commands.ChangeCalendar(calendar=announced().digest, actor=who("clerk"))
    assert codes(play.in_force(announced()).do(old)) == ["recorded_history"]
    play.do(commands.TakeOver(project="p1", firm="firm", actor=who("judge"))).require()
    assert play.state.calendar == announced().digest
    assert due(play, "deadline:office") == "2026-03-17T23:59"


def test_a_calendar_that_has_run_out_can_still_be_replaced() -> None:
    """A breach in its last days starts a limit beyond them: nothing can be decided until a longer one is published."""
    text = RULES.replace("days: {in: one, within: 8 days, if_late: escalate}",
                         "days: {in: one, within: 8 days, if_late: {obligation: owed}}")  # fmt: skip
    short = replace(calendar(), last_day=date(2026, 3, 16), version="0")
    play = Play(text)
    play.calendars[short.digest] = play.following = short
    play.open()
    play.now = datetime(2026, 3, 12, 12, tzinfo=SEOUL)
    with pytest.raises(CalendarError, match="publish a calendar that includes 2026"):
        play.tick()
    decision = play.recalendar(calendar()).require()
    assert [entry.kind for entry in decision.entries] == ["timer", "calendar"]
    assert decision.entries[1].facts == (("calendar.before", short.digest), ("calendar.after", calendar().digest))
    assert due(play, "obligation:owed") == "2026-03-24T23:59" and play.state.calendar == calendar().digest
    assert codes(play.recalendar(calendar())) == ["same_calendar"]


def test_every_running_limit_is_due_as_its_own_beginning_says() -> None:
    play = Play(RULES).open()
    play.wait(1).hold("shut").require()
    play.recalendar(announced()).require()
    for timer in play.state.timers.values():
        if timer.due is not None:
            since = datetime.fromisoformat(timer.since)
            assert due_at(since, allowance_of(timer), announced()) == datetime.fromisoformat(timer.due)
    assert replay(sealed(play.entries)) == play.state
    assert play.state.opened_at < play.state.recorded_at and START + timedelta(days=1) == play.now
