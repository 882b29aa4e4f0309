"""Every row of the reference workflow beside the test that exercises it, and the file against its own documentation."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from axflow.definition.guard_schema import compile_guards
from axflow.definition.lint import lint
from tests.workflows import test_ax_handoff_clocks, test_ax_handoff_events, test_ax_handoff_paths
from tests.workflows.numbers import numbers
from tests.workflows.play import WORKFLOWS, definition_of, directory_of

ROOT = Path(__file__).parents[2]
FILE = WORKFLOWS / "ax_handoff" / "definition.yaml"
GUIDE = ROOT / "docs" / "ax-handoff.md"
DOMAIN = ROOT.parent / "shared" / "domain" / "ax-domain.md"
MODULES: tuple[ModuleType, ...] = (test_ax_handoff_events, test_ax_handoff_clocks, test_ax_handoff_paths)

EVENTS: dict[str, str] = {
    "submit": "test_submit_needs_complete_papers_and_an_open_call",
    "screen_pass": "test_screening_passes_by_total_and_by_each_criterion",
    "screen_fail": "test_screening_needs_a_full_panel_without_interest",
    "sign_agreement": "test_the_agreement_has_two_signatures_and_a_budget",
    "submit_tech_result": "test_a_technology_class_adds_deliverables",
    "tech_accept": "test_the_technology_is_accepted_on_an_outside_assessment",
    "tech_rework": "test_technology_may_be_reworked_once_and_then_rejected",
    "tech_reject": "test_technology_may_be_reworked_once_and_then_rejected",
    "offer_handoff": "test_a_handover_is_offered_with_a_complete_dossier_and_accepted_by_others",
    "accept_handoff": "test_a_handover_is_offered_with_a_complete_dossier_and_accepted_by_others",
    "return_handoff": "test_a_handover_is_returned_with_a_reason",
    "lock_demo_plan": "test_a_plan_without_threshold_method_or_samples_is_refused",
    "grant_clearance": "test_only_the_security_office_clears_and_at_the_level_of_the_site",
    "deny_clearance": "test_only_the_security_office_clears_and_at_the_level_of_the_site",
    "release_data": "test_data_are_released_by_their_owner_within_an_agreed_scope",
    "deliver": "test_nobody_enters_the_site_before_clearance_and_inspection",
    "record_trial_result": "test_a_trial_result_has_the_planned_samples_and_comes_after_the_data",
    "recognise_utility": "test_utility_is_recognised_by_those_who_did_not_run_the_trial",
    "retest": "test_one_retest_and_a_new_report",
    "decline_utility": "test_utility_is_declined_only_by_the_board_that_sits",
    "verify": "test_verified_when_all_tracks_are_done",
    "decide_requirement": "test_the_requirement_is_decided_beside_the_industrial_path",
    "confirm_demand": "test_demand_is_confirmed_by_two_bodies_with_different_parents",
    "withdraw_demand": "test_a_withdrawn_letter_is_counted_no_more_and_the_join_waits",
    "certify": "test_a_certificate_covers_the_version_and_the_contract",
    "confirm_high_impact": "test_the_high_impact_check_depends_on_the_use",
    "join_application": "test_application_is_ready_when_all_tracks_are_done_and_papers_are_used_once_only",
    "designate": "test_designation_needs_both_minimums",
    "not_designate": "test_designation_needs_both_minimums",
    "select_route": "test_the_route_is_chosen_by_record_and_needs_its_designation",
    "award": "test_the_award_needs_budget_a_closed_protest_window_and_no_investigation",
    "record_reference": "test_references_come_from_users_who_are_not_the_supplier",
    "feed_back": "test_feedback_opens_a_linked_project_at_verification",
    "suspend": "test_suspension_blocks_everything_until_it_is_released",
    "resume": "test_suspension_blocks_everything_until_it_is_released",
    "withdraw": "test_the_firm_may_withdraw_and_owes_the_settlement",
    "terminate": "test_nobody_is_terminated_unheard",
    "file_appeal": "test_an_appeal_in_time_leads_back_before_the_decision",
    "uphold": "test_an_appeal_in_time_leads_back_before_the_decision",
    "dismiss": "test_a_dismissed_appeal_ends_the_matter",
    "waive_guard": "test_two_persons_waive_what_may_be_waived_and_for_a_time",
    "correct_record": "test_a_correction_is_signed_twice_and_appends",
}

CLOCKS: dict[str, str] = {
    "screening notice": "test_the_screening_notice_is_due_90_days_after_the_call_closes_and_no_request_stops_it",
    "award outer": "test_the_outer_limit_of_the_award_stands_while_the_firm_is_asked",
    "handoff acceptance": "test_a_handover_is_accepted_within_15_working_days_and_never_by_silence",
    "delivery": "test_late_delivery_leads_to_a_special_evaluation",
    "field trial": "test_the_field_trial_stands_in_bad_weather_and_is_extended_once",
    "utility decision": "test_the_decision_on_utility_is_escalated_after_60_days",
    "verification validity": "test_a_verification_that_waits_24_months_is_done_again",
    "demand window": "test_the_window_for_demand_closes_and_the_quorum_is_judged_as_it_is",
    "AI high-impact check": "test_the_high_impact_check_runs_from_the_request_and_is_extended_once",
    "sandbox committee tabling": "test_the_sandbox_committee_has_90_days_from_the_application",
    "suspension review": "test_a_suspension_is_reviewed_within_90_days_or_renewed",
    "appeal window": "test_the_window_of_an_appeal_runs_from_receipt_and_lapses",
    "applicant response": "test_a_firm_that_never_answers_is_deemed_to_have_withdrawn",
}

PATHS: dict[str, tuple[str, ...]] = {
    "rework": ("test_technology_may_be_reworked_once_and_then_rejected",),
    "retest": ("test_one_retest_and_a_new_report",),
    "partial pass with conditions": ("test_a_pass_under_a_condition_leaves_the_condition_open",),
    "return of handoff": ("test_a_handover_is_returned_with_a_reason",),
    "re-entry after rejection": ("test_after_two_rejections_the_firm_waits_a_year",),
    "company merged/bankrupt/renamed": (
        "test_a_merged_firm_goes_on_as_its_successor",
        "test_an_insolvent_firm_is_terminated_after_a_hearing",
    ),
    "consortium member replaced": ("test_a_new_member_of_the_consortium_makes_the_task_plan_outdated",),
    "technology split into two products or two projects merged": (
        "test_a_project_is_split_into_two_and_ends",
        "test_two_projects_are_merged_into_one",
    ),
    "budget-year rollover": ("test_a_budget_year_that_is_over_pays_for_nothing",),
    "evidence expiry while waiting": (
        "test_a_report_that_expires_while_waiting_blocks_the_handover",
        "test_a_clearance_that_lapses_before_the_join_blocks_it",
    ),
    "certificate revoked after award": ("test_a_certificate_that_is_revoked_after_the_award_must_be_replaced",),
    "ministry reorganised": (
        "test_a_ministry_under_a_new_name_is_the_same_ministry",
        "test_a_ministry_that_is_reorganised_hands_over_its_powers",
    ),
    "definition version changed mid-flight": (
        "test_a_running_project_moves_to_a_new_version_by_a_journaled_migration",
    ),
    "emergency fast track": ("test_an_emergency_award_is_flagged_and_owes_its_papers",),
    "urgent suspension for safety": ("test_the_security_office_suspends_anywhere_at_once",),
    "appeal succeeding after successors have moved on": ("test_an_appeal_that_succeeds_too_late_is_compensated",),
}


def _exists(name: str) -> bool:
    return any(callable(getattr(module, name, None)) for module in MODULES)


@pytest.mark.parametrize("row", [*EVENTS.items(), *CLOCKS.items()], ids=lambda row: row[0])
def test_each_event_and_clock_has_its_test(row: tuple[str, str]) -> None:
    assert _exists(row[1]), f"{row[0]} names {row[1]}, which is no test"


@pytest.mark.parametrize("row", PATHS.items(), ids=lambda row: row[0])
def test_each_path_has_its_tests(row: tuple[str, tuple[str, ...]]) -> None:
    for name in row[1]:
        assert _exists(name), f"{row[0]} names {name}, which is no test"


def _section(number: str) -> str:
    if not DOMAIN.exists():
        pytest.skip("the description of the domain lies beside this checkout and is not there")
    text = DOMAIN.read_text("utf-8")
    return text.split(f"### {number} ")[1].split("\n### ")[0]


def _rows(section: str) -> list[str]:
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [line.split("|")[1].strip() for line in lines[2:]]


def test_no_event_of_the_description_is_missing() -> None:
    named = [name for row in _rows(_section("2.2")) for name in re.findall(r"`(\w+)`", row)]
    assert len(named) > 30
    assert sorted(set(named)) == sorted(EVENTS)


def test_no_clock_of_the_description_is_missing() -> None:
    assert sorted(_rows(_section("2.4"))) == sorted(CLOCKS)


def test_no_path_of_the_description_is_missing() -> None:
    told = re.sub(r"\([^)]*\)", "", _section("2.5").partition("\n")[2]).strip().rstrip(".")
    told_paths = [re.sub(r"\s+", " ", part).strip() for part in told.split(",")]
    assert len(told_paths) == len(PATHS)
    for told_path, ours in zip(told_paths, PATHS, strict=True):
        assert told_path.startswith(ours.split(" with ")[0]), f"{told_path!r} stands where the table has {ours!r}"


def test_the_definition_has_nothing_to_find_fault_with() -> None:
    assert [finding.code for finding in lint(definition_of("ax_handoff"))] == []


def test_the_guards_that_the_pathway_is_for() -> None:
    definition = definition_of("ax_handoff")
    assert {"verification_passed", "demand_confirmed", "procurement_cleared"} <= compile_guards(definition).keys()
    assert definition.guards["verification_passed"].waivable is False
    assert definition.guards["clearance_sufficient"].waivable is False


def test_every_title_and_every_missing_word_is_there_in_both_languages() -> None:
    definition = definition_of("ax_handoff")
    for table in (definition.evidence, definition.guards, definition.stages, definition.holds, definition.deadlines):
        for name, part in table.items():
            assert part.title is not None and part.title.ko is not None, name
    for name, guard in definition.guards.items():
        assert guard.missing is not None and guard.missing.ko is not None, name


def test_every_number_has_a_mark_and_stands_in_the_guide() -> None:
    found = numbers(FILE)
    assert len(found) > 70
    assert [n.place for n in found if not n.marks] == []
    table = re.findall(r"^\| `([\w.]+)` \| (.+?) \| (.+?) \|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    listed = [row for row in table if row[0].partition(".")[2]]
    assert [(n.place, n.value, " ".join(n.marks)) for n in found] == [
        row for row in listed if row[0].split(".")[0] in {p.place.split(".")[0] for p in found}
    ]


def test_every_mark_has_a_source_in_the_guide() -> None:
    guide = GUIDE.read_text("utf-8")
    used = set(re.findall(r"S-\d\d", FILE.read_text("utf-8")))
    assert used <= set(re.findall(r"^\| (S-\d\d) \|", guide, re.MULTILINE))


def test_every_event_and_guard_named_in_the_guide_exists() -> None:
    definition = definition_of("ax_handoff")
    guide = GUIDE.read_text("utf-8").split("### Conditions")[1].split("### Clocks")[0]
    for name in re.findall(r"^\|[^|]+\| .*$", guide, re.MULTILINE):
        for word in re.findall(r"`(\w+)`", name):
            known = word in definition.guards or word in definition.rounds or word in definition.evidence
            assert known or word in {"independent", "verify"}, word


def test_every_role_of_the_path_has_somebody_in_the_directory() -> None:
    definition, directory = definition_of("ax_handoff"), directory_of("ax_handoff")
    granted = {change.record.role for change in directory.changes if hasattr(change.record, "role")}
    assert sorted(definition.roles.keys() - granted) == []
    assert set(definition.organisations) <= set(directory.organisations())
