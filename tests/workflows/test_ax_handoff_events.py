"""Every event of the AX pathway: who may, under which conditions, and what follows."""

from __future__ import annotations

from axflow.kernel import command as commands
from tests.workflows import journey
from tests.workflows.journey import letters, onward, project, sit, trial
from tests.workflows.papers import CRITERIA, RESULTS
from tests.workflows.play import Play, codes, missing


def test_the_straight_way_leads_to_a_product_in_wide_use() -> None:
    p = project("established")
    assert p.state.end == "established"
    stages = [e.after["stage"] for e in p.entries if e.outcome == "moved"]
    assert list(dict.fromkeys(s for s in stages if s != "preparing")) == [
        "submitted",
        "screening",
        "agreement",
        "tech_development",
        "tech_review",
        "tech_accepted",
        "to_defence.offered",
        "verification",
        "verified",
        "to_industry.offered",
        "application",
        "application_ready",
        "procurement_route",
        "innovation_designation",
        "negotiated_contract",
        "contracted",
        "to_diffusion.offered",
        "diffusion",
        "established",
    ]


def test_submit_needs_complete_papers_and_an_open_call() -> None:
    p = project()
    decision = p.try_send("submit", "applicant")
    assert set(missing(decision)) >= {"application_complete", "sme_status"}
    p.record("application")
    p.record("sme_certificate")
    p.world.until("2026-05-04")
    assert codes(p.try_send("submit", "applicant")) == ["round_closed"]
    p.world.until("2026-10-12")
    p.send("submit", "applicant")
    assert p.stage == "submitted"


def test_the_sme_certificate_must_still_be_valid_when_screening_starts() -> None:
    p = project()
    p.record("application")
    p.record("sme_certificate", expires_on="2026-04-01")
    p.send("submit", "applicant")
    p.world.until("2026-05-04")
    assert missing(p.try_send("start_screening", "programme_manager")) == ["sme_status"]
    p.record("sme_certificate")
    p.send("start_screening", "programme_manager")


def test_screening_needs_a_full_panel_without_interest() -> None:
    p = project("screening")
    sit(p)
    p.record("conflict_declaration", "panel_member:oh.yejin", interest=True)
    assert missing(p.try_send("screen_pass", "programme_manager")) == ["panel_sound"]
    assert missing(p.try_send("screen_fail", "programme_manager", code="below_threshold")) == ["panel_sound"]


def test_screening_passes_by_total_and_by_each_criterion() -> None:
    weak_in_one = project("screening")
    sit(weak_in_one, technology=100, dual_use=100, plan=100, team=59)
    assert missing(weak_in_one.try_send("screen_pass", "programme_manager")) == ["score_passed"]
    low_in_total = project("screening")
    sit(low_in_total, technology=69, dual_use=69, plan=70, team=70)
    assert missing(low_in_total.try_send("screen_pass", "programme_manager")) == ["score_passed"]
    low_in_total.send("screen_fail", "programme_manager", code="below_threshold")
    assert low_in_total.state.end == "rejected"
    exact = project("screening")
    sit(exact, technology=75, dual_use=60, plan=70, team=70)
    exact.send("screen_pass", "programme_manager")
    assert exact.stage == "agreement"


def test_who_scored_does_not_decide() -> None:
    p = project("screening")
    sit(p)
    both = p.world.who("panel_chair")
    assert codes(p.try_send("screen_pass", both)) == ["not_authorised"]


def test_the_agreement_has_two_signatures_and_a_budget() -> None:
    p = project("agreement")
    assert missing(p.try_send("sign_agreement", "applicant")) == ["agreement_funded"]
    p.record("consortium_agreement")
    p.record("budget_reservation", amount=1)
    p.record("task_plan")
    assert missing(p.try_send("sign_agreement", "applicant")) == ["agreement_funded"]
    p.record("budget_reservation")
    p.send("sign_agreement", "applicant")
    assert p.stage == "agreement"
    p.send("sign_agreement", "programme_manager")
    assert p.stage == "tech_development"


