"""Acts outside the path: open, redact, reassign, link, migrate, split, merge, take over; and histories of the past."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from axflow.kernel import command as commands
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import ReplayError, evolve, replay
from axflow.kernel.prospects import prospects, sight, status
from tests.kernel.play import Play, codes, moment, people, who

BASE = """
attributes:
  size: {type: integer, public: true, optional: true}
  label: {type: text, optional: true}
evidence:
  paper: {from: clerk, fields: {good: boolean, note: {type: text, optional: true}}, classification: inner}
  other: {from: clerk, fields: {n: integer}, valid_for: 12 months}
guards:
  good: {title: Paper is good, when: paper.good, waivable: {by: judge, confirmed_by: chief, for: 10 days}}
  others: {title: Other, when: other.n > 0}
  small: {title: Twins are done, when: 'links.twin.all(p, p.end == "done")'}
stages:
  one: {owner: alpha, accepts: [paper, other]}
  two: {owner: beta, accepts: [paper, other]}
  three: {owner: beta}
tracks:
  side:
    in: [one, two]
    states: {idle: {}, busy: {}, ready: {done: true}}
    transitions:
      - {event: begin, from: idle, to: busy, by: clerk}
      - {event: finish, from: busy, to: ready, by: clerk}
ends: {done: success, parted: neutral, joined: neutral}
statuses:
  - {id: begun, title: Begun, passed: begin}
  - {id: shown, title: Shown, guard: good}
  - {id: passed, title: Passed, passed: go}
classifications: {inner: {audience: [judge, alpha]}}
obligations: {owe: {title: Owe, within: 9 days, discharged_by: judge, if_late: escalate}}
holds: {shut: {in: any, by: clerk, blocks: end, stops: [government], review_within: 30 days}}
links: {twin: {title: Twin, at_most: 1}, part_of: {title: Part of}}
transitions:
  - {event: go, from: one, to: two, by: clerk, guards: good, conditions: owe}
  - {event: on, from: two, to: three, by: judge, guards: small}
  - {id: waits, after: 20 days, from: two, to: three, guards: others}
  - {event: end, from: [two, three], to: done, by: judge}
  - {id: by_itself, automatic: true, from: three, to: done, guards: others}
deadlines: {limit: {in: one, within: 10 days, if_late: escalate}}
split: {by: judge, in: [one, two], end: parted, link: part_of, carry: other}
merge: {by: judge, in: [one, two], end: joined, link: part_of}
administration:
  open: [owner, clerk]
  redact: {by: judge}
  force_redaction: chief
  take_over: {by: judge}
  migrate: {by: judge}
  link: {by: clerk}
