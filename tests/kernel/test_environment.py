"""What guards read: the project, its past, other projects, the time and the actor."""

from __future__ import annotations

from datetime import datetime

import pytest

from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.facts import Snapshot
from tests.kernel.play import Play, codes, who

READS = """
attributes: {size: {type: integer, optional: true}}
parameters: {least: {type: integer, value: 3, min: 1, max: 9, basis: assumed, title: Least}}
evidence:
  paper: {from: filer, fields: {n: integer}, valid_for: 30 days, matches: [product_version, intended_use]}
  plain: {from: filer, fields: {}}
guards:
  probe: {title: Probe, when: 'GUARD'}
  base: {title: Base, when: has(plain.id)}
stages:
  one: {owner: alpha, accepts: [paper, plain]}
  two: {owner: beta, accepts: [paper, plain]}
tracks:
  side: {in: [one, two], states: {idle: {}, ready: {done: true}},
    transitions: [{event: turn, from: idle, to: ready, by: clerk}]}
ends: {done: success}
obligations: {owe: {title: Owe, within: 9 days, discharged_by: judge, if_late: escalate}}
holds: {shut: {in: any, by: clerk, blocks: nothing}}
links: {twin: {title: Twin}}
transitions:
  - {event: go, from: one, to: two, by: clerk, conditions: owe}
  - {event: back, from: two, to: one, by: clerk}
  - {event: nothing, from: two, to: done, by: judge}
  - {event: test, from: [one, two], to: done, by: [clerk, judge], guards: probe}
"""


def probe(guard: str) -> Play:
    play = Play(READS.replace("GUARD", guard)).open(attributes={"size": 4})
    play.do(commands.Record(evidence="plain", actor=who("filer:fay@corp"))).require()
    play.send("turn").require()
    play.send("go").require()
    play.send("back").require()
    play.hold("shut").require()
    return play


@pytest.mark.parametrize(
    "guard",
    [
        "project.size >= params.least",
        'project.id == "p1" && project.firm == "firm"',
        "visits.one == 2 && visits.two == 1",
        "times.go == 1 && times.test == 0",
        "passed.go && !passed.test",
        "holds.shut",
        "obligations.owe",
        'tracks.side == "ready"',
        "guards.base",
        'at > timestamp("2026-03-01T00:00:00Z")',
        'today == date("2026-03-02")',
        'actor.id == "clerk" && actor.organisation == "alpha" && actor.kind == "human" && actor.role == "clerk"',
        'plain.issuer == "corp" && plain.actor == "fay" && plain.channel == "issuer_direct" && plain.parent == "corp"',
        'plain.issued_on == date("2026-03-02") && plain.received_on == plain.issued_on',
    ],
)
def test_a_guard_reads(guard: str) -> None:
    assert probe(guard).send("test").outcome == "moved"
    assert codes(probe(f"!({guard})").send("test")) == ["guard_false"]


def test_a_record_shows_its_version_use_and_last_day() -> None:
    guard = 'paper.product_version == "2" && paper.intended_use == "sea" && paper.valid_until == date("2026-04-01")'
    text = READS.replace("GUARD", guard).replace("attributes: {size: {type: integer, optional: true}}",
                                                 "attributes: {product_version: text, intended_use: text}")  # fmt: skip
    play = Play(text).open(attributes={"product_version": "2", "intended_use": "sea"})
    play.record("paper", "filer", {"n": 1}, product_version="2", intended_use="sea").require()
    assert play.send("test").outcome == "moved"
    other = Play(text).open(attributes={"product_version": "3", "intended_use": "sea"})
    other.record("paper", "filer", {"n": 1}, product_version="2", intended_use="sea").require()
    assert codes(other.send("test")) == ["guard_unknown"]


def test_a_guard_reads_the_firms_other_projects() -> None:
    play = probe('firm.projects.filter(p, p.end == "done").size() >= 1')
    opened = play.state.opened_at
    ended = Snapshot("p7", "t", "done", "done", opened, opened, attributes={"size": 2})
    play.firm = (ended._replace(end=None, ended_at=None),)
    assert codes(play.send("test")) == ["guard_false"]
    play.firm = (ended,)
    assert play.send("test").outcome == "moved"


def test_the_status_word_of_another_project_is_unknown_where_nobody_asked_for_it() -> None:
    play = probe('firm.projects.exists(p, p.status == "shown" && p.firm == "firm")')
    other = Snapshot("p7", "t", "one", None, play.state.opened_at, None, firm="firm")
    for word, outcome in ((None, "guard_unknown"), ("", "guard_false")):
        play.firm = (other._replace(status=word),)
        assert codes(play.send("test")) == [outcome]
    play.firm = (other._replace(status="shown"),)
    assert play.send("test").outcome == "moved"


def test_where_the_workflow_acts_there_is_no_actor_to_read() -> None:
    text = READS.replace("GUARD", 'actor.kind == "human"').replace(
        "- {event: test, from: [one, two], to: done, by: [clerk, judge], guards: probe}",
        "- {id: timed, after: 3 days, from: one, to: done, guards: probe}",
    )
    play = Play(text).open().wait(9)
    play.tick()
    assert play.state.stage == "one" and play.state.timers["after:timed"].elapsed


def test_a_withdrawn_record_is_unknown_and_says_so() -> None:
    play = Play(READS.replace("GUARD", 'plain.issuer == "body"')).open()
    play.record("plain", "filer").require()
    play.withdraw("plain#2", "filer").require()
    decision = play.send("test")
    assert codes(decision) == ["guard_unknown"] and "withdrawn" in decision.reasons()[0]


def test_a_verdict_shows_its_tree_on_demand() -> None:
    play = probe("holds.shut && times.go == 2")
    decision = play.send("test")
    (verdict,) = decision.verdicts
    assert repr(verdict) == "GuardVerdict(probe: FALSE)" and verdict.tree.value == "FALSE"
    assert len(verdict.tree.children) == 2


def test_an_obligation_that_blocks_says_until_when_it_is_owed() -> None:
    text = READS.replace("GUARD", "holds.shut || true").replace(
        "discharged_by: judge, if", "discharged_by: judge, blocks: [test], if"
    )
    play = Play(text).open()
    play.send("go").require()
    decision = play.send("test", Actor("cy", "alpha"))
    assert codes(decision) == ["obligation_open"] and "2026-03-11" in decision.reasons()[0]
    due = datetime.fromisoformat(str(play.state.timers["obligation:owe"].due))
    assert due.day == 11


def test_the_values_that_a_guards_words_name_are_filled_in_and_what_is_not_there_is_a_dash() -> None:
    words = 'title: Probe, missing: "Pages: {plain_pages.n} of {params.least} in {other.word}", when'
    text = READS.replace("title: Probe, when", words).replace("GUARD", "plain_pages.n >= params.least")
    text = text.replace("  plain: {", "  plain_pages: {from: filer, fields: {n: integer}}\n  plain: {")
    text = text.replace("accepts: [paper,", "accepts: [plain_pages, paper,")
    play = Play(text).open()
    assert "Pages: – of 3" in play.send("test").reasons()[0]
    play.record("plain_pages", "filer", {"n": 2}).require()
    assert "Pages: 2 of 3" in play.send("test").reasons()[0]