def test_a_technology_class_adds_deliverables() -> None:
    for kind, asked in {
        "software": ["ai_deliverables_complete"],
        "hardware": ["hardware_deliverables_complete"],
        "hybrid": ["ai_deliverables_complete", "hardware_deliverables_complete"],
    }.items():
        p = project("tech_development", technology_class=kind)
        p.record("readiness_report")
        p.record("component_list")
        assert missing(p.try_send("submit_tech_result", "applicant")) == asked


def test_the_technology_is_accepted_on_an_outside_assessment() -> None:
    p = project("tech_review")
    assert missing(p.try_send("tech_accept", "review_chair")) == ["technology_ready"]
    p.record("readiness_assessment", trl=5)
    assert missing(p.try_send("tech_accept", "review_chair")) == ["technology_ready"]
    p.record("readiness_assessment")
    p.send("tech_accept", "review_chair")
    assert p.stage == "tech_accepted"


def test_technology_may_be_reworked_once_and_then_rejected() -> None:
    p = project("tech_review")
    p.send("tech_rework", "review_chair", reason="recall too low")
    assert p.stage == "tech_development"
    p.send("submit_tech_result", "applicant")
    assert codes(p.try_send("tech_rework", "review_chair", reason="again")) == ["limit_reached"]
    p.send("tech_reject", "review_chair", code="rework_failed")
    assert p.state.end == "rejected"


def test_a_handover_is_offered_with_a_complete_dossier_and_accepted_by_others() -> None:
    p = project("tech_accepted")
    assert missing(p.try_send("to_defence.offer", "technology_officer")) == ["dossier_complete"]
    p.record("dossier", items=[{"name": "report", "sha256": ""}])
    assert missing(p.try_send("to_defence.offer", "technology_officer")) == ["dossier_complete"]
    p.record("dossier")
    p.send("to_defence.offer", "technology_officer")
    assert p.stage == "to_defence.offered"
    assert codes(p.try_send("to_defence.accept", "technology_officer")) == ["not_authorised"]
    p.send("to_defence.accept", "defence_officer")
    assert p.stage == "verification"
    assert set(p.state.tracks) == {"demonstration", "security", "data_release", "ethics"}


def test_a_handover_is_returned_with_a_reason() -> None:
    p = project("to_defence.offered")
    assert codes(p.try_send("to_defence.return", "defence_officer")) == ["reason_required"]
    assert codes(p.try_send("to_defence.return", "defence_officer", code="too_big")) == ["reason_not_permitted"]
    p.send("to_defence.return", "defence_officer", code="dossier_incomplete")
    assert p.stage == "tech_review"


def test_a_plan_without_threshold_method_or_samples_is_refused() -> None:
    p = project("verification")
    bare = [{key: value for key, value in CRITERIA[0].items() if key != "threshold"}]
    assert codes(p.try_record("demo_plan", criteria=bare)) == ["invalid_value"]
    p.record("demo_plan", criteria=[{**CRITERIA[0], "samples": 29}])
    assert missing(p.try_send("lock_demo_plan", "demonstration_officer")) == ["plan_complete"]


def test_a_locked_plan_stays_as_it_is() -> None:
    p = project("verification")
    p.record("demo_plan")
    assert "locked" in codes(p.try_record("demo_plan", criteria=[{**CRITERIA[0], "threshold": "0.5"}]))


def test_only_the_security_office_clears_and_at_the_level_of_the_site() -> None:
    p = project("verification")
    trial(p, "delivery")
    assert codes(p.try_send("grant_clearance", "defence_officer")) == ["not_authorised"]
    p.record("clearance", level=1)
    assert missing(p.try_send("grant_clearance", "security_officer")) == ["clearance_sufficient"]
    p.send("deny_clearance", "security_officer", reason="open question")
    p.send("reconsider_clearance", "security_officer")
    p.record("clearance", level=2)
    p.send("grant_clearance", "security_officer")
    assert p.track("security") == "clearance_granted"


