"""Migration: what both versions have a name for goes on; what was renamed is remembered; the rest ends or starts."""

from __future__ import annotations

import pytest

from axflow.kernel import command as commands
from tests.kernel.play import Play, codes, define, who
from tests.kernel.test_offices import BASE, do, opened


def migrate(play: Play, text: str, **states: str) -> list[str]:
    mapped = {old.replace("__", "."): new for old, new in states.items()}
    return do(play, commands.Migrate, "judge", target=define(text), states=mapped)


def test_a_migration_binds_to_the_new_rules_and_keeps_what_both_know() -> None:
    play = opened()
    play.send("begin").require()
    due = play.state.timers["deadline:limit"].due
    text = BASE.replace("by: judge}\n  - {id: by", "by: [judge, chief]}\n  - {id: by")
    assert migrate(play, text) == []
    assert play.state.rules_digest == define(text).rules_digest
    assert play.state.tracks == {"side": "busy"} and play.state.timers["deadline:limit"].due == due
    assert play.last("migrate").rules_digest == define(BASE).rules_digest, "the old rules permitted the move"
    assert play.send("finish").outcome == "moved"


def test_a_state_without_a_place_in_the_new_version_needs_a_mapping() -> None:
    renamed = BASE.replace("busy", "active").replace(" one", " uno").replace("[one", "[uno")
    play = opened()
    play.send("begin").require()
    assert migrate(play, renamed) == ["cannot_map"] and len(play.last().blockers) == 2
    assert migrate(play, renamed, one="uno", side__busy="side.active") == []
    assert play.state.configuration == {"stage": "uno", "tracks": {"side": "active"}}
    assert "deadline:limit" in play.state.timers


def test_a_migration_may_end_a_track_and_starts_those_that_are_new() -> None:
    play = opened()
    more = BASE.replace("tracks:\n", "tracks:\n  extra: {in: one, states: {idle: {}, ready: {done: true}}}\n")
    assert migrate(play, more, side__idle="") == []
    assert play.state.tracks == {"extra": "idle", "side": "idle"}, "`side` starts anew"


def test_what_the_new_version_has_no_name_for_ends_and_its_stopped_clocks_run_on() -> None:
    play = opened()
    play.record("paper", values={"good": True})
    play.send("go").require()
    play.hold("shut").require()
    play.waive("good", "judge").require()
    play.waive("good", "chief").require()
    assert play.state.timers["obligation:owe"].due is None
    fewer = BASE.replace("holds: {shut:", "holds: {other_hold:").replace(
        "good: {title: Paper is", "fine: {title: Paper is"
    )
    fewer = fewer.replace("guards: good, ", "guards: fine, ").replace("guard: good", "guard: fine")
    assert migrate(play, fewer) == []
    assert (play.state.holds, play.state.waivers, set(play.state.obligations)) == ({}, {}, {"owe"})
    assert set(play.state.timers) == {"obligation:owe", "after:waits"}
    assert play.state.timers["obligation:owe"].due is not None


def test_time_limits_that_only_the_new_version_has_start_at_the_migration() -> None:
    play = opened()
    new = BASE.replace("deadlines: {limit: {in: one,", "deadlines: {fresh: {in: one,").replace(
        "- {event: go,", "- {id: slow, after: 30 days, from: one, to: two, guards: good}\n  - {event: go,"
    )
    assert migrate(play, new) == []
    assert set(play.state.timers) == {"deadline:fresh", "after:slow"}
    elsewhere = BASE.replace("limit: {in: one,", "limit: {in: three,")
    assert migrate(play, elsewhere) == [] and play.state.timers == {}


def test_a_timed_step_that_no_longer_leaves_from_here_waits_no_more() -> None:
    play = Play(BASE).open(stage="two")
    assert set(play.state.timers) == {"after:waits"}
    assert (
        migrate(play, BASE.replace("after: 20 days, from: two, to: three", "after: 20 days, from: one, to: two")) == []
    )
    assert play.state.timers == {}


def test_a_migration_into_another_order_keeps_the_order_of_the_new_version() -> None:
    play = opened()
    before = play.state.timers["deadline:limit"].order
    more = BASE.replace("deadlines: {limit", "deadlines: {first: {in: two, within: 1 days, if_late: escalate}, limit")
    assert migrate(play, more) == []
    assert play.state.timers["deadline:limit"].order == before + 1


def test_a_migration_may_lead_into_an_end_and_goes_to_no_other_workflow() -> None:
    play = opened()
    assert migrate(play, BASE + "id: another\n") == ["unknown_name"]
    assert migrate(play, BASE.replace("9 days", "8 days"), one="done") == []
    assert play.state.end == "done" and play.state.timers == {} and play.state.tracks == {}


def test_a_track_left_out_for_a_class_of_projects_stays_out_in_a_migration() -> None:
    text = BASE.replace("  size:", "  kind: {type: enum, values: [soft, hard], optional: true}\n  size:")
    soft = Play(text + "variants: {by: kind, of: {soft: {without: side}}}\n").open(attributes={"kind": "soft"})
    assert soft.state.tracks == {}
    assert migrate(soft, text.replace("9 days", "8 days") + "variants: {by: kind, of: {soft: {without: side}}}\n") == []
    assert soft.state.tracks == {}


# What is remembered by the names of states


