"""Deadlines, holds and the clocks that they stop."""

from __future__ import annotations

from datetime import date

import pytest

from axflow.kernel import command as commands
from axflow.kernel.moves import last_day
from tests.kernel.play import Play, codes, due, moment, who

LIMITS = """
evidence:
  paper: {from: clerk, fields: {}}
  request: {from: clerk, fields: {}}
  answer: {from: owner, fields: {day: date, month: {type: month, optional: true}}}
guards: {papered: {title: Papered, when: has(paper.id)}}
stages:
  one: {owner: alpha, accepts: [paper, request, answer]}
  two: {owner: beta, accepts: [paper, request, answer]}
ends: {done: success, gone: failure}
obligations: {owe: {title: Owe, within: 5 days, discharged_by: judge, if_late: escalate}}
rounds: {call: {windows: [{id: w1, opens: 2026-02-01, closes: 2026-03-20}]}}
holds:
  asked: {in: any, by: clerk, blocks: go, stops: [government], requires: request, released_on: answer}
  frozen: {in: [one, two], by: [judge], released_by: chief, blocks: all, stops: [government], review_within: 4 days,
    if_review_late: {to: gone}, reason: [audit, fire]}
  short: {in: any, by: judge, blocks: go, stops: [applicant], within: 3 days, at_most: 2}
  ends_badly: {in: any, by: judge, blocks: go, within: 3 days, if_late: {to: gone}}
  rationed: {in: any, by: judge, blocks: go, total: 10 days}
  hourly: {in: any, by: judge, blocks: go, total: 36 hours}
transitions:
  - {event: go, from: one, to: two, by: clerk}
  - {event: back, from: two, to: one, by: clerk}
  - {event: end, from: two, to: done, by: judge}
deadlines:
"""


def opened(deadlines: str = "  limit: {in: one, within: 10 days, if_late: escalate}") -> Play:
    return Play(LIMITS + deadlines).open()


# What starts and meets a deadline


def test_moving_between_the_places_of_a_deadline_does_not_start_it_anew_and_leaving_them_ends_it() -> None:
    play = opened("  limit: {in: [one, two], within: 10 days, if_late: escalate}")
    first = due(play, "deadline:limit")
    play.wait(3).send("go").require()
    assert due(play, "deadline:limit") == first
    play.send("end", "judge").require()
    assert play.state.timers == {}


def test_a_deadline_of_any_place_ends_with_the_project() -> None:
    play = opened("  limit: {in: any, within: 10 days, if_late: escalate}")
    play.send("go").require()
    assert "deadline:limit" in play.state.timers
    play.send("end", "judge").require()
    assert play.state.timers == {}


def test_a_deadline_is_met_by_evidence_or_by_an_event() -> None:
    play = opened("  limit: {in: [one, two], within: 10 days, until: [paper, go], if_late: escalate}")
    play.record("paper").require()
    assert play.state.timers == {}
    other = opened("  limit: {in: [one, two], within: 10 days, until: [paper, go], if_late: escalate}")
    other.send("go").require()
    assert other.state.timers == {}


def test_a_deadline_starts_with_the_receipt_of_evidence_or_with_an_event() -> None:
    play = opened(
        "  limit: {in: two, within: 10 days, starts: evidence paper, if_late: escalate}\n"
        "  event: {in: two, within: 10 days, starts: event go, if_late: escalate}"
    )
    play.record("paper").require()
    assert play.state.timers == {}, "not in the place where it runs"
    play.send("go").require()
    assert set(play.state.timers) == {"deadline:event"}
    play.record("paper").require()
    assert set(play.state.timers) == {"deadline:event", "deadline:limit"}


def test_a_deadline_runs_from_the_closing_day_of_a_round() -> None:
    play = opened("  limit: {in: one, within: 10 days, starts: round call, if_late: escalate}")
    assert due(play, "deadline:limit") == "2026-03-30T23:59"
    early = Play(
        LIMITS.replace("2026-02-01", "2026-03-10")
        + "  limit: {in: one, within: 10 days, starts: round call, if_late: escalate}"
    ).open()
    assert early.state.timers == {}, "no round has begun"


