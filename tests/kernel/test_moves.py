"""What follows a move: automatic steps, tracks, joins, re-entry, handoffs, linked projects."""

from __future__ import annotations

from axflow.kernel import command as commands
from axflow.kernel.decision import Decision
from tests.kernel.play import Play, codes, define, due, people, who


def steps(decision: Decision) -> list[str]:
    """The ids of the transitions that a decision took, in order."""
    return [entry.transition for entry in decision.entries if entry.transition is not None]


TRACKS = """
evidence:
  go: {from: clerk, fields: {}}
  a_paper: {from: clerk, fields: {}, recollect: true}
  b_paper: {from: clerk, fields: {}}
guards:
  started: {title: Started, when: has(go.id)}
  all_done: {title: All done, when: tracks.a == "ready" && tracks.b == "ready"}
  a_there: {title: A there, when: has(a_paper.id)}
stages:
  work: {owner: alpha, accepts: go}
  more: {owner: alpha, accepts: go}
  rest: {owner: beta}
tracks:
  a:
    in: [work, more]
    states: {idle: {}, busy: {accepts: a_paper}, ready: {done: true}}
    transitions:
      - {id: a_starts, automatic: true, from: idle, to: busy, guards: started}
      - {id: a_ends, automatic: true, from: busy, to: ready, guards: a_there}
  b:
    in: [work, more]
    states: {idle: {}, busy: {accepts: b_paper}, ready: {done: true}}
    transitions:
      - {id: b_starts, automatic: true, from: idle, to: busy, guards: started}
      - {event: b_end, from: busy, to: ready, by: judge}
      - {event: both, from: busy, to: ready, by: clerk}
  c:
    in: work
    states: {only: {}}
ends: {done: success}
transitions:
  - {id: stage_moves, automatic: true, from: work, to: more, guards: all_done}
  - {event: leave, from: [work, more], to: rest, by: clerk, join: {of: [a, b], at_least: JOIN}}
  - {event: again, from: rest, to: work, by: clerk}
  - {event: end, from: rest, to: done, by: clerk}
"""


def tracks(join: str = "2") -> Play:
    return Play(TRACKS.replace("JOIN", join)).open()


def test_automatic_steps_run_in_declaration_order_of_tracks_then_the_stage() -> None:
    play = tracks()
    decision = play.record("go")
    assert steps(decision) == ["a_starts", "b_starts"]
    assert play.state.tracks == {"a": "busy", "b": "busy", "c": "only"}


def test_after_each_automatic_step_all_are_looked_at_anew() -> None:
    play = tracks()
    play.record("go")
    play.send("b_end", "judge").require()
    assert steps(play.record("a_paper")) == ["a_ends", "stage_moves"]


def test_an_end_is_left_by_the_step_that_is_declared_for_it_as_soon_as_nothing_stands_against_it() -> None:
    text = """
evidence: {paper: {from: clerk, fields: {good: boolean}, anywhere: true}}
guards: {good: {title: Good, when: paper.good}}
stages: {one: {owner: alpha}}
ends: {done: {kind: success, accepts: paper}, filed: success}
transitions:
  - {event: end, from: one, to: done, by: clerk}
  - {id: leave, CAUSE, from: done, to: filed, guards: good}
"""
    for cause, days in (("automatic: true", 0), ("after: 5 days", 9)):
        play = Play(text.replace("CAUSE", cause)).open()
        play.send("end").require()
        play.wait(days).tick()
        assert play.state.end == "done"
        play.record("paper", values={"good": True}).require()
        assert play.state.end == "filed", cause


def test_each_automatic_step_is_an_entry_with_its_cause_and_no_actor() -> None:
    decision = tracks().record("go")
    automatic = decision.entries[1:]
    assert {e.kind for e in automatic} == {"automatic"} and all(e.actor is None for e in automatic)
    assert {e.cause for e in automatic} == {f"entry:{decision.entries[0].seq}"}
    assert automatic[0].verdicts == (("started", "TRUE"),) and automatic[0].facts == (("go#2", "2"),)


