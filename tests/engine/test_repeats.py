"""A repeat of a refused command is refused again, for the same reasons, and writes nothing."""

from __future__ import annotations

import pytest

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.kernel.decision import Refused

POOR = {"serial": "S-1", "grade": 1}


@pytest.fixture
def at_the_bench(engine: Engine, who: dict[str, Actor], project: str) -> str:
    engine.send(project, "start", actor=who["clerk"]).require()
    return project


def test_it_has_the_first_reasons_though_they_no_longer_hold(
    engine: Engine, who: dict[str, Actor], at_the_bench: str
) -> None:
    first = engine.send(at_the_bench, "finish", actor=who["checker"], key="k")
    engine.record(at_the_bench, "report", {"serial": "S-1", "grade": 4}, actor=who["checker"]).require()
    before = engine.history(at_the_bench)
    again = engine.send(at_the_bench, "finish", actor=who["checker"], key="k")
    assert (again.outcome, again.first, again.seq, again.allowed) == ("duplicate", "refused", first.seq, False)
    assert [blocker.code for blocker in again.blockers] == [blocker.code for blocker in first.blockers]
    assert [blocker.guard for blocker in again.blockers] == [blocker.guard for blocker in first.blockers]
    with pytest.raises(Refused) as caught:
        again.require()
    assert caught.value.decision == again
    assert engine.record_refusal(again) is False
    assert engine.history(at_the_bench) == before


def test_sentences_that_quote_no_value_are_said_again(engine: Engine, who: dict[str, Actor], project: str) -> None:
    for language in ("en", "ko"):
        first = engine.send(project, "finish", actor=who["checker"], key=language)
        assert engine.send(project, "finish", actor=who["checker"], key=language).reasons(language) == first.reasons(
            language
        )  # not possible here, and where it would be


def test_a_value_that_the_first_sentence_quoted_is_not_said_again(
    engine: Engine, who: dict[str, Actor], at_the_bench: str
) -> None:
    engine.record(at_the_bench, "report", POOR, actor=who["checker"]).require()
    first = engine.send(at_the_bench, "finish", actor=who["checker"], key="k")
    again = engine.send(at_the_bench, "finish", actor=who["checker"], key="k")
    assert [blocker.code for blocker in again.blockers] == ["guard_false"]
    title = first.reasons()[0].partition(":")[0]
    assert again.reasons()[0].startswith(title)
    assert not any(value in again.reasons()[0] for value in ("S-1", " 1"))


def test_a_repeat_of_what_was_done_is_allowed(engine: Engine, who: dict[str, Actor], project: str) -> None:
    engine.send(project, "start", actor=who["clerk"], key="k").require()
    again = engine.send(project, "start", actor=who["clerk"], key="k")
    assert (again.outcome, again.first, again.require().allowed) == ("duplicate", "moved", True)


def test_a_project_is_taken_over_once_under_a_key(engine: Engine, who: dict[str, Actor]) -> None:
    def taken(title: str = "Lamp") -> str:
        return engine.take_over("repair", firm="acme", title=title, stage="bench", actor=who["clerk"], key="k").id

    first = taken()
    assert taken() == first
    assert len(engine.history(first)) == 1
    with pytest.raises(Refused) as caught:
        taken("Kettle")
    assert [blocker.code for blocker in caught.value.decision.blockers] == ["key_reused"]
    assert [row.id for row in engine.projects()] == [first]
    other = engine.open("repair", firm="acme", actor=who["clerk"], key="another").id
    assert other != first