def test_a_deadline_runs_from_a_day_or_month_that_a_record_names() -> None:
    text = "  limit: {in: [one, two], within: 10 days, starts: field answer.day, if_late: escalate}\n"
    text += "  month: {in: two, within: 10 days, starts: field answer.month, if_late: escalate}"
    play = opened(text)
    assert play.state.timers == {}
    play.record("answer", "owner", {"day": "2026-04-01"}).require()
    assert due(play, "deadline:limit") == "2026-04-13T23:59", "the 11th is a Saturday"
    play.record("answer", "owner", {"day": "2026-04-03", "month": "2026-12"}).require()
    assert due(play, "deadline:limit") == "2026-04-13T23:59" and "deadline:month" not in play.state.timers
    play.send("go").require()
    assert due(play, "deadline:month") == "2027-01-11T23:59", "the 10th is a Sunday"


def test_a_month_has_its_last_day() -> None:
    assert last_day("2026-12") == date(2026, 12, 31) and last_day("2028-02") == date(2028, 2, 29)
    assert last_day("2026-02-03") == date(2026, 2, 3)


# What follows


@pytest.mark.parametrize(
    ("late", "stage", "holds", "obligations"),
    [
        ("{to: gone}", "gone", set(), set()),
        ("{hold: short}", "one", {"short"}, set()),
        ("{obligation: owe}", "one", set(), {"owe"}),
        ("lapse", "one", set(), set()),
    ],
)
def test_a_missed_deadline_has_its_consequence(late: str, stage: str, holds: set[str], obligations: set[str]) -> None:
    play = opened(f"  limit: {{in: one, within: 10 days, if_late: {late}}}").wait(12.5)
    decision = play.tick()
    assert (play.state.stage, set(play.state.holds), set(play.state.obligations)) == (stage, holds, obligations)
    assert decision.entries[0].flags == ("breached",) and play.state.breaches == {"limit": 1}
    assert not [m for m in decision.messages if m.kind == "escalated"]


TRACKED = """
stages: {one: {owner: alpha}, two: {owner: alpha}}
tracks:
  side:
    in: one
    states: {idle: {}, busy: {}, ready: {done: true}}
    transitions:
      - {event: begin, from: idle, to: busy, by: clerk}
      - {id: ripens, after: 4 days, clock: applicant, from: busy, to: ready}
ends: {done: success}
holds: {shut: {in: any, by: clerk, stops: [applicant]}}
transitions:
  - {event: go, from: one, to: two, by: clerk}
  - {event: back, from: two, to: one, by: clerk}
  - {event: end, from: two, to: done, by: clerk}
deadlines:
  inner: {in: side.busy, within: 2 days, if_late: TO}
  outer: {in: one, within: 20 days, if_late: {to: side.ready}}
"""


@pytest.mark.parametrize(("to", "after"), [("{to: idle}", "idle"), ("{to: side.ready}", "ready")])
def test_a_late_track_moves_inside_itself(to: str, after: str) -> None:
    play = Play(TRACKED.replace("TO", to)).open()
    play.send("begin").require()
    play.wait(3.5).tick()
    assert play.state.tracks == {"side": after} and play.state.stage == "one"


def test_a_stage_deadline_may_move_a_track_that_runs_and_nothing_where_none_does() -> None:
    play = Play(TRACKED.replace("TO", "escalate")).open().wait(30)
    play.tick()
    assert play.state.tracks == {"side": "ready"}
    spread = TRACKED.replace("TO", "escalate").replace("outer: {in: one,", "outer: {in: [one, two],")
    other = Play(spread).open()
    other.send("go").require()
    other.wait(30)
    assert other.tick().outcome == "recorded" and other.state.stage == "two"