def test_automatic_steps_that_never_come_to_rest_are_refused_and_nothing_of_them_is_kept() -> None:
    circle = """
evidence: {go: {from: clerk, fields: {}}}
guards: {gone: {title: Gone, when: has(go.id)}}
stages: {one: {owner: alpha, accepts: go}, two: {owner: alpha}}
ends: {done: success}
transitions:
  - {automatic: true, from: one, to: two, guards: gone}
  - {automatic: true, from: two, to: one, guards: gone}
  - {event: end, from: one, to: done, by: clerk}
"""
    play = Play(circle).open()
    decision = play.record("go")
    assert codes(decision) == ["not_bounded"] and len(decision.entries) == 1
    assert play.state.evidence == {} and play.state.stage == "one"


def test_a_track_survives_moves_inside_its_span_and_ends_on_leaving_it() -> None:
    play = tracks("1")
    play.record("go")
    play.send("b_end", "judge")
    play.record("a_paper")
    assert play.state.stage == "more" and play.state.tracks == {"a": "ready", "b": "ready"}
    play.send("leave").require()
    assert play.state.tracks == {} and play.last().after == {"stage": "rest"}


def test_a_join_of_k_waits_for_k_and_tells_who_can_move_the_rest() -> None:
    play = tracks("2")
    play.record("go")
    play.record("a_paper")
    decision = play.send("leave")
    assert codes(decision) == ["join_incomplete"]
    assert decision.blockers[0].params["have"] == 1 and decision.blockers[0].params["need"] == 2
    assert set(decision.blockers[0].resolvers) == {"judge", "clerk"}


def test_a_join_of_k_abandons_unfinished_tracks_by_its_entry() -> None:
    play = tracks("1")
    play.record("go")
    play.record("a_paper")
    decision = play.send("leave").require()
    assert play.state.stage == "rest"
    assert [e for e in decision.entries[0].effects if e[0] == "track"] == [
        ("track", "a", None), ("track", "b", None), ("track", "c", None)
    ]  # fmt: skip


def test_re_entry_starts_tracks_anew_and_counts_the_visit() -> None:
    play = tracks("1")
    play.record("go")
    play.record("a_paper")
    play.send("leave").require()
    decision = play.send("again").require()
    assert play.state.visits["work"] == 2 and play.state.visits["a.idle"] == 2
    # `go` still counts: evidence stays valid; `a_paper` is collected anew.
    assert steps(decision)[1:] == ["a_starts", "b_starts"]
    assert {r.type: r.status for r in play.state.evidence.values()} == {"go": "current", "a_paper": "stale"}
    assert play.state.tracks["a"] == "busy"


def test_stage_evidence_is_recollected_on_re_entry_where_declared() -> None:
    text = """
evidence:
  fresh: {from: clerk, fields: {}, recollect: true}
  old: {from: clerk, fields: {}}
stages: {one: {owner: alpha, accepts: [fresh, old]}, two: {owner: alpha}}
ends: {done: success}
transitions:
  - {event: on, from: one, to: two, by: clerk}
  - {event: back, from: two, to: one, by: clerk}
  - {event: end, from: two, to: done, by: clerk}
"""
    play = Play(text).open()
    play.record("fresh")
    play.record("old")
    play.send("on").require()
    play.send("back").require()
    assert {r.type: r.status for r in play.state.evidence.values()} == {"fresh": "stale", "old": "current"}


def test_an_event_of_several_levels_takes_the_step_that_the_actor_may_take() -> None:
    text = """
stages: {one: {owner: alpha}, two: {owner: alpha}}
tracks:
  side:
    in: [one, two]
    states: {idle: {}, ready: {done: true}}
    transitions:
      - {event: go, from: idle, to: ready, by: judge}
ends: {done: success}
transitions:
  - {event: go, from: one, to: two, by: clerk}
  - {event: end, from: two, to: done, by: clerk}
"""
    play = Play(text).open()
    play.send("go", "clerk").require()
    assert (play.state.stage, play.state.tracks["side"]) == ("two", "idle")
    play.send("go", "judge").require()
    assert play.state.tracks["side"] == "ready"


