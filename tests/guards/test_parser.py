"""Hostile and mistaken source ends in a `GuardError` with its place, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.guards import GuardError, compile_guard
from axflow.guards.parser import MAX_LENGTH, MAX_NESTING, parse
from axflow.guards.syntax import Chain, Literal
from tests.guards.common import SCHEMA

HOSTILE = {
    "empty": ("", "syntax"),
    "blank": (" \n\t", "syntax"),
    "ten megabytes": ("true && " * 1_300_000, "too_long"),
    "deep brackets": ("(" * 1_900 + "true" + ")" * 1_900, "too_deep"),
    "deep negation": ("!" * 3_900 + "true", "too_deep"),
    "deep minus": ("-" * 3_900 + "1 > 0", "too_deep"),
    "deep lists": ("[" * 1_900 + "1" + "]" * 1_900, "too_deep"),
    "deep calls": ("size(" * 600 + "letters" + ")" * 600, "too_deep"),
    "deep fields": ("trial" + ".a" * 1_900, "too_deep"),
    "deep sums": ("1" + "+1" * 1_900, "too_deep"),
    "many conditions": ("||".join(["true"] * 660), "too_many_nodes"),
    "huge integer": ("9" * 3_000 + " > 0", "too_large"),
    "just too large": ("9223372036854775808 > 0", "too_large"),
    "huge decimal": ("0." + "1" * 40 + " > 0", "too_large"),
    "exponent": ("1e999999999 > 0", "syntax"),
    "import": ('__import__("os").system("true")', "unknown_function"),
    "attributes": ("trial.__class__.__mro__", "unknown_field"),
    "lambda": ("(lambda: true)()", "syntax"),
    "format": ('"{0.__class__}".format(trial)', "unknown_function"),
    "semicolon": ("true; true", "syntax"),
    "backtick": ("`true`", "syntax"),
    "open text": ('"abc', "syntax"),
    "text over lines": ('"a\nb" == "a"', "syntax"),
    "triple quotes": ('"""a""" == "a"', "syntax"),
    "raw text": ('r"a" == "a"', "syntax"),
    "bad escape": (r'"\q" == "a"', "syntax"),
    "short escape": (r'"\u12" == "a"', "syntax"),
    "too high escape": (r'"\U00110000" == "a"', "syntax"),
    "half a pair": (r'"\ud800" == "a"', "syntax"),
    "NUL": ("true\0", "syntax"),
    "full-width": ("trial.trials ＞ 1", "syntax"),
    "Korean name": ("시험.결과 == 1", "syntax"),
    "single ampersand": ("true & true", "syntax"),
    "assignment": ("trial.trials = 1", "syntax"),
    "word and": ("true and true", "syntax"),
    "percent": ("trial.recall > 95%", "syntax"),
    "comma decimal": ("trial.recall > 0,95", "syntax"),
    "bare point": ("trial.recall > .95", "syntax"),
    "trailing point": ("trial.recall > 1.", "syntax"),
    "leading zero": ("trial.trials > 007", "syntax"),
    "unsigned": ("trial.trials > 7u", "syntax"),
    "hexadecimal": ("trial.trials > 0x1F", "syntax"),
    "unclosed": ("(true && true", "syntax"),
    "closed twice": ("true)", "syntax"),
    "nothing after": ("true &&", "syntax"),
    "nothing before": ("&& true", "syntax"),
    "two operands": ("true true", "syntax"),
    "reserved": ("for == 1", "syntax"),
    "null": ("trial.trials == null", "syntax"),
    "index": ("letters[0].ok", "syntax"),
    "map": ("{} == {}", "syntax"),
}


@pytest.mark.parametrize(("source", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_source_is_refused_in_bounded_time(source: str, code: str) -> None:
    began = time.process_time()
    with pytest.raises(GuardError) as caught:
        compile_guard(source, SCHEMA)
    assert time.process_time() - began < 1.0
    assert caught.value.code == code
    assert caught.value.hint
    assert caught.value.line >= 1
    assert caught.value.column >= 1
    assert len(str(caught.value)) < 600


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_parses_or_is_a_guard_error(source: str) -> None:
    try:
        parse(source)
    except GuardError as error:
        assert 0 <= error.offset <= len(source)


TOKENS = [
    "trial.trials",
    "letters",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "==",
    "<",
    "in",
]
TOKENS += ["1", "0.5", '"a"', "size", "filter", "exists", "x", "true", "has", "duration", '"1d"', "date", "min", "map"]


@given(st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_any_words_of_the_language_compile_or_are_a_guard_error(source: str) -> None:
    try:
        guard = compile_guard(source, SCHEMA)
    except GuardError as error:
        assert error.hint
    else:
        assert guard.type.kind == "boolean"


def test_the_place_of_an_error() -> None:
    with pytest.raises(GuardError) as caught:
        compile_guard("trial.passed &&\n  trial.trails >= 30", SCHEMA)
    error = caught.value
    assert (error.line, error.column, error.offset, error.length) == (2, 3, 18, len("trial.trails"))
    assert error.code == "unknown_field"
    assert error.message == "`trial` has no field `trails`."
    assert error.hint == "Did you mean `trials`?"
    assert str(error).startswith("line 2, column 3: ")


def test_a_long_flat_chain_is_no_deep_one() -> None:
    guard = compile_guard("||".join(["flags.a"] * 300), SCHEMA)
    assert guard.evaluate({"flags": {"a": False}}) is False
    assert len(guard.explain({"flags": {"a": False}}).children) == 300


def test_limits_are_where_they_are_said_to_be() -> None:
    assert parse("true" + " " * (MAX_LENGTH - 4)).end == 4
    with pytest.raises(GuardError, match="4001 characters"):
        parse("true" + " " * (MAX_LENGTH - 3))
    assert parse("(" * MAX_NESTING + "true" + ")" * MAX_NESTING).depth == 1
    with pytest.raises(GuardError, match="levels deep"):
        parse("(" * (MAX_NESTING + 1) + "true" + ")" * (MAX_NESTING + 1))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (r'"\a\b\f\n\r\t\v\\\?\"\'\`"', "\a\b\f\n\r\t\v\\?\"'`"),
        (r"'\x41\u00e9\U0001F600\101'", "Aé😀A"),
        ("\"예산 '과목'\"", "예산 '과목'"),
        ('"e\u0301"', "é"),
        ("''", ""),
    ],
)
def test_texts(source: str, value: str) -> None:
    tree = parse(source)
    assert isinstance(tree, Literal)
    assert tree.value == value


def test_chains_are_flat_and_brackets_keep_their_place() -> None:
    tree = parse("a && b && (c && d) && e // the end")
    assert isinstance(tree, Chain)
    assert [item.end - item.start for item in tree.items] == [1, 1, 8, 1]
    either = parse("a || b && c")
    assert isinstance(either, Chain)
    assert either.op == "||"
    assert len(either.items) == 2


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("!a == b", "(!a) == b"),
        ("-a.b * c", "(-(a.b)) * c"),
        ("a < b && c in d || e", "((a < b) && (c in d)) || e"),
        ("a + b < c + d", "(a + b) < (c + d)"),
    ],
)
def test_precedence(left: str, right: str) -> None:
    def shape(tree: object) -> object:
        names = [
            n for n in getattr(tree, "__slots__", ()) if n not in ("start", "end", "depth", "name_at", "bracketed")
        ]
        if isinstance(tree, tuple):
            return tuple(shape(item) for item in tree)
        return (type(tree).__name__, *(shape(getattr(tree, n)) for n in names)) if names else tree

    assert shape(parse(left)) == shape(parse(right))
