"""Bad input and misuse: each case of the list beside the tests that meet it.

Here a case is refused with its code, and where it is an attempt on a project, the attempt stands in the journal and
nothing else has changed (every decision of the stage on which these are played is checked for that).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from axflow.engine import VersionReused
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.command import Document
from axflow.kernel.decision import Decision
from axflow.kernel.directory import Change, Delegation, Grant, Organisation, Person
from axflow.kernel.moment import Moment
from tests.workflows import journey
from tests.workflows.journey import letters, project, sit
from tests.workflows.papers import CRITERIA
from tests.workflows.play import Play, codes, missing, moment

ROOT = Path(__file__).parents[2]
HERE = "tests/workflows/test_misuse.py"
PATHS = "tests/workflows/test_ax_handoff_paths.py"
CLOCKS = "tests/workflows/test_ax_handoff_clocks.py"
EVENTS = "tests/workflows/test_ax_handoff_events.py"

CASES: dict[int, tuple[str, ...]] = {
    1: (f"{HERE}::test_an_act_without_authority_or_in_the_wrong_place",),
    2: (f"{HERE}::test_a_repeat_is_answered_once_and_other_content_is_refused",),
    3: (f"{HERE}::test_times_that_cannot_be", f"{HERE}::test_a_time_without_a_zone_is_no_time"),
    4: (f"{HERE}::test_two_officers_decide_on_one_version",),
    5: (f"{HERE}::test_papers_that_do_not_count",),
    6: (f"{HERE}::test_numbers_that_are_none",),
    7: (f"{HERE}::test_letters_that_are_one_letter", f"{HERE}::test_an_agency_that_was_abolished"),
    8: ("tests/definition/lint/test_examples.py",),
    9: ("tests/guards/test_parser.py::test_hostile_source_is_refused_in_bounded_time",),
    10: (f"{HERE}::test_rules_edited_under_a_project_do_not_decide_it", "tests/definition/lint/test_examples.py"),
    13: (f"{HERE}::test_roles_that_were_taken",),
    14: (f"{HERE}::test_splitting_below_the_cap", f"{HERE}::test_the_same_proposal_twice"),
    15: (f"{HERE}::test_a_pause_without_end", f"{HERE}::test_a_pause_without_a_request"),
    16: (
        f"{HERE}::test_an_appeal_on_other_grounds",
        f"{CLOCKS}::test_the_window_of_an_appeal_runs_from_receipt_and_lapses",
        f"{EVENTS}::test_a_dismissed_appeal_ends_the_matter",
        f"{PATHS}::test_an_appeal_that_succeeds_too_late_is_compensated",
    ),
    17: (f"{HERE}::test_what_a_person_wrote_is_content_and_can_be_destroyed",),
    18: (f"{PATHS}::test_an_emergency_award_is_flagged_and_owes_its_papers",),
    20: (f"{HERE}::test_a_clock_that_goes_back", "tests/store/test_sqlite.py::test_a_full_disk_keeps_nothing"),
    21: (f"{HERE}::test_a_machine_is_no_officer",),
}


def test_no_case_is_missing() -> None:
    assert sorted(CASES) == [*range(1, 11), *range(13, 19), 20, 21]


@pytest.mark.parametrize("name", sorted({name for names in CASES.values() for name in names}))
def test_each_named_test_exists(name: str) -> None:
    path, _, function = name.partition("::")
    source = (ROOT / path).read_text("utf-8")
    assert re.search(rf"^def {function}\(" if function else r"^def test_", source, re.MULTILINE)


def attempted(play: Play, decision: Decision) -> list[str]:
    """The codes of a refused attempt, after making sure that the journal holds it."""
    assert decision.outcome == "refused"
    last = play.entries[-1]
    assert last.outcome == "refused"
    assert list(last.blockers) == [blocker.code for blocker in decision.blockers]
    assert last.before == last.after
    assert last.actor is not None
    return codes(decision)


def test_an_act_without_authority_or_in_the_wrong_place() -> None:
    p = project("verification")
    assert attempted(p, p.try_send("grant_clearance", "industry_officer")) == ["not_authorised"]
    assert attempted(p, p.try_send("award", "contracting_officer")) == ["not_enabled"]
    stranger = Actor("nobody", "tta", "security_officer")
    assert attempted(p, p.try_send("grant_clearance", stranger)) == ["not_authorised"]
    assert attempted(p, p.try_record("clearance", "industry_officer")) == ["not_authorised"]


def test_a_repeat_is_answered_once_and_other_content_is_refused() -> None:
    p = project("tech_review")
    p.record("readiness_assessment")
    first = p.send("tech_accept", "review_chair", key="k-1")
    count = len(p.entries)
    again = p.try_send("tech_accept", "review_chair", key="k-1")
    assert (again.outcome, again.seq) == ("duplicate", first.seq)
    assert len(p.entries) == count
    other = p.try_send("tech_reject", "review_chair", key="k-1", code="rework_failed")
    assert attempted(p, other) == ["key_reused"]


def test_times_that_cannot_be() -> None:
    p = project("tech_review")
    p.record("readiness_assessment")
    tomorrow = Moment.of(p.world.now + timedelta(days=1))
    assert attempted(p, p.try_send("tech_accept", "review_chair", occurred_at=tomorrow)) == ["in_future"]
    early = p.try_send("tech_accept", "review_chair", occurred_at=moment("2026-03-01"))
    assert attempted(p, early) == ["out_of_order"]
    dated = p.try_record("readiness_assessment", _issued_on="2026-12-31")
    assert attempted(p, dated) == ["dated_in_future"]


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="offset"):
        Moment.parse("2026-03-01T09:00:00", "Asia/Seoul")
    seoul, utc = Moment.parse("2026-03-01T00:30:00+09:00", "Asia/Seoul"), Moment.parse("2026-02-28T15:30:00Z", "UTC")
    assert (seoul.start, seoul.end) == (utc.start, utc.end)


def test_two_officers_decide_on_one_version() -> None:
    p = project("tech_review")
    p.record("readiness_assessment")
    seen = p.state.version
    p.send("tech_accept", "review_chair", expected=seen)
    assert attempted(p, p.try_send("tech_reject", "review_chair", expected=seen, code="rework_failed")) == ["stale"]


def test_papers_that_do_not_count() -> None:
    p = project("verification")
    journey.trial(p, "field_trial")
    assert "document_empty" in attempted(p, p.try_record("trial_report", _document=Document("ab" * 32, 0)))
    assert "invalid_value" in attempted(p, p.try_record("trial_report", _document=Document("xyz", 10)))
    through_firm = p.try_record("trial_report", "applicant", _issuer="dtaq")
    assert "wrong_channel" in attempted(p, through_firm)
    p.record("trial_data", performed_until="2026-04-01")
    too_early = p.try_record("trial_report", _issued_on="2026-03-01")
    assert "dated_too_early" in attempted(p, too_early)
    p.record("trial_report", report_number="TR-X")
    assert attempted(p, p.try_record("trial_report", report_number=None)) == ["missing_field"]
    other = project("verification", on=p.world)
    journey.trial(other, "field_trial")
    other.record("trial_data")
    assert attempted(other, other.try_record("trial_report", report_number="TR-X")) == ["duplicate_claim"]
    p.record("trial_report", _product_version="0.9")
    assert "trial_complete" in missing(p.try_send("record_trial_result", "trial_unit"))


def test_an_affiliate_of_the_applicant_certifies_nothing() -> None:
    p = project("application")
    w = p.world
    w.learn(Change(w.now, Person("lab.kim")), Change(w.now, Grant("lab.kim", "demand_agency", "vtol_service", w.now)))
    w.days(1)
    letter = p.try_record("demand_letter", "demand_agency@vtol_service")
    assert attempted(p, letter) == ["issuer_not_independent"]


@pytest.mark.parametrize("score", ["NaN", "inf", -1, 101, "82,5", "여든", "80점", "1e2", "81.5", True, ""])
def test_numbers_that_are_none(score: object) -> None:
    p = project("screening")
    p.record("conflict_declaration")
    assert attempted(p, p.try_record("score_sheet", technology=score)) == ["invalid_value"]


@pytest.mark.parametrize("recall", ["93", "93%", "0,93", "1.01"])
def test_a_share_is_written_from_nought_to_one(recall: str) -> None:
    p = project("application")
    decision = p.try_record("field_reliability", availability=recall)
    assert attempted(p, decision) == ["invalid_value"]


def test_an_amount_in_korean_units_is_refused_with_the_right_form() -> None:
    p = project("agreement")
    decision = p.try_record("budget_reservation", amount="9억원")
    assert attempted(p, decision) == ["invalid_value"]
    assert "200000000" in decision.reasons()[0]


def test_what_is_missing_is_never_zero() -> None:
    p = project("verification")
    p.record("clearance")
    assert missing(p.try_send("grant_clearance", "security_officer")) == ["clearance_sufficient"]
    assert codes(p.try_send("grant_clearance", "security_officer")) == ["guard_unknown"]
    p.record("demo_plan", criteria=CRITERIA, site_level=0)
    p.send("grant_clearance", "security_officer")


def test_letters_that_are_one_letter() -> None:
    p = project("application")
    letters(p, "forest_service")
    letters(p, "forest_service")
    assert len(p.current("demand_letter")) == 1
    assert p.track("demand") == "demand_open"
    again = p.try_record("demand_letter", "demand_agency@fire_agency", letter_number="L-1")
    assert again.allowed
    other = p.try_record("demand_letter", "demand_agency@expressway_corp", letter_number="L-1")
    assert attempted(p, other) == ["duplicate_claim"]


def test_an_agency_that_was_abolished() -> None:
    p = project("application")
    w = p.world
    agency = w.who("demand_agency@fire_agency")
    w.learn(Change(w.now, Organisation("fire_agency", abolished_on=w.now)))
    w.days(1)
    assert attempted(p, p.try_record("demand_letter", agency)) == ["not_authorised"]


def test_rules_edited_under_a_project_do_not_decide_it() -> None:
    p = project("tech_review")
    old = p.world.definition
    data = dict(old.document)
    data["parameters"] = {
        **data["parameters"],
        "technology_trl": {**data["parameters"]["technology_trl"], "value": "1"},
    }
    with pytest.raises(VersionReused):
        p.world.publish(type(old).model_validate(data))
    p.world.publish(type(old).model_validate({**data, "version": "2026.9"}))
    p.record("readiness_assessment", trl=5)
    assert attempted(p, p.try_send("tech_accept", "review_chair")) == ["guard_false"], "the project keeps its rules"


def test_roles_that_were_taken() -> None:
    p = project("tech_review")
    w = p.world
    p.record("readiness_assessment")
    start = w.now - timedelta(days=30)
    w.learn(
        Change(w.now, Delegation("noh.gaeun", "noh.gaeun", "review_chair", "iitp", start)),
        Change(w.now, Grant("kim.minseo", "review_chair", "iitp", w.now + timedelta(days=9))),
        Change(w.now, Person("lee.jiho", departed_on=w.now)),
    )
    w.now += timedelta(hours=1)
    for person in ("noh.gaeun", "kim.minseo", "lee.jiho"):
        assert attempted(p, p.try_send("tech_accept", Actor(person, "iitp", "review_chair"))) == ["not_authorised"]


def test_a_role_granted_after_the_act_does_not_cover_it() -> None:
    p = project("tech_review")
    w = p.world
    acted = w.now + timedelta(hours=1)
    w.days(2)
    back_dated = Grant("kim.minseo", "review_chair", "iitp", acted - timedelta(days=30))
    w.learn(Change(w.now, back_dated))
    early = Moment.of(acted)
    kim = Actor("kim.minseo", "iitp", "review_chair")
    assert attempted(p, p.try_send("tech_rework", kim, occurred_at=early, reason="late papers")) == ["not_authorised"]


def test_splitting_below_the_cap() -> None:
    w = journey.world()
    project("submitted", on=w, estimated_price=3_000_000_000)
    half = project(on=w, estimated_price=2_000_000_000)
    half.record("application")
    half.record("sme_certificate")
    assert missing(half.try_send("submit", "applicant")) == ["under_price_cap"]
    other = project("submitted", on=w, estimated_price=2_000_000_000, technology_baseline="other")
    assert other.stage == "submitted"


def test_the_same_proposal_twice() -> None:
    w = journey.world()
    first = project(on=w)
    first.record("application", proposal_number="P-77", _document=Document("aa" * 32, 10))
    second = project(on=w, firm="hanbit_robotics")
    same_number = second.try_record("application", proposal_number="P-77")
    assert attempted(second, same_number) == ["duplicate_claim"]
    same_paper = second.try_record("application", _document=Document("aa" * 32, 10))
    assert attempted(second, same_paper) == ["duplicate_claim"]
    declared = second.try_record("application", funded_elsewhere=True)
    assert declared.allowed
    assert "application_complete" in missing(second.try_send("submit", "applicant"))


def test_a_pause_without_a_request() -> None:
    p = project("screening")
    assert attempted(p, p.hold("awaiting_applicant", "programme_manager", reason="wait")) == ["request_missing"]
    p.record("information_request")
    p.hold("awaiting_applicant", "programme_manager", reason="annex").require()
    p.record("applicant_response")
    again = p.hold("awaiting_applicant", "programme_manager", reason="annex")
    assert attempted(p, again) == ["request_missing"], "an old request is used up"


def test_a_pause_without_end() -> None:
    p = project("screening")
    for _ in range(5):
        p.record("information_request")
        p.hold("awaiting_applicant", "programme_manager", reason="annex").require()
        p.record("applicant_response")
    p.record("information_request")
    assert "limit_reached" in attempted(p, p.hold("awaiting_applicant", "programme_manager", reason="annex"))


def test_an_appeal_on_other_grounds() -> None:
    p = project("screening")
    sit(p)
    p.send("screen_fail", "programme_manager", code="below_threshold")
    p.record("appeal_notice")
    unfair = p.try_send("evaluation_appeal.file", "applicant", code="disagreement")
    assert attempted(p, unfair) == ["reason_not_permitted"]


def test_what_a_person_wrote_is_content_and_can_be_destroyed() -> None:
    p = project("screening")
    p.hold("suspended", "security_officer", reason="Mr Kim's illness").require()
    written = p.entries[-1]
    assert written.content["reason"] == "Mr Kim's illness"
    assert "illness" not in repr(written.structure())
    destroy = {"seq": written.seq, "fields": ("reason",), "reason": "personal data"}
    p.do(commands.Redact(actor=p.world.who("records_officer"), **destroy)).require()
    decision = p.do(commands.Redact(actor=p.world.who("programme_director"), **destroy)).require()
    assert [(r.seq, r.fields) for r in decision.redactions] == [(written.seq, ("reason",))]


def test_a_clock_that_goes_back() -> None:
    p = project("tech_review")
    p.record("readiness_assessment")
    last = p.state.recorded_at
    p.world.now -= timedelta(days=3)
    # The directory is asked at the later of both times, so authority does not go back either.
    p.send("tech_accept", "review_chair")
    entry = p.entries[-1]
    assert entry.recorded_at == last
    assert "clock_went_back" in entry.flags


def test_a_machine_is_no_officer() -> None:
    p = project("submitted")
    machine = Actor("triage.assistant", "iitp", "programme_manager", kind="ai")
    decision = p.try_send("start_screening", machine)
    assert attempted(p, decision) == ["not_authorised"]
    assert p.entries[-1].actor is not None and p.entries[-1].actor["kind"] == "ai"
    disguised = replace(machine, kind="human")
    assert attempted(p, p.try_send("start_screening", disguised)) == ["not_authorised"]
