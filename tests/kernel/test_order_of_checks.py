"""What ends a matter at once, and what is collected."""

from __future__ import annotations

from datetime import timedelta

import pytest

from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.decide import decide
from axflow.kernel.decision import Refused
from axflow.kernel.directory import Change, Grant, Revocation
from tests.kernel.play import START, Play, codes, define, moment, people, who

PLAIN = """
evidence:
  note: {from: clerk, fields: {fine: boolean, text: {type: text, optional: true}}}
guards:
  fine: {title: It is fine, when: note.fine}
  long: {title: It is long, when: 'note.text != ""'}
stages:
  first: {owner: alpha, accepts: note}
  second: {owner: beta}
ends: {done: success}
transitions:
  - {event: go, from: first, to: second, by: clerk, guards: [fine, long], reason: required}
  - {event: back, from: second, to: first, by: clerk}
  - {event: end, from: second, to: done, by: judge}
deadlines:
  slow: {in: first, within: 10 days, if_late: escalate}
holds:
  stopped: {in: any, by: clerk, blocks: go}
"""


def opened() -> Play:
    return Play(PLAIN).open()


def test_a_reused_key_ends_the_matter_before_staleness_and_authority_are_looked_at() -> None:
    play = opened()
    play.send("go", key="k", reason="r")
    decision = play.send("go", "owner", key="k", expected=99)
    assert codes(decision) == ["key_reused"]


def test_a_stale_view_ends_the_matter_before_authority_is_looked_at() -> None:
    assert codes(opened().send("go", "owner", expected=99)) == ["stale"]


def test_who_lacks_authority_learns_nothing_else() -> None:
    play = opened()
    play.hold("stopped")
    assert codes(play.send("go", "owner")) == ["not_authorised"]


def test_everything_else_is_collected_and_told_together() -> None:
    play = opened()
    play.record("note", values={"fine": False})
    play.hold("stopped")
    decision = play.send("go")
    assert codes(decision) == ["reason_required", "on_hold", "guard_false", "guard_unknown"]
    assert [b.guard for b in decision.blockers if b.guard] == ["fine", "long"]


def test_blockers_say_who_can_resolve_them_and_speak_both_languages() -> None:
    decision = opened().send("go", reason="r")
    assert decision.blockers[0].resolvers == ("clerk",)
    assert decision.reasons("en")[0].startswith("It is fine")
    assert decision.reasons("ko") != decision.reasons("en")


def test_a_refusal_is_a_value_and_require_raises_for_those_who_want_that() -> None:
    decision = opened().send("go", reason="r")
    assert decision.outcome == "refused" and not decision.allowed
    with pytest.raises(Refused, match="It is fine") as caught:
        decision.require()
    assert caught.value.decision is decision


def test_a_refused_command_is_journaled_and_makes_nobody_stale() -> None:
    play = opened()
    seen = play.state.version
    refused = play.send("go", reason="r")
    assert refused.entries[-1].outcome == "refused" and refused.seq == play.state.seq
    assert play.last().blockers == ("guard_unknown", "guard_unknown")
    assert play.record("note", values={"fine": True, "text": "t"}, expected=seen).outcome == "recorded"


def test_a_repeated_key_answers_duplicate_and_writes_nothing() -> None:
    play = opened()
    first = play.record("note", values={"fine": True}, key="k")
    again = play.record("note", values={"fine": True}, key="k")
    assert again.outcome == "duplicate" and again.entries == () and again.seq == first.seq


def test_a_key_binds_a_refusal_too() -> None:
    play = opened()
    refused = play.send("go", reason="r", key="k")
    play.record("note", values={"fine": True, "text": "t"})
    again = play.send("go", reason="r", key="k")
    assert (again.outcome, again.seq, play.state.stage) == ("duplicate", refused.seq, "first")


def test_a_duplicate_open_has_no_project_to_show() -> None:
    play = Play(PLAIN)
    play.keys["k"] = (command := commands.Open(project="p1", firm="firm", actor=who("owner"), key="k"), 1, "moved")
    decision = play.ask(command)
    assert (decision.outcome, decision.project, decision.seq) == ("duplicate", None, 1)


def test_a_refused_open_writes_no_entry() -> None:
    play = Play(PLAIN)
    decision = play.do(commands.Open(project="p1", firm="firm", actor=who("owner"), title="x" * 501))
    assert codes(decision) == ["too_long"] and decision.entries == () and decision.project is None


def test_an_unknown_event_is_told_to_who_holds_any_role_and_to_nobody_else() -> None:
    play = Play(PLAIN, directory=people("owner", "clerk")).open()
    assert codes(play.send("nonsense", "clerk")) == ["unknown_event"]
    assert codes(play.send("nonsense", Actor("stranger", "alpha"))) == ["not_authorised"]


def test_an_event_that_is_not_enabled_here_says_where_it_would_be() -> None:
    decision = opened().send("end", "judge")
    assert codes(decision) == ["not_enabled"] and "Second" in decision.reasons()[0]


def test_an_ended_project_accepts_no_event_that_does_not_leave_its_end() -> None:
    play = opened()
    play.record("note", values={"fine": True, "text": "t"})
    play.send("go", reason="r").require()
    play.send("end", "judge").require()
    assert codes(play.send("go", reason="r")) == ["ended"]
    assert codes(play.record("note", values={"fine": True})) == ["not_accepted_here"]