def test_the_first_of_several_ways_that_nothing_stands_against_is_taken() -> None:
    text = """
attributes: {kind: "enum(red, blue)"}
guards: {red: {title: Red, when: project.kind == "red"}, blue: {title: Blue, when: project.kind == "blue"}}
stages: {one: {owner: alpha}, two: {owner: alpha}}
ends: {left: success, right: failure}
transitions:
  - {id: to_left, event: go, from: one, to: left, by: clerk, guards: red}
  - {id: to_right, event: go, from: one, to: right, by: clerk, guards: blue}
  - {event: on, from: one, to: two, by: clerk}
  - {event: end, from: two, to: left, by: clerk}
"""
    play = Play(text).open(attributes={"kind": "blue"})
    decision = play.send("go").require()
    assert play.state.end == "right" and steps(decision) == ["to_right"]


def test_a_bounded_move_happens_so_often_and_no_more() -> None:
    text = """
parameters: {rounds: {type: integer, value: 1, min: 0, max: 3, basis: assumed, title: Rounds}}
stages: {one: {owner: alpha}, two: {owner: alpha}}
ends: {done: success}
transitions:
  - {event: go, from: one, to: two, by: clerk}
  - {event: rework, from: two, to: one, by: clerk, at_most: params.rounds}
  - {event: end, from: two, to: done, by: clerk}
"""
    play = Play(text).open()
    play.send("go").require()
    play.send("rework").require()
    play.send("go").require()
    decision = play.send("rework")
    assert codes(decision) == ["limit_reached"] and decision.blockers[0].params["limit"] == 1


def test_a_variant_adds_guards_and_leaves_out_tracks() -> None:
    text = """
attributes: {kind: "enum(soft, hard)"}
evidence: {drop: {from: clerk, fields: {}}}
guards: {dropped: {title: Dropped, when: has(drop.id)}}
stages: {one: {owner: alpha, accepts: drop}}
tracks: {cool: {in: one, states: {idle: {}, ready: {done: true}},
  transitions: [{event: ok, from: idle, to: ready, by: clerk}]}}
ends: {done: success}
transitions:
  - {event: end, from: one, to: done, by: clerk}
variants:
  by: kind
  of:
    soft: {without: cool}
    hard: {guards: {end: dropped}}
"""
    soft = Play(text).open(attributes={"kind": "soft"})
    hard = Play(text).open(attributes={"kind": "hard"})
    assert soft.state.tracks == {} and hard.state.tracks == {"cool": "idle"}
    assert codes(hard.send("end")) == ["guard_false"]
    assert soft.send("end").outcome == "moved"


ROUNDS = """
stages: {one: {owner: alpha}}
ends: {done: success}
rounds:
  call:
    windows:
      - {id: w1, opens: 2026-04-01, closes: 2026-04-10}
      - {id: w2, opens: 2026-09-01, closes: 2026-09-10}
transitions:
  - {event: apply, from: one, to: done, by: clerk, during: call, flag: in_round}
"""


def test_a_round_that_is_closed_says_when_it_opens_next() -> None:
    play = Play(ROUNDS).open()
    assert "2026-04-01" in play.send("apply").reasons()[0]
    play.wait(50)
    assert "2026-09-01" in play.send("apply").reasons()[0]
    assert codes(play.wait(365).send("apply")) == ["round_closed"]


def test_a_round_is_open_on_its_first_and_last_local_day_and_a_flag_stays_on_the_entry() -> None:
    for days in (30, 39):
        play = Play(ROUNDS).open().wait(days)
        play.send("apply").require()
        assert play.last().flags == ("in_round",)
    assert codes(Play(ROUNDS).open().wait(40).send("apply")) == ["round_closed"]