RENAMED = """
evidence:
  paper: {from: clerk, fields: {good: boolean}, recollect: true, anywhere: true}
  letter: {from: clerk, fields: {}, anywhere: true}
guards: {good: {title: Good, when: paper.good && visits.NAME >= 1}}
stages:
  NAME: {owner: alpha}
  two: {owner: beta}
tracks:
  side: {in: [NAME, two], states: {idle: {}, busy: {}}, transitions: [{event: begin, from: idle, to: busy, by: clerk}]}
ends: {done: success, refused: failure}
obligations: {amends: {title: Amends, within: 9 days, discharged_by: judge, if_late: escalate}}
holds: {contested: {in: [any, refused], by: [], reason: optional}}
appeals:
  objection: {against: refuse, by: owner, window: 30 days, grounds: error, panel: judge, hold: contested,
              within: 9 days, clock: applicant, if_late: escalate, upheld: {compensation: amends}}
transitions:
  - {event: go, from: NAME, to: two, by: clerk}
  - {event: again, from: two, to: NAME, by: clerk}
  - {event: refuse, from: [NAME, two], to: refused, by: clerk}
  - {event: end, from: [NAME, two], to: done, by: judge, guards: good}
administration: {migrate: {by: judge}, correct: {by: clerk}}
"""


def named(name: str, **changes: str) -> str:
    text = RENAMED.replace("NAME", name)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def test_a_state_under_another_name_was_visited_all_the_same() -> None:
    play = Play(named("one")).open()
    play.record("paper", values={"good": True}).require()
    play.wait(1).send("go").require()
    since = play.state.entered["one"]
    assert migrate(play, named("uno"), one="uno") == []
    assert (play.state.visits["uno"], play.state.entered["uno"]) == (1, since)
    assert play.state.evidence["paper#2"].status == "current"
    play.send("again").require()
    assert play.state.visits["uno"] == 2
    assert play.state.evidence["paper#2"].status == "stale", "it is collected anew where the place is entered again"


def test_a_place_that_only_the_new_version_has_is_visited_from_the_migration_on() -> None:
    play = Play(named("one")).open()
    play.wait(3)
    more = named("one", **{"states: {idle: {}, busy: {}}": "states: {idle: {}, busy: {}, rest: {}}"})
    assert migrate(play, more, one="two", side__idle="side.rest") == []
    assert play.state.configuration == {"stage": "two", "tracks": {"side": "rest"}}
    assert {play.state.entered[place] for place in ("two", "side.rest")} == {play.state.recorded_at}
    assert play.state.visits["two"] == 1 and play.state.visits["one"] == 1


def test_an_upheld_appeal_leads_back_to_the_stage_under_its_new_name() -> None:
    play = Play(named("one")).open()
    play.send("refuse").require()
    assert migrate(play, named("uno"), one="uno") == []
    assert play.state.fired["refuse"].source == "uno"
    play.send("objection.file", "owner", code="error").require()
    assert migrate(play, named("eins"), uno="eins") == []
    assert play.state.appeals["objection"].source == "eins"
    play.send("objection.uphold", "judge", reason="r").require()
    assert play.state.stage == "eins"


def test_where_no_version_knows_the_way_back_an_upheld_appeal_is_compensation() -> None:
    play = Play(named("one")).open()
    play.send("refuse").require()
    play.send("objection.file", "owner", code="error").require()
    assert migrate(play, named("uno")) == [], "nobody is in `one` any more, so nobody has to say where it went"
    play.send("objection.uphold", "judge", reason="r").require()
    assert play.state.end == "refused" and set(play.state.obligations) == {"amends"}


def test_an_open_appeal_is_dropped_by_no_migration() -> None:
    play = Play(named("one")).open()
    play.send("refuse").require()
    other = named("one", objection="complaint")
    play.send("objection.file", "owner", code="error").require()
    assert migrate(play, other) == ["cannot_map"]
    assert "objection" in play.last().content["blocker.0"]["en"]
    play.send("objection.dismiss", "judge", reason="r").require()
    assert migrate(play, other) == []


@pytest.mark.parametrize("act", ["withdraw", "confirm", "correct", "refer"])
def test_a_record_of_a_type_that_the_new_version_does_not_know_is_left_as_it_is(act: str) -> None:
    play = Play(named("one")).open()
    play.record("letter").require()
    assert migrate(play, named("one", **{"  letter: {from: clerk, fields: {}, anywhere: true}\n": ""})) == []
    command = {
        "withdraw": commands.Withdraw(record="letter#2", actor=who("clerk"), reason="r"),
        "confirm": commands.Confirm(record="letter#2", actor=who("clerk")),
        "correct": commands.Correct(record="letter#2", actor=who("clerk"), reason="r"),
        "refer": commands.Record(evidence="paper", refers_to="letter#2", actor=who("clerk")),
    }[act]
    assert codes(play.do(command)) == ["unknown_name"]
    assert play.state.evidence["letter#2"].status == "current"


TWO_GUARDS = """
evidence: {note: {from: clerk, fields: {n: integer}}}
guards:
  some: {title: Some, when: note.n > 0}
  more: {title: More, when: note.n > 1}
stages: {one: {owner: alpha, accepts: [note]}, two: {owner: alpha, accepts: [note]}}
ends: {done: success}
transitions:
  - {id: pass, event: go, from: one, to: two, by: clerk, guards: [some, more]}
  - {event: end, from: two, to: done, by: clerk, rests_on: [pass]}
administration: {migrate: {by: judge}}
"""


def test_a_gate_goes_on_to_rest_on_the_guards_that_the_new_version_still_has() -> None:
    play = Play(TWO_GUARDS).open()
    play.record("note", values={"n": 2}).require()
    play.send("go").require()
    fewer = TWO_GUARDS.replace("  more: {title: More, when: note.n > 1}\n", "").replace("[some, more]", "[some]")
    assert migrate(play, fewer) == []
    play.record("note", values={"n": 1}).require()
    assert not play.state.support["pass"].lost, "nobody asks for more than one any more"
    play.record("note", values={"n": 0}).require()
    assert codes(play.send("end")) == ["support_lost"]