def test_nobody_enters_the_site_before_clearance_and_inspection() -> None:
    p = project("verification")
    trial(p, "delivery")
    assert set(missing(p.try_send("deliver", "trial_unit"))) == {"delivered_sound", "clearance_sufficient"}
    p.record("acceptance_report", passed=False)
    p.record("clearance")
    assert missing(p.try_send("deliver", "trial_unit")) == ["delivered_sound"]
    p.record("acceptance_report")
    p.send("deliver", "trial_unit")
    assert p.track("demonstration") == "field_trial"


def test_data_are_released_by_their_owner_within_an_agreed_scope() -> None:
    p = project("verification")
    p.record("release_decision", agreed=False)
    assert missing(p.try_send("release_data", "data_owner")) == ["release_agreed"]
    p.send("refuse_release", "data_owner", code="classification")
    p.send("ask_again_for_data", "applicant")
    p.record("release_decision")
    p.send("release_data", "data_owner")
    assert p.track("data_release") == "data_released"


def test_ethics_are_reviewed_under_the_standard_in_force() -> None:
    p = project("verification")
    p.record("ethics_opinion", standard="AX-ETH-0")
    assert missing(p.try_send("clear_ethics", "ethics_reviewer")) == ["ethics_acceptable"]


def test_a_trial_result_has_the_planned_samples_and_comes_after_the_data() -> None:
    p = project("verification")
    trial(p, "field_trial")
    today = p.world.now.strftime("%Y-%m-%d")
    p.record("trial_data", performed_until=today)
    p.record("trial_report", results=[{**row, "samples": 29} for row in RESULTS])
    assert missing(p.try_send("record_trial_result", "trial_unit")) == ["trial_complete"]
    p.record("trial_report", results=RESULTS[:-1])
    assert missing(p.try_send("record_trial_result", "trial_unit")) == ["trial_complete"]
    p.record("trial_report")
    p.send("record_trial_result", "trial_unit")
    assert p.track("demonstration") == "utility_review"


def test_utility_is_recognised_by_those_who_did_not_run_the_trial() -> None:
    p = project("verification")
    trial(
        p, "utility_review", results=[{**row, "value": "0.80"} if row["metric"] == "recall" else row for row in RESULTS]
    )
    assert missing(p.try_send("recognise_utility", "utility_board")) == ["verification_passed", "all_criteria_met"]
    assert codes(p.try_send("recognise_utility", "trial_unit")) == ["not_authorised"]


def test_a_critical_incident_keeps_verification_from_passing() -> None:
    p = project("verification")
    trial(p, "utility_review", critical_incidents=1)
    assert missing(p.try_send("recognise_utility", "utility_board")) == ["verification_passed"]


def test_one_retest_and_a_new_report() -> None:
    p = project("verification")
    trial(p, "utility_review", critical_incidents=1)
    p.send("retest", "utility_board", reason="incident explained")
    assert missing(p.try_send("record_trial_result", "trial_unit")) == ["trial_complete"]
    trial(p, "utility_review")
    assert codes(p.try_send("retest", "utility_board", reason="once more")) == ["limit_reached"]
    p.send("recognise_utility", "utility_board")
    assert p.track("demonstration") == "utility_recognised"


def test_utility_is_declined_only_by_the_board_that_sits() -> None:
    p = project("verification")
    assert missing(p.try_send("decline_utility", "utility_board", code="safety")) == ["under_utility_review"]
    trial(p, "utility_review")
    p.send("decline_utility", "utility_board", code="criteria_not_met")
    assert p.state.end == "rejected"


def test_verified_when_all_tracks_are_done() -> None:
    p = project("verification")
    trial(p)
    p.record("readiness_assessment", trl=7, mrl=6)
    assert p.stage == "verification"
    journey.beside_the_trial(p)
    assert p.stage == "verified"
    joined = next(e for e in p.entries if e.transition == "verify")
    assert joined.actor is None
    assert dict(joined.verdicts) == {"verification_passed": "TRUE", "operational_readiness": "TRUE"}