def test_time_moves_a_track_and_stands_while_a_hold_stops_its_clock() -> None:
    play = Play(TRACKED.replace("TO", "escalate")).open()
    play.send("begin").require()
    play.hold("shut").require()
    assert play.state.timers["after:ripens"].due is None
    assert play.wait(10).tick().entries[0].name == "inner"
    play.release("shut").require()
    play.wait(6).tick()
    assert play.state.tracks == {"side": "ready"} and play.last("timer").transition == "ripens"


def test_leaving_a_tracks_span_ends_its_timers() -> None:
    play = Play(TRACKED.replace("TO", "escalate")).open()
    play.send("begin").require()
    assert {"after:ripens", "deadline:inner"} <= set(play.state.timers)
    play.send("go").require()
    assert play.state.timers == {}


AFTER = """
evidence: {paper: {from: clerk, fields: {good: boolean}}}
guards: {good: {title: Good, when: paper.good}}
stages: {one: {owner: alpha, accepts: paper}, two: {owner: alpha}}
ends: {done: success}
transitions:
  - {id: timed, after: 5 days, from: one, to: two, guards: good, flag: silent}
  - {event: end, from: two, to: done, by: clerk}
"""


def test_time_that_is_up_moves_the_project_where_the_guards_hold() -> None:
    play = Play(AFTER).open()
    play.record("paper", values={"good": True})
    assert play.wait(4).tick().entries == ()
    assert play.wait(4).tick().outcome == "moved" and play.last().flags == ("silent",)
    assert play.last().verdicts == (("good", "TRUE"),)


def test_time_that_is_up_waits_for_its_guards_and_then_moves_by_itself() -> None:
    play = Play(AFTER).open().wait(30)
    play.tick()
    assert play.state.timers["after:timed"].elapsed and play.state.stage == "one" and play.state.next_due is None
    assert play.wait(1).tick().entries == ()
    decision = play.record("paper", values={"good": True})
    assert play.state.stage == "two" and decision.entries[-1].kind == "automatic"


def test_before_its_time_a_timed_step_does_not_happen_whatever_the_guards_say() -> None:
    play = Play(AFTER).open()
    assert play.record("paper", values={"good": True}).entries[-1].kind == "record" and play.state.stage == "one"


def test_timers_of_one_instant_fire_in_order_of_declaration() -> None:
    names = ("zeta", "alfa", "mid")
    play = opened("\n".join(f"  {n}: {{in: one, within: 10 days, if_late: escalate}}" for n in names)).wait(30)
    assert [e.name for e in play.tick().entries] == list(names)


# Extensions


def test_an_extension_counts_on_from_the_due_day_and_happens_so_often() -> None:
    play = opened("  limit: {in: [one, two], within: 10 days, if_late: escalate, extension: {by: judge, for: 5 days}}")
    extend = commands.Extend(deadline="limit", actor=who("judge"))
    assert codes(play.do(extend)) == ["reason_required"]
    assert codes(play.do(commands.Extend(deadline="limit", actor=who("clerk"), reason="r"))) == ["not_authorised"]
    play.do(commands.Extend(deadline="limit", actor=who("judge"), reason="r")).require()
    assert due(play, "deadline:limit") == "2026-03-17T23:59"
    assert codes(play.do(commands.Extend(deadline="limit", actor=who("judge"), reason="r"))) == ["limit_reached"]


def test_an_extended_deadline_keeps_what_is_left_through_a_pause() -> None:
    play = opened(
        "  limit: {in: [one, two], within: 48 hours, if_late: escalate,"
        " extension: {by: judge, for: 24 hours, reason: false}}"
    )
    play.do(commands.Extend(deadline="limit", actor=who("judge"))).require()
    assert due(play, "deadline:limit") == "2026-03-05T10:00"
    play.wait(1).hold("frozen", "judge", code="audit").require()
    play.wait(3).release("frozen", "chief").require()
    assert due(play, "deadline:limit") == "2026-03-08T10:00"