"""


def opened(**more: Any) -> Play:
    return Play(BASE, **more).open()


def do(play: Play, kind: type[commands.Command], actor: str, /, **more: Any) -> list[str]:
    return codes(play.do(kind(actor=who(actor), **more)))


# Opening


def test_opening_tells_everything_that_is_wrong_at_once() -> None:
    play = Play(BASE)
    refused = commands.Open(
        project="p1", firm="firm", actor=who("owner"), attributes={"size": "x", "shape": 1}, stage="nowhere",
        tracks={"side": "lost"}, link=("cousin", "p0"), aliases={"nobody": "12"},
    )  # fmt: skip
    assert codes(play.do(refused)) == ["invalid_value", "unknown_field", "unknown_name"]
    assert len(play.ask(refused).blockers) == 6
    assert do(play, commands.Open, "judge", project="p1", firm="firm") == ["not_authorised"]


def test_an_opened_project_keeps_its_attributes_title_and_case_numbers() -> None:
    play = Play(BASE).open(attributes={"size": 3, "label": "l"}, title="T", aliases={"alpha": "A-1"})
    entry = play.entries[0]
    assert entry.public == {"attributes.size": 3}
    assert entry.content == {"attributes.label": "l", "title": "T", "alias.alpha": "A-1"}
    assert play.state.attributes == {"size": 1, "label": 1} and play.state.configuration["tracks"] == {"side": "idle"}


def test_a_project_may_be_opened_midway_only_where_its_tracks_run() -> None:
    play = Play(BASE).open(stage="two", tracks={"side": "busy"})
    assert play.state.configuration == {"stage": "two", "tracks": {"side": "busy"}}
    assert Play(BASE).open(stage="three", tracks={"side": "busy"}).state.tracks == {}
    assert Play(BASE).open(tracks={"side": "idle"}).state.tracks == {"side": "idle"}


@pytest.mark.parametrize(
    ("effective", "signed", "why"),
    [
        ("{from: 2026-04-01}", None, "from 2026-04-01"),
        ("{from: 2025-01-01, until: 2026-03-01}", None, "until 2026-03-01"),
        ("{from: 2025-01-01, signed_by: [alpha, beta]}", frozenset({"alpha"}), "not signed by beta"),
    ],
)
def test_a_version_opens_projects_only_while_it_is_in_force_and_signed(effective: str, signed: Any, why: str) -> None:
    play = Play(BASE + f"effective: {effective}\n")
    play.signed = signed
    decision = play.do(commands.Open(project="p1", firm="firm", actor=who("owner")))
    assert codes(decision) == ["not_effective"] and why in decision.reasons()[0]
    play = Play(BASE + "effective: {from: 2025-01-01, until: 2026-12-31, signed_by: [alpha]}\n")
    play.signed = frozenset({"alpha"})
    assert play.open().state.stage == "one"


# Redaction


def redactable() -> Play:
    play = opened()
    play.record("paper", values={"good": True, "note": "personal"}).require()
    return play


def test_a_redaction_destroys_content_and_leaves_the_structure() -> None:
    play = redactable()
    before = play.entries[1].structure()
    decision = play.do(commands.Redact(seq=2, fields=("values.note",), actor=who("judge"), reason="gdpr")).require()
    assert decision.redactions[0].fields == ("values.note",) and play.entries[1].structure() == before
    assert play.state.evidence["paper#2"].redacted == ("note",)
    assert ("field:values.note", "1") in play.last().facts
    assert play.send("go").outcome == "moved"


def test_a_value_that_a_guard_still_reads_needs_force_and_the_authority_for_it() -> None:
    for by, force, outcome in (("judge", True, "refused"), ("chief", False, "refused"), ("chief", True, "recorded")):
        play = redactable()
        play.send("go").require()
        command = commands.Redact(seq=2, fields=("values.good",), actor=who(by), reason="r", force=force)
        decision = play.do(command)
        assert decision.outcome == outcome
        if outcome == "refused":
            assert codes(decision) == ["still_read"] and "Paper is good" in decision.reasons()[0]
    assert play.last().flags == ("forced",)
    assert play.state.support["go"].lost, "the ground under the passed gate is gone"


def test_an_attribute_that_something_still_reads_needs_force_as_well() -> None:
    text = BASE.replace(
        "small: {title: Twins", "small: {title: Small, when: 'project.label != \"\"'}\n  twins: {title: Twins"
    )
    more = (
        "  kind: {type: enum, values: [soft, hard], optional: true}\n  product_version: {type: text, optional: true}\n"
    )
    text = text.replace("attributes:\n", f"attributes:\n{more}  idle: {{type: text, optional: true}}\n")
    text = text.replace("paper: {from: clerk,", "paper: {from: clerk, matches: [product_version],")
    text += "variants: {by: kind, of: {soft: {without: side}}}\n"
    known = {"label": "l", "kind": "soft", "product_version": "2", "idle": "i"}
    for name, reader in (
        ("label", "Small"),
        ("kind", "Variants"),
        ("product_version", "Paper is good"),
        ("idle", None),
    ):
        play = Play(text).open(attributes=known)
        asked = {"seq": 1, "fields": (f"attributes.{name}",), "reason": "r"}
        refused = play.do(commands.Redact(actor=who("judge"), **asked))
        assert codes(refused) == ([] if reader is None else ["still_read"])
        assert reader is None or reader in refused.reasons()[0]
        if reader is not None:
            assert play.do(commands.Redact(actor=who("chief"), force=True, **asked)).allowed
        assert name not in play.attributes()


def test_a_value_that_counts_by_reference_needs_force_and_is_unknown_once_it_is_gone() -> None:
    first = opened()
    first.record("other", values={"n": 3}).require()
    first.record("paper", values={"good": True, "note": "personal"}).require()
    carried = tuple(commands.Carried("p1", first.state.evidence[id], values) for id, values in first.values().items())
    play = Play(BASE).open(carried=carried, cause="entry:p1/4")
    fields = ("carried.paper#1-3.good",)
    assert do(play, commands.Redact, "judge", seq=1, fields=fields, reason="r") == ["still_read"]
    assert do(play, commands.Redact, "judge", seq=1, fields=("carried.paper#1-3.note",), reason="r") == []
    assert play.state.evidence["paper#1-3"].redacted == ("note",)
    assert play.ask(commands.Send(event="go", actor=who("clerk"))).allowed
    assert do(play, commands.Redact, "chief", seq=1, fields=fields, reason="r", force=True) == []
    assert codes(play.send("go")) == ["guard_unknown"] and "redacted" in play.last().content["blocker.0"]["en"]


def test_a_redacted_value_is_unknown_and_never_false() -> None:
    play = redactable()
    play.do(commands.Redact(seq=2, fields=("values.good",), actor=who("chief"), reason="r", force=True)).require()
    assert codes(play.send("go")) == ["guard_unknown"]


def test_a_redaction_needs_a_reason_and_something_to_redact() -> None:
    play = redactable()
    assert do(play, commands.Redact, "judge", seq=2, fields=()) == ["reason_required", "nothing_to_redact"]
    assert do(play, commands.Redact, "judge", seq=99, fields=("reason",), code="c") == ["nothing_to_redact"]
    assert do(play, commands.Redact, "judge", seq=2, fields=("values.nota",), code="c") == ["nothing_to_redact"]
    assert "values.nota" in play.last().content["blocker.0"]["en"], "a slip of the pen destroys nothing, and says so"
    assert do(play, commands.Redact, "clerk", seq=2, fields=("reason",), reason="r") == ["not_authorised"]
    assert do(play, commands.Redact, "judge", seq=2, fields=("values.note",), code="c") == []
    assert do(play, commands.Redact, "judge", seq=2, fields=("values.note",), code="c") == ["nothing_to_redact"]


def test_a_correction_of_a_record_with_redacted_fields_does_not_ask_for_them_again() -> None:
    play = redactable()
    play.do(commands.Redact(seq=2, fields=("values.good",), actor=who("chief"), reason="r", force=True)).require()
    assert do(play, commands.Correct, "clerk", record="paper#2", values={"note": "n"}, reason="r") == []
    assert play.values()[f"paper#{play.state.seq}"] == {"note": "n"}
    assert play.state.evidence[f"paper#{play.state.seq}"].redacted == ("good",), "what is gone is still said to be so"


# Reassign and link


def test_a_project_gets_another_handler_or_firm_with_a_reason() -> None:
    play = opened()
    assert do(play, commands.Reassign, "clerk") == ["missing_field"]
    assert do(play, commands.Reassign, "clerk", handler="ann") == ["reason_required"]
    assert do(play, commands.Reassign, "clerk", handler="ann", firm="heir", code="leave") == []
    assert (play.state.handler, play.state.firm) == ("ann", "heir")


def test_an_office_that_is_not_declared_falls_to_the_owner_of_the_stage() -> None:
    play = opened()
    assert do(play, commands.Reassign, "judge", handler="ann", reason="r") == ["not_authorised"]
    play.record("paper", values={"good": True})
    play.send("go").require()
    assert do(play, commands.Reassign, "judge", handler="ann", reason="r") == []


def test_links_are_declared_counted_and_made_once() -> None:
    play = opened()
    assert do(play, commands.LinkTo, "clerk") == ["missing_field"]
    assert do(play, commands.LinkTo, "clerk", link="cousin", other="p2") == ["unknown_name"]
    assert do(play, commands.LinkTo, "clerk", link="twin", other="p2") == []
    assert do(play, commands.LinkTo, "clerk", link="twin", other="p3") == ["limit_reached"]
    assert play.state.links == {"twin": ("p2",)}


def test_a_case_number_is_content_and_is_registered() -> None:
    play = opened()
    decision = play.do(commands.LinkTo(alias=("beta", "B-7"), actor=who("clerk"))).require()
    assert decision.aliases == (("beta", "B-7"),) and play.last().content == {"alias.beta": "B-7"}


# Split and merge


def test_a_split_ends_the_project_and_opens_its_parts_where_it_stood() -> None:
    play = Play(BASE).open(attributes={"size": 3})
    play.record("other", values={"n": 1}).require()
    play.send("begin").require()
    parts = (commands.Part("p2"), commands.Part("p3", firm="heir", attributes={"size": 1}))
    assert do(play, commands.Replace, "judge", by="split", parts=parts[:1]) == ["reason_required", "missing_field"]
    decision = play.do(commands.Replace(by="split", parts=parts, actor=who("judge"), reason="r")).require()
    assert play.state.end == "parted" and play.state.links == {"part_of~": ("p2", "p3")}
    one, two = decision.openings
    assert (one.stage, one.tracks, one.firm, one.attributes) == ("one", {"side": "busy"}, "firm", {"size": 3})
    assert (two.firm, two.attributes) == ("heir", {"size": 1}) and len(two.carried) == 1
    child = Play(BASE, project="p2")
    command = commands.Open(project="p2", firm="firm", actor=who("judge"), stage=one.stage, tracks=one.tracks,
                            carried=one.carried, attributes=one.attributes, link=(one.link, "p1"))  # fmt: skip
    assert codes(child.do(command)) == ["not_authorised"], "who may split may not thereby open"
    child.do(replace(command, actor=who("clerk"))).require()
    assert child.state.tracks == {"side": "busy"} and child.state.links == {"part_of": ("p1",)}


def test_a_hold_that_blocks_all_blocks_a_split_as_well() -> None:
    """Else a suspended project could go on as its own parts, which nothing holds."""
    play = Play(BASE.replace("blocks: end", "blocks: all")).open()
    play.hold("shut").require()
    parts = (commands.Part("p2"), commands.Part("p3"))
    assert do(play, commands.Replace, "judge", by="split", reason="r", parts=parts) == ["on_hold"]
    assert do(play, commands.Replace, "judge", by="merge", reason="r", parts=parts[:1]) == ["on_hold"]
    play.release("shut").require()
    assert do(play, commands.Replace, "judge", by="split", reason="r", parts=parts) == []


def test_a_merge_needs_one_part_and_its_place() -> None:
    play = Play(BASE).open(stage="three")
    part = (commands.Part("p9"),)
    assert do(play, commands.Replace, "judge", by="merge", parts=part, reason="r") == ["not_enabled"]
    other = opened()
    assert do(other, commands.Replace, "clerk", by="merge", parts=part, reason="r") == ["not_authorised"]
    assert do(other, commands.Replace, "judge", by="merge", parts=part, reason="r") == []
    assert other.state.end == "joined"
    plain = Play(BASE.replace("split:", "#split:").replace("merge:", "#merge:")).open()
    assert do(plain, commands.Replace, "clerk", by="merge", parts=part, reason="r") == ["unknown_event"]


def test_linked_projects_are_read_by_guards() -> None:
    from axflow.kernel.facts import Snapshot

    play = Play(BASE).open(stage="two")
    twin = Snapshot("p2", "t", "two", None, play.state.opened_at, None)
    play.linked = {"twin": (twin,)}
    assert codes(play.send("on", "judge")) == ["guard_false"]
    play.linked = {"twin": (twin._replace(end="done", stage="done", ended_at=play.state.opened_at),)}
    assert play.send("on", "judge").outcome == "moved"


# Histories of the past


def history(**more: Any) -> Play:
    play = Play(BASE)
    play.do(
        commands.Open(
            project="p1", firm="firm", actor=who("owner"), enforce=False, occurred_at=moment("2025-03"), **more
        )
    ).require()
    return play


def past(when: str, **more: Any) -> dict[str, Any]:
    return {"enforce": False, "occurred_at": moment(when), **more}


def test_a_recorded_history_keeps_times_as_precise_as_they_were_told() -> None:
    play = history()
    assert play.state.recorded_history and play.entries[0].occurred["precision"] == "month"
    assert play.state.opened_at == play.entries[0].occurred["end"] and play.state.opened_at.startswith("2025-03-31")


def test_what_the_rules_would_not_have_allowed_becomes_a_deviation() -> None:
    play = history()
    decision = play.send("go", "judge", **past("2025-05"))
    assert decision.outcome == "moved" and play.state.stage == "two"
    assert set(play.last().blockers) == {"not_authorised", "guard_unknown"}
    assert play.last().verdicts == (("good", "UNKNOWN"),)


def test_a_move_from_elsewhere_is_told_as_it_was() -> None:
    play = history()
    decision = play.send("end", "judge", **past("2025-05"))
    assert decision.outcome == "moved" and play.state.end == "done" and play.last().blockers == ("not_enabled",)
    assert play.send("finish", **past("2025-06")).outcome == "recorded"
    assert play.send("nonsense", **past("2025-06")).outcome == "recorded"
    assert play.last().blockers == ("unknown_event",)


def test_a_history_out_of_order_and_in_the_future_is_flagged_by_deviations() -> None:
    play = history()
    play.record("paper", values={"good": True}, **past("2025-04-02", issued_on="2025-04-01", received_on="2025-04-02"))
    play.send("go", **past("2025-05")).require()
    play.send("end", "judge", **past("2025-02")).require()
    assert "out_of_order" in play.last().blockers


def test_no_timer_runs_in_a_history_and_no_live_command_moves_it() -> None:
    play = history()
    play.hold("shut", **past("2025-04")).require()
    play.record("other", values={"n": 1}, **past("2025-04-02", issued_on="2025-04-01", received_on="2025-04-01"))
    assert play.state.timers == {} and play.wait(400).tick().entries == () and play.state.next_due is None
    assert codes(play.send("begin")) == ["recorded_history"]
    play.send("go", **past("2025-05")).require()
    assert set(play.state.obligations) == {"owe"} and play.state.timers == {}


def test_a_history_may_name_a_step_that_the_workflow_took_by_itself() -> None:
    play = history(stage="two")
    assert play.send("waits", **past("2025-06")).outcome == "moved"
    assert play.last().transition == "waits" and play.state.stage == "three"


def test_unknown_things_in_a_history_are_recorded_as_deviations_and_change_nothing() -> None:
    play = history()
    clerk = who("clerk")
    for command, code in (
        (commands.Record(evidence="lost", actor=clerk, **past("2025-04")), "unknown_name"),
        (commands.Withdraw(record="paper#9", actor=clerk, reason="r", **past("2025-04")), "unknown_record"),
        (commands.Waive(guard="lost", actor=clerk, **past("2025-04")), "unknown_name"),
        (commands.PlaceHold(hold="lost", actor=clerk, **past("2025-04")), "unknown_name"),
        (commands.ReleaseHold(hold="shut", actor=clerk, **past("2025-04")), "not_on_hold"),
        (commands.Discharge(obligation="owe", actor=who("judge"), **past("2025-04")), "no_obligation"),
        (commands.Extend(deadline="limit", actor=clerk, **past("2025-04")), "not_extensible"),
    ):
        before = play.state
        assert play.do(command).outcome == "recorded"
        assert play.last().blockers[0] == code and play.last().effects == ()
        assert play.state._replace(seq=before.seq, version=before.version) == before


def test_a_taken_over_history_lives_on_and_asserts_no_guard() -> None:
    play = history(stage="two")
    take = commands.TakeOver(project="p1", firm="firm", actor=who("judge"))
    assert codes(play.do(replace(take, actor=who("clerk")))) == ["not_authorised"]
    play.do(take).require()
    assert not play.state.recorded_history and play.state.stage == "two" and play.last("take_over").verdicts == ()
    assert play.send("end", "judge").outcome == "moved"


def test_what_runs_in_a_live_project_starts_to_run_when_a_history_is_taken_over() -> None:
    play = history()
    play.record("other", values={"n": 1}, **past("2025-06-02", issued_on="2025-06-01", received_on="2025-06-01"))
    play.send("go", **past("2025-07")).require()
    play.do(commands.TakeOver(project="p1", firm="firm", actor=who("judge"))).require()
    assert set(play.state.timers) == {"after:waits", "validity:other#2", "obligation:owe"}


def test_a_project_midway_is_taken_over_at_its_place_without_the_attributes_that_nobody_knows() -> None:
    text = BASE.replace("size: {type: integer, public: true, optional: true}", "size: integer")
    play = Play(text)
    take = commands.TakeOver(project="p1", firm="firm", actor=who("judge"), stage="two", tracks={"side": "busy"})
    play.do(take).require()
    assert play.state.configuration == {"stage": "two", "tracks": {"side": "busy"}} and play.state.fired == {}
    assert codes(Play(text).do(commands.Open(project="p1", firm="firm", actor=who("owner")))) == ["missing_field"]
    default = Play(text.replace("  take_over: {by: judge}\n", ""))
    assert default.do(replace(take, actor=who("owner"))).outcome == "moved"


# Replay


def test_entries_that_do_not_follow_each_other_do_not_replay() -> None:
    play = opened()
    play.record("paper", values={"good": True})
    with pytest.raises(ReplayError, match="no entries"):
        replay([])
    with pytest.raises(ReplayError, match=r"p1/1 does not follow p1/2: expected p1/3"):
        evolve(play.state, play.entries[0])
    with pytest.raises(ReplayError, match="p2/3 does not follow"):
        evolve(play.state, play.entries[0]._replace(project="p2", seq=3))


def test_an_entry_survives_its_sealed_form() -> None:
    play = redactable()
    for entry in play.entries:
        again = Entry.from_structure(entry.structure(), entry.content)
        assert again.structure() == entry.structure() and again.content == entry.content
    assert "actor" not in opened().wait(30).tick().entries[0].structure()


# Ways forward


def test_every_way_forward_says_who_may_what_is_missing_and_since_when() -> None:
    play = opened(directory=people("owner", "clerk", "judge"))
    command = commands.Tick(actor=who("clerk"))
    ways = {w.name: w for w in prospects(play.definition, play.state, play.facts(command), who("clerk"))}
    assert set(ways) == {"begin", "go", "paper", "other"}
    assert ways["begin"].ready and ways["begin"].mine and ways["begin"].level == "side"
    assert not ways["go"].ready and ways["go"].blockers[0].guard == "good" and ways["go"].organisations == ("alpha",)
    assert ways["paper"].kind == "record" and ways["go"].since == play.state.opened_at
    play.record("paper", values={"good": True})
    play.send("go").require()
    ways = {w.name: w for w in prospects(play.definition, play.state, play.facts(command))}
    assert ways["waits"].kind == "timed" and ways["waits"].due == play.state.timers["after:waits"].due
    assert not ways["end"].mine and "paper" not in ways


def test_the_status_word_is_no_stronger_than_the_evidence() -> None:
    play = opened()
    command = commands.Tick(actor=who("clerk"))

    def word() -> str | None:
        return status(play.definition, play.state, play.facts(command))

    assert word() is None
    play.send("begin").require()
    assert word() == "begun"
    play.record("paper", values={"good": True})
    assert word() == "shown"
    play.send("go").require()
    assert word() == "passed"
    play.withdraw("paper#3").require()
    assert word() == "begun"


def test_a_classified_value_is_seen_by_its_audience_only() -> None:
    play = opened()
    facts = play.facts(commands.Tick(actor=who("clerk")))
    for viewer, sees in ((None, False), (who("owner"), False), (who("clerk"), True), (who("judge"), True)):
        may_see = sight(play.definition, play.state, facts, viewer)
        assert may_see("paper.good") is sees and may_see("paper") is sees
        assert may_see("other.n") and may_see("project.size") and may_see("params.x")
