"""What people and systems write becomes exact inner values, or is refused with the form that would be right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow import guards as g
from axflow.guards import Collection, Span, Type, Unknown, ValueProblem, decode, encode
from axflow.guards.formats import parse_duration, show_duration
from axflow.guards.types import MICROSECONDS_PER_DAY, SAFE_INTEGER

RATIO = g.decimal(4, 0, 10_000)
DAY = MICROSECONDS_PER_DAY

ACCEPTED: list[tuple[Type, Any, Any, Any]] = [
    (RATIO, "0.95", 9_500, "0.95"),
    (RATIO, 0.95, 9_500, "0.95"),
    (RATIO, Decimal("0.9500"), 9_500, "0.95"),
    (RATIO, 1, 10_000, "1"),
    (RATIO, "0.950000", 9_500, "0.95"),
    (g.decimal(2), "-0.05", -5, "-0.05"),
    (g.decimal(2), Decimal("1E+2"), 10_000, "100"),
    (g.integer(), 30, 30, 30),
    (g.integer(), "-4", -4, -4),
    (g.integer(), SAFE_INTEGER, SAFE_INTEGER, SAFE_INTEGER),
    (g.money("KRW"), "200000000", 200_000_000, "200000000"),
    (g.money("USD", 2), {"amount": "12.5", "currency": "USD"}, 1_250, "12.5"),
    (g.boolean(), True, True, True),
    (g.boolean(), "false", False, False),
    (g.text(), "예산", "예산", "예산"),
    (g.text(), "e\u0301", "é", "é"),
    (g.enum(["low", "high"]), "low", "low", "low"),
    (g.date(), "1970-01-02", 1, "1970-01-02"),
    (g.date(), date(2026, 1, 1), 20_454, "2026-01-01"),
    (g.date(), "2026-03", Span(20_513, 20_543), "2026-03"),
    (g.date(), "2024-02", Span(19_754, 19_782), "2024-02"),
    (g.timestamp(), "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
    (g.timestamp(), "2026-01-01T09:00:00.25+09:00", 1_767_225_600_250_000, "2026-01-01T00:00:00.25Z"),
    (g.timestamp(), "1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"),
    (
        g.timestamp(),
        datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9))),
        1_767_225_600_000_000,
        "2026-01-01T00:00:00Z",
    ),
    (g.duration(), "180d", 180 * DAY, "180d"),
    (g.duration(), "1h30m", 5_400_000_000, "1h30m"),
    (g.duration(), "-1.5s", -1_500_000, "-1s500000us"),
    (g.duration(), timedelta(days=1, microseconds=1), DAY + 1, "1d1us"),
    (g.duration(), "0", 0, "0s"),
    (g.list_of(g.integer()), [1, 2], Collection((1, 2)), [1, 2]),
    (g.record("r", {"a": RATIO, "b": g.text()}), {"a": "0.5"}, {"a": 5_000}, {"a": "0.5"}),
]


@pytest.mark.parametrize(("type_", "external", "inner", "back"), ACCEPTED)
def test_accepted(type_: Type, external: Any, inner: Any, back: Any) -> None:
    assert encode(type_, external) == inner
    assert decode(type_, inner) == back
    assert encode(type_, back) == inner


REFUSED: list[tuple[Type, Any, str, str]] = [
    (RATIO, float("nan"), "not_finite", "NaN"),
    (RATIO, float("inf"), "not_finite", "NaN"),
    (RATIO, Decimal("NaN"), "not_finite", "NaN"),
    (RATIO, "NaN", "not_finite", "NaN"),
    (RATIO, "-Infinity", "not_finite", "NaN"),
    (RATIO, 0.1 + 0.2, "too_precise", "At most 4"),
    (RATIO, "0.95001", "too_precise", "At most 4"),
    (RATIO, "1.2", "out_of_bounds", "between 0 and 1"),
    (RATIO, -1, "out_of_bounds", "between 0 and 1"),
    (RATIO, "95%", "not_a_number", '"0.95"'),
    (RATIO, "95퍼센트", "not_a_number", '"0.95"'),
    (RATIO, "0,95", "not_a_number", "point"),
    (g.integer(), "1,000", "not_a_number", '"1000"'),
    (g.money("KRW"), "2억", "not_a_number", "200000000"),
    (g.money("KRW"), "삼백만원", "not_a_number", "digits"),
    (g.integer(), "３０", "not_a_number", "ASCII"),
    (g.integer(), "30개", "not_a_number", "units"),
    (g.integer(), "1e3", "not_a_number", "exponent"),
    (g.integer(), " 3", "not_a_number", "digits"),
    (g.integer(), "007", "not_a_number", "leading zeros"),
    (g.integer(), "", "not_a_number", "digits"),
    (g.integer(), "1_000", "not_a_number", "digits"),
    (g.integer(), 3.0, "wrong_kind", "whole number"),
    (g.integer(), "3.0", "too_precise", "whole number"),
    (g.integer(), True, "wrong_kind", "true or false"),
    (g.integer(), 10**5_000, "out_of_bounds", "between"),
    (g.integer(), "9" * 100_000, "not_a_number", "digits"),
    (g.integer(), SAFE_INTEGER + 1, "out_of_bounds", "9007199254740991"),
    (RATIO, Decimal("1E+999999"), "out_of_bounds", "between"),
    (RATIO, 1e300, "not_a_number", "digits"),
    (g.integer(), [1], "wrong_kind", "number"),
    (g.integer(), None, "wrong_kind", "Leave the field out"),
    (g.money("KRW"), {"amount": "1", "currency": "USD"}, "wrong_currency", "KRW"),
    (g.money("KRW"), {"amount": "1"}, "wrong_kind", "currency"),
    (g.money("KRW"), {"amount": {"amount": 1}, "currency": "KRW"}, "wrong_kind", "amount"),
    (g.boolean(), 1, "wrong_kind", "true or false"),
    (g.boolean(), "예", "wrong_kind", "true or false"),
    (g.text(), 5, "wrong_kind", "quotation marks"),
    (g.text(), "\ud800", "wrong_kind", "surrogate"),
    (g.text(), "a" * 1_000_001, "out_of_bounds", "1000000"),
    (g.enum(["low", "high"]), "hihg", "not_in_list", "`high`"),
    (g.date(), "2026-02-30", "not_a_date", "2026-03-01"),
    (g.date(), "2026-13", "not_a_date", "2026-03"),
    (g.date(), "26-03-01", "not_a_date", "2026-03-01"),
    (g.date(), "2026년 3월 1일", "not_a_date", "2026-03-01"),
    (g.date(), 20_454, "not_a_date", "2026-03-01"),
    (g.date(), datetime(2026, 1, 1, tzinfo=UTC), "not_a_date", "2026-03-01"),
    (g.timestamp(), "2026-03-01 09:00:00", "not_a_timestamp", "offset"),
    (g.timestamp(), "2026-03-01T09:00:00", "not_a_timestamp", "offset"),
    (g.timestamp(), "2026-03-01T09:00:60Z", "not_a_timestamp", "offset"),
    (g.timestamp(), "2026-03-01T09:00:00.0000001Z", "not_a_timestamp", "offset"),
    (g.timestamp(), datetime(2026, 1, 1), "not_a_timestamp", "zone"),
    (g.duration(), "2 months", "not_a_duration", "no fixed length"),
    (g.duration(), "15", "not_a_duration", "180d"),
    (g.duration(), 15, "not_a_duration", "unit"),
    (g.duration(), "1ns", "not_a_duration", "1us"),
    (g.duration(), "9999999d", "not_a_duration", "shorter"),
    (g.duration(0, DAY), "2d", "out_of_bounds", "between 0s and 1d"),
    (g.list_of(g.integer(), 2), [1, 2, 3], "too_many", "At most 2"),
    (g.list_of(g.integer()), "12", "wrong_kind", "list"),
    (g.record("r", {"amount": RATIO}), {"amuont": 1}, "unknown_field", "`amount`"),
    (g.record("r", {"amount": RATIO}), [], "wrong_kind", "named fields"),
]


@pytest.mark.parametrize(
    ("type_", "external", "code", "hint"), REFUSED, ids=[f"{i}-{r[2]}" for i, r in enumerate(REFUSED)]
)
def test_refused_with_the_right_form(type_: Type, external: Any, code: str, hint: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        encode(type_, external)
    assert caught.value.code == code
    assert hint in caught.value.hint
    assert len(str(caught.value)) < 400


def test_the_path_of_a_problem() -> None:
    type_ = g.record("r", {"rows": g.list_of(g.record("row", {"on": g.date()}))})
    with pytest.raises(ValueError, match=r"^letter\.rows\[1\]\.on: "):
        encode(type_, {"rows": [{"on": "2026-01-01"}, {"on": "soon"}]}, "letter")


def test_unknowns_pass_through() -> None:
    unknown = Unknown("redacted", "r.a")
    assert encode(RATIO, unknown) is unknown
    assert decode(RATIO, unknown) == {"unknown": "redacted", "ref": "r.a"}
    with pytest.raises(ValueError, match="no reason for UNKNOWN"):
        Unknown("lost")


def test_a_date_beyond_the_calendar_has_no_text() -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        decode(g.date(), 5_000_000)


@given(st.integers(0, 18).flatmap(lambda places: st.tuples(st.just(places), st.integers(-SAFE_INTEGER, SAFE_INTEGER))))
@settings(max_examples=150, deadline=None)
def test_decimals_survive_the_round_trip(value: tuple[int, int]) -> None:
    type_ = g.decimal(value[0])
    written = decode(type_, value[1])
    assert encode(type_, written) == value[1]
    assert Decimal(written) == Decimal(value[1]).scaleb(-value[0])


@given(st.integers(-62_135_596_800_000_000, 10**17))
@settings(max_examples=150, deadline=None)
def test_times_survive_the_round_trip(number: int) -> None:
    assert encode(g.timestamp(), decode(g.timestamp(), number)) == number
    assert parse_duration(show_duration(number)) == number
    day = number % 2_000_000
    assert encode(g.date(), decode(g.date(), day)) == day