def test_only_a_deadline_that_runs_and_may_be_extended_is() -> None:
    play = opened(
        "  plain: {in: one, within: 9 days, if_late: escalate}\n"
        "  later: {in: two, within: 9 days, if_late: escalate, extension: {by: judge, for: 5 days}}"
    )
    assert codes(play.do(commands.Extend(deadline="plain", actor=who("clerk"), reason="r"))) == ["not_extensible"]
    assert codes(play.do(commands.Extend(deadline="later", actor=who("judge"), reason="r"))) == ["not_running"]


# Holds


def test_a_clock_stands_with_its_remainder_while_a_hold_stops_it_and_runs_on_after() -> None:
    play = opened()
    assert due(play, "deadline:limit") == "2026-03-12T23:59"
    play.wait(3).hold("frozen", "judge", code="audit").require()
    timer = play.state.timers["deadline:limit"]
    assert timer.due is None and timer.allowance == {"days": 7}
    play.wait(2).release("frozen", "chief").require()
    assert due(play, "deadline:limit") == "2026-03-16T23:59", "seven days from the 7th end on Saturday the 14th"


def test_a_clock_runs_only_when_no_hold_stops_it() -> None:
    play = opened()
    play.record("request")
    play.hold("asked").require()
    play.hold("frozen", "judge", code="audit").require()
    play.release("frozen", "chief").require()
    assert play.state.timers["deadline:limit"].due is None
    play.record("answer", "owner", {"day": "2026-03-02"}).require()
    assert play.state.holds == {} and play.state.timers["deadline:limit"].due is not None


def test_a_timer_that_starts_during_a_hold_stands_at_once() -> None:
    play = opened("  limit: {in: two, within: 10 days, if_late: escalate}")
    play.record("request")
    play.hold("short", "judge").require()
    play.wait(5).tick()
    play.hold("frozen", "judge", code="audit").require()
    play.release("frozen", "chief").require()
    text = LIMITS.replace("blocks: all, stops: [government], review", "blocks: end, stops: [government], review")
    other = Play(text + "  limit: {in: two, within: 10 days, if_late: escalate}").open()
    other.hold("frozen", "judge", code="audit").require()
    other.send("go").require()
    assert other.state.timers["deadline:limit"].due is None


def test_a_hold_keeps_the_configuration_and_blocks_what_it_names() -> None:
    play = opened()
    play.hold("short", "judge").require()
    assert play.state.configuration == {"stage": "one"}
    decision = play.send("go")
    assert codes(decision) == ["on_hold"] and decision.blockers[0].resolvers == ("judge",)
    assert play.record("paper").outcome == "recorded"
    assert codes(play.hold("short", "judge")) == ["already_on_hold"]


def test_a_hold_needs_its_place_its_reason_and_its_fresh_request() -> None:
    play = opened()
    assert codes(play.hold("frozen", "judge")) == ["reason_required"]
    assert codes(play.hold("frozen", "judge", code="whim")) == ["reason_not_permitted"]
    assert codes(play.hold("asked")) == ["request_missing"]
    play.record("request")
    play.hold("asked").require()
    play.release("asked").require()
    assert codes(play.hold("asked")) == ["request_missing"], "one request, one pause"
    play.send("go").require()
    play.send("end", "judge").require()
    assert codes(play.hold("frozen", "judge", code="audit")) == ["not_enabled"]
    assert codes(play.hold("short", "judge")) == ["not_enabled"]


def test_only_a_hold_that_stands_is_released_and_by_whom_the_definition_says() -> None:
    play = opened()
    assert codes(play.release("short", "judge")) == ["not_on_hold"]
    play.hold("frozen", "judge", code="audit").require()
    assert codes(play.release("frozen", "judge")) == ["not_authorised"]


