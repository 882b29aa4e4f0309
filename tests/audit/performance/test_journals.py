"""Time analysis of journals that the engine wrote, against values reckoned by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from axflow.audit.performance import Milestone, Options, Performance, analyse, history_of
from axflow.audit.reading import AuditError, reading
from axflow.definition.loading import loads
from axflow.engine import Engine
from axflow.testing import SettableClock, staff

TEXT = """
axflow: 1
id: mending
version: "1"
title: {en: Mending, ko: 수선}
calendar: {country: KR, timezone: Asia/Seoul}
organisations: {shop: {en: Shop, ko: 작업소}, office: {en: Office, ko: 사무국}}
roles: {clerk: {of: office}, checker: {of: shop}, client: {of: firm}}
evidence:
  request: {from: clerk, fields: {}, collect: {one_per: actor, at_most: 5}}
  report: {from: [checker, clerk], fields: {grade: {type: integer, min: 1, max: 9}}}
stages:
  desk: {owner: office, accepts: [report, request]}
  bench: {owner: shop, accepts: report}
ends: {done: success, dropped: failure}
handoffs:
  to_bench: {from: desk, to: bench, offered_by: clerk, accepted_by: checker, within: 5 working days,
             if_late: {escalate: clerk}, returns: {to: desk, reasons: [incomplete], at_most: 3}}
transitions:
  - {event: finish, from: bench, to: done, by: checker}
  - {event: drop, from: [desk, bench], to: dropped, by: clerk}
deadlines:
  desk_time: {in: desk, within: 10 days, if_late: {escalate: clerk}}
holds:
  asking: {in: any, by: clerk, reason: optional, requires: request, blocks: finish, stops: government}
