"""Static types: what is refused, where, and with which way out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.guards import GuardError, compile_guard, date, decimal, integer, list_of, money, record
from axflow.guards.nodes import Fold, Size, walk
from axflow.guards.types import INT64_MAX, INT64_MIN, Type
from tests.guards.common import SCHEMA

REFUSED = {
    "number and text": ('trial.trials >= "30"', "type", "without quotation marks"),
    "text and number": ("trial.note == 30", "type", "without quotation marks"),
    "date and timestamp": ("trial.day >= at", "type", "Of type date here: `today`"),
    "date and text": ('trial.day >= "2026-01-01"', "type", 'date("2026-01-01")'),
    "duration and number": ("trial.length > 30", "type", 'duration("30d")'),
    "date plus number": ("trial.day + 30 > today", "type", 'duration("30d")'),
    "date plus hours": ('trial.day + duration("36h") > today', "type", "moves by days"),
    "date minus timestamp": ('trial.day - at > duration("1d")', "type", "two dates or two timestamps"),
    "text order": ('trial.note > "a"', "type", "rank by a number"),
    "condition order": ("trial.passed > trial.severe", "type", "`==` or `!=`"),
    "chained comparison": ("1 < trial.trials < 50", "type", "stands by itself"),
    "spelling of an enumeration": ('trial.level == "hihg"', "not_in_list", "`high`"),
    "spelling in a list": ('trial.level in ["low", "hgh"]', "not_in_list", "`high`"),
    "record as condition": ("trial", "not_boolean", "Compare"),
    "list as condition": ("letters && true", "type", "size() > 0"),
    "text as condition": ("trial.note || true", "type", '!= ""'),
    "negated number": ("!trial.trials", "type", "Compare"),
    "negative condition": ("-trial.passed > 0", "type", "number"),
    "records compared": ("trial == params", "type", "field by field"),
    "lists compared": ("trial.tags == trial.tags", "type", "`in`"),
    "fields of a list": ('letters.line == ""', "type", "exists(x, x.line"),
    "fields of a number": ("trial.trials.size > 1", "type", "Leave the field out"),
    "fields of a filter": ("letters.filter(l, l.ok).line == 1", "type", "map"),
    "size of a text": ("trial.note.size() > 0", "type", 'Compare a text with ""'),
    "sum of records": ("letters.sum() > 1", "type", "map(x, x.amount)"),
    "sum of texts": ("trial.tags.sum() > 1", "type", "numbers"),
    "sum of two": ("sum(1, 2) > 1", "type", "sum([a, b])"),
    "map to records": ("letters.map(l, l).size() > 1", "type", "one field"),
    "mixed list": ('trial.trials in [1, "a"]', "type", "without quotation marks"),
    "list of records": ("[trial, trial].exists(t, t.passed)", "type", "`[a.score, b.score]`"),
    "empty list": ("trial.trials in []", "type", "at least one"),
    "in no list": ("trial.trials in trial.trials", "type", '["a", "b"]'),
    "has of a root": ("has(trial)", "type", "has(record.field)"),
    "has of a condition": ("has(trial.trials > 1)", "type", "has(record.field)"),
    "macro as function": ("exists(letters, l, l.ok)", "type", "list.exists(x, condition)"),
    "macro without name": ("letters.exists(l.ok)", "type", "list.exists(x, condition)"),
    "macro on a record": ("trial.exists(t, true)", "type", "list.exists(x, condition)"),
    "macro with a number": ("letters.all(l, l.quantity)", "type", "Compare"),
    "variable hides a root": ("letters.exists(trial, true)", "shadowed", "another name"),
    "variable hides a variable": ("letters.exists(l, letters.exists(l, l.ok))", "shadowed", "another name"),
    "variable outside": ("letters.exists(l, l.ok) && l.ok", "unknown_name", "letters"),
    "unknown name": ("trails.passed", "unknown_name", "`trial`"),
    "unknown function": ("letters.count() > 1", "unknown_function", "size()"),
    "computed date": ("date(trial.note) > today", "type", "nothing is converted"),
    "no date": ('date("2026-02-30") > today', "not_a_date", "2026-03-01"),
    "no timestamp": ('timestamp("2026-02-01") > at', "not_a_timestamp", "offset"),
    "no duration": ('duration("2 months") > trial.length', "not_a_duration", "no fixed length"),
    "mixed currencies": ("trial.price > trial.fee", "unit_mismatch", "one unit"),
    "money and number": ("trial.price > trial.trials", "unit_mismatch", "one unit"),
    "money times money": ("trial.price * trial.price > 0", "unit_mismatch", "plain number"),
    "division by a fact": ("trial.trials / params.quorum > 1", "type", "Multiply the other side"),
    "division by zero": ("trial.trials / 0 > 1", "division_by_zero", "another number"),
    "inexact division": ("trial.recall / 3 > 0.1", "inexact_division", "a * 3 >= b"),
    "remainder of a decimal": ("trial.recall % 2 == 0", "type", "whole numbers"),
    "remainder by maybe zero": ("trial.trials % trial.incidents == 0", "division_by_zero", "exclude zero"),
    "product": ("trial.any_number * trial.any_number > 0", "may_overflow", "smaller bounds"),
    "rescaling": ("trial.any_number > 0.000001", "may_overflow", "fewer decimal places"),
    "sum over a list": ("letters.map(l, l.amount * 100000000).sum() > 0", "may_overflow", "max_items"),
    "texts joined": ('trial.note + "a" == "b"', "type", "not joined"),
    "conditions added": ("trial.passed + trial.severe > 1", "type", "filter(x, x).size()"),
}


@pytest.mark.parametrize(("source", "code", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_a_way_out(source: str, code: str, hint: str) -> None:
    with pytest.raises(GuardError) as caught:
        compile_guard(source, SCHEMA)
    assert caught.value.code == code
    assert hint in caught.value.hint
    assert source[caught.value.offset : caught.value.offset + caught.value.length]


def test_a_list_without_max_items_is_not_summed_when_it_could_overflow() -> None:
    wide = {"rows": list_of(record("row", {"n": integer()}))}
    with pytest.raises(GuardError, match="max_items"):
        compile_guard("rows.map(r, r.n).sum() > 0", wide)
    bounded = {"rows": list_of(record("row", {"n": integer()}), max_items=1_000)}
    assert compile_guard("rows.map(r, r.n).sum() > 0", bounded).reads == {"rows", "rows.n"}


@given(
    st.integers(-(10**9), 10**9), st.integers(0, 10**9), st.integers(0, 6), st.integers(0, 6),
    st.sampled_from(["+", "-", "*"]), st.data(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_bounds_hold_for_every_value(
    lo: int, width: int, places_a: int, places_b: int, op: str, data: st.DataObject
) -> None:
    schema = {"a": decimal(places_a, lo, lo + width), "b": decimal(places_b, -5_000, 7_000)}
    try:
        guard = compile_guard(f"a {op} b > 0", schema)
    except GuardError as error:
        assert error.code == "may_overflow"
        return
    made = next(part for part in walk(guard.node) if part.text == f"a {op} b").type
    a, b = data.draw(st.integers(lo, lo + width)), data.draw(st.integers(-5_000, 7_000))
    if op == "*":
        exact, places = a * b, places_a + places_b
    else:
        places = max(places_a, places_b)
        x, y = a * 10 ** (places - places_a), b * 10 ** (places - places_b)
        exact = x + y if op == "+" else x - y
    assert made.places == places
    assert INT64_MIN <= made.low <= exact <= made.high <= INT64_MAX
    assert guard.evaluate({"a": a, "b": b}) is (exact > 0)


def test_types_of_lists() -> None:
    guard = compile_guard("letters.filter(l, l.ok).map(l, l.amount).sum() > 5 && letters.size() > 1", SCHEMA)
    folded = next(part for part in walk(guard.node) if isinstance(part, Fold))
    assert (folded.type.kind, folded.type.unit, folded.type.high) == ("money", "KRW", 100 * 10**9)
    assert next(part for part in walk(guard.node) if isinstance(part, Size)).type.high == 100


def test_constants_take_the_unit_of_the_other_side() -> None:
    schema = {"a": money("KRW"), "b": decimal(2, unit="m"), "c": decimal(2, unit="m"), "d": decimal(2)}
    for source in ("a > 5", "b + 1.5 > c", "b in [1, 2.5]", "max([b, c]) > 3", "2 * b > c"):
        assert compile_guard(source, schema).type.kind == "boolean"
    for source in ("b > d", "b + d > c", "max([b, d]) > 1"):
        with pytest.raises(GuardError, match="Units differ"):
            compile_guard(source, schema)


def test_types_check_themselves() -> None:
    with pytest.raises(ValueError, match="above the upper bound"):
        integer(5, 1)
    with pytest.raises(ValueError, match="64-bit"):
        integer(0, 2**70)
    with pytest.raises(ValueError, match="places"):
        decimal(40)
    with pytest.raises(ValueError, match="max_items"):
        list_of(date(), max_items=-1)
    assert hash(record("r", {"a": date()})) == hash(record("r", {"a": date()}))
    assert Type("money", unit="KRW").a() == "money in KRW"
    assert integer().a() == "an integer"