def test_a_review_that_renews_a_hold_needs_a_reason_and_sets_the_next_one() -> None:
    play = opened()
    play.hold("frozen", "judge", code="audit").require()
    assert codes(play.release("frozen", "chief", renew=True)) == ["reason_required"]
    first = due(play, "hold_review:frozen")
    play.wait(2).release("frozen", "chief", renew=True, reason="still needed").require()
    assert "frozen" in play.state.holds and play.last().flags == ("renewed",)
    assert (due(play, "hold_review:frozen") or "") > (first or "")
    play.hold("short", "judge").require()
    play.release("short", "judge", renew=True, reason="r").require()
    assert "hold_review:short" not in play.state.timers


def test_a_review_that_nobody_made_has_its_consequence() -> None:
    play = opened()
    play.hold("frozen", "judge", code="audit").require()
    play.wait(8).tick()
    assert play.state.end == "gone" and play.state.holds == {}, "the hold is not declared for that end"


def test_a_hold_ends_by_itself_at_its_limit_or_moves_where_declared() -> None:
    play = opened()
    play.hold("short", "judge").require()
    play.wait(6).tick()
    assert play.state.holds == {} and play.state.breaches == {"short": 1}
    assert play.state.hold_totals["short"][0] == 1
    play.hold("ends_badly", "judge").require()
    play.wait(6).tick()
    assert play.state.end == "gone" and play.state.holds == {}


def test_a_hold_is_placed_so_often_and_no_more() -> None:
    play = opened()
    for _ in range(2):
        play.hold("short", "judge").require()
        play.release("short", "judge").require()
    assert codes(play.hold("short", "judge")) == ["limit_reached"]


@pytest.mark.parametrize(("hold", "days"), [("rationed", 6), ("hourly", 1)])
def test_a_hold_stands_so_long_altogether(hold: str, days: int) -> None:
    play = opened()
    play.hold(hold, "judge").require()
    play.wait(days).release(hold, "judge").require()
    assert play.state.hold_totals[hold] == (1, days * 86_400)
    play.hold(hold, "judge").require()
    play.wait(5).tick()
    assert play.state.holds == {} and next(e for e in play.entries if e.cause == f"timer:hold_total:{hold}")
    assert codes(play.hold(hold, "judge")) == ["limit_reached"]


def test_a_hold_that_is_dated_back_says_so_and_stops_clocks_from_now_on_only() -> None:
    """Otherwise whoever may place one could buy back days that are gone."""
    now, back = opened().wait(5), opened().wait(5)
    now.hold("short", "judge").require()
    back.hold("short", "judge", occurred_at=moment("2026-03-04")).require()
    assert back.last().occurred["text"] == "2026-03-04"
    assert back.state.holds == now.state.holds and back.state.timers == now.state.timers


TWICE = """
evidence: {answer: {from: clerk, fields: {}}}
stages: {one: {owner: alpha, accepts: answer}}
ends: {done: success}
obligations: {owe: {title: Owe, within: 5 days, discharged_by: judge, if_late: escalate}}
holds:
  left: {in: any, by: clerk, blocks: nothing, stops: [government], released_on: answer}
  right: {in: any, by: clerk, blocks: nothing, stops: [government], released_on: answer}
transitions:
  - {event: nothing, from: one, to: done, by: clerk}
  - {event: end, from: one, to: done, by: clerk, conditions: owe}
deadlines: {limit: {in: one, within: 10 days, if_late: escalate}}
"""


def test_a_record_that_releases_two_holds_sets_the_clock_running_that_both_had_stopped() -> None:
    play = Play(TWICE).open()
    play.hold("left").require()
    play.hold("right").require()
    play.record("answer").require()
    assert play.state.holds == {} and play.state.timers["deadline:limit"].due is not None


def test_a_hold_that_ends_with_the_project_lets_the_clocks_of_what_is_still_owed_run_on() -> None:
    play = Play(TWICE).open()
    play.hold("left").require()
    play.wait(2).send("end").require()
    assert play.state.holds == {} and play.state.hold_totals["left"] == (1, 2 * 86_400)
    assert play.state.timers["obligation:owe"].due is not None
