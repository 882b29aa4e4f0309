"""Explanations: every part, what it read, what keeps a guard from TRUE, and words for both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from axflow.guards import Collection, Guard, Span, Unknown, compile_guard, render
from axflow.guards.render import REASON_WORDS
from axflow.guards.values import REASONS
from tests.guards.common import FACTS, SCHEMA, letter
from tests.guards.generated import facts, guards

LETTERS = 'letters.filter(l, l.line != "").size() >= params.quorum'
WORDS = {"en": "Letters with a line: {have} of {need}", "ko": "과목이 있는 확인서: {have}/{need}"}


def guard(source: str) -> Guard:
    return compile_guard(source, SCHEMA)


def env(**changes: Any) -> dict[str, Any]:
    return FACTS | changes


@given(source=guards(), facts=facts())
@settings(max_examples=300, deadline=None)
def test_explanation_and_evaluation_never_differ(source: str, facts: dict[str, Any]) -> None:
    made = guard(source)
    result = made.evaluate(facts)
    verdict = made.explain(facts)
    assert verdict.result == result
    assert (verdict.value == "UNKNOWN") == isinstance(result, Unknown)
    assert (made.why(facts) == ()) == (result is True)
    json.dumps(verdict.as_data(), allow_nan=False)
    for part in verdict.walk():
        assert part.text == source[part.offset : part.offset + len(part.text)]
        for read in part.reads:
            assert set(read.via) <= made.reads
    for lang in ("en", "ko"):
        assert bool(render(made.why(facts), None, lang)) == (result is not True)


@given(source=guards(), facts=facts())
@settings(max_examples=100, deadline=None)
def test_what_may_not_be_seen_is_not_shown(source: str, facts: dict[str, Any]) -> None:
    made = guard(source)
    found = made.why(facts)
    hidden = render(found, {"en": "{have}|{need}"}, "en", may_see=lambda path: False)
    if found:
        best = next((s for s in found if s.have is not None and s.need is not None), found[0])
        have, need = hidden.split("|")
        assert have in ("", "(not shown to you)", *REASON_WORDS["en"].values()) or not best.have_paths
        assert need in ("", "(not shown to you)") or not best.need_paths


def test_every_part_is_evaluated() -> None:
    verdict = guard("flags.b && flags.c && (trial.passed || trial.severe)").explain(FACTS)
    assert verdict.value == "FALSE"
    assert [(part.text, part.value) for part in verdict.children] == [
        ("flags.b", "FALSE"),
        ("flags.c", "UNKNOWN"),
        ("(trial.passed || trial.severe)", "TRUE"),
    ]
    assert [part.value for part in verdict.children[2].children] == ["TRUE", "FALSE"]
    assert verdict.unknowns() == (Unknown("missing", "flags.c"),)


def test_reads_are_told_with_their_values() -> None:
    verdict = guard("trial.recall >= params.least").explain(FACTS)
    assert [(read.path, read.value, read.shown) for read in verdict.reads] == [
        ("trial.recall", 9_500, "0.95"),
        ("params.least", 90, "0.9"),
    ]
    unknown = guard("trial.recall >= params.least").explain(env(trial=Unknown("expired", "trial")))
    assert unknown.reads[0].value == Unknown("expired", "trial.recall")


def test_items_of_lists_are_explained_one_by_one() -> None:
    verdict = guard("letters.exists(l, l.quantity > 4)").explain(FACTS)
    assert [(part.item, part.value) for part in verdict.children] == [(0, "FALSE"), (1, "FALSE"), (2, "TRUE")]
    # The first item decides, the others are explained all the same.
    early = guard("letters.exists(l, l.quantity == 3)").explain(FACTS)
    assert [part.value for part in early.children] == ["TRUE", "TRUE", "FALSE"]
    counted = guard(LETTERS).explain(FACTS)
    assert counted.children[0].value == "2"
    assert counted.as_data()["children"][0]["children"][0]["value"] == "2 items"


def test_why_names_only_what_fails() -> None:
    found = guard("trial.passed && trial.trials >= 50 && trial.recall >= params.least && !trial.severe").why(FACTS)
    assert [(s.text, s.have, s.op, s.need, s.reason, s.paths) for s in found] == [
        ("trial.trials >= 50", "40", ">=", "50", "comparison", ("trial.trials",))
    ]


def test_why_of_a_count() -> None:
    one = env(letters=Collection((letter(), letter(line=""))))
    (found,) = guard(LETTERS).why(one)
    assert (found.reason, found.have, found.need, found.op) == ("count", "1", "2", ">=")
    assert found.have_paths == ("letters", "letters.line")
    assert render((found,), WORDS, "en") == "Letters with a line: 1 of 2"
    assert render((found,), WORDS, "ko") == "과목이 있는 확인서: 1/2"
    assert render((found,)) == "letters: 1 so far; required: at least 2."
    assert render((found,), None, "ko") == "letters: 현재 1건, 필요 조건은 2 이상입니다."
    strict = guard('letters.filter(l, l.line != "").size() > 1').why(one)
    assert (strict[0].have, strict[0].need, strict[0].op) == ("1", "2", ">=")
    turned = guard('params.quorum <= letters.filter(l, l.line != "").size()').why(one)
    assert (turned[0].have, turned[0].need, turned[0].op) == ("1", "2", ">=")
    doubtful = env(letters=Collection((letter(), letter(line=Unknown("unconfirmed", "letters.line")))))
    (unsure,) = guard(LETTERS).why(doubtful)
    assert (unsure.reason, unsure.have, unsure.need) == ("unconfirmed", "1..2", "2")


def test_why_follows_negations() -> None:
    found = guard("!(trial.passed || trial.trials > 10)").why(FACTS)
    assert [(s.text, s.have, s.op, s.need) for s in found] == [
        ("!(trial.passed)", "true", "==", "false"),
        ("!(trial.trials > 10)", "40", "<=", "10"),
    ]
    assert all(s.alternative is None for s in found)
    both = guard("!(trial.passed && trial.trials > 10)").why(FACTS)
    assert [s.alternative for s in both] == [1, 2]
    (held,) = guard("!trial.passed").why(FACTS)
    assert (held.text, held.have, held.need) == ("!trial.passed", "true", "false")


def test_why_marks_alternatives() -> None:
    found = guard("flags.a && (trial.severe || trial.trials > 50 && flags.b)").why(FACTS)
    assert [(s.text, s.alternative) for s in found] == [
        ("trial.severe", 1),
        ("trial.trials > 50", 2),
        ("flags.b", 2),
    ]
    assert render(found).startswith("One of these is enough: trial.severe: false; required: true. Or: trial.trials: 40")
    assert "다음 중 하나" in render(found, None, "ko")


@pytest.mark.parametrize(
    ("source", "changes", "expected"),
    [
        ("letters.exists(l, l.quantity > 9)", {}, ("count", "0", "1", ">=")),
        ("letters.all(l, l.quantity > 4)", {}, ("count", "1", "3", "==")),
        ("!letters.exists(l, l.quantity > 4)", {}, ("count", "1", "0", "==")),
        ("!letters.all(l, l.ok)", {}, ("count", "3", "2", "<=")),
        ("letters.all(l, l.ok)", {"letters": Collection((), filed=False)}, ("empty", None, None, "")),
        ('trial.level in ["low", "middle"]', {}, ("comparison", "high", '["low", "middle"]', "in")),
        ('!(trial.level in ["high"])', {}, ("comparison", "high", '["high"]', "not in")),
        ("has(flags.c)", {}, ("missing", None, None, "")),
        ("!has(flags.a)", {}, ("comparison", "true", "false", "==")),
        ("false", {}, ("constant", "false", "true", "==")),
        ("50 <= trial.trials", {}, ("comparison", "40", "50", ">=")),
        ("trial.day > today", {"trial": {"day": Span(20_440, 20_460)}},
         ("imprecise", "2025-12-18/2026-01-07", "2026-01-01", ">")),
        ("trial.recall * 2 > 1.95", {}, ("comparison", "1.9", "1.95", ">")),
        ("flags.c", {}, ("missing", None, "true", "==")),
    ],
)  # fmt: skip
def test_why_of_each_kind(source: str, changes: dict[str, Any], expected: tuple[Any, ...]) -> None:
    (found,) = guard(source).why(env(**changes))
    assert (found.reason, found.have, found.need, found.op) == expected


def test_values_that_a_viewer_may_not_see() -> None:
    found = guard("trial.trials >= params.quorum * 30").why(FACTS)
    seen = render(found, None, "en", may_see=lambda path: path != "trial.trials")
    assert "40" not in seen
    assert "(not shown to you)" in seen
    assert "(열람 권한 없음)" in render(found, None, "ko", may_see=lambda path: not path.startswith("trial."))
    limit = render(found, {"en": "{have} of {need}"}, "en", may_see=lambda path: not path.startswith("params."))
    assert limit == "40 of (not shown to you)"
    listed = guard("letters.map(l, l.amount).sum() > 1000000").why(FACTS)
    assert "3000" not in render(listed, None, "en", may_see=lambda path: path != "letters.amount")


def test_words_are_data() -> None:
    found = guard("trial.trials >= 50").why(FACTS)
    hostile = {"en": "{have.__class__} {0} {need!r} {have} {{need}} {nothing}"}
    assert render(found, hostile) == "{have.__class__} {0} {need!r} 40 {50} {nothing}"
    assert render(found, {"ko": "{path}"}, "en") == "trial.trials"
    assert render(found, {"en": "a", "ko": "b"}, "fr") == "a"
    assert render((), WORDS) == ""


def test_each_reason_has_words_in_both_languages() -> None:
    assert set(REASON_WORDS["en"]) == set(REASON_WORDS["ko"]) == set(REASONS)
    for reason in REASONS:
        found = guard("trial.trials >= 30").why(env(trial=Unknown(reason, "trial")))
        assert REASON_WORDS["en"][reason] in render(found)
        assert REASON_WORDS["ko"][reason] in render(found, None, "ko")
        assert REASON_WORDS["en"][reason] in render(found, WORDS)
