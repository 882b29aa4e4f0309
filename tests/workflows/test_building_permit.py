"""A workflow that has nothing to do with the first one: the same language, engine and rules."""

from __future__ import annotations

from axflow.definition.lint import lint
from axflow.kernel.directory import Change, Grant
from tests.workflows.play import Play, World, codes, definition_of, missing

PAPERS = {
    "drawings": {"exits": 2},
    "fire_opinion": {"agreed": True},
    "water_opinion": {"pressure": "2.4"},
    "consent": {"agreed": True},
    "fire_test": {"passed": True},
}


def in_review() -> Play:
    p = World("building_permit", PAPERS).open(
        "brickwork_co", {"floors": 4}, "builder@brickwork_co", title="House of the potter"
    )
    p.record("drawings")
    p.send("apply", "builder")
    return p


def consent(p: Play, *neighbours: str, **values: object) -> None:
    for neighbour in neighbours:
        p.record("consent", f"neighbour@{neighbour}", **values)


def reviewed(p: Play) -> None:
    p.record("fire_opinion")
    p.send("agree_fire", "fire_officer")
    p.record("water_opinion")
    p.send("agree_water", "water_officer")


def building() -> Play:
    p = in_review()
    reviewed(p)
    consent(p, "baker_street", "mill_lane")
    return p


def test_it_has_nothing_to_find_fault_with() -> None:
    assert [finding.code for finding in lint(definition_of("building_permit"))] == []


def test_three_reviews_side_by_side_lead_to_the_site() -> None:
    p = in_review()
    assert set(p.state.tracks) == {"fire", "water", "neighbours"}
    consent(p, "baker_street")
    consent(p, "mill_lane", agreed=False)
    reviewed(p)
    assert p.stage == "review"
    consent(p, "well_court")
    assert p.stage == "building"


def test_a_builder_is_no_neighbour_of_himself() -> None:
    p = in_review()
    now = p.world.now
    p.world.learn(Change(now, Grant("bora.kim", "neighbour", "brickwork_co", now)))
    assert codes(p.try_record("consent", "neighbour@brickwork_co")) == ["issuer_not_independent"]


def test_new_drawings_make_the_fire_opinion_outdated() -> None:
    p = in_review()
    p.record("fire_opinion")
    p.record("drawings", exits=1)
    assert missing(p.try_send("agree_fire", "fire_officer")) == ["fire_agreed"]


def test_the_fire_authority_has_the_last_look() -> None:
    p = building()
    p.send("to_fire_authority.offer", "permit_officer")
    p.send("to_fire_authority.return", "fire_officer", code="not_finished")
    p.send("to_fire_authority.offer", "permit_officer")
    p.send("to_fire_authority.accept", "fire_officer")
    assert missing(p.try_send("release_for_use", "fire_officer")) == ["fire_safe"]
    p.record("fire_test", passed=False)
    p.send("send_back_to_site", "fire_officer", reason="door blocked")
    p.send("to_fire_authority.offer", "permit_officer")
    p.send("to_fire_authority.accept", "fire_officer")
    assert p.current("fire_test") == [], "the inspection starts anew"
    p.record("fire_test")
    p.send("release_for_use", "fire_officer")
    assert p.state.end == "in_use"


def test_a_builder_who_never_answers_has_given_up() -> None:
    p = in_review()
    p.hold("awaiting_builder", "permit_officer", reason="statics missing").require()
    assert p.state.timers["deadline:review_time"].due is None
    assert codes(p.try_send("refuse", "permit_officer", reason="no answer")) == ["on_hold"]
    p.world.days(70)
    p.tick()
    assert p.state.end == "given_up"
