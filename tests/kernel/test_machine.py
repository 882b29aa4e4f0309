"""The traps of `transitions` that decide how its machines are set up: one test each."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import Any

import pytest
from transitions import Machine, MachineError

from axflow.kernel.machine import Carrier, StateMachine
from axflow.kernel.program import Step, program_of
from tests.kernel.play import Play, codes, define

TWO = """
evidence: {note: {from: clerk, fields: {fine: boolean}}}
guards: {fine: {title: Fine, when: note.fine}}
stages: {one: {owner: alpha, accepts: note}, two: {owner: alpha}}
ends: {done: success}
transitions:
  - {id: guarded, event: go, from: one, to: two, by: clerk, guards: fine}
  - {event: end, from: two, to: done, by: clerk}
"""


class Answer:
    """A judge that answers with whatever it is told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def permits(self, step: Step) -> bool:
        self.asked.append(step.id)
        if isinstance(self.answer, Exception):
            raise self.answer
        return bool(self.answer)


def machine() -> StateMachine:
    return program_of(define(TWO)).machines["stage"]


def test_a_guard_that_is_unknown_does_not_pass_though_conditions_are_compared_with_true() -> None:
    # A condition of `transitions` may answer anything and is compared with `== True`; ours ask the judge.
    play = Play(TWO).open()
    assert codes(play.send("go")) == ["guard_unknown"] and play.state.stage == "one"
    assert machine().fire("go", "one", Answer(False)) is None
    step = machine().fire("go", "one", Answer(True))
    assert step is not None and step.id == "guarded"


def test_no_event_leads_past_the_guards() -> None:
    # `auto_transitions` would add `to_two`, which asks nobody.
    assert set(machine().events) == {"go", "end"}
    assert "to_two" in Machine(model=None, states=["one", "two"], initial=None).events
    assert codes(Play(TWO).open().send("to_two")) == ["unknown_event"]


def test_an_error_in_judging_is_not_swallowed() -> None:
    # `on_exception` and `finalize_event` swallow errors: neither is used.
    assert machine().on_exception == [] and machine().finalize_event == []
    with pytest.raises(RuntimeError, match="broken"):
        machine().fire("go", "one", Answer(RuntimeError("broken")))


def test_a_denied_event_answers_false_and_nothing_waits_in_a_queue() -> None:
    # With `queued=True` a denied event answers True, and the queue belongs to all projects together.
    ours = machine()
    assert not ours.has_queue
    assert ours.events["go"].trigger(Carrier("one", Answer(False))) is False
    queued = Machine(model=None, states=["one", "two"], initial=None, queued=True, auto_transitions=False)
    queued.add_transition("go", "one", "two", conditions=lambda: False)
    assert queued.events["go"].trigger(Carrier("one", Answer(False))) is True


def test_the_machine_holds_no_model_however_many_carriers_it_moved() -> None:
    # `add_model` costs O(n²) and raises on models that compare by value.
    ours = machine()
    carriers = [Carrier("one", Answer(True)) for _ in range(50)]
    for carrier in carriers:
        ours.events["go"].trigger(carrier)
    assert {c.state for c in carriers} == {"two"} and ours.models == []
    del carriers, carrier
    gc.collect()
    assert not any(isinstance(o, Carrier) for o in gc.get_objects())


def test_a_target_that_is_not_there_is_refused_when_the_machine_is_built() -> None:
    step = program_of(define(TWO)).by_id["guarded"]
    lost = replace(step, transition=step.transition.model_copy(update={"to": "nowhere"}))
    with pytest.raises(ValueError, match=r"'guarded' names 'nowhere'; known here: one, two"):
        StateMachine.of(("one", "two"), [lost])
    with pytest.raises(ValueError, match="names 'one'"):
        StateMachine.of(("two",), [step])


def test_the_names_given_are_not_changed_by_the_machine() -> None:
    # Dictionaries of states are changed by `transitions`; names cannot be.
    names = ["one", "two", "done"]
    StateMachine.of(names, [])
    assert names == ["one", "two", "done"]


def test_an_event_that_leads_nowhere_from_here_takes_no_step_and_asks_nobody() -> None:
    judge = Answer(True)
    assert machine().fire("go", "two", judge) is None
    assert machine().fire("nonsense", "one", judge) is None
    assert judge.asked == []
    with pytest.raises(MachineError):
        machine().events["go"].trigger(Carrier("two", judge))


def test_a_carrier_has_no_room_for_anything_but_one_firing() -> None:
    with pytest.raises(AttributeError):
        Carrier("one", Answer(True)).more = 1  # type: ignore[attr-defined]


def test_what_stands_against_one_project_is_never_seen_by_another() -> None:
    one, other = Play(TWO).open(), Play(TWO, project="p2").open()
    assert codes(one.send("go")) == ["guard_unknown"]
    other.record("note", values={"fine": True})
    assert other.send("go").blockers == ()
    assert codes(one.send("go")) == ["guard_unknown"]