# Handoffs

HANDOFF = """
evidence: {file: {from: [clerk, judge], fields: {fine: boolean}}}
guards: {fine: {title: File is fine, when: file.fine}}
stages:
  here: {owner: alpha, accepts: file}
  there: {owner: beta}
ends: {done: success}
handoffs:
  over: {from: here, to: there, offered_by: [clerk, chief], accepted_by: [judge, chief], guards: fine,
    within: 5 working days, if_late: LATE, returns: {to: here, reasons: [incomplete, wrong], at_most: 1}AUTO}
transitions:
  - {event: end, from: there, to: done, by: judge}
"""


def handoff(late: str = "escalate", auto: str = "") -> Play:
    return Play(HANDOFF.replace("LATE", late).replace("AUTO", auto)).open()


def offered(late: str = "escalate") -> Play:
    play = handoff(late)
    play.record("file", values={"fine": True})
    play.send("over.offer").require()
    return play


def test_a_handoff_waits_with_the_sender_as_owner_and_its_own_clock() -> None:
    play = offered()
    assert play.state.stage == "over.offered"
    # Monday 2 March 2026 is a day off in place of 1 March; five working days after it end on Monday the 9th.
    assert due(play, "handoff:over") == "2026-03-09T23:59"
    play.send("over.accept", "judge").require()
    assert play.state.stage == "there" and play.state.timers == {}


def test_a_handoffs_guards_hold_at_the_offer_and_again_at_the_acceptance() -> None:
    play = handoff()
    assert codes(play.send("over.offer")) == ["guard_unknown"]
    play.record("file", values={"fine": True})
    play.send("over.offer").require()
    play.record("file", "judge", {"fine": False})
    assert codes(play.send("over.accept", "judge")) == ["guard_false"]


def test_a_failing_guard_never_hinders_a_return() -> None:
    play = offered()
    play.record("file", "judge", {"fine": False})
    assert codes(play.send("over.return", "judge")) == ["reason_required"]
    assert codes(play.send("over.return", "judge", code="ugly")) == ["reason_not_permitted"]
    play.send("over.return", "judge", code="incomplete").require()
    assert play.state.stage == "here" and play.last().code == "incomplete"


def test_returns_are_bounded() -> None:
    play = offered()
    play.send("over.return", "judge", code="wrong").require()
    play.send("over.offer").require()
    assert codes(play.send("over.return", "judge", code="wrong")) == ["limit_reached"]


def test_nobody_accepts_what_they_offered_themselves() -> None:
    play = handoff()
    play.record("file", values={"fine": True})
    play.send("over.offer", "chief:eve").require()
    assert codes(play.send("over.accept", "chief:eve")) == ["separation_of_duties"]
    play.send("over.accept", "chief:dan").require()


def test_silence_accepts_where_declared_and_where_the_receiver_could_have_accepted() -> None:
    play = offered("accept").wait(20)
    play.tick()
    assert play.state.stage == "there" and play.last().flags == ("silent_acceptance",)
    assert play.last().transition == "over.accept" and play.last().verdicts == (("fine", "TRUE"),)


def test_silence_accepts_nothing_that_fails_the_guards() -> None:
    play = offered("accept")
    play.record("file", "judge", {"fine": False})
    decision = play.wait(20).tick()
    assert play.state.stage == "over.offered" and play.last().blockers == ("guard_false",)
    assert [m.kind for m in decision.messages if m.kind == "escalated"] == ["escalated"]
    assert play.wait(400).tick().entries == ()