"""
DAY = 86_400.0


@pytest.fixture(scope="module")
def found() -> Performance:
    """Project a: 12 days, asked once, offered twice. Project b: lies on the desk until its time limit is over."""
    clock = SettableClock()
    engine = Engine.memory(clock=clock)
    engine.publish(loads(TEXT))
    who = staff(engine, {"clerk": ("clerk", "office"), "checker": ("checker", "shop")})
    clerk, checker = who["clerk"], who["checker"]
    for id in ("a", "b"):
        engine.open("mending", firm=f"firm-{id}", title=id, actor=clerk, id=id)

    def day(number: int) -> None:
        clock.set("2026-03-02T00:00:00+00:00")
        clock.advance(days=number)

    day(2)
    engine.record("a", "report", {"grade": 4}, actor=clerk).require()
    day(3)
    engine.record("a", "request", {}, actor=clerk).require()
    engine.hold("a", "asking", actor=clerk, reason="a drawing is missing").require()
    day(5)
    engine.release("a", "asking", actor=clerk).require()
    day(6)
    engine.send("a", "to_bench.offer", actor=clerk).require()
    day(7)
    engine.send("a", "to_bench.return", actor=checker, code="incomplete").require()
    day(8)
    engine.send("a", "to_bench.offer", actor=clerk).require()
    day(9)
    engine.send("a", "to_bench.accept", actor=checker).require()
    day(11)
    engine.record("a", "report", {"grade": 6}, actor=checker).require()
    assert engine.send("a", "drop", actor=checker).outcome == "refused"
    day(12)
    engine.send("a", "finish", actor=checker).require()
    engine.tick()
    with reading(engine.store) as store:
        history = history_of(store, "mending", until=clock.now + timedelta(days=2))
        with pytest.raises(AuditError, match="no level"):
            history_of(store, "mending", until=clock.now, levels=["report.colour"])
    engine.close()
    return analyse(history, Options(milestones=(Milestone.parse("first_report=report"), Milestone.parse("done"))))


def test_time_by_place_is_divided_into_working_waiting_held_and_handoff(found: Performance) -> None:
    places = {one.place: one for one in found.stages}
    desk = places["desk"]
    # a: 6 days and 1 day; b is there for 14 days at the cut.
    assert (desk.cases, desk.visits, desk.time.count, desk.time.running) == (2, 3, 2, 1)
    assert (desk.time.least, desk.time.most, desk.time.median) == (DAY, 6 * DAY, 3.5 * DAY)
    # a waits 2 days for the first act, then 1 day for the second offer; b waits 14 days. Held from day 3 to day 5.
    assert (desk.uses.waiting, desk.uses.working, desk.uses.held) == (17 * DAY, 2 * DAY, 2 * DAY)
    assert places["to_bench.offered"].uses.handoff == 2 * DAY
    assert (places["bench"].uses.waiting, places["bench"].uses.working) == (2 * DAY, DAY)
    # 2 March 2026 is a substitute holiday in Korea; to Sunday the 8th there are four working days, to Tuesday one.
    assert desk.time.working_days == (4 + 1) / 2


def test_the_ball_and_what_firm_and_government_waited_for(found: Performance) -> None:
    held = {one.holder: one.uses.total for one in found.holders}
    assert held == {"office": 19 * DAY, "firm": 2 * DAY, "shop": 5 * DAY}
    assert sum(one.share for one in found.holders) == pytest.approx(1)
    firm = found.firm
    assert (firm.requests, firm.asked, firm.most_requests, firm.pauses_without_request) == (1, 1, 1, 0)
    assert (firm.for_government.median, firm.for_firm.median, firm.for_firm.running) == (10 * DAY, 2 * DAY, 1)


def test_handoffs_by_pair(found: Performance) -> None:
    (pair,) = found.pairs
    assert (pair.handoff, pair.sender, pair.receiver) == ("to_bench", "office", "shop")
    assert (pair.offered, pair.accepted, pair.returned, pair.left, pair.waiting) == (2, 1, 1, 0, 0)
    assert (pair.answer.count, pair.answer.total) == (2, 2 * DAY)
    assert (pair.first_act.count, pair.first_act.median) == (1, 2 * DAY)


def test_breaches_stand_by_whose_clock(found: Performance) -> None:
    limits = {one.limit: one for one in found.limits}
    desk = limits["desk_time"]
    assert (desk.clock, desk.started, desk.kept, desk.breached, desk.running, desk.cases) == (
        "government",
        3,
        2,
        1,
        0,
        1,
    )
    assert (limits["to_bench"].started, limits["to_bench"].kept) == (2, 2)
    assert [(one.clock, one.started, one.breached) for one in found.clocks] == [("government", 5, 1)]


def test_rates_name_their_denominator_cohort_and_what_is_censored(found: Performance) -> None:
    rates = {(one.name, one.of): one for one in found.rates}
    assert (rates["success", "ended"].share, rates["success", "ended"].censored) == (1.0, 1)
    assert (rates["success", "opened"].share, rates["success", "opened"].denominator) == (0.5, 2)
    assert rates["accepted:to_bench", "answered"].share == 0.5
    kept = rates["kept:desk_time", "over"]
    assert (kept.numerator, kept.denominator, kept.censored) == (2, 3, 0)
    assert kept.since == kept.until == found.since
    # Wilson for 2 of 3, worked out by hand.
    low, high = kept.interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.208, 0.939)


def test_what_was_done_again_and_went_to_and_fro(found: Performance) -> None:
    assert {(one.place, one.cases, one.again, one.of) for one in found.rework} == {
        ("desk", 1, 1, 2), ("to_bench.offered", 1, 1, 1),
    }  # fmt: skip
    assert {(one.first, one.second, one.count) for one in found.ping_pong} == {
        ("office", "firm", 1), ("office", "shop", 1), ("shop", "office", 1),
    }  # fmt: skip
    (route,) = found.routes
    assert (route.path, route.cases, route.time.median) == (("desk", "bench", "done"), 1, 12 * DAY)
    assert len(found.variants) == 2
    matrix = {(one.source, one.target): one.count for one in found.handovers}
    # Clerk until the offer, return, offer again, then the checker's acceptance, report and end; refusals don't count.
    assert matrix == {("office", "office"): 5, ("office", "shop"): 2, ("shop", "office"): 1, ("shop", "shop"): 2}


def test_levels_and_milestones_over_time(found: Performance) -> None:
    steps = [(one.level, one.source, one.target, one.count, one.time.median) for one in found.levels]
    assert steps == [("report.grade", None, 4, 1, 2 * DAY), ("report.grade", 4, 6, 1, 9 * DAY)]
    report, done = found.milestones
    assert (report.name, report.reached, report.of, report.running, report.missed) == ("first_report", 1, 2, 1, 0)
    assert (report.time.median, done.time.median) == (2 * DAY, 12 * DAY)