def test_the_requirement_is_decided_beside_the_industrial_path() -> None:
    p = project("application")
    assert p.track("requirement") == "requirement_review"
    assert missing(p.try_send("decide_requirement", "requirement_officer")) == ["requirement_ready"]
    p.record("requirement_decision")
    p.send("decide_requirement", "requirement_officer")
    assert (p.stage, p.track("requirement")) == ("application", "requirement_decided")


def test_no_requirement_holds_up_nobody() -> None:
    p = project("verified")
    p.send("decline_requirement", "requirement_officer", code="no_funding_year")
    p.send("reopen_requirement_review", "requirement_officer", reason="field data")
    onward(p, "established")
    assert p.state.end == "established"


def test_demand_is_confirmed_by_two_bodies_with_different_parents() -> None:
    p = project("application")
    letters(p, "port_busan", "port_incheon")
    assert p.track("demand") == "demand_open", "two authorities under one ministry count once"
    letters(p, "fire_agency")
    assert p.track("demand") == "demand_secured"


def test_letters_without_a_budget_or_below_the_least_lot_do_not_count() -> None:
    p = project("application")
    letters(p, "forest_service", budget_line="")
    letters(p, "fire_agency", "expressway_corp", quantity=4)
    assert p.track("demand") == "demand_open"
    letters(p, "fire_agency", quantity=6)
    assert p.track("demand") == "demand_secured"


def test_a_withdrawn_letter_is_counted_no_more_and_the_join_waits() -> None:
    p = project("application")
    letters(p)
    p.withdraw(p.current("demand_letter")[0], "demand_agency@forest_service")
    assert p.track("demand") == "demand_secured", "nothing is undone"
    p.send("reopen_demand", "demand_officer")
    assert p.track("demand") == "demand_open"
    letters(p, "expressway_corp")
    assert p.track("demand") == "demand_secured"


def test_a_certificate_covers_the_version_and_the_contract() -> None:
    p = project("application")
    p.record("certification_request")
    p.record("certificate", expires_on="2027-07-29")
    assert missing(p.try_send("certify", "certifier")) == ["certificate_covers"]
    p.record("certificate", _product_version="0.9")
    assert missing(p.try_send("certify", "certifier")) == ["certificate_covers"]
    p.send("refuse_certificate", "certifier", reason="wrong version")
    p.send("retry_certification", "applicant")
    p.record("certificate", expires_on="2027-07-30")
    p.send("certify", "certifier")
    assert p.track("certification") == "certified"


def test_the_high_impact_check_depends_on_the_use() -> None:
    p = project("application")
    assert p.track("ai_check") == "check_open"
    journey.checked(p)
    assert "high_impact_duties" in p.state.obligations
    only = project("application", use_context="defence_only")
    assert only.track("ai_check") == "check_not_applicable"
    low = project("application")
    low.record("high_impact_request")
    low.record("high_impact_determination", high_impact=False)
    assert missing(low.try_send("confirm_high_impact", "ai_officer")) == ["high_impact"]
    low.send("confirm_no_high_impact", "ai_officer")
    assert not low.state.obligations


def test_an_exemption_is_asked_for_only_where_needed() -> None:
    p = project("application", sandbox_needed=True)
    assert p.track("sandbox") == "sandbox_open"
    p.record("sandbox_application")
    p.record("sandbox_decision")
    p.send("grant_exemption", "sandbox_committee")
    assert p.track("sandbox") == "sandbox_exempted"
    assert "sandbox_report" in p.state.obligations


def test_interfaces_conform_without_open_critical_issues() -> None:
    p = project("application")
    p.record("interface_report", open_critical=1)
    assert missing(p.try_send("pass_interface", "interface_tester")) == ["interface_conforming"]
    p.send("fail_interface", "interface_tester", reason="handshake fails")
    p.send("resubmit_interface", "applicant")
    journey.interface_passed(p)
    assert p.track("interface") == "interface_conforms"