def test_silence_under_a_waiver_names_the_waiver() -> None:
    plain = "when: file.fine}"
    assert plain in HANDOFF
    waivable = HANDOFF.replace(plain, "when: file.fine, waivable: {by: judge, confirmed_by: chief, for: 60 days}}")
    play = Play(waivable.replace("LATE", "accept").replace("AUTO", "")).open()
    play.record("file", values={"fine": True})
    play.send("over.offer").require()
    play.record("file", "judge", {"fine": False})
    play.waive("fine", "judge").require()
    play.waive("fine", "chief").require()
    play.wait(20).tick()
    entry = play.last("timer")
    assert play.state.stage == "there" and entry.flags == ("silent_acceptance",)
    assert (entry.verdicts, entry.waivers) == ((("fine", "FALSE"),), ("fine",))


def test_a_late_handoff_goes_back_where_declared() -> None:
    play = offered("return").wait(20)
    assert play.tick().outcome == "moved" and play.state.stage == "here"
    assert play.last().flags == ("breached",) and play.state.breaches == {"over": 1}


def test_a_late_handoff_escalates_to_the_owner_or_to_those_named() -> None:
    for late, to in (("escalate", ("alpha",)), ("{escalate: chief}", ("chief",))):
        play = offered(late).wait(20)
        told = [m for m in play.tick().messages if m.kind == "escalated"]
        assert [m.to for m in told] == [to] and play.state.stage == "over.offered"


def test_an_automatic_handoff_is_offered_as_soon_as_its_guards_hold() -> None:
    play = handoff(auto=", automatic: true")
    decision = play.record("file", values={"fine": True})
    assert steps(decision) == ["over.auto_offer"] and play.state.stage == "over.offered"


# Support

SUPPORT = """
evidence:
  proof: {from: clerk, fields: {good: boolean}, valid_for: VALID, on_lost: LOST}
  base: {from: clerk, fields: {}}
guards: {proven: {title: Proven, when: proof.good}}
stages: {one: {owner: alpha, accepts: [proof, base]}, two: {owner: beta, accepts: [proof, base]}}
ends: {done: success}
obligations:
  renew: {title: Renew the proof, within: 30 days, met_by: proof, discharged_by: judge, blocks: end, if_late: escalate}
holds: {shaken: {in: any, released_by: judge, blocks: end}}
transitions:
  - {id: gate, event: go, from: one, to: two, by: clerk, guards: proven}
  - {event: end, from: two, to: done, by: judge, rests_on: gate}
  - {event: stop, from: two, to: done, by: judge}
"""


def passed(lost: str = "{hold: shaken}", valid: str = "12 months") -> Play:
    play = Play(SUPPORT.replace("LOST", lost).replace("VALID", valid)).open()
    play.record("proof", values={"good": True}).require()
    play.send("go").require()
    return play


def test_evidence_withdrawn_after_a_gate_undoes_no_move_and_blocks_what_rests_on_it() -> None:
    play = passed()
    play.withdraw("proof#2").require()
    assert play.state.stage == "two" and play.state.support["gate"].lost
    decision = play.send("end", "judge")
    assert codes(decision) == ["on_hold", "support_lost"]
    assert decision.blockers[1].resolvers == ("clerk",)
    assert play.send("stop", "judge").outcome == "moved"


def test_renewed_evidence_gives_the_support_back() -> None:
    play = passed()
    play.withdraw("proof#2")
    play.record("proof", values={"good": True}).require()
    assert not play.state.support["gate"].lost
    assert play.state.support["gate"].evidence == (f"proof#{play.state.seq}",)
    play.release("shaken", "judge").require()
    assert play.send("end", "judge").outcome == "moved"


def test_lost_support_raises_its_hold_or_obligation_once() -> None:
    play = passed("{obligation: renew}")
    play.withdraw("proof#2")
    assert set(play.state.obligations) == {"renew"} and "obligation:renew" in play.state.timers
    assert "obligation_open" in codes(play.send("end", "judge"))
    play.record("proof", values={"good": False})
    assert play.state.obligations == {} and play.state.support["gate"].lost
    play.record("proof", values={"good": False})
    assert play.state.obligations == {}, "what was lost already is not raised again"


