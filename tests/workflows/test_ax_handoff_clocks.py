"""Every clock of the AX pathway: when it starts, what stops it, what follows when it runs out."""

from __future__ import annotations

from axflow.kernel import command as commands
from axflow.kernel.moment import utc_parse
from tests.workflows import journey
from tests.workflows.journey import project, sit, trial
from tests.workflows.play import SEOUL, Play, codes


def due(p: Play, timer: str) -> str | None:
    """The last local day of a limit that runs; None where it stands still."""
    found = p.state.timers[timer].due
    return None if found is None else f"{utc_parse(found).astimezone(SEOUL):%Y-%m-%d}"


def told(p: Play, timer: str) -> bool:
    """Whether the journal says that this limit was breached."""
    return any(e.cause == f"timer:{timer}" and "breached" in e.flags for e in p.entries)


def test_the_screening_notice_is_due_90_days_after_the_call_closes_and_no_request_stops_it() -> None:
    p = project("screening")
    # The call closes on 30 April 2026; 90 days later is 29 July.
    assert due(p, "deadline:screening_notice") == "2026-07-29"
    p.record("information_request")
    p.hold("awaiting_applicant", "programme_manager", reason="certificate unreadable").require()
    assert due(p, "deadline:screening_notice") == "2026-07-29"
    p.world.until("2026-07-30")
    p.tick()
    assert told(p, "deadline:screening_notice")
    assert p.stage == "screening"


def test_the_outer_limit_of_the_award_stands_while_the_firm_is_asked() -> None:
    p = project("agreement")
    # 180 days after 30 April is 27 October.
    assert due(p, "deadline:award_outer") == "2026-10-27"
    p.record("information_request")
    p.hold("awaiting_applicant", "programme_manager", reason="bank account").require()
    assert due(p, "deadline:award_outer") is None
    p.record("applicant_response")
    assert "awaiting_applicant" not in p.state.holds
    assert due(p, "deadline:award_outer") is not None


def test_a_handover_is_accepted_within_15_working_days_and_never_by_silence() -> None:
    p = project("to_defence.offered")
    p.world.days(40)
    p.tick()
    assert p.stage == "to_defence.offered"
    assert told(p, "handoff:to_defence")


def test_late_delivery_leads_to_a_special_evaluation() -> None:
    p = project("verification")
    trial(p, "delivery")
    p.world.days(179)
    p.record("clearance")
    assert not told(p, "deadline:delivery")
    p.world.days(5)
    p.tick()
    assert "special_evaluation" in p.state.obligations
    p.record("acceptance_report", delivered_on="2026-09-10")
    assert codes(p.try_send("deliver", "trial_unit")) == ["obligation_open"]
    p.discharge("special_evaluation", "special_committee")
    p.send("deliver", "trial_unit")


def test_the_field_trial_stands_in_bad_weather_and_is_extended_once() -> None:
    p = project("verification")
    trial(p, "field_trial")
    assert due(p, "deadline:field_trial") is not None
    p.hold("field_pause", "trial_unit", code="weather").require()
    assert due(p, "deadline:field_trial") is None
    p.world.days(10)
    p.release("field_pause", "trial_unit", reason="clear sky").require()
    before = due(p, "deadline:field_trial")
    officer = p.world.who("demonstration_officer")
    p.do(commands.Extend(deadline="field_trial", actor=officer, reason="winter data")).require()
    after = due(p, "deadline:field_trial")
    assert before is not None and after is not None and after > before
    again = p.do(commands.Extend(deadline="field_trial", actor=officer, reason="more"))
    assert codes(again) == ["limit_reached"]


def test_the_decision_on_utility_is_escalated_after_60_days() -> None:
    p = project("verification")
    trial(p, "utility_review")
    p.world.days(65)
    p.tick()
    assert told(p, "deadline:utility_decision")
    assert p.track("demonstration") == "utility_review"


def test_a_verification_that_waits_24_months_is_done_again() -> None:
    p = project("verified")
    p.world.until("2028-04-20")
    p.tick()
    assert p.stage == "verification"
    assert p.track("demonstration") == "demo_planning"


def test_the_window_for_demand_closes_and_the_quorum_is_judged_as_it_is() -> None:
    p = project("application")
    journey.letters(p, "forest_service")
    p.world.days(65)
    p.tick()
    assert p.track("demand") == "demand_unmet"
    assert codes(p.try_record("demand_letter", "demand_agency@fire_agency")) == ["not_accepted_here"]
    p.send("close_without_demand", "demand_officer", reason="one letter only")
    assert p.state.end == "no_demand"


def test_the_high_impact_check_runs_from_the_request_and_is_extended_once() -> None:
    p = project("application")
    assert "deadline:high_impact_check" not in p.state.timers
    p.record("high_impact_request")
    assert due(p, "deadline:high_impact_check") is not None
    p.record("information_request", "ai_officer")
    p.hold("awaiting_applicant", "ai_officer", reason="filing incomplete").require()
    assert due(p, "deadline:high_impact_check") is None
    p.record("applicant_response")
    officer = p.world.who("ai_officer")
    p.do(commands.Extend(deadline="high_impact_check", actor=officer, reason="complex")).require()
    assert codes(p.do(commands.Extend(deadline="high_impact_check", actor=officer, reason="still"))) == [
        "limit_reached"
    ]


def test_the_sandbox_committee_has_90_days_from_the_application() -> None:
    p = project("application", sandbox_needed=True)
    p.record("sandbox_application")
    p.world.days(100)
    p.tick()
    assert told(p, "deadline:sandbox_tabled")
    other = project("application", sandbox_needed=True)
    other.record("sandbox_application")
    other.record("sandbox_decision")
    assert "deadline:sandbox_tabled" not in other.state.timers


def test_a_suspension_is_reviewed_within_90_days_or_renewed() -> None:
    p = project("verification")
    p.hold("suspended", "security_officer", reason="leak").require()
    p.world.days(80)
    p.release("suspended", "security_officer", renew=True, reason="inquiry goes on").require()
    p.world.days(80)
    p.tick()
    assert not told(p, "hold_review:suspended")
    p.world.days(20)
    p.tick()
    assert told(p, "hold_review:suspended")
    assert "suspended" in p.state.holds


def test_the_window_of_an_appeal_runs_from_receipt_and_lapses() -> None:
    p = project("screening")
    sit(p)
    p.send("screen_fail", "programme_manager", code="below_threshold")
    p.world.days(30)
    p.record("appeal_notice")
    p.world.days(9)
    p.tick()
    assert "appeal_window:evaluation_appeal" in p.state.timers
    p.world.days(5)
    assert codes(p.try_send("evaluation_appeal.file", "applicant", code="factual_error")) == ["appeal_late"]
    assert any("right_lapsed" in e.flags for e in p.entries)


def test_a_firm_that_never_answers_is_deemed_to_have_withdrawn() -> None:
    p = project("screening")
    p.record("information_request")
    p.hold("awaiting_applicant", "programme_manager", reason="annex missing").require()
    p.world.days(185)
    p.tick()
    assert p.state.end == "withdrawn"
