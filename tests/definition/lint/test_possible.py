"""The verdicts held possible include every verdict that occurs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.definition.guard_schema import compile_guards
from axflow.definition.lint.possible import Limits, can_be_true, verdicts
from axflow.guards.nodes import Node
from axflow.guards.values import Collection, Unknown
from tests.definition.samples import small

SCORE = {"type": "integer", "min": "0", "max": "10"}
EVIDENCE = {
    "paper": {
        "from": "officer",
        "fields": {"score": SCORE, "ratio": "ratio", "kept": "boolean", "kind": "enum(a, b)"},
    },
    "letter": {"from": "officer", "fields": {"score": SCORE}, "collect": {"at_most": "3"}},
    "sheet": {"from": "officer", "fields": {"kept": "boolean"}, "collect": {"at_most": "2"}, "may_be_empty": "true"},
}  # fmt: skip
PARAMETERS = {"n": {"title": "n", "type": "integer", "value": "2", "min": "1", "max": "4", "basis": "assumed"}}


def compiled(expression: str) -> Any:
    definition = small(evidence=EVIDENCE, parameters=PARAMETERS, guards={"one": {"title": "one", "when": expression}})
    return compile_guards(definition)["one"].guard


def node(expression: str) -> Node:
    made: Node = compiled(expression).node
    return made


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("paper.score >= 0", {True, None}),
        ("paper.score > 10", {False, None}),
        ("paper.score > 5 && paper.score < 3", {False, None}),
        ("paper.score >= 5 && paper.score <= 5", {True, False, None}),
        ("paper.ratio > 0.5 && paper.ratio < 0.2", {False, None}),
        ("paper.ratio <= 1.0 && paper.score != 11", {True, None}),
        ('paper.kind == "a" && paper.kind == "b"', {False, None}),
        ("paper.kept && !paper.kept", {False, None}),
        ("letter.size() >= 0", {True}),
        ("letter.size() >= 3", {True, False}),
        ("letter.size() > 3", {False}),
        ("letter.filter(l, l.score > 10).size() >= 1", {False, None}),
        ("letter.exists(l, l.score > 10)", {False, None}),
        ("letter.map(l, l.score).sum() > 30", {False, None}),
        ("letter.map(l, l.score).sum() > 29", {True, False, None}),
        ("[paper.score > 10, paper.kept].filter(m, m).size() >= 2", {False, None}),
        ("params.n >= 1", {True}),
        ("params.n > 4", {False}),
        ("paper.score + 5 > 15", {False, None}),
        ("paper.score * 2 - params.n >= 20", {False, None}),
        ("1 < 2", {True}),
        ('"a" == "b"', {False}),
        ("true || paper.kept", {True}),
        ("false && paper.kept", {False}),
        ("-paper.score > 0", {False, None}),
    ],
)
def test_bounds_decide_what_they_can(expression: str, expected: set[bool | None]) -> None:
    assert verdicts(node(expression), Limits()) == expected


@pytest.mark.parametrize(
    ("expression", "can"),
    [
        ("paper.kept", False),
        ("!paper.kept", False),
        ("paper.score >= 0", False),
        ("has(paper.score)", False),
        ('paper.kind in ["a", "b"]', False),
        ("paper.kept || params.n > 1", True),
        ("letter.size() >= 1", False),
        ("letter.size() == 0", True),
        ("letter.exists(l, l.score > 1)", False),
        ("letter.all(l, l.score > 1)", False),
        ("letter.map(l, l.score).min() >= 0", False),
        ("letter.map(l, l.score).sum() == 0", True),
        ("sheet.all(s, s.kept)", True),
        ("sheet.exists(s, s.kept)", False),
    ],
)
def test_evidence_that_can_not_be_recorded_is_unknown_or_empty(expression: str, can: bool) -> None:
    gone = Limits(gone=frozenset({"paper", "letter", "sheet"}))
    assert can_be_true(node(expression), Limits())
    assert can_be_true(node(expression), gone) is can


def test_parameters_and_counts_may_be_fixed() -> None:
    quorum = node("letter.size() >= params.n")
    assert can_be_true(quorum, Limits(params={"n": 2}, most={"letter": 2}))
    assert not can_be_true(quorum, Limits(params={"n": 3}, most={"letter": 2}))


_atoms = st.sampled_from(
    [
        "paper.score > 4", "paper.score <= 2", "paper.score == 7", "paper.kept", "!paper.kept", 'paper.kind == "a"',
        'paper.kind != "a"', "paper.ratio >= 0.5", "letter.size() >= params.n", "letter.exists(l, l.score > 8)",
        "letter.all(l, l.score > 2)", "letter.filter(l, l.score > 5).size() >= 2", "letter.map(l, l.score).sum() > 12",
        "letter.map(l, l.score).max() < 4", "sheet.all(s, s.kept)", "sheet.exists(s, s.kept)", "has(paper.score)",
        "paper.score + params.n > 9", "paper.score in [1, 2]", "paper.score > 10", "letter.size() > 3",
    ]
)  # fmt: skip
_expressions = st.recursive(
    _atoms,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||"]), inner) | st.builds("!({})".format, inner)
    ),
    max_leaves=5,
)  # fmt: skip
_unknown = st.just(Unknown("missing"))
_score = st.integers(0, 10) | _unknown
_kept = st.booleans() | _unknown
_papers = _unknown | st.fixed_dictionaries(
    {"score": _score, "ratio": st.integers(0, 10**6) | _unknown, "kept": _kept, "kind": st.sampled_from("ab")}
)  # fmt: skip


def _lists(item: Any, most: int) -> Any:
    filled = st.lists(item, min_size=1, max_size=most).map(lambda items: Collection(tuple(items)))
    return filled | st.just(Collection((), filed=False)) | st.just(Collection((), filed=True))


@settings(max_examples=150)
@given(
    _expressions,
    _papers,
    _lists(st.fixed_dictionaries({"score": _score}), 3),
    _lists(st.fixed_dictionaries({"kept": st.booleans() | _unknown}), 2),
    st.integers(1, 4),
)
def test_no_verdict_is_ruled_out_that_occurs(expression: str, paper: Any, letter: Any, sheet: Any, n: int) -> None:
    guard = compiled(expression)
    verdict = guard.evaluate({"paper": paper, "letter": letter, "sheet": sheet, "params": {"n": n}})
    seen = None if isinstance(verdict, Unknown) else verdict
    assert seen in verdicts(guard.node, Limits())
    assert seen in verdicts(guard.node, Limits(params={"n": n}, most={"letter": 3, "sheet": 2}))


@settings(max_examples=100)
@given(_expressions, st.integers(1, 4))
def test_nor_where_nothing_was_ever_recorded(expression: str, n: int) -> None:
    guard = compiled(expression)
    nothing = Collection((), filed=False)
    verdict = guard.evaluate({"paper": Unknown("missing"), "letter": nothing, "sheet": nothing, "params": {"n": n}})
    seen = None if isinstance(verdict, Unknown) else verdict
    assert seen in verdicts(guard.node, Limits(gone=frozenset({"paper", "letter", "sheet"})))
