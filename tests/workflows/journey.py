"""The straight way through the AX pathway, stage by stage, to put a project where a test begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.workflows.papers import ATTRIBUTES, PAPERS, USE, VERSION
from tests.workflows.play import Play, World

PANEL = (
    "panel_chair",
    "panel_member:han.jiwoo",
    "panel_member:oh.yejin",
    "panel_member:seo.donghyun",
    "panel_member:moon.hayoon",
)
COMMITTEE = tuple(
    f"designation_committee:{name}" for name in ("do.yerin", "gong.minho", "byun.seoa", "sa.gangmin", "ok.jinwoo")
)


def world() -> World:
    """Nothing yet, on 5 March 2026, in the spring call."""
    return World("ax_handoff", PAPERS, VERSION, USE)


def project(stage: str = "preparing", on: World | None = None, firm: str = "vtol_co", **attributes: Any) -> Play:
    """A sound project in `stage`."""
    play = (on or world()).open(firm, {**ATTRIBUTES, **attributes}, title="Coastal drone")
    onward(play, stage)
    return play


def onward(play: Play, stage: str) -> None:
    """Go the straight way until `stage`."""
    names = list(WAY)
    for name in names[: names.index(stage) + 1] if stage in WAY else []:
        if names.index(name) > _at(play, names):
            play.world.days(1)
            WAY[name](play)
            assert play.stage == name, f"meant to reach {name}, is in {play.stage}"


def _at(play: Play, names: list[str]) -> int:
    return names.index(play.stage) if play.stage in names else -1


def submitted(p: Play) -> None:
    p.record("application")
    p.record("sme_certificate")
    p.send("submit", "applicant")


def screening(p: Play) -> None:
    p.send("start_screening", "programme_manager")


def sit(p: Play, **score: Any) -> None:
    """The panel declares, scores and minutes."""
    for member in PANEL:
        p.record("conflict_declaration", member)
        p.record("score_sheet", member, **score)
    p.record("panel_minutes")


def agreement(p: Play) -> None:
    sit(p)
    p.send("screen_pass", "programme_manager")


def tech_development(p: Play) -> None:
    p.record("consortium_agreement")
    p.record("budget_reservation")
    p.record("task_plan")
    p.send("sign_agreement", "applicant")
    p.send("sign_agreement", "programme_manager")


def tech_review(p: Play) -> None:
    for paper in ("readiness_report", "component_list", "model_card", "training_data_record", "hardware_file"):
        p.record(paper)
    p.send("submit_tech_result", "applicant")


def tech_accepted(p: Play) -> None:
    p.record("readiness_assessment")
    p.send("tech_accept", "review_chair")


def offered_to_defence(p: Play) -> None:
    p.record("dossier")
    p.send("to_defence.offer", "technology_officer")


def verification(p: Play) -> None:
    p.send("to_defence.accept", "defence_officer")


def trial(p: Play, to: str = "utility_recognised", **report: Any) -> None:
    """The demonstration, up to a state of its track."""
    states = ["demo_planning", "delivery", "field_trial", "utility_review", "utility_recognised"]
    goal = states.index(to)
    if goal >= 1 and p.track("demonstration") == "demo_planning":
        p.record("demo_plan")
        p.send("lock_demo_plan", "demonstration_officer")
    if goal >= 2 and p.track("demonstration") == "delivery":
        if not p.current("clearance"):
            p.record("clearance")
        p.record("acceptance_report")
        p.send("deliver", "trial_unit")
        p.world.days(20)
    if goal >= 3 and p.track("demonstration") == "field_trial":
        day = p.world.now.strftime("%Y-%m-%d")
        attempt = p.state.fired["retest"].times + 1 if "retest" in p.state.fired else 1
        p.record("trial_data", performed_until=day, attempt=attempt)
        p.record("trial_report", **{"attempt": attempt, **report})
        p.send("record_trial_result", "trial_unit")
    if goal >= 4 and p.track("demonstration") == "utility_review":
        p.send("recognise_utility", "utility_board")


def beside_the_trial(p: Play) -> None:
    """Clearance, data and ethics."""
    if not p.current("clearance"):
        p.record("clearance")
    p.send("grant_clearance", "security_officer")
    p.record("release_decision")
    p.send("release_data", "data_owner")
    p.record("ethics_opinion")
    p.send("clear_ethics", "ethics_reviewer")


def verified(p: Play) -> None:
    trial(p, "utility_review")
    beside_the_trial(p)
    p.record("readiness_assessment", trl=7, mrl=6)
    p.send("recognise_utility", "utility_board")


def offered_to_industry(p: Play) -> None:
    p.send("to_industry.offer", "defence_officer")


def application(p: Play) -> None:
    p.send("to_industry.accept", "industry_officer")


def letters(p: Play, *agencies: str, **values: Any) -> None:
    """Letters of demand of some agencies."""
    for agency in agencies or ("forest_service", "fire_agency"):
        p.record("demand_letter", f"demand_agency@{agency}", **values)


def certified(p: Play) -> None:
    p.record("certification_request")
    p.record("certificate")
    p.send("certify", "certifier")


def interface_passed(p: Play) -> None:
    p.record("interface_report")
    p.send("pass_interface", "interface_tester")


def checked(p: Play) -> None:
    p.record("high_impact_request")
    p.record("high_impact_determination")
    p.send("confirm_high_impact", "ai_officer")


def application_ready(p: Play) -> None:
    letters(p)
    interface_passed(p)
    checked(p)
    certified(p)
    p.record("field_reliability", "interface_tester", _refers_to=p.current("trial_report")[0])
    p.record("readiness_assessment", trl=8, mrl=8)


def procurement_route(p: Play) -> None:
    p.discharge("high_impact_duties", "ai_officer")
    p.send("open_procurement", "industry_officer")


def innovation_designation(p: Play) -> None:
    p.world.until("2026-05-12")
    p.send("request_designation", "applicant")


def score_designation(p: Play, **score: Any) -> None:
    """The committee scores, the site is inspected."""
    for member in COMMITTEE:
        p.record("designation_score", member, **score)
    p.record("site_inspection")


def designated(p: Play) -> None:
    """From the choice of the route to a designation, and back."""
    innovation_designation(p)
    score_designation(p)
    p.record("designation")
    p.send("designate", "contracting_officer")


def negotiated_contract(p: Play) -> None:
    designated(p)
    p.record("purchase_request", "demand_agency@forest_service")
    p.record("route_choice")
    p.send("select_route", "contracting_officer")


def contracted(p: Play) -> None:
    p.record("procurement_check")
    p.record("contract")
    p.send("award", "contracting_officer")


def offered_to_diffusion(p: Play) -> None:
    p.send("to_diffusion.offer", "contracting_officer")


def diffusion(p: Play) -> None:
    p.send("to_diffusion.accept", "growth_officer")


def established(p: Play) -> None:
    p.record("reference_statement", "user_organisation@forest_service", used_since="2026-03")
    p.record("reference_statement", "user_organisation@fire_agency", used_since="2026-03")
    p.record("repeat_order", "demand_agency@forest_service")


WAY: dict[str, Callable[[Play], None]] = {
    "submitted": submitted,
    "screening": screening,
    "agreement": agreement,
    "tech_development": tech_development,
    "tech_review": tech_review,
    "tech_accepted": tech_accepted,
    "to_defence.offered": offered_to_defence,
    "verification": verification,
    "verified": verified,
    "to_industry.offered": offered_to_industry,
    "application": application,
    "application_ready": application_ready,
    "procurement_route": procurement_route,
    "negotiated_contract": negotiated_contract,
    "contracted": contracted,
    "to_diffusion.offered": offered_to_diffusion,
    "diffusion": diffusion,
    "established": established,
}
