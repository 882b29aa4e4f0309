"""Acts of several persons: signatures, waivers, separation of duties."""

from __future__ import annotations

from axflow.kernel import command as commands
from axflow.kernel.directory import Delegation
from tests.kernel.play import LONG_AGO, Play, codes, due, people, who

RULES = """
evidence:
  paper: {from: clerk, fields: {good: boolean}}
guards:
  good: {title: Paper is good, when: paper.good, waivable: {by: [judge, chief], confirmed_by: chief, for: 10 days}}
  firm: {title: Cannot be waived, when: has(paper.id)}
stages: {one: {owner: alpha, accepts: paper}, two: {owner: beta, accepts: paper}}
ends: {done: success}
transitions:
  - {event: go, from: one, to: two, signatures: [judge, chief], guards: firm}
  - {event: end, from: two, to: done, by: [clerk, chief], guards: good, not_same_actor_as: [paper, go]}
"""


def ready(**more: object) -> Play:
    play = Play(RULES, **more).open()  # type: ignore[arg-type]
    play.record("paper", values={"good": False}).require()
    return play


def signed() -> Play:
    play = ready()
    play.send("go", "judge").require()
    play.send("go", "chief").require()
    return play


# Signatures


def test_the_last_of_several_signatures_moves_the_project() -> None:
    play = ready()
    first = play.send("go", "judge")
    assert first.outcome == "recorded" and play.last().flags == ("signed",) and play.state.stage == "one"
    assert play.send("go", "chief").outcome == "moved" and play.state.signatures == {}


def test_nobody_signs_twice_not_even_in_another_role() -> None:
    play = ready()
    play.send("go", "judge:ann").require()
    decision = play.send("go", "chief:ann")
    assert codes(decision) == ["already_signed"] and decision.blockers[0].resolvers == ("chief",)


def test_nobody_signs_again_as_a_deputy_or_beside_the_own_deputy() -> None:
    lent = Delegation("boss", "dep", "chief", "beta", LONG_AGO)
    play = ready(directory=people("owner", "clerk", "judge:boss", "judge:dep", "chief:boss", more=(lent,)))
    play.send("go", "judge:boss").require()
    assert codes(play.send("go", who("chief:dep", on_behalf_of="boss"))) == ["already_signed"]
    other = ready(directory=people("owner", "clerk", "judge:boss", "judge:dep", "chief:boss", more=(lent,)))
    other.send("go", who("chief:dep", on_behalf_of="boss")).require()
    assert codes(other.send("go", "judge:boss")) == ["already_signed"]
    assert other.last().blockers == ("already_signed",)


def test_a_deputy_is_named_in_the_entry_with_the_person_behind() -> None:
    lent = Delegation("boss", "dep", "chief", "beta", LONG_AGO)
    play = ready(directory=people("owner", "clerk", "chief:boss", "judge", more=(lent,)))
    play.send("go", who("chief:dep")).require()
    assert play.last().actor is not None and play.last().actor["on_behalf_of"] == "boss"  # type: ignore[index]
    assert codes(play.send("go", who("chief:dep", on_behalf_of="judge"))) == ["not_authorised"]


def test_a_signature_is_bound_to_what_was_signed() -> None:
    play = ready()
    play.send("go", "judge").require()
    play.record("paper", values={"good": True}).require()
    assert play.send("go", "chief").outcome == "recorded", "the judge signed on the earlier paper"
    assert play.send("go", "judge:ben").outcome == "moved"


def test_a_signature_needs_the_guards_as_the_move_does() -> None:
    play = Play(RULES).open()
    assert codes(play.send("go", "judge")) == ["guard_false"]


# Waivers


def test_a_waiver_takes_two_persons_and_a_reason_and_expires() -> None:
    play = signed()
    assert codes(play.send("end", "chief:cy")) == ["guard_false"]
    assert codes(play.waive("good", "judge", None)) == ["reason_required"]
    play.waive("good", "judge").require()
    assert play.last().flags == ("proposed",) and play.state.waivers == {}
    play.waive("good", "chief").require()
    waiver = play.state.waivers["good"]
    assert (waiver.by, waiver.confirmed_by) == ("judge", "chief") and due(play, "waiver:good") == "2026-03-12T23:59"
    play.send("end", "chief:cy").require()
    assert play.last().waivers == ("good",) and play.last().verdicts == (("good", "FALSE"),)


