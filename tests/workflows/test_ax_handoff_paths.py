"""The paths of the AX pathway that a straight line forgets."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

from axflow.kernel import command as commands
from axflow.kernel.directory import Change, Delegation, Organisation
from tests.workflows import journey
from tests.workflows.journey import letters, onward, project, sit, trial
from tests.workflows.papers import ATTRIBUTES, RESULTS
from tests.workflows.play import SEOUL, codes, missing

SHORT_AT_NIGHT = [{**row, "value": "0.80"} if row["metric"] == "night_recall" else row for row in RESULTS]


def test_a_pass_under_a_condition_leaves_the_condition_open() -> None:
    p = project("verification")
    trial(p, "utility_review", results=SHORT_AT_NIGHT)
    assert missing(p.try_send("recognise_utility", "utility_board")) == ["all_criteria_met"]
    p.send("recognise_with_conditions", "utility_board", reason="night version follows")
    assert "remaining_metrics" in p.state.obligations
    journey.beside_the_trial(p)
    p.record("readiness_assessment", trl=7, mrl=6)
    assert p.stage == "verified"
    onward(p, "negotiated_contract")
    p.record("procurement_check")
    p.record("contract")
    assert codes(p.try_send("award", "contracting_officer")) == ["obligation_open"]
    p.discharge("remaining_metrics", "utility_board")
    p.send("award", "contracting_officer")


def test_after_two_rejections_the_firm_waits_a_year() -> None:
    w = journey.world()
    for _ in range(2):
        p = project("screening", on=w)
        sit(p)
        p.send("screen_fail", "programme_manager", code="below_threshold")
    third = project(on=w)
    third.record("application")
    third.record("sme_certificate")
    assert missing(third.try_send("submit", "applicant")) == ["cooling_off_over"]
    w.until("2027-04-05")
    fourth = project("submitted", on=w)
    assert fourth.stage == "submitted"
    other = project("submitted", on=w, firm="hanbit_robotics")
    assert other.stage == "submitted"


def test_an_insolvent_firm_is_terminated_after_a_hearing() -> None:
    p = project("tech_development")
    p.record("hearing_minutes")
    p.send("terminate", "special_committee", code="insolvency")
    assert p.state.end == "terminated"


def test_a_merged_firm_goes_on_as_its_successor() -> None:
    p = project("tech_review")
    w = p.world
    at = w.now
    w.learn(Change(at, Organisation("vtol_co", successor="hanbit_robotics", abolished_on=at)))
    w.days(1)
    p.send("withdraw", w.who("applicant@hanbit_robotics"), reason="merged product line")
    assert p.state.end == "withdrawn"


def test_a_new_member_of_the_consortium_makes_the_task_plan_outdated() -> None:
    p = project("agreement")
    p.record("consortium_agreement")
    p.record("budget_reservation")
    p.record("task_plan")
    p.record("consortium_agreement", members=[{"organisation": "saebyeok_ai", "share": "1"}])
    assert missing(p.try_send("sign_agreement", "applicant")) == ["agreement_funded"]
    p.record("task_plan")
    p.send("sign_agreement", "applicant")


def test_a_project_is_split_into_two_and_ends() -> None:
    p = project("verified")
    parts = tuple(commands.Part(f"s{n}", title=f"part {n}", attributes=ATTRIBUTES) for n in (1, 2))
    officer = p.world.who("industry_officer")
    decision = p.do(commands.Replace(by="split", parts=parts, actor=officer, reason="two products")).require()
    assert p.state.end == "split_up"
    assert [opening.link for opening in decision.openings] == ["split_from", "split_from"]


def test_two_projects_are_merged_into_one() -> None:
    p = project("verified")
    officer = p.world.who("industry_officer")
    parts = (commands.Part("m1", title="both", attributes=ATTRIBUTES),)
    p.do(commands.Replace(by="merge", parts=parts, actor=officer, reason="one product")).require()
    assert p.state.end == "merged"


def test_a_budget_year_that_is_over_pays_for_nothing() -> None:
    p = project("negotiated_contract")
    p.record("procurement_check", usable_until="2026-12-31")
    p.record("contract")
    p.world.until("2027-01-04")
    assert missing(p.try_send("award", "contracting_officer")) == ["procurement_cleared"]
    p.record("procurement_check", usable_until="2027-12-31")
    p.send("award", "contracting_officer")


def test_a_report_that_expires_while_waiting_blocks_the_handover() -> None:
    p = project("verification")
    trial(p, "utility_review")
    p.world.days(30)
    journey.verified(p)
    # The report counts for 24 months from its own date, the verification from a month later.
    p.world.days(720)
    assert "verification_passed" in missing(p.try_send("to_industry.offer", "defence_officer"))
    assert "reverification" in p.state.obligations


def test_a_certificate_that_is_revoked_after_the_award_must_be_replaced() -> None:
    p = project("contracted")
    p.withdraw(p.current("certificate")[0], "certifier", reason="sample failed surveillance")
    assert "certificate_replacement" in p.state.obligations
    assert p.stage == "contracted", "no move is undone"
    p.send("revoke", "contracting_officer", code="certificate_revoked")
    assert p.state.end == "revoked"


def test_a_changed_component_makes_the_report_outdated() -> None:
    p = project("verified")
    p.record("component_list", components=[{"name": "camera", "supplier": "other", "country": "KR", "version": "3"}])
    assert "verification_passed" in missing(p.try_send("to_industry.offer", "defence_officer"))


def test_a_clearance_that_lapses_before_the_join_blocks_it() -> None:
    p = project("verification")
    p.record("clearance", expires_on="2026-04-30")
    trial(p, "utility_review")
    journey.beside_the_trial(p)
    p.world.until("2026-05-04")
    p.record("readiness_assessment", trl=7, mrl=6)
    p.send("recognise_utility", "utility_board")
    assert p.stage == "verification"
    p.record("clearance")
    assert p.stage == "verified"


def test_a_ministry_under_a_new_name_is_the_same_ministry() -> None:
    directory = journey.world().directory
    w = journey.world()
    before, after = w.now.replace(year=2025, month=9), w.now
    assert directory.name("motie", before, "ko") == "산업통상자원부"
    assert directory.name("motie", after, "ko") == "산업통상부"


def test_a_ministry_that_is_reorganised_hands_over_its_powers() -> None:
    p = project("to_industry.offered")
    w = p.world
    w.learn(
        Change(
            w.now, Organisation("industry_ministry", names=((w.now, {"en": "Ministry of Industry", "ko": "산업부"}),))
        ),
        Change(w.now, Organisation("motie", successor="industry_ministry", abolished_on=w.now)),
    )
    w.days(1)
    officer = w.who("industry_officer@motie")
    p.send("to_industry.accept", officer)
    assert p.stage == "application"


def test_an_emergency_award_is_flagged_and_owes_its_papers() -> None:
    p = project("application_ready")
    assert missing(p.try_send("award_in_emergency", "contracting_officer", reason="flood")) == ["emergency_cleared"]
    p.record("emergency_order")
    p.record("procurement_check", protest_window_closed=False)
    p.record("contract", signed_on="2026-04-20")
    p.send("award_in_emergency", "contracting_officer", reason="flood")
    assert p.stage == "application_ready", "one signature is not two"
    decision = p.send("award_in_emergency", "programme_director", reason="flood")
    assert p.stage == "contracted"
    assert "emergency" in next(e for e in decision.entries if e.seq == decision.seq).flags
    p.world.days(20)
    p.tick()
    assert "suspended" in p.state.holds, "the papers never came"


def test_the_security_office_suspends_anywhere_at_once() -> None:
    for stage in ("screening", "application", "diffusion"):
        p = project(stage)
        p.hold("suspended", "security_officer", reason="incident").require()
        assert "suspended" in p.state.holds


def test_an_appeal_that_succeeds_too_late_is_compensated() -> None:
    p = project("procurement_route")
    journey.innovation_designation(p)
    journey.score_designation(p, publicness=40)
    p.send("not_designate", "contracting_officer", code="public_benefit_too_low")
    p.send("designation_appeal.file", "applicant", code="procedural_error")
    p.record("route_choice", route="competitive_tender")
    assert "on_hold" in codes(p.try_send("select_route", "contracting_officer"))
    p.world.until("2026-06-16")
    p.send("request_designation", "applicant")
    p.send("designation_appeal.uphold", "appeal_panel", reason="a member was ineligible")
    assert p.stage == "innovation_designation", "what came after stays"
    assert "compensation" in p.state.obligations


def test_a_deputy_signs_on_behalf_and_only_while_deputed() -> None:
    p = project("negotiated_contract")
    p.record("procurement_check")
    p.record("contract")
    deputy = p.world.who("contracting_officer")
    deputy = type(deputy)("choi.deputy", "pps", "contracting_officer")
    assert codes(p.try_send("award", deputy)) == ["not_authorised"]
    p.world.until("2026-08-04")
    decision = p.send("award", deputy)
    entry = next(e for e in decision.entries if e.seq == decision.seq)
    assert entry.actor is not None and entry.actor["on_behalf_of"] == "choi.eunwoo"


def test_a_letter_that_expires_before_the_award_is_asked_for_again() -> None:
    p = project("negotiated_contract")
    p.world.until("2027-05-10")
    p.record("procurement_check", usable_until="2027-12-31")
    p.record("contract")
    assert "support_lost" in codes(p.try_send("award", "contracting_officer"))
    letters(p)
    p.send("award", "contracting_officer")


def test_a_project_that_nobody_buys_expires() -> None:
    p = project("procurement_route")
    p.world.until("2028-06-30")
    p.tick()
    assert p.state.end == "expired"


def test_a_delegation_to_oneself_gives_nothing() -> None:
    w = journey.world()
    start = w.now - timedelta(days=1)
    record = Delegation("choi.eunwoo", "choi.eunwoo", "finance_officer", "pps", start)
    directory = w.directory.with_changes(Change(start, record))
    assert directory.authority("choi.eunwoo", "finance_officer", "pps", w.now.astimezone(SEOUL)) is None


def test_a_running_project_moves_to_a_new_version_by_a_journaled_migration() -> None:
    p = project("tech_review")
    old = p.world.definition
    data = deepcopy(old.document)
    data["version"] = "2026.2"
    data["parameters"]["technology_trl"]["value"] = "7"
    new = type(old).model_validate(data)
    p.record("readiness_assessment")
    p.world.publish(new)
    p.do(commands.Migrate(target=new, actor=p.world.who("programme_director"), reason="new threshold")).require()
    assert p.state.rules_digest == new.rules_digest != old.rules_digest
    assert missing(p.try_send("tech_accept", "review_chair")) == ["technology_ready"]
    p.record("readiness_assessment", trl=7)
    p.send("tech_accept", "review_chair")
