"""Time limits anew: what runs after a take-over of a history, and after a migration."""

from __future__ import annotations

from typing import Any

import pytest

from axflow.kernel import command as commands
from tests.kernel.play import Play, codes, due, moment, who

RULES = """
evidence:
  paper: {from: clerk, fields: {good: boolean, ends: {type: date, optional: true}}}
  notice: {from: clerk, anywhere: true}
guards:
  good: {title: Good, when: paper.good, waivable: {by: judge, confirmed_by: chief, for: 10 days}}
stages:
  one: {owner: alpha, accepts: paper}
  two: {owner: beta, accepts: paper}
ends: {done: success, refused: failure}
obligations: {amends: {title: Amends, within: 9 days, discharged_by: judge, if_late: escalate}}
handoffs:
  over:
    {from: one, to: two, offered_by: clerk, accepted_by: judge, within: 15 days, clock: applicant, if_late: escalate,
     returns: {to: one, reasons: [poor]}}
holds:
  shut:
    {in: any, by: clerk, reason: optional, blocks: [end], stops: [government], review_within: 30 days, within: 60 days,
     if_late: escalate, total: 90 days}
  contested: {in: [any, refused], by: judge, reason: optional, blocks: [end], stops: [government]}
appeals:
  objection:
    {against: [refuse], by: owner, window: 90 days, grounds: [error], panel: judge, hold: contested, within: 30 days,
     clock: applicant, if_late: escalate, upheld: {compensation: amends}, at_most: 2}
deadlines:
  stay: {in: one, within: 10 days, if_late: escalate}
  agreed: {in: one, within: 5 days, starts: field paper.ends, if_late: escalate}
transitions:
  - {event: end, from: [one, two], to: done, by: clerk, guards: good}
  - {event: refuse, from: [one, two], to: refused, by: clerk}
administration: {take_over: {by: judge}, migrate: {by: judge}}
"""


def past(when: str, **more: Any) -> dict[str, Any]:
    return {"enforce": False, "occurred_at": moment(when), **more}


def history(rules: str = RULES, since: str = "2025-03") -> Play:
    """A project of the past; today is 2 March 2026."""
    play = Play(rules)
    command = commands.Open(project="p1", firm="firm", actor=who("owner"), **past(since))
    play.do(command).require()
    return play


def taken_over(play: Play) -> Play:
    assert play.state.timers == {}, "a timer ran in a recorded history"
    play.do(commands.TakeOver(project="p1", firm="firm", actor=who("judge"))).require()
    return play


# A history that lives on


def test_the_review_and_the_limits_of_a_hold_that_stands_start_at_the_take_over() -> None:
    play = history()
    play.hold("shut", **past("2025-04-01")).require()
    taken_over(play)
    assert due(play, "hold_review:shut") == "2026-04-01T23:59"
    assert due(play, "hold_limit:shut") == "2026-05-04T23:59", "2 May is a Saturday"
    assert play.state.timers["hold_total:shut"].due is not None
    assert play.state.timers["deadline:stay"].due is None, "the hold stops the government's clock"
    play.wait(31).tick()
    assert play.last().cause == "timer:hold_review:shut" and play.last().flags == ("breached",)
    play.release("shut").require()
    assert set(play.state.timers) == {"deadline:stay"} and due(play, "deadline:stay") is not None


def test_what_is_told_of_the_project_at_the_take_over_counts_from_then_on() -> None:
    play = history("attributes: {label: {type: text, optional: true}, size: {type: integer, optional: true}}\n" + RULES)
    command = commands.TakeOver(project="p1", firm="firm", actor=who("judge"), attributes={"size": 3})
    play.do(command).require()
    assert play.state.attributes == {"size": 2} and play.attributes() == {"size": 3}


def test_a_hold_that_was_released_in_the_past_starts_nothing() -> None:
    play = history()
    play.hold("shut", **past("2025-04-01")).require()
    play.release("shut", **past("2025-04-11")).require()
    assert set(taken_over(play).state.timers) == {"deadline:stay"}


def test_a_waiver_goes_on_to_its_recorded_end() -> None:
    play = history(RULES.replace("for: 10 days", "for: 12 months"))
    command = {"guard": "good", "reason": "r"}
    play.do(commands.Waive(actor=who("judge"), **command, **past("2025-06-02"))).require()
    play.do(commands.Waive(actor=who("chief"), **command, **past("2025-06-02"))).require()
    until = play.state.waivers["good"].until
    assert taken_over(play).state.timers["waiver:good"].due == until
    assert play.ask(commands.Send(event="end", actor=who("clerk"))).allowed
    assert codes(play.wait(100).send("end")) == ["guard_unknown"]
    assert play.state.waivers == {}


def test_a_waiver_that_ended_in_the_past_is_gone() -> None:
    play = history()
    command = {"guard": "good", "reason": "r"}
    play.do(commands.Waive(actor=who("judge"), **command, **past("2025-06-02"))).require()
    play.do(commands.Waive(actor=who("chief"), **command, **past("2025-06-02"))).require()
    assert play.state.waivers and taken_over(play).state.waivers == {}