def test_evidence_that_expires_after_a_gate_loses_its_support_by_a_timer() -> None:
    play = passed(valid="3 months").wait(120)
    play.tick()
    assert play.last().flags == ("evidence_expired",) and play.state.support["gate"].lost
    assert "shaken" in play.state.holds


def test_a_later_passage_that_rests_on_no_record_forgets_the_earlier_support() -> None:
    text = """
parameters: {free: {type: boolean, value: false, basis: assumed, title: Free}}
attributes: {free: {type: boolean, optional: true}}
evidence: {proof: {from: clerk, fields: {}}}
guards: {proven: {title: Proven, when: has(proof.id), waivable: {by: judge, confirmed_by: chief, for: 90 days}}}
stages: {one: {owner: alpha, accepts: proof}, two: {owner: beta, accepts: proof}}
ends: {done: success}
transitions:
  - {id: gate, event: go, from: one, to: two, by: clerk, guards: proven}
  - {event: back, from: two, to: one, by: clerk}
  - {event: end, from: two, to: done, by: judge, rests_on: gate}
"""
    play = Play(text).open()
    play.record("proof")
    play.send("go").require()
    play.send("back").require()
    play.withdraw("proof#2")
    assert play.state.support["gate"].lost
    play.waive("proven", "judge").require()
    play.waive("proven", "chief").require()
    play.send("go").require()
    assert play.state.support == {} and play.send("end", "judge").outcome == "moved"


def test_a_join_is_blocked_by_a_track_whose_gate_lost_its_support() -> None:
    text = """
evidence: {proof: {from: clerk, fields: {}}}
guards: {proven: {title: Proven, when: has(proof.id)}}
stages: {one: {owner: alpha, accepts: proof}}
tracks:
  side:
    in: one
    states: {idle: {}, ready: {done: true}}
    transitions: [{id: gate, automatic: true, from: idle, to: ready, guards: proven}]
ends: {done: success}
transitions: [{event: end, from: one, to: done, by: clerk, join: all}]
"""
    play = Play(text).open()
    play.record("proof")
    assert play.state.tracks == {"side": "ready"}
    play.withdraw("proof#2")
    assert codes(play.send("end")) == ["support_lost"]


def test_evidence_that_depends_on_a_changed_component_is_unknown_until_renewed() -> None:
    text = """
evidence:
  part: {from: clerk, fields: {}}
  test: {from: clerk, fields: {ok: boolean}, depends_on: part}
guards: {tested: {title: Tested, when: test.ok}}
stages: {one: {owner: alpha, accepts: [part, test]}, two: {owner: alpha, accepts: [part, test]}}
ends: {done: success}
transitions:
  - {id: gate, event: go, from: one, to: two, by: clerk, guards: tested}
  - {event: end, from: two, to: done, by: clerk, guards: tested, rests_on: gate}
"""
    play = Play(text).open()
    play.record("part")
    play.record("test", values={"ok": True})
    play.send("go").require()
    play.record("part")
    assert play.state.support["gate"].lost
    assert codes(play.send("end")) == ["support_lost", "guard_unknown"]
    play.record("test", values={"ok": True})
    assert play.send("end").outcome == "moved"


def test_a_gate_loses_its_support_where_the_project_gets_another_version_of_its_product() -> None:
    text = """
attributes: {product_version: {type: text, optional: true}, label: {type: text, optional: true}}
evidence: {proof: {from: clerk, fields: {good: boolean}, matches: [product_version], anywhere: true}}
guards: {good: {title: Good, when: proof.good}}
stages: {one: {owner: alpha}, two: {owner: alpha}}
ends: {done: success}
transitions:
  - {event: go, from: one, to: two, by: clerk, guards: good}
  - {event: end, from: two, to: done, by: clerk, rests_on: go}
administration: {correct: {by: clerk}}
"""
    play = Play(text).open(attributes={"product_version": "1"})
    play.record("proof", values={"good": True}, product_version="1").require()
    play.send("go").require()

    def corrected(**attributes: str) -> None:
        play.do(commands.Correct(attributes=attributes, actor=who("clerk"), reason="r")).require()

    corrected(label="x")
    assert not play.state.support["go"].lost
    corrected(product_version="2")
    assert codes(play.send("end")) == ["support_lost"]
    corrected(product_version="1")
    assert play.send("end").outcome == "moved"