def test_application_is_ready_when_all_tracks_are_done_and_papers_are_used_once_only() -> None:
    p = project("application")
    journey.application_ready(p)
    assert p.stage == "application_ready"
    reused = p.state.evidence[p.current("field_reliability")[0]]
    assert reused.source is not None and reused.source.partition("/")[2].startswith("trial_report#")


def _in_designation() -> Play:
    p = project("procurement_route")
    journey.innovation_designation(p)
    return p


def test_designation_needs_both_minimums() -> None:
    p = _in_designation()
    p.record("designation")
    journey.score_designation(p, publicness=100, innovativeness=59)
    assert missing(p.try_send("designate", "contracting_officer")) == ["designation_merited"]
    p.send("not_designate", "contracting_officer", code="innovativeness_too_low")
    assert p.stage == "procurement_route"


def test_the_route_is_chosen_by_record_and_needs_its_designation() -> None:
    p = project("procurement_route")
    p.record("route_choice", route="negotiated_contract")
    assert "route_negotiated" in missing(p.try_send("select_route", "contracting_officer"))
    p.record("route_choice", route="competitive_tender")
    p.send("select_route", "contracting_officer")
    assert p.stage == "competitive_tender"
    p.send("change_route", "contracting_officer", code="tender_failed")
    assert p.stage == "procurement_route"


def test_trial_purchases_are_matched_while_the_survey_is_open() -> None:
    p = project("procurement_route")
    journey.designated(p)
    p.record("route_choice", route="trial_purchase")
    assert "round_closed" in codes(p.try_send("select_route", "contracting_officer"))
    p.world.until("2026-11-10")
    p.send("select_route", "contracting_officer")
    assert p.stage == "trial_purchase"


def test_the_award_needs_budget_a_closed_protest_window_and_no_investigation() -> None:
    p = project("negotiated_contract")
    p.record("contract")
    p.record("procurement_check", protest_window_closed=False)
    assert missing(p.try_send("award", "contracting_officer")) == ["procurement_cleared"]
    p.record("procurement_check", protest_window_closed=False, protest_overridden=True)
    p.hold("under_investigation", "inspector", reason="complaint").require()
    decision = p.try_send("award", "contracting_officer")
    assert codes(decision) == ["on_hold", "guard_false"]
    p.release("under_investigation", "inspector", reason="unfounded").require()
    p.send("award", "contracting_officer")
    assert p.stage == "contracted"


def test_a_budget_that_does_not_cover_the_contract_is_none() -> None:
    p = project("negotiated_contract")
    p.record("contract", amount=2_000_000_001)
    p.record("procurement_check")
    assert missing(p.try_send("award", "contracting_officer")) == ["procurement_cleared"]


def test_references_come_from_users_who_are_not_the_supplier() -> None:
    p = project("diffusion")
    p.record("reference_statement", "user_organisation@forest_service", used_since="2026-03")
    p.record("repeat_order", "demand_agency@forest_service")
    assert p.stage == "diffusion"
    p.record("reference_statement", "user_organisation@fire_agency", used_since="2026-03")
    assert p.state.end == "established"


def test_feedback_opens_a_linked_project_at_verification() -> None:
    p = project("diffusion")
    assert missing(p.try_send("feed_back", "industry_officer")) == ["feedback_admissible"]
    p.record("field_data_pack", "growth_officer", touches_locked_baseline=True)
    assert missing(p.try_send("feed_back", "growth_officer")) == ["feedback_admissible"]
    p.record("field_data_pack", "growth_officer")
    p.send("feed_back", "growth_officer")
    (child,) = p.linked("derived_from")
    assert child.stage == "verification"
    assert child.state.links["derived_from"] == (p.id,)
    assert child.current("component_list")
    assert p.stage == "diffusion"