def test_the_time_to_accept_starts_where_a_handoff_is_offered() -> None:
    play = history()
    play.send("over.offer", **past("2025-05")).require()
    assert set(taken_over(play).state.timers) == {"handoff:over"}
    assert due(play, "handoff:over") == "2026-03-17T23:59"


def test_the_time_to_decide_an_open_appeal_starts() -> None:
    play = history()
    play.send("refuse", **past("2025-05")).require()
    play.send("objection.file", "owner", code="error", **past("2025-06")).require()
    assert set(taken_over(play).state.timers) == {"appeal:objection"}
    assert due(play, "appeal:objection") == "2026-04-01T23:59"
    play.send("objection.uphold", "judge", reason="r").require()
    assert play.state.stage == "one" and "deadline:stay" in play.state.timers


@pytest.mark.parametrize(
    ("decided", "window"), [("2026-01-20", "2026-04-20T23:59"), ("2025-11-20", None), ("2026-02", "2026-05-29T23:59")]
)
def test_what_is_left_of_a_window_to_appeal_is_open(decided: str, window: str | None) -> None:
    play = history()
    play.send("refuse", **past(decided)).require()
    taken_over(play)
    assert (due(play, "appeal_window:objection") if play.state.timers else None) == window
    assert codes(play.send("objection.file", "owner", code="error")) == ([] if window else ["appeal_late"])


def test_a_decision_that_was_appealed_before_opens_no_second_window() -> None:
    play = history()
    play.send("refuse", **past("2026-01")).require()
    play.send("objection.file", "owner", code="error", **past("2026-02-02")).require()
    play.send("objection.dismiss", "judge", reason="r", **past("2026-02-10")).require()
    assert taken_over(play).state.timers == {}


@pytest.mark.parametrize(
    ("decided", "received", "window"),
    [
        ("2025-06-01", "2026-02-10", "2026-05-11T23:59"),
        ("2025-06-01", "2025-07-01", None),
        ("2025-06-01", None, None),
        ("2026-02-12", "2026-02-10", None),
    ],
)
def test_a_window_that_opens_with_a_notice_is_reckoned_from_its_receipt(
    decided: str, received: str | None, window: str | None
) -> None:
    play = history(RULES.replace("window: 90 days", "window: 90 days, starts: evidence notice"))
    play.send("refuse", **past(decided)).require()
    if received is not None:
        play.record("notice", **past(received, issued_on="2025-06-01", received_on=received)).require()
    taken_over(play)
    assert (due(play, "appeal_window:objection") if play.state.timers else None) == window


@pytest.mark.parametrize(("ends", "runs"), [("2026-03-20", True), ("2025-12-31", False)])
def test_a_limit_that_is_reckoned_from_a_date_starts_only_where_it_is_not_over(ends: str, runs: bool) -> None:
    play = history()
    values = {"good": True, "ends": ends}
    play.record("paper", values=values, **past("2025-04-02", issued_on="2025-04-01", received_on="2025-04-01"))
    taken_over(play)
    assert ("deadline:agreed" in play.state.timers) is runs and "deadline:stay" in play.state.timers


# A migration


def migrated(play: Play, rules: str, **more: Any) -> Play:
    target = Play(rules).definition
    play.do(commands.Migrate(target=target, actor=who("judge"), **more)).require()
    return play


def test_a_hold_that_stands_gets_the_limits_of_the_new_version_and_loses_those_it_does_not_know() -> None:
    play = Play(RULES).open()
    play.hold("shut").require()
    kept = play.state.timers["hold_limit:shut"]
    play.wait(5)
    migrated(play, RULES.replace("review_within: 30 days, ", "").replace("total: 90 days", "total: 20 days"))
    assert "hold_review:shut" not in play.state.timers and play.state.timers["hold_limit:shut"].due == kept.due
    again = Play(RULES.replace("review_within: 30 days, ", "")).open()
    again.hold("shut").require()
    migrated(again.wait(5), RULES)
    assert due(again, "hold_review:shut") == "2026-04-06T23:59"


def test_the_limits_of_a_hold_end_with_it_where_a_migration_leads_to_an_end() -> None:
    play = Play(RULES).open()
    play.hold("shut").require()
    migrated(play, RULES.replace("within: 10 days", "within: 11 days"), states={"one": "done"})
    assert (play.state.end, play.state.holds, play.state.timers) == ("done", {}, {})
    assert play.wait(100).tick().entries == ()


def test_the_time_to_accept_ends_and_starts_with_the_place() -> None:
    play = Play(RULES).open()
    play.send("over.offer").require()
    away = RULES.replace("within: 10 days", "within: 11 days")
    assert "handoff:over" not in migrated(play, away, states={"over.offered": "one"}).state.timers
    back = migrated(play, RULES.replace("15 days", "16 days"), states={"one": "over.offered"})
    assert due(back, "handoff:over") == "2026-03-18T23:59"
