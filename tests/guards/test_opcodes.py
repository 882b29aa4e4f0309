"""Opcodes give the verdicts of the evaluator, over known and unknown facts, or refuse with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from axflow.guards import Collection, OpcodeUnsupported, Span, Unknown, compile_guard
from axflow.guards.opcodes import Program, compile_opcodes
from tests.guards.common import FACTS, SCHEMA
from tests.guards.generated import facts, guards

SHAPES = {
    "quorum": 'letters.filter(l, l.line != "" && l.ok).size() >= params.quorum',
    "weighted sum": "0.3 * trial.recall + 0.7 * trial.score >= 50.5",
    "minimum per criterion": "min([trial.recall, trial.score]) >= params.least && trial.trials >= 30",
    "validity": "trial.valid_until >= at + params.window",
    "hold": "!flags.a",
    "join": 'flags.a && flags.b && trial.level == "high"',
    "k of n": '[flags.a, flags.b, trial.level == "high"].filter(x, x).size() >= 2',
    "exists": "letters.exists(l, l.quantity > 3 && !l.ok)",
    "all": "letters.all(l, l.amount >= 500)",
    "may be empty": "objections.all(o, !o.open)",
    "sum of a filter": "letters.filter(l, l.ok).map(l, l.quantity).sum() >= 5",
    "least of a map": "letters.map(l, l.amount).min() > 10",
    "dates": 'trial.day + duration("10d") > today && trial.day - today < duration("40d")',
    "membership": 'trial.level in ["low", "high"] && trial.note in trial.tags',
    "presence": "has(trial.note) || letters.exists(l, has(l.line))",
    "remainder and division": "trial.trials % 7 == 5 || trial.incidents / 2 > 1",
    "map then filter": "letters.map(l, l.quantity * 2).filter(q, q > 5).size() == 2",
}


def agree(program: Program, expected: Any, env: dict[str, Any]) -> None:
    assert program.evaluate(env) is (None if isinstance(expected, Unknown) else expected)


@pytest.mark.parametrize("source", SHAPES.values(), ids=SHAPES.keys())
def test_the_shapes_of_the_pathway_compile(source: str) -> None:
    guard = compile_guard(source, SCHEMA)
    program = compile_opcodes(guard)
    agree(program, guard.evaluate(FACTS), FACTS)
    assert all(isinstance(op, int) and isinstance(arg, int) for op, arg in program.code)


@pytest.mark.parametrize("source", SHAPES.values(), ids=SHAPES.keys())
@given(env=facts())
@settings(max_examples=60, deadline=None)
def test_the_shapes_agree_on_any_facts(source: str, env: dict[str, Any]) -> None:
    guard = compile_guard(source, SCHEMA)
    agree(compile_opcodes(guard), guard.evaluate(env), env)


@given(source=guards(), env=facts())
@settings(max_examples=300, deadline=None)
def test_generated_guards_agree_or_are_refused(source: str, env: dict[str, Any]) -> None:
    guard = compile_guard(source, SCHEMA)
    try:
        program = compile_opcodes(guard)
    except OpcodeUnsupported as refusal:
        assert refusal.reason and refusal.text in source
        return
    agree(program, guard.evaluate(env), env)


def test_memory_holds_integers_only() -> None:
    program = compile_opcodes(compile_guard(SHAPES["quorum"], SCHEMA))
    memory = program.layout.load(FACTS | {"letters": Collection(({"line": "x", "ok": Unknown("expired")},))})
    assert memory.counts == [1]
    for name in memory.__slots__:
        assert all(type(number) is int for number in getattr(memory, name)), name


def test_an_unknown_list_is_unknown_and_a_span_stays_one() -> None:
    program = compile_opcodes(compile_guard(SHAPES["quorum"], SCHEMA))
    assert program.evaluate(FACTS | {"letters": Unknown("redacted", "letters")}) is None
    dates = compile_opcodes(compile_guard("trial.day > today", SCHEMA))
    assert dates.evaluate({"trial": {"day": Span(5, 9)}, "today": 7}) is None
    assert dates.evaluate({"trial": {"day": Span(5, 9)}, "today": 4}) is True


@pytest.mark.parametrize(
    "source",
    [
        "letters.all(l, letters.exists(m, m.quantity > l.quantity))",
        "letters.exists(l, letters.size() > l.quantity)",
    ],
)
def test_a_loop_in_a_loop_is_refused_with_its_reason(source: str) -> None:
    with pytest.raises(OpcodeUnsupported, match="for each item of another"):
        compile_opcodes(compile_guard(source, SCHEMA))