def test_nobody_agrees_to_the_waiver_that_they_proposed() -> None:
    play = signed()
    play.waive("good", "chief:ann").require()
    assert codes(play.waive("good", "chief:ann")) == ["already_signed"]
    assert codes(play.waive("good", "judge:ann")) == ["already_signed"]
    assert codes(play.waive("good", "judge:ben")) == ["already_signed"], "a judge proposes; only a chief agrees"
    play.waive("good", "chief:ben").require()


def test_an_expired_waiver_excuses_nothing() -> None:
    play = signed()
    play.waive("good", "judge")
    play.waive("good", "chief").require()
    assert codes(play.waive("good", "chief:cy")) == ["already_waived"]
    play.wait(20)
    assert codes(play.send("end", "chief:cy")) == ["guard_false"]
    assert play.last("timer").flags == ("waiver_expired",) and play.state.waivers == {}


def test_what_cannot_be_waived_is_not_and_who_benefits_waives_nothing() -> None:
    play = signed()
    assert codes(play.waive("firm", "judge")) == ["not_waivable"]
    text = RULES.replace("by: [judge, chief], confirmed_by", "by: owner, confirmed_by")
    assert codes(Play(text).open().waive("good", "owner")) == ["separation_of_duties"]


# Separation of duties


def test_who_did_an_earlier_act_may_not_do_the_later_one() -> None:
    play = ready()
    play.record("paper", "clerk:ann", {"good": True}).require()
    play.send("go", "judge").require()
    play.send("go", "chief:eve").require()
    assert codes(play.send("end", "clerk:ann")) == ["separation_of_duties"]
    assert codes(play.send("end", "chief:eve")) == ["separation_of_duties"]
    assert play.send("end", "clerk:new").outcome == "moved"


def test_a_deputy_is_the_person_for_whom_they_act() -> None:
    lent = Delegation("boss", "dep", "clerk", "alpha", LONG_AGO)
    play = Play(
        RULES, directory=people("owner", "clerk:boss", "clerk:new", "clerk:dep2", "judge", "chief", more=(lent,))
    ).open()
    play.record("paper", who("clerk:dep", on_behalf_of="boss"), {"good": True}).require()
    play.send("go", "judge").require()
    play.send("go", "chief").require()
    assert codes(play.send("end", "clerk:boss")) == ["separation_of_duties"]
    assert codes(play.send("end", "clerk:dep")) == ["separation_of_duties"]
    assert play.send("end", "clerk:new").outcome == "moved"


def test_a_waiver_names_who_proposed_and_who_agreed_in_whatever_order_they_signed() -> None:
    for first, second in (("judge:ann", "chief:bob"), ("chief:bob", "judge:ann")):
        play = Play(RULES.replace("by: [judge, chief], confirmed", "by: judge, confirmed")).open()
        play.waive("good", first).require()
        play.waive("good", second).require()
        waiver = play.state.waivers["good"]
        assert (waiver.by, waiver.confirmed_by) == ("ann", "bob")


# Signatures on offices

OFFICE = (
    RULES
    + """
administration:
  correct: {signatures: [judge, chief]}
  redact: {signatures: [judge, chief]}
  reassign: {signatures: [judge, chief]}
  link: {signatures: [judge, chief]}
  migrate: {signatures: [judge, chief]}
links: {twin: {title: Twin}}
"""
)


def test_every_office_may_ask_for_signatures() -> None:
    for make in (
        lambda by: commands.Correct(record="paper#2", values={"good": True}, actor=by, reason="r"),
        lambda by: commands.Redact(seq=2, fields=("reason",), actor=by, reason="r"),
        lambda by: commands.Reassign(handler="ann", actor=by, reason="r"),
        lambda by: commands.LinkTo(link="twin", other="p9", actor=by),
        lambda by: commands.Migrate(target=Play(OFFICE.replace("10 days", "12 days")).definition, actor=by),
    ):
        play = Play(OFFICE).open()
        play.record("paper", values={"good": False}, reason="found in the attic").require()
        first = play.do(make(who("judge:ann")))
        assert first.outcome == "recorded" and play.last().flags == ("signed",)
        assert codes(play.do(make(who("chief:ann")))) == ["already_signed"]
        assert codes(play.do(make(who("clerk")))) == ["not_authorised"]
        seq = play.state.seq
        play.do(make(who("chief"))).require()
        assert play.entries[seq].flags == () and play.state.signatures == {}