def test_a_conditional_pass_leaves_obligations_that_block_and_are_met_by_evidence_or_discharged() -> None:
    text = """
evidence: {plan: {from: clerk, fields: {}}}
stages: {one: {owner: alpha, accepts: plan}, two: {owner: alpha, accepts: plan}}
ends: {done: success}
obligations:
  owe: {title: Owe a plan, within: 30 days, met_by: plan, discharged_by: judge, blocks: end, if_late: {hold: late}}
holds: {late: {in: any, released_by: judge, blocks: all}}
transitions:
  - {event: go, from: one, to: two, by: clerk, conditions: owe}
  - {event: end, from: two, to: done, by: clerk}
"""
    play = Play(text).open()
    play.send("go").require()
    assert codes(play.send("end")) == ["obligation_open"]
    play.record("plan").require()
    assert play.state.obligations == {} and play.state.timers == {}
    assert play.send("end").outcome == "moved"

    other = Play(text).open()
    other.send("go").require()
    discharge = commands.Discharge(obligation="owe", actor=who("judge"))
    assert codes(other.do(discharge)) == ["reason_required"]
    other.do(commands.Discharge(obligation="owe", actor=who("judge"), reason="shown")).require()
    assert codes(other.do(discharge)) == ["no_obligation"]
    assert codes(other.do(commands.Discharge(obligation="nonsense", actor=who("clerk"), reason="r"))) == [
        "no_obligation"
    ]

    late = Play(text).open()
    late.send("go").require()
    late.wait(40).tick()
    assert set(late.state.holds) == {"late"} and late.state.breaches == {"owe": 1}
    assert codes(late.send("end")) == ["on_hold", "obligation_open"]


# Linked projects

LINKED = """
evidence: {letter: {from: clerk, fields: {n: {type: integer, public: true}, text: text}, valid_for: 12 months}}
guards: {lettered: {title: Lettered, when: letter.n > 0}}
links: {feedback: {title: Feedback}}
stages: {one: {owner: alpha, accepts: letter}, two: {owner: beta, accepts: letter}}
ends: {done: success}
transitions:
  - {event: go, from: one, to: two, by: clerk, guards: lettered}
  - {event: report, from: two, to: done, by: clerk, opens: {link: feedback, at: two, carry: letter}}
"""


def test_a_transition_opens_a_linked_project_that_evidence_carries_into() -> None:
    from axflow.kernel import command as commands

    play = Play(LINKED).open()
    play.record("letter", values={"n": 3, "text": "t"}).require()
    play.send("go").require()
    opening = play.send("report").require().openings[0]
    child = Play(LINKED, project="p2")
    child.do(
        commands.Open(
            project="p2", firm="firm", actor=who("clerk"), stage=opening.stage, link=(opening.link, "p1"),
            carried=opening.carried, cause="project:p1",
        )
    ).require()  # fmt: skip
    assert child.state.stage == "two" and child.state.links == {"feedback": ("p1",)}
    record = child.state.evidence["letter#1-2"]
    assert record.source == "p1/letter#2" and child.values() == {"letter#1-2": {"n": 3, "text": "t"}}
    assert child.entries[0].public == {"carried.letter#1-2.n": 3}, "what is public stands in clear in the copy as well"
    assert "validity:letter#1-2" in child.state.timers


def test_the_definition_of_each_test_is_compiled_once() -> None:
    assert define(LINKED) is define(LINKED)
    assert people("clerk").digest == people("clerk").digest