def test_suspension_blocks_everything_until_it_is_released() -> None:
    p = project("tech_review")
    p.record("readiness_assessment")
    p.hold("suspended", "security_officer", reason="leak").require()
    assert codes(p.try_send("tech_accept", "review_chair")) == ["on_hold"]
    assert p.stage == "tech_review"
    p.release("suspended", "security_officer", reason="cleared up").require()
    p.send("tech_accept", "review_chair")


def test_the_firm_may_withdraw_and_owes_the_settlement() -> None:
    p = project("verification")
    assert codes(p.try_send("withdraw", "applicant")) == ["reason_required"]
    p.send("withdraw", "applicant", reason="funding ran out")
    assert p.state.end == "withdrawn"
    assert "settlement" in p.state.obligations


def test_nobody_is_terminated_unheard() -> None:
    p = project("application")
    assert missing(p.try_send("terminate", "special_committee", code="misconduct")) == ["hearing_held"]
    p.record("hearing_minutes", firm_heard=False)
    assert missing(p.try_send("terminate", "special_committee", code="misconduct")) == ["hearing_held"]
    p.record("hearing_minutes")
    p.send("terminate", "special_committee", code="misconduct")
    assert p.state.end == "terminated"


def _rejected() -> Play:
    p = project("screening")
    sit(p)
    p.send("screen_fail", "programme_manager", code="below_funding_line")
    p.record("appeal_notice")
    return p


def test_an_appeal_in_time_leads_back_before_the_decision() -> None:
    p = _rejected()
    p.send("evaluation_appeal.file", "applicant", code="procedural_error")
    assert "under_appeal" in p.state.holds
    p.send("evaluation_appeal.uphold", "appeal_panel", reason="a member had not declared")
    assert (p.stage, p.state.end) == ("screening", None)


def test_a_dismissed_appeal_ends_the_matter() -> None:
    p = _rejected()
    p.send("evaluation_appeal.file", "applicant", code="factual_error")
    p.send("evaluation_appeal.dismiss", "appeal_panel", reason="no error found")
    assert (p.state.end, p.state.holds) == ("rejected", {})
    assert "limit_reached" in codes(p.try_send("evaluation_appeal.file", "applicant", code="factual_error"))


def test_two_persons_waive_what_may_be_waived_and_for_a_time() -> None:
    p = project("verification")
    trial(p)
    journey.beside_the_trial(p)
    assert p.stage == "verification", "readiness is short"
    director, officer = p.world.who("programme_director"), p.world.who("defence_officer")
    p.do(commands.Waive(guard="operational_readiness", actor=director, reason="assessment booked")).require()
    assert p.stage == "verification"
    p.do(commands.Waive(guard="operational_readiness", actor=officer, reason="agreed")).require()
    assert p.stage == "verified"
    refused = p.do(commands.Waive(guard="clearance_sufficient", actor=director, reason="urgent"))
    assert codes(refused) == ["not_waivable"]


def test_a_correction_is_signed_twice_and_appends() -> None:
    p = project("tech_review")
    p.record("readiness_assessment", trl=7)
    record = p.current("readiness_assessment")[0]
    fix = {"record": record, "values": {"trl": 6}, "reason": "typing error"}
    p.do(commands.Correct(actor=p.world.who("records_officer"), **fix)).require()
    assert p.current("readiness_assessment") == [record]
    p.do(commands.Correct(actor=p.world.who("programme_director"), **fix)).require()
    assert p.current("readiness_assessment") != [record]
    assert p.state.evidence[record].status == "corrected"
    assert p.values()[record]["trl"] == 7


def test_a_status_word_is_never_stronger_than_its_evidence() -> None:
    p = project("verification")
    status = p.world.engine.status
    assert status(p.id) is None
    trial(p, "utility_review")
    assert status(p.id) == "demonstrated"
    onward(p, "application_ready")
    assert status(p.id) == "certified"
    onward(p, "contracted")
    assert status(p.id) == "contracted"
    p.withdraw(p.current("certificate")[0], "certifier", reason="sample failed surveillance")
    assert status(p.id) == "utility_recognised"