def test_unknown_names_are_told_by_kind() -> None:
    play, clerk = opened(), who("clerk")
    for command in (
        commands.Record(evidence="nonsense", actor=clerk),
        commands.Waive(guard="nonsense", actor=clerk),
        commands.PlaceHold(hold="nonsense", actor=clerk),
        commands.ReleaseHold(hold="nonsense", actor=clerk),
        commands.Extend(deadline="nonsense", actor=clerk),
    ):
        assert codes(play.do(command)) == ["unknown_name"], command


def test_a_command_for_another_definition_or_for_no_project_raises() -> None:
    play = opened()
    send = commands.Send(event="go", actor=who("clerk"))
    with pytest.raises(ValueError, match="needs a project"):
        decide(play.definition, None, send, play.facts(send))
    with pytest.raises(ValueError, match="is bound to rules"):
        decide(define(PLAIN.replace("10 days", "11 days")), play.state, send, play.facts(send))
    again = commands.Open(project="p1", firm="firm", actor=who("owner"))
    with pytest.raises(ValueError, match="open already"):
        decide(play.definition, play.state, again, play.facts(again))


# Time


def test_now_never_goes_back_and_a_clock_that_did_is_flagged() -> None:
    play = opened()
    first = play.state.recorded_at
    play.now -= timedelta(days=1)
    decision = play.record("note", values={"fine": True})
    assert decision.flags == ("clock_went_back",) and "clock_went_back" in play.last().flags
    assert play.last().recorded_at == first


def test_a_live_act_in_the_future_is_refused() -> None:
    play = opened()
    assert codes(play.hold("stopped", occurred_at=moment("2026-04-01"))) == ["in_future"]


def test_a_live_act_before_the_last_move_is_refused_and_the_rest_is_still_told() -> None:
    play = opened()
    decision = play.send("go", occurred_at=moment("2026-01-05"))
    assert codes(decision) == ["out_of_order", "reason_required", "guard_unknown"]


def test_evidence_may_have_been_received_before_the_last_move() -> None:
    play = opened().wait(5)
    decision = play.record("note", values={"fine": True}, occurred_at=moment("2026-03-02"), issued_on="2026-03-01",
                           received_on="2026-03-02")  # fmt: skip
    assert decision.outcome == "recorded" and play.last().occurred["precision"] == "day"


def test_an_act_that_is_told_late_is_judged_now_and_no_paper_that_has_expired_counts() -> None:
    text = PLAIN.replace("fields: {fine:", "valid_for: 3 days, fields: {fine:").replace("[fine, long]", "fine")
    play = Play(text).open()
    play.record("note", values={"fine": True}, issued_on="2026-03-02")
    play.wait(4)
    decision = play.send("go", reason="r", occurred_at=moment("2026-03-03"))
    assert codes(decision) == ["guard_unknown"]
    play.record("note", values={"fine": True}).require()
    play.send("go", reason="r", occurred_at=moment("2026-03-03")).require()
    entry = play.last("send")
    assert entry.occurred["text"] == "2026-03-03" and entry.recorded_at[:10] == "2026-03-06"
    assert play.state.fired["go"].at == entry.recorded_at and play.state.moved_at == entry.occurred["end"]


def test_who_tells_an_act_late_must_have_been_in_office_then_and_be_so_now() -> None:
    given = START + timedelta(days=2)
    directory = people("owner", "clerk")
    late = Grant("new", "clerk", "alpha", START - timedelta(days=90))
    directory = directory.with_changes(Change(given, late), Change(given, Revocation(4, given)))
    play = Play(PLAIN, directory=directory).open().wait(3)
    then = moment("2026-03-03T10:00:00+09:00")
    assert codes(play.send("go", "clerk", reason="r", occurred_at=then)) == ["not_authorised"], "no longer in office"
    new = Actor("new", "alpha", "clerk")
    assert codes(play.send("go", new, reason="r", occurred_at=then)) == ["not_authorised"], "not yet in office then"
    assert codes(play.send("go", new, reason="r")) == ["guard_unknown"]


def test_a_month_that_is_not_over_reaches_no_further_than_now() -> None:
    play = opened()
    play.record("note", values={"fine": True, "text": "x"})
    play.send("go", reason="r", occurred_at=moment("2026-03")).require()
    entry = play.last("send")
    assert (entry.occurred["text"], entry.occurred["precision"]) == ("2026-03", "month")
    assert entry.occurred["end"] == entry.recorded_at == play.state.moved_at
    play.wait(1).send("back", occurred_at=moment("2026-03-03T09:00:00+09:00")).require()


def test_every_timer_due_fires_first_in_entries_of_its_own() -> None:
    play = opened().wait(30)
    decision = play.record("note", values={"fine": True})
    assert [(e.kind, e.name) for e in decision.entries] == [("timer", "slow"), ("record", "note")]
    fired = decision.entries[0]
    assert fired.occurred["start"] < fired.recorded_at and fired.cause == "timer:deadline:slow"
    assert fired.actor is None


def test_timers_fire_first_even_where_the_command_is_refused() -> None:
    play = opened().wait(30)
    decision = play.send("go", "owner")
    assert [(e.kind, e.outcome) for e in decision.entries] == [("timer", "recorded"), ("send", "refused")]


def test_a_tick_with_nothing_due_writes_nothing() -> None:
    play = opened()
    assert play.tick().entries == ()
    assert play.now == START


def test_a_timer_that_moves_the_project_is_told_as_moved() -> None:
    play = Play(PLAIN.replace("if_late: escalate", "if_late: {to: second}")).open().wait(30)
    decision = play.tick()
    assert decision.outcome == "moved" and play.state.stage == "second" and play.state.breaches == {"slow": 1}
