"""The recorded history of the reconnaissance drone: as precise as its sources, and without anything made up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from axflow.kernel.entry import Entry
from tests.workflows import journey
from tests.workflows.play import SEOUL, WORKFLOWS, Play, codes

FILE = WORKFLOWS / "ax_handoff" / "histories" / "vtol-drone.yaml"


@pytest.fixture(scope="module")
def drone() -> Play:
    w = journey.world()
    w.now = datetime(2026, 9, 1, 9, tzinfo=SEOUL)
    return Play(w, w.engine.import_history(FILE).id, "vtol_co")


def entry(play: Play, name: str) -> Entry:
    return next(e for e in play.entries if e.name == name and e.kind in ("send", "record", "take_over"))


def test_a_month_stays_a_month_and_a_day_a_day(drone: Play) -> None:
    told = {e.name: (e.occurred["text"], e.occurred["precision"]) for e in drone.entries}
    assert told["deliver"] == ("2020-12", "month")
    assert told["recognise_utility"] == ("2021-06", "month")
    assert told["decide_requirement"] == ("2021-07-30", "day")
    assert drone.entries[0].occurred["text"] == "2020-07"
    assert drone.values()[drone.current("acceptance_report")[0]]["delivered_on"] == "2020-12"


def test_published_dates_and_sources_come_out_again(drone: Play) -> None:
    decided = entry(drone, "decide_requirement")
    assert decided.content["published"] == "2021-09-16"
    assert decided.content["source"] == "S-35"
    assert drone.entries[0].content["source"] == "S-36"
    recorded = entry(drone, "requirement_decision")
    assert recorded.public == {"values.decided_on": "2021-07-30", "values.announced_on": "2021-09-16"}


def test_it_ends_where_the_papers_say(drone: Play) -> None:
    assert drone.stage == "verified"
    assert drone.track("requirement") == "requirement_decided"


def test_what_the_definition_would_not_have_allowed_is_shown(drone: Play) -> None:
    assert entry(drone, "deliver").outcome == "moved"
    assert "guard_unknown" in entry(drone, "deliver").blockers
    assert dict(entry(drone, "recognise_utility").verdicts)["verification_passed"] == "UNKNOWN"
    joined = entry(drone, "verify")
    assert joined.transition == "verify"
    assert "join_incomplete" in joined.blockers
    assert "guard_unknown" in entry(drone, "decide_requirement").blockers
    assert not entry(drone, "requirement_decision").blockers


def test_no_limit_fires_against_todays_clock(drone: Play) -> None:
    before = len(drone.entries)
    drone.world.now += timedelta(days=3_000)
    drone.tick()
    assert len(drone.entries) == before
    assert drone.state.timers == {}
    assert drone.state.next_due is None


def test_a_live_act_does_not_move_a_recorded_history(drone: Play) -> None:
    decision = drone.try_send("to_industry.offer", "defence_officer")
    assert "recorded_history" in codes(decision)
    assert drone.stage == "verified"
