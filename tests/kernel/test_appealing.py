"""Appeals: window, grounds, panel, and what an upheld one does."""

from __future__ import annotations

from axflow.kernel import command as commands
from tests.kernel.play import Play, codes, who

CASE = """
evidence: {notice: {from: clerk, fields: {}}}
stages: {one: {owner: alpha, accepts: notice}, two: {owner: alpha, accepts: notice}}
ends: {refused: {kind: failure, accepts: notice}, done: success}
obligations: {amends: {title: Make amends, within: 30 days, discharged_by: judge, if_late: escalate}}
holds: {contested: {in: [any, refused], stops: [STOPS], blocks: all}}
transitions:
  - {id: refusal, event: refuse, from: one, to: refused, by: [clerk, chief]}
  - {id: passing, event: pass_on, from: one, to: two, by: [clerk, chief]}
  - {event: end, from: two, to: done, by: clerk}
  - {event: reopen, from: refused, to: two, by: clerk}
appeals:
  objection: {against: [refusal, passing], by: owner, window: 20 days, grounds: [error, unfair], panel: [judge, chief],
    hold: contested, within: 30 days, if_late: LATE, upheld: {compensation: amendsBACK}STARTS}
"""


def text(late: str = "escalate", back: str = "", starts: str = "", stops: str = "government") -> str:
    return CASE.replace("LATE", late).replace("BACK", back).replace("STARTS", starts).replace("STOPS", stops)


def case(
    late: str = "escalate", back: str = "", starts: str = "", decide: str = "refuse", stops: str = "government"
) -> Play:
    play = Play(text(late, back, starts, stops)).open()
    play.send(decide, "chief:eve").require()
    return play


def filed(**more: str) -> Play:
    play = case(**more)
    play.send("objection.file", "owner", code="error").require()
    return play


def test_an_appeal_raises_its_hold_and_its_own_clock_and_moves_nothing() -> None:
    play = filed()
    assert play.state.stage == "refused" and set(play.state.holds) == {"contested"}
    assert set(play.state.timers) == {"appeal:objection"}
    assert codes(play.send("reopen")) == ["on_hold"]


def test_an_appeal_needs_one_of_its_grounds() -> None:
    play = case()
    assert codes(play.send("objection.file", "owner")) == ["reason_required"]
    assert codes(play.send("objection.file", "owner", code="anger")) == ["reason_not_permitted"]
    assert codes(play.send("objection.file", "clerk", code="error")) == ["not_authorised"]


def test_an_appeal_after_its_window_is_late_and_the_right_has_lapsed() -> None:
    play = case().wait(40)
    assert codes(play.send("objection.file", "owner", code="error")) == ["appeal_late"]
    assert play.last("timer").flags == ("right_lapsed",)


def test_no_appeal_before_there_is_a_decision() -> None:
    play = Play(text()).open()
    assert codes(play.send("objection.file", "owner", code="error")) == ["appeal_late"]
    assert codes(play.send("objection.uphold", "judge", reason="r")) == ["no_appeal"]


def test_nobody_of_the_first_decision_sits_on_the_panel() -> None:
    play = filed()
    assert codes(play.send("objection.uphold", "chief:eve", reason="r")) == ["separation_of_duties"]
    assert codes(play.send("objection.dismiss", "judge")) == ["reason_required"]


def test_an_upheld_appeal_leads_back_to_where_the_decision_was_taken() -> None:
    play = filed()
    play.send("objection.uphold", "judge", reason="r").require()
    assert (play.state.stage, play.state.end, play.state.holds, play.state.timers) == ("one", None, {}, {})
    assert not play.state.appeals["objection"].open


def test_an_upheld_appeal_leads_to_the_stage_that_is_declared() -> None:
    play = filed(back=", to: two")
    play.send("objection.uphold", "judge", reason="r").require()
    assert play.state.stage == "two"


def test_a_dismissed_appeal_leaves_everything_and_may_not_be_filed_again() -> None:
    play = filed()
    play.send("objection.dismiss", "judge", reason="r").require()
    assert play.state.stage == "refused" and play.state.holds == {}
    assert codes(play.send("objection.file", "owner", code="error")) == ["appeal_late", "limit_reached"]


def test_an_appeal_against_a_second_decision_is_bounded_as_well() -> None:
    play = filed()
    assert codes(play.send("objection.file", "owner", code="error")) == ["appeal_late", "limit_reached"]
    play.send("objection.uphold", "judge", reason="r").require()
    play.send("refuse", "clerk").require()
    assert codes(play.send("objection.file", "owner", code="error")) == ["limit_reached"]


def test_where_the_project_has_moved_on_an_upheld_appeal_is_compensation_and_no_rewind() -> None:
    play = case(decide="pass_on")
    play.send("end").require()
    play.send("objection.file", "owner", code="unfair").require()
    assert play.state.appeals["objection"].target == "two"
    decision = play.send("objection.uphold", "judge", reason="r").require()
    assert decision.outcome == "recorded" and play.state.stage == "done" and set(play.state.obligations) == {"amends"}


def test_the_latest_of_several_decisions_is_the_one_appealed() -> None:
    play = Play(
        text(starts=", at_most: 2").replace(
            "{event: reopen, from: refused, to: two", "{event: reopen, from: refused, to: one"
        )
    ).open()
    play.send("refuse").require()
    play.send("reopen").require()
    play.wait(1).send("pass_on").require()
    play.send("objection.file", "owner", code="error").require()
    assert play.state.appeals["objection"].transition == "passing"


def test_an_appeal_that_nobody_decides_has_its_consequence() -> None:
    play = filed(late="{obligation: amends}", stops="applicant").wait(60)
    play.tick()
    assert play.state.breaches == {"objection": 1} and set(play.state.obligations) == {"amends"}
    assert set(play.state.holds) == {"contested"} and play.state.appeals["objection"].open


def test_a_window_may_open_with_the_receipt_of_the_notice() -> None:
    play = case(starts=", starts: evidence notice")
    assert play.state.timers == {}
    play.record("notice").require()
    assert set(play.state.timers) == {"appeal_window:objection"}
    early = Play(text(starts=", starts: evidence notice")).open()
    early.record("notice").require()
    assert early.state.timers == {}, "a notice of nothing opens no window"


def test_a_suspended_project_may_be_appealed_for_but_is_led_back_only_once_it_is_released() -> None:
    held = text().replace(
        "holds: {contested:",
        "holds: {suspended: {in: [any, refused], by: clerk, blocks: BLOCKS}, contested:",
    )
    play = Play(held.replace("BLOCKS", "all")).open()
    play.send("refuse", "chief:eve").require()
    play.hold("suspended").require()
    play.send("objection.file", "owner", code="error").require()
    assert codes(play.send("objection.uphold", "judge", reason="r")) == ["on_hold"]
    dismissed = play.ask(commands.Send(event="objection.dismiss", actor=who("judge"), reason="r"))
    assert dismissed.allowed, "what moves nothing waits for no release"
    play.release("suspended").require()
    assert play.send("objection.uphold", "judge", reason="r").outcome == "moved"
    named = Play(held.replace("BLOCKS", "[objection.file]")).open()
    named.send("refuse", "chief:eve").require()
    named.hold("suspended").require()
    assert codes(named.send("objection.file", "owner", code="error")) == ["on_hold"]
