"""What guards read of evidence is remembered, and forgotten as soon as anything that it rests on is another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from axflow.kernel.command import Send
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision
from axflow.kernel.directory_records import Organisation
from axflow.kernel.facts import Facts
from axflow.kernel.program import MOST_REMEMBERED, program_of
from tests.kernel.play import LONG_AGO, START, Play, codes, people, who

LETTERS = """
attributes: {product_version: {type: text, optional: true}}
evidence:
  letter: {from: filer, collect: {one_per: organisation, distinct: parent}, fields: {n: integer}, valid_for: 10 days}
  report: {from: filer, fields: {grade: integer}, matches: [product_version]}
guards:
  enough: {title: Enough, when: 'letter.filter(l, l.n > 1).size() >= 2'}
  passed: {title: Passed, when: report.grade >= 3}
stages: {one: {owner: alpha, accepts: [letter, report]}}
ends: {done: success, proved: success}
transitions:
  - {event: go, from: one, to: done, by: clerk, guards: enough}
  - {event: prove, from: one, to: proved, by: clerk, guards: passed}
"""
MERGER = START + timedelta(days=3)
BODIES = (
    Organisation("north", parent=((LONG_AGO, "land"), (MERGER, "union"))),
    Organisation("south", parent=((LONG_AGO, "sea"), (MERGER, "union"))),
)
NAMES = ("clerk", "filer:nell@north", "filer:sam@south", "owner")


def letters(**more: Any) -> Play:
    """A project with letters of two agencies, which one day get one parent."""
    play = Play(LETTERS, directory=people(*NAMES, bodies=BODIES)).open(**more)
    for filer in NAMES[1:3]:
        play.record("letter", filer, {"n": 5}).require()
    return play


def ask(play: Play, event: str, facts: Facts, now: datetime | None = None, **changed: Any) -> Decision:
    """The same question of the same project, at another time or under other facts."""
    return decide(
        play.definition,
        play.project,
        Send(event=event, actor=who("clerk")),
        facts._replace(now=now or play.now, **changed),
    )


def test_a_letter_that_lapses_between_two_questions_counts_no_more() -> None:
    play = letters()
    facts = play.facts(Send(event="go", actor=who("clerk")))._replace(directory=people(*NAMES))
    assert ask(play, "go", facts).outcome == "moved"
    assert ask(play, "go", facts, START + timedelta(days=9)).outcome == "moved"
    assert codes(ask(play, "go", facts, START + timedelta(days=11))) == ["guard_false"]
    assert ask(play, "go", facts).outcome == "moved"


def test_agencies_that_get_one_parent_between_two_questions_count_as_one() -> None:
    play = letters()
    facts = play.facts(Send(event="go", actor=who("clerk")))
    assert ask(play, "go", facts).outcome == "moved"
    assert codes(ask(play, "go", facts, MERGER)) == ["guard_false"]
    assert ask(play, "go", facts, MERGER - timedelta(seconds=1)).outcome == "moved"


def test_another_directory_is_read_anew() -> None:
    play = letters()
    facts = play.facts(Send(event="go", actor=who("clerk")))
    united = tuple(Organisation(body.id, parent=((LONG_AGO, "union"),)) for body in BODIES)
    assert ask(play, "go", facts).outcome == "moved"
    assert codes(ask(play, "go", facts, directory=people(*NAMES, bodies=united))) == ["guard_false"]


def test_other_values_and_attributes_are_read_anew() -> None:
    play = letters(attributes={"product_version": "v1"})
    play.record("report", "filer:nell@north", {"grade": 3}, product_version="v1").require()
    facts = play.facts(Send(event="prove", actor=who("clerk")))
    assert ask(play, "prove", facts).outcome == "moved"
    assert codes(ask(play, "prove", facts, attributes={"product_version": "v2"})) == ["guard_unknown"]
    record = next(id for id in play.state.evidence if id.startswith("report"))
    assert codes(ask(play, "prove", facts, values={**facts.values, record: {"grade": 2}})) == ["guard_false"]
    assert codes(ask(play, "prove", facts, values={})) == ["guard_unknown"]
    assert ask(play, "prove", facts).outcome == "moved"


def test_a_verdict_that_was_remembered_still_explains_itself() -> None:
    play = letters()
    facts = play.facts(Send(event="go", actor=who("clerk")))
    first, second = ask(play, "go", facts), ask(play, "go", facts)
    assert first.verdicts[0].tree == second.verdicts[0].tree
    assert second.verdicts[0].tree.value == "TRUE"


@pytest.mark.parametrize("more", [1, MOST_REMEMBERED])
def test_what_is_remembered_is_bounded(more: int) -> None:
    play = letters()
    facts = play.facts(Send(event="go", actor=who("clerk")))
    for number in range(MOST_REMEMBERED + more):
        play.project = play.state._replace(id=f"p{number}")
        assert ask(play, "go", facts).outcome == "moved"
        assert len(program_of(play.definition).readings) <= MOST_REMEMBERED
